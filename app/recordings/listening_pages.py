"""The page on which a recording is heard, the exemplars, and the files a player fetches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from flask_babel import gettext as _

from app.accounts import service as people
from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.accounts.queries import page_in
from app.errors import InvalidInput
from app.i18n import duration
from app.recordings import access, exemplars, hearing, playing, redacting, seconds, sounding
from app.recordings.models import Recording, Redaction
from app.recordings.redaction import Span

bp = Blueprint("listening", __name__)


@bp.get("/recordings/<id:recording_id>")
def listen(recording_id: int) -> str:
    person, recording, original = asked(recording_id)
    hearing.note_read(person, recording, original=original)
    return page(person, recording, original=original)


def page(
    person: Person,
    recording: Recording,
    *,
    original: bool = False,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page, with what was typed wrongly and why, by field."""
    hidden = not access.is_known_to(person, recording)
    handles = access.may_handle(person, recording)
    active = sounding.active(recording)
    by = recording.exemplar_by_id
    released_by = people.names([by])[by] if by else ""
    return render_template(
        "recordings/listen.html",
        recording=recording,
        sound=playing.sound_of(recording, person, hide_names=hidden, original=original),
        names_hidden=hidden,
        may_handle=handles,
        may_erase=access.may_erase(person, recording),
        redactions=_named(active) if handles else [],
        on_disk=any(each.erased_at is None for each in active),
        released_by=released_by,
        errors=errors or {},
        typed=typed or {},
    )


def _named(redactions: Sequence[Redaction]) -> list[tuple[Redaction, str]]:
    """Each with the name of who hid it."""
    names = people.names(each.by_id for each in redactions)
    return [(each, names[each.by_id]) for each in redactions]


@bp.get("/exemplars", endpoint="exemplars")
def exemplars_page() -> str:
    skill = request.args.get("skill", "")[: exemplars.LONGEST_SKILL]
    return render_template(
        "recordings/exemplars.html",
        found=exemplars.released(skill, page_in(request.args)),
        skills=exemplars.skills(),
        skill=skill,
        reader=signed_in(),
        within_quality=request.args.get("from") == "quality",
    )


@bp.get("/recordings/<id:recording_id>/audio.flac")
def audio(recording_id: int) -> Response:
    person, recording, original = asked(recording_id)
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


@bp.get("/recordings/<id:recording_id>/peaks.json")
def peaks(recording_id: int) -> Response:
    _person, recording, original = asked(recording_id)
    _sound, path = hearing.files(recording, original=original)
    return send_file(path, conditional=True, max_age=0)


@bp.get("/recordings/<id:recording_id>/transcript.vtt")
def transcript(recording_id: int) -> Response:
    person, recording, original = asked(recording_id)
    hearing.note_export(person, recording, "recording.transcript", original=original)
    hidden = not access.is_known_to(person, recording)
    text = playing.webvtt_of(recording, hide_names=hidden, original=original)
    answer = Response(text, mimetype="text/vtt")
    answer.headers["Content-Disposition"] = f'inline; filename="recording-{recording.id}.vtt"'
    return answer


@bp.get("/recordings/<id:recording_id>/redactions/preview.json")
def preview(recording_id: int) -> Response:
    """``{seconds, lines: [{at, name, words}]}``: what a span would take away."""
    person, recording, _original = asked(recording_id)
    access.require_handle(person, recording)
    span = span_of(request.args)
    names = playing.names_of(recording)
    lost = redacting.preview(recording, span)
    return jsonify(
        seconds=round(min(span.end, recording.seconds) - span.start, 1),
        lines=[
            {"at": duration(each.start), "name": names[each.speaker], "words": each.text}
            for each in lost
        ],
    )


def span_of(sent: Mapping[str, str]) -> Span:
    """Raises ``InvalidInput`` beside the field that is wrong."""
    start = seconds.parse(sent.get("start", ""), "start")
    end = seconds.parse(sent.get("end", ""), "end")
    if end <= start:
        raise InvalidInput(_("The end must lie after the beginning."), field="end")
    return Span(start, end)


def asked(recording_id: int) -> tuple[Person, Recording, bool]:
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
