"""Who may score by a card that only certified raters may use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.db import db
from app.quality.cards.models import Card
from app.quality.evaluations.models import Certificate


def holds(person: Person, card: Card, at: datetime) -> bool:
    """Whether ``person`` has a certificate of ``card`` that is valid at that moment."""
    valid = select(Certificate.id).where(
        Certificate.person_id == person.id,
        Certificate.card_id == card.id,
        Certificate.granted_at <= at,
        or_(Certificate.until.is_(None), Certificate.until > at),
        Certificate.revoked_at.is_(None),
    )
    return db.session.scalar(valid.limit(1)) is not None


def may_score(person: Person, card: Card, at: datetime) -> bool:
    """Whether calls of others may be scored by it: everybody, unless it is for certified ones."""
    return not card.certified_only or holds(person, card, at)
