"""How sure a statistic is: resampling units, bias-corrected and accelerated (BCa).

A statistic says what it needs of each unit once, as a function of *weights*: how often each unit
counts. Then the estimate is that function of ones, leaving a unit out is a zero among ones, and all
draws of a bootstrap are one matrix of counts, so that a few matrix products replace thousands of
runs. Where the answer is undefined for some weights (a draw without variation), it is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from app.calibration.agreement import Agreement, Interval, Method, Reason
from app.calibration.ratings import Floats, Ratings, as_ratings
from app.errors import InvalidInput

SOURCE = "BCa bootstrap over units: Efron 1987, JASA 82, 171-185"
STABLE = 0.9
"""The share of draws that must have an answer: the interval knows nothing of the others."""
CELLS = 2**21
"""Weights at once: bounds the memory, whatever the number of units."""


@dataclass(frozen=True)
class Weighed:
    """A statistic of certain ratings. over: weights (draws, units) -> estimates (draws,).

    undefined: what it means if that is NaN for the units as they are.
    """

    over: Callable[[Floats], Floats]
    units: int
    raters: int
    undefined: Reason = Reason.NO_VARIATION


class Statistic(Protocol):
    """How one kind of agreement is measured."""

    @property
    def method(self) -> Method: ...

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        """Prepare for any weights, or say why these ratings have no answer."""


@dataclass(frozen=True)
class Sampling:
    """draws: 0 for no interval. The same seed gives the same interval, for all tables alike."""

    draws: int = 2000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.draws < 0:
            raise InvalidInput(f"draws must be zero or more, got {self.draws}")
        if not 0 < self.confidence < 1:
            raise InvalidInput(f"confidence must be between 0 and 1, got {self.confidence:g}")


BOOTSTRAP = Sampling()


def measure(
    statistic: Statistic,
    ratings: Ratings | ArrayLike,
    sampling: Sampling = BOOTSTRAP,
) -> Agreement:
    """The estimate, with its bootstrap interval."""
    table = ratings if isinstance(ratings, Ratings) else as_ratings(ratings)
    weighed = statistic.weigh(table)
    if isinstance(weighed, Reason):
        raters = table.raters
        return Agreement(statistic.method, None, None, 0, raters, table.missing, weighed)
    estimate = float(weighed.over(np.ones((1, weighed.units)))[0])
    if np.isnan(estimate):
        found: Interval | Reason | None = weighed.undefined
    else:
        found = _interval(weighed, estimate, sampling) if sampling.draws else None
    return Agreement(
        statistic.method,
        None if np.isnan(estimate) else estimate,
        found if isinstance(found, Interval) else None,
        weighed.units,
        weighed.raters,
        table.missing,
        found if isinstance(found, Reason) else None,
    )


def bootstrap_interval(
    statistic: Statistic,
    ratings: Ratings | ArrayLike,
    draws: int = 2000,
    *,
    seed: int = 0,
    confidence: float = 0.95,
) -> Interval | Reason:
    """The interval of ``statistic`` alone, from resampled units, or why there is none."""
    found = measure(statistic, ratings, Sampling(max(draws, 1), seed, confidence))
    return found.interval or found.reason or Reason.ALIKE


def _interval(weighed: Weighed, estimate: float, sampling: Sampling) -> Interval | Reason:
    if weighed.units < 2:
        return Reason.ONE_UNIT
    drawn = _each(weighed, draw_counts(weighed.units, sampling))
    drawn = drawn[~np.isnan(drawn)]
    if drawn.size < STABLE * sampling.draws:
        return Reason.UNSTABLE
    if np.ptp(drawn) < 1e-12:
        return Reason.ALIKE
    without = _each(weighed, _leave_one_out(weighed.units))
    low, high = bca(drawn, estimate, without[~np.isnan(without)], sampling.confidence)
    return Interval(low, high, sampling.confidence, SOURCE)


def _each(weighed: Weighed, batches: Iterator[Floats]) -> Floats:
    return np.concatenate([weighed.over(weights) for weights in batches])


def draw_counts(units: int, sampling: Sampling) -> Iterator[Floats]:
    """How often each unit is in each draw: batches of (draws, units), each row's sum is units."""
    rng = np.random.default_rng(sampling.seed)
    for size in _batches(sampling.draws, units):
        chosen = rng.integers(0, units, size=(size, units), dtype=np.int32)
        chosen += np.arange(size, dtype=np.int32)[:, None] * units
        counted = np.bincount(chosen.ravel(), minlength=size * units)
        yield counted.reshape(size, units).astype(float)


def _leave_one_out(units: int) -> Iterator[Floats]:
    first = 0
    for size in _batches(units, units):
        weights = np.ones((size, units))
        weights[np.arange(size), np.arange(first, first + size)] = 0
        first += size
        yield weights


def _batches(rows: int, units: int) -> Iterator[int]:
    most = max(1, CELLS // units)
    for first in range(0, rows, most):
        yield min(most, rows - first)


def bca(drawn: Floats, estimate: float, without: Floats, confidence: float) -> tuple[float, float]:
    """Bias-corrected and accelerated limits (Efron 1987).

    drawn: estimates of the draws; without: estimates that leave out one unit each.
    """
    below = (np.mean(drawn < estimate) + np.mean(drawn <= estimate)) / 2
    # All draws on one side would put the limits at infinity.
    bias = ndtri(np.clip(below, 0.5 / drawn.size, 1 - 0.5 / drawn.size))
    away = without.mean() - without if without.size else np.zeros(1)
    spread = float((away**2).sum())
    acceleration = float((away**3).sum()) / (6 * spread**1.5) if spread > 1e-24 else 0.0
    tails = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(drawn, ndtr(bias + tails / (1 - acceleration * tails)))
    return float(low), float(high)
