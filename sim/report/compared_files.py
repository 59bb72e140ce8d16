"""Comparisons as JSON, CSV, an Excel workbook and a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from sim.report import page, words
from sim.report.compared import (
    MEASURE,
    SHOWN,
    Compared,
    any_cost,
    cost,
    estimates,
    headline,
    in_words,
    levels,
    target_share,
    worst_words,
)
from sim.report.data import difference_data, estimate_data, measures_data, plan_data
from sim.report.findings import definitions
from sim.report.view import MEASURES, PARTS, View, finite, kind_of
from sim.report.workbook import Book, intervals_grid
from sim.results import Difference, Estimate

COLUMNS = ("plan", "measure", "kind", *PARTS, "verdict", "more")


def compared_data(compared: Compared) -> dict[str, Any]:
    """Every plan's estimates and service level by interval, and every difference to the base."""
    return {
        "kind": "compare",
        "version": 1,
        "base": compared.base.plan.name,
        "replications": compared.base.result.replications,
        "seed": compared.base.plan.seed,
        "confidence": compared.base.plan.experiment.confidence,
        "finding": headline(compared),
        "measures": measures_data((*SHOWN, "cost")),
        "plans": [_plan_data(compared, view) for view in compared.views],
        "differences": [
            {**difference_data(one), "in_words": in_words(one, compared.negligible)}
            for one in compared.differences
        ],
    }


def _plan_data(compared: Compared, view: View) -> dict[str, Any]:
    row = view.worst()
    return {
        **plan_data(view.plan),
        "changes": list(compared.changes.get(view.plan.name, ())),
        "figures": {name: estimate_data(found) for _of, name, found in estimates(view)}
        | {"cost": estimate_data(cost(view))},
        "worst_interval": None if row is None else view.intervals[row],
        "target": target_share(view),
        "service_level_by_interval": [
            {"interval": label, "mean": float(level)}
            for label, level in zip(view.intervals, levels(view), strict=True)
        ],
    }


def compared_rows(compared: Compared) -> Iterator[dict[str, Any]]:
    """CSV rows: figures of each plan, then differences to the base."""
    for view in compared.views:
        for _of, name, found in estimates(view):
            yield _row(view.plan.name, name, "figure", found)
        yield _row(view.plan.name, "cost", "figure", cost(view))
    for one in compared.differences:
        row = _row(one.plan, one.measure, "difference", one.difference)
        yield row | {"verdict": one.verdict, "more": one.more}


def _row(plan: str, measure: str, kind: str, found: Estimate) -> dict[str, Any]:
    parts = {part: finite(getattr(found, part)) for part in PARTS}
    return {"plan": plan, "measure": measure, "kind": kind} | parts


def write_compared(compared: Compared, file: BinaryIO) -> None:
    """Sheets: summary, plans, differences, and the intervals of each plan."""
    book = Book()
    lines = [headline(compared), "", *_verdicts(compared), "", *definitions(compared.base)]
    book.lines("Summary", lines)
    heads = ["Plan", *(MEASURES[of][name].label for of, name, _ in estimates(compared.base))]
    paid = any_cost(compared.views)
    book.table(
        "Plans",
        [*heads, *(["Cost"] if paid else []), "Worst interval"],
        [
            [
                view.plan.name,
                *((MEASURES[of][name].unit, found.mean) for of, name, found in estimates(view)),
                *([("money", cost(view).mean)] if paid else []),
                worst_words(view),
            ]
            for view in compared.views
        ],
    )
    book.table(
        "Differences",
        ["Plan", "Measure", "Difference", "Low", "High", "Verdict"],
        [_difference_row(compared, one) for one in compared.differences],
    )
    for number, view in enumerate(compared.views, start=1):
        intervals_grid(book, view, f"Intervals {number}")
    file.write(book.finish())


def _difference_row(compared: Compared, one: Difference) -> list[Any]:
    unit = MEASURES[kind_of(one.measure)][one.measure].unit
    # Excel shows no negative durations: differences of time are plain seconds.
    shown = "number" if unit == "seconds" else unit
    found = one.difference
    return [
        one.plan,
        one.measure,
        *((shown, value) for value in (found.mean, found.low, found.high)),
        in_words(one, compared.negligible),
    ]


def compared_page(compared: Compared) -> str:
    """A whole HTML document: the verdicts, a strip of half hours for each plan, a table."""
    base = compared.base
    meta = (
        f"{words.number_of(base.result.replications, 'replication')} of the same days, seed "
        f"{base.plan.seed}; differences hold for all plans at once at "
        f"{base.plan.experiment.confidence * 100:g} %"
    )
    body = [
        page.header(headline(compared), "", meta, _verdicts(compared)),
        page.section(_strip_title(compared), *_strips(compared)),
        page.section("Plan by plan", _plans_table(compared)),
    ]
    if compared.changes:
        rows = [
            (view.plan.name, ["; ".join(compared.changes.get(view.plan.name, ())) or "nothing"])
            for view in compared.views[1:]
        ]
        heads = [f"Differs from {base.plan.name} in"]
        table = page.table("Plan", heads, rows, words_in=(0,))
        body.append(page.section("What differs", table, long=True))
    body.append(page.section("How this was counted", page.paragraphs(definitions(base))))
    return page.page(f"{base.plan.name}: comparison", body)


def _verdicts(compared: Compared) -> list[str]:
    found = ((view, compared.difference(view.plan.name)) for view in compared.views[1:])
    return [
        f"{view.plan.name}: {in_words(one, compared.negligible)}."
        for view, one in found
        if one is not None
    ]


def _strip_title(compared: Compared) -> str:
    told = [f"{view.plan.name} {worst_words(view)}" for view in compared.views[:4]]
    return f"Worst {compared.base.interval_word} of each plan: {', '.join(told)}"


def _strips(compared: Compared) -> list[str]:
    """One strip for plans of the same hours, else one for each."""
    rows = [
        (view, (view.plan.name, [float(level) for level in levels(view)], target_share(view)))
        for view in compared.views
    ]
    legend = page.paragraphs(
        [
            "Service level in % of each interval. ▼ and a frame: the lowest. Green: target "
            "reached; yellow: up to 10 points below; red and bold: further below."
        ]
    )
    if len({view.intervals for view in compared.views}) == 1:
        return [page.strip(compared.base.intervals, [row for _view, row in rows]), legend]
    return [*(page.strip(view.intervals, [row]) for view, row in rows), legend]


def _plans_table(compared: Compared) -> str:
    measures = [(of, MEASURES[of][name]) for of, name, _found in estimates(compared.base)]
    heads = [
        f"{measure.label} {words.HEADS.get(measure.unit, '')}".strip() for _of, measure in measures
    ]
    paid = any_cost(compared.views)
    rows = []
    for view in compared.views:
        cells = [
            f"{words.figure(measure.unit, found.mean)}\t"
            f"{words.spread(measure.unit, found.half_width, found.mean)}"
            for (_of, measure), (_of2, _name, found) in zip(measures, estimates(view), strict=True)
        ]
        difference = compared.difference(view.plan.name, MEASURE)
        told = "base" if difference is None else in_words(difference, compared.negligible)
        paid_words = [words.decimal(cost(view).mean, 0)] if paid else []
        rows.append((view.plan.name, [told, *cells, *paid_words, worst_words(view)]))
    heads = [
        "Service level against the base",
        *heads,
        *(["Cost"] if paid else []),
        f"Worst {compared.base.interval_word}",
    ]
    return page.table("Plan", heads, rows, words_in=(0,))
