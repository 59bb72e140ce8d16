"""Sweeps on a terminal: what they say, and a row for each value."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.compared import any_cost, cost, worst_words
from sim.report.findings import definitions
from sim.report.swept import Swept, shown
from sim.report.swept_findings import findings
from sim.report.terminal import bullet, cell, plain_table
from sim.report.view import View

BAR = 20
# What is tried, in order: other intervals, the gap between columns, bars.
LAYOUTS = ((True, 2, True), (False, 2, True), (False, 1, True), (False, 1, False))


def show_swept(console: Console, swept: Swept) -> None:
    """Everything ``sweep`` prints."""
    console.print(Text(swept.name, style="bold"))
    first = swept.results[0]
    console.print(
        Text(
            f"{words.number_of(first.replications, 'replication')} of each, seed {first.plan.seed}",
            style="dim",
        )
    )
    console.print()
    for line in findings(swept):
        console.print(bullet(line))
    console.print()
    console.print(_table(console, swept))
    console.print()
    for line in definitions(swept.views[0]):
        console.print(Text(line, style="dim"))


def _table(console: Console, swept: Swept) -> Table:
    paid = any_cost(swept.views)
    unbounded = console.options.update(width=10_000)
    for spreads, gap, bars in LAYOUTS:
        table = plain_table("")
        table.title = None
        table.padding = (0, gap, 0, 0)
        for axis in swept.axes:
            table.add_column(Text("\n".join(_folded(axis.path))), justify="right")
        table.add_column("Service\nlevel %", justify="right", no_wrap=True)
        if bars:
            table.add_column(_bar_head(swept.target()), no_wrap=True)
        heads = ["ASA\nm:s", "Hung\nup %", "Busy\n%"]
        for head in (*heads, *(["Cost"] if paid else []), "Worst"):
            table.add_column(head, justify="right", no_wrap=True)
        for place, view in enumerate(swept.views):
            table.add_row(*_cells(swept, place, view, spreads, bars, paid))
        if console.measure(table, options=unbounded).maximum <= console.width:
            break
    return table


def _folded(path: str) -> list[str]:
    """A long path over two lines: the last part is what matters."""
    front, _dot, last = path.rpartition(".")
    return [front, last] if front else [last]


def _cells(
    swept: Swept, place: int, view: View, spreads: bool, bars: bool, paid: bool
) -> list[str]:
    level = swept.level(place)
    return [
        *(shown(value) for value in swept.steps[place]),
        cell("share", level, True),
        *([_bar(level.mean, swept.target())] if bars else []),
        cell("seconds", view.of_type("asa"), spreads),
        cell("share", view.of_type("abandonment"), spreads),
        cell("share", view.of_group("occupancy"), spreads),
        *([words.decimal(cost(view).mean, 0)] if paid else []),
        worst_words(view),
    ]


def _bar(level: float, target: float | None) -> str:
    """Full blocks up to the level, a line at the target."""
    if not math.isfinite(level):
        return ""
    full = int(level * BAR)
    signs = list("█" * full + " " * (BAR - full))
    if target is not None:
        signs.insert(min(BAR, round(target * BAR)), "│")
    return "".join(signs)


def _bar_head(target: float | None) -> str:
    if target is None:
        return ""
    return " " * max(0, round(target * BAR) - 7) + f"target {words.target_percent(target)}"
