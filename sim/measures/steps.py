"""How many at once: a step function made of spans, its exact areas and peaks; never sampled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats

Ints = NDArray[np.integer]


@dataclass(frozen=True)
class Steps:
    """The number of spans ``[start, end)`` open at each moment.

    starts, ends: each sorted by itself; which start belongs to which end makes no difference to
    the number that are open
    """

    starts: Floats
    ends: Floats

    @classmethod
    def of(cls, starts: Floats, ends: Floats) -> Steps:
        lasting = ends > starts
        if not lasting.all():
            starts, ends = starts[lasting], ends[lasting]
        return cls(np.sort(starts), np.sort(ends))

    def at(self, moments: Floats) -> Floats:
        """How many are open at each moment."""
        begun = np.searchsorted(self.starts, moments, side="right")
        return (begun - np.searchsorted(self.ends, moments, side="right")).astype(np.float64)

    def areas(self, cuts: Floats) -> Floats:
        """(cuts - 1,) the integral between one cut and the next; ``cuts`` rise or stay."""
        return (
            self.at(cuts[:-1]) * np.diff(cuts)
            + _time_left(self.starts, cuts)
            - _time_left(self.ends, cuts)
        )

    def area(self, begin: float = -np.inf) -> float:
        """The integral over all time from ``begin`` on."""
        if begin > -np.inf:
            return float(np.sum(np.maximum(self.ends, begin) - np.maximum(self.starts, begin)))
        return float(np.sum(self.ends - self.starts))

    def peaks(self, cuts: Floats) -> Floats:
        """(cuts - 1,) most open at once from one cut until before the next, those included that
        are open at the first cut; NaN where the cuts are the same moment."""
        highest = self.at(cuts[:-1])
        bounds = np.searchsorted(self.starts, cuts, side="left")
        rises = self._after_each_start
        for place in np.flatnonzero(np.diff(bounds)):
            there = rises[bounds[place] : bounds[place + 1]].max()
            highest[place] = max(highest[place], there)
        return np.where(np.diff(cuts) > 0, highest, np.nan)

    def peak(self, begin: float = -np.inf) -> float:
        """Most open at once at any time from ``begin`` on."""
        first = int(np.searchsorted(self.starts, begin, side="left"))
        rises = self._after_each_start[first:]
        standing = float(self.at(np.array([begin]))[0])
        return max(standing, float(rises.max())) if len(rises) else standing

    @cached_property
    def _after_each_start(self) -> Ints:
        # Of several that start at once only the last figure is true, and it is the highest.
        gone = np.searchsorted(self.ends, self.starts, side="right")
        return np.arange(1, len(self.starts) + 1) - gone


def _time_left(moments: Floats, cuts: Floats) -> Floats:
    """For each stretch the sum of the seconds from the moments in it to its end."""
    bounds = np.searchsorted(moments, cuts, side="right")
    counts = np.diff(bounds)
    seconds = np.repeat(cuts[1:], counts) - moments[bounds[0] : bounds[-1]]
    # Summed by differences of running sums the small figures would drown; reduceat keeps them.
    sums = np.zeros(len(counts))
    some = np.flatnonzero(counts)
    if len(some):
        sums[some] = np.add.reduceat(seconds, (bounds[:-1] - bounds[0])[some])
    return sums


def steps_by(keys: Ints, size: int, starts: Floats, ends: Floats) -> list[Steps]:
    """One step function for each key from 0 to ``size - 1``."""
    if size == 1:
        return [Steps.of(starts, ends)]
    order = np.argsort(small(keys, size), kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(size + 1))
    starts, ends = starts[order], ends[order]
    return [Steps.of(starts[a:b], ends[a:b]) for a, b in pairwise(bounds)]


def small(keys: Ints, size: int) -> Ints:
    """Keys as narrow as they can be: numpy sorts 16 bits by radix, ten times as fast."""
    return keys.astype(np.int16 if size < 2**15 else np.int64)


def union(owners: Ints, size: int, starts: Floats, ends: Floats) -> tuple[Ints, Floats, Floats]:
    """Owners, starts and ends of the time covered by at least one span of each owner.

    An owner's spans, sorted by start, begin a new stretch where all earlier ones have ended; that
    is the case when the k-th start is after the k-th end, each sorted by itself.
    """
    if not len(owners):
        return owners, starts, ends
    first = _by_owner(owners, size, starts)
    last = _by_owner(owners, size, ends)
    owners, starts, ends = owners[first], starts[first], ends[last]
    fresh = np.ones(len(owners), dtype=bool)
    fresh[1:] = (owners[1:] != owners[:-1]) | (starts[1:] > ends[:-1])
    closing = np.append(fresh[1:], True)
    return owners[fresh], starts[fresh], ends[closing]


def _by_owner(owners: Ints, size: int, times: Floats) -> Ints:
    order = np.argsort(times, kind="stable")
    return order[np.argsort(small(owners, size)[order], kind="stable")]
