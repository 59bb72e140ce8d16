"""How plans stand: each agent against her quota, what is overdue, whom nobody has heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Person
from app.db import db
from app.quality.evaluations.models import DRAFT, PERSON, Evaluation
from app.quality.monitoring import service
from app.quality.monitoring.candidate import period_of
from app.quality.monitoring.models import DONE, OPEN, SKIPPED, Assignment, MonitoringPlan
from app.quality.monitoring.plan import Plan
from app.recordings.models import Recording


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent of a plan in the present period: done and open of her quota."""

    person: Person
    done: int
    open: int
    quota: int
    heard_at: datetime | None
    """When a person last handed in an evaluation of hers, of whatever plan."""
    unheard: bool
    """Nobody has for as many days as the plan allows."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as the list shows it."""

    row: MonitoringPlan
    plan: Plan
    agents: tuple[AgentLine, ...]
    overdue: int

    @property
    def unheard(self) -> tuple[AgentLine, ...]:
        return tuple(each for each in self.agents if each.unheard)

    @property
    def done(self) -> int:
        return sum(each.done for each in self.agents)

    @property
    def open(self) -> int:
        return sum(each.open for each in self.agents)


def lines(person: Person, at: datetime, *, ended: bool = False) -> list[PlanLine]:
    """The plans ``person`` sees: those that go on, or those that have ended."""
    over = MonitoringPlan.ended_at
    chosen = select(MonitoringPlan).where(
        service.seen_by(person), over.is_not(None) if ended else over.is_(None)
    )
    rows = db.session.scalars(chosen.order_by(MonitoringPlan.title)).unique().all()
    return _lines(rows, at)


def line_of(row: MonitoringPlan, at: datetime) -> PlanLine:
    return _lines([row], at)[0]


def _lines(rows: Sequence[MonitoringPlan], at: datetime) -> list[PlanLine]:
    """All at once: however many plans, the database is asked the same few times."""
    plans = {row.id: service.plan_of(row) for row in rows}
    wanted = {plan.people for plan in plans.values()}
    people = {each: service.people_of(each, at) for each in wanted}
    heard = _heard({agent.id for agents in people.values() for agent in agents})
    periods = {key: period_of(at, plan.quota.period) for key, plan in plans.items()}
    many, late = _counts(periods), _overdue(plans, at)

    def line(row: MonitoringPlan, plan: Plan) -> PlanLine:
        agents = (
            _agent(each, plan, many[row.id, each.id, DONE], many[row.id, each.id, OPEN], heard, at)
            for each in people[plan.people]
        )
        return PlanLine(row, plan, tuple(agents), late.get(row.id, 0))

    return [line(row, plans[row.id]) for row in rows]


def _agent(
    agent: Person, plan: Plan, done: int, open_: int, heard: Mapping[int, datetime], at: datetime
) -> AgentLine:
    last = heard.get(agent.id)
    since = at - timedelta(days=plan.unheard_days)
    unheard = (last or agent.created_at) < since
    return AgentLine(agent, done, open_, plan.quota.per_agent, last, unheard)


def _heard(agents: Collection[int]) -> dict[int, datetime]:
    last = func.max(Evaluation.submitted_at)
    chosen = select(Evaluation.agent_id, last).where(
        Evaluation.agent_id.in_(agents), Evaluation.kind == PERSON, Evaluation.status != DRAFT
    )
    found = db.session.execute(chosen.group_by(Evaluation.agent_id))
    return {agent: at for agent, at in found if agent is not None and at is not None}


def _counts(periods: Mapping[int, str]) -> Counter[tuple[int, int | None, str]]:
    """By plan, agent and status: each plan's calls of its period, and open ones of earlier ones."""
    what = (Assignment.plan_id, Recording.agent_id, Assignment.status)
    chosen = (
        select(*what, Assignment.period, func.count())
        .join(Recording, Recording.id == Assignment.recording_id)
        .where(
            Assignment.plan_id.in_(periods),
            Assignment.status != SKIPPED,
            Assignment.period.in_(set(periods.values())) | (Assignment.status == OPEN),
        )
        .group_by(*what, Assignment.period)
    )
    counted: Counter[tuple[int, int | None, str]] = Counter()
    for plan, agent, status, period, many in db.session.execute(chosen):
        if status == OPEN or period == periods[plan]:
            counted[plan, agent, status] += many
    return counted


def _overdue(plans: Iterable[int], at: datetime) -> dict[int, int]:
    late = select(Assignment.plan_id, func.count().label("late")).where(
        Assignment.plan_id.in_(plans), Assignment.status == OPEN, Assignment.due_at < at
    )
    found = db.session.execute(late.group_by(Assignment.plan_id))
    return {row.plan_id: row.late for row in found}
