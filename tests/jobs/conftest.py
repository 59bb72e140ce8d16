"""What the tests of jobs share: kinds that do little, and a worker in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.db import db
from app.jobs.kinds import JobKind, kinds
from app.jobs.models import Job
from app.jobs.run import JobRun
from app.jobs.worker import Worker

Work = Callable[[JobRun], None]
AddKind = Callable[..., JobKind]


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def kind(app: Flask) -> AddKind:
    """Registers a kind: ``kind("slow", work, attempts=3)``."""

    def add(name: str, run: Work, **more: float) -> JobKind:
        made = JobKind(name, run, **more)  # type: ignore[arg-type]
        kinds(app).add(made)
        return made

    return add


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app, name="desk:1")


def fresh(job: Job) -> Job:
    """The job's row as it is now: what was read before is let go of."""
    db.session.rollback()
    found = db.session.get(Job, job.id, populate_existing=True)
    assert found is not None
    return found
