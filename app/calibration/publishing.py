"""What was agreed on in a closed session, as evaluations of the agents: only on purpose.

Calibration is about the scoring, so none of its marks count for an agent. Whoever led the session
may decide, once it is closed, that what was agreed on shall count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.calibration import store
from app.calibration.act import Consensus
from app.calibration.models import CalibrationSession
from app.calibration.session_state import Part, Phase, SessionState
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.quality.answers import Answer, Left
from app.quality.cards import service as cards
from app.quality.evaluations.models import PERSON, SUBMITTED, Evaluation, EvaluationMark
from app.quality.tally import tally
from app.recordings.models import Recording


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on for one recording: (criterion, answer, reason), in the plan's order."""

    recording: int
    answers: tuple[tuple[str, Answer, str], ...]


@dataclass(frozen=True, slots=True)
class Publishable:
    """``ready``: can be published; ``published``: is already; ``left_out``: recordings of nobody
    the product knows, or that the lead has evaluated by this card herself."""

    ready: tuple[Agreed, ...]
    published: tuple[int, ...]
    left_out: tuple[int, ...]


def agreed_on(state: SessionState) -> tuple[Agreed, ...]:
    """By recording, those for which anything was agreed on."""
    settled = [
        (criterion, found)
        for criterion in state.plan.criterion_ids
        if isinstance(found := state.resolutions.get(criterion), Consensus)
    ]
    every = (
        Agreed(
            recording,
            tuple(
                (criterion, answer, consensus.reason)
                for criterion, consensus in settled
                if (answer := consensus.answer(recording)) is not None
            ),
        )
        for recording in state.plan.recordings
    )
    return tuple(each for each in every if each.answers)


def publishable(row: CalibrationSession, state: SessionState) -> Publishable:
    """How each recording stands; nothing is ready while the session is not closed."""
    if state.phase is not Phase.CLOSED or state.cancelled:
        return Publishable((), (), ())
    agreed = agreed_on(state)
    ids = [each.recording for each in agreed]
    known = _with_agent(ids)
    hers = select(Evaluation.recording_id, Evaluation.session_id).where(
        Evaluation.recording_id.in_(ids),
        Evaluation.card_version_id == row.card_version_id,
        Evaluation.kind == PERSON,
        Evaluation.rater_id == row.host_id,
    )
    there = {each.recording_id: each.session_id for each in db.session.execute(hers)}
    published = tuple(each for each in ids if each in there and there[each] == row.id)
    ready = tuple(
        each for each in agreed if each.recording in known and each.recording not in there
    )
    out = {*published, *(each.recording for each in ready)}
    return Publishable(ready, published, tuple(each for each in ids if each not in out))


def publish(
    host: Person, session_id: int, recordings: Iterable[int], *, at: datetime
) -> list[Evaluation]:
    """Make evaluations of what was agreed on for these recordings: handed in, not yet released.

    Raises ``Conflict`` for a session that is not closed and for a recording that is not ready.
    """
    row = store.find(host, session_id)
    if Part.HOST not in store.part_of(row, host):
        raise NotAllowed(_("Only whoever leads this session can do that."))
    with transaction():
        ready = {each.recording: each for each in publishable(row, store.state_of(row)).ready}
        wanted = list(dict.fromkeys(recordings))
        if not wanted or not set(wanted) <= ready.keys():
            raise Conflict(
                _("Not all of this can be published now."),
                remedy=_("Reload the page to see what can."),
            )
        made = [_evaluation(row, host, ready[each], at) for each in wanted]
        for each in made:
            audit.record(
                host, "calibration.published", each, session=session_id, agent=each.agent_id
            )
    return made


def _with_agent(ids: Iterable[int]) -> frozenset[int]:
    chosen = select(Recording.id).where(Recording.id.in_(ids), Recording.agent_id.is_not(None))
    return frozenset(db.session.scalars(chosen))


def _evaluation(row: CalibrationSession, host: Person, agreed: Agreed, at: datetime) -> Evaluation:
    card = cards.card_of(row.card_version)
    result = tally(card, {criterion: answer for criterion, answer, _reason in agreed.answers})
    recording = db.session.get_one(Recording, agreed.recording)
    made = Evaluation(
        recording_id=recording.id,
        card_version_id=row.card_version_id,
        framework_id=row.card_version.framework_id,
        agent_id=recording.agent_id,
        rater_id=host.id,
        kind=PERSON,
        status=SUBMITTED,
        revision=1,
        note=_("Agreed on in the calibration session “%(title)s”.", title=row.title),
        total=result.total,
        passed=result.passed,
        score=result.to_dict(),
        created_at=at,
        changed_at=at,
        submitted_at=at,
        session_id=row.id,
        marks=[_mark(*each, at) for each in agreed.answers],
    )
    db.session.add(made)
    db.session.flush()
    return made


def _mark(criterion: str, answer: Answer, reason: str, at: datetime) -> EvaluationMark:
    left = isinstance(answer, Left)
    return EvaluationMark(
        criterion=criterion,
        value=None if left else answer,
        left=str(answer) if left else "",
        comment=reason,
        seconds=[],
        causes=[],
        version=1,
        changed_at=at,
    )
