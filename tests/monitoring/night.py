"""A nightly job, done now."""

from __future__ import annotations

from flask import Flask

from app.db import db
from app.jobs import service
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.queue import State
from app.jobs.worker import Worker
from app.services import now


def run_now(app: Flask, kind: JobKind) -> None:
    """Asks for ``kind`` and lets one worker do it; fails unless it ends well."""
    job_id = service.enqueue(kind.name, at=now()).id
    assert Worker(app, name="desk:1").work_one()
    db.session.rollback()
    job = db.session.get(Job, job_id, populate_existing=True)
    assert job is not None
    assert job.state is State.DONE, job.note
