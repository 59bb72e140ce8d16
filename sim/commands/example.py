"""``python -m sim example``: plans to begin with."""

from __future__ import annotations

import itertools
from typing import Any

import click

from sim.commands.parameters import Number, Seconds, ServiceLevel, Share, look_at_times


@click.command("example")
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="Which examples there are.")
@click.option("--history", metavar="FILE", help="Out of a CSV file of what really came.")
@click.option("--date", metavar="YYYY-MM-DD", help="With --history: the day to take.")
@click.option(
    "--scale",
    type=Number(0, 1000, min_open=True),
    help="With --history: every count times this.  [default: 1]",
)
@click.option("--time-column", help="With --history.  [default: timestamp]")
@click.option("--count-column", help="With --history.  [default: calls]")
@click.option("--aht", type=Seconds(), help="With --history: handle time.  [default: 270 s]")
@click.option("--patience", type=Seconds(), help="With --history: mean.  [default: 180 s]")
@click.option(
    "--service-level",
    type=ServiceLevel(),
    help="With --history: what it is staffed to.  [default: 80/20]",
)
@click.option("--shrinkage", type=Share(0.95), help="With --history: so many more are scheduled.")
@click.option("--max-occupancy", type=Share(some=True), help="With --history: agents no busier.")
def command(
    name: str | None,
    listing: bool,
    history: str | None,
    date: str | None,
    **chosen: Any,
) -> None:
    """Write a commented plan on standard output, to begin with.

    \b
    Examples:
      python -m sim example > plan.yaml
      python -m sim example --list
      python -m sim example --history calls.csv --date 2026-03-31 --scale 0.1 > plan.yaml
      python -m sim example --history calls.csv --date 2026-03-31 --aht 4:30 --service-level 85/15
    """
    from sim import plan_file

    wanted = {key: value for key, value in chosen.items() if value is not None}
    ways = {"a name": name, "--list": listing or None, "--history": history}
    given = [way for way, value in ways.items() if value is not None]
    if len(given) > 1:
        raise click.UsageError(f"give either {' or '.join(given)}")
    if history is None and (wanted or date is not None):
        option = "date" if date is not None else next(iter(wanted)).replace("_", "-")
        raise click.UsageError(f"--{option} belongs to --history FILE")
    if listing:
        for one in plan_file.examples():
            click.echo(f"{one:16} {_purpose(plan_file.example(one))}".rstrip())
    elif history is None:
        click.echo(plan_file.example(name) if name else plan_file.example(), nl=False)
    elif date is None:
        raise click.UsageError("--history wants a --date, the day to take")
    else:
        look_at_times(wanted.get("aht"), wanted.get("patience"))
        click.echo(plan_file.plan_from_history(history, date, **wanted), nl=False)


def _purpose(text: str) -> str:
    """The first sentence of an example's first comment."""
    lines = itertools.takewhile(
        lambda line: line.startswith("#"),
        itertools.dropwhile(lambda line: not line.startswith("#"), text.splitlines()),
    )
    return " ".join(line.lstrip("# ") for line in lines).split(". ")[0].rstrip(".")
