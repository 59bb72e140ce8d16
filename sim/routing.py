"""Who serves whom: routing rules, each a small class behind one protocol. No SimPy in here.

Two questions come up: a contact has joined a line, which idle agent takes it; and an agent is
free, which line does she serve. Both are answered by the same rules, in the order of the plan:
every rule may forbid a pair of line and agent (``allows``), then each in turn keeps the pairs it
likes best (``prefer``) until one is left. Inside a line it is first come, first served.
"""

from __future__ import annotations

import importlib
import inspect
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeGuard, get_args

from sim.errors import RoutingError
from sim.floor import Agent, Group, Line
from sim.parameters import Rule as RuleChoice
from sim.parameters import Skill
from sim.parameters.demand import Channel
from sim.spelling import nearest

LooksAt = Literal["line", "agent", "skill", "anything"]


class Rule:
    """What a routing rule may say. Override what you need; a planner's own class does the same.

    pool: the order of idle agents inside a group (``longest-idle``, ``random``, ``least-occupied``)
    every_agent: look at every idle agent, not at the first of each group (slower)
    watches: ``allows`` looks at other lines or groups, so it is asked again whenever they change
    looks_at: what ``prefer`` depends on, so that it is not asked in vain: ``line`` (and the time),
        ``agent`` (and the time), ``skill`` (line and group, the same all day), or ``anything``
    """

    pool: ClassVar[str | None] = None
    every_agent: ClassVar[bool] = False
    watches: ClassVar[bool] = True
    looks_at: ClassVar[LooksAt] = "anything"

    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        """Called once before a run; remember what you need."""

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        """May this agent serve the head of this line now?"""
        return True

    def after(self, line: Line, group: Group) -> float:
        """Seconds the head of this line must have waited before this group may serve it."""
        return 0.0

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        """How well the pair suits: the highest figures stay, equal ones go on to the next rule."""
        return 0.0

    def again(self, line: Line) -> Sequence[float]:
        """Seconds after joining, at each of which ``allows`` may have changed its mind."""
        return ()

    def forbids(self, groups: Sequence[Group]) -> bool:
        """Whether ``allows`` ever says no in this plan; if not, it is not asked."""
        return True


class LongestWait(Rule):
    """The contact that has waited longest, whatever its type."""

    looks_at = "line"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return now - line.since


class Priority(Rule):
    """The call type with the most points: ``priority`` + ``ageing`` a minute of waiting."""

    looks_at = "line"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        kind = line.call_type
        if not kind.ageing:
            return kind.priority
        return kind.priority + kind.ageing * (now - line.since) / 60


class LongestIdle(Rule):
    """The agent who has been idle longest."""

    pool = "longest-idle"
    looks_at = "agent"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return now - agent.free_since


class RandomAgent(Rule):
    """Any idle agent of the group; decides inside groups, so let other rules choose the group."""

    pool = "random"


class LeastOccupied(Rule):
    """The agent who has worked the fewest seconds since she came on duty."""

    pool = "least-occupied"
    looks_at = "agent"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return -agent.busy


class LeastSkilledFirst(Rule):
    """The agent with the fewest skills: those who can do everything stay free for the rest."""

    looks_at = "skill"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return -float(len(agent.group.lines))


class SkillLevels(Rule):
    """Level 1 first; a skill with ``after`` serves only those who have waited that long."""

    looks_at = "skill"

    def after(self, line: Line, group: Group) -> float:
        skill = group.skills[line.index]
        return 0.0 if skill is None else skill.after

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return -float(_skill(line, agent).level)


class Reserve(Rule):
    """A group serves a skill with a ``reserve`` only while more agents than that are idle."""

    watches = False

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        reserve = _skill(line, agent).reserve
        return not reserve or len(agent.group.idle) > reserve

    def forbids(self, groups: Sequence[Group]) -> bool:
        return any(skill.reserve for group in groups for skill in group.plan.skills)


class BestProficiency(Rule):
    """The pair with the shortest expected handle time (predictive routing)."""

    looks_at = "skill"

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        service = _skill(line, agent).service or line.call_type.service
        return -service.mean * agent.group.speed[line.index]


class Blend(Rule):
    """Outbound and e-mail only while those on the line are well served.

    idle: agents of the group who must be idle
    wait: seconds; nobody on the line whom the group serves may have waited longer
    channels: which channels have to step back
    """

    def __init__(
        self,
        idle: float = 1,
        wait: float = 0.0,
        channels: Sequence[str] = ("outbound", "email"),
    ) -> None:
        for name, value in (("idle", idle), ("wait", wait)):
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} must be a number from 0, got {value!r}")
        known = get_args(Channel)
        if isinstance(channels, str) or not set(channels) <= set(known):
            raise ValueError(f"channels must be a list of {', '.join(known)}, got {channels!r}")
        self.idle = idle
        self.wait = wait
        self.channels = frozenset(channels)

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        if line.call_type.channel not in self.channels:
            return True
        if len(agent.group.idle) < self.idle:
            return False
        return not any(
            len(other) and now - other.since > self.wait
            for other in agent.group.lines
            if other.call_type.channel not in self.channels
        )

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return 0.0 if line.call_type.channel in self.channels else 1.0

    def forbids(self, groups: Sequence[Group]) -> bool:
        lines = (line for group in groups for line in group.lines)
        return any(line.call_type.channel in self.channels for line in lines)


RULES: dict[str, type[Rule]] = {
    "best-proficiency": BestProficiency,
    "blend": Blend,
    "least-occupied": LeastOccupied,
    "least-skilled-first": LeastSkilledFirst,
    "longest-idle": LongestIdle,
    "longest-wait": LongestWait,
    "priority": Priority,
    "random-agent": RandomAgent,
    "reserve": Reserve,
    "skill-levels": SkillLevels,
}


# Where no planner's code is: this package, Python's library, installed packages.
_NOT_OWN = (
    str(Path(__file__).parent),
    sysconfig.get_path("stdlib"),
    sysconfig.get_path("purelib"),
    "<frozen",
)


def _skill(line: Line, agent: Agent) -> Skill:
    skill = agent.group.skills[line.index]
    assert skill is not None  # only groups that serve the line are asked
    return skill


def make_rule(choice: RuleChoice) -> Rule:
    """The rule a plan names.

    Raises RoutingError for a name nobody knows and for options the rule does not take.
    """
    kind = RULES.get(choice.rule) or _imported(choice.rule)
    options: dict[str, Any] = dict(choice.options)
    try:
        inspect.signature(kind).bind(**options)
    except TypeError as error:
        raise RoutingError(f"routing rule {choice.rule}: {error}") from error
    try:
        rule = kind(**options)
    except (Exception, SystemExit) as error:
        raise RoutingError(
            f"routing rule {choice.rule} could not be made: {fault_of(error)}"
        ) from error
    return rule


def fault_of(error: BaseException) -> str:
    """What a planner's own code raised, with its file and line, on one line."""
    if isinstance(error, SyntaxError) and error.filename:
        where, line, text = (
            error.filename,
            error.lineno or 1,
            f"{type(error).__name__}: {error.msg}",
        )
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if not frame.filename.startswith(_NOT_OWN)]
        text = traceback.format_exception_only(error)[-1]
        if not own:
            return " ".join(text.split())
        where, line = own[-1].filename, own[-1].lineno or 1
    return f"{' '.join(text.split())} ({Path(where).name} line {line})"


def unknown_rule(name: str) -> str:
    """What is wrong with a name without a point that is no rule's."""
    hint = nearest(name, RULES)
    own = "" if hint.startswith("did") else ", or name a class of your own as module.Class"
    return f"no routing rule is called {name}: {hint}{own}"


def _imported(name: str) -> type[Rule]:
    module, dot, attribute = name.rpartition(".")
    if not dot:
        raise RoutingError(unknown_rule(name))
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise RoutingError(
                f"the routing rule {name} cannot be imported: {fault_of(error)}"
            ) from error
        raise RoutingError(
            f"the routing rule {name} cannot be imported: there is no file {module}.py in the "
            "plan's folder, nor in the one in which the command was started"
        ) from error
    except (Exception, SystemExit) as error:
        raise RoutingError(
            f"the routing rule {name} cannot be imported: {fault_of(error)}"
        ) from error
    found = getattr(loaded, attribute, None)
    if found is None:
        rules = [key for key, one in vars(loaded).items() if _is_rule(one) and one is not Rule]
        there = f"there are {', '.join(rules)}" if rules else "there are none"
        raise RoutingError(
            f"the routing rule {name} cannot be imported: no rule in {module}.py is called "
            f"{attribute}: {there}"
        )
    if not _is_rule(found):
        raise RoutingError(f"{name} is not a routing rule: derive it from sim.routing.Rule")
    return found


def _is_rule(one: object) -> TypeGuard[type[Rule]]:
    return isinstance(one, type) and issubclass(one, Rule)
