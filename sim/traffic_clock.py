"""The clock on the wall against the time that passes, over nights in which clocks change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.parameters import Plan
from sim.parameters.units import DAY

_LOOK_EVERY = DAY / 4


@dataclass(frozen=True)
class Stretch:
    """From moment ``start`` to ``end`` the clock runs evenly and shows the moment + ``ahead``.

    Moments are seconds since midnight of the plan's first day, and so is the clock but for the
    hours by which it was put forward (``ahead`` > 0) or back since.
    """

    start: float
    end: float
    ahead: float

    def holds(self, clock: Floats) -> Bools:
        """Whether the clock shows these times in this stretch."""
        moments = clock - self.ahead
        return np.asarray((moments >= self.start) & (moments < self.end))


def stretches(plan: Plan) -> tuple[Stretch, ...]:
    """The whole time of a plan, cut where clocks change; one stretch where they never do."""
    if plan.date is None or plan.timezone is None:
        return (Stretch(0.0, math.inf, 0.0),)
    looks = np.arange(0.0, (plan.days + 4) * DAY, _LOOK_EVERY).tolist()
    found = []
    since, ahead = 0.0, 0.0
    for before, after in pairwise(looks):
        then = _ahead(plan, after)
        if then != ahead:
            change = _change(plan, before, after)
            found.append(Stretch(since, change, ahead))
            since, ahead = change, then
    return (*found, Stretch(since, math.inf, ahead))


@dataclass(frozen=True)
class OpenHours:
    """The opening hours of a day, cut where the clock comes to another interval.

    edges: (pieces + 1,) moments, rising
    intervals: (pieces,) which interval of the day each piece belongs to by the clock: one that is
        skipped has no piece, one that comes twice has two
    """

    edges: Floats
    intervals: Ints


def open_hours(plan: Plan) -> list[OpenHours]:
    """Those of each day of the plan."""
    clock = plan.opens + plan.interval * np.arange(plan.intervals + 1, dtype=np.float64)
    clock[-1] = plan.closes
    along = stretches(plan)
    return [_cut(plan, day, clock + day * DAY, along) for day in range(plan.days)]


def _cut(plan: Plan, day: int, clock: Floats, along: tuple[Stretch, ...]) -> OpenHours:
    """A day whose intervals begin and end when the clock shows ``clock``."""
    opens, closes = plan.moment(day, plan.opens), plan.moment(day, plan.closes)
    edges: list[float] = []
    intervals: list[int] = []
    for one in along:
        first, last = max(one.start, opens), min(one.end, closes)
        if last > first:
            moments = clock - one.ahead
            inside = np.flatnonzero((moments > first) & (moments < last))
            at_first = int(np.searchsorted(clock, first + one.ahead, side="right")) - 1
            edges += [first, *moments[inside].tolist()]
            intervals += [at_first, *inside.tolist()]
    if not edges:  # all of it is skipped
        edges, intervals = [opens], [0]
    # Open from the first 02:30 on, the second 02:00 belongs to the nearest interval.
    nearest = np.clip(np.array(intervals, dtype=np.int64), 0, plan.intervals - 1)
    return OpenHours(np.array([*edges, closes]), nearest)


def _ahead(plan: Plan, moment: float) -> float:
    return float(round(plan.clock_at(moment) - moment))


def _change(plan: Plan, low: float, high: float) -> float:
    """The whole second between two moments from which on the clock shows another time."""
    before = _ahead(plan, low)
    while high - low > 1:
        middle = float((low + high) // 2)
        if _ahead(plan, middle) == before:
            low = middle
        else:
            high = middle
    return high
