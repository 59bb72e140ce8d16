"""Days so small that every moment can be worked out by hand.

The centre opens at midnight, so that moments are simply seconds: ``came(0, 10)`` is a customer at
the very beginning and one ten seconds later.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sim.centre import simulate
from sim.parameters import CallType, Fixed, Group, Plan, RecordedArrivals, Service, Skill
from sim.records import Origin, Outcome, Records
from tests.sim import laws

HOUR = 3600.0


class Row(NamedTuple):
    """What became of one contact. Moments are None where there are none."""

    kind: str
    outcome: Outcome
    origin: Origin
    parent: int
    arrived: float
    queued: float | None
    answered: float | None
    left: float
    released: float | None
    agent: int


def came(*moments: float) -> RecordedArrivals:
    return RecordedArrivals(tuple(moments))


def kind(
    name: str, *moments: float, talk: float = 100.0, wrap: float = 0.0, **more: Any
) -> CallType:
    """A call type whose talk and after-call work always take the same time."""
    service = more.pop("service", None) or Service(
        Fixed(talk), after_call=Fixed(wrap) if wrap else None
    )
    arrivals = None if more.get("channel") == "outbound" else came(*moments)
    return CallType(name, service, more.pop("arrivals", arrivals), **more)


def group(name: str, skills: str | Iterable[str | Skill], agents: Any = 1, **more: Any) -> Group:
    """A group that serves these call types, given by name or as skills."""
    names = skills.split() if isinstance(skills, str) else skills
    chosen = tuple(Skill(one) if isinstance(one, str) else one for one in names)
    return Group(name, chosen, None if more.get("shifts") else agents, **more)


def plan(kinds: CallType | Iterable[CallType], groups: Any = None, **more: Any) -> Plan:
    """Open from midnight to 02:00. Without groups one agent serves everybody."""
    call_types = (kinds,) if isinstance(kinds, CallType) else tuple(kinds)
    if groups is None:
        groups = group("all", [one.name for one in call_types])
    teams = (groups,) if isinstance(groups, Group) else tuple(groups)
    hours = {"opens": 0.0, "closes": 2 * HOUR}
    return Plan(call_types, teams, **{**hours, **more})


def play(given: Plan) -> Records:
    """One run, which obeys the laws that every run must."""
    records = simulate(given)
    laws.check(given, records)
    return records


def rows(given: Plan, records: Records | None = None) -> list[Row]:
    """The whole story of a run, first contacts first."""
    seen = play(given) if records is None else records

    def moment(column: Any, row: int) -> Any:
        found = float(column[row])
        return None if found != found else round(found, 6)

    return [
        Row(
            given.call_types[seen.call_type[row]].name,
            Outcome(seen.outcome[row]),
            Origin(seen.origin[row]),
            int(seen.parent[row]),
            moment(seen.arrived, row),
            moment(seen.queued, row),
            moment(seen.answered, row),
            moment(seen.left, row),
            moment(seen.released, row),
            int(seen.agent[row]),
        )
        for row in range(len(seen))
    ]


def answered(given: Plan) -> list[float | None]:
    """When each contact was answered."""
    return [row.answered for row in rows(given)]


def outcomes(given: Plan) -> list[str]:
    """How each contact ended, in small letters."""
    return [row.outcome.name.lower() for row in rows(given)]


def present(records: Records, agent: int = 0) -> list[tuple[float, float]]:
    """The times one agent was on duty."""
    mine = records.present_agent == agent
    starts, ends = records.present_start[mine], records.present_end[mine]
    return sorted((float(start), float(end)) for start, end in zip(starts, ends, strict=True))
