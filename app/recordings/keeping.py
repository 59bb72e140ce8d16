"""Every call that can be heard again is a ``Recording``: practice calls are kept from here.

Their sound and journal lie in ``recordings_dir/<call's id>``; an upload's sound and transcript
in ``recordings_dir/<key>``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.db import db, transaction
from app.errors import StorageError
from app.recordings import history, journal, transcript
from app.recordings.folders import JOURNAL, folder_of
from app.recordings.models import LEFT_CHANNEL, PRACTICE, READY, Recording, Redaction
from app.recordings.timeline import Timeline
from app.recordings.transcript import TRANSCRIPT


def keep_practice(
    *,
    key: str,
    agent: Person,
    scenario_id: str,
    title: str,
    happened_at: datetime | None,
    seconds: float,
    mode: str,
    language: str,
    audio_sha256: str,
    recognizer: str,
    at: datetime,
) -> Recording:
    """The recording of the practice call ``key``, made or brought up to date.

    ``at`` stands for a beginning that is not known. Nothing that was decided about a recording
    (redactions, exemplar, held, erased) changes. Its passages are ``search.index``'s.
    """
    with transaction() as session:
        found = find_key(key)
        if found is None:
            found = Recording(key=key, source=PRACTICE, status=READY, agent_id=agent.id, facts={})
            found.happened_at = happened_at or at
            found.agent_channel = LEFT_CHANNEL
            session.add(found)
        found.title, found.skill = title, scenario_id
        found.seconds, found.mode, found.language = seconds, mode, language
        found.channels = 2 if audio_sha256 else 0
        found.audio_sha256, found.recognizer = audio_sha256, recognizer
        session.flush()
    return found


def find_key(key: str) -> Recording | None:
    """The recording whose folder is ``key``."""
    return db.session.scalars(select(Recording).where(Recording.key == key)).unique().one_or_none()


def standing_redactions(recording: Recording) -> list[Redaction]:
    """The spans nobody hears now."""
    return [each for each in recording.redactions if each.undone_at is None]


def forget(key: str) -> None:
    """As if it had never been: the row goes with all that hangs on it; files are the caller's."""
    with transaction() as session:
        session.execute(delete(Recording).where(Recording.key == key))


def timeline_of(recording: Recording, root: Path) -> Timeline:
    """What was said and done in it; empty when nothing can be read any more.

    ``root`` is ``recordings_dir``. A practice call is read from its journal, an upload from
    what transcription kept: there the agent is "trainee", and "unknown" is whoever speaks in
    a recording of one channel.
    """
    folder = folder_of(root, recording.key)
    try:
        if recording.source == PRACTICE:
            return history.timeline_of(journal.read(folder / JOURNAL).events)
        return transcript.read(folder / TRANSCRIPT).timeline(recording.agent_channel)
    except StorageError:
        return Timeline((), (), recording.seconds)
