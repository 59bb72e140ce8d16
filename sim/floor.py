"""The floor as routing sees it: lines of waiting contacts, groups of agents, who is idle."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from sim.parameters import CallType, Skill
from sim.parameters import Group as GroupPlan


class Line:
    """The queue of one call type. First come, first served inside it.

    waiting: row -> moment it joined, in order; front: those put ahead (transferred, handed back)
    groups: who may serve it
    """

    __slots__ = ("call_type", "front", "groups", "index", "name", "waiting")

    def __init__(self, index: int, call_type: CallType) -> None:
        self.index = index
        self.name = call_type.name
        self.call_type = call_type
        self.waiting: OrderedDict[int, float] = OrderedDict()
        self.front: OrderedDict[int, float] = OrderedDict()
        self.groups: tuple[Group, ...] = ()

    def __len__(self) -> int:
        return len(self.front) + len(self.waiting)

    @property
    def since(self) -> float:
        """When the next one to be served joined. The line must not be empty."""
        line = self.front or self.waiting
        return line[next(iter(line))]

    def waited(self, now: float) -> float:
        """Seconds the next one to be served has waited."""
        return now - self.since


class Group:
    """Agents with the same skills.

    skills: by the index of the call type, None where there is none
    staffed: agents on duty now; idle: those with nothing in hand; spare: those with a chat or
    more in hand and room for another
    """

    __slots__ = ("idle", "index", "lines", "name", "plan", "skills", "spare", "staffed")

    def __init__(
        self, index: int, plan: GroupPlan, types: tuple[CallType, ...], pool: Pool
    ) -> None:
        self.index = index
        self.name = plan.name
        self.plan = plan
        by_name = {skill.call_type: skill for skill in plan.skills}
        self.skills: tuple[Skill | None, ...] = tuple(by_name.get(one.name) for one in types)
        self.lines: tuple[Line, ...] = ()
        self.idle = pool
        self.spare: OrderedDict[Agent, None] = OrderedDict()
        self.staffed = 0


class Agent:
    """One person. ``busy`` is the seconds she has worked since she came on duty.

    hands: rows she has in hand (more than one only for chats)
    """

    __slots__ = (
        "busy",
        "event",
        "free_since",
        "group",
        "hands",
        "index",
        "on_since",
        "present",
        "row",
        "stint",
        "wanted_away",
    )

    def __init__(self, index: int, group: Group) -> None:
        self.index = index
        self.group = group
        self.busy = 0.0
        self.free_since = 0.0
        self.on_since = 0.0
        self.present = False
        self.wanted_away = False
        self.stint = -1
        self.row = -1
        self.hands: list[Any] = []
        self.event: Any = None

    def __lt__(self, other: Agent) -> bool:
        return self.index < other.index


class Pool(Protocol):
    """The idle agents of one group, in the order in which they are to be chosen."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Agent]: ...
    def add(self, agent: Agent) -> None: ...
    def first(self) -> Agent: ...
    def remove(self, agent: Agent) -> None: ...


class LongestIdlePool:
    """Who has been idle longest comes first."""

    def __init__(self, draw: np.random.Generator | None = None) -> None:
        self.agents: OrderedDict[Agent, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def add(self, agent: Agent) -> None:
        self.agents[agent] = None

    def first(self) -> Agent:
        return next(iter(self.agents))

    def remove(self, agent: Agent) -> None:
        del self.agents[agent]


class RandomPool:
    """Any of them, each as likely as the others; every look draws anew."""

    def __init__(self, draw: np.random.Generator) -> None:
        self.agents: list[Agent] = []
        self.place: dict[Agent, int] = {}
        self.draw = draw

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def add(self, agent: Agent) -> None:
        self.place[agent] = len(self.agents)
        self.agents.append(agent)

    def first(self) -> Agent:
        return self.agents[int(self.draw.random() * len(self.agents))]

    def remove(self, agent: Agent) -> None:
        place = self.place.pop(agent)
        last = self.agents.pop()
        if last is not agent:
            self.agents[place] = last
            self.place[last] = place


class LeastOccupiedPool:
    """Who has worked the fewest seconds since she came on duty comes first."""

    def __init__(self, draw: np.random.Generator | None = None) -> None:
        self.agents: dict[Agent, float] = {}
        self.heap: list[tuple[float, Agent]] = []

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def add(self, agent: Agent) -> None:
        self.agents[agent] = agent.busy
        heapq.heappush(self.heap, (agent.busy, agent))

    def first(self) -> Agent:
        # An entry of somebody who left the pool, or came back busier, is no longer true.
        while self.agents.get(self.heap[0][1]) != self.heap[0][0]:
            heapq.heappop(self.heap)
        return self.heap[0][1]

    def remove(self, agent: Agent) -> None:
        del self.agents[agent]


POOLS = {
    "longest-idle": LongestIdlePool,
    "random": RandomPool,
    "least-occupied": LeastOccupiedPool,
}
