"""Joint maximum likelihood of the many-facet model by Newton's method, steps halved as needed.

The log likelihood is concave, so that a step which does not raise it is too long and nothing
else. What the data cannot fix (a constant moved from raters to units) is held by zero sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from app.calibration.facet_likelihood import Layout, information, moments, slope
from app.calibration.rater_answers import Floats

MOST_STEPS = 60
CLOSE = 1e-7
"""Steps shrink quadratically: what is left after one so short is far below rounding."""
FAR = 25.0
"""Logits beyond which a measure is running away to infinity."""


@dataclass(frozen=True, slots=True)
class Solution:
    values: Floats
    covariance: Floats
    converged: bool
    steps: int


def solve(layout: Layout, held: Floats) -> Solution:
    """``held`` constraints × parameters: combinations that stay zero, one for each freedom."""
    values = np.zeros(layout.offsets[3])
    now = moments(layout, values)
    pin = held.T @ held
    converged, steps = False, 0
    while not converged and steps < MOST_STEPS:
        steps += 1
        move = _direction(information(layout, now) + pin, slope(layout, now))
        size = 1.0
        after = moments(layout, values + move)
        while after.log_likelihood < now.log_likelihood - 1e-9 and size > 1e-6:
            size /= 2
            after = moments(layout, values + size * move)
        values, now = values + size * move, after
        converged = float(np.abs(move).max()) < CLOSE
        if np.abs(values).max() > FAR:
            break
    table = information(layout, now)
    inverse = _inverse(table + pin)
    covariance = inverse @ table @ inverse
    return Solution(values, covariance, converged, steps)


def _inverse(table: Floats) -> Floats:
    try:
        return np.asarray(linalg.cho_solve(linalg.cho_factor(table), np.eye(len(table))))
    except linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(table, hermitian=True), dtype=np.float64)


def _direction(table: Floats, gradient: Floats) -> Floats:
    try:
        found = linalg.cho_solve(linalg.cho_factor(table), gradient)
    except linalg.LinAlgError:
        found = np.linalg.lstsq(table, gradient, rcond=None)[0]
    return np.asarray(found)
