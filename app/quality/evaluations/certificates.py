"""Who may score by a card that only certified raters may use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import Person
from app.db import db
from app.quality.cards.models import Card
from app.quality.evaluations.models import Certificate


def holds(person: Person, card: Card, at: datetime) -> bool:
    """Whether ``person`` has a certificate of ``card`` that is valid at that moment."""
    valid = select(Certificate.id).where(Certificate.person_id == person.id, _good(card.id, at))
    return db.session.scalar(valid.limit(1)) is not None


def valid_certificates(card_id: int, at: datetime) -> dict[int, Certificate]:
    """By person: the newest certificate of this card that is valid at that moment."""
    valid = select(Certificate).where(_good(card_id, at)).order_by(Certificate.id)
    return {each.person_id: each for each in db.session.scalars(valid)}


def _good(card_id: int, at: datetime) -> ColumnElement[bool]:
    return and_(
        Certificate.card_id == card_id,
        Certificate.granted_at <= at,
        or_(Certificate.until.is_(None), Certificate.until > at),
        Certificate.revoked_at.is_(None),
    )


def may_score(person: Person, card: Card, at: datetime) -> bool:
    """Whether calls of others may be scored by it: everybody, unless it is for certified ones."""
    return not card.certified_only or holds(person, card, at)
