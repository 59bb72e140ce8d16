"""Routing rules as planners might write them, good ones and bad ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.floor import Agent, Group, Line
from sim.routing import Rule


class Youngest(Rule):
    """Last come, first served between lines: the opposite of longest-wait."""

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return line.since


class HighestNumber(Rule):
    """Looks at every idle agent and takes the last one."""

    every_agent = True

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return float(agent.index)


class HighestNumberAtOnce(HighestNumber):
    """The same, and says that it needs to know nothing but the agent."""

    looks_at = "agent"


class WaitAndNumber(Rule):
    """Looks at the line and at the agent together."""

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return line.waited(now) + agent.index


class After(Rule):
    """One call type is served only from some moment on, and is looked at again then."""

    def __init__(self, call_type: str, seconds: float) -> None:
        self.call_type = call_type
        self.seconds = seconds

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return line.name != self.call_type or now - line.since >= self.seconds

    def again(self, line: Line) -> Sequence[float]:
        return (self.seconds,) if line.name == self.call_type else ()


class NearestTarget(Rule):
    """The line whose head has used most of the seconds promised to it."""

    looks_at = "line"

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return line.waited(now) / self.seconds[line.name]


class NotWhileOthersWait(Rule):
    """One call type is held back while another one waits anywhere: it watches another line."""

    def __init__(self, back: str, first: str) -> None:
        self.back = back
        self.first = first

    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        self.watched = next(line for line in lines if line.name == self.first)

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return line.name != self.back or len(self.watched) == 0


class OnlyWhileOthersWait(NotWhileOthersWait):
    """The other way round: one call type is served only while so many of another wait."""

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return line.name != self.back or len(self.watched) > 1


class OnlyWhileFew(Rule):
    """One call type is served only while fewer than so many agents of a group are on duty."""

    def __init__(self, call_type: str, fewer_than: float) -> None:
        self.call_type, self.limit = call_type, fewer_than

    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        self.watched = groups[0]

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return line.name != self.call_type or self.watched.staffed < self.limit


class Alphabet(Rule):
    pool = "alphabetical"


class RaisesInAllows(Rule):
    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        raise ZeroDivisionError("by my own fault")


class RaisesInPrefer(Rule):
    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        raise KeyError("nobody")


class RaisesAtStart(Rule):
    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        raise RuntimeError("not ready")


class AnswersMaybe(Rule):
    def allows(self, line: Line, agent: Agent, now: float) -> Any:
        return "maybe"


class PrefersNothingKnown(Rule):
    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        return float("nan")


class PrefersWords(Rule):
    def prefer(self, line: Line, agent: Agent, now: float) -> Any:
        return "this one"


class PrefersWordsByLine(PrefersWords):
    """Asked before the run, for its answer never changes."""

    looks_at = "skill"


class PrefersNothingKnownByLine(PrefersNothingKnown):
    looks_at = "skill"


class LooksAtLines(Rule):
    looks_at: Any = "lines"


class ForbidsNothingSaid(Rule):
    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return False

    def forbids(self, groups: Sequence[Group]) -> Any:
        return None


class AfterNothing(Rule):
    def after(self, line: Line, group: Group) -> Any:
        return None


class AfterNobodyKnows(Rule):
    def after(self, line: Line, group: Group) -> float:
        return float("nan")


class AfterBefore(Rule):
    def after(self, line: Line, group: Group) -> float:
        return -5.0


class AgainNothing(Rule):
    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        return True

    def again(self, line: Line) -> Any:
        return None


class AgainOfAnEmptyLine(AgainNothing):
    def again(self, line: Line) -> Any:
        return [line.since]


class AgainSoon(AgainNothing):
    def again(self, line: Line) -> Any:
        return ["soon"]


class AgainBefore(AgainNothing):
    def again(self, line: Line) -> Any:
        return [3.0, -3.0]


class LeavesTheProgram(Rule):
    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        raise SystemExit("enough")


class LeavesTheProgramLater(Rule):
    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        raise SystemExit("enough")


class AnswersWithArrays(Rule):
    """Numbers and truths as numpy has them are as good as Python's own."""

    def allows(self, line: Line, agent: Agent, now: float) -> Any:
        return np.bool_(now >= 0)

    def after(self, line: Line, group: Group) -> Any:
        return np.float64(5)

    def again(self, line: Line) -> Any:
        return np.array([5.0])

    def prefer(self, line: Line, agent: Agent, now: float) -> Any:
        return np.int64(1)


class CannotBeMade(Rule):
    def __init__(self) -> None:
        raise ValueError("no licence")


class EmptiesTheList(Rule):
    def start(self, lines: Any, groups: Any) -> None:
        lines.clear()


class ServesByItself(Rule):
    """Takes everybody out of the line, which is the centre's business."""

    def allows(self, line: Line, agent: Agent, now: float) -> bool:
        line.waiting.clear()
        return True


class SendsHome(Rule):
    """Whoever it is asked about is idle no more."""

    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        agent.group.idle.remove(agent)
        return 1.0


class TakesAway(Rule):
    def prefer(self, line: Line, agent: Agent, now: float) -> float:
        agent.group = None  # type: ignore[assignment]
        return 1.0


class NoRule:
    """Not derived from Rule."""
