"""The page of retention: what is kept for how long, and what a night would erase."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.recordings import access, models, retention, retention_page
from app.services import now, services

bp = Blueprint("retention", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_global(retention_page.consent, "recording_consent")
    app.add_template_global(retention_page.kept_words, "keeping_words")


@bp.get("/retention")
def index() -> str:
    return render_template(
        "recordings/retention.html",
        kinds=retention_page.kinds(services().settings, now()),
        runs=retention_page.last_runs(),
        labels=retention_page.reason_labels(),
    )


@bp.post("/retention/dry-run")
def dry_run() -> Response:
    run = retention.dry_run(services().settings, signed_in(), now())
    return redirect(url_for("retention.report", run_id=run.id))


@bp.get("/retention/<id:run_id>")
def report(run_id: int) -> str:
    run = retention_page.find(run_id)
    return render_template(
        "recordings/retention_report.html",
        run=run,
        items=retention_page.items_of(run),
        labels=retention_page.reason_labels(),
        sources=retention_page.source_labels(),
        total=sum(run.report["erased"].values()),
    )


@bp.post("/recordings/<id:recording_id>/hold")
def hold(recording_id: int) -> Response:
    """Keep it whatever its age (``held`` = yes), or no longer."""
    person = signed_in()
    recording = access.find(person, recording_id)
    access.require_handle(person, recording)
    wanted = request.form.get("held") == "yes"
    retention.hold(person, recording, wanted, why=request.form.get("hold_why", "").strip())
    if wanted:
        flash(_("This recording is kept until somebody lets it go."), "success")
    else:
        flash(_("Let go.") + " " + retention_page.kept_words(recording), "success")
    return redirect(url_for("listening.listen", recording_id=recording.id))
