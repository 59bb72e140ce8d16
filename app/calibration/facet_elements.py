"""The elements of one facet: measure, interval and how regularly they were scored."""

from __future__ import annotations

import numpy as np

from app.calibration.facet_answers import FacetElement
from app.calibration.facet_likelihood import Layout, Moments, in_use, others
from app.calibration.rater_answers import Estimate, Flags, Floats, Trouble


def elements(
    axis: int,
    scored: Flags,
    layout: Layout,
    now: Moments,
    known: tuple[Flags, Flags, Flags],
    values: Floats,
    errors: Floats,
    reach: float,
) -> tuple[FacetElement, ...]:
    start = (0, *layout.offsets)[axis]
    counts = scored.sum(axis=others(axis))
    regular = in_use(layout.active, axis)
    infit, outfit = _fit(layout, now, axis)
    found = []
    for index in range(scored.shape[axis]):
        measure = None
        if known[axis][index]:
            value, error = float(values[start + index]), float(errors[start + index])
            measure = Estimate(value, error, value - reach * error, value + reach * error)
        fits = bool(regular[index])
        extreme = bool(counts[index]) and not fits
        found.append(
            FacetElement(
                index,
                measure,
                int(counts[index]),
                float(infit[index]) if fits else None,
                float(outfit[index]) if fits else None,
                extreme,
                _why(int(counts[index]), extreme, measure is not None),
            )
        )
    return tuple(found)


def _why(count: int, extreme: bool, measured: bool) -> Trouble | None:
    if not count:
        return Trouble.NOTHING_RATED
    if not extreme:
        return None
    return Trouble.EXTREME if measured else Trouble.ALL_EXTREME


def _fit(layout: Layout, now: Moments, axis: int) -> tuple[Floats, Floats]:
    """Mean squares weighted by information (infit) and plain (outfit); Wright & Masters 1982."""
    squares = np.where(layout.active, (layout.scores - now.expected) ** 2, 0.0)
    variance = np.where(layout.active, now.variance, 0.0)
    plain = np.divide(squares, variance, out=np.zeros_like(squares), where=variance > 0)
    count = np.maximum(layout.active.sum(axis=others(axis)), 1)
    total = variance.sum(axis=others(axis))
    infit = np.divide(
        squares.sum(axis=others(axis)), total, out=np.ones_like(total), where=total > 0
    )
    return infit, plain.sum(axis=others(axis)) / count
