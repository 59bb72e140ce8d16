"""The pages of scorecards, and who may use them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person, Role
from app.db import db
from app.quality.cards import service
from app.quality.cards.models import CardVersion
from app.quality.cards.service import Publishing
from tests.conftest import START, MakePerson, post
from tests.quality_cards.cards import TWO, body, card, criterion

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def kim(app: Flask, person: MakePerson) -> int:
    return person(Role.QA, name="Kim", login="kim").id


@pytest.fixture
def first(app: Flask, kim: int) -> int:
    """A published version."""
    with app.app_context():
        by = db.session.get_one(Person, kim)
        draft = service.create(by, "Service call", TWO, START)
        return service.publish(draft, by, START, Publishing("The first one", 1, None)).id


@pytest.fixture
def draft(app: Flask, kim: int, first: int) -> int:
    with app.app_context():
        by = db.session.get_one(Person, kim)
        return service.draft_from(service.version(first), by, START, "").id


def version(app: Flask, version_id: int) -> CardVersion:
    with app.app_context():
        return service.version(version_id)


def save(client: FlaskClient, version_id: int, wanted: Any, revision: int) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(
        f"/quality/cards/versions/{version_id}/save",
        data=json.dumps({"body": wanted, "revision": revision}),
        headers={"X-CSRFToken": token.group(1), "Content-Type": "application/json"},
    )


def test_a_card_begins_with_a_ready_one_and_is_published(app: Flask, signed_in: SignedIn) -> None:
    qa = signed_in("qa")
    assert "No scorecards yet" in qa.get("/quality/cards").text
    assert 'data-test="start-compliance"' in qa.get("/quality/cards/new").text
    answer = post(qa, "/quality/cards/new", {"start": "service-call", "name": "Our calls"})
    assert answer.status_code == 302
    page = qa.get(answer.location)
    assert "Our calls" in page.text
    sent = post(qa, answer.location.replace("/edit", "/publish"), {"revision": "1", "reason": ""})
    assert sent.status_code == 400
    assert "Say why" in sent.text
    sent = post(
        qa, answer.location.replace("/edit", "/publish"), {"revision": "1", "reason": "A start"}
    )
    read = qa.get(sent.location).text
    assert "A start" in read
    assert "Names what the customer feels at the right moment" in read
    assert "Failing it fails the whole call" in read


def test_a_name_that_is_taken_keeps_what_was_typed(signed_in: SignedIn, first: int) -> None:
    answer = post(signed_in("qa"), "/quality/cards/new", {"start": "empty", "name": "service CALL"})
    assert answer.status_code == 400
    assert "already" in answer.text
    assert 'value="service CALL"' in answer.text


def test_a_file_goes_out_and_in_again(app: Flask, signed_in: SignedIn, first: int) -> None:
    qa = signed_in("qa")
    sent = qa.get(f"/quality/cards/versions/{first}/card.yaml")
    assert sent.headers["Content-Disposition"].endswith('-1.yaml"')
    again = post(qa, "/quality/cards/import", {"source": sent.text})
    assert "already" in again.text
    other = sent.text.replace("Service call", "Other")
    file = {"file": (io.BytesIO(other.encode()), "card.yaml")}
    answer = post(qa, "/quality/cards/import", file)
    assert answer.status_code == 302
    made = int(answer.location.split("/")[-2])
    with app.app_context():
        assert (
            service.card_of(service.version(made)).criteria
            == service.card_of(service.version(first)).criteria
        )


def test_a_bad_file_is_told_line_by_line(signed_in: SignedIn) -> None:
    qa = signed_in("qa")
    answer = post(qa, "/quality/cards/import", {"source": "title: A\npass_mark: lots\n"})
    assert answer.status_code == 400
    assert "Line 2" in answer.text
    assert "expected a number, got “lots”" in answer.text
    assert "pass_mark: lots" in answer.text, "what was pasted is kept"
    binary = {"file": (io.BytesIO(b"\xff\xfe\x00"), "card.yaml")}
    assert "not UTF-8" in post(qa, "/quality/cards/import", binary).text


def test_the_editor_saves_and_says_what_is_wrong(
    app: Flask, signed_in: SignedIn, draft: int
) -> None:
    qa = signed_in("qa")
    answer = save(qa, draft, body(criterion("a", 60), criterion("b", 10)), 1)
    assert answer.json["revision"] == 2
    assert answer.json["problems"][0]["words"].endswith("add 30")
    clash = save(qa, draft, TWO, 1)
    assert clash.status_code == 409
    assert clash.json["theirs"]["revision"] == 2
    assert save(qa, draft, TWO, 2).json["problems"] == []
    published = save(qa, draft - 1, TWO, 1)
    assert published.status_code == 409


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b'{"body": {}, "revision": 1}',
        b'{"body": {"sections": [1]}, "revision": 1}',
        b'{"body": {"sections": [{"criteria": [1]}]}, "revision": 1}',
        b'{"body": {"sections": []}, "revision": "1"}',
        b'{"body": {"sections": [], "pass_mark": NaN}, "revision": 1}',
        b"[" * 100_000,
    ],
)
def test_what_no_editor_sends_is_refused(
    app: Flask, signed_in: SignedIn, draft: int, sent: bytes
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = signed_in("qa").post(f"/quality/cards/versions/{draft}/save", data=sent)
    assert answer.status_code == 400
    assert version(app, draft).revision == 1


def test_the_preview_is_the_form_of_scoring(app: Flask, signed_in: SignedIn, draft: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    qa, address = signed_in("qa"), f"/quality/cards/versions/{draft}/preview"
    unweighted = body(criterion("a", 60), criterion("b", 10))
    shown = qa.post(address, data=json.dumps({"body": unweighted, "revision": 1})).text
    assert "Criterion a" in shown
    broken = body({"id": "a", "weight": 1})
    assert "as soon as" in qa.post(address, data=json.dumps({"body": broken, "revision": 1})).text


def test_two_versions_side_by_side(app: Flask, signed_in: SignedIn, first: int, draft: int) -> None:
    qa = signed_in("qa")
    assert "say the same" in qa.get(f"/quality/cards/compare?before={first}&after={draft}").text
    save(qa, draft, body(criterion("greets", 40), criterion("helps", 60), pass_mark=70), 1)
    page = qa.get(f"/quality/cards/compare?before={first}&after={draft}").text
    assert "marks cannot be compared" in page
    assert "Pass mark" in page
    assert qa.get(f"/quality/cards/compare?before=x&after={draft}").status_code == 400


def test_drafts_are_for_those_who_score(signed_in: SignedIn, first: int, draft: int) -> None:
    for role, reads in (("supervisor", 200), ("qa", 200), ("agent", 404), ("planner", 404)):
        client = signed_in(role)
        assert client.get(f"/quality/cards/versions/{first}").status_code == 200, role
        for path in ("", "/card.yaml"):
            address = f"/quality/cards/versions/{draft}{path}"
            assert client.get(address).status_code == reads, (role, path)
        assert client.get(f"/quality/cards/versions/{first}/card.yaml").status_code == 200


def test_only_who_leads_quality_writes(signed_in: SignedIn, first: int, draft: int) -> None:
    boss = signed_in("supervisor")
    assert boss.get(f"/quality/cards/versions/{draft}/edit").status_code == 403
    assert save(boss, draft, TWO, 1).status_code == 403
    page = boss.get(f"/quality/cards/versions/{first}").text
    assert "begin-draft" not in page
    assert 'data-test="new-card"' not in boss.get("/quality/cards").text


def test_drop_restore_archive_and_certificates(
    app: Flask, signed_in: SignedIn, first: int, draft: int
) -> None:
    qa, card_id = signed_in("qa"), version(app, first).card_id
    post(qa, f"/quality/cards/versions/{draft}/drop", {})
    assert "restore" in qa.get(f"/quality/cards/versions/{draft}").text
    assert qa.get(f"/quality/cards/versions/{draft}/edit").status_code == 302
    post(qa, f"/quality/cards/versions/{draft}/restore", {})
    assert version(app, draft).status == "draft"
    back = f"/quality/cards/versions/{first}"
    sent = post(qa, f"/quality/cards/{card_id}/certified", {"certified": "1", "back": back})
    assert sent.location == back
    evil = post(qa, f"/quality/cards/{card_id}/certified", {"back": "//evil.example"})
    assert evil.location == "/quality/cards"
    post(qa, f"/quality/cards/{card_id}/archive", {})
    assert f'data-test="card-{card_id}"' not in qa.get("/quality/cards").text
    assert f'data-test="unarchive-{card_id}"' in qa.get("/quality/cards?archived=1").text
    post(qa, f"/quality/cards/{card_id}/unarchive", {})
    assert f'data-test="card-{card_id}"' in qa.get("/quality/cards?text=serv&sort=changed").text


def test_begin_and_copy(app: Flask, signed_in: SignedIn, first: int) -> None:
    qa = signed_in("qa")
    begun = post(qa, f"/quality/cards/versions/{first}/draft", {})
    assert qa.get(begun.location).status_code == 200
    copied = post(qa, f"/quality/cards/versions/{first}/copy", {"name": "Twin"})
    made = int(copied.location.split("/")[-2])
    assert version(app, made).card.name == "Twin"


def test_a_scenarios_card_is_read_and_not_edited(app: Flask, signed_in: SignedIn, kim: int) -> None:
    rule = {"kind": "says", "any_of": "greet"}
    with app.app_context():
        kept = service.keep_scenario_card(
            "lost-card", "Lost card", card(criterion("a", 100, rule=rule)), START
        ).id
    page = signed_in("qa").get(f"/quality/cards/versions/{kept}").text
    assert "judged automatically" in page
    assert "Draft a card of your own from it" in page
    assert "automatic" in signed_in("qa").get("/quality/cards").text


def test_the_schema_is_there(signed_in: SignedIn) -> None:
    answer = signed_in("supervisor").get("/quality/cards/schema.json")
    assert answer.get_json()["title"] == "Scorecard"
