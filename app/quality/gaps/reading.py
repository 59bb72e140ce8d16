"""The marks behind gaps, for whoever asks: handed in by people, under cards, in a period.

Marks of calibration sessions are no evaluations, so none is here unless it was published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person, Role, Team, team_leads
from app.db import db
from app.i18n import zone_named
from app.quality.answers import Answer, Left
from app.quality.card import Criterion, Scorecard
from app.quality.cards.models import Card, CardVersion
from app.quality.evaluations.models import (
    PERSON,
    RELEASED,
    SUBMITTED,
    Evaluation,
    EvaluationMark,
)
from app.quality.frameworks import service as frameworks
from app.quality.frameworks.models import FrameworkVersion
from app.quality.gaps.figures import By, Place, Row
from app.quality.tally import asked
from app.recordings.access import known_to
from app.recordings.models import Recording

WEEKS = (4, 12, 26, 52)
USUAL_WEEKS = 12


@dataclass(frozen=True, slots=True)
class GapQuery:
    """Which marks. ``weeks``: how far back, 0 for all; ``by``: what stands in the columns."""

    by: By = By.AGENT
    card_id: int | None = None
    agent_id: int | None = None
    team_id: int | None = None
    weeks: int = USUAL_WEEKS


@dataclass(frozen=True, slots=True)
class Marks:
    """The rows, and the names of what they speak of by its key."""

    rows: Sequence[Row]
    cards: Mapping[int, str]
    criteria: Mapping[Place, Criterion]
    agents: Mapping[int, str]
    teams: Mapping[int, str]
    targets: Mapping[Place, float]
    """What is expected of each criterion, 0..1."""
    by_framework: int | None
    """The number of the framework the targets are from; None: the cards' pass marks."""


def reached(person: Person) -> ColumnElement[bool]:
    """The evaluations whose gaps ``person`` may see, of ``Evaluation`` joined to ``Recording``.

    A supervisor: of the people in her teams. QA: of the recordings she hears by a plan, a
    session or since she uploaded them; exemplars alone open nobody's figures.
    """
    if person.role is Role.QA:
        return known_to(person)
    led = select(team_leads.c.team_id).where(team_leads.c.person_id == person.id)
    return Evaluation.agent_id.in_(select(Person.id).where(Person.team_id.in_(led)))


def marks(person: Person, query: GapQuery, *, at: datetime) -> Marks:
    """The marks ``person`` may see and ``query`` asks for. ``at``: now."""
    found = _evaluations(person, query, at)
    cards = {version.id: version for version in _versions(found)}
    bodies = {key: Scorecard.model_validate(version.body) for key, version in cards.items()}
    zone = zone_named(person.timezone)
    rows = [
        row
        for each in found
        for row in _rows(each, cards[each.version_id], bodies[each.version_id], zone)
    ]
    criteria = {
        (cards[key].card_id, criterion.id): criterion
        for key in sorted(bodies, key=lambda key: cards[key].number or 0)
        for criterion in bodies[key].criteria
    }
    framework = frameworks.in_force()
    return Marks(
        rows=rows,
        cards={version.card_id: version.card.name for version in cards.values()},
        criteria=criteria,
        agents=_names(Person, {each.agent_id for each in found}),
        teams=_names(Team, {each.team_id for each in found}),
        targets=_targets(cards.values(), bodies, criteria),
        by_framework=framework.number if framework and _expects(framework) else None,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page can be narrowed to: (id, name), by name."""

    cards: list[tuple[int, str]]
    agents: list[tuple[int, str]]
    teams: list[tuple[int, str]]


def choices(person: Person) -> Choices:
    """The cards, agents and teams of all evaluations ``person`` may see here."""
    seen = (
        select(Evaluation.id)
        .join(Recording, Recording.id == Evaluation.recording_id)
        .where(_counts(), reached(person))
    )
    agents = select(Evaluation.agent_id).where(Evaluation.id.in_(seen))
    cards = (
        select(CardVersion.card_id)
        .join(Evaluation, Evaluation.card_version_id == CardVersion.id)
        .where(Evaluation.id.in_(seen))
    )
    teams = select(Person.team_id).where(Person.id.in_(agents))
    return Choices(
        _pairs(select(Card.id, Card.name).where(Card.id.in_(cards))),
        _pairs(select(Person.id, Person.name).where(Person.id.in_(agents))),
        _pairs(select(Team.id, Team.name).where(Team.id.in_(teams))),
    )


def _pairs(chosen: Select[int, str]) -> list[tuple[int, str]]:
    rows = [(row[0], row[1]) for row in db.session.execute(chosen)]
    return sorted(rows, key=lambda pair: pair[1].casefold())


def _counts() -> ColumnElement[bool]:
    """Handed in by a person, or published from calibration on purpose."""
    return (Evaluation.kind == PERSON) & Evaluation.status.in_((SUBMITTED, RELEASED))


def evidence(person: Person, evaluations: Sequence[int]) -> Sequence[Evaluation]:
    """These evaluations with their marks, the newest call first, as far as she may see them."""
    chosen = (
        select(Evaluation)
        .join(Recording, Recording.id == Evaluation.recording_id)
        .where(Evaluation.id.in_(evaluations), reached(person))
        .options(selectinload(Evaluation.marks))
        .order_by(Recording.happened_at.desc())
    )
    return db.session.scalars(chosen).unique().all()


@dataclass(frozen=True, slots=True)
class _Found:
    id: int
    version_id: int
    agent_id: int | None
    team_id: int | None
    at: datetime
    answers: Mapping[str, Answer]


def _evaluations(person: Person, query: GapQuery, at: datetime) -> list[_Found]:
    facts = db.session.execute(_chosen(person, query, at)).all()
    ids = [row.id for row in facts]
    answers: dict[int, dict[str, Answer]] = {each: {} for each in ids}
    wanted = _chosen(person, query, at).with_only_columns(Evaluation.id)
    told = select(
        EvaluationMark.evaluation_id,
        EvaluationMark.criterion,
        EvaluationMark.value,
        EvaluationMark.left,
    ).where(EvaluationMark.evaluation_id.in_(wanted))
    for mark in db.session.execute(told):
        answers[mark.evaluation_id][mark.criterion] = (
            mark.value if mark.value is not None else Left(mark.left)
        )
    return [
        _Found(
            row.id,
            row.card_version_id,
            row.agent_id,
            row.team_id,
            row.happened_at,
            answers[row.id],
        )
        for row in facts
    ]


def _chosen(
    person: Person, query: GapQuery, at: datetime
) -> Select[int, int, int | None, int | None, datetime]:
    chosen = (
        select(
            Evaluation.id,
            Evaluation.card_version_id,
            Evaluation.agent_id,
            Person.team_id,
            Recording.happened_at,
        )
        .join(Recording, Recording.id == Evaluation.recording_id)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .outerjoin(Person, Person.id == Evaluation.agent_id)
        .where(_counts(), reached(person))
    )
    if query.card_id is not None:
        chosen = chosen.where(CardVersion.card_id == query.card_id)
    if query.agent_id is not None:
        chosen = chosen.where(Evaluation.agent_id == query.agent_id)
    if query.team_id is not None:
        chosen = chosen.where(Person.team_id == query.team_id)
    if query.weeks:
        chosen = chosen.where(Recording.happened_at >= at - timedelta(weeks=query.weeks))
    return chosen


def _rows(found: _Found, version: CardVersion, card: Scorecard, zone: ZoneInfo) -> list[Row]:
    """What was asked and has a point on its scale; the rest leaves the denominator."""
    wanted, day = asked(card, found.answers), found.at.astimezone(zone).date()
    return [
        _row(found, version, criterion, answer, day)
        for criterion in card.criteria
        if criterion.id in wanted and criterion.weight > 0
        for answer in [found.answers.get(criterion.id)]
        if isinstance(answer, float)
    ]


def _row(
    found: _Found, version: CardVersion, criterion: Criterion, answer: float, day: date
) -> Row:
    return Row(
        evaluation=found.id,
        card=version.card_id,
        version=version.number or 0,
        criterion=criterion.id,
        agent=found.agent_id,
        team=found.team_id,
        day=day,
        share=criterion.scale.share(answer),
        yes_no=len(criterion.scale.points) == 2,
    )


def _versions(found: Sequence[_Found]) -> Sequence[CardVersion]:
    ids = {each.version_id for each in found}
    chosen = select(CardVersion).join(Card).where(CardVersion.id.in_(ids))
    return db.session.scalars(chosen).unique().all() if ids else ()


def _names(kind: type[Person] | type[Team], ids: set[int | None]) -> dict[int, str]:
    known = [each for each in ids if each is not None]
    rows = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(known)))
    return dict(sorted(((row[0], row[1]) for row in rows), key=lambda pair: pair[1].casefold()))


def _expects(version: FrameworkVersion) -> bool:
    expected = frameworks.document(version).expected
    return expected.ordinary is not None or expected.critical is not None


def _targets(
    versions: Any, bodies: Mapping[int, Scorecard], criteria: Mapping[Place, Criterion]
) -> dict[Place, float]:
    """By the framework in force; where it says nothing, the pass mark of the card."""
    framework = frameworks.in_force()
    expected = frameworks.document(framework).expected if framework else None
    passing = {version.card_id: bodies[version.id].pass_mark for version in versions}
    told: dict[Place, float] = {}
    for place, criterion in criteria.items():
        critical = criterion.critical in ("section", "card")
        own = (expected.critical if critical else expected.ordinary) if expected else None
        told[place] = (passing[place[0]] if own is None else own) / 100
    return told
