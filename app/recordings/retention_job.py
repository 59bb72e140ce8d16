"""Every night: what is too old and kept by nothing is erased, with a report."""

from __future__ import annotations

import logging
from datetime import time

from flask_babel import gettext as _

from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.recordings import retention
from app.recordings.models import RetentionRun
from app.services import now, services

log = logging.getLogger(__name__)


def erase_old(run: JobRun) -> None:
    """One recording at a time, each with the note of it, so that a kill loses neither."""
    settings, at = services().settings, now()
    waiting = [each.id for each in retention.due(settings, at)]
    for number, recording_id in enumerate(waiting):
        run.progress(number / len(waiting))
        with run.step():
            found = retention.still_due(settings, recording_id, at)
            if found is None:
                continue
            note = retention.told(found)
            retention.erase(found, by=None, at=at, why="age")
            run.keep(erased=[*run.kept.get("erased", ()), note])
    erased = run.kept.get("erased", ())
    report = retention.report_of(erased, retention.kept(settings, at))
    with run.finish() as session:
        session.add(RetentionRun(at=at, dry=False, by_id=None, report=report))
    log.info("retention: %s recordings erased", len(erased))


RETENTION = JobKind(
    "retention",
    erase_old,
    attempts=5,
    lease_seconds=120,
    label=lambda: _("Erasing recordings that are too old"),
    nightly=time(3, 30),
)
