"""Tables of figures: intervals down, call types or groups across, totals last."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats


def total(cells: Floats, together: Bools | None = None) -> Floats:
    """(intervals + 1, columns + 1) sums of the ``cells`` (intervals, columns): the whole run as
    last row, all columns (or those ``together``) as last column."""
    table = np.empty((cells.shape[0] + 1, cells.shape[1] + 1))
    table[:-1, :-1] = cells
    table[-1, :-1] = cells.sum(axis=0)
    table[:, -1] = (table[:, :-1] if together is None else table[:, :-1][:, together]).sum(axis=1)
    return table


def total_with_outside(cells: Floats, together: Bools | None = None) -> Floats:
    """The same of ``cells`` whose last row is what came outside the hours: it has no row of its
    own, but is in the whole run's."""
    table = total(cells, together)
    return np.delete(table, -2, axis=0)


def with_whole(cells: Floats, whole: Floats) -> Floats:
    """The same, but the whole run's row (columns,) is not the sum of the intervals."""
    table = total(cells)
    table[-1, :-1] = whole
    table[-1, -1] = whole.sum()
    return table


def ratio(part: Floats, of: Floats) -> Floats:
    """``part / of``, NaN where there is nothing to divide by."""
    shares = np.full(np.shape(of), np.nan)
    np.divide(part, of, out=shares, where=of > 0)
    return shares


def average(areas: Floats, widths: Floats, together: Bools | None = None) -> Floats:
    """Time averages of ``areas`` (intervals, columns) over intervals of these ``widths``; the
    whole run's is over all intervals, the time between them left out."""
    return ratio(
        total(areas, together),
        np.broadcast_to(
            np.append(widths, widths.sum())[:, None], (len(widths) + 1, areas.shape[1] + 1)
        ),
    )
