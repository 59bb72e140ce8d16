"""How plans stand: each agent against her quota, what is overdue, whom nobody has heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
    return [line_of(row, at) for row in rows]


def line_of(row: MonitoringPlan, at: datetime) -> PlanLine:
    plan = service.plan_of(row)
    people = service.people_of(plan.people, at)
    heard = _heard([each.id for each in people])
    many = _counts(row, period_of(at, plan.quota.period))
    since = at - timedelta(days=plan.unheard_days)
    agents = tuple(
        AgentLine(
            each,
            many[each.id, DONE],
            many[each.id, OPEN],
            plan.quota.per_agent,
            heard.get(each.id),
            unheard=(heard.get(each.id) or each.created_at) < since,
        )
        for each in people
    )
    return PlanLine(row, plan, agents, _overdue(row, at))


def _heard(agents: Sequence[int]) -> dict[int, datetime]:
    last = func.max(Evaluation.submitted_at)
    chosen = select(Evaluation.agent_id, last).where(
        Evaluation.agent_id.in_(agents), Evaluation.kind == PERSON, Evaluation.status != DRAFT
    )
    found = db.session.execute(chosen.group_by(Evaluation.agent_id))
    return {agent: at for agent, at in found if agent is not None and at is not None}


def _counts(row: MonitoringPlan, period: str) -> Counter[tuple[int | None, str]]:
    """By agent and status: this plan's calls of the period, and open ones of earlier periods."""
    chosen = (
        select(Recording.agent_id, Assignment.status, func.count())
        .join(Recording, Recording.id == Assignment.recording_id)
        .where(
            Assignment.plan_id == row.id,
            Assignment.status != SKIPPED,
            (Assignment.period == period) | (Assignment.status == OPEN),
        )
        .group_by(Recording.agent_id, Assignment.status)
    )
    return Counter({(agent, status): many for agent, status, many in db.session.execute(chosen)})


def _overdue(row: MonitoringPlan, at: datetime) -> int:
    late = select(func.count()).where(
        Assignment.plan_id == row.id, Assignment.status == OPEN, Assignment.due_at < at
    )
    return db.session.scalar(late) or 0
