"""How sure a share is: Wilson's interval (1927). Pure."""

from __future__ import annotations

import math

from scipy.special import ndtri


def wilson(rate: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """For a ``rate`` (0..1) seen in ``n`` trials, which may be a broken number above 0."""
    z = float(ndtri((1 + level) / 2))
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    # At the ends the limits are exact, whatever rounding makes of them.
    low = 0.0 if rate <= 0 else max(0.0, middle - half)
    high = 1.0 if rate >= 1 else min(1.0, middle + half)
    return low, high
