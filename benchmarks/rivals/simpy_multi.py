"""The multi-skill centre in SimPy: a process for each call and each agent, a plain dispatcher.

Written as a good SimPy user would who wants it fast: calls wait on an event of their own only
when nobody is idle, idle agents stand in an ordered set for each group, and callers who gave up are
skipped when their turn comes. The rules are those of the plan: level 1 first, then the longest
wait, then the agent who has been idle longest; overflow once a caller has waited long enough.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

from sim.parameters import CallType, Distribution, Exponential, Gamma, LogNormal, Plan, Shift
from sim.parameters import Group as GroupPlan

from .half_hours import Figures, line_figures, occupancy

Draw = Callable[[], float]
Process = Generator[simpy.Event, Any, None]


def drawing(rng: random.Random, distribution: Distribution | None) -> Draw:
    """The distribution as a function of the standard library's ``random``."""
    match distribution:
        case None:
            return lambda: 0.0
        case Exponential(mean=mean):
            return lambda: rng.expovariate(1 / mean)
        case LogNormal(mean=mean, sd=sd):
            variance = math.log1p((sd / mean) ** 2)
            location, spread = math.log(mean) - variance / 2, math.sqrt(variance)
            return lambda: rng.lognormvariate(location, spread)
        case Gamma(mean=mean, sd=sd):
            shape = (mean / sd) ** 2
            return lambda: rng.gammavariate(shape, mean / shape)
    raise NotImplementedError(f"the benchmark's plan has no {distribution}")


@dataclass(slots=True)
class Team:
    """A group: its idle agents in the order they became idle, and which lines it serves."""

    index: int
    idle: dict[Agent, None] = field(default_factory=dict)
    skills: list[Skill] = field(default_factory=list)


@dataclass(slots=True)
class Skill:
    team: Team
    line: Line
    level: int
    after: float
    factor: float


@dataclass(slots=True, eq=False)
class Agent:
    """One person; ``leaving`` is set when her break is due while she has a call in hand."""

    number: int
    team: Team
    free_since: float = 0.0
    leaving: simpy.Event | None = None


@dataclass(slots=True)
class Ticket:
    """A caller in a line. ``matched`` succeeds with the skill and the agent."""

    joined: float
    matched: simpy.Event
    gone: bool = False


@dataclass(slots=True)
class Line:
    """A call type: who waits, who serves it (lowest level first), and how its numbers are drawn."""

    index: int
    talk: Draw
    after_call: Draw
    patience: Draw
    delay: Draw
    tries_again: float
    attempts: int
    waiting: deque[Ticket] = field(default_factory=deque)
    skills: list[Skill] = field(default_factory=list)
    overflows: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Rows:
    """What happened.

    contacts: call type, attempt, parent's number, arrived, answered (NaN: gave up), left,
        released, talk, after-call work, agent, group (-1: gave up)
    stints: agent, group, start, end
    """

    contacts: list[tuple[float, ...]] = field(default_factory=list)
    stints: list[tuple[float, ...]] = field(default_factory=list)


class Centre:
    def __init__(self, plan: Plan, seed: int) -> None:
        self.env = simpy.Environment()
        self.rng = random.Random(seed)
        self.rows = Rows()
        self.plan = plan
        self.contacts = 0
        self.lines = {one.name: self.line(k, one) for k, one in enumerate(plan.call_types)}
        self.teams = [self.team(k, one) for k, one in enumerate(plan.groups)]
        for line in self.lines.values():
            line.skills.sort(key=lambda skill: skill.level)
            line.overflows = sorted({skill.after for skill in line.skills if skill.after})

    def line(self, index: int, plan: CallType) -> Line:
        assert plan.patience
        assert plan.retrial
        return Line(
            index,
            talk=drawing(self.rng, plan.service.talk),
            after_call=drawing(self.rng, plan.service.after_call),
            patience=drawing(self.rng, plan.patience.time),
            delay=drawing(self.rng, plan.retrial.delay),
            tries_again=plan.retrial.after_abandoning,
            attempts=plan.retrial.attempts,
        )

    def team(self, index: int, plan: GroupPlan) -> Team:
        team = Team(index)
        for one in plan.skills:
            line = self.lines[one.call_type]
            skill = Skill(team, line, one.level, one.after, one.handle_time_factor)
            team.skills.append(skill)
            line.skills.append(skill)
        return team

    def run(self) -> Rows:
        number = 0
        for team, group in zip(self.teams, self.plan.groups, strict=True):
            for shift in group.shifts:
                for _ in range(shift.agents):
                    self.env.process(self.shift(Agent(number, team), shift))
                    number += 1
        for line, call_type in zip(self.lines.values(), self.plan.call_types, strict=True):
            self.env.process(self.arrivals(line, call_type))
        self.env.run()
        return self.rows

    # Processes

    def arrivals(self, line: Line, plan: CallType) -> Process:
        env, rng, step = self.env, self.rng, self.plan.interval
        assert plan.arrivals
        assert plan.arrivals.pattern == "poisson"
        for number, expected in enumerate(plan.arrivals.per_interval):
            at = self.plan.opens + number * step
            until, rate = at + step, expected / step
            # The exponential has no memory: each interval starts afresh with its own rate.
            while (at := at + rng.expovariate(rate)) < until:
                yield env.timeout(at - env.now)
                env.process(self.call(line, 0, -1))

    def call(self, line: Line, attempt: int, parent: int) -> Process:
        env = self.env
        number = self.contacts
        self.contacts += 1
        arrived = env.now
        found = self.agent_for(line, 0.0)
        if found is None:
            ticket = Ticket(arrived, env.event())
            line.waiting.append(ticket)
            patience = line.patience()
            for waited in [*(at for at in line.overflows if at < patience), patience]:
                yield ticket.matched | env.timeout(arrived + waited - env.now)
                if ticket.matched.triggered:
                    found = ticket.matched.value
                    break
                if waited < patience and (found := self.agent_for(line, waited)):
                    break
            ticket.gone = True
        if found is None:
            self.rows.contacts.append(
                (line.index, attempt, parent, arrived, math.nan, env.now, env.now, 0.0, 0.0, -1, -1)
            )
            self.try_again(line, attempt, number)
            return
        skill, agent = found
        answered = env.now
        talk, after_call = line.talk() * skill.factor, line.after_call() * skill.factor
        yield env.timeout(talk)
        left = env.now
        yield env.timeout(after_call)
        row = (line.index, attempt, parent, arrived, answered, left, env.now, talk, after_call)
        self.rows.contacts.append((*row, agent.number, agent.team.index))
        self.free(agent)

    def try_again(self, line: Line, attempt: int, number: int) -> None:
        if attempt < line.attempts and self.rng.random() < line.tries_again:
            delay = line.delay()
            if self.env.now + delay < self.plan.closes:
                self.env.process(self.retrial(delay, line, attempt + 1, number))

    def retrial(self, delay: float, line: Line, attempt: int, parent: int) -> Process:
        yield self.env.timeout(delay)
        yield from self.call(line, attempt, parent)

    def shift(self, agent: Agent, shift: Shift) -> Process:
        env = self.env
        pauses = [(one.start, one.length) for one in shift.breaks]
        yield env.timeout(shift.start)
        for due, length in [*pauses, (shift.until, 0.0)]:
            start = env.now
            self.free(agent)
            yield env.timeout(due - env.now)
            if agent in agent.team.idle:
                del agent.team.idle[agent]
            else:
                agent.leaving = env.event()
                yield agent.leaving
                agent.leaving = None
            self.rows.stints.append((agent.number, agent.team.index, start, env.now))
            yield env.timeout(length)

    # Dispatching

    def agent_for(self, line: Line, waited: float) -> tuple[Skill, Agent] | None:
        """The idle agent for a caller of this line who has waited so long: level, then idleness."""
        best: tuple[Skill, Agent] | None = None
        for skill in line.skills:
            if best and skill.level > best[0].level:
                break
            if skill.team.idle and waited >= skill.after:
                agent = next(iter(skill.team.idle))
                if best is None or agent.free_since < best[1].free_since:
                    best = (skill, agent)
        if best:
            del best[1].team.idle[best[1]]
        return best

    def free(self, agent: Agent) -> None:
        """Next caller for this agent, her break, or a place among the idle."""
        if agent.leaving is not None:
            agent.leaving.succeed()
            return
        now = self.env.now
        best: Skill | None = None
        for skill in agent.team.skills:
            waiting = skill.line.waiting
            while waiting and waiting[0].gone:
                waiting.popleft()
            if not waiting or now - waiting[0].joined < skill.after:
                continue
            if (
                best is None
                or skill.level < best.level
                or (skill.level == best.level and waiting[0].joined < best.line.waiting[0].joined)
            ):
                best = skill
        if best is None:
            agent.free_since = now
            agent.team.idle[agent] = None
        else:
            ticket = best.line.waiting.popleft()
            ticket.gone = True
            ticket.matched.succeed((best, agent))


def run(plan: Plan, seed: int) -> Rows:
    """One day."""
    return Centre(plan, seed).run()


def figures(plan: Plan, rows: Rows) -> dict[str, Figures]:
    """The half-hour figures of each call type, and the occupancy of each group."""
    kinds, _, _, arrived, answered, left, released, _, _, _, team = np.array(rows.contacts).T
    _, whose, start, end = np.array(rows.stints).T
    edges = np.arange(plan.opens, plan.closes + 1, plan.interval)
    found: dict[str, Figures] = {}
    for index, one in enumerate(plan.call_types):
        mine = kinds == index
        found[one.name] = line_figures(
            arrived[mine], answered[mine], left[mine], released[mine], edges
        )
    for index, group in enumerate(plan.groups):
        mine, there = team == index, whose == index
        found[f"group {group.name}"] = {
            "occupancy": occupancy(answered[mine], released[mine], start[there], end[there], edges)
        }
    return found
