"""The pages of monitoring as forms are sent to them, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from app.accounts.models import Person, Role
from app.db import transaction
from app.quality.monitoring import form, service
from app.quality.monitoring.plan import Plan
from app.recordings.models import PRACTICE, READY, Recording
from tests.conftest import MakePerson, SignIn, TestClock, post
from tests.monitoring.conftest import make_card


@pytest.fixture
def card_id(app: Flask, clock: TestClock) -> int:
    with app.app_context():
        return make_card(clock()).id


@pytest.fixture
def calls(app: Flask, person: MakePerson, clock: TestClock) -> Person:
    """An agent of the team North with three calls of the last days."""
    omar = person(team="North", name="Omar Haddad")
    with app.app_context(), transaction() as session:
        for number in range(3):
            session.add(
                Recording(
                    key=f"call{number}",
                    source=PRACTICE,
                    status=READY,
                    title=f"Lost card {number}",
                    agent_id=omar.id,
                    happened_at=clock(),
                    seconds=100.0 * number,
                    skill="lost-card",
                    facts={},
                )
            )
    clock.advance(minutes=5)
    return omar


def typed(card_id: int, rater: Person, **more: Any) -> dict[str, Any]:
    filled = {
        "title": "Weekly",
        "card": card_id,
        "who": "everybody",
        "method": "recording",
        "selection": "all",
        "per_agent": "2",
        "period": "week",
        "raters": [rater.id],
        "due_days": "7",
        "unheard_days": "30",
        "seed": "1",
    }
    return filled | more


def as_sent(filled: dict[str, Any]) -> MultiDict[str, str]:
    """As a browser sends it: words alone."""
    sent: MultiDict[str, str] = MultiDict()
    for key, value in filled.items():
        many = value if isinstance(value, list) else [value]
        sent.setlist(key, [str(each) for each in many if each is not None])
    return sent


def test_from_a_form_to_work(
    app: Flask, person: MakePerson, sign_in: SignIn, card_id: int, calls: Person
) -> None:
    qa = person(Role.QA)
    client = sign_in(app.test_client(), qa)
    assert "Make the first plan" in client.get("/quality/monitoring").text
    assert client.get("/quality/monitoring/new").status_code == 200
    answer = post(client, "/quality/monitoring/new", typed(card_id, qa))
    assert answer.status_code == 302
    plan = answer.headers["Location"]
    post(client, f"{plan}/start")
    post(client, f"{plan}/draw")
    page = client.get(plan).text
    assert page.count('data-test="work-') == 2
    assert "Chosen by chance" in page
    listing = client.get("/quality/monitoring").text
    assert "0 done, 2 open, of 2" in listing
    assert client.get(f"{plan}/edit").status_code == 200
    wrong = post(client, f"{plan}/edit", typed(card_id, qa, saw=7, title="Other"))
    assert wrong.status_code == 400
    assert "Somebody else changed this plan" in wrong.text
    assert 'value="Other"' in wrong.text
    assert post(client, f"{plan}/edit", typed(card_id, qa, saw=1, title="Other")).status_code == 302
    assert client.get("/quality/monitoring").text.count("Other") == 1
    work = client.get("/quality").text
    assert "To be scored by you" in work
    post(client, f"{plan}/end", {"finish": "no"})
    assert "To be scored by you" not in client.get("/quality").text
    assert "Other" in client.get("/quality/monitoring?ended=yes").text


def test_starting_to_score(
    app: Flask, person: MakePerson, sign_in: SignIn, card_id: int, calls: Person
) -> None:
    qa, other = person(Role.QA), person(Role.QA)
    client = sign_in(app.test_client(), qa)
    plan = post(client, "/quality/monitoring/new", typed(card_id, qa)).headers["Location"]
    post(client, f"{plan}/start")
    post(client, f"{plan}/draw")
    stranger = sign_in(app.test_client(), other)
    assert post(stranger, "/quality/monitoring/work/1/score").status_code == 404
    answer = post(client, "/quality/monitoring/work/1/score")
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200
    assert (
        post(client, "/quality/monitoring/work/1/score").headers["Location"]
        == (answer.headers["Location"])
    )


def test_the_preview_tells_what_would_be_chosen(
    app: Flask, person: MakePerson, sign_in: SignIn, card_id: int, calls: Person
) -> None:
    qa = person(Role.QA)
    client = sign_in(app.test_client(), qa)
    asked = typed(card_id, qa, title="", card="", raters=[], per_agent="2")
    page = post(client, "/quality/monitoring/preview", asked).text
    assert "2 of 3 calls" in page
    assert "Lost card" in page
    rules = {"selection": "rules", "longer": "150"}
    assert "1 of 3 calls" in post(client, "/quality/monitoring/preview", asked | rules).text
    nonsense = post(client, "/quality/monitoring/preview", asked | {"selection": "rules"})
    assert "Fill in whose calls" in nonsense.text


def test_a_supervisor_sees_nothing_of_other_teams(
    app: Flask, person: MakePerson, sign_in: SignIn, card_id: int, calls: Person
) -> None:
    lena = person(Role.SUPERVISOR, leads=("South",))
    client = sign_in(app.test_client(), lena)
    for who in ({"who": "everybody"}, {"who": "some", "agents": [calls.id]}):
        asked = typed(card_id, lena) | who
        answer = post(client, "/quality/monitoring/preview", asked)
        assert answer.status_code == 400
        assert "Lost card" not in answer.text
        assert post(client, "/quality/monitoring/new", asked).status_code == 400


def test_nobody_touches_the_plan_of_another(
    app: Flask, person: MakePerson, sign_in: SignIn, card_id: int, calls: Person
) -> None:
    sam, lena = person(Role.SUPERVISOR, leads=("North",)), person(Role.SUPERVISOR)
    client = sign_in(app.test_client(), sam)
    mine = typed(card_id, sam, who="some", teams=[calls.team_id])
    plan = post(client, "/quality/monitoring/new", mine).headers["Location"]
    post(client, f"{plan}/start")
    post(client, f"{plan}/draw")
    stranger = sign_in(app.test_client(), lena)
    assert stranger.get(plan).status_code == 404
    assert stranger.get(f"{plan}/edit").status_code == 404
    for what in ("start", "pause", "end", "draw"):
        assert post(stranger, f"{plan}/{what}").status_code == 404
    for what in ("skip", "reassign", "score"):
        path = f"/quality/monitoring/work/1/{what}"
        assert post(stranger, path, {"words": "no sound"}).status_code == 404


@pytest.mark.parametrize("role", ["agent", "planner", "administrator"])
def test_others_are_refused(signed_in: Callable[[str], FlaskClient], role: str) -> None:
    client = signed_in(role)
    assert client.get("/quality/monitoring").status_code == 403
    assert client.get("/quality/monitoring/new").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"card": ""}, "card"),
        ({"raters": []}, "raters"),
        ({"who": "some"}, "people"),
        ({"per_agent": "0"}, "per_agent"),
        ({"per_agent": "many"}, "per_agent"),
        ({"due_days": "400"}, "due_days"),
        ({"selection": "skill"}, "skills"),
        ({"selection": "rules"}, "rules"),
        ({"selection": "rules", "silence": "-3"}, "silence"),
        ({"selection": "rules", "unsure": "200"}, "unsure"),
        ({"strata": ["moon"]}, "strata"),
        ({"period": "year"}, "period"),
        ({"seed": "-1"}, "seed"),
        ({"new_for": "0"}, "new_for"),
    ],
)
def test_each_mistake_stands_at_its_field(
    app: Flask, person: MakePerson, wrong: dict[str, Any], field: str
) -> None:
    with app.test_request_context():
        sent = form.read(as_sent(typed(1, person(Role.QA)) | wrong))
    assert sent.wanted is None
    assert set(sent.errors) == {field}


def test_a_plan_survives_its_form(app: Flask, person: MakePerson) -> None:
    body = {
        "people": {"teams": [1], "agents": [2, 3], "new_for": 30},
        "method": "practice",
        "selection": "rules",
        "rules": {
            "silence": 10,
            "hold": 12.5,
            "talk_over": 2,
            "phrases": ["a manager", "your lawyer"],
            "acts": ["greet"],
            "failed": ["kind"],
            "unsure": 0.55,
            "longer": 600,
            "shorter": 20,
        },
        "strata": ["skill", "length"],
        "quota": {"per_agent": 3, "total": 40, "period": "month"},
        "seed": 5,
        "due_days": 3,
        "unheard_days": 14,
    }
    plan = Plan.model_validate(body)
    shown = form.shown("Weekly", 4, [9], plan, 1).values
    with app.test_request_context():
        sent = form.read(as_sent(shown))
    assert sent.errors == {}
    assert sent.wanted == service.PlanInput("Weekly", 4, frozenset({9}), plan)
