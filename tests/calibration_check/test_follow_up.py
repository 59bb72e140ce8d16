"""The follow-up is scored by the new words, once they are published; one draft, whose proposals
publishing takes up."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.calibration import session_events as happen
from app.calibration import store
from app.calibration.models import CalibrationSession
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.cards.models import DRAFT, CardVersion
from app.quality.cards.publishing import Publishing
from app.quality.proposals.models import OPEN, TAKEN, Proposal
from tests.calibration_check.room import ANN, BOB, LATER, Room, planned, score
from tests.calibration_check.test_act_page import consensus
from tests.conftest import START, SignIn, post


def closed_with(client: FlaskClient, talk: Room, words: str, *, follow_up: bool = True) -> None:
    """The session through Act, with new guidance for empathy and a follow-up."""
    post(client, talk.path("go-on"))
    post(client, talk.path("act/settle"), consensus(talk))
    guidance = {"kind": "guidance", "criterion": "empathy", "words": words, "reason": "A"}
    post(client, talk.path("act/propose"), guidance)
    if follow_up:
        due = {"kind": "follow_up", "due": f"{LATER:%Y-%m-%dT%H:%M}", "reason": "E"}
        post(client, talk.path("act/propose"), due)
    assert post(client, talk.path("act/close")).status_code == 302


def publish(talk: Room, draft: CardVersion) -> CardVersion:
    seen = Publishing("Better words", draft.revision, talk.cast.version)
    return cards.publish(draft, talk.cast.host, talk.clock(), seen)


def the_draft() -> CardVersion:
    return db.session.scalars(select(CardVersion).where(CardVersion.status == DRAFT)).unique().one()


def test_a_follow_up_takes_the_new_words(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    closed_with(client, talk, "Name the feeling.")
    with app.app_context():
        chosen = select(CalibrationSession.id).where(CalibrationSession.follows_id == talk.session)
        after = db.session.scalars(chosen).one()
        draft = the_draft().id
    where = f"/quality/calibration/{after}"
    for page in ("plan", "open"):
        told = client.get(f"{where}/{page}").text
        assert "The new words are not in force yet" in told
        assert f"/quality/cards/versions/{draft}" in told
    with app.app_context():
        talk.clock.advance(minutes=1)
        version = publish(talk, the_draft())
        assert version.number == 2
    told = client.get(f"{where}/plan").text
    assert "Scored by version 2" in told
    assert f'<option value="{draft}" selected>' in told
    assert "Version 2 is in force" in client.get(f"{where}/open").text, "not kept yet"
    with app.app_context():
        # The lead keeps the old version on purpose: it stays.
        talk.clock.advance(minutes=1)
        plan = replace(store.load(after).plan, title="Again")
        store.append(after, happen.Planned(talk.cast.host.id, talk.clock(), plan))
    told = client.get(f"{where}/plan").text
    assert f'<option value="{draft}" selected>' not in told
    assert "Version 2 is in force" in told


def test_two_sessions_write_one_draft_and_publishing_takes_it_up(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    with app.app_context():
        row = store.begin(happen.Planned(talk.cast.host.id, START, planned(talk)))
        other = Room(talk.cast, row.id, talk.recordings, talk.clock)
        score(other, {talk.cast.ann.id: ANN, talk.cast.bob.id: BOB})
    closed_with(client, talk, "Name the feeling.", follow_up=False)
    closed_with(client, other, "Do not hurry.", follow_up=False)
    with app.app_context():
        draft = the_draft()
        criteria = {each["id"]: each for each in draft.body["sections"][0]["criteria"]}
        assert criteria["empathy"]["guidance"] == "Name the feeling.\n\nDo not hurry."
        assert draft.reason.count("empathy: A") == 2
        found = db.session.scalars(select(Proposal)).unique().all()
        assert [(each.status, each.card_version_id) for each in found] == [(OPEN, draft.id)] * 2
        address = f"/quality/cards/versions/{draft.id}"
    for room in (talk, other):
        assert address in client.get(room.path("act")).text
    assert "It stands in a draft already" in client.get("/quality/proposals").text
    with app.app_context():
        with transaction():
            publish(talk, the_draft())
        found = db.session.scalars(select(Proposal)).unique().all()
        assert {(each.status, each.decided_by_id) for each in found} == {(TAKEN, talk.cast.host.id)}
        assert "version 2" in found[0].decision
    page = client.get("/quality/proposals?state=taken").text
    assert "criterion Shows empathy" in page
    assert address in page
