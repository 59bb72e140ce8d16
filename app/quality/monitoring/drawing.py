"""Drawing calls for a plan: from the recordings there are to a list of work, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Person
from app.db import db, transaction
from app.quality.evaluations.models import MACHINE, Evaluation
from app.quality.monitoring import service
from app.quality.monitoring.candidate import Candidate, Drawn, Facts, period_of
from app.quality.monitoring.facts import facts_of, failed_criteria
from app.quality.monitoring.models import SKIPPED, Assignment, MonitoringPlan
from app.quality.monitoring.plan import Plan, Rules
from app.quality.monitoring.select import Chosen, choose
from app.recordings.keeping import timeline_of
from app.recordings.models import PRACTICE, READY, Recording

PREVIEW = timedelta(days=30)
READ_AT_MOST = 200
"""Of how many calls a preview reads the transcript; a draw reads them all."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan would have taken of the last thirty days."""

    chosen: tuple[Chosen, ...]
    recordings: Mapping[int, Recording]
    looked_at: int
    cut: bool
    """Only the newest calls were read."""


def draw(plan_id: int, *, at: datetime, root: Path, present: bool) -> int:
    """Take what the plan's quotas still allow; how many calls. Drawing twice takes none twice.

    Of the last whole period, and with ``present`` of the one that goes on (always, of
    practice calls taken as they come). A plan that is paused or over draws nothing.
    """
    row = db.session.get(MonitoringPlan, plan_id)
    if row is None or not row.active:
        return 0
    plan, saw = service.plan_of(row), row.revision
    ongoing = present or plan.method == "practice"
    pool = candidates(_recordings(plan, *_window(plan, row, at, ongoing)), plan, root)
    with transaction() as session:
        locked = session.get(
            MonitoringPlan,
            plan_id,
            with_for_update={"of": MonitoringPlan},
            populate_existing=True,
        )
        if locked is None or not locked.active or locked.revision != saw:
            return 0
        raters = [each.id for each in locked.raters if each.active]
        chosen = choose(pool, plan, raters, drawn_by(locked))
        due = at + timedelta(days=plan.due_days)
        session.add_all(_assignment(locked, each, at, due) for each in chosen)
        if plan.people.new_for is not None:
            service.let_hear(locked, at)
    return len(chosen)


def _assignment(row: MonitoringPlan, one: Chosen, at: datetime, due: datetime) -> Assignment:
    return Assignment(
        plan_id=row.id,
        period=one.period,
        recording_id=one.recording,
        rater_id=one.rater,
        drawn_at=at,
        due_at=due,
        why=[each.to_dict() for each in one.why],
    )


def _window(
    plan: Plan, row: MonitoringPlan, at: datetime, ongoing: bool
) -> tuple[datetime, datetime]:
    """From when to when calls are looked at; never a period that ended before the plan was."""
    now_begins = _moment(period_of(at, plan.quota.period))
    last_begins = _moment(period_of(now_begins - timedelta(hours=1), plan.quota.period))
    begins = last_begins if now_begins > row.created_at else now_begins
    return begins, at if ongoing else now_begins


def _moment(day: str) -> datetime:
    return datetime.combine(datetime.fromisoformat(day), time(), tzinfo=UTC)


def drawn_by(row: MonitoringPlan) -> list[Drawn]:
    """What this plan has drawn so far. What was skipped is out of the quota, and stays out."""
    found = db.session.execute(
        select(
            Assignment.recording_id,
            Recording.agent_id,
            Assignment.rater_id,
            Assignment.period,
            Assignment.status,
        )
        .join(Recording, Recording.id == Assignment.recording_id)
        .where(Assignment.plan_id == row.id)
    )
    return [Drawn(r[0], r[1] or 0, r[2], r[3], counts=r[4] != SKIPPED) for r in found]


def _recordings(plan: Plan, since: datetime, until: datetime) -> Sequence[Recording]:
    """Calls of the plan's people in this time, oldest first."""
    people = select(Person.id).where(*service.within(plan.people))
    chosen = select(Recording).where(
        Recording.status == READY,
        Recording.agent_id.in_(people),
        Recording.happened_at >= since,
        Recording.happened_at < until,
    )
    if plan.method == "practice":
        chosen = chosen.where(Recording.source == PRACTICE)
    found = db.session.scalars(chosen.order_by(Recording.happened_at, Recording.id)).unique().all()
    return [each for each in found if _new_enough(plan, each)]


def _new_enough(plan: Plan, one: Recording) -> bool:
    days = plan.people.new_for
    if days is None:
        return True
    return one.agent is not None and one.happened_at - one.agent.created_at <= timedelta(days=days)


def candidates(found: Sequence[Recording], plan: Plan, root: Path) -> list[Candidate]:
    """Recordings as the selection knows them; transcripts are read only if rules ask for them."""
    plain = [
        Candidate(each.id, each.agent_id or 0, each.happened_at, each.seconds, each.skill)
        for each in found
    ]
    if plan.selection != "rules":
        return plain
    failed = _failed([each.id for each in found]) if plan.rules.failed else {}
    return [
        replace(one, facts=_facts(each, root, plan.rules, failed.get(each.id, frozenset())))
        for one, each in zip(plain, found, strict=True)
    ]


def _facts(one: Recording, root: Path, rules: Rules, failed: Iterable[str]) -> Facts:
    return facts_of(timeline_of(one, root), rules, failed)


def _failed(ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """By recording: what the automatic rater found not met."""
    found: dict[int, frozenset[str]] = {}
    for first in range(0, len(ids), 500):
        chunk = ids[first : first + 500]
        scores = select(Evaluation.recording_id, Evaluation.score).where(
            Evaluation.kind == MACHINE, Evaluation.recording_id.in_(chunk)
        )
        for recording, score in db.session.execute(scores):
            found[recording] = found.get(recording, frozenset()) | failed_criteria(score)
    return found


def preview(plan: Plan, raters: Sequence[int], *, at: datetime, root: Path) -> Preview:
    """What ``plan`` would have taken of the last thirty days, were it alone and new."""
    found = _recordings(plan, at - PREVIEW, at)
    cut = plan.selection == "rules" and len(found) > READ_AT_MOST
    looked_at = found[-READ_AT_MOST:] if cut else found
    chosen = choose(candidates(looked_at, plan, root), plan, raters)
    by_id = {each.id: each for each in looked_at}
    return Preview(chosen, by_id, len(looked_at), cut)
