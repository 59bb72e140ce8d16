"""Who sees what of raters, and from which marks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.calibration import raters_service
from app.calibration.score_rows import certified, rows_of
from app.errors import NotFound
from tests.calibration_raters.conftest import House
from tests.conftest import SignIn

STRICT = {"greets": 1.0, "listens": 2.0, "safe": 1.0}
KIND = {"greets": 1.0, "listens": 4.0, "safe": 1.0}


def both_score(house: House) -> None:
    for number, call in enumerate(house.calls):
        house.scored(house.sam, call, STRICT | {"greets": float(number % 2)})
        house.scored(house.lena, call, KIND | {"greets": float(number % 2)})


def test_rows_are_what_was_handed_in_by_people(house: House) -> None:
    house.scored(house.sam, house.calls[0], STRICT)
    rows = {row.criterion: row.share for row in rows_of(house.version.card_id)}
    assert rows == {"greets": 1.0, "listens": 0.25, "safe": 1.0}
    assert certified(house.version.card_id) == {}


def test_the_strict_one_stands_first(house: House) -> None:
    both_score(house)
    seen = raters_service.overview(house.quinn, house.version.card, house.clock())
    assert [line.name for line in seen.lines] == ["Sam", "Lena"]
    first = seen.lines[0].severity
    assert first
    # Two of four steps of one of three criteria, shared between the two: 100 / 3 / 2 / 2.
    assert first.value == pytest.approx(100 / 12)
    assert [name for name, _given in seen.unscored] == ["Quinn"]


def test_a_supervisor_sees_herself_by_name_and_others_by_number(house: House) -> None:
    both_score(house)
    seen = raters_service.overview(house.sam, house.version.card, house.clock())
    assert [line.name for line in seen.lines] == ["Sam", "Rater 1"]
    assert seen.lines[1].rater_id is None
    assert seen.unscored == ()
    with pytest.raises(NotFound):
        raters_service.one_rater(house.sam, house.lena.id, house.version.card, house.clock())


def test_what_was_scored_again_is_consistency_and_no_second_vote(house: House) -> None:
    both_score(house)
    before = raters_service.overview(house.quinn, house.version.card, house.clock())
    house.version.card.certified_only = False
    rows = len(rows_of(house.version.card_id))
    assert rows == 72
    one = raters_service.one_rater(house.quinn, house.sam.id, house.version.card, house.clock())
    assert one.line is not None
    assert one.line.severity == before.lines[0].severity
    assert one.consistency.raters == ()


@pytest.fixture
def browser_of(set_up: House, sign_in: SignIn) -> dict[str, FlaskClient]:
    people: dict[str, Person] = {
        "quinn": set_up.quinn,
        "sam": set_up.sam,
        "nina": set_up.nina,
    }
    return {name: sign_in(set_up.app.test_client(), one) for name, one in people.items()}


def test_the_pages(set_up: House, browser_of: dict[str, FlaskClient]) -> None:
    house = set_up
    with house.app.app_context():
        both_score(house)
    quinn, sam = browser_of["quinn"], browser_of["sam"]
    page = quinn.get("/quality/raters").text
    assert "Lena" in page
    assert "How strict" in page
    assert "Lena" not in sam.get("/quality/raters").text
    assert sam.get(f"/quality/raters/{house.lena.id}").status_code == 404
    assert "Strictness" in quinn.get(f"/quality/raters/{house.lena.id}").text
    assert sam.get(f"/quality/raters/{house.sam.id}").status_code == 200
    assert browser_of["nina"].get("/quality/raters").status_code == 403
    assert sam.get("/quality/raters/gold").status_code == 403
    assert "No gold calls yet" in quinn.get("/quality/raters/gold").text


def test_before_anybody_has_scored(set_up: House, browser_of: dict[str, FlaskClient]) -> None:
    assert "Nobody has scored by this card yet" in browser_of["quinn"].get("/quality/raters").text
    page = browser_of["quinn"].get(f"/quality/raters/{set_up.sam.id}")
    assert "Nothing scored by this card yet" in page.text
