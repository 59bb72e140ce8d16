"""Results as an Excel workbook, with real numbers: shares as percentages, times as durations."""

from __future__ import annotations

import datetime as dates
import io
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np

from sim.metrics import Measure
from sim.report import words
from sim.report.findings import definitions, findings
from sim.report.view import ALL, MEASURES, WHOLE, Of, View
from sim.results import Estimate

# [m]:ss counts minutes on beyond the hour, as call centres do.
FORMATS = {
    "share": "0.0%",
    "seconds": "[m]:ss",
    "contacts": "#,##0.0",
    "agents": "#,##0.0",
    "money": "#,##0.00",
    "hours": "#,##0.0",
    "number": "#,##0.0",
}
BY_INTERVAL: tuple[tuple[Of, str], ...] = (
    ("call type", "offered"),
    ("call type", "answered"),
    ("call type", "service_level"),
    ("call type", "asa"),
    ("call type", "abandonment"),
    ("group", "occupancy"),
    ("group", "agents"),
    ("call type", "queue_length"),
    ("call type", "queue_max"),
)
SPLIT: dict[Of, tuple[str, ...]] = {
    "call type": (
        "offered",
        "answered",
        "service_level",
        "asa",
        "wait_p95",
        "abandonment",
        "turned_away",
        "callbacks",
        "callbacks_kept",
        "aht",
        "queue_length",
        "email_age",
        "backlog",
    ),
    "group": ("agents", "handled", "occupancy", "utilisation", "aht", "idle", "paid_hours", "cost"),
}
# Shown even when they are nought.
BY_NAME = ("offered", "answered", "abandoned", "answered_in_time", "handled", "queue_length")
WAITS = ("asa", "wait_p95")
MOST_CHARTS = 12
LONGEST_NAME = 31
TARGET = {"name": "Target", "line": {"color": "#444444", "dash_type": "dash", "width": 1.25}}
# The same moment in every file: the same result gives the same bytes.
MOMENT = dates.datetime(2000, 1, 1)


class Book:
    """A workbook in the making: a sheet is a grid of labels and figures."""

    def __init__(self) -> None:
        import xlsxwriter

        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, {"in_memory": True})
        self._book.set_properties({"created": MOMENT, "title": "Callwright simulation"})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def free_name(self, name: str, other: str) -> str:
        """A sheet's name made of this one, ``other`` where Excel can't have it or it is taken."""
        told = re.sub(r"[\[\]:*?/\\]", " ", name)[:LONGEST_NAME].strip(" '")
        taken = {one.name.lower() for one in self._book.worksheets()} | {"history"}
        return other if not told or told.lower() in taken else told

    def lines(self, name: str, lines: Sequence[str], width: int = 110, mono: bool = False) -> None:
        """A sheet of text, the first line as its title."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, width)
        plain = {"font_name": "Consolas"} if mono else {"text_wrap": True, "valign": "top"}
        for row, line in enumerate(lines):
            title = row == 0 and not mono
            style = self.style(bold=True, font_size=14) if title else self.style(**plain)
            sheet.write_string(row, 0, line, style)

    def sheet(self, name: str, heads: Sequence[str], widths: Sequence[float]) -> Any:
        """A sheet with its head, which stays when one scrolls."""
        sheet = self._book.add_worksheet(name)
        head = self.style(bold=True, bottom=1, text_wrap=True, valign="top")
        for column, (title, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 1)
        return sheet

    def grid(
        self,
        name: str,
        corner: str,
        labels: Sequence[str],
        measures: Sequence[Measure],
        estimate: Callable[[int, int], Estimate],
    ) -> Any:
        """Mean, low and high of each measure (by its number) for each label (by its number)."""
        heads = [corner, *(one.label + end for one in measures for end in ("", " low", " high"))]
        first = max(14, *(len(label) + 2 for label in labels))
        sheet = self.sheet(name, heads, [first, *[12] * (len(heads) - 1)])
        for row, label in enumerate(labels):
            sheet.write_string(row + 1, 0, label, self.style(bold=row == len(labels) - 1))
            for place, measure in enumerate(measures):
                self.estimate(sheet, row + 1, 1 + 3 * place, measure.unit, estimate(row, place))
        return sheet

    def estimate(self, sheet: Any, row: int, column: int, unit: str, found: Estimate) -> None:
        """Mean, low and high in three cells."""
        for part, cell in enumerate(with_ends(unit, found)):
            self.figure(sheet, row, column + part, *cell)

    def add_chart(self, kind: str, subtype: str | None = None) -> Any:
        return self._book.add_chart({"type": kind, "subtype": subtype})

    def table(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A plain table; a cell is text, a number, or (unit, number)."""
        sheet = self._book.add_worksheet(name)
        head = self.style(bold=True, bottom=1, text_wrap=True, valign="top")
        for column, title in enumerate(heads):
            texts = [row[column] for row in rows if isinstance(row[column], str)]
            sheet.set_column(column, column, min(60, max(12, len(title), *map(len, texts), 0) + 2))
            sheet.write_string(0, column, title, head)
        sheet.freeze_panes(1, 1)
        for row, cells in enumerate(rows, start=1):
            for column, found in enumerate(cells):
                if isinstance(found, str):
                    sheet.write_string(row, column, found)
                elif found is not None:
                    unit, value = found if isinstance(found, tuple) else ("contacts", found)
                    self.figure(sheet, row, column, unit, value)

    def empty(self, name: str) -> Any:
        """A sheet for charts."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        return sheet

    def finish(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()

    def figure(self, sheet: Any, row: int, column: int, unit: str, value: float) -> None:
        if not math.isfinite(value):
            return
        days = value / 86400 if unit == "seconds" else value
        sheet.write_number(row, column, days, self.style(num_format=FORMATS.get(unit, "General")))


def with_ends(unit: str, found: Estimate) -> list[tuple[str, float]]:
    """Mean, low and high as cells of ``Book.table``."""
    return [(unit, value) for value in (found.mean, *words.within(unit, found))]


def write_run(view: View, plan_text: str, file: BinaryIO) -> None:
    """Sheets: summary, charts, intervals (of all, by call type, by group), call types, groups,
    days (where there are several), plan."""
    book = Book()
    plan = view.plan
    book.lines(
        "Summary",
        [
            plan.name,
            *([plan.description] if plan.description else []),
            f"{view.result.replications} replications, seed {plan.seed}, "
            f"intervals at {plan.experiment.confidence * 100:g} %",
            "",
            *findings(view),
            "",
            *definitions(view),
        ],
    )
    charts = Charts(book, view)
    intervals_grid(book, view, "Intervals")
    charts.load("Intervals")
    places = _split_grid(book, view, "call type", "Intervals by type")
    charts.levels("Intervals by type", places)
    charts.waits("Intervals by type", places)
    _split_grid(book, view, "group", "Intervals by group")
    _parts_grid(book, view, "call type", "Call types")
    _parts_grid(book, view, "group", "Groups")
    if view.days:
        intervals_grid(book, view.days, "Days")
    book.lines("Plan", plan_text.splitlines() or [""], mono=True)
    file.write(book.finish())


def intervals_grid(book: Book, view: View, name: str) -> None:
    """All call types and groups together, the whole run in the last row."""
    lines = view.lines()
    book.grid(
        name,
        "Day" if view.by_day else "Interval",
        [*(label for label, _row in lines[:-1]), _whole(view)],
        [MEASURES[of][measure] for of, measure in BY_INTERVAL],
        lambda row, place: view.estimate(*BY_INTERVAL[place], lines[row][1], ALL),
    )


def _whole(view: View) -> str:
    return f"whole {view.whole}" if view.plan.days == 1 else view.whole


def _split_grid(book: Book, view: View, of: Of, name: str) -> dict[int, tuple[int, int]]:
    """A row for each call type (or group) and interval, with a filter in the head. Gives the
    first and last row of each one's intervals."""
    measures = [MEASURES[of][one] for one in SPLIT[of] if _told(view, of, one)]
    targets = ["Target"] if of == "call type" else []
    heads = [of.capitalize(), "Interval", *(one.label for one in measures), *targets]
    names = view.names(of)[:-1]
    first = max(14, *(len(one) + 2 for one in names))
    sheet = book.sheet(name, heads, [first, 16, *[12] * (len(heads) - 2)])
    at, places = 0, {}
    for column, part in enumerate(names):
        places[column] = at + 1, at + len(view.intervals)
        target = view.target(column) if targets else None
        for label, row in view.lines(of, column):
            at += 1
            sheet.write_string(at, 0, part)
            sheet.write_string(at, 1, _whole(view) if row == WHOLE else label)
            for place, one in enumerate(measures, start=2):
                found = view.estimate(of, one.name, row, column)
                book.figure(sheet, at, place, one.unit, found.mean)
            if target is not None and view.plan.call_types[column].channel != "outbound":
                book.figure(sheet, at, len(heads) - 1, "share", target.share)
    sheet.autofilter(0, 0, at, len(heads) - 1)
    sheet.freeze_panes(1, 2)
    return places


def _told(view: View, of: Of, measure: str) -> bool:
    """Is there anything to tell? Money a plan doesn't name, and counts of nothing, are left out."""
    values = view.values(of, measure)
    told = values[np.isfinite(values)]
    unit = MEASURES[of][measure].unit
    always = measure in BY_NAME or unit not in ("money", "contacts")
    return bool(len(told)) and (always or bool(told.any()))


def _parts_grid(book: Book, view: View, of: Of, name: str) -> None:
    """A row for each measure, three columns for each call type (or group)."""
    measures = [one for one in MEASURES[of].values() if _told(view, of, one.name)]
    names = view.names(of)
    names = names[:1] if len(names) == 2 else names
    heads = ["", *(one + end for one in names for end in ("", " low", " high"))]
    sheet = book.sheet(name, heads, [32, *[12] * (len(heads) - 1)])
    for row, measure in enumerate(measures, start=1):
        sheet.write_string(row, 0, measure.label)
        for column in range(len(names)):
            found = view.estimate(of, measure.name, WHOLE, column)
            book.estimate(sheet, row, 1 + 3 * column, measure.unit, found)


class ChartSheet:
    """Excel's own charts on a sheet of their own, drawn from the cells of the others."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sheet = book.empty("Charts")
        self.place = 0

    def insert(self, chart: Any, title: str) -> None:
        chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 900, "height": 320})
        self.sheet.insert_chart(self.place * 17, 0, chart, {"description": title})
        self.place += 1


class Charts(ChartSheet):
    """Those of one plan."""

    def __init__(self, book: Book, view: View) -> None:
        super().__init__(book)
        self.view = view

    def load(self, name: str) -> None:
        """Service level of all where there is one target; contacts and agents by interval."""
        measures = [measure for _of, measure in BY_INTERVAL]
        rows = (1, len(self.view.intervals))

        def cells(measure: str) -> dict[str, Any]:
            column = 1 + 3 * measures.index(measure)
            return series(name, rows, 0, column)

        chart = self.book.add_chart("column")
        chart.add_series({"name": "Offered", **cells("offered"), "gap": 40})
        agents = self.book.add_chart("line")
        agents.add_series({"name": "Agents on duty", **cells("agents"), "y2_axis": True})
        chart.combine(agents)
        chart.set_y_axis({"name": "Offered", "num_format": "0", "min": 0})
        agents.set_y2_axis({"name": "Agents on duty", "num_format": "0", "min": 0})
        self.insert(chart, f"Contacts offered and agents by {self.view.interval_word}")

    def levels(self, name: str, places: dict[int, tuple[int, int]]) -> None:
        """Service level and target of each call type that has one."""
        measures = self._split
        if "service_level" not in measures:
            return
        level, target = 2 + measures.index("service_level"), 2 + len(measures)
        for column, rows in list(places.items())[:MOST_CHARTS]:
            if not math.isfinite(self.view.of_type("service_level", column=column).mean):
                continue
            chart = self.book.add_chart("line")
            marker = {"type": "circle", "size": 4}
            cells = series(name, rows, 1, level)
            chart.add_series({"name": "Service level", **cells, "marker": marker})
            line = {"color": "#444444", "dash_type": "dash", "width": 1.25}
            chart.add_series({"name": "Target", **series(name, rows, 1, target), "line": line})
            chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
            call_type = self.view.names("call type")[column]
            self.insert(chart, f"Service level of {call_type} by {self.view.interval_word}")

    def waits(self, name: str, places: dict[int, tuple[int, int]]) -> None:
        """Average wait and what 95 % wait at most; a chart for each call type, as callers wait for
        seconds and e-mails for hours."""
        for column, rows in list(places.items())[:MOST_CHARTS]:
            means = [self.view.means("call type", one, column) for one in WAITS]
            if not np.isfinite(means).any():
                continue
            chart = self.book.add_chart("line")
            for measure in WAITS:
                cells = series(name, rows, 1, 2 + self._split.index(measure))
                marker = {"type": "circle", "size": 4}
                chart.add_series(
                    {"name": MEASURES["call type"][measure].label, **cells, "marker": marker}
                )
            unit = "[m]:ss" if np.nanmax(means) < 3600 else "[h]:mm"
            chart.set_y_axis({"num_format": unit, "min": 0})
            call_type = self.view.names("call type")[column]
            self.insert(chart, f"Waits of {call_type} by {self.view.interval_word}")

    @property
    def _split(self) -> list[str]:
        """Measures of the sheet by call type and interval, as its columns follow each other."""
        return [one for one in SPLIT["call type"] if _told(self.view, "call type", one)]


def series(sheet: str, rows: tuple[int, int], labels: int, values: int) -> dict[str, Any]:
    return {
        "categories": [sheet, rows[0], labels, rows[1], labels],
        "values": [sheet, rows[0], values, rows[1], values],
    }
