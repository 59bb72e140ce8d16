"""Results as an Excel workbook, with real numbers: shares as percentages, times as durations."""

from __future__ import annotations

import datetime as dates
import io
import math
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from sim.metrics import Measure
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

    def lines(self, name: str, lines: Sequence[str], width: int = 110, mono: bool = False) -> None:
        """A sheet of text, the first line as its title."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, width)
        plain = {"font_name": "Consolas"} if mono else {"text_wrap": True, "valign": "top"}
        for row, line in enumerate(lines):
            title = row == 0 and not mono
            style = self.style(bold=True, font_size=14) if title else self.style(**plain)
            sheet.write_string(row, 0, line, style)

    def grid(
        self,
        name: str,
        corner: str,
        labels: Sequence[str],
        measures: Sequence[Measure],
        estimate: Callable[[int, int], Estimate],
    ) -> None:
        """Mean, low and high of each measure (by its number) for each label (by its number)."""
        sheet = self._book.add_worksheet(name)
        head = self.style(bold=True, bottom=1, text_wrap=True, valign="top")
        sheet.write_string(0, 0, corner, head)
        sheet.set_column(0, 0, max(14, *(len(label) + 2 for label in labels)))
        sheet.set_column(1, 3 * len(measures), 12)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 1)
        for place, measure in enumerate(measures):
            for part, ending in enumerate(("", " low", " high")):
                sheet.write_string(0, 1 + 3 * place + part, measure.label + ending, head)
        for row, label in enumerate(labels):
            sheet.write_string(row + 1, 0, label, self.style(bold=row == len(labels) - 1))
            for place, measure in enumerate(measures):
                found = estimate(row, place)
                for part, value in enumerate((found.mean, found.low, found.high)):
                    self._figure(sheet, row + 1, 1 + 3 * place + part, measure.unit, value)

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
                    self._figure(sheet, row, column, unit, value)

    def finish(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()

    def _figure(self, sheet: Any, row: int, column: int, unit: str, value: float) -> None:
        if not math.isfinite(value):
            return
        days = value / 86400 if unit == "seconds" else value
        sheet.write_number(row, column, days, self.style(num_format=FORMATS.get(unit, "General")))


def write_run(view: View, plan_text: str, file: BinaryIO) -> None:
    """Sheets: summary, intervals, call types, groups, plan."""
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
    intervals_grid(book, view, "Intervals")
    _parts_grid(book, view, "call type", "Call types")
    _parts_grid(book, view, "group", "Groups")
    book.lines("Plan", plan_text.splitlines() or [""], mono=True)
    file.write(book.finish())


def intervals_grid(book: Book, view: View, name: str) -> None:
    """All call types and groups together, the whole run in the last row."""
    rows = len(view.intervals)
    book.grid(
        name,
        "Interval",
        [*view.intervals, f"whole {view.whole}" if view.plan.days == 1 else view.whole],
        [MEASURES[of][measure] for of, measure in BY_INTERVAL],
        lambda row, place: view.estimate(*BY_INTERVAL[place], row if row < rows else WHOLE, ALL),
    )


def _parts_grid(book: Book, view: View, of: Of, name: str) -> None:
    measures = list(MEASURES[of].values())
    book.grid(
        name,
        of.capitalize(),
        view.names(of),
        measures,
        lambda row, place: view.estimate(of, measures[place].name, WHOLE, row),
    )
