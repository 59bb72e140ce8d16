"""Calls made before there were recordings become recordings, at the next setup."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.recordings.folders import folder_of
from app.recordings.models import Recording
from app.scenarios import service
from app.scenarios.models import CUT_OFF, DONE, WRAP_UP, Call
from app.services import now, services


def keep_all(app: Flask) -> bool:
    """Keep every call that is over and is no recording yet; True when there was one."""
    root = services(app).settings.recordings_dir
    with app.app_context():
        left = db.session.scalars(
            select(Call).where(
                Call.status.in_((WRAP_UP, DONE, CUT_OFF)),
                Call.seconds > 0,
                Call.id.not_in(select(Recording.key)),
            )
        ).all()
        kept = [_keep(call, root) for call in left]
        return any(kept)


def _keep(call: Call, root: Path) -> bool:
    timeline = service.timeline_of(folder_of(root, call.id))
    with transaction():
        service.keep_recording(call, timeline, now())
    return timeline.duration > 0
