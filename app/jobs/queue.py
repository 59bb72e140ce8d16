"""A job's life as values: queued → running → done, failed or cancelled. Pure.

Whoever runs a job holds a lease under a name of her own (``holder``). A lease that runs out
means that the worker is gone: the next one takes the job over, and whatever the first still
says is refused (``NotHeld``). So a job may begin more than once, but only one end counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({State.DONE, State.FAILED, State.CANCELLED})
LOSSES_ALLOWED = 5
"""A job whose worker died under it more often is likely what kills it: it is not tried again."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
TELLING_SHARE = 0.02
TELLING_SECONDS = 2.0


class NotHeld(Exception):
    """The job is no longer this holder's: the lease ran out and somebody else has it."""


class NotPossible(Exception):
    """The job is in no state for this."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stands. ``attempts`` counts tries up to the present one, of ``allowed``."""

    state: State
    allowed: int
    not_before: datetime
    attempts: int = 0
    losses: int = 0
    """How often a worker died with it since it was asked for."""
    holder: str = ""
    lease_until: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_asked: bool = False
    reason: str = ""
    """Why the last try failed, in one line for people; empty for a fault of ours."""


def is_lost(job: Standing, at: datetime) -> bool:
    """Whether its worker has not been heard of for longer than its lease."""
    return job.state is State.RUNNING and (job.lease_until is None or job.lease_until <= at)


def is_due(job: Standing, at: datetime) -> bool:
    return is_lost(job, at) or (job.state is State.QUEUED and job.not_before <= at)


def claim(job: Standing, holder: str, lease: timedelta, at: datetime) -> Standing:
    """Running under ``holder``; or over, if it was lost and is not to begin again.

    Raises ``NotPossible`` unless it is due.
    """
    if not is_due(job, at):
        raise NotPossible
    if job.state is State.RUNNING:
        job = replace(job, losses=job.losses + 1)
        if job.cancel_asked:
            return _over(job, State.CANCELLED, at)
        if job.losses > LOSSES_ALLOWED:
            return _over(job, State.FAILED, at)
    else:
        job = replace(job, attempts=job.attempts + 1)
    return replace(
        job, state=State.RUNNING, holder=holder, lease_until=at + lease, started_at=at, reason=""
    )


def renew(job: Standing, holder: str, lease: timedelta, at: datetime) -> Standing:
    """The lease again from now on. Like every word of a holder, raises ``NotHeld``."""
    _require(job, holder)
    return replace(job, lease_until=at + lease)


def finish(job: Standing, holder: str, at: datetime) -> Standing:
    """Done, even if somebody asked for its end meanwhile: the work is there."""
    _require(job, holder)
    return _over(job, State.DONE, at)


def fail(job: Standing, holder: str, reason: str, at: datetime, *, lasting: bool) -> Standing:
    """Again after a while, or failed: for a ``lasting`` cause or when no attempt is left."""
    _require(job, holder)
    job = replace(job, reason=reason)
    if job.cancel_asked:
        return _over(job, State.CANCELLED, at)
    if lasting or job.attempts >= job.allowed:
        return _over(job, State.FAILED, at)
    return _queued(job, at + wait_after(job.attempts))


def give_back(job: Standing, holder: str, at: datetime) -> Standing:
    """The worker stops: the job waits for another, and this try does not count."""
    _require(job, holder)
    if job.cancel_asked:
        return _over(job, State.CANCELLED, at)
    return _queued(replace(job, attempts=job.attempts - 1), at)


def stop(job: Standing, holder: str, at: datetime) -> Standing:
    """The work was told to end, and has ended."""
    _require(job, holder)
    return _over(job, State.CANCELLED, at)


def cancel(job: Standing, at: datetime) -> Standing:
    """Cancelled at once unless somebody works on it: then it is asked to end.

    Raises ``NotPossible`` when it is over.
    """
    if job.state in OVER:
        raise NotPossible
    if job.state is State.QUEUED or is_lost(job, at):
        return _over(job, State.CANCELLED, at)
    return replace(job, cancel_asked=True)


def retry(job: Standing, at: datetime) -> Standing:
    """From the beginning of its attempts. Raises ``NotPossible`` unless failed or cancelled."""
    if job.state not in (State.FAILED, State.CANCELLED):
        raise NotPossible
    return Standing(State.QUEUED, job.allowed, at)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: 10 s, 20 s, 40 s … at most an hour."""
    return min(FIRST_WAIT * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT)


def time_left(started_at: datetime | None, progress: float, at: datetime) -> timedelta | None:
    """What is left if it goes on as it went; None while that would be a guess."""
    if started_at is None or not TELLING_SHARE <= progress <= 1:
        return None
    passed = (at - started_at).total_seconds()
    if passed < TELLING_SECONDS:
        return None
    return timedelta(seconds=passed * (1 - progress) / progress)


def _require(job: Standing, holder: str) -> None:
    if job.state is not State.RUNNING or job.holder != holder:
        raise NotHeld


def _queued(job: Standing, not_before: datetime) -> Standing:
    return replace(
        job,
        state=State.QUEUED,
        not_before=not_before,
        holder="",
        lease_until=None,
        started_at=None,
    )


def _over(job: Standing, state: State, at: datetime) -> Standing:
    return replace(
        job, state=state, holder="", lease_until=None, cancel_asked=False, finished_at=at
    )
