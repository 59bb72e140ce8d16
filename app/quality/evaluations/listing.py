"""Evaluations and disputes found again: lists with filters, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.db import db
from app.paging import Page, page_of
from app.quality.cards.models import Card, CardVersion
from app.quality.evaluations import disputes, seeing
from app.quality.evaluations.dispute_figures import Case
from app.quality.evaluations.models import (
    DRAFT,
    MACHINE,
    OPEN,
    PERSON,
    SELF,
    SUBMITTED,
    Dispute,
    Evaluation,
)
from app.recordings.models import READY, Recording

FEW = 8
_agent, _rater = aliased(Person), aliased(Person)
SORTS: Mapping[str, Any] = {
    "submitted": func.coalesce(Evaluation.submitted_at, Evaluation.changed_at),
    "agent": func.lower(_agent.name),
    "rater": func.lower(_rater.name),
    "card": func.lower(Card.name),
    "total": Evaluation.total,
}
KINDS = (PERSON, SELF, MACHINE)


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """Which to list; empty means any. ``state``: draft | waiting | released;
    ``result``: passed | failed."""

    agent_id: int | None = None
    rater_id: int | None = None
    card_id: int | None = None
    kind: str = ""
    state: str = ""
    result: str = ""
    sort: str = "submitted"
    descending: bool = True
    page: int = 1


def evaluations_of(person: Person, query: EvaluationQuery, at: datetime) -> Page[Evaluation]:
    """Those that ``person`` may read and that fit."""
    column = SORTS.get(query.sort, SORTS["submitted"])
    order = column.desc() if query.descending else column.asc()
    chosen = (
        select(Evaluation)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .join(Card, Card.id == CardVersion.card_id)
        .outerjoin(_agent, _agent.id == Evaluation.agent_id)
        .outerjoin(_rater, _rater.id == Evaluation.rater_id)
        .where(seeing.seen_by(person, at), *_where(query, at))
        .order_by(order.nulls_last(), Evaluation.id.desc())
    )
    return page_of(chosen, query.page)


def _where(query: EvaluationQuery, at: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if query.agent_id is not None:
        where.append(Evaluation.agent_id == query.agent_id)
    if query.rater_id is not None:
        where.append(Evaluation.rater_id == query.rater_id)
    if query.card_id is not None:
        where.append(CardVersion.card_id == query.card_id)
    if query.kind in KINDS:
        where.append(Evaluation.kind == query.kind)
    if query.result in ("passed", "failed"):
        where.append(Evaluation.passed.is_(query.result == "passed"))
    states: Mapping[str, ColumnElement[bool]] = {
        "draft": Evaluation.status == DRAFT,
        "waiting": and_(Evaluation.status == SUBMITTED, ~seeing.released_due(at)),
        "released": seeing.released(at),
    }
    if query.state in states:
        where.append(states[query.state])
    return where


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters can be set to: (id, name) of those that occur among hers."""

    agents: Sequence[tuple[int, str]]
    raters: Sequence[tuple[int, str]]
    cards: Sequence[tuple[int, str]]


def choices(person: Person, at: datetime) -> Choices:
    seen = seeing.seen_by(person, at)
    agents = select(Person.id, Person.name).join(Evaluation, Evaluation.agent_id == Person.id)
    raters = select(Person.id, Person.name).join(Evaluation, Evaluation.rater_id == Person.id)
    cards = (
        select(Card.id, Card.name)
        .join(CardVersion, CardVersion.card_id == Card.id)
        .join(Evaluation, Evaluation.card_version_id == CardVersion.id)
    )
    return Choices(*(_pairs(query.where(seen)) for query in (agents, raters, cards)))


def _pairs(query: Any) -> Sequence[tuple[int, str]]:
    found = {(int(key), str(name)) for key, name in db.session.execute(query.distinct())}
    return sorted(found, key=lambda each: each[1].lower())


def _some(*where: ColumnElement[bool], few: int | None = None) -> Sequence[Evaluation]:
    chosen = select(Evaluation).where(*where).order_by(Evaluation.changed_at.desc())
    return db.session.scalars(chosen.limit(few)).unique().all()


def drafts_of(person: Person) -> Sequence[Evaluation]:
    """What she has begun to score and not handed in."""
    return _some(Evaluation.rater_id == person.id, Evaluation.status == DRAFT)


def recent_of(rater: Person) -> Sequence[Evaluation]:
    """What she handed in last, calls of others."""
    mine = (Evaluation.rater_id == rater.id, Evaluation.kind == PERSON)
    return _some(*mine, Evaluation.status != DRAFT, few=FEW)


def to_release(person: Person, at: datetime) -> Sequence[Evaluation]:
    """Handed in, and nobody has said yet when the agent is to see it."""
    waiting = (Evaluation.status == SUBMITTED, Evaluation.release_at.is_(None))
    kinds = (Evaluation.kind == PERSON, Evaluation.agent_id.is_not(None))
    return _some(seeing.seen_by(person, at), *waiting, *kinds, few=FEW * 3)


def to_answer(agent: Person, at: datetime) -> Sequence[Evaluation]:
    """Released evaluations of people that she has not answered."""
    about = (Evaluation.agent_id == agent.id, Evaluation.kind == PERSON)
    return _some(*about, seeing.released(at), Evaluation.response == "")


def shown_to(agent: Person, at: datetime) -> Sequence[Evaluation]:
    """The newest evaluations by people about her that she has answered."""
    about = (Evaluation.agent_id == agent.id, Evaluation.kind == PERSON)
    return _some(*about, seeing.released(at), Evaluation.response != "", few=FEW)


def own_calls(agent: Person) -> Sequence[Recording]:
    """Her newest calls, to score herself."""
    chosen = select(Recording).where(Recording.agent_id == agent.id, Recording.status == READY)
    newest = chosen.order_by(Recording.happened_at.desc()).limit(FEW)
    return db.session.scalars(newest).unique().all()


def others_of(person: Person, evaluation: Evaluation, at: datetime) -> Sequence[Evaluation]:
    """Of the same call by any version of any card, those ``person`` may read and that are
    handed in; the same version first."""
    found = _some(
        Evaluation.recording_id == evaluation.recording_id,
        Evaluation.id != evaluation.id,
        Evaluation.status != DRAFT,
        seeing.seen_by(person, at),
    )
    return sorted(found, key=lambda each: each.card_version_id != evaluation.card_version_id)


def own_scores(agent: Person, calls: Sequence[Recording]) -> Mapping[int, Evaluation]:
    """By recording, what she has made of her own calls, begun or handed in; her latest one."""
    mine = (Evaluation.kind == SELF, Evaluation.rater_id == agent.id)
    found = _some(*mine, Evaluation.recording_id.in_([call.id for call in calls]))
    return {each.recording_id: each for each in reversed(found)}


def scored_by_others(person: Person, recordings: Iterable[int]) -> Mapping[int, int]:
    """By recording, how many other raters have handed in an evaluation of it; none: left out."""
    chosen = (
        select(Evaluation.recording_id, func.count(Evaluation.rater_id.distinct()))
        .where(
            Evaluation.recording_id.in_(list(recordings)),
            Evaluation.kind == PERSON,
            Evaluation.status != DRAFT,
            Evaluation.rater_id != person.id,
        )
        .group_by(Evaluation.recording_id)
    )
    return {int(key): int(many) for key, many in db.session.execute(chosen)}


# ---- disputes -----------------------------------------------------------------------------------


def _disputes(*where: ColumnElement[bool]) -> Sequence[Dispute]:
    chosen = select(Dispute).join(Evaluation, Evaluation.id == Dispute.evaluation_id).where(*where)
    return db.session.scalars(chosen.order_by(Dispute.due_at)).unique().all()


def to_decide(person: Person) -> Sequence[Dispute]:
    """Open, and hers to decide."""
    return _disputes(Dispute.owner_id == person.id, Dispute.status == OPEN)


def opened_by(agent: Person) -> Sequence[Dispute]:
    return _disputes(Dispute.opened_by_id == agent.id)


@dataclass(frozen=True, slots=True)
class DisputeQuery:
    """``status``: open | overdue | upheld | changed | withdrawn, empty means any."""

    status: str = ""
    page: int = 1


def disputes_of(person: Person, query: DisputeQuery, at: datetime) -> Page[Dispute]:
    """Those that concern ``person``, the most urgent first."""
    chosen = select(Dispute).join(Evaluation, Evaluation.id == Dispute.evaluation_id)
    chosen = chosen.where(disputes.seen_by(person))
    if query.status == "overdue":
        chosen = chosen.where(Dispute.status == OPEN, Dispute.due_at < at)
    elif query.status:
        chosen = chosen.where(Dispute.status == query.status)
    first = (Dispute.status != OPEN).asc()
    return page_of(chosen.order_by(first, Dispute.due_at, Dispute.id), query.page)


def cases_of(person: Person) -> Sequence[Case]:
    """All of them, for the figures; criteria by their titles."""
    found = _disputes(disputes.seen_by(person))
    return [
        Case(
            title_of(dispute), dispute.status, dispute.opened_at, dispute.due_at, dispute.decided_at
        )
        for dispute in found
    ]


def title_of(dispute: Dispute) -> str:
    """What the disputed criterion is called on the card it was scored by."""
    for section in dispute.evaluation.card_version.body.get("sections", ()):
        for criterion in section.get("criteria", ()):
            if criterion.get("id") == dispute.criterion:
                return str(criterion.get("title", dispute.criterion))
    return dispute.criterion
