"""Sweeps as JSON, CSV, an Excel workbook and a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from sim.report import charts, page, words
from sim.report.compared import estimates
from sim.report.compared_costs import any_cost, cost
from sim.report.data import estimate_data, measures_data, plan_data
from sim.report.findings import definitions
from sim.report.swept import MEASURE, Swept, held, shown, spoken
from sim.report.swept_findings import findings
from sim.report.view import ALL_TYPES, MEASURES, PARTS, parts
from sim.report.workbook import Book, with_ends
from sim.report.worst import worst_data, worst_words
from sim.results import Estimate

COLUMNS = ("measure", "call_type", *PARTS)


def swept_data(swept: Swept) -> dict[str, Any]:
    """Every step's values and estimates."""
    return {
        "kind": "sweep",
        "version": 1,
        "plan": swept.name,
        "axes": [{"path": axis.path, "values": list(axis.values)} for axis in swept.axes],
        "stopped": swept.stopped or None,
        "findings": findings(swept),
        "measures": measures_data((*swept.measures, "cost")),
        "steps": [
            {
                **plan_data(view.plan),
                "values": list(values),
                "replications": view.result.replications,
                "figures": {
                    name: estimate_data(MEASURES[of][name].unit, found)
                    for of, name, found in (
                        *estimates(view, swept.measures),
                        ("group", "cost", cost(view)),
                    )
                },
                "service_level_by_type": {
                    swept.name_of(column): estimate_data("share", swept.level(place, column))
                    for column in swept.by_type
                },
                **worst_data(view),
            }
            for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True))
        ],
    }


def swept_columns(swept: Swept) -> tuple[str, ...]:
    return (*(axis.path for axis in swept.axes), *COLUMNS)


def swept_rows(swept: Swept) -> Iterator[dict[str, Any]]:
    """CSV: a row for each step and measure, and for each call type that is judged by itself."""
    for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True)):
        where = {axis.path: value for axis, value in zip(swept.axes, values, strict=True)}
        paid = Figure("cost", ALL_TYPES, "money", "Cost", cost(view))
        for one in (*_figures(swept, place), paid):
            told = parts(one.unit, one.found)
            yield {**where, "measure": one.measure, "call_type": one.call_type, **told}


class Figure(NamedTuple):
    """A column of the tables."""

    measure: str
    call_type: str
    unit: str
    label: str
    found: Estimate


def _figures(swept: Swept, place: int) -> list[Figure]:
    """Of all together, then the service level of each call type that is judged by itself."""
    return [
        *(
            Figure(name, ALL_TYPES, MEASURES[of][name].unit, MEASURES[of][name].label, found)
            for of, name, found in estimates(swept.views[place], swept.measures)
        ),
        *(
            Figure(
                MEASURE,
                swept.name_of(column),
                "share",
                f"Service level{swept.of(column)}",
                swept.level(place, column),
            )
            for column in swept.by_type
        ),
    ]


def write_swept(swept: Swept, file: BinaryIO) -> None:
    """Sheets: summary and steps."""
    book = Book()
    book.lines("Summary", [swept.name, *findings(swept), "", *definitions(swept.views[0])])
    paid = any_cost(swept.views)
    labels = [head for one in _figures(swept, 0) for head in (one.label, "low", "high")]
    rows = [
        [
            *(value if isinstance(value, int | float) else str(value) for value in values),
            *(cell for one in _figures(swept, place) for cell in with_ends(one.unit, one.found)),
            *([("money", cost(view).mean)] if paid else []),
            worst_words(view),
        ]
        for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True))
    ]
    heads = [*(axis.path for axis in swept.axes), *labels, *(["Cost"] if paid else [])]
    book.table("Steps", [*heads, "Worst interval"], rows)
    file.write(book.finish())


def swept_page(swept: Swept) -> str:
    """A whole HTML document: the curve, and the table beneath it."""
    first = swept.results[0]
    count = first.replications
    meta = f"{words.number_of(count, 'replication')} of each, seed {first.plan.seed}"
    meta += words.of_few(count)
    told = findings(swept)
    varied = words.listed([spoken(axis.path) for axis in swept.axes])
    body = [page.header(f"{swept.name}: {varied}", "", meta, told)]
    for column in swept.columns:
        of = f"Service level{swept.of(column)} over {spoken(swept.axes[-1].path)}"
        body.append(page.section(of, *_drawn(swept, column)))
    body.append(page.section("Every value", _page_table(swept), long=True))
    counted = page.paragraphs(definitions(swept.views[0]))
    body.append(page.section("How this was counted", counted))
    return page.page(f"{swept.name}: sweep", body)


def _drawn(swept: Swept, column: int) -> list[str]:
    """A curve along one axis; of two a table, coloured by what was reached."""
    target, along = swept.target(column), swept.axes[-1]
    if len(swept.axes) == 1:
        levels = [swept.level(place, column) for place in range(len(along.values))]
        parts = [
            np.array([getattr(one, part) for one in levels]) for part in ("mean", "low", "high")
        ]
        line = charts.Series(*parts)
        return [
            page.chart(charts.curve(along.values, line, spoken(along.path), target, f"{column}"))
        ]
    rows = [
        (
            held([value], swept.axes[0].path),
            [swept.level(place, column).mean for place in places],
            target,
            None,
        )
        for value, places in swept.rows()
    ]
    heads = [held([value], along.path) for value in along.values]
    legend = "Service level in %. "
    if target is not None:
        legend += (
            f"Green: the target of {words.target_percent(target)} reached; yellow: up to 10 points "
            "below; red and bold: further below."
        )
    return [page.strip(heads, rows), page.paragraphs([legend])]


def _page_table(swept: Swept) -> str:
    paid = any_cost(swept.views)
    heads = [f"{one.label} {words.HEADS.get(one.unit, '')}".strip() for one in _figures(swept, 0)]
    rows = [
        (
            ", ".join(shown(value) for value in values),
            [
                *(page.figure(one.unit, one.found) for one in _figures(swept, place)),
                *([words.decimal(cost(view).mean, 0)] if paid else []),
                worst_words(view),
            ],
        )
        for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True))
    ]
    corner = ", ".join(axis.path for axis in swept.axes)
    worst = f"Worst {swept.views[0].interval_word}"
    return page.table(corner, [*heads, *(["Cost"] if paid else []), worst], rows)
