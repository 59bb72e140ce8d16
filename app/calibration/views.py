"""The pages of calibration: the list, the plan, scoring."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, url_for
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.calibration import models, store
from app.calibration.session_state import Phase

bp = Blueprint("calibration", __name__, url_prefix="/quality/calibration")
__all__ = ["models"]

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


@bp.get("/<int:session_id>")
def session(session_id: int) -> Response:
    """To the step at work, for whoever asks."""
    row = store.find(signed_in(), session_id)
    endpoint = AT_WORK[Phase(row.phase)]
    if endpoint not in current_app.view_functions:
        endpoint = "calibration.scoring"
    return redirect(url_for(endpoint, session_id=row.id))
