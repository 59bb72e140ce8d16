"""Who scored what with whom: whether all raters of a design can be compared with each other.

Two raters are comparable when a chain of shared units joins them (Weeks & Williams 1964,
"A note on the determination of connectedness in an N-way cross classification").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True, slots=True)
class Group:
    """Units and raters, by index, that a chain of shared scores joins."""

    units: tuple[int, ...]
    raters: tuple[int, ...]


def groups(scored: NDArray[np.bool_]) -> tuple[Group, ...]:
    """The connected parts of a design, units × raters; whoever scored nothing is in none."""
    n_units, n_raters = scored.shape
    rows, columns = np.nonzero(scored)
    size = n_units + n_raters
    graph = coo_matrix((np.ones(len(rows)), (rows, columns + n_units)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    parts = (
        Group(
            tuple(np.flatnonzero(label[:n_units] == each).tolist()),
            tuple(np.flatnonzero(label[n_units:] == each).tolist()),
        )
        for each in range(count)
    )
    return tuple(part for part in parts if part.units and part.raters)
