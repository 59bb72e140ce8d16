"""The pages of calibration: the list of sessions, and the way to the step at work."""

from __future__ import annotations

from flask import Flask, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.guard import current_person, signed_in
from app.accounts.queries import page_in
from app.accounts.rights import may
from app.calibration import listing, models, plan_views, scoring_views, store
from app.calibration.blueprint import bp
from app.calibration.listing import Row
from app.calibration.session_state import Phase
from app.services import now

__all__ = ["models", "plan_views", "scoring_views"]

AT_WORK = {
    Phase.PLAN: "calibration.edit",
    Phase.DO: "calibration.scoring",
    Phase.CHECK: "calibration_check.check",
    Phase.ACT: "calibration_check.act",
    Phase.CLOSED: "calibration_check.check",
}
"""Where each step of a session is done."""


def init_app(app: Flask) -> None:
    app.extensions[store.KEY] = store.States()
    app.register_blueprint(bp)
    app.add_template_global(calibration_waiting)


def calibration_waiting() -> list[Row]:
    """What waits for whoever is signed in, for ``calibration/_waiting.html`` on any page."""
    person = current_person()
    if person is None or not may(person, "calibration.index"):
        return []
    return listing.waiting_for(person, now())


@bp.get("")
def index() -> str:
    person = signed_in()
    rows = listing.running(person, now())
    page = listing.past(person, page_in(request.args))
    return render_template(
        "calibration/index.html",
        sessions_waiting=[row for row in rows if row.todo],
        others=[row for row in rows if not row.todo],
        past=listing.came_of(page.items),
        page=page,
    )


@bp.get("/<id:session_id>")
def session(session_id: int) -> Response:
    """To the step at work, for whoever asks."""
    row = store.find(signed_in(), session_id)
    endpoint = AT_WORK[Phase(row.phase)]
    looked_at = store.state_of(row).checked
    if endpoint not in current_app.view_functions or (row.cancelled and not looked_at):
        endpoint = "calibration.scoring"
    return redirect(url_for(endpoint, session_id=row.id))
