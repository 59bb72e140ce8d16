"""Which of a planner's own routing rules changes what it may only look at.

Looking at the whole floor before and after each answer takes its time, so this is asked only when a
run has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.errors import RoutingError
from sim.floor import Agent, Group, Line
from sim.routing import RULES, Rule

Question = Callable[[Line, Agent, float], object]


def catch(rules: Sequence[Rule], lines: Sequence[Line], groups: Sequence[Group]) -> None:
    """From now on the planner's own rules raise RoutingError when lines, groups or the agent are
    not the same after an answer as before it."""
    for rule in rules:
        if type(rule) not in RULES.values():
            for what in ("allows", "prefer"):
                vars(rule)[what] = _caught(rule, what, lines, groups)


def _caught(rule: Rule, what: str, lines: Sequence[Line], groups: Sequence[Group]) -> Question:
    ask: Question = getattr(rule, what)
    names = [f"the line {one.name}" for one in lines] + [f"the group {one.name}" for one in groups]

    def asked(line: Line, agent: Agent, now: float) -> object:
        before = _seen(lines, groups, agent)
        answer = ask(line, agent, now)
        after = _seen(lines, groups, agent)
        for name, was, now_is in zip([*names, "an agent"], before, after, strict=True):
            if was != now_is:
                raise RoutingError(
                    f"the routing rule {type(rule).__name__}.{what}{_place(rule, what)} changed "
                    f"{name}: a rule may look at lines, groups and agents, and must leave them as "
                    "they are"
                )
        return answer

    return asked


def _seen(lines: Sequence[Line], groups: Sequence[Group], agent: Agent) -> list[tuple[object, ...]]:
    queues = [(one.groups, *one.front, None, *one.waiting) for one in lines]
    free = [
        (one.lines, one.speed, one.staffed, *one.idle.agents, *map(tuple, one.spare.by_load))
        for one in groups
    ]
    own = (agent.group, agent.busy, agent.free_since, agent.row, agent.speed, *agent.hands)
    return [*queues, *free, own]


def _place(rule: Rule, what: str) -> str:
    code = getattr(getattr(type(rule), what), "__code__", None)
    return f" ({Path(code.co_filename).name} line {code.co_firstlineno})" if code else ""
