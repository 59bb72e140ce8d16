"""``python -m sim staff``: agents needed in each interval, beside those the plan has."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.common import Outputs, console, look_over, output_options, read_plan
from sim.commands.parameters import ServiceLevel, Share
from sim.measures.grid import clock_labels, day_labels
from sim.parameters import Plan, Target
from sim.report.files import texts
from sim.report.formats import as_csv, as_json
from sim.report.staffed import Staffed, show
from sim.staffing import Requirement, requirement

COLUMNS = (
    "day",
    "interval",
    "call_type",
    "contacts",
    "erlangs",
    "needed",
    "on_duty",
    "missing",
    "to_schedule",
    "scheduled",
    "to_add",
)


@click.command("staff")
@click.argument("plan_file", metavar="PLAN")
@click.option("--service-level", type=ServiceLevel(), help="Instead of the plan's targets: 80/20.")
@click.option("--max-occupancy", type=Share(some=True), help="E.g. 0.88 or 88%.")
@click.option(
    "--shrinkage",
    type=Share(0.95),
    help="Share of those scheduled who are not on duty: 0.3 or 30%.  [default: the plan's own]",
)
@click.option("--all-days", is_flag=True, help="The half hours of every day, not of the worst.")
@output_options("json", "csv")
def command(
    plan_file: str,
    service_level: tuple[float, float] | None,
    max_occupancy: float | None,
    shrinkage: float | None,
    all_days: bool,
    **outputs: str | None,
) -> None:
    """How many agents each half hour needs, by Erlang, and how many the plan has.

    \b
    Examples:
      python -m sim staff plan.yaml
      python -m sim staff plan.yaml --shrinkage 0.3 --max-occupancy 0.88
      python -m sim staff plan.yaml --service-level 90/15 --csv needed.csv
    """
    out = Outputs(**outputs)
    plan = read_plan(plan_file)
    look_over(plan_file, plan)
    target = Target(*service_level) if service_level else None
    found = requirement(plan, target=target, max_occupancy=max_occupancy, shrinkage=shrinkage)
    rows = _rows(plan, found)
    data = {"kind": "staff", "version": 2, "plan": plan.name, "rows": rows}
    out.give(
        lambda: show(console(), Staffed(plan, found, given=shrinkage is not None), all_days),
        json=texts(lambda: as_json(data)),
        csv=texts(lambda: as_csv(rows, COLUMNS)),
    )


def _rows(plan: Plan, found: Requirement) -> list[dict[str, Any]]:
    """One row a day, interval and call type, and one for all together (no call type)."""
    rows: list[dict[str, Any]] = []
    for day, called in enumerate(day_labels(plan)):
        for place, label in enumerate(clock_labels(plan)):
            at = {"day": called, "interval": label}
            for kind, one in enumerate(plan.call_types):
                work = _work(found.contacts[kind, place], found.erlangs[kind, place])
                needed = int(found.needed[kind, place])
                rows.append({**at, "call_type": one.name, **work, "needed": needed})
            work = _work(found.contacts[:, place].sum(), found.erlangs[:, place].sum())
            agents = {
                "on_duty": found.on_duty,
                "missing": found.missing,
                "to_schedule": found.to_schedule,
                "scheduled": found.scheduled,
                "to_add": found.to_add,
            }
            rows.append(
                {**at, "call_type": None, **work, "needed": int(found.total[place])}
                | {name: _plain(figures[day, place]) for name, figures in agents.items()}
            )
    empty = dict.fromkeys(COLUMNS)
    return [empty | row for row in rows]


def _work(contacts: float, erlangs: float) -> dict[str, float]:
    return {"contacts": _plain(contacts), "erlangs": _plain(erlangs)}


def _plain(value: float) -> float:
    """Without the dust that sums of floats leave behind."""
    return round(float(value), 9)
