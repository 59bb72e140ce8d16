"""The job that makes the redacted sound of a long recording, before anybody waits for it."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext

from app.accounts.models import Person
from app.db import db, transaction
from app.errors import NotFound
from app.jobs import service
from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.recordings import sounding
from app.recordings.models import ERASED, Recording

NAME = "recordings.redact"


def ask(recording: Recording, at: datetime, by: Person | None = None) -> None:
    """Have it made; asking again for the same redactions changes nothing."""
    with transaction():
        service.enqueue(
            NAME,
            {"recording": recording.id},
            at=at,
            by=by,
            about=recording.title,
            key=f"redact:{recording.id}:{recording.revision}",
        )


def run(job: JobRun) -> None:
    recording = db.session.get(Recording, int(job.arguments["recording"]))
    if recording is None or recording.status == ERASED:
        raise NotFound("this recording is gone")
    sounding.make(recording, tick=lambda share: job.progress(share))
    with job.finish():
        pass


REDACT = JobKind(
    NAME,
    run,
    attempts=3,
    lease_seconds=60,
    label=lambda: str(lazy_gettext("Taking hidden parts out of a recording")),
)
