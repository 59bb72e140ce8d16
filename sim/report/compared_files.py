"""Comparisons as JSON, CSV and an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from sim.report.compared import (
    Compared,
    estimates,
    target_share,
    verdicts,
)
from sim.report.compared_costs import any_cost, cost
from sim.report.compared_headline import headline
from sim.report.data import difference_data, estimate_data, measures_data, plan_data
from sim.report.findings import definitions
from sim.report.of_types import OfType
from sim.report.plan_sheets import write_courses
from sim.report.through_day import NOTHING, Course
from sim.report.view import ALL_TYPES, MEASURES, PARTS, finite, kind_of, parts
from sim.report.workbook import Book, intervals_grid, with_ends
from sim.report.worst import worst_data, worst_words
from sim.results import Difference, Estimate

COLUMNS = ("plan", "measure", "call_type", "interval", "kind", *PARTS, "verdict", "more")
WHOLE_RUN = "whole run"
Row = dict[str, Any]


def compared_data(compared: Compared) -> dict[str, Any]:
    """Every plan's estimates, every difference to the base, and both by interval."""
    return {
        "kind": "compare",
        "version": 1,
        "base": compared.base.plan.name,
        "replications": compared.base.result.replications,
        "seed": compared.base.plan.seed,
        "confidence": compared.base.plan.experiment.confidence,
        "stopped": compared.stopped or None,
        "finding": headline(compared),
        "measures": measures_data((*compared.measures, "cost")),
        "plans": [_plan_data(compared, place) for place in range(len(compared.views))],
        "differences": [
            {
                **difference_data(one),
                "call_type": name,
                "in_words": compared.in_words(one),
            }
            for name, one in compared.each_difference
        ],
        "by_interval": [row for course in _courses(compared) for row in _course_rows(course)],
    }


def _plan_data(compared: Compared, place: int) -> dict[str, Any]:
    view = compared.views[place]
    return {
        **plan_data(view.plan),
        "changes": list(compared.changes.get(view.plan.name, ())),
        "told": verdicts(compared, view.plan.name),
        "figures": {
            name: estimate_data(MEASURES[of][name].unit, found)
            for of, name, found in (
                *estimates(view, compared.measures),
                ("group", "cost", cost(view)),
            )
        },
        "service_level_by_type": {
            one.name: estimate_data("share", one.found[place]) for one in compared.levels
        },
        "turned_away_by_type": {
            one.name: estimate_data("contacts", one.found[place]) for one in compared.turned_away
        },
        **worst_data(view),
        "target": target_share(view),
    }


def compared_rows(compared: Compared) -> Iterator[Row]:
    """CSV rows: figures of each plan, then differences to the base, then both by interval."""
    for place, view in enumerate(compared.views):
        for _of, name, found in estimates(view, compared.measures):
            yield _row(view.plan.name, name, found)
        yield _row(view.plan.name, "cost", cost(view))
        for of_type in (*compared.levels, *compared.turned_away):
            yield _row(view.plan.name, of_type.measure, of_type.found[place], of_type.name)
    for name, one in compared.each_difference:
        yield _difference_row(one, name)
    for course in _courses(compared):
        yield from _course_rows(course)


def _courses(compared: Compared) -> list[Course]:
    return [*compared.courses, *compared.waits]


def _course_rows(course: Course) -> Iterator[Row]:
    for plan, found in zip(course.plans, course.found, strict=True):
        for label, one in zip(course.labels, found, strict=True):
            if one is not NOTHING:
                yield _row(plan, course.measure, one, course.name, label)
    for differences in course.against:
        for label, difference in zip(course.labels, differences, strict=True):
            yield _difference_row(difference, course.name, label)


def _difference_row(one: Difference, call_type: str = ALL_TYPES, interval: str = WHOLE_RUN) -> Row:
    row = _row(one.plan, one.measure, one.difference, call_type, interval)
    # Differences may be negative.
    ends = {part: finite(getattr(one.difference, part)) for part in ("low", "high")}
    return row | ends | {"kind": "difference", "verdict": one.verdict, "more": one.more}


def _row(
    plan: str,
    measure: str,
    found: Estimate,
    call_type: str = ALL_TYPES,
    interval: str = WHOLE_RUN,
) -> Row:
    return {
        "plan": plan,
        "measure": measure,
        "call_type": call_type,
        "interval": interval,
        "kind": "figure",
        **parts(MEASURES[kind_of(measure)][measure].unit, found),
    }


def write_compared(compared: Compared, file: BinaryIO) -> None:
    """Sheets: summary, plans, differences, service level and who is turned away by call type,
    charts, all plans through the day, and the intervals of each plan."""
    book = Book()
    told = [line for view in compared.views[1:] for line in verdicts(compared, view.plan.name)]
    lines = [headline(compared), "", *told, "", *definitions(compared.base)]
    book.lines("Summary", lines)
    labels = [MEASURES[kind_of(name)][name].label for name in compared.measures]
    heads = ["Plan", *(head for label in labels for head in (label, "low", "high"))]
    paid = any_cost(compared.views)
    book.table(
        "Plans",
        [*heads, *(["Cost"] if paid else []), "Worst interval"],
        [
            [
                view.plan.name,
                *(
                    cell
                    for of, name, found in estimates(view, compared.measures)
                    for cell in with_ends(MEASURES[of][name].unit, found)
                ),
                *([("money", cost(view).mean)] if paid else []),
                worst_words(view),
            ]
            for view in compared.views
        ],
    )
    book.table(
        "Differences",
        ["Plan", "Measure", "Call type", "Difference", "Low", "High", "Verdict"],
        [_difference_cells(compared, one, name) for name, one in compared.each_difference],
    )
    _write_types(book, compared, "By call type", compared.levels)
    _write_types(book, compared, "Turned away", compared.turned_away)
    write_courses(book, _courses(compared))
    for number, view in enumerate(compared.views, start=1):
        intervals_grid(book, view, book.free_name(view.plan.name, f"Plan {number}"))
    file.write(book.finish())


def _write_types(book: Book, compared: Compared, sheet: str, told: Sequence[OfType]) -> None:
    """A row a plan and call type; no sheet where there is nothing."""
    if not told:
        return
    measure = MEASURES["call type"][told[0].measure]
    book.table(
        sheet,
        ["Plan", "Call type", measure.label, "low", "high"],
        [
            [view.plan.name, one.name, *with_ends(measure.unit, one.found[place])]
            for place, view in enumerate(compared.views)
            for one in told
        ],
    )


def _difference_cells(compared: Compared, one: Difference, call_type: str) -> list[Any]:
    measure = MEASURES[kind_of(one.measure)][one.measure]
    unit, label = measure.unit, "Cost" if one.measure == "cost" else measure.label
    # Excel shows no negative durations: differences of time are plain seconds.
    shown = "number" if unit == "seconds" else unit
    found = one.difference
    return [
        one.plan,
        label,
        call_type,
        *((shown, value) for value in (found.mean, found.low, found.high)),
        compared.in_words(one),
    ]
