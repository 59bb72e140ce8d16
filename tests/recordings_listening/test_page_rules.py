"""Remarks, exemplars, hearing, erasing through the page: who may, who sees, what is noted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry, Person, Role
from app.config import Settings
from app.db import db, transaction
from app.recordings import access, playing, words_elsewhere
from app.recordings.models import ERASED, Passage, Recording, Remark
from tests.conftest import START, MakePerson, SignIn, TestClock, post, token_of
from tests.recordings_listening.conftest import MakeRecording

JSON = {"Accept": "application/json"}


@dataclass
class Room:
    app: Flask
    id: int
    browsers: dict[str, FlaskClient]
    settings: Settings

    def path(self, rest: str = "") -> str:
        return f"/recordings/{self.id}{rest}"

    def get(self, who: str, rest: str = "") -> str:
        with self.browsers[who].get(self.path(rest)) as answer:
            return (
                answer.data.decode(errors="replace")
                if answer.status_code == 200
                else str(answer.status_code)
            )

    def post(self, who: str, rest: str, **data: str) -> int:
        return post(self.browsers[who], self.path(rest), data).status_code

    def remark(self, who: str, words: str, shared: bool = False) -> int:
        data = {"at_seconds": "3.2", "words": words, "shared": "1" if shared else ""}
        return self.post(who, "/remarks", **data)

    def actions(self, action: str) -> int:
        with self.app.app_context():
            return db.session.query(AuditEntry).filter_by(action=action).count()


@pytest.fixture
def room(
    app: Flask, person: MakePerson, sign_in: SignIn, recording: MakeRecording, settings: Settings
) -> Room:
    people = {
        "agent": person(Role.AGENT, team="North", name="Nina Agent"),
        "colleague": person(Role.AGENT, team="North"),
        "leads": person(Role.SUPERVISOR, leads=("North",)),
        "uploader": person(Role.SUPERVISOR, leads=("South",)),
        "qa": person(Role.QA),
        "blind": person(Role.SUPERVISOR, leads=("South",)),
    }
    made = recording(people["agent"], by=people["uploader"])
    with app.app_context():
        access.grant([people["qa"].id], "plan:1", at=START, everybody=True)
        access.grant([people["blind"].id], "session:1", at=START, recordings=[made.id])
    browsers = {name: sign_in(app.test_client(), each) for name, each in people.items()}
    return Room(app, made.id, browsers, settings)


# ---- hearing -----------------------------------------------------------------------------------


def test_hearing_is_noted_once_a_sitting_and_exports_always(room: Room, clock: TestClock) -> None:
    for _ in range(3):
        room.get("leads")
        room.get("leads", "/audio.flac")
    room.get("agent", "/audio.flac")
    assert (room.actions("recording.read"), room.actions("recording.heard")) == (1, 1)
    clock.advance(minutes=11)
    room.get("leads", "/audio.flac")
    assert room.actions("recording.heard") == 2
    for who in ("leads", "leads", "agent"):
        room.get(who, "/audio.flac?download=1")
        room.get(who, "/transcript.vtt")
    assert room.actions("recording.download") == 3
    assert room.actions("recording.transcript") == 3


def test_sound_comes_in_pieces(room: Room) -> None:
    with room.browsers["agent"].get(
        room.path("/audio.flac"), headers={"Range": "bytes=10-19"}
    ) as answer:
        assert answer.status_code == 206
        assert len(answer.data) == 10


def test_strangers_do_not_learn_that_it_is_there(room: Room) -> None:
    for rest in ("", "/audio.flac", "/peaks.json", "/transcript.vtt"):
        assert room.get("colleague", rest) == "404"
    assert room.remark("colleague", "x") == 404
    for rest in ("/redactions", "/erase-original", "/exemplar"):
        assert room.post("colleague", rest) == 403  # not of an agent's role
        assert room.post("blind", rest, sure="1", start="1", end="2", reason="x") in (400, 403)
    assert room.post("colleague", "/erase") == 404


def test_who_scores_blind_sees_no_name(room: Room) -> None:
    room.remark("leads", "Nina did this well", shared=True)
    for rest in ("", "/transcript.vtt"):
        page = room.get("blind", rest)
        assert "Nina" not in page
        assert "Agent" in page
        assert "Clara about" not in page
    assert "Nina" in room.get("uploader")
    assert room.post("blind", "/exemplar", why="a", skill="b", no_names="1") == 403
    listed = room.browsers["blind"].get("/recordings").text
    assert "Nina" not in listed
    assert f"recording-{room.id}" not in listed


def test_a_recording_without_sound_is_still_read(
    room: Room, person: MakePerson, recording: MakeRecording
) -> None:
    agent = db_person(room, "Nina Agent")
    for mode in ("chat", "voice"):
        made = recording(agent, mode=mode, title=mode)
        if mode == "voice":
            (room.settings.recordings_dir / made.key / "call.flac").unlink()
        with room.browsers["agent"].get(f"/recordings/{made.id}") as answer:
            assert answer.status_code == 200
            assert "whitfield" in answer.text
            assert "data-audio" not in answer.text
        assert room.browsers["agent"].get(f"/recordings/{made.id}/audio.flac").status_code == 404


def db_person(room: Room, name: str) -> Person:

    with room.app.app_context():
        return db.session.query(Person).filter_by(name=name).one()


# ---- remarks -----------------------------------------------------------------------------------


def test_a_private_remark_is_its_writers_and_a_shared_one_is_seen(room: Room) -> None:
    assert room.remark("leads", "only for me") == 302
    assert room.remark("leads", "for all of us", shared=True) == 302
    assert "only for me" in room.get("leads")
    for who in ("agent", "qa", "uploader"):
        page = room.get(who)
        assert "only for me" not in page
        assert "for all of us" in page
    assert "for all of us" not in room.get("blind")
    assert room.remark("blind", "shared?", shared=True) == 400
    assert room.remark("blind", "mine") == 302
    assert "mine" in room.get("blind")


def test_a_remark_is_changed_deleted_and_brought_back_by_its_writer(room: Room) -> None:
    room.remark("leads", "first", shared=True)
    browser = room.browsers["leads"]
    number = int(re.findall(r'data-test="remark-(\d+)"', room.get("leads"))[0])
    changed = {"at_seconds": "4", "words": "mended", "shared": "1", "revision": "1"}
    assert room.post("agent", f"/remarks/{number}", **changed) == 404
    assert room.post("leads", f"/remarks/{number}", **changed) == 302
    # In another window she still had the first words.
    assert room.post("leads", f"/remarks/{number}", **changed) == 409
    assert "mended" in room.get("agent")
    assert room.post("qa", f"/remarks/{number}/delete") == 404
    token = {"csrf_token": token_of(browser)}
    told = browser.post(room.path(f"/remarks/{number}/delete"), data=token, headers=JSON).json
    assert "bring-back" in told["html"]
    assert told["pins"] == []
    assert "mended" not in room.get("agent")
    assert room.post("leads", f"/remarks/{number}/bring-back") == 302
    assert "mended" in room.get("agent")
    # After a day it is gone with the next deletion.
    room.post("leads", f"/remarks/{number}/delete")
    with room.app.app_context(), transaction() as session:
        session.get_one(Remark, number).deleted_at = START - timedelta(days=2)
    room.remark("agent", "other")
    other = int(re.findall(r'data-test="remark-(\d+)"', room.get("agent"))[-1])
    room.post("agent", f"/remarks/{other}/delete")
    with room.app.app_context():
        assert db.session.get(Remark, number) is None


@pytest.mark.parametrize(
    ("at", "words", "field"),
    [("x", "a", "at_seconds"), ("99", "a", "at_seconds"), ("1", "  ", "words")],
)
def test_a_remark_that_says_nothing_is_refused(room: Room, at: str, words: str, field: str) -> None:
    browser = room.browsers["agent"]
    data = {"at_seconds": at, "words": words, "csrf_token": token_of(browser)}
    answer = browser.post(room.path("/remarks"), data=data, headers=JSON)
    assert answer.status_code == 400
    assert answer.json["error"]["field"] == field


# ---- exemplars ---------------------------------------------------------------------------------


def test_a_released_call_is_everybodys_until_it_is_taken_back(room: Room) -> None:
    assert room.post("leads", "/exemplar", why="Calm throughout", skill="calming") == 400
    assert room.post("agent", "/exemplar", why="Mine", skill="x", no_names="1") == 403
    released = {"why": "Calm throughout", "skill": "calming", "no_names": "1"}
    room.remark("leads", "shared words", shared=True)
    assert room.post("leads", "/exemplar", **released) == 302
    listed = room.browsers["colleague"].get("/exemplars").text
    assert 'data-test="tab-recordings"' not in listed
    within = room.browsers["colleague"].get("/exemplars?from=quality").text
    assert 'data-test="tab-recordings"' in within
    assert "Calm throughout" in listed
    assert "Nina" not in listed
    page = room.get("colleague")
    assert "card" in page
    assert "Nina" not in page
    assert "shared words" not in page
    assert room.actions("recording.released") == 1
    assert room.post("blind", "/exemplar/take-back") == 403
    assert room.post("leads", "/exemplar/take-back") == 302
    assert room.get("colleague") == "404"
    assert "Calm throughout" not in room.browsers["colleague"].get("/exemplars").text


def test_with_a_redaction_nobody_need_say_that_there_are_no_names(room: Room) -> None:
    assert room.post("leads", "/redactions", start="2.5", end="3.5", reason="name") == 302
    assert room.post("leads", "/exemplar", why="Calm", skill="calming") == 302
    page = room.get("colleague")
    assert "whitfield" not in page
    assert room.get("colleague", "?original=1") == "403"
    assert room.get("blind", "?original=1") == "403"


# ---- erasing -----------------------------------------------------------------------------------


def test_who_may_erase_a_recording_and_what_is_left(room: Room) -> None:
    title = "Clara about her card"
    for who, status in (("agent", 403), ("leads", 403), ("blind", 403)):
        assert room.post(who, "/erase", title=title) == status
    assert room.post("qa", "/erase", title="another") == 400
    room.remark("leads", "words", shared=True)
    forgotten: list[int] = []
    words_elsewhere.also(room.app, lambda recording, spans: forgotten.append(recording.id))
    assert room.post("uploader", "/erase", title=title) == 302
    assert forgotten == [room.id]
    assert room.get("agent") == "404"
    with room.app.app_context():
        row = db.session.get_one(Recording, room.id)
        assert row.status == ERASED
        assert row.erased_at is not None
        assert not (room.settings.recordings_dir / row.key).exists()
        for table in (Passage, Remark):
            assert db.session.query(table).filter_by(recording_id=row.id).count() == 0
    assert room.actions("recording.erased") == 1


def test_what_is_held_is_not_erased(room: Room) -> None:
    with room.app.app_context(), transaction() as session:
        session.get_one(Recording, room.id).held = True
    assert room.post("qa", "/erase", title="Clara about her card") == 409


# ---- for other pages ---------------------------------------------------------------------------


def test_a_sound_takes_the_pins_of_a_page(room: Room) -> None:
    with room.app.test_request_context():
        row = db.session.get_one(Recording, room.id)
        agent = row.agent
        assert agent is not None
        sound = playing.sound_of(row, agent)
        shown = sound.with_marks([playing.Pin(3.0, "met", "Greets"), playing.Pin(1.0, "x", "y")])
        assert [pin.at for pin in shown.marks] == [1.0, 3.0]
        assert sound.lanes == (("trainee", "Nina Agent"), ("customer", "Customer"))
        assert [line.speaker for line in sound.lines] == ["customer", "trainee"]
        hidden = playing.sound_of(row, agent, hide_names=True)
        assert (hidden.title, hidden.lanes[0][1]) == (f"Recording {room.id}", "Agent")
