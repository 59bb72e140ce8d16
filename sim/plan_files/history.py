"""Arrivals from a CSV file of what really came: counts by interval, or single times.

Commas, semicolons or tabs between the columns; times like ``2026-03-31 09:30:00`` or, as Excel
writes them in some countries, ``31.03.2026 09:30``; any of Excel's encodings.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dates
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from sim.errors import PlanError
from sim.parameters.distributions import STRICT
from sim.parameters.units import show_clock
from sim.plan_files.spreadsheets import AS_CSV, encodings
from sim.plan_files.tree import one_line, show
from sim.spelling import nearest

MAX_BYTES = 200_000_000
_LENGTHS = (900, 1800, 3600)
_MAX_WRONG = 5
_MOST = 10_000_000
_SEPARATORS = ",;\t"
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})([ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_WITH_SLASHES = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_SLASHES = (
    ": which is the day and which the month nobody can tell (in Excel choose Format Cells, Custom, "
    "yyyy-mm-dd hh:mm)"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}([.,\u202f\u00a0' ]\d{3})+")


@checked(frozen=True, config=STRICT)
class From:
    """Arrivals out of a CSV file with a header line.

    file: relative to the folder of the plan
    date: the day to take
    scale: every count times this, for a centre that takes a share of the calls
    time_column: name in the header of the times, like ``2026-03-31 09:30:00``
    count_column: name in the header of the counts
    """

    file: str
    date: dates.date
    scale: float = Field(default=1.0, gt=0, le=1000)
    time_column: str = "timestamp"
    count_column: str = "calls"


@dataclass(frozen=True)
class Counts:
    """Contacts in each interval of a day: ``interval`` seconds each, from ``start`` on."""

    counts: tuple[float, ...]
    start: float
    interval: int

    @property
    def end(self) -> float:
        return self.start + len(self.counts) * self.interval


@dataclass
class _Rows:
    """The wanted day's rows: line, seconds since midnight, and count; and the days there are.

    separated: counts that may have separators of thousands, with their lines
    faults: by their kind
    """

    found: list[tuple[int, float, float]] = field(default_factory=list)
    separated: list[tuple[int, str]] = field(default_factory=list)
    days: set[dates.date] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, kind: str, fault: str) -> None:
        self.faults.setdefault(kind, []).append(fault)

    @property
    def told(self) -> list[str]:
        """The first of each kind, and how many more there are."""
        return [
            first + (f" (and {len(more)} more like it)" if more else "")
            for first, *more in self.faults.values()
        ]


def counts(wanted: From, path: Path) -> Counts:
    """A day's counts. Raises PlanError for rows that cannot be and for a day that is not whole."""
    rows = _rows(wanted, path, counted=True)
    day = sorted((at, line, count) for line, at, count in rows.found)
    steps = [later[0] - before[0] for before, later in pairwise(day)]
    wrong = [
        f"{path.name} line {line}: {show_clock(at)} is there twice: add the two up or drop one"
        for (at, line, _), step in zip(day[1:], steps, strict=True)
        if step == 0
    ]
    interval = _interval(steps, day, path)
    for (at, line, _), step in zip(day[1:], steps, strict=True):
        if step % interval:
            wrong.append(
                f"{path.name} line {line}: the interval at {show_clock(at)} begins {step / 60:g} "
                f"minutes after the one before, but intervals are {interval // 60} minutes long "
                "here: mend the time"
            )
        elif step > interval:
            wrong.append(
                f"{path.name} line {line}: a hole from {show_clock(at - step + interval)} to "
                f"{show_clock(at)}: add the missing intervals, with 0 where nothing came"
            )
    if wrong:
        raise PlanError(wrong[:_MAX_WRONG])
    return Counts(tuple(wanted.scale * count for _, _, count in day), day[0][0], interval)


def times(wanted: From, path: Path) -> tuple[float, ...]:
    """A day's arrival times, in order, in seconds since midnight."""
    if wanted.scale != 1:
        raise PlanError(["scale goes with counts: single recorded times are used as they were"])
    return tuple(sorted(at for _, at, _ in _rows(wanted, path, counted=False).found))


def days(path: Path, time_column: str = "timestamp") -> list[dates.date]:
    """The days a file has rows for, in order."""
    wanted = From(file=str(path), date=dates.date.min, time_column=time_column)
    return sorted(_collected(wanted, path, counted=False).days)


def _interval(steps: Sequence[float], day: Sequence[object], path: Path) -> int:
    usual = Counter(step for step in steps if step > 0).most_common(1)
    if not usual:
        raise PlanError(
            [f"{path.name}: a day needs at least two intervals, got {len(day)} on that date"]
        )
    length = usual[0][0]
    if length not in _LENGTHS:
        raise PlanError(
            [
                f"{path.name}: intervals must be 15, 30 or 60 minutes long, most are "
                f"{length / 60:g}: add them up first"
            ]
        )
    return int(length)


def _rows(wanted: From, path: Path, *, counted: bool) -> _Rows:
    rows = _collected(wanted, path, counted=counted)
    for fault in _thousands(wanted, path, rows):
        rows.wrong("thousands", fault)
    if rows.faults:
        raise PlanError(rows.told)
    if not rows.found:
        raise PlanError([_no_such_day(wanted.date, rows.days, path)])
    return rows


def _no_such_day(date: dates.date, known: set[dates.date], path: Path) -> str:
    if not known:
        return f"{path.name}: has a header but no rows"
    near = min(known, key=lambda day: abs((day - date).days))
    return (
        f"{path.name}: no rows for {date}: it has {len(known)} days from {min(known)} to "
        f"{max(known)}, the nearest is {near}"
    )


def _collected(wanted: From, path: Path, *, counted: bool) -> _Rows:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlanError([f"{path.name}: a history may have at most {MAX_BYTES:,} bytes"])
        for encoding in encodings(path):
            with contextlib.suppress(UnicodeDecodeError):
                return _read_as(encoding, wanted, path, counted=counted)
        raise PlanError([f"{path.name}: is not a text: {AS_CSV}"])
    except FileNotFoundError as error:
        raise PlanError([f"there is no file {one_line(path)}"]) from error
    except (OSError, csv.Error, ValueError) as error:
        raise PlanError([f"{path.name}: cannot be read: {one_line(error)}"]) from error


def _read_as(encoding: str, wanted: From, path: Path, *, counted: bool) -> _Rows:
    rows = _Rows()
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        separator = max(_SEPARATORS, key=first.count)
        _read(wanted, path, csv.reader(file, delimiter=separator), rows, counted=counted)
    return rows


def _read(
    wanted: From, path: Path, lines: Iterator[list[str]], rows: _Rows, *, counted: bool
) -> None:
    header = [name.strip() for name in next(lines, [])]
    if not header:
        raise PlanError([f"{path.name}: is empty"])
    at_column = _column(header, wanted.time_column, "time_column", path)
    count_column = _column(header, wanted.count_column, "count_column", path) if counted else None
    for number, row in enumerate(lines, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(at_column, count_column or 0):
            fault = f"{path.name} line {number}: has too few columns, got {len(row)}"
            rows.wrong("columns", fault)
            continue
        moment = _moment(row[at_column])
        if moment is None:
            rows.wrong(
                "times",
                f"{path.name} line {number}: {wanted.time_column} must be like 2026-03-31 "
                f"09:30:00 or 31.03.2026 09:30, got {show(row[at_column])}"
                + (_SLASHES if _WITH_SLASHES.match(row[at_column].strip()) else ""),
            )
            continue
        rows.days.add(moment.date())
        if moment.date() != wanted.date:
            continue
        written = "1" if count_column is None else row[count_column].strip()
        count = _count(written)
        if count is None:
            rows.wrong(
                "counts",
                f"{path.name} line {number}: {wanted.count_column} must be a number from 0 to "
                f"{_MOST:,}, got {show(row[count_column or 0])}",
            )
            continue
        if _THOUSANDS.fullmatch(written):
            rows.separated.append((number, written))
        midnight = dates.datetime.combine(moment.date(), dates.time())
        rows.found.append((number, (moment - midnight).total_seconds(), count))


def _column(header: list[str], name: str, option: str, path: Path) -> int:
    if name in header:
        return header.index(name)
    names = ", ".join(one_line(one, 40) for one in header[:12])
    raise PlanError(
        [
            f"{path.name} line 1: there is no column {one_line(name, 60)} in the header ({names}): "
            f"{nearest(name, header) if len(header) > 1 else 'are there commas between them?'} "
            f"({option} says which to use; on the command line --{option.replace('_', '-')})"
        ]
    )


def _moment(text: str) -> dates.datetime | None:
    text = text.strip()
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, time = found.groups()
        hours = (time or " 00:00")[1:].rjust(5, "0")
        text = f"{year}-{int(month):02d}-{int(day):02d} {hours}"
    try:
        return dates.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _thousands(wanted: From, path: Path, rows: _Rows) -> list[str]:
    """``1.609`` among whole numbers is no call and a half. Where others have decimals, too, it
    may be: a forecast."""
    lines = {line for line, _ in rows.separated}
    if any(count % 1 for line, _, count in rows.found if line not in lines):
        return []
    return [
        f"{path.name} line {line}: {wanted.count_column} is {written}: if these are thousands, "
        "write the figure without the separator; if it is a fraction, write it with fewer digits"
        for line, written in rows.separated
    ]


def _count(text: str) -> float | None:
    if _THOUSANDS.fullmatch(text) and not text.replace(".", "", 1).isdigit():
        text = re.sub(r"\D", "", text)  # told as thousands, with all others of the kind
    try:
        count = float(text.replace(",", "."))
    except ValueError:
        return None
    return count if 0 <= count <= _MOST else None
