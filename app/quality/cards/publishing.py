"""Versions of scorecards that never change again: numbered, hashed, under a framework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import transaction
from app.errors import Conflict, InvalidInput
from app.quality.card import Scorecard, body_of, hash_of
from app.quality.cards import names, telling
from app.quality.cards.drafts import LONGEST_REASON, DraftConflict, locked, refuse_unless_draft
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.cards.reading import card_of, newest
from app.quality.frameworks import service as frameworks


@dataclass(frozen=True, slots=True)
class Publishing:
    """What whoever publishes has seen: the draft's revision, and the version it replaces."""

    reason: str
    revision: int
    over_id: int | None


def publish(draft: CardVersion, by: Person, at: datetime, seen: Publishing) -> CardVersion:
    """Make a draft the next version of its card: numbered, hashed, under today's framework.

    Raises ``InvalidInput`` when it is incomplete or no reason is given, ``Conflict`` when the
    draft or the version in force is not the one that was seen.
    """
    reason = seen.reason.strip()[:LONGEST_REASON]
    if not reason:
        raise InvalidInput(
            _("Say why: whoever scores by this version will read it."), field="reason"
        )
    with transaction():
        row = locked(draft)
        refuse_unless_draft(row)
        if row.revision != seen.revision:
            raise DraftConflict(row)
        last = newest(row.card_id)
        _refuse_stale(last, seen.over_id)
        card = card_of(row)
        names.take_name(row.card, card.title)
        _freeze(row, card, (last.number or 0) + 1 if last else 1, at)
        row.reason = reason
        row.published_by_id = by.id
        if last and last.content_hash == row.content_hash:
            raise Conflict(
                _("Nothing in it differs from version %(n)s.", n=last.number),
                remedy=_("Change something first, or drop the draft."),
            )
        what = {"card": row.card.name, "number": row.number, "hash": row.content_hash}
        audit.record(by, "card.published", row, reason=reason, **what)
        telling.tell(row, by, at)
    return row


def _freeze(row: CardVersion, card: Scorecard, number: int, at: datetime) -> None:
    row.body = body_of(card)
    row.content_hash = hash_of(card)
    row.number = number
    row.status = PUBLISHED
    framework = frameworks.in_force()
    row.framework_id = framework.id if framework else None
    row.published_at = at
    row.changed_at = at


def _refuse_stale(last: CardVersion | None, over_id: int | None) -> None:
    if last is not None and last.id != over_id:
        raise Conflict(
            _("Version %(n)s was published since this draft was begun.", n=last.number),
            field="over",
            remedy=_("Compare the two first; publishing puts yours in its place."),
        )


def keep_scenario_card(scenario_id: str, title: str, card: Scorecard, at: datetime) -> CardVersion:
    """The automatic card of a scenario as a published version: the same content, the same row.

    Joins the caller's transaction. The version's own number counts the contents met so far.
    """
    content = hash_of(card)
    with transaction() as session:
        owner = session.scalars(
            select(Card).where(Card.scenario_id == scenario_id).with_for_update()
        ).one_or_none()
        if owner is None:
            owner = Card(name=names.free_name(title), scenario_id=scenario_id, created_at=at)
            session.add(owner)
            session.flush()
        known = session.scalars(
            select(CardVersion)
            .where(CardVersion.card_id == owner.id, CardVersion.content_hash == content)
            .order_by(CardVersion.number.desc())
            .limit(1)
        ).unique()
        found = known.one_or_none()
        if found is None:
            last = newest(owner.id)
            found = CardVersion(card_id=owner.id, reason="", revision=1, created_at=at)
            _freeze(found, card, (last.number or 0) + 1 if last else 1, at)
            session.add(found)
            session.flush()
            session.expire(owner, ["versions"])
    return found
