"""Shown to the agent, now, later or not yet; and her answer. Each change is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput
from app.quality.evaluations import seeing
from app.quality.evaluations.models import (
    ACCEPTED,
    DRAFT,
    LONGEST_NOTE,
    OPEN,
    RELEASED,
    SELF,
    Dispute,
    Evaluation,
)


def release(by: Person, evaluation: Evaluation, at: datetime, when: datetime | None = None) -> None:
    """Show it to the agent, now or (``when``) later. Raises ``Conflict``, ``InvalidInput``."""

    def change() -> None:
        if when is not None and when <= at:
            raise InvalidInput(_("Choose a moment that is still to come."), field="when")
        if when is None:
            evaluation.status, evaluation.released_at = RELEASED, at
        else:
            evaluation.release_at = when

    with transaction():
        _release(by, evaluation, at, change)
        audit.record(by, "evaluation.released", evaluation, at=when.isoformat() if when else "now")


def hold_back(by: Person, evaluation: Evaluation, at: datetime) -> None:
    """Not to be released by itself after all. Raises ``Conflict`` when it is too late."""

    def change() -> None:
        evaluation.release_at = None

    _release(by, evaluation, at, change)


def _release(by: Person, evaluation: Evaluation, at: datetime, change: Callable[[], None]) -> None:
    if not may_release(by, evaluation):
        raise seeing.not_there()
    with transaction():
        db.session.refresh(evaluation, with_for_update={"of": Evaluation})
        if evaluation.status == DRAFT:
            raise Conflict(_("It is not handed in yet."), remedy=_("Hand it in first."))
        if seeing.is_released(evaluation, at):
            raise Conflict(_("The agent sees this evaluation already."))
        change()
        evaluation.changed_at = at


def may_release(by: Person, evaluation: Evaluation) -> bool:
    """Its rater, and whoever has this call in her charge. A self-evaluation needs no release."""
    if evaluation.kind == SELF:
        return False
    return evaluation.rater_id == by.id or seeing.holds_office(by, evaluation)


def accept(agent: Person, evaluation: Evaluation, words: str, at: datetime) -> None:
    """The agent has read it and agrees, with a comment if she likes.

    Raises ``NotFound`` for anybody else, ``Conflict`` while one of her disputes is open.
    """
    with transaction():
        to_answer(agent, evaluation, at)
        chosen = select(Dispute.id).where(
            Dispute.evaluation_id == evaluation.id, Dispute.status == OPEN
        )
        if db.session.scalar(chosen.limit(1)) is not None:
            raise Conflict(
                _("A dispute of yours about it is still open."),
                remedy=_("Wait for its outcome, or withdraw it."),
            )
        evaluation.response, evaluation.responded_at = ACCEPTED, at
        evaluation.response_words = words.strip()[:LONGEST_NOTE]


def to_answer(agent: Person, evaluation: Evaluation, at: datetime) -> None:
    """Lock it for her answer. Raises ``NotFound`` unless it is about her and released,
    ``Conflict`` when she has accepted it."""
    db.session.refresh(evaluation, with_for_update={"of": Evaluation})
    about_her = evaluation.agent_id == agent.id and evaluation.kind != SELF
    if not about_her or not seeing.is_released(evaluation, at):
        raise seeing.not_there()
    if evaluation.response == ACCEPTED:
        raise Conflict(_("You have accepted this evaluation already."))
