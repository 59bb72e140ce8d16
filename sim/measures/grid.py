"""The intervals of a plan as moments, and which interval a moment belongs to."""

from __future__ import annotations

import datetime as dates
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.parameters import Plan
from sim.parameters.units import show_wall_clock
from sim.traffic_clock import open_hours


@dataclass(frozen=True)
class Grid:
    """Intervals in order, those of the first day first.

    They go by the clock on the wall: one that is skipped when clocks go forward lasts no time, and
    one that comes twice when they go back is both times together.

    edges: where time is cut, seconds since midnight of the first day, rising
    places: (edges - 1,) the interval each piece belongs to; ``intervals`` between two days
    hours: when it opens and closes, day by day
    intervals: how many there are
    begin: what is before (warm-up) does not count; ``-inf`` without a warm-up
    """

    edges: Floats
    places: Ints
    hours: Floats
    intervals: int
    begin: float

    @classmethod
    def of(cls, plan: Plan) -> Grid:
        days = open_hours(plan)
        total = plan.days * plan.intervals
        places = [
            np.append(one.intervals + day * plan.intervals, total) for day, one in enumerate(days)
        ]
        return cls(
            edges=np.concatenate([one.edges for one in days]),
            places=np.concatenate(places)[:-1],
            hours=np.concatenate([one.edges[[0, -1]] for one in days]),
            intervals=total,
            begin=float(days[0].edges[0]) + plan.warm_up if plan.warm_up > 0 else -np.inf,
        )

    @classmethod
    def of_days(cls, plan: Plan) -> Grid:
        """The opening hours of each day as one interval."""
        whole = cls.of(plan)
        places = np.full(2 * plan.days - 1, plan.days)
        places[::2] = np.arange(plan.days)
        return cls(whole.hours, places, whole.hours, plan.days, whole.begin)

    @property
    def cuts(self) -> Floats:
        """The edges, nothing before ``begin``: pieces of the warm-up have no length."""
        return np.maximum(self.edges, self.begin)

    @property
    def widths(self) -> Floats:
        """(intervals,) seconds of each interval that count."""
        return self.inside(np.diff(self.cuts))

    @property
    def ends(self) -> Floats:
        """(intervals,) the moment each interval is over; of one that is skipped, the moment at
        which it would have begun."""
        ends = np.full(self.intervals + 1, -np.inf)
        np.maximum.at(ends, self.places, self.edges[1:])
        opened = np.repeat(self.hours[::2], self.intervals // len(self.hours[::2]))
        return np.maximum.accumulate(np.maximum(ends[:-1], opened))

    def inside(self, areas: Floats) -> Floats:
        """(intervals,) sums over the pieces between ``cuts``, what is between days left out."""
        sums = np.bincount(self.places, areas, minlength=self.intervals + 1)[:-1]
        return sums.astype(np.float64)

    def highest(self, peaks: Floats) -> Floats:
        """(intervals,) the highest of each interval's pieces, NaN where none has a figure."""
        found = np.full(self.intervals + 1, np.nan)
        np.fmax.at(found, self.places, peaks)
        return found[:-1]

    def closed(self, moments: Floats) -> Bools:
        """Which moments are before, after or between the opening hours."""
        closed: Bools = np.searchsorted(self.hours, moments, side="right") % 2 == 0
        return closed

    def locate(self, moments: Floats) -> Ints:
        """The interval each moment belongs to.

        Outside the hours it is the nearest one: before the first opening the first interval, after
        the last closing the last, and between two days the last interval of the one or the first
        of the other, the middle being the border.
        """
        between = np.flatnonzero(self.places == self.intervals)
        starts = self.edges[:-1].copy()
        starts[between + 1] = (self.edges[between] + self.edges[between + 1]) / 2
        open_then = self.places < self.intervals
        piece = np.searchsorted(starts[open_then][1:], moments, side="right")
        return np.asarray(self.places[open_then][piece])


def interval_labels(plan: Plan) -> list[str]:
    """What the clock shows at the start of each interval: ``"09:30"``; with several days
    ``"day 2 09:30"``, or ``"Tue 03 Mar 09:30"`` where the plan has a date. After midnight it is
    ``"01:00 (+1)"`` of the day before; in a night that has an hour twice ``"02:30 (60 min)"`` says
    how long a half hour lasts.
    """
    clocks = clock_labels(plan)
    labels = (
        clocks if plan.days == 1 else [f"{day} {at}" for day in day_labels(plan) for at in clocks]
    )
    if plan.date is None or plan.timezone is None:
        return labels
    grid = Grid.of(plan)
    lasting = grid.inside(np.diff(grid.edges))
    return [
        label if seconds <= plan.interval else _longer(label, seconds)
        for label, seconds in zip(labels, lasting.tolist(), strict=True)
    ]


def clock_labels(plan: Plan) -> list[str]:
    """Those of any day, without its name."""
    return [show_wall_clock(plan.opens + step * plan.interval) for step in range(plan.intervals)]


def day_labels(plan: Plan) -> list[str]:
    """What each day is called: ``"day 2"``, or ``"Tue 03 Mar"`` where the plan has a date."""
    if plan.date is None:
        return [f"day {day + 1}" for day in range(plan.days)]
    each = (plan.date + dates.timedelta(days=day) for day in range(plan.days))
    return [day.strftime("%a %d %b") for day in each]


def _longer(label: str, seconds: float) -> str:
    said = f"{seconds / 60:g} min)"
    return f"{label[:-1]}, {said}" if label.endswith(")") else f"{label} ({said}"
