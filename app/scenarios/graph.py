"""A scenario as a graph: which states and endings can be come to from where. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.scenarios.parts import Effect
from app.scenarios.schema import Scenario


def ways_out(scenario: Scenario, state: str) -> Iterator[Effect]:
    """Everything the trainee can bring about in a state; silence is left out."""
    node = scenario.states[state]
    yield from node.on
    yield from node.fallback or scenario.fallback
    for rule in scenario.anywhere:
        if (not rule.states or state in rule.states) and state not in rule.but:
            yield rule
    for move in scenario.moves.values():
        if not move.states or state in move.states:
            yield move
            if move.needless:
                yield move.needless
    yield from (scenario.hold.back, scenario.hold.unannounced, scenario.hold.too_long)


def edges(scenario: Scenario, state: str) -> tuple[str, ...]:
    """The states that can come next, each once, in the order of the file."""
    silences = (*scenario.states[state].silence, *scenario.silence)
    effects = (*ways_out(scenario, state), *silences)
    return tuple(dict.fromkeys(effect.go for effect in effects if effect.go))


def reached(scenario: Scenario) -> frozenset[str]:
    """The states some way leads to."""
    found, waiting = {scenario.start}, [scenario.start]
    while waiting:
        for name in edges(scenario, waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def endings(scenario: Scenario) -> frozenset[str]:
    """The endings something leads to."""
    found = {scenario.mood.lost.end, scenario.limits.end, scenario.hold.lost}
    found.update(rule.end for rule in scenario.hang_up)
    for name, state in scenario.states.items():
        effects = (*ways_out(scenario, name), *state.silence, *scenario.silence)
        found.update(effect.end for effect in effects if effect.end)
    return frozenset(found)


def leads_to_end(scenario: Scenario) -> frozenset[str]:
    """The states from which what the trainee says or does can come to an ending."""
    return _leading_to(scenario, good=False)


def leads_to_good(scenario: Scenario) -> frozenset[str]:
    """The states from which a good ending can be come to."""
    return _leading_to(scenario, good=True)


def _leading_to(scenario: Scenario, *, good: bool) -> frozenset[str]:
    found = {
        name
        for name in scenario.states
        if any(
            effect.end and (scenario.endings[effect.end].good or not good)
            for effect in ways_out(scenario, name)
        )
    }
    while True:
        more = {
            name
            for name in set(scenario.states) - found
            if any(effect.go in found for effect in ways_out(scenario, name))
        }
        if not more:
            return frozenset(found)
        found |= more
