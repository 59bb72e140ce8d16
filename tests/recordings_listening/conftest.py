"""Recordings to listen to: a practice call with a journal, an upload with a transcript."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask

from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.recordings import keeping, search, transcript
from app.recordings.models import PRACTICE, READY, UPLOAD, Recording
from app.recordings.peaks import peaks_json
from app.recordings.timeline import Word
from app.recordings.transcript import TRANSCRIPT, Stretch, Transcript
from tests.conftest import START

RATE = 16_000
SECONDS = 12.0
SAID = "my name is clara whitfield and my card is four two"

MakeRecording = Callable[..., Recording]


def loud(seconds: float = SECONDS, channels: int = 2) -> Any:
    """Sound that is nowhere silent: every sample is above 500."""
    length = round(seconds * RATE)
    rising = (np.arange(length) % 4000 + 500).astype(np.int16)
    return np.stack([rising + 37 * n for n in range(channels)], axis=1)


def words_of(text: str, start: float, each: float = 0.5) -> tuple[Word, ...]:
    """One word every ``each`` seconds, the first at ``start``."""
    return tuple(
        Word(word, start + n * each, start + (n + 0.9) * each, 0.9)
        for n, word in enumerate(text.split())
    )


def journal_lines() -> list[dict[str, Any]]:
    words = [[w.text, w.start, w.end, w.confidence] for w in words_of(SAID, 1.0)]
    return [
        {"at": 0.0, "kind": "started", "mode": "voice", "call": "x", "scenario": "x"},
        {"at": 0.2, "kind": "customer", "line": 1, "text": "Hello there.", "state": "a"},
        {"at": 0.8, "kind": "customer_end", "line": 1, "cut": False},
        {"at": 4.0, "kind": "partial", "start": 1.0, "text": "my name is clara whitfield"},
        {
            "at": 6.4,
            "kind": "heard",
            "start": 1.0,
            "end": 6.45,
            "text": SAID,
            "words": words,
            "acts": [["tells_name", 0.9, "met", 2.5, 3.45, "clara whitfield"]],
            "state": "a",
        },
        {"at": 7.0, "kind": "silence", "level": 1},
        {"at": 8.0, "kind": "tell", "text": "A word between."},
        {"at": 12.0, "kind": "ended", "ending": "done", "good": True},
    ]


@pytest.fixture
def recording(app: Flask, settings: Settings) -> MakeRecording:
    """Makes recordings: ``recording(agent, source="upload", by=person)``."""

    def make(
        agent: Person | None,
        *,
        source: str = UPLOAD,
        by: Person | None = None,
        key: str = "",
        mode: str = "voice",
        seconds: float = SECONDS,
        channels: int = 2,
        title: str = "Clara about her card",
    ) -> Recording:
        with app.app_context():
            number = db.session.query(Recording).count() + 1
            key = key or f"{number:032x}"
            folder = settings.recordings_dir / key
            folder.mkdir(parents=True, exist_ok=True)
            if mode == "voice":
                lay_sound(folder, seconds, channels)
            lay_words(folder, source)
            with transaction() as session:
                row = Recording(
                    key=key,
                    source=source,
                    status=READY,
                    title=title,
                    agent_id=agent.id if agent else None,
                    happened_at=START,
                    seconds=seconds,
                    mode=mode,
                    facts={},
                    skill="billing",
                    channels=channels,
                    uploaded_by_id=by.id if by else None,
                )
                session.add(row)
            search.index(row, keeping.timeline_of(row, settings.recordings_dir))
            return row

    return make


def lay_sound(folder: Path, seconds: float = SECONDS, channels: int = 2) -> None:
    soundfile.write(folder / "call.flac", loud(seconds, channels), RATE, subtype="PCM_16")
    (folder / "peaks.json").write_text(peaks_json(folder / "call.flac"), encoding="utf-8")


def lay_words(folder: Path, source: str) -> None:
    if source == PRACTICE:
        lines = "".join(json.dumps(each) + "\n" for each in journal_lines())
        (folder / "events.jsonl").write_text(lines, encoding="utf-8")
        return
    said = (
        Stretch("right", words_of("hello there", 0.2, 0.3)),
        Stretch("left", words_of(SAID, 1.0)),
    )
    transcript.write(folder / TRANSCRIPT, Transcript("test", SECONDS, said))
