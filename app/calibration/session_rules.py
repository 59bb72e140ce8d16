"""Which event is allowed in which state of a session, and by whom: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.calibration import session_events as happen
from app.calibration.session_errors import NotHers, NotNow
from app.calibration.session_events import Event
from app.calibration.session_state import Part, Phase, SessionState, parts
from app.quality.text import N_, Text, text

HOST = frozenset({Part.HOST})
SCORER = frozenset({Part.RATER, Part.REFERENCE})
TALK = frozenset({Phase.CHECK, Phase.ACT})


@dataclass(frozen=True, slots=True)
class Rule:
    """The states in which an event may happen, and whose part it is."""

    phases: frozenset[Phase]
    who: frozenset[Part]


def _in(*phases: Phase, who: frozenset[Part] = HOST) -> Rule:
    return Rule(frozenset(phases), who)


RULES: Mapping[type[Event], Rule] = MappingProxyType(
    {
        happen.Planned: _in(Phase.PLAN),
        happen.Opened: _in(Phase.PLAN),
        happen.Marked: _in(Phase.DO, who=SCORER),
        happen.Submitted: _in(Phase.DO, who=SCORER),
        happen.Reminded: _in(Phase.DO),
        happen.DueMoved: _in(Phase.DO),
        happen.ScoringClosed: _in(Phase.DO),
        happen.SecondRoundOpened: _in(Phase.CHECK),
        happen.ActOpened: _in(Phase.CHECK),
        happen.Attended: Rule(TALK, HOST),
        happen.Noted: Rule(TALK, HOST),
        happen.Resolved: _in(Phase.ACT),
        happen.Proposed: _in(Phase.ACT),
        happen.Withdrawn: _in(Phase.ACT),
        happen.Closed: _in(Phase.ACT),
        happen.Cancelled: _in(Phase.PLAN, Phase.DO, Phase.CHECK, Phase.ACT),
    }
)
_STANDS = {
    Phase.PLAN: N_("The session is still being planned, so this cannot be done yet."),
    Phase.DO: N_("The calls are being scored, so this cannot be done now."),
    Phase.CHECK: N_("The scoring is closed and the marks are being compared."),
    Phase.ACT: N_("The session is at what comes of it; this belongs to an earlier step."),
    Phase.CLOSED: N_("This session is closed. Nothing in it changes any more."),
}
_NOT_HOST = N_("Only whoever leads this session can do that.")
_NOT_SCORER = N_("You do not score in this session.")


def allow(state: SessionState, event: Event) -> None:
    """Raises ``NotHers`` when it is not this person's part, ``NotNow`` when not of this state."""
    rule = RULES[type(event)]
    if not rule.who & parts(state.plan, event.by):
        raise NotHers(text(_NOT_HOST if rule.who == HOST else _NOT_SCORER))
    if state.phase not in rule.phases:
        raise NotNow(_why_not(state.phase, event))


def possible(state: SessionState, person: int) -> frozenset[type[Event]]:
    """The kinds of event this person may bring about now; a page shows only their buttons."""
    mine = parts(state.plan, person)
    return frozenset(
        kind for kind, rule in RULES.items() if state.phase in rule.phases and rule.who & mine
    )


def _why_not(phase: Phase, event: Event) -> Text:
    if phase is Phase.PLAN and isinstance(event, happen.Marked | happen.Submitted):
        return text(N_("The scoring of this session is not open yet."))
    return text(_STANDS[phase])
