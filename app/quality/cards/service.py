"""Scorecards through their versions: drafted, saved, published, dropped, archived.

Each function that changes something is one transaction. A published version never changes;
a draft may be incomplete, and says with ``revision`` how often it was saved, so that of two
who save it the second sees the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import func, select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput
from app.quality.card import Scorecard, body_of, hash_of
from app.quality.card_check import Problem, checked
from app.quality.cards.models import DRAFT, DROPPED, PUBLISHED, Card, CardVersion
from app.quality.cards.reading import (
    CardQuery,
    drafts_of,
    find,
    in_force,
    listed,
    newest,
    readable,
    version,
)
from app.quality.frameworks import service as frameworks
from app.quality.scale import LOOSE

__all__ = [
    "CardQuery",
    "DraftConflict",
    "archive",
    "card_of",
    "copy",
    "create",
    "draft_from",
    "drafts_of",
    "drop",
    "find",
    "in_force",
    "keep_scenario_card",
    "listed",
    "newest",
    "problems_of",
    "publish",
    "read_as_far_as_possible",
    "readable",
    "readable_card",
    "restore",
    "save_draft",
    "set_certified_only",
    "unarchive",
    "version",
]
LONGEST_REASON = 2_000
LONGEST_NAME = 200
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


# -- reading --------------------------------------------------------------------------------


def card_of(version: CardVersion) -> Scorecard:
    """The card of a version. Raises ``InvalidInput`` for a draft that is not complete."""
    if version.status == PUBLISHED:
        return Scorecard.model_validate(version.body)
    card, problems = checked(version.body)
    if card is None:
        raise InvalidInput(
            _("This draft is not complete: %(problem)s", problem=str(problems[0])),
            remedy=_("Mend it in the editor."),
        )
    return card


def readable_card(body: Body) -> Scorecard | None:
    """The card of a body whose parts are right, even if they do not fit together yet."""
    try:
        return Scorecard.model_validate(body, context=LOOSE)
    except ValidationError:
        return None


def read_as_far_as_possible(
    version: CardVersion,
) -> tuple[Scorecard | None, tuple[Problem, ...]]:
    """The card of a version to be read, and what is still wrong with a draft."""
    if version.status == PUBLISHED:
        return card_of(version), ()
    return readable_card(version.body), problems_of(version)


def problems_of(version: CardVersion) -> tuple[Problem, ...]:
    """What keeps a draft from being published, with its place; empty when nothing does."""
    return checked(version.body)[1]


# -- drafts ---------------------------------------------------------------------------------


def create(by: Person, name: str, body: Body, at: datetime) -> CardVersion:
    """A new card with its first draft. Raises ``InvalidInput`` when the name is taken."""
    name = _name(name)
    with transaction() as session:
        _refuse_taken(name)
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
            draft = copy(by, version, _free_name(version.card.name), at)
        else:
            draft = _draft(version.card, version.body, by, at)
            draft.based_on_id = version.id
        draft.reason = reason.strip()[:LONGEST_REASON]
        draft.session_id = session_id
        db.session.flush()
        audit.record(by, "card.drafted", draft, card=draft.card.name, based_on=version.id)
    return draft


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
        row = _locked(draft)
        _refuse_unless_draft(row)
        if row.body == body:
            return row
        if row.revision != revision:
            raise DraftConflict(row)
        row.body = dict(body)
        row.revision += 1
        row.changed_at = at
        _rename(row)
    return row


def drop(draft: CardVersion, by: Person, at: datetime) -> CardVersion:
    """Put a draft away. It stays in the list of versions, and can be taken up again."""
    with transaction():
        row = _locked(draft)
        _refuse_unless_draft(row)
        row.status = DROPPED
        row.changed_at = at
        audit.record(by, "card.dropped", row, card=row.card.name)
    return row


def restore(dropped: CardVersion, by: Person, at: datetime) -> CardVersion:
    """Take a dropped draft up again."""
    with transaction():
        row = _locked(dropped)
        if row.status == DROPPED:
            row.status = DRAFT
            row.changed_at = at
            audit.record(by, "card.restored", row, card=row.card.name)
    return row


# -- publishing -----------------------------------------------------------------------------


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
        row = _locked(draft)
        _refuse_unless_draft(row)
        if row.revision != seen.revision:
            raise DraftConflict(row)
        last = newest(row.card_id)
        _refuse_stale(last, seen.over_id)
        card = card_of(row)
        _take_name(row.card, card.title)
        _freeze(row, card, (last.number or 0) + 1 if last else 1, at)
        row.reason = reason
        row.published_by_id = by.id
        if last and last.content_hash == row.content_hash:
            raise Conflict(
                _("Nothing in it differs from version %(n)s.", n=last.number),
                remedy=_("Change something first, or drop the draft."),
            )
        audit.record(
            by,
            "card.published",
            row,
            card=row.card.name,
            number=row.number,
            hash=row.content_hash,
            reason=reason,
        )
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
            owner = Card(name=_free_name(title), scenario_id=scenario_id, created_at=at)
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


# -- cards ----------------------------------------------------------------------------------


def archive(card: Card, by: Person, at: datetime) -> Card:
    """Take a card out of the lists to choose from. What was scored by it stays."""
    with transaction():
        if card.archived_at is None:
            card.archived_at = at
            audit.record(by, "card.archived", card, name=card.name)
    return card


def unarchive(card: Card, by: Person) -> Card:
    with transaction():
        if card.archived_at is not None:
            card.archived_at = None
            audit.record(by, "card.unarchived", card, name=card.name)
    return card


def set_certified_only(card: Card, by: Person, wanted: bool) -> Card:
    """Whether only raters with a certificate may score calls by this card."""
    with transaction():
        if card.certified_only != wanted:
            card.certified_only = wanted
            audit.record(by, "card.certified_only", card, wanted=wanted)
    return card


# -- names ----------------------------------------------------------------------------------


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("Give it a name of at most %(n)s letters.", n=LONGEST_NAME), field="name"
        )
    return name


def _taken(name: str, but: int | None = None) -> bool:
    query = select(Card.id).where(func.lower(Card.name) == name.lower())
    if but is not None:
        query = query.where(Card.id != but)
    return db.session.scalar(query.limit(1)) is not None


def _refuse_taken(name: str) -> None:
    if _taken(name):
        raise InvalidInput(
            _("There is a scorecard called “%(name)s” already.", name=name), field="name"
        )


def _free_name(title: str) -> str:
    base, number = title[: LONGEST_NAME - 6], 1
    name = base
    while _taken(name):
        number += 1
        name = f"{base} ({number})"
    return name


def _take_name(card: Card, title: str) -> None:
    if card.scenario_id is None and card.name != title:
        if _taken(title, but=card.id):
            raise InvalidInput(
                _("Another scorecard is called “%(name)s” already.", name=title), field="title"
            )
        card.name = title


def _rename(draft: CardVersion) -> None:
    """A card that was never published goes by the title of its draft, where that is free."""
    title = draft.body.get("title")
    if isinstance(title, str) and 0 < len(title) <= LONGEST_NAME:
        published = newest(draft.card_id)
        if published is None and not _taken(title, but=draft.card_id):
            draft.card.name = title


# -- rows -----------------------------------------------------------------------------------


def _locked(version: CardVersion) -> CardVersion:
    """The row as it is now, held to the end of the transaction."""
    query = select(CardVersion).where(CardVersion.id == version.id)
    query = query.with_for_update(of=CardVersion).execution_options(populate_existing=True)
    return db.session.scalars(query).unique().one()


def _refuse_unless_draft(row: CardVersion) -> None:
    if row.status == PUBLISHED:
        raise Conflict(
            _("Version %(n)s is published and never changes.", n=row.number),
            remedy=_("Begin a draft of the next version from it."),
        )
    if row.status == DROPPED:
        raise Conflict(_("This draft was dropped."), remedy=_("Take it up again to work on it."))
