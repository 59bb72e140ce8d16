"""The automatic rater: what the rules of a card say of a call, kept as an evaluation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.db import db, transaction
from app.quality.answers import Answer, Left
from app.quality.card import Criterion
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations.beginning import framework_id
from app.quality.evaluations.marks import put
from app.quality.evaluations.models import MACHINE, RELEASED, Dispute, Evaluation, EvaluationMark
from app.quality.result import CriterionResult, Score
from app.recordings.models import Recording


def record_machine(
    recording: Recording, version: CardVersion, score: Score, at: datetime
) -> Evaluation:
    """The score as the machine's evaluation of this call: made once, the agent sees it at once.

    Asked again it stays as it is: people may have answered it.
    """
    with transaction() as session:
        found = of_machine(recording, version)
        if found is not None:
            return found
        made = Evaluation(
            recording_id=recording.id,
            card_version_id=version.id,
            framework_id=framework_id(),
            agent_id=recording.agent_id,
            kind=MACHINE,
            status=RELEASED,
            created_at=at,
            changed_at=at,
            submitted_at=at,
            released_at=at,
            score=score.to_dict(),
        )
        made.total, made.passed = score.total, score.passed
        session.add(made)
        session.flush()
        card = cards.card_of(version)
        for result in score.results:
            session.add(_mark(made, card.criterion(result.id), result, at))
        session.flush()
    return made


def of_machine(recording: Recording, version: CardVersion | None = None) -> Evaluation | None:
    """The machine's evaluation of this call (under this version), if there is one."""
    chosen = select(Evaluation).where(
        Evaluation.recording_id == recording.id, Evaluation.kind == MACHINE
    )
    if version is not None:
        chosen = chosen.where(Evaluation.card_version_id == version.id)
    return db.session.scalars(chosen.order_by(Evaluation.id.desc()).limit(1)).unique().first()


def _mark(
    made: Evaluation, criterion: Criterion, result: CriterionResult, at: datetime
) -> EvaluationMark:
    row = EvaluationMark(
        evaluation_id=made.id,
        criterion=result.id,
        comment="",
        seconds=sorted({round(each.start, 1) for each in result.evidence}),
        causes=[],
        version=1,
        changed_at=at,
    )
    put(row, answer(criterion, result))
    return row


def answer(criterion: Criterion, result: CriterionResult) -> Answer:
    """A verdict as a mark: met is the highest point of the scale, not met the lowest."""
    answers: dict[str, Answer] = {
        "met": criterion.scale.high,
        "not_met": criterion.scale.low,
        "undetermined": Left.NOT_SURE,
        "not_applicable": Left.NOT_APPLICABLE,
    }
    return answers[result.outcome]


def forget(recording: Recording) -> None:
    """As if the call had never been scored: with the call, all that was said of it goes."""
    with transaction() as session:
        scored = select(Evaluation.id).where(Evaluation.recording_id == recording.id)
        session.execute(delete(Dispute).where(Dispute.evaluation_id.in_(scored)))
        session.execute(delete(EvaluationMark).where(EvaluationMark.evaluation_id.in_(scored)))
        session.execute(delete(Evaluation).where(Evaluation.recording_id == recording.id))
