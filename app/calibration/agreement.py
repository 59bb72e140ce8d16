"""What a statistic of agreement answers: a figure with all that one needs to trust or doubt it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

MIN_UNITS = 10
"""With fewer calls even an interval is guesswork: a bootstrap of so few calls is too narrow."""
SURE_WIDTH = 0.3
"""An interval this wide covers at most two neighbouring words of a verdict, or little more."""

MOST_MORE = 100
"""Nobody scores more calls than that to be sure: no number is named then."""


class Reason(StrEnum):
    """Why there is no estimate, or an estimate without an interval."""

    NO_SCORES = "no_scores"
    """Nobody has scored anything."""
    ONE_RATER = "one_rater"
    """Only one person has scored."""
    NO_PAIRS = "no_pairs"
    """No unit (for ICC: no unit that all raters scored) has scores of two people."""
    ONE_UNIT = "one_unit"
    """Only one unit can be compared; chance cannot be told from agreement on one call."""
    NO_VARIATION = "no_variation"
    """Everybody gave the same score everywhere: perfect, but there is nothing to tell apart."""
    ALIKE = "alike"
    """The units are alike: no interval, and of an ICC no estimate, can be computed of them."""
    UNSTABLE = "unstable"
    """An estimate without interval: one or two units carry all of the variation."""


@dataclass(frozen=True)
class Method:
    """name: the statistic in the field's words; source: the paper of its formula.

    beyond_chance: 0 means "as good as chance"; else a plain share.
    """

    name: str
    source: str
    beyond_chance: bool = True


@dataclass(frozen=True)
class Interval:
    """Where the true value most probably is. source: the paper of the interval's formula."""

    low: float
    high: float
    confidence: float
    source: str

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Agreement:
    """A figure of agreement; never a bare number, never NaN.

    estimate, interval: None with a reason. units, raters: those that were used.
    missing: empty cells of the whole table that came in.
    """

    method: Method
    estimate: float | None
    interval: Interval | None
    units: int
    raters: int
    missing: int
    reason: Reason | None = None

    @property
    def too_few(self) -> bool:
        """Rests on so few units that a few more might well change the verdict."""
        return self.more != 0

    @property
    def more(self) -> int | None:
        """Units to score until one can be sure; None where that cannot be told, or is too many.

        An interval shrinks with the root of the number of units.
        """
        if self.estimate is None or self.reason is Reason.UNSTABLE:
            return None
        needed = MIN_UNITS
        if self.interval:
            times = (self.interval.width / SURE_WIDTH) ** 2
            needed = max(needed, ceil(round(self.units * times, 6)))
        more = max(0, needed - self.units)
        return more if more <= MOST_MORE else None
