"""Half-hour figures from a rival's rows, by numpy: the least a planner wants to see."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Figures = Mapping[str, Floats]


def time_inside(starts: Floats, ends: Floats, edges: Floats) -> Floats:
    """Seconds that all spans from ``starts`` to ``ends`` lie in each interval between edges."""

    def passed(moments: Floats) -> Floats:
        ordered = np.sort(moments)
        before = np.searchsorted(ordered, edges)
        sums = np.concatenate(([0.0], np.cumsum(ordered)))
        return before * edges - sums[before]

    return np.diff(passed(starts) - passed(ends))


def line_figures(
    arrived: Floats, answered: Floats, left: Floats, released: Floats, edges: Floats
) -> dict[str, Floats]:
    """Of one call type, for each half hour and, last, for all of them.

    arrived, answered (NaN for those who gave up), left, released: moments; threshold 20 s.
    """
    served = ~np.isnan(answered)
    waited = np.where(served, answered, left) - arrived
    handled = np.where(served, released - answered, 0.0)
    row = np.searchsorted(edges, arrived, side="right") - 1

    def summed(values: NDArray[np.generic]) -> Floats:
        sums = np.bincount(row, weights=values, minlength=len(edges) - 1)
        return np.append(sums, sums.sum())

    offered, number = summed(np.ones_like(arrived)), summed(served)
    with np.errstate(invalid="ignore", divide="ignore"):
        figures = {
            "offered": offered,
            "answered": number,
            "service_level": summed(served & (waited <= 20.0)) / offered,
            "asa": summed(np.where(served, waited, 0.0)) / number,
            "abandonment": (offered - number) / offered,
            "aht": summed(handled) / number,
        }
    lengths = np.diff(edges)
    queued = time_inside(arrived, np.where(served, answered, left), edges)
    figures["queue_length"] = np.append(queued / lengths, queued.sum() / lengths.sum())
    return figures


def occupancy(
    answered: Floats, released: Floats, start: Floats, end: Floats, edges: Floats
) -> Floats:
    """Time with a contact in hand over time on duty (``start`` to ``end`` of each stint)."""
    busy, there = time_inside(answered, released, edges), time_inside(start, end, edges)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.append(busy, busy.sum()) / np.append(there, there.sum()))
