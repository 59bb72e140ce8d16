"""What is removed every night: uploaded files that no recording waits for."""

from __future__ import annotations

import logging
import re
from datetime import time
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.recordings import upload_folders
from app.recordings.models import FAILED, WAITING, WORKING, Recording
from app.services import services

log = logging.getLogger(__name__)
OLD_SECONDS = 24 * 60 * 60
_KEY = re.compile(r"[0-9a-f]{32}")


def tidy(run: JobRun) -> None:
    """Safe to do twice, and while files come in."""
    gone = remove_orphans(services().settings.data_dir)
    run.check()
    log.info("tidied up: %s uploaded files nobody waits for", gone)


def remove_orphans(data_dir: Path, older_than: float = OLD_SECONDS) -> int:
    """Remove files of killed requests, of recordings that are ready or removed; how many."""
    gone = 0
    for key in list(upload_folders.waiting(data_dir, older_than)):
        needed = select(Recording.id).where(
            Recording.key == key, Recording.status.in_((WAITING, WORKING, FAILED))
        )
        if _KEY.fullmatch(key) and db.session.scalar(needed) is None:
            upload_folders.forget(data_dir, key)
            gone += 1
    db.session.rollback()
    return gone


TIDY = JobKind(
    "recordings.tidy",
    tidy,
    attempts=3,
    label=lambda: _("Uploads nobody waits for"),
    nightly=time(2, 40),
)
