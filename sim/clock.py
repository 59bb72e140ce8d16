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

FIRST, USUAL, LAST = 0, 1, 2
LATEST = sys.float_info.max


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


class Clock(simpy.Environment):
    """An environment in which moments are absolute and happenings can be called off."""

    def __init__(self, start: float = 0.0) -> None:
        super().__init__(start)
        self.called_off = 0

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
        self.at(math.inf, Happening(None, (self.call_off,)), LAST)
        for row, moment in enumerate(chain(arrivals, (LATEST,))):
            while queue[0][0] <= moment:
                self._now, _, _, event = heappop(queue)
                callbacks = event.callbacks
                if callbacks:
                    event.callbacks = NOTHING
                    callbacks[0](event)
            if moment < LATEST:
                self._now = moment
                arrive(row, moment)

    def call_off(self, happening: Happening) -> None:
        """It will not happen. What is called off leaves the list before it makes up half of it."""
        happening.callbacks = NOTHING
        self.called_off += 1
        if self.called_off > 64 and self.called_off * 2 > len(self._queue):
            self._queue[:] = [entry for entry in self._queue if entry[3].callbacks]
            heapify(self._queue)
            self.called_off = 0
