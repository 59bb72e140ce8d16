"""The way into the centre: its opening hours, and the lines by which callers come in."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from sim.parameters import CallType, Plan
from sim.traffic import Traffic


class Door:
    """Of one replication. Moments are seconds since midnight of the first day.

    limited: there are only so many trunks; free: how many of them nobody has
    down: when the lines are, start and end
    """

    def __init__(self, plan: Plan) -> None:
        moment, days = plan.moment, range(plan.days)
        self.opens = [moment(day, plan.opens) for day in days]
        self.closes = [moment(day, plan.closes) for day in days]
        self.down = [
            (moment(day, one.start), moment(day, one.end))
            for one in plan.outages
            if one.what == "lines"
            for day in days
        ]
        self.limited = plan.trunks is not None
        self.free = plan.trunks or 0
        # The chains (by their first row) that have a trunk.
        self._holding: set[int] = set()

    @property
    def last_closing(self) -> float:
        return self.closes[-1]

    def counts_lines(self, kind: CallType) -> bool:
        """Whether a contact of this type takes a trunk."""
        return self.limited and kind.channel == "voice"

    def is_open(self, moment: float) -> bool:
        day = bisect_right(self.opens, moment) - 1
        return day >= 0 and moment < self.closes[day]

    def types_outside(self, traffic: Traffic) -> set[int]:
        """The call types of which somebody comes while the centre is closed."""
        day = np.searchsorted(self.opens, traffic.times, side="right") - 1
        outside = (day < 0) | (traffic.times >= np.array(self.closes)[day])
        return set(np.unique(traffic.call_types[outside]).tolist())

    def in_hours(self, moment: float) -> float | None:
        """The same moment if hours in which the centre is closed do not count: who would come so
        long after closing comes so long after the next opening. None after the last closing."""
        closed_since = self.opens[0]
        for opens, closes in zip(self.opens, self.closes, strict=True):
            if moment < opens:
                moment = opens + max(0.0, moment - closed_since)
            if moment < closes:
                return moment
            closed_since = closes
        return None

    def take_line(self, root: int, now: float) -> bool:
        """A caller wants a line; False is the busy signal."""
        if any(start <= now < end for start, end in self.down):
            return False
        if self.limited:
            if not self.free:
                return False
            self.free -= 1
            self._holding.add(root)
        return True

    def leave(self, root: int) -> None:
        """The caller hangs up: her line, if she has one, is free again."""
        if root in self._holding:
            self._holding.remove(root)
            self.free += 1
