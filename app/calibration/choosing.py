"""What a session of calibration can be made of: recordings, cards, people who rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.accounts.rights import RATERS
from app.db import db
from app.quality.card import Scorecard
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.recordings import access
from app.recordings.models import READY, Recording

MOST_FOUND = 25
"""Recordings that one search shows."""
MOST_WORDS = 200


def recordings_found(person: Person, words: str = "") -> Sequence[Recording]:
    """Recordings she may hear whose title, kind or agent has all the words, the newest first."""
    chosen = select(Recording).outerjoin(Person, Person.id == Recording.agent_id)
    chosen = chosen.where(access.heard_by(person), Recording.status == READY)
    for word in words[:MOST_WORDS].split():
        fields = (Recording.title, Recording.skill, Person.name)
        chosen = chosen.where(or_(*(each.icontains(word, autoescape=True) for each in fields)))
    ordered = chosen.order_by(Recording.happened_at.desc(), Recording.id.desc())
    return db.session.scalars(ordered.limit(MOST_FOUND)).unique().all()


def recordings_chosen(person: Person, ids: Iterable[int]) -> list[Recording]:
    """Those of ``ids`` she may hear, in that order."""
    wanted = list(ids)
    chosen = select(Recording).where(access.heard_by(person), Recording.id.in_(wanted))
    found = {each.id: each for each in db.session.scalars(chosen).unique()}
    return [found[each] for each in wanted if each in found]


def lengths(ids: Iterable[int]) -> dict[int, float]:
    """Seconds of these recordings, whoever may hear them."""
    known = select(Recording.id, Recording.seconds).where(Recording.id.in_(list(ids)))
    return {row.id: row.seconds for row in db.session.execute(known)}


def people_who_rate() -> Sequence[Person]:
    """Everybody who may score: supervisors and QA, by name."""
    chosen = select(Person).where(Person.active, Person.role.in_(RATERS))
    return db.session.scalars(chosen.order_by(Person.name, Person.id)).unique().all()


def versions_offered(also: int | None = None) -> list[CardVersion]:
    """The newest published version of every card in use, and ``also`` if it is published."""
    chosen = (
        select(CardVersion)
        .join(Card)
        .where(CardVersion.status == PUBLISHED)
        .order_by(Card.name, CardVersion.number.desc())
    )
    found: dict[int, CardVersion] = {}
    extra: list[CardVersion] = []
    for version in db.session.scalars(chosen).unique():
        first = found.setdefault(version.card_id, version)
        if version.id == also and version is not first:
            extra.append(version)
    in_use = [each for each in found.values() if each.card.archived_at is None or each.id == also]
    return [*in_use, *extra]


def card_of(version_id: int | None) -> Scorecard | None:
    """The card of a published version, None for anything else."""
    version = db.session.get(CardVersion, version_id) if version_id else None
    if version is None or version.status != PUBLISHED:
        return None
    return Scorecard.model_validate(version.body)
