"""Practice calls are recordings: when they end, when they are cut off, and those made before."""

from __future__ import annotations

from flask import Flask

from app.config import Settings
from app.db import db, transaction
from app.recordings import keeping
from app.recordings.models import PRACTICE, READY, Recording
from app.scenarios import kept_calls, service, verdicts
from tests.conftest import MakePerson, SignIn
from tests.scenarios_service.conftest import CUT, Play


def kept(app: Flask) -> list[Recording]:
    with app.app_context():
        return list(db.session.scalars(db.select(Recording).order_by(Recording.id)).unique())


def test_a_call_that_ended(
    app: Flask, settings: Settings, person: MakePerson, play: Play, sign_in: SignIn
) -> None:
    nina = person("agent", team="North")
    call = play(nina)
    (row,) = kept(app)
    assert (row.key, row.source, row.status, row.agent_id) == (call, PRACTICE, READY, nina.id)
    assert (row.mode, row.skill, row.channels) == ("chat", "small", 0)
    assert row.seconds > 0
    said = keeping.timeline_of(row, settings.recordings_dir)
    assert {each.speaker for each in said.utterances} == {"trainee", "customer"}
    assert said.marks
    sam = sign_in(app.test_client(), person("supervisor", leads=("North",)))
    assert f"/recordings/{row.id}" in sam.get("/recordings?q=offer").text
    stranger = sign_in(app.test_client(), person("agent"))
    assert f"/recordings/{row.id}" not in stranger.get("/recordings?q=offer").text


def test_a_call_by_voice_and_one_cut_off(app: Flask, person: MakePerson, play: Play) -> None:
    nina = person("agent")
    play(nina, mode="voice")
    play(nina, CUT, cut="network")
    spoken, cut = kept(app)
    assert (spoken.mode, spoken.channels, spoken.recognizer) == ("voice", 2, "vosk")
    assert len(spoken.audio_sha256) == 64
    assert (cut.mode, cut.status) == ("chat", READY)


def test_a_call_that_is_discarded(
    app: Flask, settings: Settings, person: MakePerson, play: Play
) -> None:
    call = play(person("agent"))
    with app.app_context():
        service.discard_call(service.find_call(call), settings.recordings_dir)
    assert kept(app) == []


def test_calls_made_before(app: Flask, person: MakePerson, play: Play, sign_in: SignIn) -> None:
    """The step of the setup keeps them once, and finds nothing to do the next time."""
    nina = person("agent")
    calls = [play(nina), play(nina, CUT, cut="network")]
    with app.app_context(), transaction():
        for call in calls:
            verdicts.forget(service.find_call(call))
            keeping.forget(call)
    assert kept(app) == []
    assert kept_calls.keep_all(app) is True
    assert kept_calls.keep_all(app) is False
    assert {each.key for each in kept(app)} == set(calls)
    page = sign_in(app.test_client(), nina).get("/recordings?q=offer").text
    assert "Nothing fits" not in page
