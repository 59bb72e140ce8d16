"""Several plans through the day in a workbook: a sheet a measure, and Excel's charts of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.report import words
from sim.report.plan_charts import MOST
from sim.report.through_day import Course
from sim.report.view import MEASURES
from sim.report.workbook import TARGET, Book, ChartSheet, series, with_ends

# As on the page: each plan is told apart by more than its colour.
PENS = (
    ("#0072b2", "circle", "solid"),
    ("#d55e00", "square", "dash"),
    ("#009e73", "diamond", "round_dot"),
    ("#cc79a7", "triangle", "dash_dot"),
    ("#b07a00", "x", "square_dot"),
    ("#7c7400", "plus", "long_dash"),
)
FIRST = 2


def write_courses(book: Book, courses: Sequence[Course]) -> None:
    """The charts, then the sheets they are drawn from."""
    charts = ChartSheet(book)
    for measure in dict.fromkeys(one.measure for one in courses):
        _sheet(book, charts, [one for one in courses if one.measure == measure])


def _sheet(book: Book, charts: ChartSheet, courses: Sequence[Course]) -> None:
    """A row for each call type and interval, with a filter in the head."""
    first = courses[0]
    name = MEASURES["call type"][first.measure].label
    heads = ["Call type", "Interval", *_heads(first)]
    sheet = book.sheet(name, heads, [16, 16, *[13] * (len(heads) - FIRST)])
    sheet.freeze_panes(1, FIRST)
    at = 0
    for course in courses:
        rows = (at + 1, at + len(course.labels))
        for row, label in enumerate(course.labels):
            at += 1
            sheet.write_string(at, 0, course.name)
            sheet.write_string(at, 1, label)
            for column, cell in enumerate(_cells(course, row), start=FIRST):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    book.figure(sheet, at, column, *cell)
        title = f"{name}{course.of} by {course.word}"
        _levels(charts, course, name, rows, title)
        if course.against:
            _differences(charts, course, name, rows, title)
    sheet.autofilter(0, 0, at, len(heads) - 1)


def _heads(course: Course) -> Iterator[str]:
    for plan in course.plans:
        yield from (plan, "low", "high")
    yield "Target"
    for found in course.against:
        yield from (f"{found[0].plan} minus {found[0].base}", "low", "high", "verdict")


def _cells(course: Course, row: int) -> Iterator[str | tuple[str, float]]:
    """What ``_heads`` names. Excel shows no negative durations: differences of time are plain
    seconds."""
    for found in course.found:
        yield from with_ends(course.unit, found[row])
    yield course.unit, float("nan") if course.target is None else course.target
    unit = "number" if course.unit == "seconds" else course.unit
    for differences in course.against:
        one = differences[row].difference
        for value in (one.mean, one.low, one.high):
            yield unit, value
        yield differences[row].verdict


def _levels(
    charts: ChartSheet, course: Course, sheet: str, rows: tuple[int, int], title: str
) -> None:
    """A line a plan, each with its interval, and the target."""
    chart = charts.book.add_chart("line")
    for place, (plan, found) in enumerate(zip(course.plans[:MOST], course.found, strict=False)):
        ends = [(one.mean, *words.within(course.unit, one)) for one in found]
        cells = series(sheet, rows, 1, FIRST + 3 * place)
        chart.add_series(
            {"name": plan, **cells, **drawn_in(place), **error_bars(course.unit, ends)}
        )
    if course.target is not None:
        column = FIRST + 3 * len(course.plans)
        chart.add_series({**TARGET, **series(sheet, rows, 1, column)})
    share, top = course.unit == "share", course.measure == "service_level"
    chart.set_y_axis(
        {"num_format": "0%" if share else "[m]:ss", "min": 0, **({"max": 1} if top else {})}
    )
    charts.insert(chart, title)


def _differences(
    charts: ChartSheet, course: Course, sheet: str, rows: tuple[int, int], title: str
) -> None:
    """Signs without lines: where an interval holds zero it can't be told."""
    chart = charts.book.add_chart("line")
    first = FIRST + 3 * len(course.plans) + 1
    unit = "number" if course.unit == "seconds" else course.unit
    for place, found in enumerate(course.against[: MOST - 1]):
        ends = [(one.difference.mean, one.difference.low, one.difference.high) for one in found]
        chart.add_series(
            {
                "name": f"{found[0].plan} minus {found[0].base}",
                **series(sheet, rows, 1, first + 4 * place),
                **drawn_in(place + 1),
                "line": {"none": True},
                **error_bars(unit, ends),
            }
        )
    chart.set_x_axis({"label_position": "low"})
    chart.set_y_axis({"num_format": "0%" if unit == "share" else "0"})
    base = course.plans[0]
    charts.insert(chart, f"{title}: difference to {base}, holding for all at once")


def drawn_in(place: int) -> dict[str, Any]:
    """How the series of this number looks."""
    colour, marker, dash = PENS[place]
    signs = {"color": colour}
    return {
        "line": {"color": colour, "dash_type": dash, "width": 2},
        "marker": {"type": marker, "size": 5, "border": signs, "fill": signs},
    }


def error_bars(unit: str, ends: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    """Mean, low and high as bars, nothing where there is no interval."""
    means, low, high = np.array(ends).T / (86400 if unit == "seconds" else 1)
    up, down = (np.nan_to_num(one).tolist() for one in (high - means, means - low))
    return {"y_error_bars": {"type": "custom", "plus_values": up, "minus_values": down}}
