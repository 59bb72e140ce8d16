"""Scorecards through their versions: drafted, saved, published, dropped, archived.

Each function that changes something is one transaction. A published version never changes;
a draft may be incomplete, and says with ``revision`` how often it was saved, so that of two
who save it the second sees the first.
"""

from __future__ import annotations

from datetime import datetime

from app.accounts import audit
from app.accounts.models import Person
from app.db import transaction
from app.quality.cards.drafts import (
    DraftConflict,
    add_reason,
    copy,
    create,
    draft_from,
    drop,
    restore,
    save_draft,
)
from app.quality.cards.models import Card
from app.quality.cards.publishing import Publishing, keep_scenario_card, publish
from app.quality.cards.reading import (
    CardQuery,
    card_of,
    drafts_of,
    find,
    in_force,
    listed,
    newest,
    problems_of,
    read_as_far_as_possible,
    readable,
    readable_card,
    version,
)

__all__ = [
    "CardQuery",
    "DraftConflict",
    "Publishing",
    "add_reason",
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
