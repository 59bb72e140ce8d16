"""Getting ratings ready for the many-facet model: categories in use, elements without a measure.

A category that nobody used has no threshold, so scores are numbered by the categories that
occur. An element (unit, rater, criterion) with only lowest or only highest scores has no finite
measure; it is set aside, which may make others extreme, until none is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.calibration.facet_likelihood import Layout, others
from app.calibration.rater_answers import Flags, Floats


@dataclass(frozen=True, slots=True)
class SetAside:
    """An element that was extreme; ``cells`` its scores that were in use then."""

    axis: int
    index: int
    top: bool
    cells: Flags


@dataclass(frozen=True, slots=True)
class Prepared:
    """``categories`` of each criterion in rising order; ``rounds`` of elements set aside."""

    layout: Layout
    categories: tuple[Floats, ...]
    rounds: tuple[tuple[SetAside, ...], ...]


def prepare(ratings: Floats, *, shared: bool) -> Prepared:
    """``ratings`` units × raters × criteria, NaN missing; ``shared`` thresholds or each its own."""
    active = ~np.isnan(ratings)
    rounds: list[tuple[SetAside, ...]] = []
    while True:
        categories = _categories(ratings, active, shared)
        scores = _numbered(ratings, categories)
        top = np.array([len(each) - 1 for each in categories])
        extreme = _extreme(scores, active, top)
        if not extreme:
            return Prepared(Layout(scores, active, _steps(top, shared)), categories, tuple(rounds))
        rounds.append(extreme)
        active = active.copy()
        for each in extreme:
            active &= ~each.cells


def _categories(ratings: Floats, active: Flags, shared: bool) -> tuple[Floats, ...]:
    count = ratings.shape[2]
    if shared:
        return tuple([_occurring(ratings[active])] * count)
    own = [_occurring(ratings[:, :, each][active[:, :, each]]) for each in range(count)]
    return tuple(own)


def _occurring(values: Floats) -> Floats:
    return np.asarray(np.unique(values), dtype=np.float64)


def _numbered(ratings: Floats, categories: tuple[Floats, ...]) -> NDArray[np.intp]:
    """Scores from 0; one whose category is out of use counts as the nearest end's."""
    scores = np.zeros(ratings.shape, dtype=np.intp)
    for criterion, values in enumerate(categories):
        if len(values):
            place = np.searchsorted(values, np.nan_to_num(ratings[:, :, criterion]))
            scores[:, :, criterion] = np.minimum(place, len(values) - 1)
    return scores


def _extreme(
    scores: NDArray[np.intp], active: Flags, top: NDArray[np.intp]
) -> tuple[SetAside, ...]:
    if (top <= 0).all():
        return ()
    low, high = active & (scores == 0), active & (scores == top)
    found = []
    for axis in range(3):
        n = active.sum(axis=others(axis))
        lowest, highest = low.sum(axis=others(axis)) == n, high.sum(axis=others(axis)) == n
        for index in np.flatnonzero((n > 0) & (lowest | highest)):
            cells = np.zeros_like(active)
            here: list[slice | int] = [slice(None)] * 3
            here[axis] = int(index)
            cells[tuple(here)] = active[tuple(here)]
            found.append(SetAside(axis, int(index), bool(highest[index]), cells))
    return tuple(found)


def _steps(top: NDArray[np.intp], shared: bool) -> NDArray[np.intp]:
    most = int(top.max(initial=0))
    steps = np.tile(np.arange(most), (len(top), 1))
    if shared:
        return steps
    used = steps < top[:, None]
    numbers = np.cumsum(used).reshape(used.shape) - 1
    return np.where(used, numbers, -1)
