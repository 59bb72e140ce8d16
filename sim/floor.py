"""The floor as routing sees it: lines of waiting contacts, groups of agents, who is idle."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from typing import Any, Protocol

import numpy as np

from sim.errors import RoutingError
from sim.parameters import CallType, Plan, Skill
from sim.parameters import Group as GroupPlan


class Line:
    """The queue of one call type. First come, first served inside it.

    waiting: places by row, in order of joining, each with its ``since``
    front: likewise, those put ahead (transferred, handed back)
    groups: who may serve it
    late: who may serve it only after some waiting, and after how many seconds
    look: when the model looks for one of them next
    first_group: the one group that serves newcomers, when there is nothing to choose
    """

    __slots__ = (
        "call_type",
        "chat",
        "first_group",
        "front",
        "groups",
        "index",
        "late",
        "look",
        "name",
        "waiting",
    )

    def __init__(self, index: int, call_type: CallType) -> None:
        self.index = index
        self.name = call_type.name
        self.call_type = call_type
        self.chat = call_type.channel == "chat"
        self.waiting: OrderedDict[int, Any] = OrderedDict()
        self.front: OrderedDict[int, Any] = OrderedDict()
        self.groups: tuple[Group, ...] = ()
        self.first_group: Group | None = None
        self.late: tuple[tuple[Group, float], ...] = ()
        self.look: Any = None

    def __len__(self) -> int:
        return len(self.front) + len(self.waiting)

    @property
    def since(self) -> float:
        """When the next one to be served joined. The line must not be empty."""
        line = self.front or self.waiting
        try:
            since: float = line[next(iter(line))].since
        except StopIteration:
            raise ValueError(f"nobody waits for {self.name}: ask len(line) first") from None
        return since

    def waited(self, now: float) -> float:
        """Seconds the next one to be served has waited."""
        return now - self.since


class Group:
    """Agents with the same skills.

    skills: by the index of the call type, None where there is none
    staffed: agents on duty now; idle: those with nothing in hand; spare: those with a chat or
    more in hand and room for another
    speed: handle-time factor by call type; resolution: factor on first-contact resolution
    first_line: the one line served before all others, when there is nothing to choose
    late_lines: those whose contacts it serves only after some waiting
    """

    __slots__ = (
        "chat_lines",
        "first_line",
        "idle",
        "index",
        "late_lines",
        "lines",
        "name",
        "plan",
        "resolution",
        "skills",
        "spare",
        "speed",
        "staffed",
    )

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
        self.spare = SparePool(plan.concurrency)
        self.staffed = 0
        self.speed: tuple[float, ...] = tuple(
            skill.handle_time_factor if skill else 1.0 for skill in self.skills
        )
        self.resolution = 1.0
        self.chat_lines: tuple[Line, ...] = ()
        self.first_line: Line | None = None
        self.late_lines: tuple[Line, ...] = ()


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
        "row",
        "speed",
        "stamp",
        "stint",
        "wanted_away",
    )

    def __init__(self, index: int, group: Group) -> None:
        self.index = index
        self.group = group
        self.speed = group.speed
        self.busy = 0.0
        self.free_since = 0.0
        self.on_since = 0.0
        self.wanted_away = False
        self.stint = -1
        self.row = -1
        self.hands: list[Any] = []
        self.event: Any = None
        self.stamp = 0.0

    def __lt__(self, other: Agent) -> bool:
        return self.index < other.index


class Pool(Protocol):
    """The idle agents of one group, in the order in which they are to be chosen."""

    @property
    def agents(self) -> Collection[Agent]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Agent]: ...
    @property
    def add(self) -> Callable[[Agent], object]: ...
    @property
    def remove(self) -> Callable[[Agent], object]: ...
    def take(self) -> Agent: ...
    def first(self) -> Agent: ...


class LongestIdlePool:
    """Who has been idle longest comes first."""

    def __init__(self, draw: np.random.Generator | None = None) -> None:
        self.agents: OrderedDict[Agent, None] = OrderedDict()
        # The dictionary's own methods, asked for every contact.
        self.add: Callable[[Agent], object] = self.agents.setdefault
        self.remove: Callable[[Agent], object] = self.agents.pop

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def first(self) -> Agent:
        return next(iter(self.agents))

    def take(self) -> Agent:
        return self.agents.popitem(False)[0]


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

    def take(self) -> Agent:
        agent = self.first()
        self.remove(agent)
        return agent

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

    def take(self) -> Agent:
        agent = self.first()
        self.remove(agent)
        return agent

    def remove(self, agent: Agent) -> None:
        del self.agents[agent]


class SparePool:
    """Agents with room for another chat; who has the fewest in hand comes first."""

    def __init__(self, concurrency: int) -> None:
        self.by_load: list[OrderedDict[Agent, None]] = [OrderedDict() for _ in range(concurrency)]

    def __bool__(self) -> bool:
        return any(self.by_load)

    def first(self) -> Agent:
        return next(next(iter(agents)) for agents in self.by_load if agents)

    def put(self, agent: Agent, load: int) -> None:
        """She has ``load`` chats in hand now."""
        if 0 < load < len(self.by_load):
            self.by_load[load][agent] = None

    def take_out(self, agent: Agent) -> None:
        for agents in self.by_load:
            agents.pop(agent, None)


POOLS = {
    "longest-idle": LongestIdlePool,
    "random": RandomPool,
    "least-occupied": LeastOccupiedPool,
}


def lay_floor(
    plan: Plan, order: str, generator: Callable[[str], np.random.Generator]
) -> tuple[list[Line], list[Group]]:
    """A plan's lines and groups, each knowing the others; nobody is there yet.

    order: of idle agents inside a group, a name in ``POOLS``; generator: chance for that order, by
    the source's name. Raises RoutingError for an order that is not known.
    """
    pool = POOLS.get(order)
    if pool is None:
        known = ", ".join(sorted(POOLS))
        raise RoutingError(f"no order of idle agents is called {order}: there are {known}")
    lines = [Line(index, kind) for index, kind in enumerate(plan.call_types)]
    groups = [
        Group(index, group, plan.call_types, pool(generator(f"idle/{group.name}")))
        for index, group in enumerate(plan.groups)
    ]
    for group in groups:
        group.lines = tuple(line for line in lines if group.skills[line.index])
        group.chat_lines = tuple(line for line in group.lines if line.chat)
        factor, group.resolution = plan.experience(group.plan)
        group.speed = tuple(speed * factor for speed in group.speed)
    for line in lines:
        line.groups = tuple(group for group in groups if line in group.lines)
    return lines, groups
