"""Arrival rates in straight pieces, and Poisson points drawn from them exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.traffic_clock import Stretch


@dataclass(frozen=True)
class Rate:
    """Expected contacts per second, as pieces in the order of their moments.

    starts, ends: the clock at each piece's ends, seconds since midnight of the first day
    first, last: the rate at both ends of each piece, in between it is a straight line
    ahead: what the clock shows less the moment, for each piece
    """

    starts: Floats
    ends: Floats
    first: Floats
    last: Floats
    ahead: Floats

    @property
    def middles(self) -> Floats:
        """What the clock shows in the middle of each piece."""
        return (self.starts + self.ends) / 2

    @property
    def contacts(self) -> Floats:
        """Expected contacts of each piece."""
        return (self.ends - self.starts) * (self.first + self.last) / 2

    def cut(self, clock: Floats) -> Rate:
        """The same rate with further ends of pieces; the pieces must follow each other."""
        inside = clock[(clock > self.starts[0]) & (clock < self.ends[-1])]
        if not inside.size:
            return self
        edges = np.unique(np.concatenate([self.starts, inside, self.ends[-1:]]))
        piece = np.searchsorted(self.starts, edges[:-1], side="right") - 1
        slope = ((self.last - self.first) / (self.ends - self.starts))[piece]
        first = self.first[piece]
        return Rate(
            edges[:-1],
            edges[1:],
            first + slope * (edges[:-1] - self.starts[piece]),
            first + slope * (edges[1:] - self.starts[piece]),
            self.ahead[piece],
        )

    def times(self, factor: Floats | float) -> Rate:
        """Multiplied by one factor, or one for each piece."""
        return Rate(self.starts, self.ends, self.first * factor, self.last * factor, self.ahead)

    def after(self, seconds: float) -> Rate:
        """The same rate so much later."""
        starts, ends = self.starts + seconds, self.ends + seconds
        return Rate(starts, ends, self.first, self.last, self.ahead)

    def along(self, clock: Iterable[Stretch]) -> Rate:
        """What really comes: nothing in an hour that is skipped, an hour that comes twice twice."""
        parts = [part for one in clock if (part := self._in(one)) is not None]
        if len(parts) == 1:
            return parts[0]
        none = np.empty(0)
        return Rate(
            np.concatenate([none, *(part.starts for part in parts)]),
            np.concatenate([none, *(part.ends for part in parts)]),
            np.concatenate([none, *(part.first for part in parts)]),
            np.concatenate([none, *(part.last for part in parts)]),
            np.concatenate([none, *(part.ahead for part in parts)]),
        )

    def _in(self, stretch: Stretch) -> Rate | None:
        start, end = stretch.start + stretch.ahead, stretch.end + stretch.ahead
        if self.ends[-1] <= start or self.starts[0] >= end:
            return None
        cut = self.cut(np.array([start, end]))
        kept = (cut.middles > start) & (cut.middles < end)
        ahead = np.full(int(kept.sum()), stretch.ahead)
        return Rate(cut.starts[kept], cut.ends[kept], cut.first[kept], cut.last[kept], ahead)

    def points(self, random: np.random.Generator) -> tuple[Floats, NDArray[np.intp]]:
        """Moments of a Poisson process with this rate, rising, and the piece each lies in.

        The points of a Poisson process of rate 1 are carried back through the expected number of
        contacts up to each moment, which is exact (Çinlar 1975, Introduction to Stochastic
        Processes, 4.7; Lewis & Shedler 1979, Naval Research Logistics Quarterly 26:403). The same
        stream with a higher rate gives the same contacts earlier, and further ones.
        """
        upto = np.cumsum(self.contacts)
        total = float(upto[-1]) if upto.size else 0.0
        if total <= 0:
            return np.empty(0), np.empty(0, dtype=np.intp)
        marks = _unit_poisson(total, random)
        piece = np.searchsorted(upto, marks, side="right")
        # Rounding may put the very last mark at the total itself, and so behind the last piece.
        piece = np.minimum(piece, int(np.flatnonzero(self.contacts)[-1]))
        into = np.maximum(marks - (upto - self.contacts)[piece], 0.0)
        length = (self.ends - self.starts)[piece]
        first = self.first[piece]
        slope = ((self.last - self.first) / (self.ends - self.starts))[piece]
        # The root of first·s + slope·s²/2 = into that loses no digits where the slope is slight.
        below = first + np.sqrt(np.maximum(first * first + 2 * slope * into, 0.0))
        seconds = np.divide(2 * into, below, out=np.zeros_like(into), where=below > 0)
        moments = (self.starts - self.ahead)[piece] + np.minimum(seconds, length)
        return np.maximum.accumulate(moments), piece


def steps(figures: Sequence[float], start: float, interval: float) -> Rate:
    """Each interval with its own constant rate."""
    edges = start + interval * np.arange(len(figures) + 1, dtype=np.float64)
    rates = np.asarray(figures, dtype=float) / interval
    return Rate(edges[:-1], edges[1:], rates, rates, np.zeros(len(rates)))


def lines(figures: Sequence[float], start: float, interval: float) -> Rate:
    """In the middle of each interval its own rate, straight lines between, flat outside.

    The expected total is that of the figures exactly (a trapezoid from middle to middle holds half
    of either interval). A single interval with ``n`` contacts between neighbours with ``m`` and
    ``k`` gets ``n + (m - 2n + k) / 8``: a peak loses a little to its neighbours. At the pattern's
    ends the missing neighbour counts as equal to the interval itself.
    """
    rates = np.asarray(figures, dtype=float) / interval
    middles = start + interval * (np.arange(len(rates)) + 0.5)
    edges = np.concatenate([[start], middles, [start + interval * len(rates)]])
    at = np.concatenate([rates[:1], rates, rates[-1:]])
    return Rate(edges[:-1], edges[1:], at[:-1], at[1:], np.zeros(len(edges) - 1))


def _unit_poisson(total: float, random: np.random.Generator) -> Floats:
    """The points below ``total`` of a Poisson process with rate 1."""
    found: list[Floats] = []
    last = 0.0
    while last < total:
        left = total - last
        marks = last + np.cumsum(random.standard_exponential(int(left + 6 * left**0.5 + 20)))
        found.append(marks)
        last = float(marks[-1])
    marks = found[0] if len(found) == 1 else np.concatenate(found)
    return marks[: int(np.searchsorted(marks, total))]
