"""Quantiles of many small samples at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats, Ints
from sim.measures.steps import small


def quantiles(values: Floats, keys: Ints, size: int, shares: Sequence[float]) -> Floats:
    """(shares, size) quantiles of the values of each key, NaN where it has none.

    values: sorted, each with its key from 0 to ``size - 1``
    Between two values the quantile lies on the straight line (type 7 of Hyndman & Fan 1996, The
    American Statistician 50:361, numpy's own).
    """
    found = np.full((len(shares), size), np.nan)
    if not len(values):
        return found
    grouped = values if size == 1 else values[np.argsort(small(keys, size), kind="stable")]
    counts = np.bincount(keys, minlength=size) if size > 1 else np.array([len(values)])
    firsts = np.cumsum(counts) - counts
    some = counts > 0
    for row, share in enumerate(shares):
        place = share * (counts[some] - 1)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, counts[some] - 1)
        low, high = grouped[firsts[some] + below], grouped[firsts[some] + above]
        found[row, some] = low + (high - low) * (place - below)
    return found
