"""Records written by hand, row by row, for tests that know every figure beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.parameters import CallType, Fixed, Group, Plan, Service, Skill
from sim.records import Origin, Outcome, Records

NAN = float("nan")
OPEN = 8 * 3600.0
Span = tuple[int, float, float]


@dataclass(frozen=True)
class Row:
    """A contact. Moments as in ``Records``; what is left out follows from the others."""

    arrived: float
    outcome: Outcome = Outcome.ANSWERED
    queued: float | None = None
    answered: float = NAN
    left: float = NAN
    released: float = NAN
    call_type: int = 0
    origin: Origin = Origin.FIRST
    parent: int = -1
    agent: int = -1
    hold: float = 0.0
    resolved: int = -1
    due: float = NAN


def records(
    rows: Sequence[Row],
    agent_group: Sequence[int] = (0,),
    present: Sequence[Span] = (),
    planned: Sequence[Span] | None = None,
    away: Sequence[tuple[int, float, float, int]] = (),
    ended: float = 0.0,
) -> Records:
    """One replication of these rows and spans (agent, start, end, and of absences: paid)."""

    def column(name: str, kind: type = np.float64) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], dtype=kind)

    def spans(of: Sequence[tuple], place: int, kind: type = np.float64) -> np.ndarray:
        return np.array([span[place] for span in of], dtype=kind)

    groups = np.array(agent_group, dtype=np.int16)
    said = present if planned is None else planned
    arrived, answered, left = column("arrived"), column("answered"), column("left")
    released = np.where(np.isnan(column("released")), left, column("released"))
    agent = column("agent", np.int32)
    talked = np.where(agent >= 0, left - answered, 0.0)
    queued = np.array([row.arrived if row.queued is None else row.queued for row in rows])
    return Records(
        call_type=column("call_type", np.int16),
        origin=column("origin", np.int8),
        outcome=column("outcome", np.int8),
        parent=column("parent", np.int64),
        root=np.arange(len(rows)),
        attempt=np.zeros(len(rows), dtype=np.int16),
        arrived=arrived,
        queued=queued.astype(np.float64),
        answered=answered,
        left=left,
        released=np.where(agent >= 0, released, NAN),
        agent=agent,
        group=np.append(groups, -1)[agent].astype(np.int16),
        talk=talked - column("hold"),
        hold=column("hold"),
        after_call=np.where(agent >= 0, released - left, 0.0),
        resolved=column("resolved", np.int8),
        due=column("due"),
        agent_group=groups,
        present_agent=spans(present, 0, np.int32),
        present_start=spans(present, 1),
        present_end=spans(present, 2),
        away_agent=spans(away, 0, np.int32),
        away_start=spans(away, 1),
        away_end=spans(away, 2),
        away_paid=spans(away, 3, np.int8),
        planned_agent=spans(said, 0, np.int32),
        planned_start=spans(said, 1),
        planned_end=spans(said, 2),
        seed=1,
        replication=0,
        ended=ended,
    )


def call_type(name: str = "calls", **options: object) -> CallType:
    return CallType(name, Service(Fixed(180.0)), **options)


def plan(
    types: Sequence[CallType] = (),
    groups: Sequence[dict[str, object]] = ({},),
    **options: object,
) -> Plan:
    """One hour from eight o'clock in two intervals, unless told otherwise."""
    kinds = tuple(types) or (call_type(),)
    skills = tuple(Skill(one.name) for one in kinds)
    return Plan(
        call_types=kinds,
        groups=tuple(
            Group(f"group {place}", skills, **{"agents": 1, **one})
            for place, one in enumerate(groups)
        ),
        **{"opens": OPEN, "closes": OPEN + 3600.0, **options},
    )
