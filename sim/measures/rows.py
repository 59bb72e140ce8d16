"""Records with what the measures of call types need to know of each row, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.measures.grid import Grid
from sim.parameters import Callback, Plan, Target
from sim.records import SERVED, Origin, Outcome, Records

# Contacts that come to a queue's door by themselves; the others are parts of these.
AT_DOOR = (Origin.FIRST, Origin.RETRIAL, Origin.REPEAT, Origin.TRANSFER)
# "Within 20 seconds" holds for a wait of 20 seconds that was worked out as a difference of moments.
TICK = 1e-6
PROMISED = Callback(0.0, 0.0).promised


def lookup(members: tuple[Any, ...], kind: Any) -> Bools:
    """Which values of an enumeration are among ``members``, to be indexed by a column."""
    table = np.zeros(len(kind), dtype=bool)
    table[list(members)] = True
    return table


@dataclass(frozen=True)
class Rows:
    """The rows of contacts with the plan they are of.

    An interval counts the contacts that arrived in it, whenever they were answered; an outbound
    contact belongs to the interval in which it was dialled, since all arrive when the list starts.
    E-mails come at night too: those that arrive outside the hours are in no interval, but in a row
    after the last one, which only the whole run's figures contain.
    """

    plan: Plan
    records: Records
    grid: Grid

    @property
    def types(self) -> int:
        return len(self.plan.call_types)

    @property
    def shape(self) -> tuple[int, int]:
        """Of tables of cells: the intervals and what is outside the hours, types across."""
        return self.grid.intervals + 1, self.types

    def _channel(self, *names: str) -> Bools:
        return np.array([one.channel in names for one in self.plan.call_types])

    @cached_property
    def outbound(self) -> Bools:
        """(types,)"""
        return self._channel("outbound")

    @cached_property
    def email(self) -> Bools:
        """(types,)"""
        return self._channel("email")

    @cached_property
    def together(self) -> Bools:
        """(types,) whose waits may be pooled: those of people on the line or in a chat. E-mails
        wait for hours and dialling lists for as long as they like; their waits would drown the
        others', and are pooled only where there is nothing else."""
        for channels in (("voice", "chat"), ("email",)):
            if (found := self._channel(*channels)).any():
                return found
        return self.outbound

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(one.target or self.plan.target for one in self.plan.call_types)

    @cached_property
    def cell(self) -> Ints:
        """(rows,) interval × types + type, in the order of ``shape``; rows that don't count are in
        one cell more."""
        kinds = self.records.call_type
        moments = self.records.arrived
        spilt = moments < self.grid.begin
        if self.outbound.any():
            dialled = self.outbound[kinds]
            moments = np.where(dialled, self.records.answered, moments)
            spilt |= np.isnan(moments)
        places = self.grid.locate(moments)
        if self.email.any():
            places[self.email[kinds] & self.grid.closed(moments)] = self.grid.intervals
        cell = places * self.types + kinds
        if self.grid.begin > -np.inf or self.outbound.any():
            cell[spilt] = int(np.prod(self.shape))
        return cell

    @cached_property
    def cube(self) -> Floats:
        """(*shape, origins, outcomes) counts."""
        sizes = len(Origin), len(Outcome)
        code = (self.cell * sizes[0] + self.records.origin) * sizes[1] + self.records.outcome
        cells = int(np.prod(self.shape))
        counts = np.bincount(code, minlength=(cells + 1) * sizes[0] * sizes[1])
        counts = counts.reshape(cells + 1, *sizes)[:-1]
        return counts.reshape(*self.shape, *sizes).astype(np.float64)

    def count(self, which: Bools | Ints) -> Floats:
        """(*shape,) how many of these rows."""
        return self._table(np.bincount(self.cell[which], minlength=np.prod(self.shape) + 1))

    def sum(self, values: Floats, which: Bools | Ints) -> Floats:
        """(*shape,) sum of the values of these rows."""
        cells = int(np.prod(self.shape)) + 1
        return self._table(np.bincount(self.cell[which], values[which], minlength=cells))

    def _table(self, cells: NDArray[Any]) -> Floats:
        return cells[:-1].reshape(self.shape).astype(np.float64)

    @cached_property
    def served(self) -> Bools:
        """(rows,) an agent had the customer on the line; colleagues asked for advice don't."""
        served: Bools = lookup(SERVED, Outcome)[self.records.outcome]
        served &= self.records.origin != Origin.CONSULT
        return served

    @cached_property
    def door(self) -> Bools:
        """(rows,)"""
        return lookup(AT_DOOR, Origin)[self.records.origin]

    @cached_property
    def answered_at_door(self) -> Ints:
        """Rows that came to the door and were answered on the line."""
        return np.flatnonzero(self.door & self.served)

    @cached_property
    def waited(self) -> Floats:
        """(rows,) seconds in the line, NaN for those that never queued."""
        return self.records.waited

    @cached_property
    def done(self) -> Floats:
        """(rows,) when the customer was served to the end: where an e-mail was handed back it is
        done with its last part, NaN where that never came."""
        records = self.records
        done = np.where(self.served, records.left, np.nan)
        parts = np.flatnonzero(records.origin == Origin.HANDED_BACK)
        for part in parts[::-1]:  # a row's children come after it
            done[records.parent[part]] = done[part]
        return done

    @cached_property
    def callbacks(self) -> tuple[Ints, Bools, Bools]:
        """Rows that left to be called back; whether a first call was made, and made in time."""
        records = self.records
        promises = np.flatnonzero(records.outcome == Outcome.CALLBACK)
        made, kept = np.zeros(len(records), dtype=bool), np.zeros(len(records), dtype=bool)
        calls = np.flatnonzero(records.origin == Origin.CALLBACK)
        promised = np.array(
            [one.callback.promised if one.callback else PROMISED for one in self.plan.call_types]
        )
        latest = records.due[calls] + promised[records.call_type[calls]]
        parents, when = records.parent[calls], records.answered[calls]
        made[parents] = ~np.isnan(when)
        kept[parents] = when <= latest + TICK
        return promises, made[promises], kept[promises]
