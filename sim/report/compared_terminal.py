"""Comparisons on a terminal: a row a plan, its half hours as a strip, the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.compared import (
    MEASURE,
    Compared,
    any_cost,
    cost,
    headline,
    verdicts,
    worst_words,
)
from sim.report.findings import definitions
from sim.report.page import band
from sim.report.terminal import bullet, cell, plain_table
from sim.report.view import View

BLOCKS = {"met": "█", "near": "▅", "far": "▂", "": "·"}
STYLES = {"met": "green", "near": "yellow", "far": "red", "": "dim"}


def show_compared(console: Console, compared: Compared) -> None:
    """Everything ``compare`` prints."""
    base = compared.base
    console.print(Text(headline(compared), style="bold"))
    percent = f"{base.plan.experiment.confidence * 100:g} %"
    console.print(
        Text(
            f"{words.number_of(base.result.replications, 'replication')} of the same days, seed "
            f"{base.plan.seed}; differences hold for all plans at once at {percent}",
            style="dim",
        )
    )
    console.print()
    console.print(_table(console, compared))
    console.print()
    _strips(console, compared)
    for view in compared.views[1:]:
        first, *more = verdicts(compared, view.plan.name)
        console.print(bullet(first, *more, *compared.changes.get(view.plan.name, ())))
    for line in definitions(base):
        console.print(Text(line, style="dim"))


def _table(console: Console, compared: Compared) -> Table:
    """With intervals where there is room, else only that of the difference."""
    unbounded = console.options.update(width=10_000)
    paid = any_cost(compared.views)
    for spreads, gap, name_width in ((True, 2, 28), (False, 2, 28), (False, 1, 20), (False, 1, 12)):
        table = plain_table("")
        table.title = None
        table.padding = (0, gap, 0, 0)
        table.add_column("Plan", overflow="ellipsis", no_wrap=True, max_width=name_width)
        heads = ["Service\nlevel %", "Difference\npoints", "ASA\nm:s", "Hung\nup %", "Busy\n%"]
        for head in (*heads, *(["Cost"] if paid else []), f"Worst\n{_row_word(compared)}"):
            table.add_column(head, justify="right", no_wrap=True)
        for view in compared.views:
            table.add_row(Text(view.plan.name), *_cells(compared, view, spreads, paid))
        if console.measure(table, options=unbounded).maximum <= console.width:
            break
    return table


def _row_word(compared: Compared) -> str:
    return compared.base.interval_word.replace("quarter of an hour", "quarter")


def _cells(compared: Compared, view: View, spreads: bool, paid: bool) -> Sequence[str]:
    difference = compared.difference(view.plan.name)
    return (
        cell("share", view.of_type(MEASURE), spreads),
        "base"
        if difference is None
        else words.signed("share", difference.difference.mean)
        + " "
        + words.spread("share", difference.difference.half_width),
        cell("seconds", view.of_type("asa"), spreads),
        cell("share", view.of_type("abandonment"), spreads),
        cell("share", view.of_group("occupancy"), spreads),
        *([words.decimal(cost(view).mean, 0)] if paid else []),
        worst_words(view),
    )


def _strips(console: Console, compared: Compared) -> None:
    """A sign for each interval; long runs are left to the report."""
    width = min(20, max(len(view.plan.name) for view in compared.views))
    drawn = [
        course
        for course in compared.courses
        if len(course.labels) + width + 2 <= console.width
        and any(share is not None for share in course.targets)
    ]
    for course in drawn:
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
        console.print()
