"""Sweeps as JSON, CSV and a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.report import charts, page, words
from sim.report.compared import estimates
from sim.report.compared_costs import cost
from sim.report.data import estimate_data, measures_data, plan_data
from sim.report.findings import definitions
from sim.report.swept import Swept, held, shown, spoken
from sim.report.swept_cheapest import cheapest, marked
from sim.report.swept_figures import Figure, figures, level_name
from sim.report.swept_findings import findings
from sim.report.view import ALL_TYPES, MEASURES, PARTS, parts
from sim.report.worst import worst_data, worst_words

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
        "cheapest": cheapest(swept).data if swept.staffing else None,
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
        for one in (*figures(swept, place), paid):
            told = parts(one.unit, one.found)
            yield {**where, "measure": one.measure, "call_type": one.call_type, **told}


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
        title = f"{level_name(swept, column)} over {varied}"
        body.append(page.section(title, *_drawn(swept, column, title)))
    body.append(page.section("Every value", _page_table(swept), long=True))
    counted = page.paragraphs(definitions(swept.views[0]))
    body.append(page.section("How this was counted", counted))
    return page.page(f"{swept.name}: sweep", body)


def _drawn(swept: Swept, column: int, title: str) -> list[str]:
    """A curve along one axis; of two a table, coloured by what was reached."""
    target, along = swept.target(column), swept.axes[-1]
    if len(swept.axes) == 1:
        levels = [swept.level(place, column) for place in range(len(along.values))]
        parts = [
            np.array([getattr(one, part) for one in levels]) for part in ("mean", "low", "high")
        ]
        line = charts.Series(*parts)
        what = spoken(along.path)
        return [page.chart(charts.curve(along.values, line, what, target, title, f"{column}"))]
    best, sign = marked(swept)
    rows = [
        (
            held([value], swept.axes[0].path),
            [swept.level(place, column).mean for place in places],
            target,
            places.index(best) if best in places else None,
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
    if sign:
        legend += f" {sign}"
    return [page.strip(heads, rows, sign="►"), page.paragraphs([legend])]


def _page_table(swept: Swept) -> str:
    paid, best = swept.paid, marked(swept)[0]
    heads = [f"{one.label} {words.HEADS.get(one.unit, '')}".strip() for one in figures(swept, 0)]
    rows = [
        (
            ", ".join(shown(value) for value in values),
            [
                *([words.decimal(cost(view).mean, 0)] if paid else []),
                *(page.figure(one.unit, one.found) for one in figures(swept, place)),
                worst_words(view),
            ],
        )
        for place, (values, view) in enumerate(zip(swept.steps, swept.views, strict=True))
    ]
    corner = ", ".join(axis.path for axis in swept.axes)
    worst = f"Worst {swept.views[0].interval_word}"
    heads = [*(["Cost"] if paid else []), *heads, worst]
    return page.table(corner, heads, rows, marks={} if best is None else {best: "best"})
