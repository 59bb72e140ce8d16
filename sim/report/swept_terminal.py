"""Sweeps on a terminal: what they say, and a row for each value."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.findings import definitions
from sim.report.plans_terminal import Told, plan_tables, shortened, usual
from sim.report.swept import HOURS, MEASURE, PLACES, Swept, shown
from sim.report.swept_cheapest import marked
from sim.report.swept_findings import findings
from sim.report.terminal import bullet, cell
from sim.report.view import ALL, View

BAR = 20
# So little room is enough for the intervals of levels, though not for bars.
NARROW = 2


def show_swept(console: Console, swept: Swept) -> None:
    """Everything ``sweep`` prints."""
    console.print(Text(swept.name, style="bold"))
    first = swept.results[0]
    console.print(
        Text(
            f"{words.number_of(first.replications, 'replication')} of each, seed {first.plan.seed}"
            f"{words.of_few(first.replications)}",
            style="dim",
        )
    )
    console.print()
    for line in findings(swept):
        console.print(bullet(line))
    console.print()
    for table in _tables(console, swept):
        console.print(table)
        console.print()
    sign = marked(swept)[1]
    for line in (*([sign] if sign else []), *definitions(swept.views[0])):
        console.print(Text(line, style="dim"))


def _tables(console: Console, swept: Swept) -> list[Table]:
    def begin(table: Table, _room: int) -> None:
        for axis in swept.axes:
            table.add_column(Text("\n".join(_folded(axis.path))), justify="right")

    columns = [_level(swept, column) for column in (ALL, *swept.by_type)]
    if not swept.by_type:
        columns.append(_bars(swept.target()))
    columns += usual(swept.views, "Worst")
    if HOURS in swept.measures:
        columns.insert(-1, Told("Paid\nhours", _hours))
    names = [[shown(value) for value in values] for values in swept.steps]
    if (best := marked(swept)[0]) is not None:
        names[best][0] = f"► {names[best][0]}"
    return plan_tables(console, begin, names, swept.views, columns)


def _hours(view: View, _room: int) -> str:
    return words.decimal(view.of_group(HOURS).mean)


def _level(swept: Swept, column: int) -> Told:
    """Of all call types together, or of one that is judged by itself."""
    name = "Service" if column == ALL else swept.name_of(column)

    def level(view: View, room: int) -> str:
        return cell("share", view.of_type(MEASURE, column=column), room <= NARROW)

    return Told(Text(f"{shortened(name)}\nlevel %"), level)


def _bars(target: float | None) -> Told:
    def bar(view: View, _room: int) -> str:
        return _bar(view.of_type(MEASURE).mean, target)

    return Told(_bar_head(target), bar, NARROW - 1, "left")


def _folded(path: str) -> list[str]:
    """A long path over two lines, without the word for groups or call types: the name in front and
    the last part are what matters."""
    kind, _dot, within = path.partition(".")
    front, _dot, last = (within if kind in PLACES else path).rpartition(".")
    return [front, last] if front else [last]


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
