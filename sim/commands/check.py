"""``python -m sim check``: is a plan in order, and does it make sense?"""

from __future__ import annotations

import dataclasses

import click

from sim import expected, own_rules
from sim.commands import told
from sim.commands.common import look_over, read_plan
from sim.errors import PlanError, RoutingError, SimError
from sim.parameters import Plan
from sim.report import words


@click.command("check")
@click.argument("plan_files", metavar="PLAN...", nargs=-1, required=True)
def command(plan_files: tuple[str, ...]) -> None:
    """Look plans over without running them, but for one day with routing rules of your own. Faults
    end with status 2, warnings don't.

    \b
    Examples:
      python -m sim check plan.yaml
      python -m sim example | python -m sim check -
    """
    status = 0
    for name in plan_files:
        try:
            _look_over(name)
        except SimError as error:  # those after it are looked over all the same
            status = told(error)
    if status:
        raise SystemExit(status)


def _look_over(name: str) -> None:
    plan = read_plan(name)
    shown = plan.name if name == "-" else name
    look_over(shown, plan)
    _rehearse(shown, plan)
    click.echo(f"{shown} is fine: {_contents(plan)}.")


def _rehearse(shown: str, plan: Plan) -> None:
    """One day with the planner's own rules: what they stumble over only when somebody waits, or at
    noon, shows in no other way. Raises PlanError."""
    if not own_rules.modules(plan):
        return
    from sim.centre import simulate

    try:
        simulate(dataclasses.replace(plan, days=1))
    except RoutingError as error:
        raise PlanError([f"routing: {error}"], shown) from error


def _contents(plan: Plan) -> str:
    days = "" if plan.days == 1 else f", {plan.days} days"
    return (
        f"{words.number_of(len(plan.call_types), 'call type')}, "
        f"{words.number_of(len(plan.groups), 'group')}, "
        f"{expected.a_day(plan):,.0f} contacts a day expected{days}{_offered(plan)}"
    )


def _offered(plan: Plan) -> str:
    """Why a run has fewer in the queue, or more."""
    kept = expected.contacts(plan).sum() - expected.queued(plan).sum()
    kinds = plan.call_types
    again = {
        "try again": any(one.retrial for one in kinds),
        "come again": any(one.resolution for one in kinds),
        "are passed on": any(one.transfers for one in kinds),
    }
    on_top = [what for what, there in again.items() if there]
    told = [f"menus keep {kept:,.0f} of them from the queue"] if kept >= 0.5 else []
    told += [f"those who {words.listed(on_top, 'or')} are not in it"] if on_top else []
    return f" ({'; '.join(told)})" if told else ""
