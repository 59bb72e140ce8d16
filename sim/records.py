"""What happened, as flat arrays: one row for each attempt of a contact, one for each stint of an
agent. Every figure comes from these later, by pure functions; a new figure needs no new run.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints


class Origin(IntEnum):
    """Where a row comes from. All but the first are children of another row."""

    FIRST = 0
    RETRIAL = 1  # the parent abandoned or heard the busy signal
    REPEAT = 2  # the parent was answered and not resolved
    TRANSFER = 3  # the parent's talk ended in another queue
    CONSULT = 4  # an agent asks a colleague while the parent holds
    CALLBACK = 5  # the parent accepted to be called back
    HANDED_BACK = 6  # the parent's agent went home; the rest of the work
    DIAL = 7  # an outbound contact dialled once more


class Outcome(IntEnum):
    """How a row ended. Every row ends exactly once."""

    OPEN = 0  # not ended: never in finished records
    ANSWERED = 1  # served to the end
    TRANSFERRED = 2  # served, then queued for another call type (a child row)
    HANDED_BACK = 3  # served in part; the rest queued again (a child row)
    CUT_OFF = 4  # served in part; disconnected at the shift's end
    NO_ANSWER = 5  # we called (callback, outbound) and did not reach the person
    ABANDONED = 6  # hung up while waiting
    BALKED = 7  # would not wait, or not as long as announced
    BUSY = 8  # no trunk free, or the lines were down
    FULL = 9  # the queue was at its capacity
    CONTAINED = 10  # served by self-service
    LEFT_MENU = 11  # gave up in self-service
    CALLBACK = 12  # left the queue to be called back (a child row)
    CLOSED = 13  # cut off by closing time while waiting
    LEFT_OVER = 14  # still waiting when the run ended


SERVED = (Outcome.ANSWERED, Outcome.TRANSFERRED, Outcome.HANDED_BACK, Outcome.CUT_OFF)


@dataclass(frozen=True)
class Records:
    """One replication. Times are seconds since midnight of the first day, NaN where there is none.

    Rows of contacts, all of the same length:
    call_type, group: indices into the plan's; group and agent are -1 when nobody answered
    parent: row this one came from, or -1; root: first row of the chain; attempt: rows before it
    arrived: the customer comes in; queued: joins the line; answered: an agent takes her
    left: the customer is gone; released: the agent is free again (after after-call work)
    talk, hold, after_call: seconds, 0 when not answered
    resolved: 1 yes, 0 no, -1 nobody asked
    due: when a callback was promised

    Rows of agents' time:
    agent_group: the group of each agent
    present_*: really on duty (until the last contact in hand was done); away_*: absences between
    stints (``away_paid`` 1 when paid); planned_*: what the shifts said, absent agents included
    """

    call_type: NDArray[np.int16]
    origin: NDArray[np.int8]
    outcome: NDArray[np.int8]
    parent: Ints
    root: Ints
    attempt: NDArray[np.int16]
    arrived: Floats
    queued: Floats
    answered: Floats
    left: Floats
    released: Floats
    agent: NDArray[np.int32]
    group: NDArray[np.int16]
    talk: Floats
    hold: Floats
    after_call: Floats
    resolved: NDArray[np.int8]
    due: Floats
    agent_group: NDArray[np.int16]
    present_agent: NDArray[np.int32]
    present_start: Floats
    present_end: Floats
    away_agent: NDArray[np.int32]
    away_start: Floats
    away_end: Floats
    away_paid: NDArray[np.int8]
    planned_agent: NDArray[np.int32]
    planned_start: Floats
    planned_end: Floats
    seed: int
    replication: int
    ended: float

    def __len__(self) -> int:
        return len(self.call_type)

    @property
    def waited(self) -> Floats:
        """Seconds in the line, up to the answer or the end; NaN for rows that never queued."""
        end = np.where(np.isnan(self.answered), self.left, self.answered)
        return end - self.queued

    def same_as(self, other: Records) -> bool:
        """Bit for bit the same, which a stored seed must give."""
        return all(
            np.array_equal(
                getattr(self, one.name),
                getattr(other, one.name),
                equal_nan=getattr(getattr(self, one.name), "dtype", None) == np.float64,
            )
            for one in fields(self)
        )

    def save(self, file: BinaryIO) -> None:
        """Write as one compressed ``.npz``."""
        np.savez_compressed(file, **{one.name: getattr(self, one.name) for one in fields(self)})

    @classmethod
    def load(cls, file: BinaryIO | io.BytesIO) -> Records:
        with np.load(file, allow_pickle=False) as stored:
            found: dict[str, Any] = {one.name: stored[one.name] for one in fields(cls)}
        for name, kind in (("seed", int), ("replication", int), ("ended", float)):
            found[name] = kind(found[name])
        return cls(**found)
