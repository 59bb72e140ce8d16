"""The page on which a recording is heard, and what it fetches."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request, send_file

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.recordings import access, hearing, playing, sounding
from app.recordings.models import Recording

bp = Blueprint("listening", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/recordings/<int:recording_id>")
def listen(recording_id: int) -> str:
    person, recording, original = _asked(recording_id)
    hearing.note_read(person, recording, original=original)
    hidden = not access.is_known_to(person, recording)
    sound = playing.sound_of(recording, person, hide_names=hidden, original=original)
    return render_template("recordings/listen.html", recording=recording, sound=sound)


@bp.get("/recordings/<int:recording_id>/audio.flac")
def audio(recording_id: int) -> Response:
    person, recording, original = _asked(recording_id)
    download = "download" in request.args
    path, _peaks = hearing.files(recording, original=original)
    hearing.note_heard(person, recording, original=original, download=download, whole=_from_start())
    return send_file(
        path,
        conditional=True,
        max_age=0,
        as_attachment=download,
        download_name=f"recording-{recording.id}.flac",
    )


@bp.get("/recordings/<int:recording_id>/peaks.json")
def peaks(recording_id: int) -> Response:
    _person, recording, original = _asked(recording_id)
    _sound, path = hearing.files(recording, original=original)
    return send_file(path, conditional=True, max_age=0)


@bp.get("/recordings/<int:recording_id>/transcript.vtt")
def transcript(recording_id: int) -> Response:
    person, recording, original = _asked(recording_id)
    hearing.note_export(person, recording, "recording.transcript", original=original)
    hidden = not access.is_known_to(person, recording)
    text = playing.webvtt_of(recording, hide_names=hidden, original=original)
    answer = Response(text, mimetype="text/vtt")
    answer.headers["Content-Disposition"] = f'inline; filename="recording-{recording.id}.vtt"'
    return answer


def _asked(recording_id: int) -> tuple[Person, Recording, bool]:
    """Who asks, the recording she may hear, and whether for its original, which she may."""
    person = signed_in()
    recording = access.find(person, recording_id)
    original = request.args.get("original", "") == "1" and bool(sounding.spans_of(recording))
    if original:
        access.require_handle(person, recording)
    return person, recording, original


def _from_start() -> bool:
    """Whether this request begins a hearing: a player fetches the rest in pieces."""
    return request.range is None or any(start == 0 for start, _end in request.range.ranges)
