"""Cards and versions, found again: what may be read, what is in force, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.accounts.rights import RATERS
from app.db import db
from app.errors import InvalidInput, NotFound
from app.paging import Page, page_of
from app.quality.card import Scorecard
from app.quality.card_check import Problem, checked
from app.quality.cards.models import DRAFT, PUBLISHED, Card, CardVersion
from app.quality.scale import LOOSE


def find(card_id: int) -> Card:
    """Raises ``NotFound``."""
    card = db.session.get(Card, card_id)
    if card is None:
        raise NotFound(_("There is no such scorecard."), remedy=_("Look in the list of them."))
    return card


def version(version_id: int) -> CardVersion:
    """Raises ``NotFound``."""
    found = db.session.get(CardVersion, version_id)
    if found is None:
        raise _no_version()
    return found


def readable(person: Person, version_id: int) -> CardVersion:
    """The version, if ``person`` may read it: published ones everybody, drafts who scores calls.

    Raises ``NotFound`` for the others: a stranger does not learn that the draft exists.
    """
    found = version(version_id)
    if found.status != PUBLISHED and person.role not in RATERS:
        raise _no_version()
    return found


def _no_version() -> NotFound:
    return NotFound(
        _("There is no such version of a scorecard."), remedy=_("Look in the list of scorecards.")
    )


def in_force() -> Sequence[CardVersion]:
    """The newest published version of every card that is not archived, by the card's name."""
    query = (
        select(CardVersion)
        .join(Card)
        .where(CardVersion.id.in_(_newest()), Card.archived_at.is_(None))
        .order_by(func.lower(Card.name))
    )
    return db.session.scalars(query).unique().all()


def newest(card_id: int) -> CardVersion | None:
    """The version of a card that is in force; None before the first is published."""
    query = (
        select(CardVersion)
        .where(CardVersion.card_id == card_id, CardVersion.status == PUBLISHED)
        .order_by(CardVersion.number.desc())
    )
    return db.session.scalars(query.limit(1)).unique().one_or_none()


def drafts_of(card_id: int) -> Sequence[CardVersion]:
    """What is being written on this card, the newest first."""
    query = select(CardVersion).where(CardVersion.card_id == card_id, CardVersion.status == DRAFT)
    return db.session.scalars(query.order_by(CardVersion.id.desc())).unique().all()


def _newest() -> Select[int]:
    """The id of the newest published version of each card."""
    last = (
        select(CardVersion.card_id, func.max(CardVersion.number).label("number"))
        .where(CardVersion.status == PUBLISHED)
        .group_by(CardVersion.card_id)
        .subquery()
    )
    return select(CardVersion.id).join(
        last,
        (CardVersion.card_id == last.c.card_id) & (CardVersion.number == last.c.number),
    )


OWN, SCENARIO = "own", "scenario"
SORTS = ("name", "changed")


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Which cards to list. ``kind``: "own", "scenario" or all of them."""

    text: str = ""
    kind: str = ""
    archived: bool = False
    sort: str = "name"
    descending: bool = False
    page: int = 1


def listed(query: CardQuery) -> Page[Card]:
    """The cards asked for, with their versions."""
    changed = (
        select(func.max(CardVersion.changed_at))
        .where(CardVersion.card_id == Card.id)
        .scalar_subquery()
    )
    column = changed if query.sort == "changed" else func.lower(Card.name)
    order = column.desc() if query.descending else column.asc()
    chosen = (
        select(Card)
        .where(*_where(query))
        .options(selectinload(Card.versions).defer(CardVersion.body))
        .order_by(order, Card.id)
    )
    return page_of(chosen, query.page)


def _where(query: CardQuery) -> list[ColumnElement[bool]]:
    archived = Card.archived_at.is_not(None) if query.archived else Card.archived_at.is_(None)
    where: list[ColumnElement[bool]] = [archived]
    if query.text:
        where.append(func.lower(Card.name).contains(query.text.lower(), autoescape=True))
    if query.kind == OWN:
        where.append(Card.scenario_id.is_(None))
    elif query.kind == SCENARIO:
        where.append(Card.scenario_id.is_not(None))
    return where


# -- what a version says ---------------------------------------------------------------------


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


def readable_card(body: Mapping[str, Any]) -> Scorecard | None:
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
