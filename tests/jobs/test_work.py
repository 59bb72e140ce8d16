"""Jobs asked for, done, cancelled, failed and tried again, by a worker in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import SignIn, SignInAttempt, Team
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound, Unavailable
from app.jobs import queue, service
from app.jobs.kinds import kinds
from app.jobs.models import Job
from app.jobs.queue import State
from app.jobs.run import JobRun, Lost
from app.jobs.worker import Worker
from tests.conftest import START, MakePerson, TestClock
from tests.jobs.conftest import AddKind, fresh

pytestmark = pytest.mark.usefixtures("within")


def team(name: str) -> Team:
    return Team(name=name, created_at=START)


def teams() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Team.id))) or 0


def nothing(run: JobRun) -> None:
    pass


def refusing(error: Exception) -> Callable[[JobRun], None]:
    def work(run: JobRun) -> None:
        raise error

    return work


def test_a_job_is_there_if_what_it_belongs_to_is(kind: AddKind) -> None:
    kind("x", nothing)

    def add_and_fail(session: Session) -> None:
        session.add(team("North"))
        service.enqueue("x", at=START)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction() as session:
        add_and_fail(session)
    assert service.counts() == {}
    with transaction() as session:
        session.add(team("North"))
        service.enqueue("x", {"team": "North"}, at=START, about="North")
    assert service.counts() == {State.QUEUED: 1}


def test_the_same_key_is_one_job(kind: AddKind, worker: Worker) -> None:
    kind("x", nothing)
    first = service.enqueue("x", at=START, key="x:1")
    assert service.enqueue("x", at=START, key="x:1").id == first.id
    assert worker.work_one()
    assert service.enqueue("x", at=START, key="x:1").id == first.id
    assert service.enqueue("x", at=START, key="x:2").id != first.id
    with pytest.raises(KeyError):
        service.enqueue("nobody knows", at=START)


def test_done_with_arguments_progress_and_effect(kind: AddKind, worker: Worker) -> None:
    seen = []

    def work(run: JobRun) -> None:
        run.progress(0.5, "  half\n of it ")
        run.beat()
        row = service.get(run.id)
        seen.append((run.arguments["name"], row.progress, row.note))
        with run.finish() as session:
            session.add(team(run.arguments["name"]))

    kind("x", work)
    job = service.enqueue("x", {"name": "South"}, at=START)
    assert worker.work_one()
    assert not worker.work_one()
    assert seen == [("South", 0.5, "half of it")]
    assert teams() == 1
    job = fresh(job)
    assert (job.state, job.progress, job.attempts, job.worker) == (State.DONE, 1, 1, "desk:1")


def test_not_before_its_time_and_only_known_kinds(
    kind: AddKind, worker: Worker, clock: TestClock
) -> None:
    kind("x", nothing)
    service.enqueue("x", at=START, not_before=START + timedelta(hours=1))
    with transaction() as session:
        strange = service.enqueue("x", at=START)
        strange.kind = "of a newer version"
        session.flush()
    assert not worker.work_one()
    clock.advance(hours=1)
    assert worker.work_one()
    assert not worker.work_one()


def test_failures_wait_ever_longer_then_count(
    kind: AddKind, worker: Worker, clock: TestClock
) -> None:
    kind("x", refusing(Unavailable("The voice is away.", remedy="Wait.")), attempts=3)
    job = service.enqueue("x", at=START)
    for wait in (10, 20):
        assert worker.work_one()
        job = fresh(job)
        assert (job.state, job.reason) == (State.QUEUED, "The voice is away. Wait.")
        assert job.not_before == clock() + timedelta(seconds=wait)
        clock.advance(seconds=wait - 1)
        assert not worker.work_one()
        clock.advance(seconds=1)
    assert worker.work_one()
    job = fresh(job)
    assert (job.state, job.attempts) == (State.FAILED, 3)


@pytest.mark.parametrize("error", [InvalidInput("This is no sound."), NotFound("It is gone.")])
def test_what_another_try_would_not_mend_is_not_tried(
    kind: AddKind, worker: Worker, error: Exception
) -> None:
    kind("x", refusing(error), attempts=5)
    job = service.enqueue("x", at=START)
    worker.work_one()
    assert fresh(job).state is State.FAILED
    assert fresh(job).reason == str(error)


def test_a_fault_of_ours_tells_people_no_details(
    kind: AddKind, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    kind("x", refusing(RuntimeError("a secret path")))
    job = service.enqueue("x", at=START)
    worker.work_one()
    assert fresh(job).state is State.FAILED
    assert fresh(job).reason == ""
    assert f"job {job.id} (x) failed" in caplog.text
    assert "a secret path" in caplog.text


def test_waiting_is_cancelled_at_once_and_running_when_it_looks_up(
    kind: AddKind, worker: Worker, person: MakePerson
) -> None:
    ada = person("administrator")
    steps = []

    def work(run: JobRun) -> None:
        service.cancel(ada, run.id, at=START)
        steps.append("went on")
        run.beat()
        run.check()
        steps.append("never")

    kind("x", work)
    waiting, running = service.enqueue("x", at=START), service.enqueue("x", at=START)
    assert service.cancel(ada, waiting.id, at=START).state is State.CANCELLED
    with pytest.raises(Conflict):
        service.cancel(ada, waiting.id, at=START)
    worker.work_one()
    assert fresh(running).state is State.CANCELLED
    assert steps == ["went on"]


def test_tried_again_by_hand_it_has_all_its_attempts(
    kind: AddKind, worker: Worker, person: MakePerson
) -> None:
    ada, good = person("administrator"), []

    def work(run: JobRun) -> None:
        if not good:
            raise InvalidInput("Not yet.")

    kind("x", work)
    job = service.enqueue("x", at=START, about="a file")
    with pytest.raises(Conflict):
        service.retry(ada, job.id, at=START)
    worker.work_one()
    good.append(True)
    again = service.retry(ada, job.id, at=START)
    assert (again.state, again.attempts, again.reason) == (State.QUEUED, 0, "")
    worker.work_one()
    assert fresh(job).state is State.DONE
    with pytest.raises(Conflict):
        service.retry(ada, job.id, at=START)
    noted = audit.find(audit.AuditQuery(subject=f"job:{job.id}")).items
    assert [(e.action, e.person_id, e.details["about"]) for e in noted] == [
        ("job.retried", ada.id, "a file")
    ]


def test_a_stopped_worker_gives_its_job_back_and_the_next_goes_on(
    kind: AddKind, worker: Worker, app: Flask
) -> None:
    parts = []

    def work(run: JobRun) -> None:
        for part in range(run.kept.get("next", 0), 3):
            run.check()
            parts.append(part)
            run.keep(next=part + 1)
            if part == 1:
                worker.stopping.set()

    kind("x", work)
    job = service.enqueue("x", at=START)
    worker.work_one()
    assert (fresh(job).state, fresh(job).attempts) == (State.QUEUED, 0)
    assert Worker(app).work_one()
    assert parts == [0, 1, 2]
    assert fresh(job).state is State.DONE


def test_a_worker_that_lost_its_lease_changes_nothing(
    kind: AddKind, worker: Worker, app: Flask, clock: TestClock
) -> None:
    heard = []

    def work(run: JobRun) -> None:
        if heard:
            return
        heard.append("first")
        clock.advance(minutes=5)
        assert Worker(app).work_one(), "another worker takes it over"
        for word in (run.step, run.finish):
            with pytest.raises(Lost), word() as session:
                session.add(team("North"))
        run.check()

    kind("x", work)
    job = service.enqueue("x", at=START)
    assert worker.work_one()
    assert teams() == 0
    assert (fresh(job).state, fresh(job).losses) == (State.DONE, 1)


def test_finished_only_by_itself(kind: AddKind, worker: Worker) -> None:
    def work(run: JobRun) -> None:
        with transaction(), run.finish():
            pass

    kind("x", work)
    job = service.enqueue("x", at=START)
    worker.work_one()
    assert fresh(job).state is State.FAILED


def test_a_job_that_vanished_stops_nobody(kind: AddKind, worker: Worker) -> None:
    def work(run: JobRun) -> None:
        with transaction() as session:
            session.execute(delete(Job))

    kind("x", work)
    service.enqueue("x", at=START)
    assert worker.work_one()
    assert not worker.work_one()


def test_jobs_are_passed_over_that_another_has_in_hand() -> None:
    words = str(service.next_due(["x"], START).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert words.endswith("FOR UPDATE OF jobs SKIP LOCKED")


def test_every_night_once_it_is_tidied_up(
    worker: Worker, clock: TestClock, person: MakePerson
) -> None:
    nina = person("agent")
    with transaction() as session:
        for n, lasts in enumerate((1, 100)):
            session.add(
                SignIn(
                    token_hash=str(n),
                    person_id=nina.id,
                    created_at=START,
                    last_seen_at=START,
                    expires_at=START + timedelta(hours=lasts),
                )
            )
        session.add(SignInAttempt(login="x", address="y", at=START))
    assert worker.drain() == 0
    assert worker.drain() == 0
    nights = sum(kind.nightly is not None for kind in kinds().known.values())
    assert service.counts() == {State.QUEUED: nights}
    clock.advance(hours=23)
    assert worker.drain() == nights
    db.session.rollback()
    assert [found.token_hash for found in db.session.scalars(select(SignIn))] == ["1"]
    assert db.session.scalar(select(func.count(SignInAttempt.id))) == 0
    assert service.counts() == {State.DONE: nights, State.QUEUED: nights}


def test_jobs_are_forgotten_after_thirty_days(kind: AddKind, worker: Worker) -> None:
    kind("x", nothing)
    old, waiting = service.enqueue("x", at=START), None
    worker.work_one()
    waiting = service.enqueue("x", at=START)
    assert service.prune(START + timedelta(days=30)) == 0
    assert service.prune(START + timedelta(days=30, seconds=1)) == 1
    assert [job.id for job in db.session.scalars(select(Job))] == [waiting.id]
    with pytest.raises(NotFound):
        service.change(old.id, lambda standing: queue.cancel(standing, START))
