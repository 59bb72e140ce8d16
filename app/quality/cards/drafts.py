"""Drafts of scorecards: begun, saved as they are typed, dropped and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict
from app.quality.cards import names
from app.quality.cards.models import DRAFT, DROPPED, PUBLISHED, Card, CardVersion

LONGEST_REASON = 2_000
Body = Mapping[str, Any]


class DraftConflict(Conflict):
    """Somebody else has saved the draft since. ``theirs`` is the draft as it is now."""

    def __init__(self, theirs: CardVersion) -> None:
        super().__init__(
            _("This draft was saved elsewhere since you opened it."),
            field="revision",
            remedy=_("Look at both, and choose."),
        )
        self.theirs = theirs


def create(by: Person, name: str, body: Body, at: datetime) -> CardVersion:
    """A new card with its first draft. Raises ``InvalidInput`` when the name is taken."""
    name = names.cleaned(name)
    with transaction() as session:
        names.refuse_taken(name)
        card = Card(name=name, created_by_id=by.id, created_at=at)
        session.add(card)
        session.flush()
        draft = _draft(card, {**body, "title": name}, by, at)
        audit.record(by, "card.created", card, name=name)
    return draft


def copy(by: Person, source: CardVersion, name: str, at: datetime) -> CardVersion:
    """A new card that begins as this version is now."""
    with transaction():
        draft = create(by, name, source.body, at)
        draft.based_on_id = source.id
    return draft


def draft_from(
    version: CardVersion,
    by: Person,
    at: datetime,
    reason: str,
    session_id: int | None = None,
) -> CardVersion:
    """A draft of the next version of the same card, beginning as this version is.

    The card of a scenario is changed in the scenario's file alone; here its draft becomes a
    card of its own, which still says what it was drawn from.
    """
    with transaction():
        if version.card.scenario_id is not None:
            draft = copy(by, version, names.free_name(version.card.name), at)
        else:
            draft = _draft(version.card, version.body, by, at)
            draft.based_on_id = version.id
        draft.reason = reason.strip()[:LONGEST_REASON]
        draft.session_id = session_id
        db.session.flush()
        audit.record(by, "card.drafted", draft, card=draft.card.name, based_on=version.id)
    return draft


def add_reason(draft: CardVersion, reason: str) -> None:
    """What else a draft is for, below what it is for already."""
    with transaction():
        row = locked(draft)
        refuse_unless_draft(row)
        row.reason = "\n".join(filter(None, (row.reason, reason.strip())))[:LONGEST_REASON]


def _draft(card: Card, body: Body, by: Person, at: datetime) -> CardVersion:
    draft = CardVersion(
        card=card,
        status=DRAFT,
        body=dict(body),
        reason="",
        revision=1,
        created_by_id=by.id,
        created_at=at,
        changed_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def save_draft(draft: CardVersion, body: Body, revision: int, at: datetime) -> CardVersion:
    """Keep a draft as it is typed, complete or not. ``revision`` is the one that was shown.

    Raises ``DraftConflict`` when it was saved since with another content.
    """
    with transaction():
        row = locked(draft)
        refuse_unless_draft(row)
        if row.body == body:
            return row
        if row.revision != revision:
            raise DraftConflict(row)
        row.body = dict(body)
        row.revision += 1
        row.changed_at = at
        names.rename(row)
    return row


def drop(draft: CardVersion, by: Person, at: datetime) -> CardVersion:
    """Put a draft away. It stays in the list of versions, and can be taken up again."""
    with transaction():
        row = locked(draft)
        refuse_unless_draft(row)
        row.status = DROPPED
        row.changed_at = at
        audit.record(by, "card.dropped", row, card=row.card.name)
    return row


def restore(dropped: CardVersion, by: Person, at: datetime) -> CardVersion:
    """Take a dropped draft up again."""
    with transaction():
        row = locked(dropped)
        if row.status == DROPPED:
            row.status = DRAFT
            row.changed_at = at
            audit.record(by, "card.restored", row, card=row.card.name)
    return row


# -- rows -----------------------------------------------------------------------------------


def locked(version: CardVersion) -> CardVersion:
    """The row as it is now, held to the end of the transaction."""
    query = select(CardVersion).where(CardVersion.id == version.id)
    query = query.with_for_update(of=CardVersion).execution_options(populate_existing=True)
    return db.session.scalars(query).unique().one()


def refuse_unless_draft(row: CardVersion) -> None:
    if row.status == PUBLISHED:
        raise Conflict(
            _("Version %(n)s is published and never changes.", n=row.number),
            remedy=_("Begin a draft of the next version from it."),
        )
    if row.status == DROPPED:
        raise Conflict(_("This draft was dropped."), remedy=_("Take it up again to work on it."))
