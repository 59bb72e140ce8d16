"""Sweeps as an Excel workbook: every step, and Excel's own charts of the service levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from sim.report import words
from sim.report.compared_costs import cost
from sim.report.findings import definitions
from sim.report.plan_charts import MOST
from sim.report.plan_sheets import drawn_in, error_bars
from sim.report.swept import Swept, held, spoken
from sim.report.swept_figures import figures, level_name
from sim.report.swept_findings import findings
from sim.report.workbook import MOST_CHARTS, TARGET, Book, ChartSheet, series, with_ends
from sim.report.worst import worst_words

STEPS = "Steps"


def write_swept(swept: Swept, file: BinaryIO) -> None:
    """Sheets: summary, charts and steps."""
    book = Book()
    book.lines("Summary", [swept.name, *findings(swept), "", *definitions(swept.views[0])])
    charts = ChartSheet(book)
    rows = [
        [
            *(value if isinstance(value, int | float) else str(value) for value in values),
            *(cell for one in figures(swept, place) for cell in with_ends(one.unit, one.found)),
            *([("money", cost(view).mean)] if swept.paid else []),
            *(_target(swept, column) for column in swept.columns),
            worst_words(view),
        ]
        for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True))
    ]
    heads = _heads(swept)
    book.table(STEPS, heads, rows)
    for column in swept.columns[:MOST_CHARTS]:
        _chart(charts, swept, column, heads)
    file.write(book.finish())


def _heads(swept: Swept) -> list[str]:
    return [
        *(axis.path for axis in swept.axes),
        *(head for one in figures(swept, 0) for head in (one.label, "low", "high")),
        *(["Cost"] if swept.paid else []),
        *(f"Target{swept.of(column)}" for column in swept.columns),
        "Worst interval",
    ]


def _target(swept: Swept, column: int) -> tuple[str, float] | None:
    share = swept.target(column)
    return None if share is None else ("share", share)


def _chart(charts: ChartSheet, swept: Swept, column: int, heads: Sequence[str]) -> None:
    """A line over the last axis; of two figures one for each value of the first."""
    along, place = swept.axes[-1], len(swept.axes) - 1
    numbers = all(isinstance(value, int | float) for value in along.values)
    # Numbers lie as far apart as they are, words beside each other.
    kind = ("scatter", "straight_with_markers") if numbers else ("line", None)
    chart = charts.book.add_chart(*kind)
    name = level_name(swept, column)
    for pen, (value, places) in enumerate(swept.rows()[:MOST]):
        rows = (places[0] + 1, places[-1] + 1)
        levels = [swept.level(one, column) for one in places]
        chart.add_series(
            {
                "name": "Service level" if value is None else held([value], swept.axes[0].path),
                **series(STEPS, rows, place, heads.index(name)),
                **drawn_in(pen),
                **error_bars("share", [(one.mean, *words.within("share", one)) for one in levels]),
            }
        )
    if swept.target(column) is not None:
        rows = (1, len(along.values))
        cells = series(STEPS, rows, place, heads.index(f"Target{swept.of(column)}"))
        # In a chart of signs a line has signs too, if nobody says otherwise.
        chart.add_series({**TARGET, **cells, "marker": {"type": "none"}})
    ends: dict[str, Any] = {"name": spoken(along.path)}
    if numbers and len(set(along.values)) > 1:
        ends |= {"min": min(along.values), "max": max(along.values)}
    chart.set_x_axis(ends)
    chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
    charts.insert(chart, f"{name} over {spoken(along.path)}")
