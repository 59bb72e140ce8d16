"""A practice call as it may be heard and read: without what is redacted in its recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.quality.evaluations.models import Evaluation
from app.recordings import hearing, keeping, sounding, words_elsewhere
from app.recordings.erasing import evidence_without, journal_without
from app.recordings.folders import FLAC
from app.recordings.models import Recording
from app.recordings.redaction import Spans, redacted
from app.recordings.timeline import Timeline
from app.scenarios import service
from app.scenarios.models import Call


def init_app(app: Flask) -> None:
    words_elsewhere.also(app, _forget)


def spans_of(call: Call) -> Spans:
    recording = keeping.find_key(call.id)
    return sounding.spans_of(recording) if recording else ()


def is_erased(call: Call) -> bool:
    """Whether its recording was erased: there is nothing to hear or read any more."""
    recording = keeping.find_key(call.id)
    return recording is not None and recording.erased_at is not None


def timeline_of(call: Call, folder: Path) -> Timeline:
    return redacted(service.timeline_of(folder), spans_of(call))


def score_of(call: Call) -> dict[str, Any] | None:
    """Its stored score; evidence from hidden spans has lost its words."""
    kept: dict[str, Any] | None = evidence_without(call.score, spans_of(call))
    return kept


def record_of(call: Call, folder: Path) -> dict[str, Any]:
    told = service.record_of(call, folder)
    events = journal_without(told["events"], spans_of(call))
    return {**told, "score": score_of(call), "events": events}


def path_of(call: Call, whole: Path) -> Path:
    """The call's FLAC or peaks, or in their place those without the hidden spans."""
    recording = keeping.find_key(call.id)
    if recording is None or not sounding.spans_of(recording) or not whole.exists():
        return whole
    sound, peaks = hearing.files(recording)
    return sound if whole.name == FLAC else peaks


def _forget(recording: Recording, spans: Spans) -> None:
    """Scores keep the words they were given for: those go as well, when the original does."""
    call = db.session.get(Call, recording.key)
    if call is not None and call.score:
        call.score = evidence_without(call.score, spans)
    if call is not None and recording.erased_at is not None:
        call.audio_sha256 = ""
    evaluations = select(Evaluation).where(Evaluation.recording_id == recording.id)
    for each in db.session.scalars(evaluations).unique():
        if each.score:
            each.score = evidence_without(each.score, spans)
