"""Who may hear which recording, as a table; the question and the condition say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.db import db, transaction
from app.errors import NotAllowed, NotFound
from app.recordings import access
from app.recordings.models import ERASED, HearingGrant, Recording
from tests.conftest import START, MakePerson
from tests.recordings_listening.conftest import MakeRecording

READERS = {
    "agent": (Role.AGENT, "North", ()),
    "colleague": (Role.AGENT, "North", ()),
    "leads": (Role.SUPERVISOR, "", ("North",)),
    "leads another": (Role.SUPERVISOR, "", ("South",)),
    "uploader": (Role.SUPERVISOR, "", ("South",)),
    "qa": (Role.QA, "", ()),
    "qa by recording": (Role.QA, "", ()),
    "qa by agent": (Role.QA, "", ()),
    "qa by team": (Role.QA, "", ()),
    "qa by everybody": (Role.QA, "", ()),
    "qa elsewhere": (Role.QA, "", ()),
    "rater of a session": (Role.SUPERVISOR, "", ("South",)),
    "to be certified": (Role.QA, "", ()),
    "planner": (Role.PLANNER, "", ()),
    "administrator": (Role.ADMINISTRATOR, "", ()),
}
BY_RIGHT = {"leads", "uploader", "qa by recording", "qa by agent", "qa by team", "qa by everybody"}
BLIND = {"rater of a session", "to be certified"}
HEAR = {"agent", *BY_RIGHT, *BLIND}
ERASE = {name for name in BY_RIGHT if name.startswith("qa")} | {"uploader"}


@dataclass
class Cast:
    recording: Recording
    other: Recording
    readers: dict[str, Person]


@pytest.fixture
def cast(app: Flask, person: MakePerson, recording: MakeRecording) -> Iterator[Cast]:
    readers = {
        name: person(role, login=f"r{n}", team=team, leads=leads)
        for n, (name, (role, team, leads)) in enumerate(READERS.items())
    }
    east = person(Role.AGENT, login="far", team="East")
    made = recording(readers["agent"], by=readers["uploader"])
    other = recording(east)
    with app.app_context():
        people = {name: db.session.get_one(Person, each.id) for name, each in readers.items()}
        team = people["agent"].team_id
        _give(people["qa by recording"], "plan:1", recordings=[made.id])
        _give(people["qa by agent"], "plan:2", agents=[people["agent"].id])
        _give(people["qa by team"], "plan:3", teams=[team])
        _give(people["qa by everybody"], "plan:4", everybody=True)
        _give(people["qa elsewhere"], "plan:5", recordings=[other.id], agents=[east.id])
        _give(people["rater of a session"], "session:5", recordings=[made.id])
        _give(people["to be certified"], "certification:5", recordings=[made.id])
        yield Cast(
            db.session.get_one(Recording, made.id), db.session.get_one(Recording, other.id), people
        )


def _give(person: Person, source: str, **what: object) -> None:
    access.grant([person.id], source, at=START, **what)  # type: ignore[arg-type]


def _who(cast: Cast, recording: Recording) -> set[str]:
    """Who may hear it; however it is asked, the answer is the same."""
    heard = set()
    for name, reader in cast.readers.items():
        rows = db.session.scalars(select(Recording.id).where(access.heard_by(reader))).all()
        assert len(rows) == len(set(rows))
        assert access.may_hear(reader, recording) is (recording.id in rows), name
        if recording.id in rows:
            assert access.find(reader, recording.id) is recording
            heard.add(name)
        else:
            with pytest.raises(NotFound):
                access.find(reader, recording.id)
    return heard


def test_who_hears(cast: Cast) -> None:
    assert _who(cast, cast.recording) == HEAR


def test_grants_reach_no_further(cast: Cast) -> None:
    assert _who(cast, cast.other) == {"qa by everybody", "qa elsewhere"}


def test_everybody_hears_an_exemplar_and_handles_it_no_more_than_before(cast: Cast) -> None:
    with transaction():
        cast.recording.exemplar_at = START
    assert _who(cast, cast.recording) == set(READERS)
    assert {n for n, p in cast.readers.items() if access.may_handle(p, cast.recording)} == BY_RIGHT


def test_nobody_hears_what_is_erased(cast: Cast) -> None:
    with transaction():
        cast.recording.exemplar_at = START
        cast.recording.status = ERASED
    assert _who(cast, cast.recording) == set()
    assert not any(access.may_handle(p, cast.recording) for p in cast.readers.values())


def test_who_may_do_more_than_hear(cast: Cast) -> None:
    people, made = cast.readers, cast.recording
    assert {name for name in people if access.may_handle(people[name], made)} == BY_RIGHT
    assert {name for name in people if access.may_erase(people[name], made)} == ERASE
    assert {name for name in people if access.is_known_to(people[name], made)} == HEAR - BLIND
    with pytest.raises(NotAllowed):
        access.require_handle(people["agent"], made)


def test_a_source_takes_back_what_it_gave_and_nothing_else(cast: Cast) -> None:
    with transaction() as session:
        session.add(
            HearingGrant(
                person_id=cast.readers["qa"].id,
                source="plan:2",
                agent_id=cast.readers["agent"].id,
                granted_at=START,
            )
        )
    assert "qa" in _who(cast, cast.recording)
    access.revoke("plan:2")
    assert _who(cast, cast.recording) == HEAR - {"qa by agent"}


def test_a_recording_of_nobody_known_is_heard_by_its_uploader_and_by_grants(
    app: Flask, cast: Cast, recording: MakeRecording
) -> None:
    made = recording(None, by=cast.readers["uploader"])
    db.session.rollback()  # It was made beside this session.
    assert _who(cast, db.session.get_one(Recording, made.id)) == {"uploader", "qa by everybody"}
