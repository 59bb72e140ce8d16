"""Whether a rater moves away from the others over time: the EWMA chart.

An exponentially weighted moving average of her differences to the consensus or gold answer
(Roberts 1959, Technometrics 1), with limits that widen from the first point on (Lucas &
Saccucci 1990, Technometrics 32, whose table gives the defaults: a false alarm about every 500
scores).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from app.calibration.rater_answers import (
    Estimate,
    Floats,
    Trouble,
    as_array,
    check_level,
    words_for,
)
from app.errors import InvalidInput
from app.quality.text import N_, Text, text

Places = NDArray[np.intp]

WEIGHT = 0.2
WIDTH = 2.962
FEW_SCORES = 10
MOVING_RANGE = 2 / np.sqrt(np.pi)
"""Mean absolute difference of two normal values, in standard deviations (d2 of 2: 1.128)."""
SOURCE = "Roberts (1959); Lucas & Saccucci (1990)"
_METHODS = {
    True: text(N_("EWMA chart, scatter given")),
    False: text(N_("EWMA chart, scatter from the differences between neighbouring scores")),
}


class Direction(StrEnum):
    KINDER = "kinder"
    STRICTER = "stricter"


_WORDS = {
    Direction.KINDER: N_("Since score {n} these scores are higher than the reference."),
    Direction.STRICTER: N_("Since score {n} these scores are lower than the reference."),
}


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """``index`` among the scores as given; ``average`` the EWMA; ``low`` and ``high`` limits."""

    index: int
    difference: float
    average: float
    low: float
    high: float
    out: bool


@dataclass(frozen=True, slots=True)
class DriftResult:
    """The chart in order of time.

    ``first_signal`` is the place of the first point (0 the first) outside its limits;
    ``level_now`` the last average with its interval, None without points. ``sigma`` is the
    scatter of one difference. With a trouble there are no limits and no signal.
    """

    points: tuple[ChartPoint, ...]
    first_signal: int | None
    direction: Direction | None
    level_now: Estimate | None
    target: float
    sigma: float | None
    weight: float
    width: float
    n: int
    missing: int
    too_few: bool
    trouble: Trouble | None
    words: Text
    level: float
    method: Text
    source: str = SOURCE


def drift(
    differences: ArrayLike,
    times: Sequence[float] | None = None,
    *,
    target: float = 0.0,
    sigma: float | None = None,
    weight: float = WEIGHT,
    width: float = WIDTH,
    level: float = 0.95,
) -> DriftResult:
    """From differences own score - reference, NaN missing, in order of ``times`` if given.

    ``target`` the difference that is no drift, ``sigma`` the known scatter of one difference
    (else a moving-range estimate), ``weight`` of the newest (lambda, above 0 to 1), ``width``
    of the limits in standard deviations (L). Raises InvalidInput for values outside these.
    """
    check_level(level)
    _check(weight, width, sigma)
    given = as_array(differences, (1,), "The differences")
    order = _in_time(given, times)
    values = given[order]
    scatter = _scatter(values) if sigma is None else sigma
    trouble = _trouble(values, scatter)
    averages = _averages(values, target, weight)
    spread = _spread(len(values), weight) * (scatter or 0.0)
    reach = width * spread if trouble is None else np.full(len(values), np.inf)
    points = tuple(
        ChartPoint(
            int(order[k]),
            float(values[k]),
            float(averages[k]),
            float(target - reach[k]),
            float(target + reach[k]),
            bool(abs(averages[k] - target) > reach[k]),
        )
        for k in range(len(values))
    )
    signal = next((place for place, point in enumerate(points) if point.out), None)
    way = None
    if signal is not None:
        way = Direction.KINDER if points[signal].average > target else Direction.STRICTER
    return DriftResult(
        points=points,
        first_signal=signal,
        direction=way,
        level_now=_level_now(averages, spread, trouble, level),
        target=target,
        sigma=scatter,
        weight=weight,
        width=width,
        n=len(values),
        missing=int(np.isnan(given).sum()),
        too_few=trouble is not None or len(values) < FEW_SCORES,
        trouble=trouble,
        words=_words(signal, way, trouble),
        level=level,
        method=_METHODS[sigma is not None],
    )


def _check(weight: float, width: float, sigma: float | None) -> None:
    if not 0 < weight <= 1:
        raise InvalidInput(f"The weight must be above 0 and at most 1, got {weight}.")
    if not 0 < width < np.inf:
        raise InvalidInput(f"The width must be above 0, got {width}.")
    if sigma is not None and not 0 < sigma < np.inf:
        raise InvalidInput(f"Sigma must be above 0, got {sigma}.")


def _in_time(given: Floats, times: Sequence[float] | None) -> Places:
    there = ~np.isnan(given)
    if times is None:
        return np.flatnonzero(there)
    moments = as_array(times, (1,), "The times")
    if len(moments) != len(given) or np.isnan(moments).any():
        raise InvalidInput(f"There must be {len(given)} times without gaps, got {len(moments)}.")
    order = np.argsort(moments, kind="stable")
    return np.asarray(order[there[order]])


def _scatter(values: Floats) -> float | None:
    return float(np.abs(np.diff(values)).mean() / MOVING_RANGE) if len(values) > 1 else None


def _trouble(values: Floats, scatter: float | None) -> Trouble | None:
    if not len(values):
        return Trouble.NOTHING_RATED
    if scatter is None:
        return Trouble.TOO_FEW_UNITS
    return Trouble.NO_SPREAD if scatter == 0 else None


def _averages(values: Floats, target: float, weight: float) -> Floats:
    averages, before = np.empty(len(values)), target
    for place, value in enumerate(values):
        before = weight * value + (1 - weight) * before
        averages[place] = before
    return averages


def _spread(count: int, weight: float) -> Floats:
    """Standard deviation of each average, in those of one difference."""
    places = np.arange(1, count + 1)
    return np.asarray(np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * places))))


def _level_now(
    averages: Floats, spread: Floats, trouble: Trouble | None, level: float
) -> Estimate | None:
    if not len(averages):
        return None
    value = float(averages[-1])
    if trouble is not None:
        return Estimate(value, None, None, None)
    error = float(spread[-1])
    half = float(stats.norm.ppf((1 + level) / 2)) * error
    return Estimate(value, error, value - half, value + half)


def _words(signal: int | None, way: Direction | None, trouble: Trouble | None) -> Text:
    if trouble is not None:
        return words_for(trouble)
    if signal is None or way is None:
        return text(N_("No drift: the scores stay as close to the reference as chance allows."))
    return text(_WORDS[way], n=signal + 1)
