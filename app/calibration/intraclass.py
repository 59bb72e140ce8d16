"""Intraclass correlations: how much of the differences in scores are differences between calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import fdtri

from app.calibration.agreement import Agreement, Interval, Method, Reason
from app.calibration.bootstrap import Sampling, Weighed, measure
from app.calibration.ratings import Floats, Ratings, lacks
from app.errors import InvalidInput

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
SOURCE = "Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428"
INTERVAL_SOURCE = "F distribution: McGraw & Wong 1996, Psychological Methods 1, 30-46"
NONE = 1e-12
"""A sum of squares below this share of the whole is rounding."""


def complete(ratings: Ratings) -> Floats:
    """Units that every one of certain raters scored: the choice that keeps most scores.

    All who scored at least so many units are taken together, so that a late rater does not cost
    the units of all others. Of equal choices the one with more raters.
    """
    there = ratings.there
    scored = there.sum(axis=0)
    best = np.empty((0, 0))
    for least in np.unique(scored[scored > 0]):
        raters = scored >= least
        kept = ratings.values[np.ix_(there[:, raters].all(axis=1), raters)]
        if raters.sum() > 1 and _worth(kept) > _worth(best):
            best = kept
    return best


def _worth(table: Floats) -> tuple[int, int]:
    """Two units are the least of which anything can be told."""
    return min(len(table), 2), table.size


@dataclass(frozen=True)
class Squares:
    """Mean squares of a two-way table of units × raters, one of each for every draw."""

    units: Floats
    raters: int
    between: Floats
    columns: Floats
    error: Floats
    within: Floats


def mean_squares(table: Floats) -> Callable[[Floats], Squares]:
    """Of a complete units × raters table, for any weights of its units."""
    table = table - table.mean()
    rows, squares = table.mean(axis=1), (table**2).sum(axis=1)
    raters = table.shape[1]

    def over(weights: Floats) -> Squares:
        units = weights.sum(axis=1)
        columns = (weights @ table) / units[:, None]
        grand = columns.mean(axis=1)
        whole = weights @ squares - units * raters * grand**2
        between = raters * (weights @ rows**2 - units * grand**2)
        across = units * ((columns - grand[:, None]) ** 2).sum(axis=1)
        free = units - 1
        parts = (between, across, whole - between - across, whole - between)
        clean = [np.where(part > NONE * np.abs(whole), part, 0.0) for part in parts]
        with np.errstate(invalid="ignore", divide="ignore"):
            return Squares(
                units,
                raters,
                clean[0] / free,
                clean[1] / (raters - 1),
                clean[2] / (free * (raters - 1)),
                clean[3] / (units * (raters - 1)),
            )

    return over


@dataclass(frozen=True)
class IntraclassCorrelation:
    form: Form

    def __post_init__(self) -> None:
        if self.form not in get_args(Form):
            raise InvalidInput(f"form must be one of {get_args(Form)}, got {self.form!r}")

    @property
    def method(self) -> Method:
        return Method(f"ICC({self.form})", SOURCE)

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        table = complete(ratings)
        why = lacks(np.full(len(table), table.shape[1]), ratings.raters)
        if why:
            return why
        squares = mean_squares(table)
        units, raters = table.shape
        undefined = Reason.ALIKE if np.ptp(table) > 0 else Reason.NO_VARIATION
        return Weighed(
            lambda weights: coefficient(self.form, squares(weights)), units, raters, undefined
        )


def coefficient(form: Form, ms: Squares) -> Floats:
    """Shrout & Fleiss 1979, their formulas (1,1) to (3,k); NaN where units do not differ."""
    kind, _, several = form.partition(",")
    noise = ms.within if kind == "1" else ms.error
    below = ms.between if several == "k" else ms.between + (ms.raters - 1) * noise
    if kind == "2":
        extra = (ms.columns - ms.error) / ms.units
        below = below + (extra if several == "k" else ms.raters * extra)
    return np.divide(ms.between - noise, below, out=np.full_like(below, np.nan), where=below > 0)


def with_f_interval(form: Form, ratings: Ratings, confidence: float = 0.95) -> Agreement:
    """The correlation with the interval of the F distribution, as McGraw & Wong give it."""
    found = measure(IntraclassCorrelation(form), ratings, Sampling(0, confidence=confidence))
    if found.estimate is None:
        return found
    ms = mean_squares(complete(ratings))(np.ones((1, found.units)))
    limits = f_limits(form, ms, (1 - confidence) / 2)
    interval = Interval(*limits, confidence, INTERVAL_SOURCE) if limits else None
    return Agreement(
        found.method,
        found.estimate,
        interval,
        found.units,
        found.raters,
        found.missing,
        None if interval else Reason.ALIKE,
    )


def f_limits(form: Form, ms: Squares, tail: float) -> tuple[float, float] | None:
    """None where raters leave no error at all, or units hardly differ: F has no limits then."""
    noise = float((ms.within if form[0] == "1" else ms.error)[0])
    between = float(ms.between[0])
    if between == 0 or (noise == 0 and form[0] != "2"):
        return None
    if form[0] == "2":
        single = _absolute_limits(ms, tail)
    else:
        single = _simple_limits(ms, between / noise, form[0] == "1", tail)
    if single is None or form.endswith("1"):
        return single
    low, high = single
    if 1 + low * (ms.raters - 1) <= 0:
        return None
    return _of_the_mean(low, ms.raters), _of_the_mean(high, ms.raters)


def _of_the_mean(single: float, raters: int) -> float:
    """Spearman & Brown: what one rater's figure is for the mean of all."""
    return single * raters / (1 + single * (raters - 1))


def _simple_limits(ms: Squares, f: float, one_way: bool, tail: float) -> tuple[float, float]:
    units = float(ms.units[0])
    free = units - 1
    rest = (units if one_way else free) * (ms.raters - 1)
    low, high = f / fdtri(free, rest, 1 - tail), f * fdtri(rest, free, 1 - tail)
    others = ms.raters - 1
    return float((low - 1) / (low + others)), float((high - 1) / (high + others))


def _absolute_limits(ms: Squares, tail: float) -> tuple[float, float] | None:
    """ICC(2,1): Satterthwaite's degrees of freedom (Shrout & Fleiss 1979, p. 424)."""
    n, k, free = float(ms.units[0]), ms.raters, float(ms.units[0]) - 1
    msb, msc, mse = float(ms.between[0]), float(ms.columns[0]), float(ms.error[0])
    rho = float(coefficient("2,1", ms)[0])
    raters_part, error_part = k * rho * msc, (n * (1 + (k - 1) * rho) - k * rho) * mse
    weight = free * raters_part**2 + error_part**2
    if weight == 0:
        return None
    v = free * (k - 1) * (raters_part + error_part) ** 2 / weight
    if v == 0:
        return None
    upper, lower = fdtri(free, v, 1 - tail), fdtri(v, free, 1 - tail)
    rest = k * msc + (k * n - k - n) * mse
    low = n * (msb - upper * mse) / (upper * rest + n * msb)
    high = n * (lower * msb - mse) / (rest + n * lower * msb)
    return float(low), float(high)
