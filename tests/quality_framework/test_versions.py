"""Drafts, two writers at once, publishing, history; and who may do what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry, Person
from app.db import db
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.frameworks import service
from app.quality.frameworks.document import Framework
from app.quality.frameworks.example import example
from app.quality.frameworks.models import DRAFT, DROPPED, PUBLISHED
from tests.conftest import MakePerson, SignIn, TestClock, post, token_of


@pytest.fixture
def lead(person: MakePerson) -> Person:
    return person("qa", name="Quinn")


def said(mission: str) -> Framework:
    return example().model_copy(update={"mission": mission})


def test_drafts_are_kept_published_and_never_change(
    app: Flask, lead: Person, clock: TestClock
) -> None:
    with app.app_context():
        draft = service.draft(example(), by=lead, at=clock())
        saved = service.save(draft.id, said("Help."), saw=1, by=lead, at=clock())
        assert saved.revision == 2
        assert service.in_force() is None
        out = service.publish(draft.id, reason="The first", saw=2, by=lead, at=clock())
        assert (out.number, out.status, out.reason) == (1, PUBLISHED, "The first")
        assert out.content_hash == said("Help.").content_hash
        found = service.in_force()
        assert found is not None
        assert service.document(found).mission == "Help."
        with pytest.raises(Conflict):
            service.save(draft.id, said("Other."), saw=2, by=lead, at=clock())
        [entry] = db.session.query(AuditEntry).filter_by(action="framework.published")
        assert entry.details["content_hash"] == out.content_hash


def test_two_who_save_at_once_lose_nothing(app: Flask, lead: Person, clock: TestClock) -> None:
    with app.app_context():
        draft = service.draft(example(), by=lead, at=clock())
        service.save(draft.id, said("Hers."), saw=1, by=lead, at=clock())
        with pytest.raises(service.SomebodySaved) as clash:
            service.save(draft.id, said("His."), saw=1, by=lead, at=clock())
        assert service.document(clash.value.theirs).mission == "Hers."
        settled = service.settle(draft.id, said("His."), take="mine", saw=2, by=lead, at=clock())
        assert service.document(settled.draft).mission == "His."
        assert service.document(settled.aside).mission == "Hers."
        assert settled.aside.status == DRAFT
        other = service.settle(draft.id, said("Third."), take="theirs", saw=3, by=lead, at=clock())
        assert service.document(other.draft).mission == "His."
        assert service.document(other.aside).mission == "Third."


def test_the_same_words_twice_are_one_save(app: Flask, lead: Person, clock: TestClock) -> None:
    with app.app_context():
        draft = service.draft(example(), by=lead, at=clock())
        service.save(draft.id, said("Help."), saw=1, by=lead, at=clock())
        again = service.save(draft.id, said("Help."), saw=1, by=lead, at=clock())
        assert again.revision == 2


def test_what_is_not_ready_is_not_published(app: Flask, lead: Person, clock: TestClock) -> None:
    with app.app_context():
        empty = service.draft_from(None, by=lead, at=clock())
        with pytest.raises(InvalidInput, match="missing"):
            service.publish(empty.id, reason="x", saw=1, by=lead, at=clock())
        first = service.draft(example(), by=lead, at=clock())
        with pytest.raises(InvalidInput, match="why"):
            service.publish(first.id, reason=" ", saw=1, by=lead, at=clock())
        with pytest.raises(service.SomebodySaved):
            service.publish(first.id, reason="x", saw=7, by=lead, at=clock())
        service.publish(first.id, reason="x", saw=1, by=lead, at=clock())
        same = service.draft_from(first, by=lead, at=clock())
        with pytest.raises(InvalidInput, match="same"):
            service.publish(same.id, reason="x", saw=1, by=lead, at=clock())


def test_a_dropped_draft_can_be_taken_back_and_an_old_version_begun_again(
    app: Flask, lead: Person, clock: TestClock
) -> None:
    with app.app_context():
        first = service.draft(example(), by=lead, at=clock())
        service.drop(first.id, by=lead, at=clock())
        assert [one.id for one in service.drafts(DROPPED)] == [first.id]
        service.take_back(first.id, by=lead, at=clock())
        service.publish(first.id, reason="one", saw=1, by=lead, at=clock())
        second = service.draft(said("Two."), by=lead, at=clock())
        service.publish(second.id, reason="two", saw=1, by=lead, at=clock())
        back = service.draft_from(first, by=lead, at=clock())
        out = service.publish(back.id, reason="one was better", saw=1, by=lead, at=clock())
        assert (out.number, out.based_on_id) == (3, first.id)
        assert [one.number for one in service.history()] == [3, 2, 1]
        with pytest.raises(NotFound):
            service.take_back(first.id, by=lead, at=clock())


# ---- the pages --------------------------------------------------------------------------------


def saved(
    client: FlaskClient, draft: int, saw: int, body: Framework
) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"/quality/framework/drafts/{draft}/save",
        json={"saw": saw, "body": body.to_dict()},
        headers={"X-CSRFToken": token_of(client)},
    )
    return answer.status_code, answer.get_json()


def test_from_example_to_in_force_by_the_pages(
    app: Flask, lead: Person, sign_in: SignIn, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in(app.test_client(), lead)
    assert "Start from an example" in client.get("/quality/framework").text
    where = post(client, "/quality/framework/drafts", {"from": "example"}).headers["Location"]
    draft = int(where.rsplit("/", 1)[1])
    assert client.get(where).status_code == 200
    assert saved(client, draft, 1, said("Help *at once*.")) == (200, {"revision": 2})
    status, told = saved(client, draft, 1, said("Other."))
    assert status == 409
    assert "Other" in str(told["comparison"])
    broken = client.post(
        f"/quality/framework/drafts/{draft}/save",
        json={"saw": 2, "body": {**example().to_dict(), "expected": {"ordinary": "much"}}},
        headers={"X-CSRFToken": token_of(client)},
    )
    assert (broken.status_code, broken.get_json()["error"]["field"]) == (400, "expected.ordinary")
    assert "What changes" in client.get(f"{where}/publish").text
    refused = post(client, f"{where}/publish", {"revision": 2, "reason": ""})
    assert refused.status_code == 400
    assert "Say why" in refused.text
    assert post(client, f"{where}/publish", {"revision": 2, "reason": "First"}).status_code == 302

    agent = signed_in("agent")
    page = agent.get("/quality/framework").text
    assert "<em>at once</em>" in page
    assert "First" in agent.get("/quality/framework/history").text
    assert agent.get(f"/quality/framework/versions/{draft}").status_code == 200
    assert 'data-test="edit"' not in page


@pytest.mark.parametrize("role", ["agent", "supervisor", "planner", "administrator"])
def test_nobody_else_sees_or_touches_a_draft(
    app: Flask, lead: Person, clock: TestClock, signed_in: Callable[[str], FlaskClient], role: str
) -> None:
    with app.app_context():
        draft = service.draft(example(), by=lead, at=clock()).id
    client = signed_in(role)
    address = f"/quality/framework/drafts/{draft}"
    assert client.get(f"/quality/framework/versions/{draft}").status_code == 404
    compared = client.get(f"/quality/framework/compare?before={draft}&after={draft}")
    assert compared.status_code == 404
    assert client.get(address).status_code == 403
    assert saved(client, draft, 1, said("Mine."))[0] == 403
    for what in ("publish", "drop", "take-back"):
        assert post(client, f"{address}/{what}", {"revision": 1, "reason": "x"}).status_code == 403
    with app.app_context():
        assert [one.revision for one in service.drafts()] == [1]
