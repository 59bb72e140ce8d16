"""Proposals: made once, seen by whom they concern, taken up into a draft, or dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.db import db
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.quality.cards.models import CardVersion
from app.quality.frameworks import service as frameworks
from app.quality.frameworks.example import example
from app.quality.proposals import service
from app.quality.proposals.models import (
    CARD,
    COACHING,
    DROPPED,
    FRAMEWORK,
    GUIDANCE,
    OPEN,
    TAKEN,
    Proposal,
)
from app.quality.proposals.service import ProposalQuery
from tests.conftest import SignIn, TestClock, post
from tests.quality_gaps.material import card


def propose(by: Person, clock: TestClock, kind: str = COACHING, **more: object) -> Proposal:
    given: dict[str, object] = {"reason": "seen", "source_kind": "person", "source_id": ""}
    return service.propose(kind, by=by, at=clock(), **{**given, **more})  # type: ignore[arg-type]


def test_asking_twice_is_asking_once(
    app: Flask, lead: Person, nina: Person, clock: TestClock
) -> None:
    with app.app_context():
        first = propose(lead, clock, person_id=nina.id)
        assert propose(lead, clock, person_id=nina.id).id == first.id
        assert propose(lead, clock, person_id=nina.id, reason="other").id != first.id


def test_a_supervisor_sees_her_teams_and_nobodys(
    app: Flask, lead: Person, sam: Person, nina: Person, omar: Person, clock: TestClock
) -> None:
    with app.app_context():
        about = [
            propose(lead, clock, person_id=nina.id),
            propose(lead, clock, person_id=omar.id),
            propose(lead, clock, FRAMEWORK),
        ]
        ids = [one.id for one in about]
        every = ProposalQuery(status="")
        assert {one.id for one in service.find(lead, every).items} == set(ids)
        assert {one.id for one in service.find(sam, every).items} == {ids[0], ids[2]}
        assert service.find(nina, every).items == []
        assert service.people_named(sam) == [(nina.id, "Nina")]
        with pytest.raises(NotFound):
            service.take_up(ids[1], by=sam, at=clock())
        with pytest.raises(NotAllowed):
            service.take_up(ids[2], by=sam, at=clock())
        assert service.take_up(ids[0], by=sam, at=clock(), decision="Friday").status == TAKEN
        with pytest.raises(Conflict):
            service.drop(ids[0], by=lead, at=clock(), decision="no")


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("praise", {}, "kind"),
        (COACHING, {}, "person_id"),
        (FRAMEWORK, {"reason": " "}, "reason"),
        (FRAMEWORK, {"words": "x" * 4001}, "words"),
    ],
)
def test_what_is_no_proposal(
    app: Flask, lead: Person, clock: TestClock, kind: str, more: dict[str, object], field: str
) -> None:
    with app.app_context():
        with pytest.raises(InvalidInput) as refused:
            propose(lead, clock, kind, **more)
        assert refused.value.field == field


def test_guidance_becomes_a_draft_with_the_guidance_in_it(
    app: Flask, lead: Person, clock: TestClock
) -> None:
    with app.app_context():
        version = card(lead, clock())
        made = propose(
            lead,
            clock,
            GUIDANCE,
            card_id=version.card_id,
            criterion="verifies",
            words="Both facts come from the caller.",
            source_kind="session",
            source_id=7,
        )
        taken = service.take_up(made.id, by=lead, at=clock())
        draft = db.session.get(CardVersion, taken.card_version_id)
        assert draft is not None
        assert (draft.based_on_id, draft.session_id, draft.number) == (version.id, 7, None)
        told = {each["id"]: each["guidance"] for each in draft.body["sections"][0]["criteria"]}
        assert told["verifies"] == "Both facts come from the caller."
        assert told["greets"] == ""
        assert "seen" in draft.reason
        plain = propose(lead, clock, CARD, card_id=version.card_id, words="Split it")
        assert service.take_up(plain.id, by=lead, at=clock()).card_version_id != draft.id


def test_a_change_of_the_framework_becomes_its_draft(
    app: Flask, lead: Person, clock: TestClock
) -> None:
    with app.app_context():
        first = frameworks.draft(example(), by=lead, at=clock())
        frameworks.publish(first.id, reason="one", saw=1, by=lead, at=clock())
        made = propose(lead, clock, FRAMEWORK, words="Ask for 90.")
        taken = service.take_up(made.id, by=lead, at=clock())
        [draft] = frameworks.drafts()
        assert (draft.id, draft.based_on_id) == (taken.framework_id, first.id)
        assert draft.reason.startswith("Ask for 90.")


def test_by_the_pages(app: Flask, sam: Person, nina: Person, omar: Person, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), sam)
    page = client.get(f"/quality/proposals/new?kind=coaching&person_id={nina.id}&reason=61%25")
    assert "61%" in page.text
    assert "Omar" not in page.text
    wrong = {"kind": "coaching", "person_id": omar.id, "reason": "kept words"}
    refused = post(client, "/quality/proposals/new", wrong)
    assert refused.status_code == 400
    assert "kept words" in refused.text
    right = {"kind": "coaching", "person_id": nina.id, "reason": "61 %"}
    assert post(client, "/quality/proposals/new", right).status_code == 302
    with app.app_context():
        made = db.session.query(Proposal).one()
    assert f"proposal-{made.id}" in client.get("/quality/proposals").text
    assert f"proposal-{made.id}" not in client.get("/quality/proposals?kind=card").text
    silent = post(client, f"/quality/proposals/{made.id}/drop", {"decision": " "})
    assert silent.status_code == 400
    assert "Say why" in silent.text
    dropped = post(client, f"/quality/proposals/{made.id}/drop", {"decision": "Done already"})
    assert dropped.status_code == 302
    assert "Done already" in client.get("/quality/proposals?state=dropped").text
    with app.app_context():
        assert db.session.query(Proposal).one().status == DROPPED


def test_agents_have_no_business_here(
    app: Flask,
    lead: Person,
    nina: Person,
    clock: TestClock,
    signed_in: Callable[[str], FlaskClient],
) -> None:
    with app.app_context():
        made = propose(lead, clock, person_id=nina.id)
    client = signed_in("agent")
    assert client.get("/quality/proposals").status_code == 403
    assert post(client, f"/quality/proposals/{made.id}/take-up").status_code == 403
    with app.app_context():
        assert db.session.query(Proposal).one().status == OPEN
