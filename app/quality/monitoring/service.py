"""Monitoring plans: made, changed, started, paused, ended; and who may.

QA makes plans for everybody; a supervisor for the teams she leads, with herself and QA
as raters. While a plan runs its raters may hear the calls of its people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from app.accounts import audit
from app.accounts.models import Person, Role
from app.accounts.rights import RATERS
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.monitoring.models import OPEN, SKIPPED, Assignment, MonitoringPlan, plan_raters
from app.quality.monitoring.plan import People, Plan
from app.recordings import access


@dataclass(frozen=True, slots=True)
class PlanInput:
    """A plan as somebody describes it on its page."""

    title: str
    card_id: int
    raters: frozenset[int]
    plan: Plan


def plan_of(row: MonitoringPlan) -> Plan:
    return Plan.model_validate(row.body)


def source_of(row: MonitoringPlan) -> str:
    """In whose name hearing is granted."""
    return f"plan:{row.id}"


# -- who may --------------------------------------------------------------------


def seen_by(person: Person) -> ColumnElement[bool]:
    """The plans ``person`` may look at: QA all, a supervisor her own and those she scores for."""
    if person.role is Role.QA:
        return MonitoringPlan.id.is_not(None)
    scores = select(plan_raters.c.plan_id).where(plan_raters.c.person_id == person.id)
    return or_(MonitoringPlan.created_by_id == person.id, MonitoringPlan.id.in_(scores))


def may_change(person: Person, row: MonitoringPlan) -> bool:
    return person.role is Role.QA or row.created_by_id == person.id


def find(person: Person, plan_id: int) -> MonitoringPlan:
    """Raises ``NotFound`` for what is not hers to see."""
    chosen = select(MonitoringPlan).where(MonitoringPlan.id == plan_id, seen_by(person))
    row = db.session.scalars(chosen).unique().one_or_none()
    if row is None:
        raise NotFound(_("There is no such plan among yours."))
    return row


def find_to_change(person: Person, plan_id: int) -> MonitoringPlan:
    """Raises ``NotFound``, and ``NotAllowed`` for a plan she only scores for."""
    row = find(person, plan_id)
    if not may_change(person, row):
        raise NotAllowed(
            _("Only whoever made this plan, or QA, changes it."),
            remedy=_("Ask %(name)s.", name=row.created_by.name),
        )
    return row


def raters_for(person: Person) -> Sequence[Person]:
    """Whom ``person`` may let score: QA everybody who scores; a supervisor herself and QA."""
    hers = or_(Person.id == person.id, Person.role == Role.QA)
    allowed = Person.role.in_(RATERS) if person.role is Role.QA else hers
    chosen = select(Person).where(Person.active, allowed).order_by(Person.name)
    return db.session.scalars(chosen).unique().all()


def agents_for(person: Person) -> Sequence[Person]:
    """The agents whose calls ``person`` may plan for."""
    chosen = select(Person).where(Person.active, Person.role == Role.AGENT).order_by(Person.name)
    if person.role is not Role.QA:
        chosen = chosen.where(Person.team_id.in_([team.id for team in person.leads]))
    return db.session.scalars(chosen).unique().all()


def cards_in_use() -> Sequence[Card]:
    """Cards with a published version, by name."""
    published = select(CardVersion.card_id).where(CardVersion.status == PUBLISHED)
    chosen = select(Card).where(Card.archived_at.is_(None), Card.id.in_(published))
    return db.session.scalars(chosen.order_by(Card.name)).all()


def _refuse_foreign(person: Person, wanted: PlanInput, kept: frozenset[int]) -> None:
    raters = {each.id for each in raters_for(person)} | kept
    if not wanted.raters or not wanted.raters <= raters:
        raise InvalidInput(_("Choose who scores, among the people offered."), field="raters")
    if wanted.card_id not in {card.id for card in cards_in_use()}:
        raise InvalidInput(_("Choose a scorecard that is published."), field="card")
    refuse_foreign_people(person, wanted.plan.people)


def refuse_foreign_people(person: Person, people: People) -> None:
    """Raise ``InvalidInput`` unless these are people ``person`` may plan for."""
    if person.role is Role.QA:
        return
    led = {team.id for team in person.leads}
    mine = {each.id for each in agents_for(person)}
    if people.everybody or not set(people.teams) <= led or not set(people.agents) <= mine:
        raise InvalidInput(_("Choose among the teams you lead."), field="people")


# -- what can be done -------------------------------------------------------------


def create(person: Person, wanted: PlanInput, *, at: datetime) -> MonitoringPlan:
    """A plan that does not run yet. Raises ``InvalidInput``."""
    with transaction() as session:
        _refuse_foreign(person, wanted, frozenset())
        _refuse_taken(wanted.title)
        row = MonitoringPlan(created_by_id=person.id, created_at=at)
        _describe(row, wanted, at)
        session.add(row)
        audit.record(person, "plan.created", row, title=row.title)
    return row


def change(
    person: Person, row: MonitoringPlan, wanted: PlanInput, *, saw: int, at: datetime
) -> None:
    """Raises ``InvalidInput``, and ``Conflict`` when revision ``saw`` is not the newest."""
    with transaction():
        _still_goes(row)
        if row.revision != saw:
            raise Conflict(
                _("Somebody else changed this plan while you were at it."),
                remedy=_("Open it again in another tab, and put your changes in there."),
            )
        _refuse_foreign(person, wanted, frozenset(each.id for each in row.raters))
        _refuse_taken(wanted.title, but=row.id)
        _describe(row, wanted, at)
        row.revision += 1
        if row.active:
            let_hear(row, at)
        audit.record(person, "plan.changed", row, title=row.title, revision=row.revision)


def _describe(row: MonitoringPlan, wanted: PlanInput, at: datetime) -> None:
    chosen = select(Person).where(Person.id.in_(wanted.raters)).order_by(Person.id)
    row.title, row.card_id, row.changed_at = wanted.title, wanted.card_id, at
    row.body = wanted.plan.model_dump(mode="json")
    row.raters = list(db.session.scalars(chosen).unique())


def _refuse_taken(title: str, but: int | None = None) -> None:
    named = func.lower(MonitoringPlan.title) == title.lower()
    taken = db.session.scalar(select(MonitoringPlan.id).where(named))
    if taken is not None and taken != but:
        raise InvalidInput(_("There is a plan “%(title)s” already.", title=title), field="title")


def _still_goes(row: MonitoringPlan) -> None:
    db.session.refresh(row, with_for_update={"of": MonitoringPlan})
    if row.ended_at is not None:
        raise Conflict(_("This plan has ended."), remedy=_("Make a new one."))


def start(person: Person, row: MonitoringPlan, *, at: datetime) -> None:
    """From now on it draws every night, and its raters may hear its people's calls."""
    with transaction():
        _still_goes(row)
        row.active = True
        let_hear(row, at)
        audit.record(person, "plan.started", row, raters=[each.name for each in row.raters])


def pause(person: Person, row: MonitoringPlan) -> None:
    """Nothing is drawn; what was drawn is still to be scored, and may be heard."""
    with transaction():
        _still_goes(row)
        row.active = False
        audit.record(person, "plan.paused", row)


def end(person: Person, row: MonitoringPlan, *, finish: bool, at: datetime) -> int:
    """The plan is over, and hearing is taken back. How many open calls there were.

    With ``finish`` its raters may still hear just the calls they have to score; without,
    these calls are skipped.
    """
    with transaction():
        _still_goes(row)
        row.active, row.ended_at = False, at
        left = open_work(row)
        if not finish:
            for each in left:
                each.status, each.closed_at = SKIPPED, at
                each.skipped_words = _("The plan ended.")
        let_hear_the_rest(row, at)
        audit.record(person, "plan.ended", row, open=len(left), finish=finish)
    return len(left)


def open_work(row: MonitoringPlan) -> Sequence[Assignment]:
    chosen = select(Assignment).where(Assignment.plan_id == row.id, Assignment.status == OPEN)
    return db.session.scalars(chosen.order_by(Assignment.due_at)).unique().all()


# -- hearing ------------------------------------------------------------------------


def let_hear(row: MonitoringPlan, at: datetime) -> None:
    """Its raters may hear its people: of new hires each by name, so nobody else of a team."""
    people = plan_of(row).people
    raters = [each.id for each in row.raters if each.active and each.role in RATERS]
    if people.new_for is not None:
        named = [each.id for each in people_of(people, at)]
        access.grant(raters, source_of(row), at=at, agents=named)
    elif people.everybody:
        access.grant(raters, source_of(row), at=at, everybody=True)
    else:
        access.grant(raters, source_of(row), at=at, agents=people.agents, teams=people.teams)


def look_again(row: MonitoringPlan, at: datetime) -> None:
    """Every night: a rater who no longer scores hears nothing, and a plan whose maker no longer
    leads its people rests until somebody who may changes it."""
    with transaction():
        try:
            refuse_foreign_people(row.created_by, plan_of(row).people)
        except InvalidInput:
            row.active = False
            access.revoke(source_of(row))
            audit.record(None, "plan.paused", row, why="its maker no longer leads these people")
        else:
            let_hear(row, at)


def let_hear_the_rest(row: MonitoringPlan, at: datetime) -> None:
    """After the end: the open calls alone, and nothing once these are done."""
    left = open_work(row)
    raters = {each.rater_id for each in left}
    access.grant(raters, source_of(row), at=at, recordings={each.recording_id for each in left})


def people_of(people: People, at: datetime) -> Sequence[Person]:
    """Who they are now: agents who may sign in, by name."""
    chosen = select(Person).where(Person.active, *within(people))
    if people.everybody or people.teams:
        chosen = chosen.where(or_(Person.role == Role.AGENT, Person.id.in_(people.agents)))
    if people.new_for is not None:
        chosen = chosen.where(Person.created_at >= at - timedelta(days=people.new_for))
    return db.session.scalars(chosen.order_by(Person.name)).unique().all()


def within(people: People) -> Iterable[ColumnElement[bool]]:
    """``people`` as conditions on ``Person``, new hires aside."""
    if people.everybody:
        return ()
    return (or_(Person.team_id.in_(people.teams), Person.id.in_(people.agents)),)
