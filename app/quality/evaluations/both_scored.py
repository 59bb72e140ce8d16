"""Reads what ``pairs`` needs: marks of calls that people and the machine scored by one version."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, selectinload, undefer

from app.db import db
from app.quality.card import Scorecard
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations.machine import answer as answer_of_machine
from app.quality.evaluations.marks import marks_of
from app.quality.evaluations.models import DRAFT, MACHINE, PERSON, Evaluation
from app.quality.evaluations.pairs import Pairs, Scored, pairs
from app.quality.result import Score


def pairs_of(card_id: int | None = None) -> tuple[Pairs, ...]:
    """The pairs of one card's versions, or of all cards.

    The machine's part is what its rules said, not what a dispute made of it afterwards.
    """
    return pairs(_scored(card_id))


def _scored(card_id: int | None) -> Iterator[Scored]:
    known: dict[int, Scorecard] = {}
    for evaluation in db.session.scalars(_met(card_id)).unique():
        if evaluation.kind == PERSON:
            yield from _by_person(evaluation)
            continue
        version = evaluation.card_version
        if version.id not in known:
            known[version.id] = cards.card_of(version)
        yield from _by_machine(evaluation, known[version.id])


def _met(card_id: int | None) -> Select[Evaluation]:
    """What was handed in by a person, or the machine, of a call that the other scored as well."""
    other = aliased(Evaluation)
    both = (PERSON, MACHINE)
    answered = (
        select(other.id)
        .where(
            other.recording_id == Evaluation.recording_id,
            other.card_version_id == Evaluation.card_version_id,
            other.kind.in_(both),
            other.kind != Evaluation.kind,
            other.status != DRAFT,
            other.session_id.is_(None),
        )
        .exists()
    )
    chosen = select(Evaluation).where(
        Evaluation.kind.in_(both),
        Evaluation.status != DRAFT,
        Evaluation.session_id.is_(None),
        answered,
    )
    if card_id is not None:
        versions = select(CardVersion.id).where(CardVersion.card_id == card_id)
        chosen = chosen.where(Evaluation.card_version_id.in_(versions))
    return chosen.options(undefer(Evaluation.score), selectinload(Evaluation.marks))


def _by_machine(evaluation: Evaluation, card: Scorecard) -> Iterator[Scored]:
    for result in Score.from_dict(evaluation.score).results if evaluation.score else ():
        answer = answer_of_machine(card.criterion(result.id), result)
        yield Scored(evaluation.card_version_id, result.id, evaluation.recording_id, None, answer)


def _by_person(evaluation: Evaluation) -> Iterator[Scored]:
    for criterion, mark in marks_of(evaluation.marks).items():
        yield Scored(
            evaluation.card_version_id,
            criterion,
            evaluation.recording_id,
            evaluation.rater_id,
            mark.answer,
        )
