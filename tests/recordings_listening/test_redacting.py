"""A hidden span is gone everywhere; it comes back; erased, it is gone from the disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry, Person, Role
from app.config import Settings
from app.db import db, transaction
from app.errors import StorageError
from app.jobs.models import Job
from app.jobs.queue import State
from app.jobs.worker import Worker
from app.quality.result import CriterionResult, Evidence, Score
from app.quality.text import text
from app.recordings import removing, search, silencing, sounding
from app.recordings.folders import FLAC
from app.recordings.models import PRACTICE, UPLOAD, Recording
from app.scenarios import service
from app.scenarios.models import Call
from app.scenarios.practice import practice
from tests.conftest import START, MakePerson, SignIn, post
from tests.recordings_listening.conftest import MakeRecording, loud

RATE = 16_000
GONE = ("clara", "whitfield")
"""Said from 2.5 to 3.5 s."""


@dataclass
class Room:
    app: Flask
    recording: Recording
    agent: FlaskClient
    supervisor: FlaskClient
    folder: Path

    def path(self, rest: str = "") -> str:
        return f"/recordings/{self.recording.id}{rest}"

    def redact(self, start: str = "2.5", end: str = "3.5", reason: str = "her name") -> int:
        data = {"start": start, "end": end, "reason": reason}
        return post(self.supervisor, self.path("/redactions"), data).status_code

    def sound(self, browser: FlaskClient, path: str) -> Any:
        with browser.get(path) as answer:
            assert answer.status_code == 200, answer.text
            body, _rate = soundfile.read(io.BytesIO(answer.data), dtype="int16", always_2d=True)
        return body

    def json(self, browser: FlaskClient, path: str) -> Any:
        with browser.get(path) as answer:
            assert answer.status_code == 200
            return answer.get_json()

    def row(self) -> Recording:
        return db.session.get_one(Recording, self.recording.id, populate_existing=True)

    def actions(self) -> list[str]:
        with self.app.app_context():
            rows = db.session.query(AuditEntry).order_by(AuditEntry.id)
            return [each.action for each in rows if each.subject_kind == "recording"]


BOTH = pytest.mark.parametrize("room", [UPLOAD, PRACTICE], indirect=True)
OF_PRACTICE = pytest.mark.parametrize("room", [PRACTICE], indirect=True)


@pytest.fixture
def room(
    request: pytest.FixtureRequest,
    app: Flask,
    person: MakePerson,
    sign_in: SignIn,
    recording: MakeRecording,
    settings: Settings,
) -> Room:
    agent = person(Role.AGENT, team="North")
    supervisor = person(Role.SUPERVISOR, leads=("North",))
    source = getattr(request, "param", UPLOAD)
    made = recording(agent, source=source)
    if source == PRACTICE:
        _make_call(app, made, agent)
    return Room(
        app,
        made,
        sign_in(app.test_client(), agent),
        sign_in(app.test_client(), supervisor),
        settings.recordings_dir / made.key,
    )


def _make_call(app: Flask, made: Recording, agent: Person) -> None:
    """The practice call behind the recording, scored with evidence."""
    with app.app_context(), transaction() as session:
        scenario = practice().library.all()[0]
        call = service.start_call(
            session.get_one(Person, agent.id), scenario, service.Wanted(), START, call_id=made.key
        )
        call.status, call.ended_at, call.audio_sha256 = "done", START, "x" * 64
        call.seconds = 12.0
        call.score = _score().to_dict()


def _score() -> Score:
    proof = Evidence(2.5, 3.45, "trainee", "clara whitfield")
    result = CriterionResult(
        "name", "Says her name", "a", 100.0, 100.0, "met", 100.0, "none",
        text("rule"), text("said"), (proof,), (),
    )  # fmt: skip
    return Score("Card", 80.0, 100.0, 100.0, True, (), (), (result,), 0.0)


def _assert_hidden(room: Room, browser: FlaskClient) -> None:
    page = browser.get(room.path()).text
    vtt = browser.get(room.path("/transcript.vtt")).text
    for word in GONE:
        assert word not in page
        assert word not in vtt
    assert "card" in page
    out = room.sound(browser, room.path("/audio.flac"))
    _assert_silent(out)
    channels = room.json(browser, room.path("/peaks.json"))["channels"]
    assert len(channels) == 2
    for channel in channels:
        assert max(channel[54:66]) == 0
        assert max(channel[50:70]) < 0.05
        assert max(channel[40:49]) > 0.1


def _assert_silent(out: Any) -> None:
    kept = loud()
    assert out.shape == kept.shape
    edge = round(silencing.TONE_SECONDS * RATE)
    assert not out[40_000 + edge : 56_000 - edge].any()
    assert np.array_equal(out[:40_000], kept[:40_000])
    assert np.array_equal(out[56_000:], kept[56_000:])


@BOTH
def test_what_is_hidden_nobody_hears_reads_or_finds(room: Room) -> None:
    assert room.redact() == 302
    for browser in (room.agent, room.supervisor):
        _assert_hidden(room, browser)
    with room.app.app_context():
        assert search.search("whitfield", Recording.id == room.recording.id) == []
        assert len(search.search("card", Recording.id == room.recording.id)) == 1
        assert room.row().revision == 2
    assert (room.folder / FLAC).exists()
    assert room.actions().count("recording.redacted") == 1


def test_the_original_is_for_those_in_charge_and_every_opening_is_noted(room: Room) -> None:
    room.redact()
    assert "whitfield" in room.supervisor.get(room.path("?original=1")).text
    assert "whitfield" in room.supervisor.get(room.path("/transcript.vtt?original=1")).text
    assert np.array_equal(room.sound(room.supervisor, room.path("/audio.flac?original=1")), loud())
    for rest in ("", "/audio.flac", "/peaks.json", "/transcript.vtt"):
        assert room.agent.get(room.path(f"{rest}?original=1")).status_code == 403
    room.supervisor.get(room.path("?original=1"))
    assert room.actions().count("recording.original") == 2
    assert room.actions().count("recording.original_heard") == 1


def test_undone_it_is_back(room: Room) -> None:
    room.redact()
    with room.app.app_context():
        number = room.row().redactions[0].id
    assert post(room.agent, room.path(f"/redactions/{number}/undo")).status_code == 403
    assert post(room.supervisor, room.path(f"/redactions/{number}/undo")).status_code == 302
    assert "whitfield" in room.agent.get(room.path()).text
    assert np.array_equal(room.sound(room.agent, room.path("/audio.flac")), loud())
    with room.app.app_context():
        assert len(search.search("whitfield", Recording.id == room.recording.id)) == 1
    assert "recording.shown_again" in room.actions()


@BOTH
def test_erased_it_is_gone_from_the_disk(room: Room) -> None:
    room.redact()
    (room.folder / "something-else.json").write_text('"clara whitfield"')
    path = room.path("/erase-original")
    assert post(room.supervisor, path).status_code == 400
    assert post(room.agent, path, {"sure": "1"}).status_code == 403
    assert post(room.supervisor, path, {"sure": "1"}).status_code == 302
    for file in room.folder.iterdir():
        if file.suffix != ".flac":
            assert b"whitfield" not in file.read_bytes(), file.name
    out, _rate = soundfile.read(room.folder / FLAC, dtype="int16", always_2d=True)
    _assert_silent(out)
    assert len(list(room.folder.glob("*.flac"))) == 1
    _assert_hidden(room, room.agent)
    # Not even whoever had the right to gets it back.
    assert "whitfield" not in room.supervisor.get(room.path("?original=1")).text
    with room.app.app_context():
        row = room.row()
        assert row.original_erased_at is not None
        number = row.redactions[0].id
        call = db.session.get(Call, room.recording.key)
        assert call is None or "whitfield" not in str(call.score)
    assert post(room.supervisor, room.path(f"/redactions/{number}/undo")).status_code == 409
    assert post(room.supervisor, path, {"sure": "1"}).status_code == 409
    assert "recording.original_erased" in room.actions()


def test_a_span_hidden_after_that_can_still_be_shown_again(room: Room) -> None:
    room.redact()
    post(room.supervisor, room.path("/erase-original"), {"sure": "1"})
    assert room.redact("5", "6.5", "her card") == 302
    assert "four" not in room.agent.get(room.path()).text
    with room.app.app_context():
        number = room.row().redactions[-1].id
    assert post(room.supervisor, room.path(f"/redactions/{number}/undo")).status_code == 302
    assert "four" in room.agent.get(room.path()).text
    _assert_hidden(room, room.agent)


@OF_PRACTICE
def test_the_debrief_is_no_way_round(room: Room) -> None:
    room.redact()
    call = f"/calls/{room.recording.key}"
    for browser in (room.agent, room.supervisor):
        for rest in ("/debrief", "/transcript.vtt", "/log.json"):
            page = browser.get(call + rest)
            assert page.status_code == 200
            assert "whitfield" not in page.text, rest
        _assert_silent(room.sound(browser, call + "/audio.flac"))
        channels = room.json(browser, call + "/peaks.json")["channels"]
        assert max(channels[0][54:66]) == 0


@OF_PRACTICE
def test_the_debrief_of_an_erased_recording_keeps_its_figures(room: Room) -> None:
    with room.app.test_request_context():
        removing.forget(room.row(), START)
    page = room.agent.get(f"/calls/{room.recording.key}/debrief")
    assert "was erased" in page.text
    assert "whitfield" not in page.text
    assert 'data-test="score"' in page.text
    assert "data-audio" not in page.text
    for rest in ("audio.flac", "peaks.json"):
        assert room.agent.get(f"/calls/{room.recording.key}/{rest}").status_code == 404


def test_the_original_is_never_served_for_want_of_the_redacted(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("no room")

    monkeypatch.setattr(sounding, "silence", full)
    assert room.redact() == 503  # It stands, though its sound could not be made.
    for rest in ("/audio.flac", "/peaks.json"):
        assert room.agent.get(room.path(rest)).status_code == 503
    assert list(room.folder.glob("*.part")) == []
    monkeypatch.undo()
    _assert_hidden(room, room.agent)


def test_a_long_recording_is_a_jobs_work(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounding, "LONG", 5.0)
    room.redact()
    assert room.agent.get(room.path("/audio.flac")).status_code == 503
    with room.app.app_context():
        jobs = db.session.query(Job).filter_by(kind="recordings.redact").all()
        assert [job.arguments for job in jobs] == [{"recording": room.recording.id}]
        assert Worker(room.app, name="desk:1").work_one()
        db.session.rollback()
        db.session.refresh(jobs[0])
        assert jobs[0].state is State.DONE
    _assert_hidden(room, room.agent)


def test_what_was_typed_wrongly_is_shown_beside_its_field(room: Room) -> None:
    for data in (
        {"start": "x", "end": "3", "reason": "name"},
        {"start": "3", "end": "2", "reason": "name"},
        {"start": "50", "end": "60", "reason": "name"},
        {"start": "2", "end": "3", "reason": " "},
    ):
        answer = post(room.supervisor, room.path("/redactions"), data)
        assert answer.status_code == 400
        assert "aria-invalid" in answer.text
        assert f'value="{data["end"]}"' in answer.text
    assert "recording.redacted" not in room.actions()


def test_the_preview_says_what_would_go(room: Room) -> None:
    path = room.path("/redactions/preview.json?start=2.6&end=3.4")
    told = room.json(room.supervisor, path)
    assert [line["words"] for line in told["lines"]] == ["clara whitfield"]
    assert room.agent.get(path).status_code == 403
    room.redact()
    assert room.json(room.supervisor, path)["lines"] == []
