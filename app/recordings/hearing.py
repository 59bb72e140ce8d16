"""Files to be heard, made when they are not there yet; and the audit log of who heard."""

from __future__ import annotations

from pathlib import Path

from flask_babel import gettext as _

from app.accounts import audit
from app.accounts.models import Person
from app.db import transaction
from app.errors import NotFound, Unavailable
from app.recordings import redacting_job, sounding
from app.recordings.models import Recording
from app.services import now


def files(recording: Recording, *, original: bool = False) -> tuple[Path, Path]:
    """FLAC and peaks, ready to be read; redacted ones are made if need be.

    Raises ``NotFound`` without a sound, ``Unavailable`` while a job makes a long one.
    """
    if not sounding.exists(recording):
        raise NotFound(_("This recording has no sound."), remedy=_("Chats have none."))
    if not sounding.ready(recording, original=original):
        if recording.seconds > sounding.LONG:
            redacting_job.ask(recording, now())
            raise Unavailable(
                _("The hidden parts are being taken out of this recording."),
                remedy=_("Come back in a minute."),
            )
        sounding.make(recording)
    return sounding.files(recording, original=original)


def note_read(person: Person, recording: Recording, *, original: bool = False) -> None:
    """She opened its page, where its words are."""
    if original:
        _note(person, recording, "recording.original")
    else:
        _note_once(person, recording, "recording.read")


def note_heard(
    person: Person, recording: Recording, *, original: bool, download: bool, whole: bool
) -> None:
    """She fetched its sound; ``whole``: from its start, not a piece of it."""
    if download:
        note_export(person, recording, "recording.download", original=original)
    elif original and whole:
        _note(person, recording, "recording.original_heard")
    elif not original:
        _note_once(person, recording, "recording.heard")


def note_export(
    person: Person, recording: Recording, action: str, *, original: bool = False
) -> None:
    """Every time, whoever it is: the file leaves the house."""
    _note(person, recording, action, original=original)


def _note_once(person: Person, recording: Recording, action: str) -> None:
    audit.record_once(person, action, recording, owner=recording.agent_id, at=now())


def _note(person: Person, recording: Recording, action: str, **details: object) -> None:
    with transaction():
        audit.record(person, action, recording, owner=recording.agent_id, **details)
