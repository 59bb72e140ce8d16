"""The page that sends recordings, and where its script sends each file."""

from __future__ import annotations

import json
import secrets
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import ClientDisconnected

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.errors import InvalidInput
from app.i18n import LANGUAGES, zone_named
from app.recordings import csv_facts, intake, upload_folders
from app.recordings.details import Around, Told, shown_name, understand
from app.recordings.models import LEFT_CHANNEL, RIGHT_CHANNEL, Recording
from app.recordings.upload_folders import Stream
from app.recordings.upload_limits import LIMITS
from app.services import now, services

LONGEST_HEAD = 64 << 10
"""Bytes of what is told about a file, in front of it."""
MOST_FILES = 500
ACCEPTED = ".wav,.flac,.ogg,.oga,.opus,.mp3"


def add_to(bp: Blueprint) -> None:
    bp.url_value_preprocessor(_allow_a_recording)
    bp.add_url_rule("/recordings/upload", "upload", upload)
    bp.add_url_rule("/recordings/upload/csv", "read_csv", read_csv, methods=["POST"])
    bp.add_url_rule("/recordings/uploads", "send", send, methods=["POST"])


def _allow_a_recording(endpoint: str | None, _values: Any) -> None:
    """Before anything reads the body: here alone it may be as large as a recording."""
    if endpoint == "recordings.send":
        request.max_content_length = LIMITS.bytes + LONGEST_HEAD


def around(person: Person, recording: Recording | None = None) -> Around:
    """The agent an upload has already stays a possible one, whatever became of her."""
    agents = {each.login: each.id for each in intake.agents_for(person)}
    if recording is not None and recording.agent is not None:
        agents[recording.agent.login] = recording.agent.id
    language = services().settings.language
    return Around(agents, zone_named(person.timezone), now(), language)


def choices(person: Person, recording: Recording | None = None) -> dict[str, Any]:
    """What the forms offer."""
    agents = {each.login: each.name for each in intake.agents_for(person)}
    if recording is not None and recording.agent is not None:
        agents[recording.agent.login] = recording.agent.name
    return {"agents": list(agents.items()), "languages_known": list(LANGUAGES.items())}


def told_before(recording: Recording, zone: ZoneInfo) -> Told:
    """What is known of an upload, as it would be written into the form."""
    return Told(
        title=recording.title,
        agent=recording.agent.login if recording.agent else "",
        date=recording.happened_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        skill=recording.skill,
        language=recording.language,
        channel=recording.agent_channel,
    )


def upload() -> str:
    return render_template(
        "recordings/upload.html",
        accepted=ACCEPTED,
        most_mb=LIMITS.bytes >> 20,
        most_minutes=round(LIMITS.seconds / 60),
        most_files=MOST_FILES,
        language=services().settings.language,
        channels=[(LEFT_CHANNEL, _("Left")), (RIGHT_CHANNEL, _("Right"))],
        **choices(signed_in()),
    )


def read_csv() -> ResponseReturnValue:
    """What a table says of the chosen files: ``csv`` (a file) and ``files`` (JSON, names)."""
    table = request.files.get("csv")
    try:
        files = json.loads(request.form.get("files", "[]"))
    except ValueError:
        files = None
    if table is None or not isinstance(files, list) or len(files) > MOST_FILES:
        raise InvalidInput(_("Choose a table (CSV)."), field="csv")
    names = [name for name in files if isinstance(name, str)]
    data = table.read(csv_facts.LARGEST + 1)
    seen = csv_facts.preview(data, names, around(signed_in()))
    return jsonify(
        rows=[_row(row) for row in seen.rows], silent=list(seen.silent), facts=list(seen.facts)
    )


def _row(row: csv_facts.Row) -> dict[str, Any]:
    told = row.told
    return {
        "line": row.line,
        "file": row.file,
        "matched": row.matched,
        "errors": list(row.errors.values()),
        "told": {
            "title": told.title,
            "agent": told.agent,
            "date": told.date,
            "skill": told.skill,
            "language": told.language,
            "channel": told.channel,
            "facts": dict(told.facts),
        },
    }


def send() -> ResponseReturnValue:
    """One file: a line of JSON about it, then its bytes as they are.

    The line: ``name``, ``consent`` (true: who speaks was told of the recording), ``again``
    (true: wanted though it is here already), and what ``Told`` knows. Answers 201, or 409 with
    the recording that is here already.
    """
    person, stream = signed_in(), request.stream
    said = _head(stream)
    name = shown_name(said.get("name", "")) or _("recording")
    if said.get("consent") is not True:
        raise InvalidInput(
            _("Say that the people in these calls were told that they are recorded."),
            field="consent",
        )
    details = understand(Told.of(said), around(person), name=name)
    data_dir, key = services().settings.data_dir, secrets.token_hex(16)
    received = upload_folders.receive(stream, data_dir, key)
    known = intake.known_already(person, received.sha256)
    if known is not None and said.get("again") is not True:
        upload_folders.forget(data_dir, key)
        return jsonify(duplicate=_told(known)), 409
    try:
        recording = intake.accept(person, received, details, name=name, at=now())
    except BaseException:
        upload_folders.forget(data_dir, key)
        raise
    return jsonify(recording=_told(recording)), 201


def _told(recording: Recording) -> dict[str, Any]:
    page = url_for("listening.listen", recording_id=recording.id)
    return {"id": recording.id, "title": recording.title, "url": page}


def _head(stream: Stream) -> dict[str, Any]:
    """The line of JSON in front of the file. Raises ``InvalidInput``."""
    line = bytearray()
    try:
        while not line.endswith(b"\n"):
            piece = stream.read(1)
            if not piece or len(line) > LONGEST_HEAD:
                raise ValueError
            line += piece
        said = json.loads(line)
    except (ValueError, ClientDisconnected):
        said = None
    if not isinstance(said, dict):
        raise InvalidInput(_("A file is sent with a line of JSON in front of it."), field="file")
    return said
