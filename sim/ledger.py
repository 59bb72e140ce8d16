"""The records while they are written: a column of plain numbers for each thing noted of a row.

Arrays rather than lists of Python's numbers: a third of the memory and less for it to walk through.
They grow, which numpy's do not.
"""

from __future__ import annotations

import math
from array import array

import numpy as np

from sim.draws import Draws, column
from sim.records import Origin, Outcome, Records
from sim.roster import Roster
from sim.traffic import Traffic

NAN = math.nan


class Ledger:
    """Rows of contacts. The first ``firsts`` are those who arrive by themselves, in order of time;
    rows that come of others are appended with ``add``.

    serve, wrap: talk and hold, and after-call work, in seconds at ordinary speed, drawn ahead
    patience: seconds, infinite for those who never hang up
    """

    __slots__ = (
        "agent",
        "answered",
        "arrived",
        "attempt",
        "due",
        "extra_hold",
        "firsts",
        "hold_share",
        "kind",
        "later_hold_share",
        "left",
        "origin",
        "outcome",
        "parent",
        "patience",
        "queued",
        "released",
        "repeats",
        "resolved",
        "retrials",
        "root",
        "serve",
        "wrap",
    )

    def __init__(self, traffic: Traffic, draws: Draws) -> None:
        count = len(traffic.times)
        self.firsts = count
        self.kind = column(traffic.call_types)
        self.arrived = column(traffic.times)
        self.queued = array("d", [NAN]) * count
        self.answered = array("d", [NAN]) * count
        self.left = array("d", [NAN]) * count
        self.released = array("d", [NAN]) * count
        self.agent = array("i", [-1]) * count
        self.outcome = bytearray(count)
        serve, wrap, patience = np.zeros(count), np.zeros(count), np.full(count, math.inf)
        self.hold_share = np.zeros(count)
        for index, kind in enumerate(draws.call_types):
            mine = np.flatnonzero(traffic.call_types == index)
            serve[mine] = draws.fresh("talk", index, kind.service.talk)
            if kind.service.hold is not None:
                hold = draws.fresh("hold", index, kind.service.hold)
                serve[mine] = total = serve[mine] + hold
                share = np.divide(hold, total, out=np.zeros_like(hold), where=total > 0)
                self.hold_share[mine] = share
            if kind.service.after_call is not None:
                wrap[mine] = draws.fresh("after_call", index, kind.service.after_call)
            if kind.patience is not None:
                patience[mine] = draws.fresh("patience", index, kind.patience.time)
        self.serve = column(serve)
        self.wrap = column(wrap)
        self.patience = column(patience)
        # Only rows that come of others have these; the others are their own roots.
        self.origin: list[int] = []
        self.parent: list[int] = []
        self.root: list[int] = []
        self.attempt: list[int] = []
        self.later_hold_share: list[float] = []
        # Few rows have these.
        self.resolved: dict[int, int] = {}
        self.due: dict[int, float] = {}
        self.extra_hold: dict[int, float] = {}
        self.retrials: dict[int, int] = {}
        self.repeats: dict[int, int] = {}

    def root_of(self, row: int) -> int:
        return row if row < self.firsts else self.root[row - self.firsts]

    def attempt_of(self, row: int) -> int:
        return 0 if row < self.firsts else self.attempt[row - self.firsts]

    def origin_of(self, row: int) -> int:
        return 0 if row < self.firsts else self.origin[row - self.firsts]

    def parent_of(self, row: int) -> int:
        return -1 if row < self.firsts else self.parent[row - self.firsts]

    def hold_share_of(self, row: int) -> float:
        """The part of the time with the customer in which she holds."""
        later = row - self.firsts
        return float(self.hold_share[row]) if later < 0 else self.later_hold_share[later]

    def set_hold_share(self, row: int, share: float) -> None:
        if row < self.firsts:
            self.hold_share[row] = share
        else:
            self.later_hold_share[row - self.firsts] = share

    def add(
        self,
        kind: int,
        origin: Origin,
        parent: int,
        arrived: float,
        *,
        serve: float,
        wrap: float,
        patience: float,
        hold_share: float = 0.0,
    ) -> int:
        """A row that comes of ``parent``."""
        row = len(self.kind)
        self.kind.append(kind)
        self.arrived.append(arrived)
        for moments in (self.queued, self.answered, self.left, self.released):
            moments.append(NAN)
        self.agent.append(-1)
        self.outcome.append(0)
        self.serve.append(serve)
        self.wrap.append(wrap)
        self.patience.append(patience)
        self.origin.append(int(origin))
        self.parent.append(parent)
        self.root.append(self.root_of(parent))
        self.attempt.append(self.attempt_of(parent) + 1)
        self.later_hold_share.append(hold_share)
        for counts in (self.retrials, self.repeats):
            if parent in counts:
                counts[row] = counts[parent]
        return row

    def end(self, row: int, outcome: Outcome, now: float) -> None:
        """This row is over without an agent."""
        self.outcome[row] = int(outcome)
        self.left[row] = now


class Attendance:
    """When agents were really there, and away between two stints."""

    def __init__(self) -> None:
        self.present: list[tuple[int, float, float]] = []
        self.away: list[tuple[int, float, float, bool]] = []


def close(
    ledger: Ledger,
    attendance: Attendance,
    roster: Roster,
    left_over: list[int],
    *,
    seed: int,
    replication: int,
    at_least: float,
) -> Records:
    """The finished records. Talk and hold are the parts of what really was served.

    left_over: rows that still wait; at_least: the run goes on until then, even if nothing happens
    """
    count, firsts = len(ledger.kind), ledger.firsts
    answered = np.array(ledger.answered)
    left = np.array(ledger.left)
    queued = np.array(ledger.queued)
    outcome = np.array(ledger.outcome).astype(np.int8)
    present = _columns(attendance.present, 3)
    moments = (present[2], left[~np.isnan(left)], queued[left_over])
    ended = max([at_least, *(float(np.max(some)) for some in moments if len(some))])
    left[left_over] = ended
    outcome[left_over] = Outcome.LEFT_OVER
    released = np.array(ledger.released)
    agent = np.array(ledger.agent)
    groups = np.append(roster.groups, -1).astype(np.int16)
    served = agent >= 0
    serving = np.where(served, left - answered, 0.0)
    hold_share = np.concatenate([ledger.hold_share, ledger.later_hold_share])
    extra = np.zeros(count)
    extra[list(ledger.extra_hold)] = list(ledger.extra_hold.values())
    extra = np.minimum(extra, serving)  # who is interrupted while it rings held for less
    hold = extra + (serving - extra) * hold_share
    away = _columns(attendance.away, 4)
    planned = _columns(roster.planned, 3)
    own = np.arange(firsts)
    return Records(
        call_type=np.array(ledger.kind),
        origin=np.concatenate([np.zeros(firsts), ledger.origin]).astype(np.int8),
        outcome=outcome,
        parent=np.concatenate([np.full(firsts, -1), ledger.parent]).astype(np.int64),
        root=np.concatenate([own, ledger.root]).astype(np.int64),
        attempt=np.concatenate([np.zeros(firsts), ledger.attempt]).astype(np.int16),
        arrived=np.array(ledger.arrived),
        queued=queued,
        answered=answered,
        left=left,
        released=released,
        agent=agent,
        group=groups[agent],
        talk=serving - hold,
        hold=hold,
        after_call=np.where(served, released - left, 0.0),
        resolved=_sparse(ledger.resolved, count, -1).astype(np.int8),
        due=_sparse(ledger.due, count, NAN),
        agent_group=roster.groups.astype(np.int16),
        present_agent=present[0].astype(np.int32),
        present_start=present[1],
        present_end=present[2],
        away_agent=away[0].astype(np.int32),
        away_start=away[1],
        away_end=away[2],
        away_paid=away[3].astype(np.int8),
        planned_agent=planned[0].astype(np.int32),
        planned_start=planned[1],
        planned_end=planned[2],
        seed=seed,
        replication=replication,
        ended=ended,
    )


def _sparse(values: dict[int, float] | dict[int, int], count: int, other: float) -> np.ndarray:
    column = np.full(count, other)
    column[list(values)] = list(values.values())
    return column


def _columns(rows: object, width: int) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(-1, width).T
