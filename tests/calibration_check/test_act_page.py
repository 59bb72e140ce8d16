"""Act: what was agreed on, proposed, closed, published, and the circle that closes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.calibration import store
from app.calibration.models import CalibrationSession
from app.calibration.session_state import Phase
from app.db import db
from app.quality.cards.models import DRAFT, CardVersion
from app.quality.evaluations.models import SUBMITTED, Evaluation
from app.quality.proposals.models import Proposal
from app.recordings.models import HearingGrant
from tests.calibration_check.room import ANN, CLOSER, LATER, Room, score
from tests.conftest import SignIn, post


def lead(app: Flask, talk: Room, sign_in: SignIn) -> FlaskClient:
    """The host's browser, at Act."""
    client = sign_in(app.test_client(), talk.cast.host)
    assert post(client, talk.path("go-on")).headers["Location"].endswith(talk.path("").rstrip("/"))
    return client


def consensus(talk: Room, **more: Any) -> dict[str, Any]:
    answers = {
        f"answer-{recording}": f"{mark:g}"
        for recording, mark in zip(talk.recordings, CLOSER["empathy"], strict=True)
    }
    return {
        "criterion": "empathy",
        "outcome": "consensus",
        "reason": "Naming the feeling is what counts.",
        **answers,
        **more,
    }


def test_closing_waits_for_what_is_over(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = lead(app, talk, sign_in)
    refused = post(client, talk.path("act/close"))
    assert refused.status_code == 400
    assert "Still to settle: Shows empathy." in refused.text
    assert post(client, talk.path("act/settle"), consensus(talk)).status_code == 302
    assert post(client, talk.path("act/close")).status_code == 302
    page = client.get(talk.path("act"))
    assert "This session is closed" in page.text
    assert "Naming the feeling is what counts." in page.text
    with app.app_context():
        state = store.load(talk.session)
        assert state.phase is Phase.CLOSED
        mine = select(HearingGrant).where(HearingGrant.source == f"session:{talk.session}")
        assert db.session.scalars(mine).all() == []


def test_what_does_not_fit_comes_back_as_it_was_typed(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    client = lead(app, talk, sign_in)
    page = post(client, talk.path("act/settle"), consensus(talk, reason=" "))
    assert page.status_code == 400
    assert "Write a few words here." in page.text
    first = talk.recordings[0]
    assert f'name="answer-{first}"' in page.text
    wrong = consensus(talk, **{f"answer-{first}": "nonsense", "reason": "kept words"})
    page = post(client, talk.path("act/settle"), wrong)
    assert page.status_code == 400
    assert "Choose one of the answers." in page.text
    assert "kept words" in page.text
    page = post(client, talk.path("act/propose"), {"kind": "follow_up", "due": "", "reason": "R"})
    assert page.status_code == 400
    assert "Choose a date and a time." in page.text
    page = post(client, talk.path("act/propose"), {"kind": "dance", "reason": "R"})
    assert page.status_code == 400


def test_nothing_is_decided_before_somebody_decides(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    client = lead(app, talk, sign_in)
    page = client.get(talk.path("act")).text
    for choice in ("consensus", "none"):
        tag = page[page.index(f'value="{choice}"') :]
        assert "checked" not in tag[: tag.index(">")]
    came = page[page.index('data-test="came-empathy"') :]
    assert "Open" in came[: came.index("</section>")]
    refused = post(client, talk.path("act/settle"), consensus(talk, outcome=""))
    assert refused.status_code == 400
    assert "Choose what came out." in refused.text
    some = consensus(talk, **{f"answer-{talk.recordings[0]}": ""})
    assert post(client, talk.path("act/settle"), some).status_code == 302
    assert "Agreed on 7 of the 8 calls that differed" in client.get(talk.path("act")).text
    post(client, talk.path("act/settle"), consensus(talk, outcome="none"))
    came = client.get(talk.path("act")).text
    came = came[came.index('data-test="came-empathy"') :]
    assert "No consensus" in came[: came.index("</span></span>")]
    assert "Agreed" not in came[: came.index("</span></span>")]


def test_what_is_written_of_the_talk_leaves_her_where_she_was(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    for page in ("check", "act"):
        for form in ("attended", "noted"):
            told = post(client, talk.path(form), {"words": "x"}).headers["Location"]
            assert told.endswith(talk.path(page) + "#talk-title")
        post(client, talk.path("go-on"))


def test_fields_begin_with_what_everybody_chose(app: Flask, talk: Room, sign_in: SignIn) -> None:
    page = lead(app, talk, sign_in).get(talk.path("act")).text
    field = page[page.index('data-test="answer-greeting-1"') :]
    assert '<option value="1" selected>' in field[: field.index("</select>")]
    split = page[page.index('data-test="answer-empathy-1"') :]
    assert "selected" not in split[: split.index("</select>")], "they differed: theirs to decide"


def test_closing_begins_what_was_proposed(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = lead(app, talk, sign_in)
    post(client, talk.path("act/settle"), {**consensus(talk), "outcome": "none"})
    for proposal in (
        {"kind": "guidance", "criterion": "empathy", "words": "Name the feeling.", "reason": "A"},
        {"kind": "card", "words": "Split empathy in two.", "reason": "B"},
        {"kind": "rater", "rater": talk.cast.bob.id, "criterion": "empathy", "reason": "C"},
        {"kind": "agent", "recording": talk.recordings[0], "reason": "D"},
        {"kind": "agent", "recording": talk.recordings[1], "reason": "taken back"},
        {"kind": "follow_up", "due": f"{LATER:%Y-%m-%dT%H:%M}", "reason": "E"},
    ):
        assert post(client, talk.path("act/propose"), proposal).status_code == 302
    post(client, talk.path("act/withdraw"), {"number": 5})
    post(client, talk.path("act/close"))
    with app.app_context():
        made = {each.kind: each for each in db.session.scalars(select(Proposal)).unique()}
        assert set(made) == {"guidance", "card", "coaching"}
        coached = db.session.scalars(select(Proposal).where(Proposal.kind == "coaching"))
        people = {each.person_id: each.reason for each in coached.unique()}
        assert people == {talk.cast.bob.id: "C", talk.cast.agent.id: "D"}
        assert {each.source_id for each in made.values()} == {str(talk.session)}
        draft = db.session.scalars(select(CardVersion).where(CardVersion.status == DRAFT)).one()
        assert draft.session_id == talk.session
        assert draft.based_on_id == talk.cast.version
        criteria = {each["id"]: each for each in draft.body["sections"][0]["criteria"]}
        assert criteria["empathy"]["guidance"] == "Name the feeling."
        assert criteria["greeting"].get("guidance", "") == ""
        assert "Split empathy in two. (B)" in draft.reason
        after = db.session.scalars(
            select(CalibrationSession).where(CalibrationSession.follows_id == talk.session)
        ).one()
        assert store.load(after.id).plan.recordings == talk.recordings
    page = client.get(talk.path("act")).text
    assert f"/quality/cards/versions/{draft.id}" in page
    assert f"/quality/calibration/{after.id}" in page
    minutes = client.get(talk.path("minutes")).text
    assert "Split empathy in two." in minutes
    assert "taken back" not in minutes


def test_the_circle_closes(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = lead(app, talk, sign_in)
    post(client, talk.path("act/settle"), consensus(talk))
    due = {"kind": "follow_up", "due": f"{LATER:%Y-%m-%dT%H:%M}", "reason": "E"}
    post(client, talk.path("act/propose"), due)
    post(client, talk.path("act/close"))
    empty = client.get(talk.path("change"))
    assert "Only a follow-up session has a before." in empty.text
    with app.app_context():
        talk.clock.advance(days=20)
        after = db.session.scalars(
            select(CalibrationSession.id).where(CalibrationSession.follows_id == talk.session)
        ).one()
        score(talk, {talk.cast.ann.id: ANN, talk.cast.bob.id: CLOSER}, after)
    client = sign_in(app.test_client(), talk.cast.host)
    page = client.get(f"/quality/calibration/{after}/change")
    assert page.status_code == 200
    assert "Closer by" in page.text
    assert "likely between" in page.text
    assert "8 calls, which are few" in page.text
    assert "Both were scored by Service, version 1: the words were the same." in page.text
    assert client.get(f"/quality/calibration/{after}/check").status_code == 200


def test_consensus_counts_for_agents_only_on_purpose(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    client = lead(app, talk, sign_in)
    post(client, talk.path("act/settle"), consensus(talk))
    first = {"recording": talk.recordings[0]}
    assert post(client, talk.path("act/publish"), first).status_code == 409, "not closed yet"
    post(client, talk.path("act/close"))
    with app.app_context():
        assert db.session.scalars(select(Evaluation)).unique().all() == []
    rater = sign_in(app.test_client(), talk.cast.ann)
    assert post(rater, talk.path("act/publish"), first).status_code == 403
    assert post(client, talk.path("act/publish"), first).status_code == 302
    assert post(client, talk.path("act/publish"), first).status_code == 409, "only once"
    assert "Already an evaluation:" in client.get(talk.path("act")).text
    with app.app_context():
        made = db.session.scalars(select(Evaluation)).unique().one()
        assert (made.agent_id, made.rater_id) == (talk.cast.agent.id, talk.cast.host.id)
        assert made.session_id == talk.session
        assert made.status == SUBMITTED
        assert [(mark.criterion, mark.value) for mark in made.marks] == [("empathy", 5.0)]
        assert made.total == 100
        noted = select(AuditEntry.action).where(AuditEntry.action == "calibration.published")
        assert len(db.session.scalars(noted).all()) == 1


def test_names_appear_for_the_lead_alone(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = lead(app, talk, sign_in)
    assert "Agnes Agent" in client.get(talk.path("act")).text
    for page in ("act", "check?show=all", "minutes", "export.csv"):
        rater = sign_in(app.test_client(), talk.cast.bob)
        assert "Agnes Agent" not in rater.get(talk.path(page)).text, page
