"""Tables on a terminal: readable in 80 columns, with more intervals where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.columns import Column, by_group, by_interval, by_type, columns_for
from sim.report.findings import definitions, findings
from sim.report.view import ALL, MEASURES, OUTSIDE, WHOLE, Of, View
from sim.results import Estimate

# What is tried, in order: intervals of which columns are shown (those that ``keep`` theirs at
# least so well), and the gap between columns.
LAYOUTS = ((0, 2), (1, 2), (1, 1), (2, 2), (2, 1), (3, 2), (3, 1))
WORST, LOW = "▼", "▽"


def show_run(
    console: Console,
    view: View,
    *,
    interval_table: bool = True,
    by: str = "all",
    call_type: str | None = None,
    measures: Sequence[str] = (),
) -> None:
    """Everything ``run`` prints. ``by``: what the half-hour table is split by; or ``day``,
    a table of the days in its place."""
    _header(console, view)
    asked = ALL if call_type is None else view.names("call type").index(call_type)
    for line in findings(view, asked):
        console.print(bullet(line))
    console.print()
    if interval_table:
        rows = view.days if by == "day" and view.days else view
        for of, column in _splits(view, by, call_type):
            for table in interval_tables(console, rows, of, column, measures):
                console.print(table)
        _legend(console, rows, _splits(view, by, call_type))
    of_types = columns_for(measures, "call type") or by_type(view)
    of_groups = columns_for(measures, "group") or by_group(view)
    for table in (
        *part_tables(console, view, "call type", of_types),
        *part_tables(console, view, "group", of_groups),
    ):
        console.print(table)
        console.print()
    for line in definitions(view):
        console.print(Text(line, style="dim"))


def interval_tables(
    console: Console, view: View, of: Of, column: int, measures: Sequence[str]
) -> list[Table]:
    """A row for each interval and one for the whole run."""
    name = "" if column == ALL else f": {view.names(of)[column]}"
    worst = view.worst(column) if of == "call type" else None
    rows = view.lines(of, column)[:-1]

    def make(chosen: Sequence[Column], shown: int) -> Table:
        table = plain_table(f"By {view.interval_word}{name}")
        table.add_column("", no_wrap=True)
        _heads(table, chosen)
        for label, row in rows:
            mark = _mark(view, row, column, worst) if of == "call type" else " "
            cells = [_cell(view, one, row, column, shown) for one in chosen]
            table.add_row(f"{mark} {label}", *cells, style="bold yellow" if mark == WORST else "")
        table.add_section()
        whole = [_cell(view, one, WHOLE, column, shown) for one in chosen]
        table.add_row(f"  {view.whole}", *whole, style="bold")
        return table

    return fitting(console, make, _interval_columns(view, of, column, measures))


def part_tables(console: Console, view: View, of: Of, columns: Sequence[Column]) -> list[Table]:
    """A row for each call type, or group, of the whole run; one for all where there are several."""
    names = view.names(of)
    names = names[:1] if len(names) == 2 else names

    def make(chosen: Sequence[Column], shown: int) -> Table:
        table = plain_table(f"By {of}")
        table.add_column("", overflow="ellipsis", no_wrap=True, max_width=20)
        _heads(table, chosen)
        for column, name in enumerate(names):
            last = column == len(names) - 1 > 0
            if last:
                table.add_section()
            cells = [_cell(view, one, WHOLE, column, shown) for one in chosen]
            table.add_row(Text(name), *cells, style="bold" if last else "")
        return table

    return fitting(console, make, columns)


def fitting(
    console: Console, make: Callable[[Sequence[Any], int], Table], columns: Sequence[Any]
) -> list[Table]:
    """One table with as many intervals as there is room for; else two with half the columns."""
    for shown, gap in LAYOUTS:
        table = make(columns, shown)
        table.padding = (0, gap, 0, 0)
        if fits(console, table):
            return [table]
    if len(columns) == 1:
        return [table]
    half = (len(columns) + 1) // 2
    return [*fitting(console, make, columns[:half]), *fitting(console, make, columns[half:])]


def fits(console: Console, table: Table) -> bool:
    """Is there room for all of it, no cell cut?"""
    unbounded = console.options.update(width=10_000)
    return console.measure(table, options=unbounded).maximum <= console.width


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
    if of == "group":
        return columns_for(measures, "group") or by_group(view, column)
    asked = columns_for(measures, "call type")
    if column == ALL:
        of_groups = [name for name in measures if name not in MEASURES["call type"]]
        asked = (*asked, *columns_for(of_groups, "group"))
    return asked or by_interval(view, column)


def _header(console: Console, view: View) -> None:
    plan = view.plan
    title = Text(plan.name, style="bold")
    if plan.description:
        title.append(f": {' '.join(plan.description.split())}", style="not bold")
    console.print(title)
    percent = f"{plan.experiment.confidence * 100:g} %"
    count = view.result.replications
    spread = f", ± is the {percent} interval" if count > 1 else ""
    console.print(
        Text(
            f"{words.number_of(count, 'replication')}, seed {plan.seed}{spread}"
            f"{words.of_few(count)}",
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
            rows = range(len(view.intervals))
            low |= any(_mark(view, row, column, worst) == LOW for row in rows)
            of_what = f" of {view.names(of)[column]}"
            if column == ALL:
                of_what = " of all together" if view.plan.judged else ""
            marks.append(f"{WORST} worst {view.interval_word}{of_what}: {view.intervals[worst]}")
    if low:
        surely = "surely " if view.result.replications > 1 else ""
        marks.append(f"{LOW} {surely}below the target")
    doubtful = any(
        words.doubtful("seconds", view.of_type("asa", row, column))
        for of, column in splits
        if of == "call type"
        for row in range(len(view.intervals))
    )
    if doubtful:
        marks.append("? the wait is of a few contacts, or of a few bad days: it may be chance")
    if marks:
        console.print(Text("; ".join(marks), style="dim"))
        console.print()


def _mark(view: View, row: int, column: int, worst: int | None) -> str:
    if row == OUTSIDE:
        return " "
    if row == worst:
        return WORST
    return LOW if view.surely_low(row, column) else " "


def _cell(view: View, one: Column, row: int, column: int, shown: int) -> str:
    unit = MEASURES[one.of][one.measure].unit
    found = view.estimate(one.of, one.measure, row, column)
    return cell(unit, found, one.keep >= shown)


def cell(unit: str, found: Estimate, with_spread: bool) -> str:
    around = words.around(unit, found) if with_spread else ""
    doubt = "?" if words.doubtful(unit, found) and around != words.UNTOLD else ""
    return f"{words.figure(unit, found.mean)} {around}".rstrip() + doubt
