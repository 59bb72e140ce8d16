"""Comparisons on a terminal: a row a plan, its half hours as a strip, the verdict in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.compared import (
    MEASURE,
    Compared,
    verdicts,
)
from sim.report.compared_costs import any_cost
from sim.report.compared_headline import headline
from sim.report.findings import definitions
from sim.report.of_types import OfType
from sim.report.page import band
from sim.report.plans_terminal import Told, plan_tables, share, shortened, usual
from sim.report.terminal import bullet, cell
from sim.report.view import MEASURES, View

BLOCKS = {"met": "█", "near": "▅", "far": "▂", "": "·"}
# How much of a plan's name there is room for.
NAMES = (28, 28, 20, 12)
# So many call types have their half hours drawn.
STRIPS = 4
STYLES = {"met": "green", "near": "yellow", "far": "red", "": "dim"}


def show_compared(console: Console, compared: Compared) -> None:
    """Everything ``compare`` prints."""
    base = compared.base
    console.print(Text(headline(compared), style="bold"))
    percent = f"{base.plan.experiment.confidence * 100:g} %"
    console.print(
        Text(
            f"{words.number_of(base.result.replications, 'replication')} of the same days, seed "
            f"{base.plan.seed}; differences hold for all plans at once at {percent}"
            f"{words.of_few(base.result.replications)}",
            style="dim",
        )
    )
    console.print()
    for table in _tables(console, compared):
        console.print(table)
        console.print()
    _by_type(console, compared, "Service level % by call type", compared.levels)
    _by_type(console, compared, "Turned away by call type", compared.turned_away)
    _strips(console, compared)
    for view in compared.views[1:]:
        first, *more = verdicts(compared, view.plan.name)
        console.print(bullet(first, *more, *compared.changes.get(view.plan.name, ())))
    for line in definitions(base):
        console.print(Text(line, style="dim"))


def _begin(table: Table, room: int) -> None:
    table.add_column("Plan", overflow="ellipsis", no_wrap=True, max_width=NAMES[room])


def _by_type(console: Console, compared: Compared, title: str, told: Sequence[OfType]) -> None:
    """A column a call type; nothing where there are none to tell of."""

    def column(one: OfType) -> Told:
        found = dict(zip(names, one.found, strict=True))
        unit = MEASURES["call type"][one.measure].unit
        return Told(
            Text(shortened(one.name)),
            lambda view, room: cell(unit, found[view.plan.name], room == 0),
        )

    if not told:
        return
    names = [view.plan.name for view in compared.views]
    columns = [column(one) for one in told]
    console.print(Text(title, style="bold"))
    for table in plan_tables(console, _begin, [[one] for one in names], compared.views, columns):
        console.print(table)
        console.print()


def _tables(console: Console, compared: Compared) -> list[Table]:
    def difference(unit: str, measure: str) -> Callable[[View, int], str]:
        def told(view: View, _room: int) -> str:
            found = compared.difference(view.plan.name, measure)
            if found is None:
                return "base"
            mean = found.difference.mean
            around = words.spread(unit, found.difference.half_width, mean)
            return f"{words.signed(unit, mean)} {around}"

        return told

    paid = [Told("Difference\ncost", difference("money", "cost"))]
    word = compared.base.interval_word.replace("quarter of an hour", "quarter")
    columns = [
        share("Service\nlevel %", "call type", MEASURE),
        Told("Difference\npoints", difference("share", MEASURE)),
        *(paid if any_cost(compared.views) else []),
        *usual(compared.views, f"Worst\n{word}"),
    ]
    names = [[view.plan.name] for view in compared.views]
    return plan_tables(console, _begin, names, compared.views, columns)


def _strips(console: Console, compared: Compared) -> None:
    """A sign for each interval; long runs are left to the report."""
    width = min(20, max(len(view.plan.name) for view in compared.views))
    drawn = [
        course
        for course in compared.courses_that_suffer_first
        if len(course.labels) + width + 2 <= console.width
        and any(share is not None for share in course.targets)
    ]
    shown = drawn[:STRIPS]
    for course in shown:
        if course.of:
            console.print(Text(course.name, style="bold"))
        for plan, target, found in zip(course.plans, course.targets, course.found, strict=True):
            line = Text(plan)
            line.truncate(width, overflow="ellipsis", pad=True)
            line.append("  ")
            for one in found:
                kind = band(one.mean, target)
                line.append(BLOCKS[kind], STYLES[kind])
            console.print(line)
        first, last = course.labels[0], course.labels[-1]
        scale = first + last.rjust(len(course.labels) - len(first))
        console.print(Text(" " * (width + 2) + scale, style="dim"))
    if drawn:
        met, near, far = (BLOCKS[kind] for kind in ("met", "near", "far"))
        legend = f"{met} target reached  {near} up to 10 points below  {far} further below"
        console.print(Text(legend, "dim"))
        if rest := len(drawn) - len(shown):
            more = f"{words.number_of(rest, 'more call type')}: --html draws them"
            console.print(Text(more, "dim"))
        console.print()
