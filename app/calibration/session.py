"""The calibration session as a state machine: ``step(state, event) -> state``.

Plan → Do → Check → (a second round: Do → Check) → Act → Closed. Pure: no clock, no database;
the same events give the same state, so a session is read by replaying its events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.calibration import session_act, session_marks
from app.calibration import session_events as happen
from app.calibration.session_checks import said
from app.calibration.session_errors import NotHers, NotNow, WrongInput
from app.calibration.session_events import Event
from app.calibration.session_plan import check_ready
from app.calibration.session_rules import allow
from app.calibration.session_state import MOST_ROUNDS, Frozen, Phase, SessionState
from app.quality.text import N_, text


def step(state: SessionState | None, event: Event) -> SessionState:
    """The state after an event; the very same state when it says again what is so already.

    The first event is ``Planned``. Raises ``NotHers`` (not this person's part), ``NotNow``
    (not in this state), ``WrongInput`` (does not fit the plan), ``MarkConflict`` (the mark was
    changed since it was read).
    """
    if state is None:
        return _begin(event)
    allow(state, event)
    return _after(state, event)


def replay(events: Iterable[Event], state: SessionState | None = None) -> SessionState | None:
    """What stored events add up to, from the start or going on from a ``state`` kept earlier.

    None when there are none. A state never changes, so one may be kept for as long as one likes.
    """
    for event in events:
        state = step(state, event)
    return state


def _begin(event: Event) -> SessionState:
    if not isinstance(event, happen.Planned):
        raise NotNow(text(N_("A session begins with its plan.")))
    if event.by != event.plan.host:
        raise NotHers(text(N_("Only whoever leads this session can do that.")))
    return SessionState(event.plan)


def _after(state: SessionState, event: Event) -> SessionState:
    match event:
        case happen.Planned(plan=plan):
            return replace(state, plan=plan)
        case happen.Opened():
            return _open(state, event)
        case happen.Marked():
            return session_marks.mark(state, event)
        case happen.Submitted():
            return session_marks.submit(state, event)
        case happen.Reminded():
            return _remind(state, event)
        case happen.DueMoved():
            return _move_due(state, event)
        case happen.ScoringClosed():
            return _close_scoring(state, event)
        case happen.SecondRoundOpened():
            return _second_round(state, event)
        case happen.ActOpened():
            return replace(state, phase=Phase.ACT)
        case _:
            return _talk(state, event)


def _talk(state: SessionState, event: Event) -> SessionState:
    match event:
        case happen.Attended(people=people):
            return replace(state, present=frozenset(people))
        case happen.Noted(words=words):
            return replace(state, notes=(*state.notes, said(words, "words")))
        case happen.Resolved():
            return session_act.resolve(state, event)
        case happen.Proposed():
            return session_act.propose(state, event)
        case happen.Withdrawn(number=number):
            return session_act.withdraw(state, number)
        case happen.Closed():
            return session_act.close(state, event)
        case happen.Cancelled(reason=reason, at=at):
            why = said(reason, "reason")
            return replace(state, phase=Phase.CLOSED, closed=at, cancelled=why)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _open(state: SessionState, event: happen.Opened) -> SessionState:
    check_ready(state.plan, event.at)
    return replace(
        state, phase=Phase.DO, round=1, criteria=state.plan.criterion_ids, opened=event.at
    )


def _remind(state: SessionState, event: happen.Reminded) -> SessionState:
    strangers = set(event.raters) - set(state.plan.scorers)
    if strangers:
        raise WrongInput(text(N_("Only people who score can be reminded.")), field="raters")
    at = dict.fromkeys(event.raters, event.at)
    return replace(state, reminded=Frozen(state.reminded | at))


def _move_due(state: SessionState, event: happen.DueMoved) -> SessionState:
    if event.due <= event.at:
        raise WrongInput(text(N_("Choose a due date that is still to come.")), field="due")
    return replace(state, plan=replace(state.plan, due=event.due))


def _close_scoring(state: SessionState, event: happen.ScoringClosed) -> SessionState:
    if not set(event.over) <= set(state.criteria):
        words = text(N_("Only what was scored in this round can be over the threshold."))
        raise WrongInput(words, field="over")
    over = (set(state.over) - set(state.criteria)) | set(event.over)
    ordered = tuple(each for each in state.plan.criterion_ids if each in over)
    return replace(state, phase=Phase.CHECK, checked=state.round, over=ordered)


def _second_round(state: SessionState, event: happen.SecondRoundOpened) -> SessionState:
    if state.round >= MOST_ROUNDS:
        raise NotNow(
            text(N_("The second round is over. What is still open is settled by talking."))
        )
    wanted = set(event.criteria)
    if not wanted or not wanted <= set(state.over):
        words = text(N_("Choose, of the criteria short of the target, those to score again."))
        raise WrongInput(words, field="criteria")
    again = tuple(each for each in state.plan.criterion_ids if each in wanted)
    return replace(
        state,
        phase=Phase.DO,
        round=state.round + 1,
        criteria=again,
        opened=event.at,
        reminded=Frozen({}),
    )
