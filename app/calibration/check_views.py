"""The pages of calibration: Check, a call of it, before and after, minutes, exports."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import audit
from app.accounts.guard import signed_in
from app.calibration import act_views, acting, check_page, exports, models, publishing
from app.calibration.blind import agents_named
from app.calibration.check_blueprint import bp
from app.calibration.checking import Look, look
from app.calibration.exports import Naming
from app.db import transaction
from app.errors import NotFound
from app.quality.wording import wording
from app.recordings import access
from app.recordings.playing import sound_of
from app.services import now

__all__ = ["act_views", "models"]
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_filter(wording)


@bp.get("/<id:session_id>/check")
def check(session_id: int) -> ResponseReturnValue:
    """Who chose what, how alike, and where the difference is; ``show`` opens further criteria."""
    seen = look(signed_in(), session_id)
    if not seen.compared:
        return redirect(url_for("calibration.session", session_id=session_id))
    return render_template(
        "calibration/check.html", **check_page.page(seen, request.args.getlist("show"))
    )


@bp.get("/<id:session_id>/calls/<id:recording_id>")
def call(session_id: int, recording_id: int) -> str:
    """One call to listen to, with the seconds that raters marked in it."""
    seen = _compared(session_id)
    if recording_id not in seen.state.plan.recordings:
        raise NotFound(_("This recording is not part of the session."))
    recording = access.find(seen.viewer, recording_id)
    hidden = not agents_named(seen.state, seen.viewer.id)
    return render_template(
        "calibration/check_call.html",
        look=seen,
        recording=recording_id,
        sound=sound_of(recording, seen.viewer, hide_names=hidden),
        marked=check_page.marked_in(seen, recording_id),
    )


@bp.get("/<id:session_id>/change")
def change(session_id: int) -> ResponseReturnValue:
    """Of a follow-up: agreement before and after, and an interval of the change."""
    seen = look(signed_in(), session_id)
    if not seen.compared:
        return redirect(url_for("calibration.session", session_id=session_id))
    return render_template("calibration/change.html", **check_page.change_page(seen))


@bp.get("/<id:session_id>/minutes")
def minutes(session_id: int) -> str:
    """Everything of the session on a page that prints well."""
    seen = _compared(session_id, document=True)
    return render_template(
        "calibration/minutes.html",
        **check_page.minutes_page(seen),
        draft=acting.draft_of(session_id),
        after=acting.follow_up_of(session_id),
        publishable=publishing.publishable(seen.row, seen.state),
    )


@bp.get("/<id:session_id>/export.csv")
def export_csv(session_id: int) -> Response:
    seen = _compared(session_id, document=True)
    rows = exports.long_rows(seen.state, seen.viewer.id, _naming(seen))
    return _file(seen, exports.as_csv(rows), CSV, "csv")


@bp.get("/<id:session_id>/export.xlsx")
def export_xlsx(session_id: int) -> Response:
    seen = _compared(session_id, document=True)
    body = exports.as_xlsx(seen.state, seen.viewer.id, _naming(seen), seen.figures)
    return _file(seen, body, XLSX, "xlsx")


def _compared(session_id: int, *, document: bool = False) -> Look:
    seen = look(signed_in(), session_id, document=document)
    if not seen.compared:
        raise NotFound(
            _("There is nothing to compare in this session yet."),
            remedy=_("Come back when its scoring is closed."),
        )
    return seen


def _naming(seen: Look) -> Naming:
    titles = {each: seen.title(each) for each in seen.state.plan.criterion_ids}
    return Naming(seen.row.id, seen.people, seen.calls, titles)


def _file(seen: Look, body: bytes, kind: str, ending: str) -> Response:
    about = ("calibration", seen.row.id)
    with transaction():
        audit.record(seen.viewer, "calibration.exported", about, kind=ending)
    name = f"calibration-{seen.row.id}-{now():%Y-%m-%d}.{ending}"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)
