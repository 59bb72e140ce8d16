"""Erasing a whole recording: sound, words and passages go, the row stays as erased.

Evaluations keep their figures; they point to the row.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from app.accounts import audit
from app.accounts.models import Person
from app.db import transaction
from app.errors import Conflict, InvalidInput, NotAllowed
from app.recordings import access, upload_folders, words_elsewhere
from app.recordings.folders import erase
from app.recordings.models import ERASED, HearingGrant, Passage, Recording, Redaction, Remark
from app.recordings.redaction import Span
from app.services import services

EVERYTHING = (Span(0.0, 1e9),)


def remove(person: Person, recording: Recording, typed_title: str, at: datetime) -> None:
    """Erase it in the name of ``person``, who typed its title to say that she means it.

    Raises ``NotAllowed``, ``Conflict`` for one that is held, ``InvalidInput`` for another title.
    """
    if not access.may_erase(person, recording):
        raise NotAllowed(
            _("Only who leads quality, or uploaded it, erases a recording."),
            remedy=_("Ask one of them."),
        )
    if recording.held:
        raise Conflict(
            _("This recording is held: it is kept for a complaint or a court."),
            remedy=_("It can be erased once nobody holds it any more."),
        )
    if typed_title.split() != recording.title.split():
        raise InvalidInput(_("This is not the title of the recording."), field="title")
    with transaction():
        audit.record(
            person,
            "recording.erased",
            recording,
            owner=recording.agent_id,
            seconds=recording.seconds,
        )
        forget(recording, at)


def forget(recording: Recording, at: datetime) -> None:
    """Everything that can be heard or read is gone; inside the caller's ``transaction()``."""
    with transaction() as session:
        for table in (Passage, Remark, Redaction):
            session.execute(delete(table).where(table.recording_id == recording.id))
        session.execute(delete(HearingGrant).where(HearingGrant.recording_id == recording.id))
        recording.status, recording.erased_at = ERASED, at
        recording.exemplar_at, recording.exemplar_by_id = None, None
        recording.exemplar_why, recording.exemplar_skill = "", ""
        recording.facts, recording.original_name = {}, ""
        recording.revision += 1
        words_elsewhere.forget(recording, EVERYTHING)
        session.flush()
        settings = services().settings
        upload_folders.forget(settings.data_dir, recording.key)
        erase(settings.recordings_dir, recording.key)
