"""Gold calls: recordings with certified answers, from a session's consensus or an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.calibration import store
from app.calibration.act import Consensus
from app.calibration.models import CalibrationSession, GoldCall, SessionPart
from app.calibration.session_state import Phase, SessionState
from app.calibration.session_tables import table
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.answers import Answer
from app.quality.card import Scorecard
from app.quality.cards.models import CardVersion
from app.quality.evaluations.models import PERSON, Evaluation
from app.recordings import access
from app.recordings.models import Recording

Answers = dict[str, Answer]
ENOUGH = 2 / 3
"""Of a card's criteria, how many must have a certain answer."""


def asked_by(version: CardVersion) -> int:
    """How many criteria this version of a card has."""
    return sum(1 for _each in Scorecard.model_validate(version.body).criteria)


def enough(answers: int, asked: int) -> bool:
    """Whether so many certain answers make a call a rater can be held against."""
    return answers > 0 and answers >= ENOUGH * asked - 1e-9


def gold_calls(card_id: int) -> Sequence[GoldCall]:
    """Those in use for this card, the oldest first."""
    versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
    chosen = select(GoldCall).where(
        GoldCall.card_version_id.in_(versions), GoldCall.retired_at.is_(None)
    )
    return db.session.scalars(chosen.order_by(GoldCall.id)).unique().all()


def agreed(state: SessionState, recording: int) -> Answers:
    """What a session leaves as certain of a recording: its consensus, and what nobody disputed.

    A criterion without consensus counts when two or more people scored it and all said the same.
    """
    answers: Answers = {}
    for planned in state.plan.criteria:
        resolution = state.resolutions.get(planned.id)
        said = resolution.answer(recording) if isinstance(resolution, Consensus) else None
        if said is None and resolution is None:
            said = _unanimous(state, planned.id, recording)
        if said is not None:
            answers[planned.id] = said
    return answers


def _unanimous(state: SessionState, criterion: str, recording: int) -> Answer | None:
    found = table(state, criterion)
    given = found.answers[found.recordings.index(recording)]
    said = {each for each in given if each is not None}
    many = sum(each is not None for each in given)
    return said.pop() if len(said) == 1 and many > 1 else None


def set_from_session(by: Person, session_id: int, recording_id: int, at: datetime) -> GoldCall:
    """Certify what a closed session agreed on. Raises ``Conflict`` before it is closed."""
    row = store.find(by, session_id)
    state = store.state_of(row)
    if state.phase is not Phase.CLOSED or state.cancelled:
        raise Conflict(
            _("This session is not closed yet."),
            remedy=_("Gold answers are what a session has agreed on: close it first."),
        )
    if recording_id not in state.plan.recordings:
        raise NotFound(_("This recording is not part of the session."))
    answers = agreed(state, recording_id)
    return _certify(by, recording_id, row.card_version, answers, at, session_id=row.id)


def set_from_evaluation(by: Person, evaluation: Evaluation, why: str, at: datetime) -> GoldCall:
    """Certify an evaluation of one's own, with the reason."""
    if evaluation.rater_id != by.id or evaluation.kind != PERSON or not evaluation.submitted_at:
        raise NotFound(_("There is no such evaluation of yours that was handed in."))
    if not why.strip():
        raise InvalidInput(_("Say why these answers can be relied on."), field="why")
    answers: Answers = {
        mark.criterion: mark.value for mark in evaluation.marks if mark.value is not None
    }
    return _certify(
        by, evaluation.recording_id, evaluation.card_version, answers, at, why=why.strip()[:400]
    )


def retire(by: Person, gold_id: int, at: datetime) -> None:
    """Use it no more; runs that were made with it keep their verdict."""
    gold = db.session.get(GoldCall, gold_id)
    if gold is None or gold.retired_at is not None:
        raise NotFound(_("There is no such gold call."))
    access.require_hear(by, gold.recording)
    with transaction():
        gold.retired_at = at
        audit.record(by, "gold.retired", gold, recording=gold.recording_id)


@dataclass(frozen=True, slots=True)
class Source:
    """A recording of a closed session, and how many answers of how many it would certify."""

    session_id: int
    title: str
    recording: Recording
    answers: int
    asked: int


def sources(reader: Person, card_id: int) -> tuple[Source, ...]:
    """What ``reader`` could make gold calls of, from her closed sessions, the newest first."""
    found: list[Source] = []
    used = {each.recording_id for each in gold_calls(card_id)}
    hers = select(SessionPart.session_id).where(SessionPart.person_id == reader.id)
    versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
    closed = select(CalibrationSession).where(
        CalibrationSession.id.in_(hers),
        CalibrationSession.card_version_id.in_(versions),
        CalibrationSession.phase == Phase.CLOSED.value,
        CalibrationSession.cancelled.is_(False),
    )
    newest = db.session.scalars(closed.order_by(CalibrationSession.id.desc())).unique().all()
    for row in newest:
        state, asked = store.state_of(row), asked_by(row.card_version)
        for recording_id in state.plan.recordings:
            recording = db.session.get(Recording, recording_id)
            answers = agreed(state, recording_id)
            if recording and enough(len(answers), asked) and recording_id not in used:
                found.append(Source(row.id, row.title, recording, len(answers), asked))
    return tuple(found)


def own_evaluations(reader: Person, card_id: int) -> Sequence[Evaluation]:
    """Her evaluations that were handed in, the newest first."""
    versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
    chosen = select(Evaluation).where(
        Evaluation.card_version_id.in_(versions),
        Evaluation.rater_id == reader.id,
        Evaluation.kind == PERSON,
        Evaluation.submitted_at.is_not(None),
    )
    return db.session.scalars(chosen.order_by(Evaluation.id.desc()).limit(20)).unique().all()


def _certify(
    by: Person,
    recording_id: int,
    version: CardVersion,
    answers: Answers,
    at: datetime,
    *,
    session_id: int | None = None,
    why: str = "",
) -> GoldCall:
    asked = asked_by(version)
    if not enough(len(answers), asked):
        raise InvalidInput(
            _(
                "Only %(n)s of %(all)s answers are certain, too few to hold a rater against.",
                n=len(answers),
                all=asked,
            ),
            remedy=_("Choose a call on which at least two in three of the answers are agreed."),
        )
    with transaction() as session:
        same = select(GoldCall).where(
            GoldCall.recording_id == recording_id,
            GoldCall.card_version_id == version.id,
            GoldCall.retired_at.is_(None),
        )
        for before in session.scalars(same).unique():
            before.retired_at = at
        gold = GoldCall(
            recording_id=recording_id,
            card_version_id=version.id,
            answers=dict(answers),
            session_id=session_id,
            why=why,
            set_by_id=by.id,
            set_at=at,
        )
        session.add(gold)
        audit.record(by, "gold.set", gold, recording=recording_id)
    return gold
