"""Callwright: practise calls by voice, on your own premises.

``create_app`` is the one composition root. Nothing starts at import, and no model,
thread or connection starts here either.
"""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from flask_migrate import Migrate

from app import db
from app.config import Settings, secret_of
from app.jobs.kinds import KEY as JOB_KINDS
from app.jobs.kinds import Kinds
from app.migration import MIGRATIONS
from app.services import KEY, Clock, Services, utc_now

LARGEST_BODY = 2 * 1024 * 1024

# Every feature is one line: a module with ``init_app(app)``. A new feature adds its line here.
# Their order is the order of what happens before a request.
FEATURES = (
    "app.http",
    "app.assets",
    "app.i18n",
    "app.error_pages",
    "app.accounts.guard",
    "app.forgery",
    "app.accounts.views",
    "app.web",
    "app.scenarios.practice",
    "app.scenarios.views",
    "app.scenarios.socket",
    "app.jobs.views",
    "app.recordings.views",
    "app.recordings.listening_views",
    "app.recordings.retention_views",
    "app.quality.frameworks.views",
    "app.quality.cards.views",
    "app.quality.evaluations.views",
    "app.quality.monitoring.views",
    "app.quality.proposals.views",
    "app.quality.gaps.views",
    "app.calibration.views",
    "app.calibration.check_views",
    "app.calibration.raters_views",
)

# Every kind of job is one line: where its ``JobKind`` is.
JOBS = (
    "app.quality.monitoring.nightly:DRAW",
    "app.recordings.retention_job:RETENTION",
    "app.jobs.housekeeping:TIDY_UP",
    "app.calibration.nightly:TEND",
    "app.recordings.redacting_job:REDACT",
    "app.recordings.take_in_job:TAKE_IN",
    "app.recordings.tidy:TIDY",
)


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The application for ``settings``, by default those of the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret_of(settings),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="callwright",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions[KEY] = Services(settings=settings, clock=clock)
    app.extensions[JOB_KINDS] = Kinds.named(JOBS)
    db.init_app(app, settings)
    Migrate(app, db.db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    for name in FEATURES:
        import_module(name).init_app(app)
    return app
