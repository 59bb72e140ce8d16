"""The door: the start page by role, the places of the side bar, and /health."""

from __future__ import annotations

import logging
import shutil
from typing import Any

from flask import Blueprint, Flask, current_app, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.accounts.guard import current_person
from app.accounts.models import Role
from app.accounts.rights import may
from app.db import db
from app.errors import AppError
from app.quality.waiting import waiting_for
from app.services import now, services
from app.speech.choose import missing, recognizer

log = logging.getLogger(__name__)
bp = Blueprint("web", __name__)
ENOUGH_ROOM = 200 * 1024 * 1024
"""Bytes free below which a call could not be kept whole."""

# The rooms of quality, in the order of their tabs.
QUALITY = (
    "evaluations.",
    "recordings.",
    "monitoring.",
    "calibration.",
    "raters.",
    "gaps.",
    "proposals.",
    "cards.",
    "frameworks.",
)
INSIDE = {"recordings.": ("listening.",), "calibration.": ("calibration_check.",)}
"""Endpoints that have no tab of their own, by the tab they belong to."""

# Endpoint, icon and the endpoints' prefixes that belong to the place.
PLACES = (
    ("scenarios.library", "headset", ("scenarios.",)),
    ("evaluations.index", "clipboard-check", (*QUALITY, "listening.", "calibration_check.")),
    ("accounts.people", "people", ("accounts.people", "accounts.person", "accounts.team")),
    ("accounts.audit", "shield-check", ("accounts.audit",)),
    ("jobs.index", "hourglass-split", ("jobs.",)),
    ("retention.index", "trash", ("retention.",)),
)


# Whoever is not here starts with practice.
STARTS = {
    Role.ADMINISTRATOR: "accounts.people",
    Role.SUPERVISOR: "evaluations.index",
    Role.QA: "evaluations.index",
}


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_global(places)
    app.add_template_global(quality_tabs)


@bp.get("/")
def home() -> Response:
    person = current_person()
    if person is None:
        return redirect(url_for("accounts.login"))
    return redirect(url_for(STARTS.get(person.role, "scenarios.library")))


def places() -> list[tuple[str, str, str, bool, int]]:
    """The places this person may enter: endpoint, label, icon, whether she is there, how much
    waits for her in it."""
    labels = {
        "scenarios.library": _("Practise"),
        "evaluations.index": _("Quality"),
        "accounts.people": _("People"),
        "accounts.audit": _("Audit log"),
        "jobs.index": _("Jobs"),
        "retention.index": _("Retention"),
    }
    person, here = current_person(), request.endpoint or ""
    return [
        (endpoint, labels[endpoint], icon, here.startswith(inside), _waiting(endpoint))
        for endpoint, icon, inside in PLACES
        if endpoint in current_app.view_functions and may(person, endpoint)
    ]


def _waiting(endpoint: str) -> int:
    person = current_person()
    if endpoint != "evaluations.index" or person is None:
        return 0
    try:
        return waiting_for(person, now())
    except SQLAlchemyError:
        # The bar stands on the page of an error as well, and the database may be the error.
        log.exception("what waits could not be counted")
        return 0


def quality_tabs() -> list[tuple[str, str, bool]]:
    """The rooms of quality this person may enter: endpoint, label, whether she is there."""
    labels = {
        "evaluations.": _("Evaluations"),
        "recordings.": _("Recordings"),
        "monitoring.": _("Monitoring"),
        "calibration.": _("Calibration"),
        "raters.": _("Raters"),
        "gaps.": _("Gaps"),
        "proposals.": _("Proposals"),
        "cards.": _("Scorecards"),
        "frameworks.": _("Framework"),
    }
    person, here = current_person(), request.endpoint or ""
    return [
        (f"{room}index", labels[room], here.startswith((room, *INSIDE.get(room, ()))))
        for room in QUALITY
        if f"{room}index" in current_app.view_functions and may(person, f"{room}index")
    ]


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 when calls can be made and kept, 503 when not; says which part is missing."""
    settings = services().settings
    free = _free_bytes()
    parts: dict[str, Any] = {
        "database": _database_answers(),
        "disk": free >= ENOUGH_ROOM,
    }
    well = all(parts.values())
    told = {
        "status": "ok" if well else "failing",
        "parts": parts,
        "disk_free_bytes": free,
        "recognizer": _recognizer_name(),
        "voice": settings.voice,
        "lacking": [one.what for one in missing(settings)],
    }
    return jsonify(told), 200 if well else 503


def _recognizer_name() -> str:
    """The one in use, which may be the embedded one instead of the one set; empty for none."""
    try:
        return recognizer(services().settings).name
    except AppError:
        return ""


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return False
    return True


def _free_bytes() -> int:
    try:
        return shutil.disk_usage(services().settings.data_dir).free
    except OSError:
        return 0
