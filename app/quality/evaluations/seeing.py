"""Who sees which evaluation: one rule, as a question and as a condition for lists.

Whoever scored it; the agent once it is released (her own and the machine's at once); raters
who know the call by their place or by a plan, once it was handed in; who decides a dispute
about it. Nobody else learns that it exists.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import Person
from app.accounts.rights import RATERS
from app.db import db
from app.errors import NotFound
from app.quality.evaluations.models import (
    DRAFT,
    MACHINE,
    RELEASED,
    SUBMITTED,
    Dispute,
    Evaluation,
)
from app.recordings import access
from app.recordings.models import Recording


def is_released(evaluation: Evaluation, at: datetime) -> bool:
    """Whether the agent sees it: released, or its moment has come."""
    if evaluation.status != SUBMITTED:
        return evaluation.status == RELEASED
    return evaluation.release_at is not None and evaluation.release_at <= at


def released(at: datetime) -> ColumnElement[bool]:
    """``is_released`` as a condition on ``Evaluation``."""
    return or_(Evaluation.status == RELEASED, released_due(at))


def released_due(at: datetime) -> ColumnElement[bool]:
    """Handed in, and the moment of its release has come."""
    return and_(
        Evaluation.status == SUBMITTED,
        Evaluation.release_at.is_not(None),
        Evaluation.release_at <= at,
    )


def seen_by(person: Person, at: datetime) -> ColumnElement[bool]:
    """What ``person`` may read, as a condition on ``Evaluation``."""
    mine = Evaluation.rater_id == person.id
    about_me = and_(Evaluation.agent_id == person.id, or_(released(at), Evaluation.kind == MACHINE))
    return or_(mine, about_me, _by_office(person))


def _by_office(person: Person) -> ColumnElement[bool]:
    """As somebody who scores and decides; never about herself."""
    if person.role not in RATERS:
        return Evaluation.id.in_(())
    known = select(Recording.id).where(access.known_to(person))
    owned = select(Dispute.evaluation_id).where(Dispute.owner_id == person.id)
    return and_(
        Evaluation.status != DRAFT,
        or_(Evaluation.agent_id.is_(None), Evaluation.agent_id != person.id),
        or_(Evaluation.recording_id.in_(known), Evaluation.id.in_(owned)),
    )


def find(person: Person, evaluation_id: int, at: datetime) -> Evaluation:
    """The evaluation, if ``person`` may read it. Raises ``NotFound``."""
    chosen = select(Evaluation).where(Evaluation.id == evaluation_id, seen_by(person, at))
    found = db.session.scalars(chosen).unique().one_or_none()
    if found is None:
        raise not_there()
    return found


def holds_office(person: Person, evaluation: Evaluation) -> bool:
    """Whether she may release it, and decide disputes about it."""
    chosen = select(Evaluation.id).where(Evaluation.id == evaluation.id, _by_office(person))
    return db.session.scalar(chosen) is not None


def not_there() -> NotFound:
    return NotFound(
        _("There is no such evaluation among those you may see."),
        remedy=_("Look in your evaluations."),
    )
