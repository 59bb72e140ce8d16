"""How much of each criterion was earned, against what is expected. Pure.

A mark is a share (0..1) of its criterion's weight. A figure is the mean of many, with a
95 % interval: Wilson's for yes and no; from the spread of the marks (Student's t) for other
scales, or Wilson's where they do not spread at all, which is the wider answer then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev

from scipy.special import stdtrit

from app.quality.proportion import wilson

ENOUGH = 10
"""Marks below which a few more might well change the word."""
WEEKS_FOR_TREND = 3
UNSURE = 0.975


class State(StrEnum):
    FEW = "few"
    BELOW = "below"
    """The whole interval lies below what is expected."""
    PERHAPS = "perhaps"
    """The mean does, the interval does not."""
    MET = "met"


class Trend(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    """No change that is surely more than chance."""
    UNKNOWN = "unknown"


class By(StrEnum):
    """What stands in the columns."""

    AGENT = "agent"
    TEAM = "team"
    WEEK = "week"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Row:
    """One mark of one evaluation. ``share`` is 0..1 of the criterion's weight."""

    evaluation: int
    card: int
    version: int
    """The number of the card's version."""
    criterion: str
    agent: int | None
    team: int | None
    day: date
    """Of the call."""
    share: float
    yes_no: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """``mean``, ``low``, ``high`` and ``target`` are shares of the weight, 0..1."""

    n: int
    mean: float
    low: float
    high: float
    target: float
    state: State
    trend: Trend

    @property
    def gap(self) -> float:
        """What is missing, 0..1; 0 when nothing is."""
        return max(0.0, self.target - self.mean)


Place = tuple[int, str]
"""Card and criterion."""


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: over all, and by column (those without marks are left out)."""

    place: Place
    overall: Figure
    cells: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Cell:
    """A gap in one place: ``column`` is empty for the criterion over all."""

    place: Place
    column: str
    figure: Figure


def week_of(day: date) -> str:
    """The Monday of its week, as ``2026-03-02``."""
    return (day - timedelta(days=day.weekday())).isoformat()


COLUMN: Mapping[By, Callable[[Row], str]] = {
    By.AGENT: lambda row: "" if row.agent is None else str(row.agent),
    By.TEAM: lambda row: "" if row.team is None else str(row.team),
    By.WEEK: lambda row: week_of(row.day),
    By.VERSION: lambda row: str(row.version),
}
"""The key of a row's column; empty: it has none, and counts over all only."""


def table(rows: Iterable[Row], by: By, target: Callable[[Place], float]) -> list[Line]:
    """A line for each criterion, the biggest gaps first, those with too few marks last."""
    rows_of: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[row.card, row.criterion].append(row)
    lines = [_line(place, here, by, target(place)) for place, here in rows_of.items()]
    return sorted(lines, key=lambda line: _order(line.overall))


def worst(lines: Sequence[Line], most: int = 5) -> list[Cell]:
    """The biggest gaps that are surely some, over all and by column; then those that may be."""
    cells = [Cell(line.place, "", line.overall) for line in lines]
    cells += [
        Cell(line.place, column, each) for line in lines for column, each in line.cells.items()
    ]
    told = [cell for cell in cells if cell.figure.state in (State.BELOW, State.PERHAPS)]
    return sorted(told, key=lambda cell: _order(cell.figure))[:most]


def figure(rows: Sequence[Row], target: float) -> Figure:
    """Of at least one row."""
    shares = [row.share for row in rows]
    mean = fmean(shares)
    low, high = interval(shares, yes_no=all(row.yes_no for row in rows))
    return Figure(
        len(rows), mean, low, high, target, _state(len(rows), mean, high, target), trend(rows)
    )


def interval(shares: Sequence[float], *, yes_no: bool) -> tuple[float, float]:
    """The 95 % interval of their mean, within 0..1."""
    n, mean = len(shares), fmean(shares)
    spread = stdev(shares) if n > 1 and not yes_no else 0.0
    if spread == 0.0:
        return wilson(mean, n)
    half = float(stdtrit(n - 1, UNSURE)) * spread / sqrt(n)
    return max(0.0, mean - half), min(1.0, mean + half)


def trend(rows: Sequence[Row]) -> Trend:
    """Whether the share rises or falls over time: a line through the marks, by the calls' weeks."""
    weeks = [row.day.toordinal() / 7 for row in rows]
    shares = [row.share for row in rows]
    if len(rows) < ENOUGH or len({week_of(row.day) for row in rows}) < WEEKS_FOR_TREND:
        return Trend.UNKNOWN
    middle, mean = fmean(weeks), fmean(shares)
    width = sum((week - middle) ** 2 for week in weeks)
    slope = sum((w - middle) * (s - mean) for w, s in zip(weeks, shares, strict=True)) / width
    rest = sum((s - mean - slope * (w - middle)) ** 2 for w, s in zip(weeks, shares, strict=True))
    free = len(rows) - 2
    half = float(stdtrit(free, UNSURE)) * sqrt(rest / free / width)
    if abs(slope) <= half or abs(slope) < 1e-9:
        return Trend.STEADY
    return Trend.RISING if slope > 0 else Trend.FALLING


def _line(place: Place, rows: Sequence[Row], by: By, target: float) -> Line:
    columns: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if key := COLUMN[by](row):
            columns[key].append(row)
    cells = {key: figure(here, target) for key, here in columns.items()}
    return Line(place, figure(rows, target), cells)


def _state(n: int, mean: float, high: float, target: float) -> State:
    if n < ENOUGH:
        return State.FEW
    if mean >= target:
        return State.MET
    return State.BELOW if high < target else State.PERHAPS


def _order(figure: Figure) -> tuple[int, float]:
    rank = {State.BELOW: 0, State.PERHAPS: 1, State.MET: 2, State.FEW: 3}
    return rank[figure.state], figure.mean - figure.target
