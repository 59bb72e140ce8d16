"""From figures of single replications to estimates: means, intervals, good and bad days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from sim.arrays import Floats
from sim.errors import SimError
from sim.results import FEWEST, Estimate, Figures, Result
from sim.spelling import unknown

WHOLE = -1
ALL = -1
EVERY_GROUP = "*"
NAN = float("nan")
MOST = 100_000
# "Probably" is four times out of five.
PROBABLY = 0.8


def estimate(values: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Mean, Student t interval and quantiles of figures of independent replications.

    NaN among ``values`` (nothing to tell in that replication) is left out. Without any figure
    everything is NaN; with one there is no interval. Quantiles lie on straight lines between the
    ordered figures.
    """
    found = np.asarray(values, dtype=float).ravel()
    found = found[~np.isnan(found)]
    count = len(found)
    if not count:
        return Estimate(NAN, NAN, NAN, NAN, 0, confidence, NAN, NAN, NAN)
    mean = float(found.mean())
    low, middle, high = (float(one) for one in np.quantile(found, (0.1, 0.5, 0.9)))
    if count == 1:
        return Estimate(mean, NAN, NAN, NAN, 1, confidence, low, middle, high)
    sd = float(found.std(ddof=1))
    half = student(count, confidence) * sd / count**0.5
    return Estimate(mean, mean - half, mean + half, sd, count, confidence, low, middle, high)


def student(count: int, confidence: float) -> float:
    """Half an interval's width in standard errors, for the mean of ``count`` figures."""
    return float(special.stdtrit(count - 1, (1 + confidence) / 2))


def more_replications(found: Estimate, value: float = 0.0) -> int | None:
    """How many more replications would tell, four times out of five, on which side of ``value``
    the mean is, if the true one is the one found; enough for five in all. None: it is told
    already, or they are hardly apart."""
    told = found.low > value or found.high < value
    if told or found.n < 2 or found.mean == value:
        return None
    # The deviation of a few figures is a guess itself: one more would not tell either.
    least = max(found.n + 1, FEWEST)
    scale = found.sd / abs(found.mean - value)
    margin = special.ndtri(PROBABLY) * scale
    wanted = least
    for _ in range(50):  # t's quantile depends on the number; this settles at once
        if not math.isfinite(scale) or wanted > MOST:
            return None
        last, wanted = wanted, (student(wanted, found.confidence) * scale + margin) ** 2
        wanted = max(least, math.ceil(wanted))
        if wanted == last:
            break
    return wanted - found.n


def column(
    result: Result,
    measure: str,
    *,
    call_type: str | None = None,
    group: str | None = None,
    interval: int | None = None,
) -> Floats:
    """A measure in each replication, in their order: (replications,).

    call_type, group: by name; without them all together. A measure that call types and groups both
    have is the call types' unless a group is named (``"*"``: all of them).
    interval: its row in the results, from 0; without it the whole run

    Raises SimError for a measure, call type, group or interval that is not there.
    """
    by_group, place = place_of(result, measure, call_type, group)
    rows = result.plan.intervals * result.plan.days
    if interval is not None and not 0 <= interval < rows:
        raise SimError(f"there is no interval {interval}: they go from 0 to {rows - 1}")
    row = WHOLE if interval is None else interval
    return np.array([_tables(one, by_group)[measure][row, place] for one in result.figures])


def costs(result: Result) -> Floats:
    """What agents and lines cost together in each replication, the whole run: (replications,)."""
    return column(result, "cost", group=EVERY_GROUP) + column(result, "cost")


def place_of(
    result: Result, measure: str, call_type: str | None, group: str | None
) -> tuple[bool, int]:
    """Whether a measure is looked up by group, and in which column."""
    if call_type is not None and group is not None:
        raise SimError("give a call type or a group, not both")
    figures, plan = result.figures[0], result.plan
    by_group = group is not None or (call_type is None and measure not in figures.by_type)
    known = list(_tables(figures, by_group))
    if measure not in known:
        either = group is None and call_type is None
        names = [*figures.by_type, *known] if either else known
        raise SimError(unknown("measure", measure, names))
    if call_type is not None:
        return False, position("call type", call_type, [one.name for one in plan.call_types])
    if group is None or group == EVERY_GROUP:
        return by_group, ALL
    return True, position("group", group, [one.name for one in plan.groups])


def position(kind: str, name: str, names: Sequence[str]) -> int:
    """Where a name stands; SimError with the nearest one if it doesn't."""
    if name not in names:
        raise SimError(unknown(kind, name, names))
    return names.index(name)


def _tables(figures: Figures, by_group: bool) -> Any:
    return figures.by_group if by_group else figures.by_type
