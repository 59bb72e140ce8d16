"""What comes out of runs: figures of one replication, estimates over many, comparisons of plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.arrays import Floats
from sim.parameters import Plan
from sim.records import Records

# An interval of fewer replications than these is too shaky to build on.
FEWEST = 5


@dataclass(frozen=True)
class Figures:
    """The figures of one replication, made by ``sim.metrics.figures``.

    by_type[measure]: (intervals + 1, call types + 1); the last row is the whole run, what came
        outside the hours included, the last column all call types together
    by_group[measure]: (intervals + 1, groups + 1), likewise
    NaN where there is nothing to tell (nobody was answered: no ASA). Shares run from 0 to 1, times
    are seconds, counts are counts. With several days the intervals of day 0 come first.
    days: the same by day instead of by interval, where there are several; a day's row is of its
        opening hours
    """

    by_type: Mapping[str, Floats]
    by_group: Mapping[str, Floats]
    days: Figures | None = None


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its confidence interval (Student's t).

    low, high: the interval at ``confidence``; NaN with fewer than two replications
    sd: standard deviation between replications; n: replications that had a figure
    p10, p50, p90: quantiles across replications: what a bad, a usual and a good day bring
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int
    confidence: float
    p10: float
    p50: float
    p90: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Result:
    """A plan's replications, in order of their numbers.

    records: what happened in each, when it was asked to be kept; else empty
    wanted: of a run that was stopped, how many replications there were to be; those here are its
        first, without a gap. Else None
    precision_missed: the half width of the service level's interval when a wanted precision was
        not reached with as many replications as were allowed; else None
    """

    plan: Plan
    figures: tuple[Figures, ...]
    records: tuple[Records, ...] = ()
    wanted: int | None = None
    precision_missed: float | None = None

    @property
    def replications(self) -> int:
        return len(self.figures)

    @property
    def finished(self) -> bool:
        """False of a run that was stopped."""
        return self.wanted is None


@dataclass(frozen=True)
class Difference:
    """A measure of one plan minus the base plan's, on the same days (paired).

    low, high: simultaneous over all plans compared (Bonferroni)
    verdict: ``better``, ``worse`` or ``can't tell``; for a measure of which neither more nor less
        is better, ``higher`` or ``lower``
    more: further replications after which the interval would probably not hold zero any more, if
        the difference stays as it is; None when it is told already or never would be
    """

    plan: str
    base: str
    measure: str
    difference: Estimate
    verdict: str
    more: int | None

    @property
    def at_most(self) -> float:
        """However large the difference is, it is hardly larger than this, either way: the farther
        end of the interval. Near zero: the plans are equal for all practical purposes. NaN while
        there is no interval."""
        return max(abs(self.difference.low), abs(self.difference.high))
