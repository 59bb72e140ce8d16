"""SimPy's clock and event list, used without a process for each contact.

SimPy's cost is the generator of every process and the events it makes, not its event list. Here a
happening is made once (one for each agent, one for each contact that has to wait), carries what it
is about, and is put into the list again and again; its callbacks are methods of the model.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import Any

import simpy

Callbacks = tuple[Callable[[Any], None], ...]
NOTHING: Callbacks = ()

# What comes first of what happens at the same moment: agents go, what they hand back waits, others
# come, the rest of the day goes on, the centre closes.
GOES, HANDED_BACK, COMES, USUAL, LAST = -2, -1, 0, 1, 2
LATEST = sys.float_info.max
SHORT = 64  # a list of so few is not looked through for what was called off


class Happening(simpy.events.Event):
    """Something that will happen to ``what``: a row, an agent, a day. Never fails, has no value."""

    __slots__ = ("callbacks", "since", "what")

    _ok = True
    _value = None
    what: Any
    callbacks: Any
    since: float

    def __init__(self, what: Any, callbacks: Callbacks) -> None:
        self.what = what
        self.callbacks = callbacks

    def call_off(self) -> None:
        """It will not happen. It leaves the event list when that has grown to double its length."""
        self.callbacks = NOTHING


class Clock(simpy.Environment):
    """An environment in which moments are absolute and happenings can be called off."""

    def at(self, moment: float, happening: Happening, order: int = USUAL) -> None:
        """Let it happen then; ``order`` breaks ties before the order of asking does."""
        heappush(self._queue, (moment, order, next(self._eid), happening))  # type: ignore[misc]

    def run_out(self, arrivals: Iterable[float], arrive: Callable[[int, float], None]) -> None:
        """Let everything happen that is to happen: SimPy's ``run`` without its stop conditions.

        arrivals: moments in order; they are known ahead, so they need no place in the event list.
        At the same moment everything else comes first. arrive: told which, and when.
        """
        queue: list[Any] = self._queue
        # It never comes: with it there is always a first entry to look at.
        self.at(math.inf, Happening(None, (Happening.call_off,)), LAST)
        longest = SHORT
        for row, moment in enumerate(chain(arrivals, (LATEST,))):
            if len(queue) > longest:
                self._forget()
                longest = SHORT + 2 * len(queue)
            while queue[0][0] <= moment:
                self._now, _, _, event = heappop(queue)
                callbacks = event.callbacks
                if callbacks:
                    callbacks[0](event)
            if moment < LATEST:
                self._now = moment
                arrive(row, moment)

    def _forget(self) -> None:
        """What was called off leaves the list."""
        self._queue[:] = [entry for entry in self._queue if entry[3].callbacks]
        heapify(self._queue)
