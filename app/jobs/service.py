"""Jobs: asked for, claimed, kept alive, ended, tried again. Each change goes through ``queue``.

A row is locked while it changes: on SQLite every writer waits its turn, elsewhere by
SELECT … FOR UPDATE, which passes over rows another worker has in hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, NotFound
from app.jobs import queue
from app.jobs.kinds import JobKind, kinds
from app.jobs.models import Job
from app.jobs.queue import OVER, NotPossible, Standing, State
from app.paging import Page, page_of

KEPT = timedelta(days=30)
"""How long a job that is over can still be looked at."""


def enqueue(
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    at: datetime,
    by: Person | None = None,
    about: str = "",
    key: str | None = None,
    not_before: datetime | None = None,
) -> Job:
    """A job in the caller's ``transaction()``: it is there if what it belongs to is.

    ``arguments`` must be fit for JSON. With a ``key`` there is one job however often it is
    asked for: the one that is there already is returned, whatever its state. Raises
    ``KeyError`` for a kind nobody registered.
    """
    allowed = kinds()[kind].attempts
    with transaction() as session:
        if key is not None and (known := _by_key(session, key)) is not None:
            return known
        job = Job(kind=kind, about=about[:200], arguments=dict(arguments or {}), kept={})
        job.unique_key, job.person_id, job.created_at = key, by.id if by else None, at
        job.stand(Standing(State.QUEUED, allowed, not_before or at))
        try:
            with session.begin_nested():
                session.add(job)
        except IntegrityError:
            found = _by_key(session, key) if key is not None else None
            if found is None:
                raise
            return found
    return job


def _by_key(session: Session, key: str) -> Job | None:
    return session.scalar(select(Job).where(Job.unique_key == key))


# -- what workers say ----------------------------------------------------------


def due(known: Collection[str], at: datetime) -> ColumnElement[bool]:
    """``queue.is_due`` as a condition, for the kinds a worker knows."""
    waits = and_(Job.state == State.QUEUED, Job.not_before <= at)
    lost = and_(Job.state == State.RUNNING, Job.lease_until <= at)
    return and_(Job.kind.in_(known), or_(waits, lost))


def next_due(known: Collection[str], at: datetime) -> Select[Job]:
    chosen = select(Job).where(due(known, at)).order_by(Job.not_before, Job.id).limit(1)
    locked = chosen.with_for_update(skip_locked=True, of=Job)
    return locked.execution_options(populate_existing=True)


def claim(known: Mapping[str, JobKind], worker: str, at: datetime) -> Job | None:
    """The next job that is due, now held by a lease under a fresh ``holder``; None for none."""
    waiting = db.session.scalar(select(Job.id).where(due(known, at)).limit(1))
    if waiting is None:
        db.session.rollback()
        return None
    with transaction() as session:
        while (job := session.scalars(next_due(known, at)).unique().first()) is not None:
            lease = timedelta(seconds=known[job.kind].lease_seconds)
            job.stand(queue.claim(job.standing, secrets.token_hex(16), lease, at))
            if job.state is State.RUNNING:
                job.worker, job.progress, job.note = worker[:120], 0.0, ""
                return job
            session.flush()  # it was lost and is over now: on to the next
    return None


def change(job_id: int, step: Callable[[Standing], Standing]) -> Job:
    """Take one step of ``queue`` on the locked row. Raises ``NotFound`` and what it raises."""
    with transaction() as session:
        job = session.get(Job, job_id, populate_existing=True, with_for_update={"of": Job})
        if job is None:
            raise NotFound(_("There is no such job."))
        job.stand(step(job.standing))
    return job


# -- what people do --------------------------------------------------------------


def get(job_id: int) -> Job:
    """Raises ``NotFound``."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound(_("There is no such job."))
    return job


def cancel(actor: Person, job_id: int, *, at: datetime) -> Job:
    """At once if it waits, else as soon as the work looks up. Raises ``Conflict`` if over."""
    with transaction():
        try:
            job = change(job_id, lambda standing: queue.cancel(standing, at))
        except NotPossible:
            raise Conflict(
                _("This job is over already."), remedy=_("There is nothing left to cancel.")
            ) from None
        audit.record(actor, "job.cancelled", job, kind=job.kind, about=job.about)
    return job


def retry(actor: Person, job_id: int, *, at: datetime) -> Job:
    """All its attempts again; what it kept, it finds. Raises ``Conflict`` unless over in vain."""
    with transaction():
        try:
            job = change(job_id, lambda standing: queue.retry(standing, at))
        except NotPossible:
            raise Conflict(
                _("Only a job that failed or was cancelled can be tried again."),
                remedy=_("Reload the page to see how it stands."),
            ) from None
        job.progress, job.note = 0.0, ""
        audit.record(actor, "job.retried", job, kind=job.kind, about=job.about)
    return job


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Which jobs to show; empty means all. ``text``: in what it is about, its kind or note."""

    state: State | None = None
    text: str = ""
    page: int = 1


def find(query: JobQuery) -> Page[Job]:
    """The jobs asked for, the newest first."""
    chosen = select(Job)
    if query.state is not None:
        chosen = chosen.where(Job.state == query.state)
    if text := query.text.strip():
        named = [name for name in kinds().known if text.lower() in kinds().label(name).lower()]
        inside = [c.icontains(text, autoescape=True) for c in (Job.about, Job.kind, Job.note)]
        chosen = chosen.where(or_(Job.kind.in_(named), *inside))
    return page_of(chosen.order_by(Job.id.desc()), query.page)


def some(ids: Collection[int]) -> Sequence[Job]:
    """Those of ``ids`` that are still kept."""
    return db.session.scalars(select(Job).where(Job.id.in_(ids)).order_by(Job.id.desc())).all()


def newest_id() -> int:
    """The id of the newest job; 0 when there is none."""
    return db.session.scalar(select(func.max(Job.id))) or 0


def counts() -> dict[State, int]:
    """How many jobs are in each state that any is in."""
    rows = db.session.execute(select(Job.state, func.count().label("number")).group_by(Job.state))
    return {row.state: row.number for row in rows}


# -- day by day --------------------------------------------------------------------


def schedule_nightly(at: datetime) -> None:
    """The coming night's jobs, each once however many workers ask."""
    for kind in kinds().known.values():
        if kind.nightly is None:
            continue
        day = at.astimezone(UTC).date()
        if at.astimezone(UTC).time() >= kind.nightly:
            day += timedelta(days=1)
        start = datetime.combine(day, kind.nightly, tzinfo=UTC)
        key = f"{kind.name}:{day.isoformat()}"
        if _by_key(db.session(), key) is None:
            enqueue(kind.name, {"day": day.isoformat()}, at=at, key=key, not_before=start)


def prune(at: datetime) -> int:
    """Forget jobs that were over before ``KEPT``; how many."""
    old = and_(Job.state.in_(OVER), Job.finished_at < at - KEPT)
    with transaction() as session:
        return len(session.scalars(delete(Job).where(old).returning(Job.id)).all())
