"""Joint maximum likelihood of the many-facet model by Newton's method, steps halved as needed.

The log likelihood is concave, so that a step which does not raise it is too long and nothing
else. Where the data are too one-sided there is no maximum: parameters run away and the curvature
vanishes, which ends the search. What the data cannot fix (a constant moved from raters to units)
is held by zero sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from app.calibration.facet_likelihood import Layout, Moments, information, moments, slope
from app.calibration.rater_answers import Floats

MOST_STEPS = 60
CLOSE = 1e-7
"""Steps shrink quadratically: what is left after one so short is far below rounding."""
SLACK = 1e-9
"""What rounding may take from a log likelihood."""
SHORTEST = 1e-6
FAR = 25.0
"""Logits beyond which a measure is running away to infinity."""


@dataclass(frozen=True, slots=True)
class Solution:
    values: Floats
    covariance: Floats
    steps: int


def solve(layout: Layout, held: Floats) -> Solution | None:
    """``held`` constraints × parameters: combinations that stay zero, one for each freedom.

    None when there is no finite maximum.
    """
    values = np.zeros(layout.offsets[3])
    now = moments(layout, values)
    pin = held.T @ held
    for step in range(1, MOST_STEPS + 1):
        inverse = _inverse(information(layout, now) + pin)
        if inverse is None or np.abs(values).max() > FAR:
            return None
        move = inverse @ slope(layout, now)
        values, now = _climb(layout, values, now, move)
        if np.abs(move).max() < CLOSE:
            return Solution(values, inverse @ information(layout, now) @ inverse, step)
    return None


def _climb(layout: Layout, values: Floats, now: Moments, move: Floats) -> tuple[Floats, Moments]:
    size, after = 1.0, moments(layout, values + move)
    while after.log_likelihood < now.log_likelihood - SLACK and size > SHORTEST:
        size /= 2
        after = moments(layout, values + size * move)
    return values + size * move, after


def _inverse(table: Floats) -> Floats | None:
    try:
        return np.asarray(linalg.cho_solve(linalg.cho_factor(table), np.eye(len(table))))
    except linalg.LinAlgError:
        return None
