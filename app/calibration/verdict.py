"""What a figure of agreement means, as parts that a page puts into any language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from app.calibration.agreement import MIN_UNITS, MOST_MORE, Agreement, Interval, Reason

BANDS_SOURCE = "Cicchetti 1994, Psychological Assessment 6, 284-290"
MUCH = 0.8
"""A share of agreeing pairs that everybody would call much."""


class Word(StrEnum):
    """Agreement beyond chance in a word."""

    CHANCE = "chance"
    """No better than throwing dice: zero or below."""
    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"
    EXCELLENT = "excellent"


BANDS = ((0.75, Word.EXCELLENT), (0.60, Word.GOOD), (0.40, Word.FAIR))
"""From which figure on a word is used."""


@dataclass(frozen=True)
class Verdict:
    """word: None for a plain share, which is its own word, and where there is no estimate.

    low_word, high_word: the words of the interval's ends; where they differ, the verdict is open.
    more: units still to score to be sure; None where that cannot be told.
    """

    word: Word | None
    low_word: Word | None
    high_word: Word | None
    estimate: float | None
    interval: Interval | None
    units: int
    raters: int
    more: int | None
    reason: Reason | None


def word_for(value: float) -> Word:
    if value <= 0:
        return Word.CHANCE
    return next((word for least, word in BANDS if value >= least), Word.POOR)


def in_words(result: Agreement) -> Verdict:
    """The parts of a sentence about ``result``."""

    def word(value: float | None) -> Word | None:
        told = value is not None and result.method.beyond_chance
        return word_for(value) if told and value is not None else None

    interval = result.interval
    return Verdict(
        word(result.estimate),
        word(interval.low if interval else None),
        word(interval.high if interval else None),
        result.estimate,
        interval,
        result.units,
        result.raters,
        result.more,
        result.reason,
    )


def clear_of(result: Agreement, target: float) -> bool:
    """Whether all that is likely lies on one side of ``target``."""
    interval = result.interval
    return interval is not None and not interval.low <= target <= interval.high


def sure_of(result: Agreement, target: float) -> bool:
    """``clear_of``, and of so many units that the interval itself can be trusted."""
    return clear_of(result, target) and result.units >= MIN_UNITS


def more_to_tell(result: Agreement, target: float) -> int | None:
    """About how many more units would tell on which side of ``target`` the truth lies.

    0 when it is clear already; None without an interval, or when it would take too many. An
    interval shrinks with the root of the number of units, so its side towards the target must
    become as short as the estimate is far from there.
    """
    if result.interval is None or result.estimate is None:
        return None
    if clear_of(result, target):
        return 0
    above = result.estimate >= target
    ends = result.interval
    side = result.estimate - ends.low if above else ends.high - result.estimate
    gap = abs(result.estimate - target)
    if not gap or side > gap * ((MOST_MORE + result.units) / result.units) ** 0.5:
        return None
    needed = max(MIN_UNITS, ceil(round(result.units * (side / gap) ** 2, 6)))
    more = max(1, needed - result.units)
    return more if more <= MOST_MORE else None


def is_paradox(share: Agreement, beyond_chance: Agreement) -> bool:
    """Nearly all pairs agree, and kappa or alpha is poor all the same.

    It happens where nearly every score is the same, so that chance alone would bring as much
    (Feinstein & Cicchetti 1990, J. Clinical Epidemiology 43, 543-549).
    """
    if share.estimate is None or beyond_chance.estimate is None:
        return False
    return share.estimate >= MUCH and word_for(beyond_chance.estimate) in (Word.CHANCE, Word.POOR)
