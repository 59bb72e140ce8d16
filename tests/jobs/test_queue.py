"""The life of a job, by sequences of events that nobody would think of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs import queue
from app.jobs.queue import LOSSES_ALLOWED, OVER, NotHeld, NotPossible, Standing, State
from tests.conftest import START

LEASE = timedelta(seconds=60)
HOLDERS = ("a", "b", "c")
AGAIN = st.floats(0, 200).map(lambda seconds: timedelta(seconds=seconds))
EVENT = st.tuples(
    st.sampled_from(
        [
            "claim",
            "renew",
            "finish",
            "fail",
            "fail for good",
            "give back",
            "stop",
            "cancel",
            "retry",
        ]
    ),
    st.sampled_from(HOLDERS),
    AGAIN,
)


def fresh(allowed: int = 3) -> Standing:
    return Standing(State.QUEUED, allowed, START)


def step(job: Standing, event: str, holder: str, at: timedelta) -> Standing:
    now = START + at
    if event == "claim":
        return queue.claim(job, holder, LEASE, now)
    if event == "renew":
        return queue.renew(job, holder, LEASE, now)
    if event == "finish":
        return queue.finish(job, holder, now)
    if event.startswith("fail"):
        return queue.fail(job, holder, "why", now, lasting=event.endswith("good"))
    if event == "give back":
        return queue.give_back(job, holder, now)
    if event == "stop":
        return queue.stop(job, holder, now)
    return queue.cancel(job, now) if event == "cancel" else queue.retry(job, now)


def check(job: Standing) -> None:
    running = job.state is State.RUNNING
    assert bool(job.holder) == running
    assert (job.lease_until is not None) == running
    assert (job.finished_at is not None) == (job.state in OVER)
    assert 0 <= job.attempts <= job.allowed
    assert job.losses <= LOSSES_ALLOWED + 1
    if running:
        assert job.started_at is not None
        assert job.attempts >= 1
        assert job.losses <= LOSSES_ALLOWED
    if job.cancel_asked:
        assert running, "only what runs is asked to end"


@given(st.integers(1, 4), st.lists(EVENT, max_size=40))
def test_whatever_happens_the_job_stays_in_order(
    allowed: int, events: list[tuple[str, str, timedelta]]
) -> None:
    job, passed, ends = fresh(allowed), timedelta(), 0
    for event, holder, more in events:
        passed += more
        before = job
        held = before.state is State.RUNNING and before.holder == holder
        try:
            job = step(before, event, holder, passed)
        except NotHeld:
            assert event not in ("claim", "cancel", "retry")
            assert not held
            continue
        except NotPossible:
            assert event in ("claim", "cancel", "retry")
            continue
        check(job)
        if event in ("renew", "finish", "fail", "fail for good", "give back", "stop"):
            assert held, "only its holder has a word"
        if event == "claim":
            assert queue.is_due(before, START + passed)
        if before.state in OVER:
            assert event == "retry"
            assert before.state is not State.DONE
        ends += job.state is State.DONE
    assert ends <= 1


def test_a_job_that_lost_its_worker_is_taken_over_and_the_first_is_refused() -> None:
    job = queue.claim(fresh(), "a", LEASE, START)
    with pytest.raises(NotPossible):
        queue.claim(job, "b", LEASE, START + LEASE - timedelta(seconds=1))
    job = queue.claim(job, "b", LEASE, START + LEASE)
    assert (job.attempts, job.losses, job.holder) == (1, 1, "b")
    for word in ("renew", "finish", "fail", "give back", "stop"):
        with pytest.raises(NotHeld):
            step(job, word, "a", LEASE)


def test_what_kills_every_worker_is_given_up() -> None:
    job, at = fresh(), START
    for _ in range(LOSSES_ALLOWED + 1):
        job = queue.claim(job, "a", LEASE, at)
        assert job.state is State.RUNNING
        at += LEASE
    assert queue.claim(job, "a", LEASE, at).state is State.FAILED


def test_waits_double_up_to_an_hour() -> None:
    waits = [queue.wait_after(n).total_seconds() for n in range(1, 12)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert queue.wait_after(10_000) == queue.LONGEST_WAIT


@pytest.mark.parametrize(
    ("seconds", "progress", "left"),
    [(10, 0.5, 10), (30, 0.75, 10), (10, 1.0, 0), (1, 0.5, None), (10, 0.0, None)],
)
def test_time_left(seconds: int, progress: float, left: float | None) -> None:
    told = queue.time_left(START, progress, START + timedelta(seconds=seconds))
    assert told == (None if left is None else timedelta(seconds=left))
