"""``python -m sim staff``: agents needed in each interval, beside those the plan has."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table
from rich.text import Text

from sim.commands.common import Outputs, console, look_over, output_options, read_plan
from sim.commands.parameters import ServiceLevel, Share
from sim.measures.grid import clock_labels
from sim.parameters import Plan, Target
from sim.report import words
from sim.report.files import texts
from sim.report.formats import as_csv, as_json
from sim.report.terminal import fits, plain_table
from sim.staffing import Requirement, requirement

COLUMNS = (
    "interval",
    "call_type",
    "contacts",
    "erlangs",
    "needed",
    "scheduled",
    "planned",
    "missing",
)


@click.command("staff")
@click.argument("plan_file", metavar="PLAN")
@click.option("--service-level", type=ServiceLevel(), help="Instead of the plan's targets: 80/20.")
@click.option("--max-occupancy", type=Share(some=True), help="E.g. 0.88 or 88%.")
@click.option(
    "--shrinkage",
    type=Share(0.95),
    help="Share not on the phones: 0.3 or 30%.  [default: the plan's own]",
)
@output_options("json", "csv")
def command(
    plan_file: str,
    service_level: tuple[float, float] | None,
    max_occupancy: float | None,
    shrinkage: float | None,
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
    data = {"kind": "staff", "version": 1, "plan": plan.name, "rows": rows}
    out.give(
        lambda: _show(plan, found, own=shrinkage is None),
        json=texts(lambda: as_json(data)),
        csv=texts(lambda: as_csv(rows, COLUMNS)),
    )


def _rows(plan: Plan, found: Requirement) -> list[dict[str, Any]]:
    """One row an interval and call type, and one for all together (no call type)."""
    rows: list[dict[str, Any]] = []
    for place, label in enumerate(clock_labels(plan)):
        for kind, one in enumerate(plan.call_types):
            rows.append(
                {
                    "interval": label,
                    "call_type": one.name,
                    "contacts": _plain(found.contacts[kind, place]),
                    "erlangs": _plain(found.erlangs[kind, place]),
                    "needed": int(found.needed[kind, place]),
                    "scheduled": None,
                    "planned": None,
                    "missing": None,
                }
            )
        rows.append(
            {
                "interval": label,
                "call_type": None,
                "contacts": _plain(found.contacts[:, place].sum()),
                "erlangs": _plain(found.erlangs[:, place].sum()),
                "needed": int(found.total[place]),
                "scheduled": int(found.scheduled[place]),
                "planned": _plain(found.planned[place]),
                "missing": _plain(found.missing[place]),
            }
        )
    return rows


def _plain(value: float) -> float:
    """Without the dust that sums of floats leave behind."""
    return round(float(value), 9)


def _show(plan: Plan, found: Requirement, own: bool) -> None:
    out = console()
    out.print(Text(_finding(plan, found), style="bold"))
    types = len(plan.call_types) > 1
    table = _table(plan, found, _shrinks(found), types)
    if types and not fits(out, table):
        types = False
        table = _table(plan, found, _shrinks(found), types)
    out.print(table)
    for line in _notes(plan, found, own, types):
        out.print(Text(line, style="dim"))


def _table(plan: Plan, found: Requirement, scheduled: bool, types: bool) -> Table:
    """types: with the agents that each call type needs"""
    table = plain_table("")
    table.padding = (0, 1, 0, 0)
    kinds = [one.name for one in plan.call_types] if types else []
    heads = ["Contacts", "Erlangs", *kinds, "Needed", *(["Sched."] if scheduled else [])]
    table.add_column("", no_wrap=True)
    for head in (*heads, "Planned", "Missing"):
        table.add_column(head, justify="right", no_wrap=True)
    for place, label in enumerate(clock_labels(plan)):
        short = _is_short(found, place)
        cells = [
            words.count(float(found.contacts[:, place].sum())),
            words.decimal(float(found.erlangs[:, place].sum())),
            *(f"{found.needed[kind, place]:,}" for kind in range(len(kinds))),
            f"{found.total[place]:,}",
            *([f"{found.scheduled[place]:,}"] if scheduled else []),
            words.decimal(float(found.planned[place])),
            words.decimal(float(found.missing[place])) if short else "",
        ]
        table.add_row(f"{'▼' if short else ' '} {label}", *cells, style="bold" if short else "")
    return table


def _is_short(found: Requirement, place: int) -> bool:
    return float(found.missing[place]) >= 0.5


def _finding(plan: Plan, found: Requirement) -> str:
    short = [place for place in range(plan.intervals) if _is_short(found, place)]
    if not short:
        return "The agents planned are as many as the formulas ask for in every interval."
    worst = max(short, key=lambda place: float(found.missing[place]))
    many = "1 interval" if len(short) == 1 else f"{len(short)} intervals"
    return (
        f"Too few agents in {many} of {plan.intervals}, most at {clock_labels(plan)[worst]}: "
        f"{words.decimal(float(found.missing[worst]))} missing."
    )


def _shrinks(found: Requirement) -> bool:
    """So much that it is worth a column."""
    return found.shrinkage >= 0.0005


def _notes(plan: Plan, found: Requirement, own: bool, types: bool) -> list[str]:
    """own: the shrinkage is the plan's"""
    patient = all(one.patience for one in plan.call_types if one.channel in ("voice", "chat"))
    lines = [
        f"Needed on the phones by {'Erlang A' if patient else 'Erlang A or C'}, each interval and "
        "each call type by itself. Where skills are shared fewer may do; trying again, calling "
        "again and busy days are not in it: python -m sim run tells.",
        "Planned is without breaks and without those whom the plan's shrinkage keeps away.",
        "Missing: however those planned are put to what they have the skill for. Who may only help "
        "after the target's time is of no help in it, and a slow agent counts for less than one.",
    ]
    if any(one.channel == "email" for one in plan.call_types):
        lines.append(
            "E-mails, the night's too, are done at an even pace within their target's time."
        )
    if _shrinks(found):
        share = words.target_percent(round(found.shrinkage, 3))
        whose = " (the plan's own)" if own else ""
        lines.append(
            f"Sched.: needed with {share} shrinkage{whose} on top, to compare with a roster of "
            "everybody."
        )
    if len(plan.call_types) > 1 and not types:
        lines.append("What each call type needs has no room here: make the window wider, or --csv.")
    return lines
