"""A worker killed while it listens: the next one goes on from there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from app.accounts.models import Role
from app.config import Settings
from app.db import db, transaction
from app.jobs import service as jobs
from app.jobs.models import Job
from app.jobs.queue import State
from app.jobs.worker import Worker
from app.recordings import intake, keeping, take_in_job, tidy, upload_folders
from app.recordings.models import FAILED, READY, WORKING
from app.recordings.transcript import UNFINISHED
from app.services import now, utc_now
from tests.conftest import MakePerson, SignIn, post
from tests.recordings_intake.conftest import as_file, conversation, files_in, recording, send

PATIENCE = 90.0
TIMES = 4


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """On the real clock, as the worker's process is."""
    made = create_app(settings, clock=utc_now)
    yield made
    with made.app_context():
        db.engine.dispose()


def test_the_next_worker_goes_on(
    app: Flask, settings: Settings, person: MakePerson, sign_in: SignIn
) -> None:
    qa = sign_in(app.test_client(), person(Role.QA))
    long = as_file(np.tile(conversation(), (TIMES, 1)), "WAV")
    made = send(qa, long).get_json()["recording"]["id"]
    folder = settings.recordings_dir / recording(app, made).key
    _kill_when_there(settings, folder / UNFINISHED)

    row = recording(app, made)
    assert row.status == WORKING
    decoded = (folder / "call.flac").stat()
    with app.app_context():
        assert jobs.get(row.job_id or 0).kept["decoded"]["channels"] == 2
        with transaction() as session:  # as if the lease had run out
            session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    assert Worker(app, name="desk:2").work_one()

    row = recording(app, made)
    assert row.status == READY
    assert (folder / "call.flac").stat().st_mtime_ns == decoded.st_mtime_ns
    assert files_in(folder) == {"call.flac", "peaks.json", "transcript.json"}
    assert files_in(settings.data_dir / "uploads") == set()
    with app.app_context():
        job = jobs.get(row.job_id or 0)
        assert (job.state, job.attempts, job.losses) == (State.DONE, 1, 1)
    said = keeping.timeline_of(row, settings.recordings_dir).utterances
    for speaker, word in (("trainee", "morning"), ("customer", "manager")):
        own = [each for each in said if each.speaker == speaker]
        assert sum(word in each.text for each in own) == TIMES
        assert all(a.end <= b.start + 0.2 for a, b in pairwise(own))


def _kill_when_there(settings: Settings, path: Path) -> None:
    env = {**os.environ, "CALLWRIGHT_DATA_DIR": str(settings.data_dir)}
    with (settings.data_dir / "log.txt").open("ab") as log:
        worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=env, stderr=log)
    try:
        until = time.monotonic() + PATIENCE
        while not path.exists():
            assert worker.poll() is None, (settings.data_dir / "log.txt").read_text()
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        worker.kill()
        worker.wait()


def test_killed_when_all_is_done_it_leaves_no_words_that_redaction_does_not_reach(
    app: Flask,
    settings: Settings,
    person: MakePerson,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_told: object) -> None:
        raise SystemExit

    qa = sign_in(app.test_client(), person(Role.QA))
    made = send(qa, as_file(conversation(), "WAV")).get_json()["recording"]["id"]
    monkeypatch.setattr(take_in_job.upload_folders, "forget", killed)
    assert Worker(app, name="desk:1").work_one()
    row = recording(app, made)
    assert row.status == READY
    folder = settings.recordings_dir / row.key
    assert files_in(folder) == {"call.flac", "peaks.json", "transcript.json"}


def test_killed_while_an_upload_is_removed_it_can_be_removed_again(
    app: Flask,
    settings: Settings,
    person: MakePerson,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_told: object) -> None:
        raise SystemExit

    qa = sign_in(app.test_client(), person(Role.QA))
    made = send(qa, b"RIFF....WAVE").get_json()["recording"]["id"]
    post(qa, f"/recordings/{made}/cancel")
    with monkeypatch.context() as patch:
        patch.setattr(intake, "erase", killed)
        with pytest.raises(SystemExit):
            post(qa, f"/recordings/{made}/remove")
    assert recording(app, made).status == FAILED
    assert post(qa, f"/recordings/{made}/remove").status_code == 302
    assert files_in(settings.data_dir / "uploads") == set()


def test_the_job_of_a_removed_upload_leaves_the_next_one_alone(
    app: Flask, person: MakePerson, sign_in: SignIn
) -> None:
    """SQLite gives the number of a row that is gone to the next one."""
    qa, ada = sign_in(app.test_client(), person(Role.QA)), person(Role.ADMINISTRATOR)
    removed = send(qa, b"RIFF....WAVE").get_json()["recording"]["id"]
    old = recording(app, removed).job_id
    post(qa, f"/recordings/{removed}/cancel")
    post(qa, f"/recordings/{removed}/remove")
    made = send(qa, as_file(conversation(), "WAV")).get_json()["recording"]["id"]
    assert made == removed
    assert Worker(app, name="desk:1").work_one()
    with app.app_context():
        jobs.retry(ada, old or 0, at=now())
    assert Worker(app, name="desk:1").work_one()
    assert recording(app, made).status == READY


def test_what_a_killed_server_leaves_is_removed(
    app: Flask, settings: Settings, person: MakePerson, sign_in: SignIn
) -> None:
    """Half a file, and a whole one without its row; never one that somebody waits for."""
    qa = sign_in(app.test_client(), person(Role.QA))
    waiting = send(qa, b"RIFF....WAVE").get_json()["recording"]["id"]
    for number, name in enumerate(("sound", "sound.part")):
        orphan = upload_folders.sound_of(settings.data_dir, f"{number}" * 32).with_name(name)
        orphan.parent.mkdir()
        orphan.write_bytes(b"x")
    stranger = settings.data_dir / "uploads" / "not-ours"
    stranger.mkdir()
    with app.app_context():
        assert tidy.remove_orphans(settings.data_dir) == 0  # it may still be coming in
        assert tidy.remove_orphans(settings.data_dir, older_than=-1) == 2
    left = files_in(settings.data_dir / "uploads")
    assert left == {recording(app, waiting).key, "not-ours"}
