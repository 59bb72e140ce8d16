"""Krippendorff's alpha: observed over expected disagreement, any number of raters, with holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from app.calibration.agreement import Method, Reason
from app.calibration.bootstrap import Weighed
from app.calibration.ratings import Floats, Ratings, lacks
from app.errors import InvalidInput

Level = Literal["nominal", "ordinal", "interval", "ratio"]
SOURCE = "Krippendorff 2011, Computing Krippendorff's alpha-reliability"


@dataclass(frozen=True)
class Alpha:
    level: Level

    def __post_init__(self) -> None:
        if self.level not in get_args(Level):
            raise InvalidInput(f"level must be one of {get_args(Level)}, got {self.level!r}")

    @property
    def method(self) -> Method:
        return Method(f"Krippendorff's alpha ({self.level})", SOURCE)

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        """Raises InvalidInput for negative scores on a ratio scale."""
        if self.level == "ratio" and ratings.scale.size and ratings.scale[0] < 0:
            raise InvalidInput("a ratio scale begins at zero; there are negative scores")
        counts = ratings.counts()
        scored = counts.sum(axis=1)
        counts = counts[scored > 1]
        why = lacks(scored, ratings.raters)
        if why:
            return why
        if self.level == "ordinal":
            return Weighed(_Ordinal(counts), len(counts), ratings.raters)
        fixed = _Fixed(counts, _differences(self.level, ratings.scale))
        return Weighed(fixed, len(counts), ratings.raters)


def _differences(level: Level, scale: Floats) -> Floats:
    """Squared difference of any two points where it does not depend on how often they are given."""
    if level == "nominal":
        return 1 - np.eye(len(scale))
    apart = scale[:, None] - scale
    if level == "ratio":
        total = scale[:, None] + scale
        apart = np.divide(apart, total, out=np.zeros_like(apart), where=total > 0)
    squared: Floats = apart**2
    return squared


def _alpha(observed: Floats, expected: Floats, scores: Floats) -> Floats:
    """expected: over all pairs of ``scores`` values, a value with itself included."""
    ratio = np.divide(
        (scores - 1) * observed, expected, out=np.full_like(observed, np.nan), where=expected > 0
    )
    return 1 - ratio


class _Fixed:
    """Nominal, interval, ratio: a unit's disagreement is the same in every draw."""

    def __init__(self, counts: Floats, differences: Floats) -> None:
        within = ((counts @ differences) * counts).sum(axis=1)
        self.observed = within / (counts.sum(axis=1) - 1)
        self.counts = counts
        self.differences = differences

    def __call__(self, weights: Floats) -> Floats:
        given = weights @ self.counts
        expected = ((given @ self.differences) * given).sum(axis=1)
        return _alpha(weights @ self.observed, expected, given.sum(axis=1))


class _Ordinal:
    """The distance of two points is the number of scores between them: it changes with the draw.

    With middle ranks it is a difference of two numbers, so that sums and sums of squares do.
    """

    def __init__(self, counts: Floats) -> None:
        self.counts = counts
        self.raters = counts.sum(axis=1)

    def __call__(self, weights: Floats) -> Floats:
        given = weights @ self.counts
        scores = given.sum(axis=1)
        ranks = np.cumsum(given, axis=1) - given / 2 - scores[:, None] / 2
        sums, squares = ranks @ self.counts.T, ranks**2 @ self.counts.T
        within = 2 * (self.raters * squares - sums**2) / (self.raters - 1)
        observed = (weights * within).sum(axis=1)
        spread = scores * (given * ranks**2).sum(axis=1) - (given * ranks).sum(axis=1) ** 2
        return _alpha(observed, 2 * spread, scores)
