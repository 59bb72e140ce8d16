"""Sweeps on a terminal: what they say, and a row for each value."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.compared import any_cost, cost, worst_words
from sim.report.findings import definitions
from sim.report.swept import PLACES, Swept, shown
from sim.report.swept_findings import findings
from sim.report.terminal import bullet, cell, plain_table
from sim.report.view import View

BAR = 20
# What is tried, in order: other intervals, the gap between columns, bars, intervals of levels.
LAYOUTS = (
    (True, 2, True, True),
    (False, 2, True, True),
    (False, 1, True, True),
    (False, 1, False, True),
    (False, 1, False, False),
)
NAME = 12


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
    for spreads, gap, bars, of_levels in LAYOUTS:
        bars = bars and not swept.by_type
        table = plain_table("")
        table.title = None
        table.padding = (0, gap, 0, 0)
        for axis in swept.axes:
            table.add_column(Text("\n".join(_folded(axis.path))), justify="right")
        for name in _level_names(swept):
            table.add_column(Text(f"{name}\nlevel %"), justify="right", no_wrap=True)
        if bars:
            table.add_column(_bar_head(swept.target()), no_wrap=True)
        heads = ["ASA\nm:s", "Hung\nup %", "Busy\n%", *(["Cost"] if paid else []), "Worst"]
        for head in heads:
            table.add_column(head, justify="right", no_wrap=True)
        for place, view in enumerate(swept.views):
            table.add_row(*_cells(swept, place, view, spreads, bars, paid, of_levels))
        if console.measure(table, options=unbounded).maximum <= console.width:
            break
    return table


def _folded(path: str) -> list[str]:
    """A long path over two lines, without the word for groups or call types: the name in front and
    the last part are what matters."""
    kind, _dot, within = path.partition(".")
    front, _dot, last = (within if kind in PLACES else path).rpartition(".")
    return [front, last] if front else [last]


def _cells(
    swept: Swept, place: int, view: View, spreads: bool, bars: bool, paid: bool, of_levels: bool
) -> list[str]:
    levels = [swept.level(place, column) for column in swept.columns]
    return [
        *(shown(value) for value in swept.steps[place]),
        *(cell("share", level, of_levels) for level in levels),
        *([_bar(levels[0].mean, swept.target())] if bars else []),
        cell("seconds", view.of_type("asa"), spreads),
        cell("share", view.of_type("abandonment"), spreads),
        cell("share", view.of_group("occupancy"), spreads),
        *([words.decimal(cost(view).mean, 0)] if paid else []),
        worst_words(view),
    ]


def _level_names(swept: Swept) -> list[str]:
    """Of all call types together, or of each by itself where their targets differ."""
    names = [swept.name_of(column) for column in swept.by_type] or ["Service"]
    return [name if len(name) <= NAME else f"{name[: NAME - 1]}…" for name in names]


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
