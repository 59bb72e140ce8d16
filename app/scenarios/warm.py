"""What a server does once it serves: look after what the last one left, and get warm."""

from __future__ import annotations

import logging

from flask import Flask

from app.db import db
from app.errors import AppError
from app.scenarios import service
from app.scenarios.practice import practice
from app.services import now, services

log = logging.getLogger(__name__)


def begin(app: Flask) -> None:
    """Calls cut off by the last server's end are finished first, then models are loaded."""
    with app.app_context():
        service.recover_calls(services().settings.recordings_dir, now())
        db.session.remove()
        read_pages(app)
        get_warm(app)


def read_pages(app: Flask) -> None:
    """Compile every template: the first reader of a page waits no longer than the second."""
    for name in app.jinja_env.list_templates(extensions=("html",)):
        app.jinja_env.get_template(name)


def get_warm(app: Flask) -> None:
    """Scenarios, understanding, recogniser and voice, so that no caller waits for them."""
    parts = practice(app)
    for problem in parts.library.problems:
        log.warning("scenario: %s", problem)
    for scenario in parts.library.all():
        parts.reader(scenario)
    try:
        parts.recognizer.open().close()
        parts.synthesizer.say("Hello.")
    except AppError as error:
        log.warning("calls by voice will not work: %s %s", error.message, error.remedy)
