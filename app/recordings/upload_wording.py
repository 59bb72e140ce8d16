"""How an upload stands, in words and figures: for the page and for its script alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.jobs.wording import is_moving, told_of
from app.recordings.intake import Upload
from app.recordings.models import FAILED, READY, WAITING, WORKING


def state_label(state: str) -> str:
    labels: dict[str, str] = {
        WAITING: _("Waiting"),
        WORKING: _("At work"),
        READY: _("Ready"),
        FAILED: _("Failed"),
    }
    return labels[state]


def told_of_upload(upload: Upload, at: datetime) -> dict[str, Any]:
    """One upload for its row: progress, words, and what can be done now."""
    job = told_of(upload.job, at) if upload.job else None
    state = upload.state
    trouble = upload.recording.trouble or {}
    ending = bool(upload.job and upload.job.cancel_asked)
    return {
        "id": upload.recording.id,
        "state": state,
        "label": _("Ending") if ending and state == WORKING else state_label(state),
        "progress": 1.0 if state == READY else job["progress"] if job else 0.0,
        "percent": job["percent"] if job else "",
        "note": job["note"] if job and state in (WAITING, WORKING) else "",
        "left": job["left"] if job and state == WORKING else "",
        "reason": _reason(trouble, job["reason"] if job else "") if state == FAILED else "",
        "may_cancel": state in (WAITING, WORKING) and not ending,
        "may_retry": state == FAILED,
        "may_listen": state == READY,
    }


def _reason(trouble: dict[str, Any], job_reason: str) -> str:
    told = " ".join(str(trouble.get(part, "")) for part in ("message", "remedy")).strip()
    return told or job_reason or str(_("It ended in the middle. Try it again."))


def moves(upload: Upload, at: datetime) -> bool:
    """Whether what is shown of it may change by itself soon."""
    return upload.job is not None and is_moving(upload.job, at)
