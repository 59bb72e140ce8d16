"""How a job stands, in words and figures: for the page and for its script alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _

from app.i18n import duration, percent
from app.jobs import queue
from app.jobs.kinds import kinds
from app.jobs.models import Job
from app.jobs.queue import LOSSES_ALLOWED, OVER, State

SOON = timedelta(seconds=30)
"""A job that begins within this time is worth watching."""


def state_label(state: State) -> str:
    labels: dict[State, str] = {
        State.QUEUED: _("Waiting"),
        State.RUNNING: _("Running"),
        State.DONE: _("Done"),
        State.FAILED: _("Failed"),
        State.CANCELLED: _("Cancelled"),
    }
    return labels[state]


def reason_of(job: Job) -> str:
    """Why it failed, or why it is tried again; empty when nothing went wrong."""
    again = job.state is State.QUEUED and job.attempts > 0
    if job.state is State.FAILED and job.losses > LOSSES_ALLOWED:
        return str(_("The worker ended in the middle of it %(n)s times.", n=job.losses))
    if job.state is not State.FAILED and not again:
        return ""
    return job.reason or str(_("A fault of ours. The log says more under job %(id)s.", id=job.id))


def told_of(job: Job, at: datetime) -> dict[str, Any]:
    """One job in words and figures, for the page and its script."""
    left = None
    if job.state is State.RUNNING:
        left = queue.time_left(job.started_at, job.progress, at)
    return {
        "id": job.id,
        "name": kinds().label(job.kind),
        "about": job.about,
        "state": str(job.state),
        "label": _("Ending") if job.cancel_asked else state_label(job.state),
        "progress": round(job.progress, 4) if job.state is not State.DONE else 1.0,
        "percent": percent(job.progress),
        "note": _note(job, at),
        "left": _("%(time)s left", time=duration(left)) if left is not None else "",
        "attempts": _("%(n)s of %(allowed)s", n=job.attempts, allowed=job.allowed)
        if job.attempts
        else "–",
        "reason": reason_of(job),
        "may_cancel": job.state not in OVER and not job.cancel_asked,
        "may_retry": job.state in (State.FAILED, State.CANCELLED),
    }


def _note(job: Job, at: datetime) -> str:
    if job.cancel_asked:
        return str(_("It ends as soon as it can."))
    if job.state is State.RUNNING:
        return job.note
    if job.state is State.QUEUED and job.not_before > at:
        wait = format_timedelta(job.not_before - at, add_direction=True)
        return str(_("Begins %(when)s", when=wait))
    if job.state is State.DONE and job.started_at and job.finished_at:
        return str(_("Took %(time)s", time=duration(job.finished_at - job.started_at)))
    return ""


def is_moving(job: Job, at: datetime) -> bool:
    """Whether what is shown of it may change by itself soon."""
    waits = job.state is State.QUEUED and job.not_before <= at + SOON
    return waits or job.state is State.RUNNING
