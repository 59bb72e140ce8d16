"""What the tests of retention share: an installation that erases after some days, recordings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context

from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.recordings.folders import folder_of
from app.recordings.models import PRACTICE, READY, Passage, Recording, Remark
from tests.conftest import TestClock

DAYS = 30
MakeRecording = Callable[..., Recording]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, keep_practice_days=DAYS, keep_upload_days=DAYS)


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def root(settings: Settings) -> Path:
    return settings.recordings_dir


@pytest.fixture
def recording(app: Flask, clock: TestClock, root: Path) -> MakeRecording:
    """``recording(agent, source="upload")``: one that happened now, with files and words."""
    numbers = itertools.count(1)

    def make(agent: Person, **parts: Any) -> Recording:
        with nullcontext() if has_app_context() else app.app_context():
            return add(agent, next(numbers), **parts)

    def add(agent: Person, number: int, **parts: Any) -> Recording:
        facts: dict[str, Any] = {"source": PRACTICE, "status": READY, "happened_at": clock()}
        with transaction() as session:
            made = Recording(
                key=f"call{number}",
                title=f"Call {number}",
                agent_id=agent.id,
                skill="billing",
                **{"facts": {"customer": "Margaret Ellis"}, **facts, **parts},
            )
            session.add(made)
            session.flush()
            said = {"speaker": "customer", "start": 0.0, "end": 1.0, "words": "my secret"}
            session.add(Passage(recording_id=made.id, number=1, **said))
            remark = Remark(recording_id=made.id, person_id=agent.id, at_seconds=1, words="hm")
            remark.created_at = remark.changed_at = clock()
            session.add(remark)
        folder = folder_of(root, made.key)
        folder.mkdir(parents=True)
        (folder / "call.flac").write_bytes(b"fLaC")
        return made

    return make
