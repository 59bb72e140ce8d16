"""Scores as a table: units (calls) × raters, with holes where somebody did not score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.calibration.agreement import Reason
from app.errors import InvalidInput

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratings:
    """values: (units, raters), NaN where missing. scale: all its points in order, used or not."""

    values: Floats
    scale: Floats

    @property
    def there(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    @property
    def raters(self) -> int:
        """Raters who scored anything."""
        return int(self.there.any(axis=0).sum())

    @property
    def missing(self) -> int:
        return int(np.isnan(self.values).sum())

    def counts(self) -> Floats:
        """How many raters gave each point of the scale: (units, points)."""
        points = len(self.scale)
        unit, rater = np.nonzero(self.there)
        cells = unit * points + np.searchsorted(self.scale, self.values[unit, rater])
        counted = np.bincount(cells, minlength=len(self.values) * points)
        return counted.reshape(len(self.values), points).astype(float)


def as_ratings(ratings: ArrayLike, scale: Sequence[float] | None = None) -> Ratings:
    """Read a units × raters table; ``scale`` tells points that might have been given and were not.

    Raises InvalidInput for another shape, infinite scores, or scores that are not on the scale.
    """
    values = _numbers(ratings)
    if values.ndim != 2:
        raise InvalidInput(f"ratings must be a table of units × raters, got {values.ndim} axes")
    if np.isinf(values).any():
        raise InvalidInput("ratings must be finite numbers, or NaN where a score is missing")
    used = np.unique(values[~np.isnan(values)])
    points = used if scale is None else np.unique(_numbers(scale))
    off = np.setdiff1d(used, points)
    if off.size:
        raise InvalidInput(f"every score must be on the scale {points.tolist()}, got {off[0]:g}")
    return Ratings(values, points)


def lacks(scored: NDArray[Any], raters: int, least: int = 2) -> Reason | None:
    """Why these units cannot be compared: how many raters scored each, and how many in all.

    least: units that two raters or more must have scored
    """
    if raters < 2:
        return Reason.ONE_RATER if raters else Reason.NO_SCORES
    paired = int((scored > 1).sum())
    if paired >= least:
        return None
    return Reason.ONE_UNIT if paired else Reason.NO_PAIRS


def _numbers(given: ArrayLike) -> Floats:
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise InvalidInput("ratings must be a table of numbers, NaN where one is missing") from None
