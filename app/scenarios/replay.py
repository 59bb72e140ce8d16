"""A call rebuilt from its log: the same events through the same dialogue.

The log is ``events.jsonl`` as ``recordings.journal`` reads it. What the trainee
did stands in it as events; what the dialogue answered is not read but worked out
again, so a replay also checks that the log and the scenario agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.recordings.timeline import ActHeard
from app.scenarios.dialogue import begin, step
from app.scenarios.moves import (
    Action,
    AskedAgain,
    Event,
    Heard,
    HoldChanged,
    HungUp,
    Interrupted,
    Moved,
    Opened,
    Silence,
)
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState

Step = tuple[Event, DialogueState, tuple[Action, ...]]


def replay(
    scenario: Scenario, seed: int, journal_events: Iterable[Mapping[str, Any]]
) -> list[Step]:
    """Every event of the trainee with the state and the actions it led to."""
    state = begin(scenario, seed)
    steps: list[Step] = []
    for event in events_of(journal_events):
        state, actions = step(scenario, state, event)
        steps.append((event, state, actions))
    return steps


def events_of(journal_events: Iterable[Mapping[str, Any]]) -> Iterator[Event]:
    """The dialogue's events among the lines of a log, in their order."""
    for line in journal_events:
        event = _event(str(line.get("kind", "")), float(line.get("at", 0.0)), line)
        if event is not None:
            yield event


def _event(kind: str, at: float, line: Mapping[str, Any]) -> Event | None:
    match kind:
        case "opened":
            return Opened(at)
        case "heard" if line.get("answered", True):
            return Heard(at, str(line["text"]), tuple(ActHeard(*act) for act in line["acts"]))
        case "silence":
            return Silence(at, int(line["level"]))
        case "interrupted" if line.get("by") == "trainee":
            return Interrupted(at, float(line["heard"]))
        case "hold" | "unhold":
            return HoldChanged(at, on=kind == "hold")
        case "move":
            return Moved(at, line["move"], str(line["target"]))
        case "repeat":
            return AskedAgain(at)
        case "hung_up" if line.get("by") == "trainee":
            return HungUp(at)
        case _:
            return None
