"""The call as a state machine: ``step(scenario, state, event) -> (state, actions)``.

Pure: no clock, no chance that is not drawn from the seed, no sound, no sockets.
The same events give the same call, so a call can be replayed from its log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from app.recordings.timeline import ActHeard
from app.scenarios import facts as fact
from app.scenarios import mood
from app.scenarios.moves import (
    Action,
    AskedAgain,
    Event,
    Heard,
    HoldChanged,
    HungUp,
    Interrupted,
    Moved,
    MoveKind,
    Opened,
    Record,
    Say,
    Silence,
)
from app.scenarios.parts import Effect, Transition
from app.scenarios.reading import Expectation
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState
from app.scenarios.template import fill
from app.scenarios.turn import Turn

MISSED = 0.75  # a line of which less than this was heard may be said again, at no cost
RUDE = 0.5  # speaking over her before half of her line is an interruption she minds
PATIENT_NODS = 2
MOST_HOLD_SILENCES = 30
FREE_REPEATS = 1
MOST_CARRIED = 3
COME_BACK = "hold.back"


@dataclass(frozen=True, slots=True)
class Offer:
    """A move the desk offers now."""

    kind: MoveKind
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """What the desk shows now. ``script`` is empty in a test."""

    state: str
    script: tuple[str, ...]
    moves: tuple[Offer, ...]


def begin(scenario: Scenario, seed: int) -> DialogueState:
    """The state before the line opens: facts drawn, nobody has spoken."""
    return DialogueState(
        seed=seed,
        facts=fact.draw(scenario, seed),
        node=scenario.start,
        mood=scenario.mood.start,
        path=(scenario.start,),
    )


def step(
    scenario: Scenario, state: DialogueState, event: Event
) -> tuple[DialogueState, tuple[Action, ...]]:
    """What an event does. After the end nothing does anything."""
    if state.ending:
        return state, ()
    turn = Turn(scenario, state, event.text if isinstance(event, Heard) else "")
    match event:
        case Opened():
            _open(turn)
        case Heard():
            _hear(turn, event)
        case Silence():
            _silence(turn, event)
        case Interrupted():
            _interrupted(turn, event)
        case HoldChanged():
            _hold(turn, event)
        case Moved():
            _move(turn, event)
        case AskedAgain():
            _again(turn)
        case HungUp():
            _hang_up(turn)
    _limits(turn)
    return turn.finish()


def expectation(scenario: Scenario, state: DialogueState) -> Expectation:
    """What would make sense now: helps understanding where the words alone are not clear."""
    return Expectation(acts=frozenset(_expected(scenario, state)), facts=fact.as_text(state.facts))


def desk(scenario: Scenario, state: DialogueState, practice: bool) -> DeskView:
    """The script lines (practice only) and the moves that can be made now."""
    node = scenario.states[state.node]
    script = tuple(fill(text, state.facts) for text in node.script) if practice else ()
    return DeskView(state.node, script, tuple(_offers(Turn(scenario, state))))


def lines_ahead(scenario: Scenario, state: DialogueState) -> tuple[str, ...]:
    """What the customer may say next, likeliest first, found by trying each event once."""
    texts: dict[str, None] = {}
    for event in _events_ahead(scenario, state):
        for action in step(scenario, state, event)[1]:
            if isinstance(action, Say):
                texts[action.text] = None
    return tuple(texts)


# ---- events -----------------------------------------------------------------------------------


def _open(turn: Turn) -> None:
    turn.notes.append(Record("state", MappingProxyType({"name": turn.state.node})))
    turn.notes.append(
        Record("mood", MappingProxyType({"value": turn.state.mood, "reason": "start"}))
    )
    turn.say(turn.scenario.states[turn.state.node].say, f"states.{turn.state.node}")


def _hear(turn: Turn, event: Heard) -> None:
    state = turn.state
    if state.on_hold:
        return  # she hears music
    turn.change(turns=state.turns + 1, turns_here=state.turns_here + 1, silences=0)
    met = [act.act for act in event.acts if act.verdict == "met"]
    for act in met:
        if turn.state.ending:
            break
        _hear_act(turn, act)
    _automatic(turn)
    if turn.replies:
        turn.change(nods=0, unsure=0)
    elif not turn.state.ending:
        _nothing_fits(turn, met, event.acts)
    turn.change(unheard="")


def _hear_act(turn: Turn, act: str) -> None:
    state = turn.state
    turn.change(
        heard=MappingProxyType({**state.heard, act: state.heard.get(act, 0) + 1}),
        here=state.here | {act},
        hold_asked=state.hold_asked or act == "ask_to_hold",
    )
    _feel_act(turn, act)
    if not _answer(turn, act) and act == "ask_to_repeat":
        _again(turn)
    _automatic(turn)


def _answer(turn: Turn, act: str) -> bool:
    """The first transition for the act, and where it carries the act on, that of the next state."""
    if _answered_now(turn, act):
        return True
    for times in range(MOST_CARRIED):
        found = next(_matching(turn, act), None)
        if found is None or turn.state.ending:
            return times > 0
        where, transition = found
        turn.change(fallbacks=0)
        turn.fire(transition, where, act)
        if not (transition.carry and transition.go):
            break
        turn.change(here=turn.state.here | {act})
    return True


def _answered_now(turn: Turn, act: str) -> bool:
    """Whether a rule for this act has already fired in this breath, for another act:
    "may I put you on hold to check that?" is asked and explained, and answered once."""
    return any(
        act in transition.when.any and where in turn.fired_now
        for where, transition in _transitions(turn.scenario, turn.state.node)
    )


def _feel_act(turn: Turn, act: str) -> None:
    change = mood.of_act(turn.scenario, act, turn.state.felt)
    if change:
        felt = {**turn.state.felt, act: turn.state.felt.get(act, 0) + 1}
        turn.change(felt=MappingProxyType(felt))
        turn.feel(change, act)
    for index, item in enumerate(turn.scenario.menu):
        where = f"menu.{index}"
        if act in item.acts and where not in turn.state.fired:
            turn.change(fired=turn.state.fired | {where})
            turn.feel(item.mood, f"asked again: {item.label}")
            if item.set:
                turn.note_flags({item.set: True})


def _silence(turn: Turn, event: Silence) -> None:
    level = max(event.level, turn.state.silences + 1)
    turn.change(silences=level)
    if turn.state.on_hold:
        away = event.at - turn.state.hold_since
        if away > turn.scenario.hold.gives_up or level > MOST_HOLD_SILENCES:
            turn.end(turn.scenario.hold.lost)
        return
    where, effect = _silence_at(turn, level)
    turn.feel(turn.scenario.mood.silence if effect.mood == 0 else 0, "silence")
    turn.apply(effect, where, "silence")


def _silence_at(turn: Turn, level: int) -> tuple[str, Effect]:
    own = turn.scenario.states[turn.state.node].silence
    if level <= len(own):
        return f"states.{turn.state.node}.silence.{level - 1}", own[level - 1]
    common = turn.scenario.silence
    index = min(level, len(common)) - 1
    return f"silence.{index}", common[index]


def _interrupted(turn: Turn, event: Interrupted) -> None:
    if event.heard < MISSED:
        turn.change(unheard=turn.state.last_line)
    if event.heard < RUDE:
        turn.feel(turn.scenario.mood.interrupted, "interrupted")


def _hold(turn: Turn, event: HoldChanged) -> None:
    if event.on == turn.state.on_hold:
        return
    if event.on:
        turn.change(on_hold=True, hold_since=event.at, silences=0)
        _look_up(turn)
        return
    away = event.at - turn.state.hold_since
    asked = turn.state.hold_asked
    turn.change(on_hold=False, hold_asked=False, silences=0)
    turn.feel(mood.while_on_hold(turn.scenario, away), "hold")
    hold = turn.scenario.hold
    if not asked:
        turn.apply(hold.unannounced, "hold.unannounced", "hold unannounced")
    elif away > hold.longest:
        turn.apply(hold.too_long, "hold.too_long", "hold too long")
    else:
        turn.apply(hold.back, COME_BACK, "hold")
    _automatic(turn)


def _look_up(turn: Turn) -> None:
    """On hold, the trainee sees what can be checked here."""
    for check in turn.scenario.hold.checks:
        if (not check.states or turn.state.node in check.states) and turn.holds(check.guard):
            turn.tell(check.tell)
            turn.note_flags(check.set)


def _move(turn: Turn, event: Moved) -> None:
    offered = any(o.kind == event.kind and o.target == event.target for o in _offers(turn))
    move = turn.scenario.moves.get(event.target)
    needed = offered and move is not None and turn.holds(move.needed)
    data = {"kind": event.kind, "target": event.target, "needed": needed}
    turn.notes.append(Record("move", MappingProxyType(data)))
    if not offered or move is None:
        return
    turn.change(silences=0)
    effect: Effect = move if needed or move.needless is None else move.needless
    where = f"moves.{event.target}" + ("" if effect is move else ".needless")
    turn.apply(effect, where, event.kind)
    _automatic(turn)
    if turn.state.on_hold and not turn.state.ending:
        turn.replies.clear()  # she hears music; what she would say, she says to nobody


def _again(turn: Turn) -> None:
    """Her last line again: free the first time, and whenever she was cut off."""
    if turn.state.on_hold:
        return
    if turn.state.repeats >= FREE_REPEATS and not turn.state.unheard:
        turn.feel(turn.scenario.mood.repeat, "repeat")
    turn.change(repeats=turn.state.repeats + 1, unheard="", silences=0)
    turn.repeat()


def _hang_up(turn: Turn) -> None:
    rules = turn.scenario.hang_up
    turn.end(next((rule.end for rule in rules if turn.holds(rule.guard)), rules[-1].end))


# ---- rules ------------------------------------------------------------------------------------


def _matching(turn: Turn, act: str) -> Iterator[tuple[str, Transition]]:
    """The transitions that an act fires now, the state's own before those of everywhere."""
    for where, transition in _transitions(turn.scenario, turn.state.node):
        if _answers(transition, act, turn.state.here) and _open_to(turn, where, transition):
            yield where, transition


def _answers(transition: Transition, act: str, here: frozenset[str]) -> bool:
    when = transition.when
    return act in when.any or (act in when.all and here.issuperset(when.all))


def _open_to(turn: Turn, where: str, transition: Transition) -> bool:
    used = transition.once and where in turn.state.fired
    return not used and turn.holds(transition.guard)


def _transitions(scenario: Scenario, node: str) -> Iterator[tuple[str, Transition]]:
    for index, own in enumerate(scenario.states[node].on):
        yield f"states.{node}.on.{index}", own
    for index, rule in enumerate(scenario.anywhere):
        if (not rule.states or node in rule.states) and node not in rule.but:
            yield f"anywhere.{index}", rule


def _automatic(turn: Turn) -> None:
    """What happens by itself as soon as its ``if`` holds; each at most once a step."""
    while not turn.state.ending:
        ready = (
            (where, transition)
            for where, transition in _transitions(turn.scenario, turn.state.node)
            if not transition.when.acts
            and where not in turn.fired_now
            and _open_to(turn, where, transition)
        )
        found = next(ready, None)
        if found is None:
            return
        turn.fire(found[1], found[0], "")


def _nothing_fits(turn: Turn, met: list[str], acts: tuple[ActHeard, ...]) -> None:
    """Nothing to answer: she nods, says again what was lost, asks, or helps things on."""
    state = turn.state
    expected = _expected(turn.scenario, state)
    maybe = [act.act for act in acts if act.verdict == "undetermined" and act.act in expected]
    known = turn.fired_now or any(a in expected or a in turn.scenario.mood.acts for a in met)
    if known and state.nods < PATIENT_NODS:
        turn.change(nods=state.nods + 1)
        turn.say(turn.scenario.nods, "nods")
    elif state.unheard:
        turn.repeat()
    elif maybe and state.unsure == 0:
        turn.change(unsure=1)
        turn.say(turn.scenario.unsure, "unsure")
    elif maybe:
        _take_as_said(turn, maybe)
    else:
        _fall_back(turn)


def _take_as_said(turn: Turn, acts: list[str]) -> None:
    """Unclear twice: what the recogniser is unsure of is not held against the trainee."""
    turn.change(unsure=0)
    for act in acts:
        if not turn.state.ending:
            _hear_act(turn, act)
    if not turn.replies and not turn.state.ending:
        _fall_back(turn)


def _fall_back(turn: Turn) -> None:
    node = turn.state.node
    own = turn.scenario.states[node].fallback
    steps = own or turn.scenario.fallback
    index = min(turn.state.fallbacks, len(steps) - 1)
    turn.change(fallbacks=turn.state.fallbacks + 1, nods=0)
    where = f"states.{node}.fallback.{index}" if own else f"fallback.{index}"
    turn.apply(steps[index], where, "not understood")


def _limits(turn: Turn) -> None:
    """She hangs up when she has had enough, or when it goes on for ever."""
    scenario = turn.scenario
    if turn.state.ending:
        return
    if turn.state.mood <= scenario.mood.lost.at:
        turn.instead(scenario.mood.lost.say, "mood.lost")
        turn.end(scenario.mood.lost.end)
    elif turn.state.turns >= scenario.limits.turns:
        turn.instead(scenario.limits.say, "limits")
        turn.end(scenario.limits.end)


def _expected(scenario: Scenario, state: DialogueState) -> set[str]:
    node = scenario.states[state.node]
    return {*node.expects, *(act for rule in node.on for act in rule.when.acts)}


def _offers(turn: Turn) -> Iterator[Offer]:
    for target, move in turn.scenario.moves.items():
        here = not move.states or turn.state.node in move.states
        if here and turn.holds(move.guard):
            yield Offer(move.kind, target, move.label)


def _events_ahead(scenario: Scenario, state: DialogueState) -> Iterator[Event]:
    at = state.hold_since
    if state.on_hold:
        yield HoldChanged(at + 1.0, on=False)
        return
    node = scenario.states[state.node]
    yield from (_said(line.acts) for line in scenario.trainee.lines.get(state.node, ()))
    yield from (_said((act,)) for act in dict.fromkeys(_expected(scenario, state)))
    yield _said(())
    yield Silence(at, state.silences + 1)
    yield from (
        _said((act,)) for rule in scenario.anywhere for act in rule.when.any if node is not None
    )
    yield from (Moved(at, o.kind, o.target) for o in _offers(Turn(scenario, state)))


def _said(acts: Iterable[str]) -> Heard:
    heard = tuple(ActHeard(act, 1.0, "met", 0.0, 0.0, "") for act in acts)
    return Heard(0.0, "", heard)
