"""Walking a scenario without a person: the automatic trainee, and a search of every way.

The automatic trainee chooses by the state of the dialogue alone, so it copes with
being misheard: what was not understood it says again in other words.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.errors import InvalidInput
from app.recordings.timeline import ActHeard
from app.scenarios.dialogue import begin, desk, expectation, step
from app.scenarios.moves import (
    Action,
    Event,
    Heard,
    HoldChanged,
    HungUp,
    Moved,
    MoveKind,
    Opened,
    Silence,
)
from app.scenarios.problems import did_you_mean
from app.scenarios.schema import Scenario, TraineeLine
from app.scenarios.state import DialogueState
from app.scenarios.template import fill
from app.scenarios.turn import Turn

GOOD = "good"
MOST_STEPS = 80
SECONDS_A_TURN = 6.0


@dataclass(frozen=True, slots=True)
class SayThis:
    """Say ``text``, meaning these acts."""

    text: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseMove:
    """Use a move of the desk."""

    kind: MoveKind
    target: str


@dataclass(frozen=True, slots=True)
class HoldFor:
    """Put the customer on hold and take her back after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUpNow:
    """Hang up."""


TraineeAct = SayThis | UseMove | HoldFor | HangUpNow


@dataclass(frozen=True, slots=True)
class RunStep:
    """One thing the trainee did, and what came of it."""

    did: TraineeAct
    before: str
    state: DialogueState
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A whole call of the automatic trainee; ``ending`` is empty when it got stuck."""

    steps: tuple[RunStep, ...]
    ending: str
    events: tuple[Event, ...]


def trainee_line(scenario: Scenario, state: DialogueState, run: str = GOOD) -> TraineeAct:
    """What the automatic trainee does now. ``run`` is ``good`` or the name of a bad one.

    The first of the state's lines whose ``if`` holds and whose acts were not all
    heard here; when all were, the last of them once more. Raises ``InvalidInput``
    for a run that the scenario does not have.
    """
    if state.on_hold:
        return HoldFor(0.0)
    turn = Turn(scenario, state)
    possible = [line for line in _lines(scenario, state.node, run) if turn.holds(line.guard)]
    fresh = [line for line in possible if not line.acts or not state.here.issuperset(line.acts)]
    chosen = next(iter(fresh or possible[-1:]), None)
    return HangUpNow() if chosen is None else _as_act(scenario, state, chosen)


def endings_meant(scenario: Scenario, run: str = GOOD) -> tuple[str, ...]:
    """The endings a run is meant to reach, by the facts one or the other.

    Raises ``InvalidInput`` for an unknown run.
    """
    if run == GOOD:
        return scenario.trainee.ending
    if run not in scenario.trainee.bad:
        known = (GOOD, *scenario.trainee.bad)
        raise InvalidInput(
            f"{scenario.id} has no run {run!r}",
            field="run",
            remedy=did_you_mean(run, known, what="its runs are"),
        )
    return scenario.trainee.bad[run].ending


def good_run(scenario: Scenario, seed: int, run: str = GOOD) -> Run:
    """The whole call as the automatic trainee makes it when every act is understood."""
    endings_meant(scenario, run)
    state = begin(scenario, seed)
    state, actions = step(scenario, state, Opened(0.0))
    events: list[Event] = [Opened(0.0)]
    steps: list[RunStep] = []
    at = 0.0
    while not state.ending and len(steps) < MOST_STEPS:
        act, before = trainee_line(scenario, state, run), state.node
        actions = ()
        for event in _events(act, at):
            state, more = step(scenario, state, event)
            events.append(event)
            actions += more
            at = event.at
        at += SECONDS_A_TURN
        steps.append(RunStep(act, before, state, actions))
    return Run(tuple(steps), state.ending, tuple(events))


def _lines(scenario: Scenario, node: str, run: str) -> tuple[TraineeLine, ...]:
    usual = scenario.trainee.lines.get(node, ())
    if run == GOOD:
        return usual
    endings_meant(scenario, run)
    return scenario.trainee.bad[run].lines.get(node, usual)


def _as_act(scenario: Scenario, state: DialogueState, line: TraineeLine) -> TraineeAct:
    if line.move:
        return UseMove(scenario.moves[line.move].kind, line.move)
    if line.hold:
        return HoldFor(line.hold)
    if line.hang_up:
        return HangUpNow()
    variant = (state.seed + state.turns) % len(line.say)
    return SayThis(fill(line.say[variant], state.facts), line.acts)


def _events(act: TraineeAct, at: float) -> Iterator[Event]:
    match act:
        case SayThis(text, acts):
            yield heard(at, acts, text)
        case UseMove(kind, target):
            yield Moved(at, kind, target)
        case HoldFor(seconds):
            yield HoldChanged(at, on=True)
            yield HoldChanged(at + seconds, on=False)
        case HangUpNow():
            yield HungUp(at)


def heard(at: float, acts: tuple[str, ...], text: str = "") -> Heard:
    """A turn in which these acts were surely heard."""
    return Heard(at, text, tuple(ActHeard(act, 1.0, "met", at, at, text) for act in acts))


# ---- every way --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an ending: the states it went through and what was done in each."""

    states: tuple[str, ...]
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a search found. ``complete``: nothing was left unexplored at the bound."""

    ways: Mapping[str, tuple[Way, ...]]
    states: frozenset[str]
    situations: int
    complete: bool
    fired: frozenset[str]


def explore(scenario: Scenario, seed: int, most: int = 4000) -> Exploration:
    """Through every situation that single acts, silence, moves and hold lead to.

    First from wherever the automatic trainee comes through, then breadth first, but
    what leads to something new goes before the rest, so that the far end of a
    scenario is seen within the bound. Situations count as one when
    state, flags, mood word and what was used up are the same. For each ending one
    way for each last state and last deed is kept.
    """
    waiting: deque[tuple[DialogueState, tuple[str, ...]]] = deque(_starts(scenario, seed))
    seen: set[Hashable] = {_situation(scenario, state) for state, _ in waiting}
    ways: dict[str, dict[tuple[str, str], Way]] = {}
    fired = {name for state, _ in waiting for name in (*state.path, *state.fired)}
    starts = len(waiting)
    while waiting and (starts > 0 or len(seen) < most):
        state, did = waiting.popleft()
        starts -= 1
        for label, event in _possible(scenario, state):
            after = step(scenario, state, event)[0]
            used = after.fired | after.said.keys() | set(after.path)
            if after.ending:
                way = Way(after.path, (*did, label))
                ways.setdefault(after.ending, {}).setdefault((after.node, label), way)
                continue
            key = _situation(scenario, after)
            if key not in seen:
                seen.add(key)
                new = starts <= 0 and not used <= fired
                (waiting.appendleft if new else waiting.append)((after, (*did, label)))
            fired |= used
    found = {ending: tuple(each.values()) for ending, each in ways.items()}
    return Exploration(
        MappingProxyType(found),
        frozenset(fired & set(scenario.states)),
        len(seen),
        not waiting,
        frozenset(fired),
    )


def _starts(scenario: Scenario, seed: int) -> Iterator[tuple[DialogueState, tuple[str, ...]]]:
    """The open line, and every situation that the automatic trainee comes through."""
    yield step(scenario, begin(scenario, seed), Opened(0.0))[0], ()
    for run in (GOOD, *scenario.trainee.bad):
        did: tuple[str, ...] = ()
        for each in good_run(scenario, seed, run).steps:
            did = (*did, _label(each.did))
            if not each.state.ending:
                yield each.state, did


def _label(act: TraineeAct) -> str:
    match act:
        case SayThis(_, acts):
            return "+".join(acts)
        case UseMove(kind, target):
            return f"{kind} {target}"
        case HoldFor():
            return "hold"
        case HangUpNow():
            return "hang up"


def _situation(scenario: Scenario, state: DialogueState) -> Hashable:
    together = {act for rule in scenario.states[state.node].on for act in rule.when.all}
    return (
        state.node,
        frozenset(state.flags.items()),
        scenario.mood_word(state.mood),
        state.mood <= scenario.mood.lost.at + 2,
        state.here & together,
        min(state.fallbacks, 5),
        min(state.silences, 5),
        state.on_hold,
    )


def _possible(scenario: Scenario, state: DialogueState) -> Iterator[tuple[str, Event]]:
    at = 10.0 * (state.turns + 1)
    if state.on_hold:
        yield "back", HoldChanged(state.hold_since + 10, on=False)
        yield "long hold", HoldChanged(state.hold_since + scenario.hold.longest + 1, on=False)
        yield "endless hold", Silence(state.hold_since + scenario.hold.gives_up + 1, 1)
        return
    for line in scenario.trainee.lines.get(state.node, ()):
        if line.acts:
            text = fill(line.say[0], state.facts) if line.say else ""
            yield "+".join(line.acts), heard(at, line.acts, text)
    anywhere = (act for rule in scenario.anywhere for act in rule.when.acts)
    for act in dict.fromkeys((*sorted(expectation(scenario, state).acts), *anywhere)):
        yield act, heard(at, (act,))
    yield "nothing understood", heard(at, ())
    yield "silence", Silence(at, state.silences + 1)
    yield "hang up", HungUp(at)
    yield "hold", HoldChanged(at, on=True)
    for offer in desk(scenario, state, practice=False).moves:
        yield f"{offer.kind} {offer.target}", Moved(at, offer.kind, offer.target)
