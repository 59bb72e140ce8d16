"""The marks of a session as tables that other programs read: long CSV, and XLSX with wide sheets.

Only what the viewer may see, under the names she may see. Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime

import numpy as np
import xlsxwriter

from app.calibration.blind import sheets_for
from app.calibration.session_figures import SessionFigures
from app.calibration.session_state import SessionState
from app.calibration.session_tables import table
from app.calibration.statistics import Agreement
from app.quality.answers import Left

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins so for a formula."""
MOST_SHEET_NAME = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


@dataclass(frozen=True, slots=True)
class LongRow:
    """One mark. ``criterion`` is its title, ``criterion_id`` what the card calls it within.

    ``value`` is empty for "does not apply" and "not sure", which ``answer`` names; ``seconds`` are
    joined by a space; ``reference`` is 1 for the reference scorer's."""

    session: int
    round: int
    recording: str
    criterion: str
    criterion_id: str
    rater: str
    value: float | None
    answer: str
    comment: str
    seconds: str
    handed_in: str
    reference: int


COLUMNS = tuple(field.name for field in fields(LongRow))


@dataclass(frozen=True, slots=True)
class Naming:
    """The session's number, and what raters, recordings and criteria are called in a document:
    names, as far as this viewer may see them, and never "You"."""

    session: int
    raters: Mapping[int, str]
    recordings: Mapping[int, str]
    criteria: Mapping[str, str]


def long_rows(state: SessionState, viewer: int, naming: Naming) -> Iterator[LongRow]:
    """Every mark of closed rounds, by round, recording, rater and criterion."""
    plan, sheets = state.plan, sheets_for(state, viewer)
    order = {name: at for at, name in enumerate(plan.criterion_ids)}
    place = {recording: at for at, recording in enumerate(plan.recordings)}
    scorer = {person: at for at, person in enumerate(plan.scorers)}
    for key in sorted(sheets, key=lambda k: (k.round, place[k.recording], scorer[k.rater])):
        sheet = sheets[key]
        if sheet.submitted is None or key.round > state.checked:
            continue
        for criterion in sorted(sheet.marks, key=order.__getitem__):
            mark = sheet.marks[criterion]
            left = isinstance(mark.answer, Left)
            yield LongRow(
                naming.session,
                key.round,
                naming.recordings[key.recording],
                naming.criteria[criterion],
                criterion,
                naming.raters[key.rater],
                None if left else float(mark.answer),
                str(mark.answer) if left else f"{mark.answer:g}",
                mark.comment,
                " ".join(f"{second:g}" for second in mark.seconds),
                _moment(sheet.submitted),
                int(key.rater == plan.reference),
            )


def as_csv(rows: Iterator[LongRow]) -> bytes:
    """UTF-8 with a mark at its start, by which spreadsheets know it; R reads it by
    ``fileEncoding = "UTF-8-BOM"``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_plain(value) for value in astuple(row)])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(state: SessionState, viewer: int, naming: Naming, figures: SessionFigures) -> bytes:
    """Sheets: ``marks`` (long), ``statistics``, and for each criterion one of recordings ×
    raters as of its last round, as irrCAC and psych take it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    rows = list(long_rows(state, viewer, naming))
    _sheet(book, "marks", COLUMNS, (astuple(row) for row in rows))
    shown = {row.criterion_id for row in rows}
    named = {each: figures.criteria[each] for each in state.plan.criterion_ids if each in shown}
    told = [
        (naming.criteria[each], *_statistic(agreement))
        for each, of in named.items()
        for agreement in (of.alpha, of.percent, of.gwet, of.icc)
        if agreement is not None
    ]
    _sheet(book, "statistics", STATISTIC_COLUMNS, iter(told))
    for number, criterion in enumerate(named, 1):
        of = table(state, criterion)
        head = ("recording", *(naming.raters[each] for each in of.raters))
        body = (
            (naming.recordings[recording], *(None if np.isnan(v) else float(v) for v in values))
            for recording, values in zip(of.recordings, of.values, strict=True)
        )
        name = f"{number} {naming.criteria[criterion]}".translate(FORBIDDEN)[
            :MOST_SHEET_NAME
        ].rstrip("'")
        _sheet(book, name, head, body)
    book.close()
    return out.getvalue()


STATISTIC_COLUMNS = (
    "criterion",
    "statistic",
    "estimate",
    "low",
    "high",
    "confidence",
    "recordings",
    "raters",
    "missing",
    "too_few",
    "no_figure_because",
)


def _statistic(of: Agreement) -> tuple[object, ...]:
    ends = of.interval
    return (
        of.method.name,
        of.estimate,
        ends.low if ends else None,
        ends.high if ends else None,
        ends.confidence if ends else None,
        of.units,
        of.raters,
        of.missing,
        int(of.too_few),
        str(of.reason) if of.reason else None,
    )


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    head: tuple[str, ...],
    rows: Iterator[tuple[object, ...]],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(head):
        sheet.write_string(0, column, _kept(title), bold)
    for place, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                # Text stays text, whatever it begins with.
                sheet.write_string(place, column, _kept(value))
            elif value is not None:
                sheet.write_number(place, column, value)


def _kept(words: str) -> str:
    """What no sheet can hold is left out of it."""
    return "".join(letter for letter in words if letter >= " " or letter in "\t\n\r")


def _plain(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return "" if value is None else value


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
