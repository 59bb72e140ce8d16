"""``python -m sim example``: plans to begin with."""

from __future__ import annotations

import itertools
from typing import Any

import click

from sim.commands.parameters import Seconds, ServiceLevel, Share, look_at_handle_time
from sim.errors import PlanError


@click.command("example")
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="Which examples there are.")
@click.option("--history", metavar="FILE", help="Out of a CSV file of what really came.")
@click.option("--date", metavar="YYYY-MM-DD", help="With --history: the day to take.")
@click.option(
    "--scale",
    type=click.FloatRange(0, 1000, min_open=True),
    default=1.0,
    help="With --history: every count times this.",
)
@click.option("--time-column", default="timestamp", show_default=True, help="With --history.")
@click.option("--count-column", default="calls", show_default=True, help="With --history.")
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
    scale: float,
    time_column: str,
    count_column: str,
    aht: float | None,
    **goals: Any,
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

    wanted = {key: value for key, value in {"aht": aht, **goals}.items() if value is not None}
    if wanted and history is None:
        option = next(iter(wanted)).replace("_", "-")
        raise click.UsageError(f"--{option} belongs to --history FILE")
    if listing:
        for one in plan_file.examples():
            click.echo(f"{one:16} {_purpose(plan_file.example(one))}".rstrip())
    elif history is not None:
        if date is None:
            raise click.UsageError("--history wants a --date, the day to take")
        if name is not None:
            raise click.UsageError(f"give either a name ({name}) or --history")
        if aht is not None:
            look_at_handle_time(aht)
        text = plan_file.plan_from_history(
            history,
            date,
            scale=scale,
            time_column=time_column,
            count_column=count_column,
            **wanted,
        )
        click.echo(text, nl=False)
    elif date is not None:
        raise PlanError(["--date belongs to --history FILE"])
    else:
        click.echo(plan_file.example(name) if name else plan_file.example(), nl=False)


def _purpose(text: str) -> str:
    """The first sentence of an example's first comment."""
    lines = itertools.takewhile(
        lambda line: line.startswith("#"),
        itertools.dropwhile(lambda line: not line.startswith("#"), text.splitlines()),
    )
    return " ".join(line.lstrip("# ") for line in lines).split(". ")[0].rstrip(".")
