"""A figure changed step by step: a row for each value, and the fewest that reach the target."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, BinaryIO

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import charts, page, words
from sim.report.compared import SHOWN, any_cost, cost, estimates, worst_words
from sim.report.data import estimate_data, measures_data, plan_data
from sim.report.findings import definitions
from sim.report.terminal import bullet, cell, plain_table
from sim.report.view import MEASURES, PARTS, View, finite
from sim.report.workbook import Book
from sim.results import Estimate, Result
from sim.sweep import Axis

MEASURE = "service_level"
BAR = 20
# What is tried, in order: other intervals, the gap between columns, bars.
LAYOUTS = ((True, 2, True), (False, 2, True), (False, 1, True), (False, 1, False))
COLUMNS = ("measure", *PARTS)


@dataclass(frozen=True)
class Swept:
    """Results of ``sim.sweep.sweep``: of each value, or each pair, the last axis running quickest.

    name: of the plan that was varied
    """

    name: str
    axes: tuple[Axis, ...]
    results: tuple[Result, ...]

    @cached_property
    def views(self) -> tuple[View, ...]:
        return tuple(View(result) for result in self.results)

    @property
    def steps(self) -> list[tuple[Any, ...]]:
        """The values of each result."""
        return list(product(*(axis.values for axis in self.axes)))

    @property
    def target(self) -> float | None:
        found = self.views[0].target()
        return None if found is None else found.share

    def level(self, place: int) -> Estimate:
        return self.views[place].of_type(MEASURE)

    def series(self) -> list[tuple[str, list[int]]]:
        """Places of the results along the last axis, one series for each value of the first."""
        along = len(self.axes[-1].values)
        if len(self.axes) == 1:
            return [("", list(range(along)))]
        return [
            (
                f"{shown(value)} {spoken(self.axes[0].path)}",
                list(range(row * along, (row + 1) * along)),
            )
            for row, value in enumerate(self.axes[0].values)
        ]


def shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def findings(swept: Swept) -> list[str]:
    """For each series the value that just reaches the target, and how sure that is."""
    if swept.target is None:
        return ["The call types have different targets: look at the figures of each step."]
    return [_just_enough(swept, label, places) for label, places in swept.series()]


def _just_enough(swept: Swept, label: str, places: Sequence[int]) -> str:
    target, axis = swept.target or 0.0, swept.axes[-1]
    start = f"With {label}: " if label else ""
    wanted = words.target_percent(target)
    levels = np.array([swept.level(place).mean for place in places])
    reaching = [place for place, level in zip(places, levels, strict=True) if level >= target]
    if not reaching:
        best = places[int(np.nanargmax(levels))] if np.isfinite(levels).any() else places[-1]
        value, level = shown(swept.steps[best][-1]), words.percent(swept.level(best).mean)
        no_value = f"{'no' if start else 'No'} value of {spoken(axis.path)} reaches {wanted}"
        return f"{start}{no_value}: the best is {value} with {level}."
    word, place = _extreme(swept, places, reaching, levels)
    found = swept.level(place)
    span = words.interval("share", found)
    sure = "" if not span or found.low >= target else "; the interval goes below it"
    told = f"{word} {spoken(axis.path)} to reach {wanted}: {shown(swept.steps[place][-1])}, with "
    told += words.percent(found.mean) + (f" ({span})" if span else "") + sure
    return f"{start}{told if start else told[0].upper() + told[1:]}."


def spoken(path: str) -> str:
    """``groups.front.agents`` is ``agents of front``; what-ifs and other figures stay."""
    parts = path.split(".")
    if len(parts) >= 3 and parts[0] in ("groups", "call_types") and parts[1] != "*":
        return f"{'.'.join(parts[2:])} of {parts[1]}"
    return path


def _extreme(
    swept: Swept, places: Sequence[int], reaching: Sequence[int], levels: np.ndarray[Any, Any]
) -> tuple[str, int]:
    """The smallest value where more is better, the largest where more is worse."""
    values = [swept.steps[place][-1] for place in places]
    if not all(isinstance(value, int | float) for value in values):
        return "first", reaching[0]
    ordered = sorted(places, key=lambda place: swept.steps[place][-1])
    rises = levels[places.index(ordered[-1])] >= levels[places.index(ordered[0])]
    inside = [place for place in ordered if place in reaching]
    whole = all(isinstance(value, int) for value in values)
    words_for = ("fewest", "most") if whole else ("least", "most")
    return (words_for[0], inside[0]) if rises else (words_for[1], inside[-1])


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
    console.print(_table(console, swept))
    console.print()
    for line in findings(swept):
        console.print(bullet(line))
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
            table.add_column(_bar_head(swept.target), no_wrap=True)
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
        *([_bar(level.mean, swept.target)] if bars else []),
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


def swept_data(swept: Swept) -> dict[str, Any]:
    """Every step's values and estimates."""
    return {
        "kind": "sweep",
        "version": 1,
        "plan": swept.name,
        "axes": [{"path": axis.path, "values": list(axis.values)} for axis in swept.axes],
        "findings": findings(swept),
        "measures": measures_data((*SHOWN, "cost")),
        "steps": [
            {
                **plan_data(view.plan),
                "values": list(values),
                "replications": view.result.replications,
                "figures": {name: estimate_data(found) for _of, name, found in estimates(view)}
                | {"cost": estimate_data(cost(view))},
                "worst_interval": None if (row := view.worst()) is None else view.intervals[row],
            }
            for values, view in zip(swept.steps, swept.views, strict=True)
        ],
    }


def swept_columns(swept: Swept) -> tuple[str, ...]:
    return (*(axis.path for axis in swept.axes), *COLUMNS)


def swept_rows(swept: Swept) -> Iterator[dict[str, Any]]:
    """CSV: a row for each step and measure."""
    for values, view in zip(swept.steps, swept.views, strict=True):
        where = {axis.path: value for axis, value in zip(swept.axes, values, strict=True)}
        figures = [(name, found) for _of, name, found in estimates(view)]
        for name, found in (*figures, ("cost", cost(view))):
            parts = {part: finite(getattr(found, part)) for part in PARTS}
            yield {**where, "measure": name, **parts}


def write_swept(swept: Swept, file: BinaryIO) -> None:
    """Sheets: summary and steps."""
    book = Book()
    book.lines("Summary", [swept.name, *findings(swept), "", *definitions(swept.views[0])])
    labels = [MEASURES[of][name].label for of, name, _found in estimates(swept.views[0])]
    paid = any_cost(swept.views)
    rows = []
    for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True)):
        level = swept.level(place)
        rows.append(
            [
                *(value if isinstance(value, int | float) else str(value) for value in values),
                *((MEASURES[of][name].unit, found.mean) for of, name, found in estimates(view)),
                *(("share", end) for end in words.within("share", level)),
                *([("money", cost(view).mean)] if paid else []),
                worst_words(view),
            ]
        )
    heads = [*(axis.path for axis in swept.axes), *labels]
    ends = ["Service level low", "high", *(["Cost"] if paid else []), "Worst interval"]
    book.table("Steps", [*heads, *ends], rows)
    file.write(book.finish())


def swept_page(swept: Swept) -> str:
    """A whole HTML document: the curve, and the table beneath it."""
    first = swept.results[0]
    meta = f"{words.number_of(first.replications, 'replication')} of each, seed {first.plan.seed}"
    told = findings(swept)
    body = [page.header(f"{swept.name}: {spoken(swept.axes[-1].path)}", "", meta, told)]
    title = told[0] if len(told) == 1 else f"Service level over {spoken(swept.axes[-1].path)}"
    body.append(page.section(title, page.chart(_curve(swept)), _page_table(swept)))
    counted = page.paragraphs(definitions(swept.views[0]))
    body.append(page.section("How this was counted", counted))
    return page.page(f"{swept.name}: sweep", body)


def _curve(swept: Swept) -> str:
    values = swept.axes[-1].values
    series = [
        charts.Series(
            label,
            *(
                np.array([getattr(swept.level(place), part) for place in places])
                for part in ("mean", "low", "high")
            ),
        )
        for label, places in swept.series()
    ]
    return charts.curve(values, series, swept.axes[-1].path, swept.target)


def _page_table(swept: Swept) -> str:
    measures = [(of, MEASURES[of][name]) for of, name, _found in estimates(swept.views[0])]
    paid = any_cost(swept.views)
    heads = [
        f"{measure.label} {words.HEADS.get(measure.unit, '')}".strip() for _of, measure in measures
    ]
    rows = [
        (
            ", ".join(shown(value) for value in values),
            [
                *(
                    f"{words.figure(MEASURES[of][name].unit, found.mean)}\t"
                    f"{words.spread(MEASURES[of][name].unit, found.half_width, found.mean)}"
                    for of, name, found in estimates(view)
                ),
                *([words.decimal(cost(view).mean, 0)] if paid else []),
                worst_words(view),
            ],
        )
        for values, view in zip(swept.steps, swept.views, strict=True)
    ]
    corner = ", ".join(axis.path for axis in swept.axes)
    return page.table(corner, [*heads, *(["Cost"] if paid else []), "Worst interval"], rows)
