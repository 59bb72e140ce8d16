"""How busy a day is: a gamma factor for each call type, correlated by a Gaussian copula.

Real days are busier or quieter than a Poisson process allows for, and the call types of one centre
are so together (Jongbloed & Koole 2001, Applied Stochastic Models in Business and Industry 17:307;
Avramidis, Deslauriers & L'Ecuyer 2004, Management Science 50:896).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.parameters import Plan
from sim.streams import Streams

_ROUNDING = 1e-8
# Below this a gamma factor is 1 to four digits, and its shape too large to invert.
_NEGLIGIBLE = 1e-5


def busyness(plan: Plan, streams: Streams) -> Floats:
    """Factors on the volume, (days, call types), each with mean 1.

    The plan's correlation is that of the normal variables behind the factors; the factors' own is a
    little smaller where they are skewed or their busyness differs.
    """
    normals = _normals(plan, streams)
    factors = np.ones_like(normals)
    for place, one in enumerate(plan.call_types):
        if one.busyness > _NEGLIGIBLE:
            shape = one.busyness**-2
            tail = special.ndtr(-normals[:, place])
            factors[:, place] = special.gammainccinv(shape, tail) / shape
    return factors


def _normals(plan: Plan, streams: Streams) -> Floats:
    """Standard normal, correlated along the call types, (days, call types)."""
    days = range(plan.days)
    own = np.zeros((plan.days, len(plan.call_types)))
    varying = [place for place, one in enumerate(plan.call_types) if one.busyness]
    if isinstance(plan.correlation, tuple):
        varying = list(range(len(plan.call_types)))
    for place in varying:
        source = f"busyness/{plan.call_types[place].name}"
        own[:, place] = [streams.generator(source, day).standard_normal() for day in days]
    if isinstance(plan.correlation, tuple):
        # Row by row, not by `@`, whose sums depend on how many call types there are.
        together = np.zeros_like(own)
        for place, row in enumerate(_root(np.asarray(plan.correlation, dtype=float))):
            for other in range(place + 1):
                together[:, place] += row[other] * own[:, other]
        return together
    shared = np.zeros((plan.days, 1))
    if varying and plan.correlation:
        shared[:, 0] = [streams.generator("busyness", day).standard_normal() for day in days]
    weight = np.float64(plan.correlation)
    return np.asarray(np.sqrt(weight) * shared + np.sqrt(1 - weight) * own)


def _root(matrix: Floats) -> Floats:
    """Lower triangular, times its transpose the matrix; singular ones are welcome (Cholesky).

    Each row depends on the rows before it alone, so that a further call type at the end leaves the
    others' days as they were.
    """
    size = len(matrix)
    root = np.zeros_like(matrix)
    for row in range(size):
        for column in range(row):
            if root[column, column] > 0:
                known = sum(root[row, k] * root[column, k] for k in range(column))
                root[row, column] = (matrix[row, column] - known) / root[column, column]
        left = matrix[row, row] - sum(root[row, k] ** 2 for k in range(row))
        root[row, row] = left**0.5 if left > _ROUNDING else 0.0
    return root
