"""Reads what ``pairs`` needs: marks of calls that people and the machine scored by one version."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from app.db import db
from app.quality.cards import service as cards
from app.quality.evaluations.machine import answer as answer_of_machine
from app.quality.evaluations.marks import marks_of
from app.quality.evaluations.models import DRAFT, MACHINE, PERSON, Evaluation, EvaluationMark
from app.quality.evaluations.pairs import Pairs, Scored, pairs
from app.quality.result import Score


def pairs_of(card_id: int | None = None) -> tuple[Pairs, ...]:
    """The pairs of one card's versions, or of all cards.

    The machine's part is what its rules said, not what a dispute made of it afterwards.
    """
    return pairs(_scored(card_id))


def _scored(card_id: int | None) -> Iterator[Scored]:
    by_machine = select(Evaluation.recording_id, Evaluation.card_version_id).where(
        Evaluation.kind == MACHINE
    )
    known = {(recording, version) for recording, version in db.session.execute(by_machine)}
    handed_in = select(Evaluation).where(
        Evaluation.kind.in_((PERSON, MACHINE)),
        Evaluation.status != DRAFT,
        Evaluation.session_id.is_(None),
    )
    for evaluation in db.session.scalars(handed_in).unique():
        if (evaluation.recording_id, evaluation.card_version_id) not in known:
            continue
        if card_id is not None and evaluation.card_version.card_id != card_id:
            continue
        yield from _by_machine(evaluation) if evaluation.kind == MACHINE else _by_person(evaluation)


def _by_machine(evaluation: Evaluation) -> Iterator[Scored]:
    card = cards.card_of(evaluation.card_version)
    for result in Score.from_dict(evaluation.score or {}).results if evaluation.score else ():
        answer = answer_of_machine(card.criterion(result.id), result)
        yield Scored(evaluation.card_version_id, result.id, evaluation.recording_id, None, answer)


def _by_person(evaluation: Evaluation) -> Iterator[Scored]:
    rows = db.session.scalars(
        select(EvaluationMark).where(EvaluationMark.evaluation_id == evaluation.id)
    )
    for criterion, mark in marks_of(rows).items():
        yield Scored(
            evaluation.card_version_id,
            criterion,
            evaluation.recording_id,
            evaluation.rater_id,
            mark.answer,
        )
