"""What the tests of uploads share: real sentences, a page that sends, a worker in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient
from numpy.typing import NDArray
from werkzeug.test import TestResponse

from app.db import db
from app.jobs.worker import Worker
from app.recordings.models import Recording
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import RATE
from tests.conftest import token_of

Samples = NDArray[np.int16]
AGENT_SAYS = "good morning how can i help you today"
CUSTOMER_SAYS = "i lost my card and i want to speak to a manager"
THEN_SAYS = "i will block the card right away"

Sent = Callable[..., TestResponse]


@cache
def spoken(text: str, voice: str = "slt") -> Samples:
    return np.frombuffer(FliteSynthesizer().say(text, voice=voice), "<i2").astype(np.int16)


def gap(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


@cache
def conversation() -> Samples:
    """An agent on the left, a customer on the right, one after the other. Shape (n, 2)."""
    first, second = spoken(AGENT_SAYS), spoken(CUSTOMER_SAYS, "rms")
    third = spoken(THEN_SAYS)
    left = np.r_[gap(0.4), first, gap(0.8), 0 * second, gap(1.0), third, gap(0.8)]
    right = np.r_[gap(0.4), 0 * first, gap(0.8), second, gap(1.0), 0 * third, gap(0.8)]
    return np.stack([left, right], axis=1)


def as_file(samples: Samples, kind: str, subtype: str | None = None) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format=kind, subtype=subtype)
    return out.getvalue()


@cache
def stereo_wav() -> bytes:
    return as_file(conversation(), "WAV")


def send(
    client: FlaskClient,
    data: bytes,
    name: str = "call.wav",
    *,
    token: str | None = None,
    **told: Any,
) -> TestResponse:
    """As the page's script sends one file."""
    head: Mapping[str, Any] = {"name": name, "consent": True, **told}
    return client.post(
        "/recordings/uploads",
        data=json.dumps(head).encode() + b"\n" + data,
        content_type="application/octet-stream",
        headers={
            "Accept": "application/json",
            "X-CSRFToken": token_of(client) if token is None else token,
        },
    )


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Does the jobs that are due; how many."""

    def drain() -> int:
        worker, done = Worker(app, name="desk:1"), 0
        while worker.work_one():
            done += 1
        return done

    return drain


def recording(app: Flask, recording_id: int) -> Recording:
    """The row as it is now, readable outside of the application."""
    with app.app_context():
        found = db.session.get(Recording, recording_id)
        assert found is not None
        _ = found.redactions
        db.session.expunge(found)
        return found


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()
