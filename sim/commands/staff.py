"""``python -m sim staff``: agents needed in each interval, beside those the plan has."""

from __future__ import annotations

from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.commands.common import OutFile, console, look_over, read_plan
from sim.commands.parameters import ServiceLevel, Share
from sim.metrics import interval_labels
from sim.parameters import Plan, Target
from sim.report import files, formats, words
from sim.staffing import Requirement, requirement

COLUMNS = ("interval", "call_type", "contacts", "erlangs", "needed", "scheduled", "planned")


@click.command("staff")
@click.argument("plan_file", metavar="PLAN")
@click.option("--service-level", type=ServiceLevel(), help="Instead of the plan's targets: 80/20.")
@click.option("--max-occupancy", type=Share(some=True), help="E.g. 0.88 or 88%.")
@click.option(
    "--shrinkage", type=Share(0.95), default=0.0, help="Share not on the phones: 0.3 or 30%."
)
@click.option("--json", "json_file", type=OutFile(), help="As JSON; - for standard output.")
@click.option("--csv", "csv_file", type=OutFile(), help="As CSV; - for standard output.")
def command(
    plan_file: str,
    service_level: tuple[float, float] | None,
    max_occupancy: float | None,
    shrinkage: float,
    json_file: str | None,
    csv_file: str | None,
) -> None:
    """How many agents each half hour needs, by Erlang, and how many the plan has.

    \b
    Examples:
      python -m sim staff plan.yaml
      python -m sim staff plan.yaml --shrinkage 0.3 --max-occupancy 0.88
      python -m sim staff plan.yaml --service-level 90/15 --csv needed.csv
    """
    plan = read_plan(plan_file)
    look_over(plan_file, plan)
    target = Target(*service_level) if service_level else None
    found = requirement(plan, target=target, max_occupancy=max_occupancy, shrinkage=shrinkage)
    rows = _rows(plan, found)
    if json_file is not None:
        data = {"kind": "staff", "version": 1, "plan": plan.name, "rows": rows}
        files.write_text(json_file, formats.as_json(data))
    if csv_file is not None:
        files.write_text(csv_file, formats.as_csv(rows, COLUMNS))
    if files.STDOUT not in (json_file, csv_file):
        _show(plan, found, shrinkage)


def _rows(plan: Plan, found: Requirement) -> list[dict[str, Any]]:
    """One row an interval and call type, and one for all together (no call type)."""
    rows: list[dict[str, Any]] = []
    for place, label in enumerate(_labels(plan)):
        for kind, one in enumerate(plan.call_types):
            rows.append(
                {
                    "interval": label,
                    "call_type": one.name,
                    "contacts": float(found.contacts[kind, place]),
                    "erlangs": float(found.erlangs[kind, place]),
                    "needed": int(found.needed[kind, place]),
                    "scheduled": None,
                    "planned": None,
                }
            )
        rows.append(
            {
                "interval": label,
                "call_type": None,
                "contacts": float(found.contacts[:, place].sum()),
                "erlangs": float(found.erlangs[:, place].sum()),
                "needed": int(found.total[place]),
                "scheduled": int(found.scheduled[place]),
                "planned": float(found.planned[place]),
            }
        )
    return rows


def _labels(plan: Plan) -> list[str]:
    return [label.rpartition(" ")[2] for label in interval_labels(plan)[: plan.intervals]]


def _show(plan: Plan, found: Requirement, shrinkage: float) -> None:
    out = console()
    out.print(Text(_finding(plan, found), style="bold"))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    kinds = [one.name for one in plan.call_types] if len(plan.call_types) > 1 else []
    heads = ["Contacts", "Erlangs", *kinds, "Needed"]
    heads += ["Sched."] if shrinkage else []
    table.add_column("", no_wrap=True)
    for head in (*heads, "Planned", "Spare"):
        table.add_column(head, justify="right", no_wrap=True)
    for place, label in enumerate(_labels(plan)):
        spare = float(found.spare[place])
        short = spare <= -0.5
        cells = [
            words.count(float(found.contacts[:, place].sum())),
            words.decimal(float(found.erlangs[:, place].sum())),
            *(f"{found.needed[kind, place]:,}" for kind in range(len(kinds))),
            f"{found.total[place]:,}",
            *([f"{found.scheduled[place]:,}"] if shrinkage else []),
            words.decimal(float(found.planned[place])),
            f"{spare:+.1f}",
        ]
        table.add_row(f"{'▼' if short else ' '} {label}", *cells, style="bold" if short else "")
    out.print(table)
    for line in _notes(plan, shrinkage):
        out.print(Text(line, style="dim"))


def _finding(plan: Plan, found: Requirement) -> str:
    short = [place for place, spare in enumerate(found.spare) if spare <= -0.5]
    if not short:
        return "The plan has the agents that every interval needs."
    worst = min(short, key=lambda place: float(found.spare[place]))
    missing = words.decimal(-float(found.spare[worst]))
    return (
        f"Too few agents in {len(short)} of {plan.intervals} intervals, most at "
        f"{_labels(plan)[worst]}: {missing} missing."
    )


def _notes(plan: Plan, shrinkage: float) -> list[str]:
    patient = all(one.patience for one in plan.call_types if one.channel in ("voice", "chat"))
    lines = [
        f"Needed on the phones by {'Erlang A' if patient else 'Erlang A or C'}, each interval and "
        "each call type by itself; with shared skills fewer may do: python -m sim run tells.",
        "Planned is without breaks and without those whom the plan's shrinkage keeps away.",
    ]
    if shrinkage:
        lines.append(f"Sched.: needed with {words.target_percent(shrinkage)} shrinkage on top.")
    return lines
