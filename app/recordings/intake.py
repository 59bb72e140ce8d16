"""Uploads: accepted, followed, cancelled, tried again, removed, told more about.

An upload belongs to whoever sent it; to everybody else it does not exist here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit, rights
from app.accounts.models import Person, Role
from app.db import db, transaction
from app.errors import Conflict, NotFound
from app.jobs import service as jobs
from app.jobs.models import Job
from app.jobs.queue import OVER, State
from app.paging import PER_PAGE
from app.recordings import access, keeping, search, upload_folders
from app.recordings.details import Details
from app.recordings.folders import erase
from app.recordings.models import (
    ERASED,
    FAILED,
    READY,
    UPLOAD,
    WAITING,
    WORKING,
    Recording,
)
from app.recordings.take_in_job import TAKE_IN
from app.recordings.upload_folders import Received

LATELY = timedelta(hours=1)
"""So long an upload that became ready stays where its owner has seen it come along."""


def agents_for(person: Person) -> Sequence[Person]:
    """Whose calls ``person`` may upload: QA everybody's, a supervisor those of her teams."""
    query = select(Person).where(Person.active, Person.role.in_((Role.AGENT, Role.SUPERVISOR)))
    if person.role is not Role.QA:
        query = query.where(rights.heard_by(person))
    return db.session.scalars(query.order_by(Person.name)).unique().all()


def known_already(person: Person, sha256: str) -> Recording | None:
    """The same file among the recordings she may hear, if it was taken in before."""
    same = select(Recording).where(
        Recording.original_sha256 == sha256,
        Recording.status.not_in((FAILED, ERASED)),
        access.heard_by(person),
    )
    return db.session.scalars(same.order_by(Recording.id.desc()).limit(1)).unique().first()


def accept(
    person: Person, received: Received, details: Details, *, name: str, at: datetime
) -> Recording:
    """The recording of a file that is on the disk, and the job that takes it in."""
    with transaction() as session:
        recording = Recording(
            key=received.key,
            source=UPLOAD,
            status=WAITING,
            uploaded_by_id=person.id,
            uploaded_at=at,
            original_name=name,
            original_bytes=received.bytes,
            original_sha256=received.sha256,
        )
        _tell(recording, details)
        session.add(recording)
        session.flush()
        _enqueue(recording, person, at)
        audit.record(person, "recording.uploaded", recording, name=name, told_of_recording=True)
    return recording


def _enqueue(recording: Recording, person: Person, at: datetime) -> None:
    job = jobs.enqueue(
        TAKE_IN.name,
        {"recording": recording.id},
        at=at,
        by=person,
        about=recording.original_name,
    )
    db.session.flush()
    recording.job_id = job.id


def _tell(recording: Recording, details: Details) -> None:
    recording.title, recording.agent_id = details.title, details.agent_id
    recording.happened_at, recording.skill = details.happened_at, details.skill
    recording.language, recording.facts = details.language, dict(details.facts)
    recording.agent_channel = details.agent_channel


# -- following -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that is not ready, or was not when it was asked for, and its job."""

    recording: Recording
    job: Job | None

    @property
    def state(self) -> str:
        """waiting | working | ready | failed: the row's, unless its job has ended in vain."""
        status = self.recording.status
        if status in (WAITING, WORKING) and (self.job is None or self.job.state in OVER):
            return FAILED
        if status == WORKING and self.job is not None and self.job.state is State.QUEUED:
            return WAITING
        return status


_SHOWN_FIRST = (WORKING, FAILED, WAITING)


def unfinished(person: Person) -> list[Upload]:
    """Her uploads that are not ready: at work, failed, then those that wait, in their order."""
    query = select(Recording).where(
        Recording.uploaded_by_id == person.id,
        Recording.status.in_((WAITING, WORKING, FAILED)),
    )
    found = db.session.scalars(query.order_by(Recording.id)).unique().all()
    return sorted(_with_jobs(found), key=lambda each: _SHOWN_FIRST.index(each.state))


def lately_ready(person: Person, at: datetime) -> list[Upload]:
    """Her uploads that became ready within ``LATELY``, the newest first."""
    query = (
        select(Recording)
        .join(Job, Job.id == Recording.job_id)
        .where(
            Recording.uploaded_by_id == person.id,
            Recording.status == READY,
            Job.finished_at > at - LATELY,
        )
        .order_by(Job.finished_at.desc(), Recording.id.desc())
        .limit(PER_PAGE)
    )
    return _with_jobs(db.session.scalars(query).unique().all())


def some(person: Person, ids: Sequence[int]) -> list[Upload]:
    """Those of ``ids`` that are her uploads."""
    query = select(Recording).where(Recording.uploaded_by_id == person.id, Recording.id.in_(ids))
    return _with_jobs(db.session.scalars(query).unique().all())


def _with_jobs(found: Sequence[Recording]) -> list[Upload]:
    wanted = [each.job_id for each in found if each.job_id is not None]
    by_id = {job.id: job for job in jobs.some(wanted)} if wanted else {}
    return [Upload(each, by_id.get(each.job_id or 0)) for each in found]


def find_own(person: Person, recording_id: int) -> Upload:
    """Raises ``NotFound`` for what is no upload of hers."""
    found = some(person, [recording_id])
    if not found or found[0].recording.status == ERASED:
        raise NotFound(_("There is no such upload of yours."))
    return found[0]


# -- what its owner can do ---------------------------------------------------------------------


def cancel(person: Person, recording_id: int, *, at: datetime) -> Recording:
    """At once if it waits, else as soon as the work looks up. Raises ``Conflict`` if over."""
    upload = find_own(person, recording_id)
    if upload.state not in (WAITING, WORKING) or upload.job is None:
        raise Conflict(_("This upload is not at work any more."))
    with transaction():
        job = jobs.cancel(person, upload.job.id, at=at)
        if job.state is State.CANCELLED:
            upload.recording.status = FAILED
            upload.recording.trouble = {
                "message": _("It was cancelled."),
                "remedy": _("You can try it again."),
            }
    return upload.recording


def retry(person: Person, recording_id: int, *, at: datetime, data_dir: Path) -> Recording:
    """Take it in once more; what was done already is kept. Raises ``Conflict``."""
    upload = find_own(person, recording_id)
    if upload.state != FAILED:
        raise Conflict(_("Only an upload that failed or was cancelled can be tried again."))
    if not upload_folders.sound_of(data_dir, upload.recording.key).exists():
        raise Conflict(
            _("The uploaded file is not here any more."),
            remedy=_("Remove this upload and send the file again."),
        )
    with transaction():
        upload.recording.status, upload.recording.trouble = WAITING, None
        if upload.job is None or upload.job.state not in (State.FAILED, State.CANCELLED):
            _enqueue(upload.recording, person, at)
        else:
            jobs.retry(person, upload.job.id, at=at)
    return upload.recording


def remove(person: Person, recording_id: int, *, data_dir: Path, recordings_dir: Path) -> None:
    """Forget an upload that never became a recording, files and all. Raises ``Conflict``."""
    upload = find_own(person, recording_id)
    if upload.state != FAILED:
        raise Conflict(
            _("Only an upload that failed or was cancelled can be removed."),
            remedy=_("Cancel it first. Recordings that are ready are kept by retention."),
        )
    key = upload.recording.key
    with transaction():
        audit.record(person, "recording.removed", upload.recording)
        keeping.forget(key)
        # Killed before the row is gone it can be removed again; after it, nobody would find these.
        upload_folders.forget(data_dir, key)
        erase(recordings_dir, key)


def change(
    person: Person, recording_id: int, details: Details, *, recordings_dir: Path
) -> Recording:
    """Tell more about an upload, or better. Who said what follows the agent's channel."""
    recording = find_own(person, recording_id).recording
    facts, channel, mono = recording.facts, recording.agent_channel, recording.channels == 1
    with transaction():
        before = recording.agent_id
        _tell(recording, details)
        recording.facts = facts
        if recording.status == READY and mono:
            recording.agent_channel = channel
        if recording.status == READY and recording.agent_channel != channel:
            recording.revision += 1
            said = keeping.timeline_of(recording, recordings_dir)
            search.index(recording, said, keeping.standing_redactions(recording))
        audit.record(
            person,
            "recording.details_changed",
            recording,
            agent=[before, recording.agent_id],
            channel=[channel, recording.agent_channel],
        )
    return recording
