"""The page of jobs, what its script asks for, and the buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import audit
from app.db import transaction
from app.errors import InvalidInput
from app.jobs import service
from app.jobs.models import Job
from app.jobs.queue import State
from app.jobs.run import JobRun
from app.jobs.worker import Worker
from tests.conftest import START, TestClock, post
from tests.jobs.conftest import AddKind, fresh

SignedIn = Callable[[str], FlaskClient]


def hopeless(run: JobRun) -> None:
    raise InvalidInput("This file holds <no> sound.", remedy="Send another.")


@pytest.fixture
def add(app: Flask, kind: AddKind) -> Callable[..., int]:
    kind("hopeless", hopeless)

    def made(about: str = "", **more: object) -> int:
        with app.app_context():
            return service.enqueue("hopeless", at=START, about=about, **more).id  # type: ignore[arg-type]

    return made


def at_work(app: Flask, job_id: int, clock: TestClock) -> None:
    """As if a worker had been at it for ten seconds, and had done a quarter."""
    with app.app_context(), transaction() as session:
        job = session.get_one(Job, job_id)
        job.state, job.attempts, job.holder, job.started_at = State.RUNNING, 1, "h", clock()
        job.lease_until, job.progress, job.note = clock() + timedelta(minutes=1), 0.25, "part 1"
    clock.advance(seconds=10)


def test_nothing_yet_and_nothing_fits(signed_in: SignedIn, add: Callable[..., int]) -> None:
    ada = signed_in("administrator")
    assert "No jobs yet" in ada.get("/jobs").text
    assert 'data-test="nav-jobs.index"' in ada.get("/people").text
    add("a file")
    assert "No job fits" in ada.get("/jobs?state=failed").text
    assert "Show all jobs" in ada.get("/jobs?text=zebra").text


def test_filters_search_and_nonsense(signed_in: SignedIn, add: Callable[..., int]) -> None:
    ada = signed_in("administrator")
    one, two = add("Morning calls <b>"), add("Evening plan")
    page = ada.get("/jobs").text
    assert "Morning calls &lt;b&gt;" in page
    assert page.index(f'data-test="job-{two}"') < page.index(f'data-test="job-{one}"')
    found = ada.get("/jobs?text=MORNING&state=queued").text
    assert f'data-test="job-{one}"' in found
    assert f'data-test="job-{two}"' not in found
    assert ada.get("/jobs?state=dancing&page=-3&text=").status_code == 200
    assert "Waiting (2)" in page


def test_what_the_script_asks_for(
    app: Flask, signed_in: SignedIn, add: Callable[..., int], clock: TestClock
) -> None:
    ada = signed_in("administrator")
    job = add("a file")
    later = add("tomorrow", not_before=START + timedelta(days=1))
    at_work(app, job, clock)
    told = ada.get(f"/jobs.json?ids={job},{later},999").get_json()
    assert told["newest"] == later
    assert told["moving"] is True
    waits, runs = told["jobs"]
    assert waits["note"] == "Begins in 1 day"
    assert (runs["state"], runs["progress"], runs["note"]) == ("running", 0.25, "part 1")
    assert (runs["left"], runs["attempts"]) == ("0:30 left", "1 of 1")
    assert (runs["may_cancel"], runs["may_retry"]) == (True, False)
    assert ada.get(f"/jobs.json?ids={later}").get_json()["moving"] is False


@pytest.mark.parametrize("ids", ["", "x", "1,,2", "-1", "1;2", "9" * 12, ",".join("1" * 51)])
def test_a_mistake_in_the_ids_is_told(signed_in: SignedIn, ids: str) -> None:
    answer = signed_in("administrator").get(f"/jobs.json?ids={ids}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "invalid_input"
    assert answer.get_json()["error"]["field"] == "ids"


def test_failed_with_its_reason_then_tried_again(
    app: Flask, signed_in: SignedIn, add: Callable[..., int], worker: Worker
) -> None:
    ada, job = signed_in("administrator"), add("noise.wav")
    worker.work_one()
    page = ada.get("/jobs?state=failed").text
    assert "This file holds &lt;no&gt; sound. Send another." in page
    assert "Try “hopeless · noise.wav” again?" in page
    answer = post(ada, f"/jobs/{job}/retry?state=failed&text=noise")
    assert answer.headers["Location"] == "/jobs?state=failed&text=noise"
    assert ada.get(f"/jobs.json?ids={job}").get_json()["jobs"][0]["state"] == "queued"
    again = ada.post(f"/jobs/{job}/retry", headers={"Accept": "application/json"})
    assert again.get_json()["error"]["code"] == "csrf"
    assert post(ada, f"/jobs/{job}/retry").status_code == 409
    with app.app_context():
        assert audit.find(audit.AuditQuery(action="job.retried")).total == 1


def test_cancelled_waiting_and_running(
    app: Flask, signed_in: SignedIn, add: Callable[..., int], clock: TestClock
) -> None:
    ada, waiting, running = signed_in("administrator"), add(), add()
    at_work(app, running, clock)
    for job in (waiting, running):
        assert post(ada, f"/jobs/{job}/cancel").status_code == 302
    told = ada.get(f"/jobs.json?ids={waiting},{running}").get_json()["jobs"]
    assert [(job["state"], job["label"]) for job in told] == [
        ("running", "Ending"),
        ("cancelled", "Cancelled"),
    ]
    assert told[0]["may_cancel"] is False
    assert post(ada, f"/jobs/{waiting}/cancel").status_code == 409
    assert post(ada, "/jobs/999999/cancel").status_code == 404
    with app.app_context():
        assert audit.find(audit.AuditQuery(action="job.cancelled")).total == 2
        assert fresh(service.get(running)).cancel_asked


def test_a_fault_of_ours_and_a_job_that_kills_workers(
    app: Flask, signed_in: SignedIn, add: Callable[..., int]
) -> None:
    ada, ours, deadly = signed_in("administrator"), add(), add()
    with app.app_context(), transaction() as session:
        for job_id, losses in ((ours, 0), (deadly, 6)):
            job = session.get_one(Job, job_id)
            job.state, job.losses, job.finished_at = State.FAILED, losses, START
    words = [job["reason"] for job in ada.get(f"/jobs.json?ids={ours},{deadly}").get_json()["jobs"]]
    assert words == [
        "The worker ended in the middle of it 6 times.",
        f"A fault of ours. The log says more under job {ours}.",
    ]
