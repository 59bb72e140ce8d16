"""Comments pinned to a second: written, changed, deleted, brought back.

A private one is its writer's alone; a shared one is for the agent and whoever may hear.
Whoever calls these has found the recording through ``access.find``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select

from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.recordings import access
from app.recordings.models import Recording, Remark

LONGEST = 2_000
BROUGHT_BACK = timedelta(days=1)
"""For how long a deleted remark can be brought back."""


@dataclass(frozen=True, slots=True)
class RemarkInput:
    """What somebody wrote. ``at_seconds`` counts from the recording's start."""

    at_seconds: float
    words: str
    shared: bool = False


def seen_by(reader: Person, recording: Recording, *, own_only: bool = False) -> Sequence[Remark]:
    """The remarks ``reader``, who may hear the recording, sees; in order of time."""
    allowed = Remark.person_id == reader.id
    return db.session.scalars(
        select(Remark)
        .where(
            Remark.recording_id == recording.id,
            Remark.deleted_at.is_(None),
            allowed if own_only else or_(allowed, Remark.shared),
        )
        .order_by(Remark.at_seconds, Remark.id)
    ).all()


def add(person: Person, recording: Recording, wanted: RemarkInput, at: datetime) -> Remark:
    """Raises ``InvalidInput`` beside its field."""
    clean = _clean(person, recording, wanted)
    with transaction() as session:
        remark = Remark(
            recording_id=recording.id,
            person_id=person.id,
            person=session.get(Person, person.id),
            at_seconds=clean.at_seconds,
            words=clean.words,
            shared=clean.shared,
            created_at=at,
            changed_at=at,
        )
        session.add(remark)
    return remark


def change(
    person: Person,
    recording: Recording,
    remark_id: int,
    wanted: RemarkInput,
    revision: int,
    at: datetime,
) -> Remark:
    """Raises ``Conflict`` when it was changed since ``revision``, in another window."""
    remark = _own(person, recording, remark_id)
    clean = _clean(person, recording, wanted)
    with transaction() as session:
        session.refresh(remark)
        if remark.revision != revision or remark.deleted_at is not None:
            raise Conflict(
                _("This remark was changed in another window meanwhile."),
                remedy=_("Copy what you wrote, reload the page and change it again."),
            )
        remark.at_seconds, remark.words = clean.at_seconds, clean.words
        remark.shared, remark.changed_at = clean.shared, at
        remark.revision += 1
    return remark


def remove(person: Person, recording: Recording, remark_id: int, at: datetime) -> Remark:
    """Take it away; ``bring_back`` undoes it for a day."""
    remark = _own(person, recording, remark_id)
    with transaction() as session:
        session.execute(delete(Remark).where(Remark.deleted_at < at - BROUGHT_BACK))
        remark.deleted_at = remark.deleted_at or at
    return remark


def bring_back(person: Person, recording: Recording, remark_id: int) -> Remark:
    remark = _own(person, recording, remark_id)
    with transaction():
        remark.deleted_at = None
    return remark


def _own(person: Person, recording: Recording, remark_id: int) -> Remark:
    found = db.session.get(Remark, remark_id)
    if found is None or (found.person_id, found.recording_id) != (person.id, recording.id):
        raise NotFound(_("There is no such remark among yours."))
    return found


def _clean(person: Person, recording: Recording, wanted: RemarkInput) -> RemarkInput:
    words = wanted.words.strip()
    if not words:
        raise InvalidInput(_("Write what you want to remember."), field="words")
    if len(words) > LONGEST:
        raise InvalidInput(
            _("A remark has at most %(most)s characters.", most=LONGEST), field="words"
        )
    longest = max(recording.seconds, 0.0)
    if not 0 <= wanted.at_seconds <= longest + 1:
        raise InvalidInput(_("This second is not in the recording."), field="at_seconds")
    if wanted.shared and not access.is_known_to(person, recording):
        raise InvalidInput(_("You may only keep remarks for yourself here."), field="shared")
    return RemarkInput(min(wanted.at_seconds, longest), words, wanted.shared)
