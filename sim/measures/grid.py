"""The intervals of a plan as moments, and which interval a moment belongs to."""

from __future__ import annotations

import datetime as dates
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.parameters import Plan
from sim.parameters.units import show_clock


@dataclass(frozen=True)
class Grid:
    """Intervals in order, those of the first day first.

    edges: (days, intervals + 1) seconds since midnight of the first day; where clocks go forward
        an interval has no length, where they go back it is longer
    begin: what is before (warm-up) does not count; ``-inf`` without a warm-up
    """

    edges: Floats
    begin: float

    @classmethod
    def of(cls, plan: Plan) -> Grid:
        clocks = [plan.opens + step * plan.interval for step in range(plan.intervals)]
        clocks.append(plan.closes)
        edges = np.array(
            [[plan.moment(day, clock) for clock in clocks] for day in range(plan.days)]
        )
        # A skipped hour: what would begin in it begins when it is over, and lasts no time.
        edges = np.minimum.accumulate(edges[:, ::-1], axis=1)[:, ::-1]
        begin = edges[0, 0] + plan.warm_up if plan.warm_up > 0 else -np.inf
        return cls(edges, float(begin))

    @property
    def intervals(self) -> int:
        return int(self.edges[:, 1:].size)

    @property
    def cuts(self) -> Floats:
        """All edges in a row, the time between two days being a stretch of its own. Nothing
        before ``begin``: stretches of the warm-up have no length."""
        return np.maximum(self.edges, self.begin).ravel()

    @property
    def widths(self) -> Floats:
        """(intervals,) seconds of each interval that count."""
        return self.inside(np.diff(self.cuts))

    @property
    def ends(self) -> Floats:
        """(intervals,) the moment each interval is over."""
        return self.edges[:, 1:].ravel()

    def inside(self, stretches: Floats) -> Floats:
        """(intervals,) figures of the stretches between ``cuts``, those between days left out."""
        days, edges = self.edges.shape
        return np.append(stretches, 0.0).reshape(days, edges)[:, :-1].ravel()

    def closed(self, moments: Floats) -> Bools:
        """Which moments are before, after or between the opening hours."""
        hours = self.edges[:, [0, -1]].ravel()
        closed: Bools = np.searchsorted(hours, moments, side="right") % 2 == 0
        return closed

    def locate(self, moments: Floats) -> Ints:
        """The interval each moment belongs to.

        Outside the hours it is the nearest one: before the first opening the first interval, after
        the last closing the last, and between two days the last interval of the one or the first
        of the other, the middle being the border.
        """
        starts = self.edges[:, :-1].copy()
        starts[1:, 0] = (self.edges[:-1, -1] + self.edges[1:, 0]) / 2
        return np.searchsorted(starts.ravel()[1:], moments, side="right")


def interval_labels(plan: Plan) -> list[str]:
    """What the clock shows at the start of each interval: ``"09:30"``; with several days
    ``"day 2 09:30"``, or ``"Tue 03 Mar 09:30"`` where the plan has a date. Local time, so right on
    days on which clocks change too; after midnight it goes on as 24:00.
    """
    clocks = [show_clock(plan.opens + step * plan.interval) for step in range(plan.intervals)]
    if plan.days == 1:
        return clocks
    return [f"{_day(plan, day)} {clock}" for day in range(plan.days) for clock in clocks]


def _day(plan: Plan, day: int) -> str:
    if plan.date is None:
        return f"day {day + 1}"
    return (plan.date + dates.timedelta(days=day)).strftime("%a %d %b")
