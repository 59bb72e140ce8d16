"""What Callwright keeps of one person's calls: given out as one zip, or erased."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import StorageError
from app.quality.evaluations.models import DRAFT, Dispute, Evaluation
from app.recordings import playing, retention, sounding
from app.recordings.models import ERASED, Recording, Remark


@dataclass(frozen=True, slots=True)
class Given:
    """How much a zip holds; ``without_sound`` were typed, or their sound is still being made."""

    recordings: int
    without_sound: int
    evaluations: int


def recordings_of(person: Person) -> Sequence[Recording]:
    """The calls she handled that are not erased, oldest first."""
    chosen = select(Recording).where(Recording.agent_id == person.id, Recording.status != ERASED)
    return db.session.scalars(chosen.order_by(Recording.happened_at)).unique().all()


def export(person: Person, file: Path, *, by: Person | None) -> Given:
    """Her calls (facts, transcript, sound), evaluations of them, remarks on them, into ``file``.

    Sound and words are as others hear and read them: what was redacted stays so. Raises
    ``StorageError``; a file that is there already is left alone.
    """
    found = recordings_of(person)
    evaluations = [_evaluation(each) for each in _evaluations(person)]
    silent = 0
    try:
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as out:
            _put(out, "person.json", _person(person))
            _put(out, "evaluations.json", evaluations)
            for each in found:
                silent += not _add(out, each)
    except OSError as error:
        raise StorageError(
            f"{file} could not be written: {error.strerror}",
            remedy="Name a file that is not there yet, in a folder this user may write to.",
        ) from error
    with transaction():
        audit.record(by, "person.exported", person, recordings=len(found))
    return Given(len(found), silent, len(evaluations))


def erase(person: Person, *, by: Person | None, at: datetime) -> tuple[int, int]:
    """Erase her recordings; how many, and how many were left because somebody holds them."""
    found = recordings_of(person)
    free = [each for each in found if not each.held]
    for each in free:
        retention.erase(each, by=by, at=at, why="person")
    with transaction():
        audit.record(by, "person.erased", person, recordings=len(free))
    return len(free), len(found) - len(free)


def _add(out: zipfile.ZipFile, recording: Recording) -> bool:
    """One recording into the zip; False when there is no sound of it."""
    folder = f"recordings/{recording.id}"
    _put(out, f"{folder}/recording.json", _recording(recording))
    out.writestr(f"{folder}/transcript.vtt", playing.webvtt_of(recording))
    if not (sounding.exists(recording) and sounding.ready(recording)):
        return False
    sound, _peaks = sounding.files(recording)
    out.write(sound, f"{folder}/call.flac", zipfile.ZIP_STORED)
    return True


def _put(out: zipfile.ZipFile, name: str, body: Any) -> None:
    out.writestr(name, json.dumps(body, ensure_ascii=False, indent=2))


def _person(person: Person) -> dict[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "role": str(person.role),
        "team": person.team.name if person.team else "",
        "created_at": _moment(person.created_at),
    }


def _recording(one: Recording) -> dict[str, Any]:
    remarks = select(Remark).where(Remark.recording_id == one.id).order_by(Remark.at_seconds)
    return {
        "id": one.id,
        "source": one.source,
        "title": one.title,
        "happened_at": _moment(one.happened_at),
        "seconds": one.seconds,
        "skill": one.skill,
        "facts": one.facts,
        "remarks": [
            {"by": each.person.name, "at_seconds": each.at_seconds, "words": each.words}
            for each in db.session.scalars(remarks).unique()
        ],
    }


def _evaluations(person: Person) -> Sequence[Evaluation]:
    chosen = select(Evaluation).where(Evaluation.agent_id == person.id, Evaluation.status != DRAFT)
    return db.session.scalars(chosen.order_by(Evaluation.id)).unique().all()


def _evaluation(one: Evaluation) -> dict[str, Any]:
    return {
        "recording": one.recording_id,
        "card": one.card_version.card.name,
        "version": one.card_version.number,
        "kind": one.kind,
        "rater": one.rater.name if one.rater else "",
        "handed_in_at": _moment(one.submitted_at),
        "total": one.total,
        "passed": one.passed,
        "note": one.note,
        "marks": [
            {
                "criterion": mark.criterion,
                "value": mark.value,
                "left": mark.left,
                "comment": mark.comment,
                "seconds": mark.seconds,
            }
            for mark in one.marks
        ],
        "disputes": [_dispute(each) for each in one.disputes],
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    return {
        "criterion": one.criterion,
        "words": one.words,
        "status": one.status,
        "outcome": one.outcome_words,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
