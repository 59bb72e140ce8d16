"""Real worker processes on one database: nothing is done twice, nothing is lost, whatever dies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import AuditEntry
from app.config import REPOSITORY, Settings
from app.db import db, transaction
from app.jobs import service
from app.jobs.models import Job
from app.jobs.queue import State
from app.services import now, utc_now
from tests.conftest import MakePerson
from tests.jobs.work import STARTS, add_kinds

PATIENCE = 60.0


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """On the real clock, as the processes are."""
    made = create_app(settings, clock=utc_now)
    add_kinds(made)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@contextmanager
def worker(app: Flask, settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "STARTS": str(settings.data_dir / STARTS),
    }
    command = [sys.executable, "-m", "tests.jobs.work", str(settings.data_dir)]
    with (settings.data_dir / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, env=env, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def enqueue(many: int, kind: str = "mark", seconds: float = 0.0) -> list[int]:
    with transaction():
        made = [service.enqueue(kind, {"n": n, "seconds": seconds}, at=now()) for n in range(many)]
        db.session.flush()
    return [job.id for job in made]


def states() -> Counter[State]:
    db.session.rollback()
    rows = db.session.execute(
        select(Job.state, func.count().label("number"))
        .where(Job.kind.in_(["mark", "sleep"]))
        .group_by(Job.state)
    )
    return Counter({row.state: row.number for row in rows})


def marks() -> Counter[str]:
    rows = db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "test.mark"))
    return Counter(rows)


def starts(settings: Settings) -> Counter[int]:
    file = settings.data_dir / STARTS
    return Counter(int(line) for line in file.read_text().split()) if file.exists() else Counter()


def wait_for(true: Callable[[], object], settings: Settings) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        log = (settings.data_dir / "log.txt").read_text()
        assert time.monotonic() < until, f"{states()}\n{log[-4000:]}"
        time.sleep(0.05)


def test_two_workers_drain_four_hundred_jobs_each_once(app: Flask, settings: Settings) -> None:
    ids = enqueue(400)
    with worker(app, settings), worker(app, settings):
        wait_for(lambda: states() == {State.DONE: 400}, settings)
    assert starts(settings) == dict.fromkeys(ids, 1)
    assert marks() == {str(n): 1 for n in range(400)}
    by_worker = Counter(db.session.scalars(select(Job.worker).where(Job.kind == "mark")))
    assert len(by_worker) == 2, "both had work"


def kill_at_random(app: Flask, settings: Settings, *, jobs: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    ids = enqueue(jobs, seconds=0.03)
    with ExitStack() as running:
        alive = [running.enter_context(worker(app, settings)) for _ in range(2)]
        wait_for(lambda: starts(settings), settings)
        for _ in range(kills):
            alive.append(running.enter_context(worker(app, settings)))
            time.sleep(chance.uniform(0.1, 0.6))
            alive.pop(0).send_signal(signal.SIGKILL)
        wait_for(lambda: states() == {State.DONE: jobs}, settings)
    begun = starts(settings)
    assert begun.keys() == set(ids)
    assert marks() == {str(n): 1 for n in range(jobs)}
    again = sum(begun.values()) - jobs
    assert 1 <= again <= kills, "somebody was killed in the middle of a job"


def test_killed_at_random_moments_every_job_is_done_once(app: Flask, settings: Settings) -> None:
    kill_at_random(app, settings, jobs=80, kills=4, seed=1)


@pytest.mark.long
def test_killed_fifty_times_every_job_is_done_once(app: Flask, settings: Settings) -> None:
    kill_at_random(app, settings, jobs=900, kills=50, seed=2)


def test_a_killed_workers_job_is_taken_over_after_its_lease(
    app: Flask, settings: Settings, person: MakePerson
) -> None:
    [job_id] = enqueue(1, "sleep")
    with worker(app, settings) as first:
        wait_for(lambda: starts(settings)[job_id] == 1, settings)
        first.send_signal(signal.SIGKILL)
        first.wait()
        with worker(app, settings) as second:
            wait_for(lambda: starts(settings)[job_id] == 2, settings)
            db.session.rollback()
            job = service.get(job_id)
            assert (job.state, job.losses, job.attempts) == (State.RUNNING, 1, 1)
            service.cancel(person("administrator"), job_id, at=now())
            wait_for(lambda: states() == {State.CANCELLED: 1}, settings)
            [waiting] = enqueue(1, "sleep")
            wait_for(lambda: starts(settings)[waiting] == 1, settings)
            second.terminate()
            assert second.wait(PATIENCE) == 0
            assert states() == {State.CANCELLED: 1, State.QUEUED: 1}, "given back at once"
