"""What routing rules answer, a planner's own among them: asked with care, and never trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Real
from reprlib import repr as brief
from typing import Any, get_args

import numpy as np

from sim.errors import RoutingError
from sim.floor import Agent, Group, Line
from sim.routing import LooksAt, Rule, fault_of

A_NUMBER = "answer a finite number"


def start(rule: Rule, lines: Sequence[Line], groups: Sequence[Group]) -> None:
    """Let it look at the floor."""
    known = get_args(LooksAt)
    if rule.looks_at not in known:
        raise nonsense(rule, "looks_at", f"be one of {', '.join(known)}", rule.looks_at)
    _ask(rule, "start", lines, groups)


def forbids(rule: Rule, groups: Sequence[Group]) -> bool:
    return _yes_or_no(rule, "forbids", _ask(rule, "forbids", groups))


def allows(rule: Rule, line: Line, agent: Agent, now: float) -> bool:
    """Asked all day: whoever asks says what to do about a rule that raises."""
    answer = rule.allows(line, agent, now)
    return answer if answer is True or answer is False else _yes_or_no(rule, "allows", answer)


def prefers(rule: Rule, line: Line, agent: Agent) -> float:
    """Of a rule whose answer is the same all day."""
    answer = _ask(rule, "prefer", line, agent, 0.0)
    if _is_finite(answer):
        return float(answer)
    raise nonsense(rule, "prefer", A_NUMBER, answer)


def after(rule: Rule, line: Line, group: Group) -> float:
    answer = _ask(rule, "after", line, group)
    if _is_finite(answer) and answer >= 0:
        return float(answer)
    raise nonsense(rule, "after", "answer seconds from 0", answer)


def again(rule: Rule, line: Line) -> list[float]:
    answer = _ask(rule, "again", line)
    moments: list[Any] = list(answer) if isinstance(answer, Iterable) else [None]
    if all(_is_finite(one) and one >= 0 for one in moments):
        return [float(one) for one in moments]
    raise nonsense(rule, "again", "answer a list of seconds from 0", answer)


def nonsense(rule: Rule, what: str, wanted: str, got: object) -> RoutingError:
    return RoutingError(
        f"the routing rule {type(rule).__name__}.{what} must {wanted}, got {brief(got)}"
    )


def _ask(rule: Rule, what: str, *arguments: object) -> Any:
    try:
        return getattr(rule, what)(*arguments)
    except (Exception, SystemExit) as error:
        raise RoutingError(
            f"the routing rule {type(rule).__name__}.{what} raised {fault_of(error)}"
        ) from error


def _yes_or_no(rule: Rule, what: str, answer: object) -> bool:
    if isinstance(answer, bool | np.bool_):
        return bool(answer)
    raise nonsense(rule, what, "answer True or False", answer)


def _is_finite(answer: Any) -> bool:
    return isinstance(answer, Real) and math.isfinite(answer)
