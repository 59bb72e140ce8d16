"""The marks of people out of the database, as rows for the statistics of raters.

Two sources: evaluations that were handed in, and the first rounds of calibration sessions that
have been looked at. A consensus published as an evaluation is nobody's own mark and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, select

from app.calibration import store
from app.calibration.act import Consensus
from app.calibration.models import CalibrationSession, GoldCall
from app.calibration.rater_scores import ScoreRow
from app.calibration.session_plan import PlannedCriterion
from app.calibration.session_state import SessionState, SheetKey
from app.calibration.session_tables import table
from app.db import db
from app.quality.answers import Left
from app.quality.card import Scorecard
from app.quality.cards.models import CardVersion
from app.quality.evaluations.models import DRAFT, PERSON, Evaluation, EvaluationMark

FIRST_ROUND = 1
Certified = Mapping[tuple[int, str], float]


def rows_of(card_id: int) -> list[ScoreRow]:
    """Every mark of a person under any version of this card."""
    return [*_evaluated(card_id), *_calibrated(card_id)]


def certified(card_id: int) -> Certified:
    """The share of the scale that was agreed on, by recording and criterion.

    What a session settled, then gold answers: those are set on purpose and win.
    """
    known: dict[tuple[int, str], float] = {}
    for row in _sessions(card_id):
        known |= _settled(store.state_of(row))
    for gold in db.session.scalars(_gold_calls(card_id)):
        card = Scorecard.model_validate(gold.card_version.body)
        for criterion in card.criteria:
            answer = gold.answers.get(criterion.id)
            if isinstance(answer, int | float):
                known[gold.recording_id, criterion.id] = criterion.scale.share(float(answer))
    return known


def _evaluated(card_id: int) -> Iterator[ScoreRow]:
    chosen = (
        select(EvaluationMark, Evaluation, CardVersion.id)
        .join(EvaluationMark.evaluation)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .where(
            CardVersion.card_id == card_id,
            Evaluation.kind == PERSON,
            Evaluation.status != DRAFT,
            Evaluation.session_id.is_(None),
            EvaluationMark.value.is_not(None),
        )
    )
    cards: dict[int, Scorecard] = {}
    for mark, evaluation, version_id in db.session.execute(chosen).unique():
        if version_id not in cards:
            cards[version_id] = Scorecard.model_validate(evaluation.card_version.body)
        value, handed_in, rater = mark.value, evaluation.submitted_at, evaluation.rater_id
        assert value is not None
        assert handed_in is not None
        assert rater is not None, "a person's evaluation has a rater"
        yield ScoreRow(
            rater=rater,
            recording=evaluation.recording_id,
            criterion=mark.criterion,
            value=value,
            share=cards[version_id].criterion(mark.criterion).scale.share(value),
            at=handed_in,
            occasion=f"evaluation:{evaluation.id}",
        )


def _calibrated(card_id: int) -> Iterator[ScoreRow]:
    for row in _sessions(card_id):
        state = store.state_of(row)
        for planned in state.plan.criteria:
            yield from _marks(row.id, state, planned)


def _marks(session_id: int, state: SessionState, planned: PlannedCriterion) -> Iterator[ScoreRow]:
    found = table(state, planned.id, FIRST_ROUND)
    for recording, answers in zip(found.recordings, found.answers, strict=True):
        for rater, answer in zip(found.raters, answers, strict=True):
            if answer is None or isinstance(answer, Left):
                continue
            handed_in = state.sheets[SheetKey(FIRST_ROUND, rater, recording)].submitted
            assert handed_in, "a table holds what was handed in"
            yield ScoreRow(
                rater=rater,
                recording=recording,
                criterion=planned.id,
                value=answer,
                share=_share(planned, answer),
                at=handed_in,
                occasion=f"session:{session_id}",
            )


def _settled(state: SessionState) -> dict[tuple[int, str], float]:
    agreed: dict[tuple[int, str], float] = {}
    for criterion, resolution in state.resolutions.items():
        if isinstance(resolution, Consensus):
            planned = state.plan.criterion(criterion)
            agreed |= {
                (recording, criterion): _share(planned, answer)
                for recording, answer in resolution.answers
                if not isinstance(answer, Left)
            }
    return agreed


def _share(planned: PlannedCriterion, answer: float) -> float:
    return (answer - planned.values[0]) / planned.width


def _sessions(card_id: int) -> list[CalibrationSession]:
    versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
    chosen = select(CalibrationSession).where(
        CalibrationSession.card_version_id.in_(versions),
        CalibrationSession.round > 0,
        CalibrationSession.cancelled.is_(False),
    )
    return list(db.session.scalars(chosen.order_by(CalibrationSession.id)).unique())


def _gold_calls(card_id: int) -> Select[GoldCall]:
    versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
    return select(GoldCall).where(
        GoldCall.card_version_id.in_(versions), GoldCall.retired_at.is_(None)
    )
