"""What is done with a session until its scoring is closed: plan, open, score, remind, close."""

from __future__ import annotations

from datetime import datetime, tzinfo

from flask_babel import gettext as _

from app.accounts import audit
from app.accounts.models import Person
from app.calibration import check, choosing, planning, reminders, store
from app.calibration import session_events as happen
from app.calibration.models import CalibrationSession
from app.calibration.planning import Framing, PlanForm, Unfit
from app.calibration.scoring import unanswered, uncommented
from app.calibration.session_errors import WrongInput
from app.calibration.session_plan import SessionPlan, shortcomings
from app.calibration.session_state import Part, Phase, SessionState, sheet_of, to_do
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.quality.card import Scorecard
from app.quality.sent_mark import SentMark
from app.quality.text import N_, Text, text
from app.recordings import access

# -- planning --------------------------------------------------------------------


def plan(host: Person, form: PlanForm, *, zone: tzinfo, at: datetime) -> CalibrationSession:
    """A new session with this plan. Raises ``Unfit``."""
    made = _plan(host, form, Framing(host.id, seed=int(at.timestamp())), zone, at)
    with transaction():
        row = store.begin(happen.Planned(host.id, at, made))
        audit.record(host, "calibration.planned", ("calibration", row.id), title=made.title)
    return row


def replan(host: Person, session_id: int, form: PlanForm, *, zone: tzinfo, at: datetime) -> None:
    """Another plan for a session that is not open yet. Raises ``Unfit`` and what ``step`` does."""
    row = led(host, session_id)
    before = store.state_of(row).plan
    framing = Framing(host.id, before.seed, before.follows)
    made = _plan(host, form, framing, zone, at)
    if made != before:
        store.append(row.id, happen.Planned(host.id, at, made))


def lacking(plan: SessionPlan, at: datetime) -> Unfit | None:
    """What still keeps the scoring from being opened."""
    found = shortcomings(plan, at)
    return Unfit(found) if found else None


def _plan(
    host: Person, form: PlanForm, framing: Framing, zone: tzinfo, at: datetime
) -> SessionPlan:
    made = planning.plan_from(form, choosing.card_of(form.card), framing, zone, at)
    if len(choosing.recordings_chosen(host, made.recordings)) < len(made.recordings):
        words = text(N_("One of these recordings cannot be heard by you any more. Take it away."))
        raise Unfit({"recordings": words})
    strangers = set(made.scorers) - {person.id for person in choosing.people_who_rate()}
    if strangers:
        raise Unfit({"raters": text(N_("Choose raters of the list: supervisors and QA."))})
    return made


# -- scoring, as its lead sees it -------------------------------------------------


def led(person: Person, session_id: int) -> CalibrationSession:
    """The session, if she leads it. Raises ``NotFound`` (strangers), ``NotAllowed`` (raters)."""
    row = store.find(person, session_id)
    if Part.HOST not in store.part_of(row, person):
        raise NotAllowed(_("Only whoever leads this session can do that."))
    return row


def source_of(session_id: int) -> str:
    """In whose name people of a session may hear its recordings."""
    return f"session:{session_id}"


def open_scoring(host: Person, session_id: int, *, at: datetime) -> SessionState:
    """Do begins: who scores may hear the recordings. Raises ``Unfit`` and what ``step`` does."""
    led(host, session_id)
    with transaction():
        state = store.append(session_id, happen.Opened(host.id, at))
        recordings = state.plan.recordings
        if len(choosing.recordings_chosen(host, recordings)) < len(recordings):
            words = N_("One of these recordings cannot be heard by you any more. Take it away.")
            raise Unfit({"recordings": text(words)})
        people = dict.fromkeys((host.id, *state.plan.scorers))
        access.grant(people, source_of(session_id), at=at, recordings=recordings)
        audit.record(
            host,
            "calibration.opened",
            ("calibration", session_id),
            recordings=list(recordings),
            hear=list(people),
        )
    return state


def remind(host: Person, session_id: int, *, at: datetime) -> tuple[int, ...]:
    """Remind, now, everybody who is not done; who that is."""
    row = led(host, session_id)
    with transaction():
        state = store.state_of(row)
        late = tuple(each for each in state.plan.scorers if to_do(state, each))
        if late:
            store.append(session_id, happen.Reminded(host.id, at, late))
    return late


def move_due(host: Person, session_id: int, typed: str, *, zone: tzinfo, at: datetime) -> None:
    """Raises ``Unfit`` for what is no date, and what ``step`` raises."""
    led(host, session_id)
    store.append(session_id, happen.DueMoved(host.id, at, planning.due_from(typed, zone, at)))


def close_scoring(host: Person, session_id: int, *, at: datetime) -> SessionState:
    """Check begins, whoever is late; what is over the threshold is judged now."""
    led(host, session_id)
    with transaction():
        state = store.load(session_id)
        if state.phase is not Phase.DO:  # only to say so in the words of the session
            return store.append(session_id, happen.ScoringClosed(host.id, at, ()))
        return store.append(session_id, check.close_scoring(state, host.id, at))


def cancel(host: Person, session_id: int, reason: str, *, at: datetime) -> None:
    """The session ends here; nobody hears its recordings in its name any more."""
    led(host, session_id)
    with transaction():
        store.append(session_id, happen.Cancelled(host.id, at, reason.strip()))
        access.revoke(source_of(session_id))
        audit.record(host, "calibration.cancelled", ("calibration", session_id))


def remind_due(session_id: int, *, at: datetime) -> tuple[int, ...]:
    """Remind whoever the plan says is to be reminded by now; who that was."""
    with transaction():
        state = store.load(session_id)
        people = tuple(each.rater for each in reminders.reminders_due(state, at))
        if people:
            store.append(session_id, happen.Reminded(state.plan.host, at, people))
    return people


# -- scoring, as a rater does it ---------------------------------------------------


def scored_by(person: Person, session_id: int) -> CalibrationSession:
    """The session, if she scores in it. Raises ``NotFound`` for strangers and for a mere lead."""
    row = store.find(person, session_id)
    if not store.part_of(row, person) & {Part.RATER, Part.REFERENCE}:
        raise NotFound(_("You do not score in this session."))
    return row


def mark(
    person: Person, session_id: int, recording_id: int, wanted: SentMark, *, at: datetime
) -> int:
    """Keep one mark of hers; its version now.

    Raises ``WrongInput`` without an answer, ``MarkConflict`` and what ``step`` does.
    """
    scored_by(person, session_id)
    if wanted.answer is None:
        words = text(N_("Choose a mark for it; the comment is kept together with the mark."))
        raise WrongInput(words, field="answer")
    event = happen.Marked(
        person.id,
        at,
        recording_id,
        wanted.criterion,
        wanted.answer,
        wanted.comment,
        wanted.seconds,
        wanted.saw,
    )
    state = store.append(session_id, event)
    return sheet_of(state, person.id, recording_id).marks[wanted.criterion].version


def submit(person: Person, session_id: int, recording_id: int, *, at: datetime) -> int | None:
    """Hand in a recording; the next one she has still to score, None when she is done.

    Raises ``Unfit`` for criteria without a mark, or without a comment that the card wants.
    """
    row = scored_by(person, session_id)
    with transaction():
        before = store.load(session_id)
        if before.phase is Phase.DO and recording_id in before.plan.recordings:
            card = Scorecard.model_validate(row.card_version.body)
            if lacking := lacking_marks(before, card, person, recording_id):
                raise Unfit(lacking)
        state = store.append(session_id, happen.Submitted(person.id, at, recording_id))
    left = to_do(state, person.id)
    after = [each for each in left if _place(state, each) > _place(state, recording_id)]
    return next(iter((*after, *left)), None)


def lacking_marks(
    state: SessionState, card: Scorecard, person: Person, recording: int
) -> dict[str, Text]:
    """What keeps her from handing in a recording, by criterion."""
    return {
        **unanswered(state, person.id, recording),
        **uncommented(state, card, person.id, recording),
    }


def _place(state: SessionState, recording: int) -> int:
    return state.plan.recordings.index(recording)
