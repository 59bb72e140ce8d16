"""What is changed from the page of a recording: remarks, hidden spans, exemplar, erasing."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Person
from app.errors import InvalidInput
from app.http import wants_json
from app.recordings import access, exemplars, redacting, remarks, removing, seconds
from app.recordings.listening_pages import asked, bp, page, span_of
from app.recordings.models import Recording
from app.recordings.remarks import RemarkInput
from app.services import now
from app.typed import whole

# ---- remarks: by script, so that listening goes on ---------------------------------------------


@bp.post("/recordings/<id:recording_id>/remarks")
def remark_add(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    made = remarks.add(person, recording, _remark_sent(), now())
    return _remarks_now(person, recording, made.at_seconds)


@bp.post("/recordings/<id:recording_id>/remarks/<id:remark_id>")
def remark_change(recording_id: int, remark_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    revision = whole(request.form.get("revision", "")) or 0
    made = remarks.change(person, recording, remark_id, _remark_sent(), revision, now())
    return _remarks_now(person, recording, made.at_seconds)


@bp.post("/recordings/<id:recording_id>/remarks/<id:remark_id>/delete")
def remark_delete(recording_id: int, remark_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    gone = remarks.remove(person, recording, remark_id, now())
    return _remarks_now(person, recording, gone.at_seconds, gone_id=gone.id)


@bp.post("/recordings/<id:recording_id>/remarks/<id:remark_id>/bring-back")
def remark_bring_back(recording_id: int, remark_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    made = remarks.bring_back(person, recording, remark_id)
    return _remarks_now(person, recording, made.at_seconds)


def _remark_sent() -> RemarkInput:
    return RemarkInput(
        at_seconds=seconds.parse(request.form.get("at_seconds", ""), "at_seconds"),
        words=request.form.get("words", ""),
        shared=request.form.get("shared") == "1",
    )


def _remarks_now(
    person: Person, recording: Recording, at: float, gone_id: int | None = None
) -> ResponseReturnValue:
    """The list as it is now, for the script that asked; else the page again, at that second."""
    if not wants_json(request):
        return _back(recording, anchor=f"t={at:.1f}")
    hidden = not access.is_known_to(person, recording)
    seen = remarks.seen_by(person, recording, own_only=hidden)
    html = render_template(
        "recordings/_remarks.html",
        recording=recording,
        remarks=seen,
        names_hidden=hidden,
        gone_id=gone_id,
    )
    pins = [{"at": each.at_seconds, "words": each.words[:80]} for each in seen]
    return jsonify(html=html, pins=pins)


# ---- hidden spans -----------------------------------------------------------------------------


@bp.post("/recordings/<id:recording_id>/redactions")
def redact(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    try:
        span = span_of(request.form)
        redacting.redact(person, recording, span, request.form.get("reason", ""), now())
    except InvalidInput as error:
        return _again(person, recording, error)
    flash(
        _(
            "It is hidden from whoever listens. Supervisors and QA can open the original "
            "until that is erased."
        ),
        "success",
    )
    return _back(recording, anchor=f"t={span.start:.1f}")


@bp.post("/recordings/<id:recording_id>/redactions/<id:redaction_id>/undo")
def redaction_undo(recording_id: int, redaction_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    shown = redacting.undo(person, recording, redaction_id, now())
    flash(_("It can be heard and read again."), "success")
    return _back(recording, anchor=f"t={shown.start:.1f}")


@bp.post("/recordings/<id:recording_id>/erase-original")
def erase_original(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    if request.form.get("sure") != "1":
        error = InvalidInput(_("Tick that you know it cannot be brought back."), field="sure")
        return _again(person, recording, error)
    redacting.erase_original(person, recording, now())
    flash(_("What was hidden is erased."), "success")
    return _back(recording)


# ---- exemplar, erasing ------------------------------------------------------------------------


@bp.post("/recordings/<id:recording_id>/exemplar")
def release(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    wanted = exemplars.Release(
        why=request.form.get("why", ""),
        skill=request.form.get("skill", ""),
        no_names=request.form.get("no_names") == "1",
    )
    try:
        exemplars.release(person, recording, wanted, now())
    except InvalidInput as error:
        return _again(person, recording, error)
    flash(_("Everybody can listen to it now, in the exemplars."), "success")
    return _back(recording)


@bp.post("/recordings/<id:recording_id>/exemplar/take-back")
def take_back(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    exemplars.take_back(person, recording)
    flash(_("It is no exemplar any more."), "success")
    return _back(recording)


@bp.post("/recordings/<id:recording_id>/erase")
def erase(recording_id: int) -> ResponseReturnValue:
    person, recording, _original = asked(recording_id)
    try:
        removing.remove(person, recording, request.form.get("title", ""), now())
    except InvalidInput as error:
        return _again(person, recording, error)
    flash(_("The recording is erased."), "success")
    return redirect(url_for("recordings.index"))


def _again(person: Person, recording: Recording, error: InvalidInput) -> ResponseReturnValue:
    """The page once more: what was typed stays, the error stands beside its field."""
    if wants_json(request):
        raise error
    shown = page(
        person,
        recording,
        errors={error.field or "": error.message},
        typed=dict(request.form.items()),
    )
    return Response(shown, status=error.status)


def _back(recording: Recording, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("listening.listen", recording_id=recording.id, _anchor=anchor))
