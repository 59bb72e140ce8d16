"""Cohen's kappa: two raters, each with her own habits of scoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.calibration.agreement import Method, Reason
from app.calibration.bootstrap import Weighed
from app.calibration.pairs import Weights, closeness
from app.calibration.ratings import Floats, Ratings, lacks
from app.errors import InvalidInput

PLAIN = Method("Cohen's kappa", "Cohen 1960, Educational and Psychological Measurement 20, 37-46")
WEIGHTED_SOURCE = "Cohen 1968, Psychological Bulletin 70, 213-220"


@dataclass(frozen=True)
class CohenKappa:
    """Of a table with two raters; units that only one of them scored are left out."""

    weights: Weights | None = None

    @property
    def method(self) -> Method:
        if self.weights is None:
            return PLAIN
        return Method(f"Cohen's kappa ({self.weights} weights)", WEIGHTED_SOURCE)

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        if ratings.values.shape[1] != 2:
            raise InvalidInput(
                f"Cohen's kappa compares two raters, got {ratings.values.shape[1]}",
                remedy="Use Fleiss' kappa or Krippendorff's alpha for more.",
            )
        apart = 1 - closeness(ratings.scale, self.weights)
        both = ratings.values[ratings.there.all(axis=1)]
        why = lacks(ratings.there.sum(axis=1), ratings.raters)
        if why:
            return why
        first, second = np.searchsorted(ratings.scale, both).T
        unlike = apart[first, second]
        points = np.eye(len(ratings.scale))
        firsts, seconds = points[first], points[second]

        def over(weights: Floats) -> Floats:
            units = weights.sum(axis=1)
            expected = ((weights @ firsts @ apart) * (weights @ seconds)).sum(axis=1)
            ratio = np.divide(
                (weights @ unlike) * units,
                expected,
                out=np.full_like(expected, np.nan),
                where=expected > 0,
            )
            answer: Floats = 1 - ratio
            return answer

        return Weighed(over, len(both), 2)
