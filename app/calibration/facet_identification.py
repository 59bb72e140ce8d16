"""What a design of three facets leaves free, and the zero sums that hold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from app.calibration.facet_likelihood import Layout, in_use, others
from app.calibration.rater_answers import Flags, Floats


def all_comparable(active: Flags) -> bool:
    """Whether nothing is free but one constant for raters and one for criteria."""
    sizes = [active.sum(axis=others(axis)) for axis in range(3)]
    crossed = np.zeros((sum(active.shape),) * 2)
    ends = np.cumsum((0, *active.shape))
    for one in range(3):
        here = slice(ends[one], ends[one + 1])
        crossed[here, here] = np.diag(sizes[one])
        for other in range(one + 1, 3):
            there = slice(ends[other], ends[other + 1])
            crossed[here, there] = active.sum(axis=3 - one - other)
            crossed[there, here] = crossed[here, there].T
    there_are = sum(int((size > 0).sum()) for size in sizes)
    return int(np.linalg.matrix_rank(crossed, hermitian=True)) == there_are - 2


def held(layout: Layout, shared: bool) -> Floats:
    """Zero sums of severities, difficulties and thresholds; unused parameters are zero."""
    first, second, third, size = layout.offsets
    rows = []
    for axis, start in enumerate((0, first, second)):
        used = in_use(layout.active, axis)
        if axis:
            rows.append(_row(size, start + np.flatnonzero(used)))
        rows.extend(_row(size, [start + int(k)]) for k in np.flatnonzero(~used))
    sets = layout.steps[:1] if shared else layout.steps
    rows.extend(_row(size, third + each[each >= 0]) for each in sets if (each >= 0).any())
    return np.array(rows)


def _row(size: int, at: ArrayLike) -> Floats:
    row = np.zeros(size)
    row[np.asarray(at, dtype=np.intp)] = 1
    return row
