"""Proposals: made, found by whom they concern, taken up or dropped with words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts import audit
from app.accounts.models import Person, Role, team_leads
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.paging import Page, page_of
from app.quality.cards import service as cards
from app.quality.proposals import carrying_out
from app.quality.proposals.models import (
    CARD,
    COACHING,
    DROPPED,
    FRAMEWORK,
    GUIDANCE,
    OPEN,
    TAKEN,
    Proposal,
)

KINDS = (COACHING, FRAMEWORK, CARD, GUIDANCE)
STATES = (OPEN, TAKEN, DROPPED)
SOURCES = ("gap", "session", "person")
MOST_WORDS, MOST_DECISION = 4000, 400


@dataclass(frozen=True, slots=True)
class ProposalQuery:
    """Which proposals to show; empty means all."""

    kind: str = ""
    status: str = OPEN
    person_id: int | None = None
    source: str = ""
    page: int = 1


def propose(
    kind: str,
    *,
    by: Person,
    at: datetime,
    reason: str,
    person_id: int | None = None,
    card_id: int | None = None,
    criterion: str = "",
    words: str = "",
    source_kind: str,
    source_id: str | int,
    card_version_id: int | None = None,
) -> Proposal:
    """Put a proposal on the list. Asking for the same while it is open is asking once.

    ``kind``: ``coaching`` (of ``person_id``), ``framework``, ``card``, ``guidance``.
    ``source_kind``: ``gap``, ``session``, ``person``; ``source_id`` names which (of a
    session its number). ``card_version_id``: the draft that holds it already; publishing it
    takes the proposal up. Raises ``InvalidInput``.
    """
    reason, words = reason.strip(), words.strip()
    _refuse_unfit(kind, source_kind, person_id, reason, words)
    with transaction() as session:
        said: dict[str, Any] = {
            "kind": kind,
            "status": OPEN,
            "person_id": person_id,
            "card_id": card_id,
            "criterion": criterion,
            "words": words,
            "reason": reason,
            "source_kind": source_kind,
            "source_id": str(source_id),
        }
        same = _same(**said)
        if same is not None:
            return same
        made = Proposal(**said, card_version_id=card_version_id, created_by_id=by.id, created_at=at)
        session.add(made)
        audit.record(by, "proposal.made", made, kind=kind, source=f"{source_kind}:{source_id}")
        return made


def propose_as(
    person: Person,
    kind: str,
    *,
    at: datetime,
    reason: str,
    words: str = "",
    person_id: int | None = None,
    card_id: int | None = None,
    criterion: str = "",
    gap: str = "",
) -> Proposal:
    """``propose`` as the form does: only about people in reach, cards that exist.

    ``gap`` is the address (query string) of the gap it was found in, or empty.
    """
    if person_id is not None and person_id not in dict(people_in_reach(person)):
        raise InvalidInput(_("Choose somebody from the list."), field="person_id")
    if card_id is not None and cards.newest(card_id) is None:
        raise InvalidInput(_("Choose a scorecard from the list."), field="card_id")
    return propose(
        kind,
        by=person,
        at=at,
        reason=reason,
        words=words,
        person_id=person_id,
        card_id=card_id,
        criterion=criterion,
        source_kind="gap" if gap else "person",
        source_id=gap,
    )


def people_in_reach(person: Person) -> list[tuple[int, str]]:
    """(id, name) of whom ``person`` may propose to coach: QA everybody who takes or scores
    calls, a supervisor the people of her teams."""
    named = select(Person.id, Person.name).where(Person.active)
    if person.role is Role.QA:
        named = named.where(Person.role.in_((Role.AGENT, Role.SUPERVISOR, Role.QA)))
    else:
        led = select(team_leads.c.team_id).where(team_leads.c.person_id == person.id)
        named = named.where(Person.team_id.in_(led))
    return [(row[0], row[1]) for row in db.session.execute(named.order_by(Person.name))]


def find(person: Person, query: ProposalQuery) -> Page[Proposal]:
    """The proposals ``person`` may see, the newest first."""
    return page_of(_matching(person, query).order_by(Proposal.id.desc()), query.page)


def get(person: Person, proposal_id: int) -> Proposal:
    """Raises ``NotFound`` for one she may not see."""
    chosen = select(Proposal).where(Proposal.id == proposal_id, seen_by(person))
    found = db.session.scalars(chosen).unique().one_or_none()
    if found is None:
        raise NotFound(_("There is no such proposal among those you may see."))
    return found


def seen_by(person: Person) -> ColumnElement[bool]:
    """QA all; a supervisor those about people of her teams and those about nobody."""
    if person.role is Role.QA:
        return Proposal.id.is_not(None)
    led = select(team_leads.c.team_id).where(team_leads.c.person_id == person.id)
    hers = select(Person.id).where(Person.team_id.in_(led))
    if person.role is not Role.SUPERVISOR:
        return Proposal.id.is_(None)
    return or_(Proposal.person_id.is_(None), Proposal.person_id.in_(hers))


def may_decide(person: Person, proposal: Proposal) -> bool:
    """Coaching: whoever sees it. Changes of framework, card and guidance: whoever leads quality."""
    return proposal.status == OPEN and (person.role is Role.QA or proposal.kind == COACHING)


def take_up(proposal_id: int, *, by: Person, at: datetime, decision: str = "") -> Proposal:
    """Somebody will see to it; a draft it asks for is begun.

    Raises ``Conflict`` when it was decided already, ``NotAllowed``, ``NotFound``.
    """
    return _decide(proposal_id, TAKEN, by, at, decision.strip())


def drop(proposal_id: int, *, by: Person, at: datetime, decision: str) -> Proposal:
    """It will not be done; ``decision`` says why."""
    if not decision.strip():
        raise InvalidInput(_("Say why it is dropped."), field="decision")
    return _decide(proposal_id, DROPPED, by, at, decision.strip())


def people_named(person: Person) -> list[tuple[int, str]]:
    """(id, name) of everybody a visible proposal is about, for the filter."""
    named = select(Person.id, Person.name).join(Proposal, Proposal.person_id == Person.id)
    rows = db.session.execute(named.where(seen_by(person)).distinct().order_by(Person.name))
    return [(row[0], row[1]) for row in rows]


def _matching(person: Person, query: ProposalQuery) -> Select[Proposal]:
    chosen = select(Proposal).where(seen_by(person))
    if query.kind:
        chosen = chosen.where(Proposal.kind == query.kind)
    if query.status:
        chosen = chosen.where(Proposal.status == query.status)
    if query.person_id is not None:
        chosen = chosen.where(Proposal.person_id == query.person_id)
    if query.source:
        chosen = chosen.where(Proposal.source_kind == query.source)
    return chosen


def _same(**facts: object) -> Proposal | None:
    chosen = select(Proposal).filter_by(**facts).limit(1)
    return db.session.scalars(chosen).unique().first()


def _refuse_unfit(
    kind: str, source_kind: str, person_id: int | None, reason: str, words: str
) -> None:
    if kind not in KINDS or source_kind not in SOURCES:
        raise InvalidInput(_("There is no such kind of proposal."), field="kind")
    if not reason:
        raise InvalidInput(_("Say why."), field="reason")
    if max(len(reason), len(words)) > MOST_WORDS:
        field = "reason" if len(reason) > MOST_WORDS else "words"
        raise InvalidInput(_("At most %(n)s characters, please.", n=MOST_WORDS), field=field)
    if kind == COACHING and person_id is None:
        raise InvalidInput(_("Say who is to be coached."), field="person_id")


def _decide(proposal_id: int, status: str, by: Person, at: datetime, decision: str) -> Proposal:
    if len(decision) > MOST_DECISION:
        raise InvalidInput(
            _("At most %(n)s characters, please.", n=MOST_DECISION), field="decision"
        )
    with transaction() as session:
        found = get(by, proposal_id)
        session.refresh(found, with_for_update={"of": Proposal})
        if found.status != OPEN:
            raise Conflict(
                _("Somebody has decided on this proposal already."),
                remedy=_("Look at what was decided."),
            )
        if not may_decide(by, found):
            raise NotAllowed(
                _("Changes of framework, scorecards and guidance are decided by QA."),
            )
        found.status, found.decision = status, decision
        found.decided_by_id, found.decided_at = by.id, at
        audit.record(by, f"proposal.{status}", found, decision=decision)
        if status == TAKEN:
            carrying_out.begin(found, by=by, at=at)
        return found
