"""Measures for those who always gave, or got, the lowest or the highest score.

Their likelihood has no maximum. As is usual, the total is moved a little inwards (0.3 points)
and the measure found that expects it, everybody else's being held. Who was set aside last is
measured first, against those who were still there then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from app.calibration.facet_likelihood import Layout, Steps, in_use, moments
from app.calibration.facet_scale import Prepared, SetAside
from app.calibration.rater_answers import Flags, Floats

INWARDS = 0.3
FARTHEST = 40.0


def measure_extremes(ready: Prepared, values: Floats, errors: Floats) -> tuple[Flags, Flags, Flags]:
    """Writes measures of the extreme into ``values`` and ``errors``; says who has one now."""
    layout = ready.layout
    known = [in_use(layout.active, axis) for axis in range(3)]
    for one_round in reversed(ready.rounds):
        found = [(each, _measure(ready, values, known, each)) for each in one_round]
        for each, answer in found:
            if answer is not None:
                place = (0, *layout.offsets)[each.axis] + each.index
                values[place], errors[place] = answer
                known[each.axis][each.index] = True
    return known[0], known[1], known[2]


def _measure(
    ready: Prepared, values: Floats, known: list[Flags], element: SetAside
) -> tuple[float, float] | None:
    there = [
        np.ones_like(flags) if axis == element.axis else flags for axis, flags in enumerate(known)
    ]
    cells = element.cells & there[0][:, None, None] & there[1][:, None] & there[2]
    cells &= np.array([len(each) > 1 for each in ready.categories])
    if not cells.any():
        return None
    keep = [np.flatnonzero(in_use(cells, axis)) for axis in range(3)]
    sight = _Sight(ready.layout, values, cells, keep, element)
    target = INWARDS
    if element.top:
        target = float(sight.top) - INWARDS
    measure = brentq(lambda value: sight.total(value) - target, -FARTHEST, FARTHEST, xtol=1e-10)
    return float(measure), 1 / float(np.sqrt(sight.information(measure)))


class _Sight:
    """One element's own scores and what they are expected to be at any measure of hers."""

    def __init__(
        self,
        layout: Layout,
        values: Floats,
        cells: Flags,
        keep: Sequence[Steps],
        element: SetAside,
    ) -> None:
        at = np.ix_(*keep)
        self._layout = Layout(layout.scores[at], cells[at], layout.steps[keep[2]])
        unit, rater, criterion, thresholds = layout.split(values)
        self._parts = [unit[keep[0]], rater[keep[1]], criterion[keep[2]]]
        self._thresholds = thresholds[: self._layout.n_thresholds]
        self._axis = element.axis
        steps = (self._layout.steps >= 0).sum(axis=1)
        self.top = (cells[at] * steps).sum()

    def total(self, measure: float) -> float:
        return float(moments(self._layout, self._with(measure)).expected.sum())

    def information(self, measure: float) -> float:
        return float(moments(self._layout, self._with(measure)).variance.sum())

    def _with(self, measure: float) -> Floats:
        parts = list(self._parts)
        parts[self._axis] = np.array([measure])
        return np.concatenate((*parts, self._thresholds))
