"""The pictures of Check and of the change, as positions for a template to draw. Pure.

Positions are units of the picture's own ``viewBox``; dots carry what a reader needs to follow
them: whose, which call, which second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from app.calibration.change import Change
from app.calibration.results import CallMarks, CriterionResult, ShownMark
from app.calibration.session_plan import AlphaAtLeast, Target
from app.calibration.statistics import Agreement
from app.quality.answers import Answer, Left

WIDTH = 400.0
MARGIN = 14.0
HEAD = 26.0
LEFT_COLUMN = 56.0
DOT = 25.0
"""How far dots on the same point stand apart: a little more than one is wide."""
SPARE = 10.0
FEW_COLUMNS = 5
"""Up to so many columns two dots stand beside each other, so that a telephone shows them all."""
FITTING = 8
"""More columns than that cannot be read when they are made to fit a telephone."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float = MARGIN
    end: float = WIDTH - MARGIN

    def at(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class Whisker:
    """├──●──┤: a figure with its interval; ``low`` and ``high`` None without one."""

    dot: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class AgreementPicture:
    """A figure on its axis. ``ticks``: (position, value); ``target`` None where it is of
    another kind; ``before``: the figure of the first round, None without a second."""

    whisker: Whisker | None
    target: float | None
    ticks: tuple[tuple[float, float], ...]
    before: float | None = None


def agreement_picture(
    result: Agreement, target: Target | None, first: Agreement | None = None
) -> AgreementPicture:
    """Alpha from its axis' start, which is 0 unless something lies below."""
    earlier = first.estimate if first else None
    shown = [*_ends(result), *([] if earlier is None else [earlier])]
    lowest = min(shown, default=0.0)
    axis = Axis(-1.0 if lowest < -0.5 else -0.5 if lowest < 0 else 0.0, 1.0)
    line = axis.at(target.value) if isinstance(target, AlphaAtLeast) else None
    step = (0.0, 0.25, 0.5, 0.75, 1.0) if not axis.low else (axis.low, 0.0, 0.5, 1.0)
    return AgreementPicture(
        _whisker(axis, result),
        line,
        tuple((axis.at(each), each) for each in step),
        None if earlier is None else axis.at(earlier),
    )


def _ends(result: Agreement) -> list[float]:
    if result.estimate is None:
        return []
    return [result.estimate, *([result.interval.low] if result.interval else [])]


def _whisker(axis: Axis, result: Agreement) -> Whisker | None:
    if result.estimate is None:
        return None
    ends = result.interval
    return Whisker(
        axis.at(result.estimate),
        axis.at(ends.low) if ends else None,
        axis.at(ends.high) if ends else None,
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """One rater's mark. ``second``: where she heard it, None when she named none."""

    x: float
    y: float
    initials: str
    rater: int
    answer: Answer
    second: float | None


@dataclass(frozen=True, slots=True)
class DotRow:
    """One call: its dots, the reference's mark (a diamond), what was agreed on or the middle (a
    line). ``y``: its middle; ``half``: from there to its edges."""

    y: float
    half: float
    recording: int
    number: int
    dots: tuple[Dot, ...]
    reference: Dot | None
    anchor: float | None
    split: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One point of the scale, or a way to leave it: where it stands and what it is called."""

    x: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class DotPicture:
    """Who chose what on each call; rows in the order of the result's calls."""

    width: float
    height: float
    columns: tuple[Column, ...]
    rows: tuple[DotRow, ...]

    @property
    def fits(self) -> bool:
        """Whether it can still be read when it is as narrow as a telephone."""
        return len(self.columns) <= FITTING


def dot_picture(result: CriterionResult, initials: Callable[[int], str]) -> DotPicture:
    """Columns are the points of the scale, then "does not apply" and "not sure" if chosen.

    Dots on one point stand beside and below each other; no two overlap.
    """
    chosen = {mark.answer for call in result.calls for mark in _all(call)}
    left = [each for each in Left if each in chosen]
    answers: list[Answer] = [*result.planned.values, *left]
    beside = 2 if len(answers) <= FEW_COLUMNS else 1
    gap = beside * DOT + SPARE
    x = {answer: LEFT_COLUMN + gap * (at + 0.5) for at, answer in enumerate(answers)}
    rows = []
    y = HEAD
    for call in result.calls:
        half = (ceil(_crowd(call) / beside) * DOT + SPARE) / 2
        rows.append(_row(result, call, x, (y + half, half), beside, initials))
        y += 2 * half
    return DotPicture(
        round(LEFT_COLUMN + gap * len(answers), 1),
        round(y + 6, 1),
        tuple(Column(round(x[answer], 1), answer) for answer in answers),
        tuple(rows),
    )


def _all(call: CallMarks) -> list[ShownMark]:
    return [*call.marks, *([call.reference] if call.reference else [])]


def _crowd(call: CallMarks) -> int:
    answers = [mark.answer for mark in call.marks]
    return max((answers.count(answer) for answer in set(answers)), default=1)


def _row(
    result: CriterionResult,
    call: CallMarks,
    x: Mapping[Answer, float],
    place: tuple[float, float],
    beside: int,
    initials: Callable[[int], str],
) -> DotRow:
    y, half = place
    dots: list[Dot] = []
    for answer, centre in x.items():
        here = [mark for mark in call.marks if mark.answer == answer]
        lines = [here[at : at + beside] for at in range(0, len(here), beside)]
        for number, line in enumerate(lines):
            for at, mark in enumerate(line):
                across = centre + (at - (len(line) - 1) / 2) * DOT
                down = y + (number - (len(lines) - 1) / 2) * DOT
                dots.append(_dot(mark, across, down, initials))
    reference = call.reference
    agreed = call.agreed if call.agreed is not None else call.anchor
    return DotRow(
        y,
        half,
        call.recording,
        call.number,
        tuple(dots),
        _dot(reference, x[reference.answer], y, initials) if reference else None,
        _between(result.planned.values, x, agreed),
        call.split,
    )


def _dot(mark: ShownMark, x: float, y: float, initials: Callable[[int], str]) -> Dot:
    second = mark.seconds[0] if mark.seconds else None
    return Dot(round(x, 1), y, initials(mark.rater), mark.rater, mark.answer, second)


def _between(
    points: Sequence[float], x: Mapping[Answer, float], value: Answer | None
) -> float | None:
    """Where a value stands, also between two points (a median of 3 and 4)."""
    if value is None or value in x:
        return None if value is None else round(x[value], 1)
    if isinstance(value, Left):
        return None
    above = next(point for point in points if point > value)
    below = max(point for point in points if point < value)
    share = (value - below) / (above - below)
    return round(x[below] + share * (x[above] - x[below]), 1)


@dataclass(frozen=True, slots=True)
class ChangePicture:
    """Before (ring) and after (dot) on one axis of agreement, and beside it the change with its
    interval around a line at 0."""

    before: float | None
    after: float | None
    change: Whisker | None
    ticks: tuple[tuple[float, float], ...]
    change_ticks: tuple[tuple[float, float], ...]


LEVEL = Axis(-0.5, 1.0, MARGIN, WIDTH / 2 - MARGIN)
MOVE = Axis(-1.5, 1.5, WIDTH / 2 + MARGIN, WIDTH - MARGIN)


def change_picture(found: Change) -> ChangePicture:
    difference, ends = found.difference, found.interval
    whisker = None
    if difference is not None:
        whisker = Whisker(
            MOVE.at(difference),
            MOVE.at(ends.low) if ends else None,
            MOVE.at(ends.high) if ends else None,
        )
    return ChangePicture(
        None if found.before is None else LEVEL.at(found.before),
        None if found.after is None else LEVEL.at(found.after),
        whisker,
        tuple((LEVEL.at(each), each) for each in (-0.5, 0.0, 0.5, 1.0)),
        tuple((MOVE.at(each), each) for each in (-1.0, 0.0, 1.0)),
    )
