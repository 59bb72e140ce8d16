"""Names of cards: each is taken once, and a card goes by the title of what is in force."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.db import db
from app.errors import InvalidInput
from app.quality.cards.models import Card, CardVersion
from app.quality.cards.reading import newest

LONGEST_NAME = 200


def cleaned(name: str) -> str:
    """Without needless blanks. Raises ``InvalidInput``."""
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


def refuse_taken(name: str) -> None:
    if _taken(name):
        raise InvalidInput(
            _("There is a scorecard called “%(name)s” already.", name=name), field="name"
        )


def free_name(title: str) -> str:
    """``title``, with a number behind it where it is taken."""
    base, number = title[: LONGEST_NAME - 6], 1
    name = base
    while _taken(name):
        number += 1
        name = f"{base} ({number})"
    return name


def take_name(card: Card, title: str) -> None:
    """Call a card by the title of the version that is published. Raises ``InvalidInput``."""
    if card.scenario_id is None and card.name != title:
        if _taken(title, but=card.id):
            raise InvalidInput(
                _("Another scorecard is called “%(name)s” already.", name=title), field="title"
            )
        card.name = title


def rename(draft: CardVersion) -> None:
    """A card that was never published goes by the title of its draft, where that is free."""
    title = draft.body.get("title")
    if isinstance(title, str) and 0 < len(title) <= LONGEST_NAME:
        published = newest(draft.card_id)
        if published is None and not _taken(title, but=draft.card_id):
            draft.card.name = title
