"""``python -m sim check``: is a plan in order, and does it make sense?"""

from __future__ import annotations

import click

from sim.commands.common import read_plan, warn
from sim.parameters import CallType, Plan
from sim.parameters.demand import (
    Arrivals,
    ConstantArrivals,
    EvenArrivals,
    PoissonArrivals,
)
from sim.report import words


@click.command("check")
@click.argument("plan_files", metavar="PLAN...", nargs=-1, required=True)
def command(plan_files: tuple[str, ...]) -> None:
    """Look plans over without running them. Faults end with status 2, warnings don't.

    \b
    Examples:
      python -m sim check plan.yaml
      python -m sim example | python -m sim check -
    """
    for name in plan_files:
        plan = read_plan(name)
        shown = plan.name if name == "-" else name
        click.echo(f"{shown} is fine: {_contents(plan)}.")
        warn(shown, plan)


def _contents(plan: Plan) -> str:
    days = "" if plan.days == 1 else f", {plan.days} days"
    return (
        f"{words.number_of(len(plan.call_types), 'call type')}, "
        f"{words.number_of(len(plan.groups), 'group')}, "
        f"{expected_a_day(plan):,.0f} contacts a day expected{days}"
    )


def expected_a_day(plan: Plan) -> float:
    """First contacts in the mean, bursts and outages left out."""
    own = sum(_of_type(one, plan) for one in plan.call_types)
    return own + (_volume(plan.mix.arrivals, plan) if plan.mix else 0.0)


def _of_type(one: CallType, plan: Plan) -> float:
    if one.dialling is not None:
        return one.dialling.contacts
    return 0.0 if one.arrivals is None else _volume(one.arrivals, plan)


def _volume(arrivals: Arrivals, plan: Plan) -> float:
    if isinstance(arrivals, ConstantArrivals):
        start = plan.opens if arrivals.start is None else arrivals.start
        end = plan.closes if arrivals.end is None else arrivals.end
        volume = arrivals.per_hour * (end - start) / 3600
    elif isinstance(arrivals, PoissonArrivals | EvenArrivals):
        volume = float(sum(arrivals.per_interval))
    else:
        return float(len(arrivals.times))
    batch = None if isinstance(arrivals, EvenArrivals) else arrivals.batch
    return volume * (1.0 if batch is None else batch.mean)
