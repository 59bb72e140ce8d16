"""Agreement of pairs of raters on the same unit: percent agreement, Fleiss' kappa, Gwet's AC.

All three share the observed agreement, the mean over units of the share of their pairs that agree;
they differ in what they think chance would bring. Units that one rater alone scored tell how often
a point of the scale is given, and nothing of agreement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from app.calibration.agreement import Method, Reason
from app.calibration.bootstrap import Weighed
from app.calibration.ratings import Floats, Ratings, lacks
from app.errors import InvalidInput

Weights = Literal["linear", "quadratic", "ordinal"]

PERCENT = Method(
    "percent agreement",
    "Mean share of agreeing pairs: Fleiss 1971, Psychological Bulletin 76, 378-382",
    beyond_chance=False,
)
FLEISS = Method(
    "Fleiss' kappa",
    "Fleiss 1971, Psychological Bulletin 76, 378-382; with missing scores: Gwet 2014, "
    "Handbook of Inter-Rater Reliability, 4th ed., ch. 2",
)
AC1 = Method("Gwet's AC1", "Gwet 2008, Br. J. Math. Stat. Psychology 61, 29-48")
AC2 = Method("Gwet's AC2", "Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 3")

Chance = Callable[[Floats, Floats], Floats]
"""How often a pair would agree by chance: shares of the points (draws, points), weights."""


def closeness(scale: Floats, weights: Weights | None) -> Floats:
    """How far two points agree: 1 the same, 0 the two ends of the scale; (points, points).

    linear and quadratic by the distance of the values, ordinal by the number of points between
    (Gwet 2014, ch. 3). None: only the same point agrees.
    """
    if weights is not None and weights not in get_args(Weights):
        raise InvalidInput(f"weights must be one of {get_args(Weights)} or none, got {weights!r}")
    if weights is None or len(scale) < 2:
        return np.eye(len(scale))
    values = np.arange(len(scale), dtype=float) if weights == "ordinal" else scale
    apart = np.abs(values[:, None] - values)
    if weights == "ordinal":
        apart = apart * (apart + 1) / 2
    share: Floats = apart / apart.max()
    return 1 - share**2 if weights == "quadratic" else 1 - share


@dataclass(frozen=True)
class PairAgreement:
    """chance: what is taken off; None for the plain share."""

    method: Method
    chance: Chance | None = None
    weights: Weights | None = None

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        close = closeness(ratings.scale, self.weights)
        counts = ratings.counts()
        # What one rater alone scored says what chance would bring, and to a plain share nothing.
        scored = counts.sum(axis=1)
        why = lacks(scored, ratings.raters, 1 if self.chance is None else 2)
        if why:
            return why
        if self.chance and len(ratings.scale) < 2:
            return Reason.NO_VARIATION
        counts = counts[scored > (1 if self.chance is None else 0)]
        agreeing, compared, given = _per_unit(counts, close)

        def over(weights: Floats) -> Floats:
            # A draw may have no unit that two raters scored, or leave chance nothing: NaN.
            with np.errstate(invalid="ignore", divide="ignore"):
                observed = (weights @ agreeing) / (weights @ compared)
                if self.chance is None:
                    return observed
                shares = (weights @ given) / weights.sum(axis=1, keepdims=True)
                expected = self.chance(shares, close)
                answer = (observed - expected) / (1 - expected)
            return np.where(expected > 1 - 1e-12, np.nan, answer)

        return Weighed(over, len(counts), ratings.raters)


def _per_unit(counts: Floats, close: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each unit: its pairs' agreement, whether it has pairs, the shares of the points."""
    raters = counts.sum(axis=1)
    pairs = raters * (raters - 1)
    alike = (counts * (counts @ close - 1)).sum(axis=1)
    agreeing = np.divide(alike, pairs, out=np.zeros_like(pairs), where=pairs > 0)
    return agreeing, (pairs > 0).astype(float), counts / raters[:, None]


def fleiss_chance(shares: Floats, close: Floats) -> Floats:
    """Two raters who guess, each with the shares of all scores."""
    expected: Floats = ((shares @ close) * shares).sum(axis=1)
    return expected


def gwet_chance(shares: Floats, close: Floats) -> Floats:
    """Guessing happens only where a unit is hard, and then over all points alike."""
    points = len(close)
    expected: Floats = close.sum() / (points * (points - 1)) * (shares * (1 - shares)).sum(axis=1)
    return expected
