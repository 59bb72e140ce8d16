"""The pages: who gets them, what a form is told, a whole way from score to dispute."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.quality.evaluations import service
from tests.conftest import MakePerson, SignIn, post, token_of
from tests.quality_evaluations.conftest import GOOD, Desk

POOR = {**GOOD, "tone": 2}


class Browsers:
    def __init__(self, app: Flask, sign_in: SignIn) -> None:
        self.app, self.sign_in = app, sign_in

    def of(self, person: Person) -> FlaskClient:
        return self.sign_in(self.app.test_client(), person)


@pytest.fixture
def desk(outside: Desk) -> Desk:
    return outside


@pytest.fixture
def browsers(app: Flask, sign_in: SignIn) -> Browsers:
    return Browsers(app, sign_in)


def send(client: FlaskClient, path: str, **body: object) -> TestResponse:
    return client.post(path, json=body, headers={"X-CSRFToken": token_of(client)})


def test_from_score_to_decision(desk: Desk, browsers: Browsers) -> None:
    sam, nina = browsers.of(desk.sam), browsers.of(desk.agent)
    page = sam.get(f"/quality/evaluate/{desk.call.id}")
    assert "Every call" in page.text
    begun = post(sam, f"/quality/evaluate/{desk.call.id}", {"version": desk.version.id})
    home = begun.location.removesuffix("/score")
    assert "data-marking" in sam.get(begun.location).text
    for criterion, answer in POOR.items():
        kept = send(sam, f"{home}/marks", criterion=criterion, answer=answer, saw=0)
        assert kept.json is not None
        assert kept.json["version"] == 1
        assert kept.json["total"] == (100.0 if criterion == "greets" else 55.0)
    clash = send(sam, f"{home}/marks", criterion="tone", answer=4, saw=0)
    assert clash.status_code == 409
    assert clash.json is not None
    assert (clash.json["yours"]["answer"], clash.json["theirs"]["answer"]) == (4.0, 2.0)
    assert send(sam, f"{home}/marks", criterion="tone", answer=9, saw=1).status_code == 400
    assert send(sam, f"{home}/note", words="A quiet call.", saw=1).json == {"version": 2}
    assert post(sam, f"{home}/submit").location == home
    assert nina.get(home).status_code == 404
    assert post(sam, f"{home}/release", {"how": "later", "when": "yesterday"}).status_code == 400
    post(sam, f"{home}/release")

    seen = nina.get(home)
    assert "55 of 100" in seen.text
    assert "A quiet call." in seen.text
    assert post(nina, f"{home}/disputes", {"criterion": "tone", "words": " "}).status_code == 400
    opened = post(
        nina, f"{home}/disputes", {"criterion": "tone", "words": "Listen.", "seconds": "1.5 3"}
    )
    dispute = opened.location
    assert "Listen." in nina.get(dispute).text
    quinn = browsers.of(desk.quinn)
    assert re.search(r"Tone", quinn.get("/quality").text)
    assert post(quinn, f"{dispute}/decide", {"words": "Yes."}).status_code == 400
    post(quinn, f"{dispute}/decide", {"mark": "5.0", "words": "She is right."})
    assert "100 of 100" in nina.get(home).text
    assert "She is right." in nina.get(dispute).text
    post(nina, f"{home}/accept", {"words": "Thank you."})
    assert "Thank you." in sam.get(home).text
    for page_of_hers in ("/quality", "/quality/evaluations", "/quality/disputes"):
        for browser in (sam, nina, quinn):
            assert browser.get(page_of_hers).status_code == 200


def test_unfinished_is_told_beside_the_criterion(desk: Desk, browsers: Browsers) -> None:
    sam = browsers.of(desk.sam)
    with browsers.app.app_context():
        made = desk.scored(desk.sam, {"greets": 0}).id
    answer = post(sam, f"/quality/evaluations/{made}/submit")
    assert answer.status_code == 400
    assert re.search(r'id="error-tone"[^>]*(?<!hidden)>', answer.text)
    assert "Write a comment: this mark needs one." in answer.text


def test_strangers_learn_nothing(desk: Desk, browsers: Browsers, person: MakePerson) -> None:
    with browsers.app.app_context():
        scored = desk.released(desk.sam, POOR).id
        draft = desk.scored(desk.agent, GOOD).id
    strangers = [desk.mate, desk.lena, desk.quinn, person("planner"), person("administrator")]
    for stranger in strangers:
        browser = browsers.of(stranger)
        for each in (scored, draft):
            for tail in ("", "/score"):
                path = f"/quality/evaluations/{each}{tail}"
                assert browser.get(path).status_code == 404, (stranger.login, path)
            marks = f"/quality/evaluations/{each}/marks"
            assert send(browser, marks, criterion="tone", answer=5, saw=1).status_code == 404
            for action in ("submit", "reopen", "accept", "disputes"):
                path = f"/quality/evaluations/{each}/{action}"
                assert post(browser, path, {"words": "x"}).status_code == 404, path
            refused = post(browser, f"/quality/evaluations/{each}/release").status_code
            assert refused in (403, 404)
        assert browser.get(f"/quality/evaluate/{desk.call.id}").status_code == 404
        begin = post(browser, f"/quality/evaluate/{desk.call.id}", {"version": desk.version.id})
        assert begin.status_code == 404
        assert browser.get("/quality").status_code == 200
        assert desk.call.title not in browser.get("/quality/evaluations").text
    # Her supervisor does not see what she has only begun.
    assert browsers.of(desk.sam).get(f"/quality/evaluations/{draft}").status_code == 404
    post(browsers.of(desk.agent), f"/quality/evaluations/{draft}/submit")
    assert browsers.of(desk.sam).get(f"/quality/evaluations/{draft}").status_code == 200


@pytest.mark.parametrize(
    "query", ["state=waiting", "kind=person&result=failed", "sort=agent&direction=asc", "page=x"]
)
def test_the_list_is_filtered_by_its_address(desk: Desk, browsers: Browsers, query: str) -> None:
    with browsers.app.app_context():
        service.submit(desk.scored(desk.sam, POOR), desk.clock())
    answer = browsers.of(desk.sam).get(f"/quality/evaluations?{query}")
    assert answer.status_code == 200
    assert "Lost card" in answer.text
    assert "Lost card" not in browsers.of(desk.sam).get("/quality/evaluations?state=released").text
