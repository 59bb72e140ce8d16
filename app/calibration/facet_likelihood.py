"""The rating-scale likelihood of many facets: its value, slope and curvature. Pure arrays.

Log odds of category k over k-1 are unit - rater - criterion - threshold k (Linacre 1989,
"Many-facet Rasch measurement"; Andrich 1978 for shared thresholds, Masters 1982 for thresholds
of each criterion). Parameters are one vector: units, raters, criteria, thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.calibration.rater_answers import Flags, Floats

Steps = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Layout:
    """``scores`` units × raters × criteria, from 0, valid where ``active``.

    ``steps`` criteria × thresholds: which threshold parameter is in use, -1 where a criterion
    has no such category.
    """

    scores: NDArray[np.intp]
    active: Flags
    steps: Steps

    @property
    def n_thresholds(self) -> int:
        return int(self.steps.max(initial=-1)) + 1

    @property
    def offsets(self) -> tuple[int, int, int, int]:
        units, raters, criteria = self.scores.shape
        return units, units + raters, units + raters + criteria, self._size

    @property
    def _size(self) -> int:
        return sum(self.scores.shape) + self.n_thresholds

    def split(self, values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        first, second, third, _ = self.offsets
        return values[:first], values[first:second], values[second:third], values[third:]


def others(axis: int) -> tuple[int, ...]:
    """The two facets besides this one."""
    return tuple(each for each in range(3) if each != axis)


def in_use(cells: Flags, axis: int) -> Flags:
    """Which elements of a facet have any of these cells."""
    return np.asarray(cells.any(axis=others(axis)))


@dataclass(frozen=True, slots=True)
class Moments:
    """Expected score and its variance, units × raters × criteria; P(score >= k), k leading."""

    log_likelihood: float
    expected: Floats
    variance: Floats
    at_least: Floats


def category_probabilities(location: Floats, thresholds: Floats) -> Floats:
    """Chances of categories 0..m on a new first axis, over ``location`` of any shape.

    ``thresholds`` has m on its first axis and the rest broadcasts to ``location``; +inf marks a
    category that does not exist.
    """
    usable = np.isfinite(thresholds)
    power = np.zeros((len(thresholds) + 1, *location.shape))
    for step, threshold in enumerate(np.where(usable, thresholds, 0.0)):
        np.add(power[step], location - threshold, out=power[step + 1])
    for step, there in enumerate(usable):
        power[step + 1] = np.where(there, power[step + 1], -np.inf)
    power -= power.max(axis=0)
    np.exp(power, out=power)
    power /= power.sum(axis=0)
    return power


def threshold_table(layout: Layout, thresholds: Floats) -> Floats:
    """Steps × criteria, +inf where a criterion has no such step."""
    padded = np.append(thresholds, np.inf)
    return padded[layout.steps.T]


def moments(layout: Layout, values: Floats) -> Moments:
    """What the parameters expect, zero where a cell is not active."""
    unit, rater, criterion, thresholds = layout.split(values)
    location = unit[:, None, None] - rater[None, :, None] - criterion
    chance = category_probabilities(location, threshold_table(layout, thresholds))
    picked = np.take_along_axis(chance, layout.scores[None], axis=0)[0]
    log_likelihood = float(np.log(np.maximum(picked[layout.active], 1e-300)).sum())
    tail = chance[1:]
    tail *= layout.active
    for step in range(len(tail) - 2, -1, -1):
        tail[step] += tail[step + 1]
    expected = tail.sum(axis=0)
    square = np.zeros_like(expected)
    for step, one in enumerate(tail):
        square += (2 * step + 1) * one
    return Moments(log_likelihood, expected, square - expected**2, tail)


def slope(layout: Layout, now: Moments) -> Floats:
    """The gradient of the log likelihood."""
    left = np.where(layout.active, layout.scores - now.expected, 0.0)
    surplus = np.array(
        [
            ((layout.scores > step) & layout.active).sum(axis=(0, 1)) - one.sum(axis=(0, 1))
            for step, one in enumerate(now.at_least)
        ]
    )
    return np.concatenate(
        (
            left.sum(axis=(1, 2)),
            -left.sum(axis=(0, 2)),
            -left.sum(axis=(0, 1)),
            -_by_step(layout, surplus),
        )
    )


def information(layout: Layout, now: Moments) -> Floats:
    """Minus the second derivatives: Fisher's information, observed and expected alike."""
    first, second, third, size = layout.offsets
    table = np.zeros((size, size))
    unit, rater, criterion = slice(0, first), slice(first, second), slice(second, third)
    _fill_crossed(table[:third, :third], now.variance, (unit, rater, criterion))
    above = np.zeros_like(now.expected)
    for step in range(len(now.at_least) - 1, -1, -1):
        # The covariance of the score with having reached this step.
        one = now.at_least[step]
        above += one
        block = above + step * one - one * now.expected
        columns, used = _columns(layout, step)
        at = third + columns
        np.subtract.at(table, np.ix_(np.arange(first), at), block.sum(axis=1)[:, used])
        np.add.at(table, np.ix_(np.arange(first, second), at), block.sum(axis=0)[:, used])
        np.add.at(table, (second + used, at), block.sum(axis=(0, 1))[used])
        _between_steps(layout, now, step, table[third:, third:])
    return np.asarray(np.triu(table) + np.triu(table, 1).T)


def _fill_crossed(table: Floats, variance: Floats, place: tuple[slice, slice, slice]) -> None:
    unit, rater, criterion = place
    table[unit, rater] = -variance.sum(axis=2)
    table[unit, criterion] = -variance.sum(axis=1)
    table[rater, criterion] = variance.sum(axis=0)
    np.fill_diagonal(table[unit, unit], -table[unit, rater].sum(axis=1))
    np.fill_diagonal(table[rater, rater], -table[unit, rater].sum(axis=0))
    np.fill_diagonal(table[criterion, criterion], -table[unit, criterion].sum(axis=0))


def _between_steps(layout: Layout, now: Moments, step: int, table: Floats) -> None:
    """Covariances of having reached ``step`` and each later one: P(later) - P(step) P(later)."""
    here = now.at_least[step]
    for later in range(step, len(now.at_least)):
        both = (now.at_least[later] * (1 - here)).sum(axis=(0, 1))
        columns, used = _columns(layout, later)
        np.add.at(table, (layout.steps[used, step], columns), both[used])


def _columns(layout: Layout, step: int) -> tuple[Steps, Steps]:
    """The threshold parameters in use at this step, and the criteria that use them."""
    used = np.flatnonzero(layout.steps[:, step] >= 0)
    return layout.steps[used, step], used


def _by_step(layout: Layout, per_criterion: Floats) -> Floats:
    total = np.zeros(layout.n_thresholds)
    used = layout.steps.T >= 0
    np.add.at(total, layout.steps.T[used], per_criterion[used])
    return total
