"""Tables on a terminal: readable in 80 columns, with more intervals where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.metrics import Measure
from sim.report import words
from sim.report.findings import definitions, findings
from sim.report.view import ALL, MEASURES, WHOLE, Of, View
from sim.results import Estimate

Spreads = Literal["all", "key", "none"]
# What is tried, in order: which intervals are shown, and the gap between columns.
LAYOUTS: tuple[tuple[Spreads, int], ...] = (
    ("all", 2),
    ("key", 2),
    ("key", 1),
    ("none", 2),
    ("none", 1),
)
Make = Callable[[Sequence["Column"], Spreads], Table]
WORST, LOW = "▼", "▽"


@dataclass(frozen=True)
class Column:
    """A column of a table; ``always``: its interval is the last to go where there is no room."""

    of: Of
    measure: str
    head: str
    always: bool = False


BY_INTERVAL = (
    Column("call type", "offered", "Offered"),
    Column("call type", "answered", "Answ'd"),
    Column("call type", "service_level", "Service\nlevel %", always=True),
    Column("call type", "asa", "ASA\nm:s", always=True),
    Column("call type", "abandonment", "Hung\nup %", always=True),
    Column("group", "occupancy", "Busy\n%"),
    Column("group", "agents", "Agents"),
    Column("call type", "queue_length", "Queue"),
)
BY_TYPE = (
    Column("call type", "offered", "Offered"),
    Column("call type", "answered", "Answ'd"),
    Column("call type", "service_level", "Service\nlevel %", always=True),
    Column("call type", "asa", "ASA\nm:s", always=True),
    Column("call type", "wait_p95", "95 %\nwait"),
    Column("call type", "abandonment", "Hung\nup %", always=True),
    Column("call type", "aht", "AHT\nm:s"),
)
BY_GROUP = (
    Column("group", "agents", "Agents"),
    Column("group", "handled", "Handled"),
    Column("group", "occupancy", "Occupancy\n%", always=True),
    Column("group", "utilisation", "Utilisation\n%"),
    Column("group", "aht", "AHT\nm:s"),
    Column("group", "paid_hours", "Paid\nhours"),
    Column("group", "cost", "Cost"),
)


def columns_for(names: Sequence[str], of: Of) -> tuple[Column, ...]:
    """The measures asked for by name, those of the other table left out."""
    known = MEASURES[of]
    return tuple(
        Column(of, name, _head(known[name]), always=True) for name in names if name in known
    )


def show_run(
    console: Console,
    view: View,
    *,
    interval_table: bool = True,
    by: str = "all",
    call_type: str | None = None,
    measures: Sequence[str] = (),
) -> None:
    """Everything ``run`` prints. ``by``: what the half-hour table is split by."""
    _header(console, view)
    if interval_table:
        for of, column in _splits(view, by, call_type):
            for table in interval_tables(console, view, of, column, measures):
                console.print(table)
        _legend(console, view, _splits(view, by, call_type))
    for table in (
        *part_tables(console, view, "call type", columns_for(measures, "call type") or BY_TYPE),
        *part_tables(console, view, "group", columns_for(measures, "group") or by_group(view)),
    ):
        console.print(table)
        console.print()
    for line in findings(view):
        console.print(bullet(line))
    for line in definitions(view):
        console.print(Text(line, style="dim"))


def by_group(view: View) -> tuple[Column, ...]:
    """Without the cost where the plan names none."""
    paid = view.of_group("cost").mean > 0
    return tuple(one for one in BY_GROUP if paid or one.measure != "cost")


def interval_tables(
    console: Console, view: View, of: Of, column: int, measures: Sequence[str]
) -> list[Table]:
    """A row for each interval and one for the whole run."""
    name = "" if column == ALL else f": {view.names(of)[column]}"
    worst = view.worst(column) if of == "call type" else None
    marks = [_mark(view, row, column, worst) if of == "call type" else " " for row in _rows(view)]

    def make(chosen: Sequence[Column], shown: Spreads) -> Table:
        table = plain_table(f"By {view.interval_word}{name}")
        table.add_column("", no_wrap=True)
        _heads(table, chosen)
        for row, (mark, label) in enumerate(zip(marks, view.intervals, strict=True)):
            cells = [_cell(view, one, row, column, shown) for one in chosen]
            table.add_row(f"{mark} {label}", *cells, style="bold yellow" if mark == WORST else "")
        table.add_section()
        whole = [_cell(view, one, WHOLE, column, shown) for one in chosen]
        table.add_row(f"  {view.whole}", *whole, style="bold")
        return table

    return fitting(console, make, _interval_columns(view, of, column, measures))


def part_tables(console: Console, view: View, of: Of, columns: Sequence[Column]) -> list[Table]:
    """A row for each call type, or group, of the whole run."""
    names = view.names(of)

    def make(chosen: Sequence[Column], shown: Spreads) -> Table:
        table = plain_table(f"By {of}")
        table.add_column("", overflow="ellipsis", no_wrap=True, max_width=20)
        _heads(table, chosen)
        for column, name in enumerate(names):
            last = column == len(names) - 1
            if last:
                table.add_section()
            cells = [_cell(view, one, WHOLE, column, shown) for one in chosen]
            table.add_row(Text(name), *cells, style="bold" if last else "")
        return table

    return fitting(console, make, columns)


def fitting(console: Console, make: Make, columns: Sequence[Column]) -> list[Table]:
    """One table with as many intervals as there is room for; else two with half the columns."""
    unbounded = console.options.update(width=10_000)
    for shown, gap in LAYOUTS:
        table = make(columns, shown)
        table.padding = (0, gap, 0, 0)
        if console.measure(table, options=unbounded).maximum <= console.width:
            return [table]
    if len(columns) == 1:
        return [table]
    half = (len(columns) + 1) // 2
    return [*fitting(console, make, columns[:half]), *fitting(console, make, columns[half:])]


def plain_table(title: str) -> Table:
    return Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )


def bullet(line: str, *beneath: str) -> Table:
    """A line with a dot, others beneath it, all indented alike where they are wrapped."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row("•", Text(line))
    for one in beneath:
        table.add_row("", Text(one, style="dim"))
    return table


def _heads(table: Table, columns: Sequence[Column]) -> None:
    for one in columns:
        table.add_column(one.head, justify="right", no_wrap=True)


def _splits(view: View, by: str, call_type: str | None) -> list[tuple[Of, int]]:
    if call_type is not None:
        return [("call type", view.names("call type").index(call_type))]
    if by == "type":
        return [("call type", column) for column in range(len(view.plan.call_types))]
    if by == "group":
        return [("group", column) for column in range(len(view.plan.groups))]
    return [("call type", ALL)]


def _interval_columns(
    view: View, of: Of, column: int, measures: Sequence[str]
) -> tuple[Column, ...]:
    """Group figures beside the call types' are only right where all are taken together."""
    if of == "group":
        return columns_for(measures, "group") or by_group(view)
    asked = columns_for(measures, "call type")
    if column == ALL:
        of_groups = [name for name in measures if name not in MEASURES["call type"]]
        return (*asked, *columns_for(of_groups, "group")) if measures else BY_INTERVAL
    own = [one for one in BY_INTERVAL if one.of == "call type"]
    return asked or (*own, Column("call type", "aht", "AHT\nm:s"))


def _header(console: Console, view: View) -> None:
    plan = view.plan
    title = Text(plan.name, style="bold")
    if plan.description:
        title.append(f": {' '.join(plan.description.split())}", style="not bold")
    console.print(title)
    percent = f"{plan.experiment.confidence * 100:g} %"
    spread = f", ± is the {percent} interval" if view.result.replications > 1 else ""
    console.print(
        Text(
            f"{words.number_of(view.result.replications, 'replication')}, seed {plan.seed}{spread}",
            style="dim",
        )
    )
    console.print()


def _legend(console: Console, view: View, splits: list[tuple[Of, int]]) -> None:
    marks = []
    low = False
    for of, column in splits:
        if of == "call type":
            worst = view.worst(column)
            if worst is None:
                continue
            low |= any(_mark(view, row, column, worst) == LOW for row in _rows(view))
            of_what = "" if column == ALL else f" of {view.names(of)[column]}"
            marks.append(f"{WORST} worst {view.interval_word}{of_what}: {view.intervals[worst]}")
    if low:
        marks.append(f"{LOW} surely below the target")
    if marks:
        console.print(Text("; ".join(marks), style="dim"))
        console.print()


def _rows(view: View) -> range:
    return range(len(view.intervals))


def _mark(view: View, row: int, column: int, worst: int | None) -> str:
    if row == worst:
        return WORST
    target = view.target(column)
    level = view.of_type("service_level", row, column)
    high = level.high if math.isfinite(level.high) else level.mean
    return LOW if target is not None and high < target.share else " "


def _cell(view: View, one: Column, row: int, column: int, shown: Spreads) -> str:
    unit = MEASURES[one.of][one.measure].unit
    found = view.estimate(one.of, one.measure, row, column)
    return cell(unit, found, shown == "all" or (shown == "key" and one.always))


def cell(unit: str, found: Estimate, with_spread: bool) -> str:
    around = words.spread(unit, found.half_width, found.mean) if with_spread else ""
    return f"{words.figure(unit, found.mean)} {around}".rstrip()


def _head(measure: Measure) -> str:
    unit = words.HEADS.get(measure.unit, "")
    return f"{measure.label}\n{unit}" if unit else measure.label
