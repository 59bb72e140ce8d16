"""Gold calls, and the run of a new rater over them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.calibration import certifying, gold
from app.calibration.certifying import Clash
from app.calibration.models import Certification
from app.db import db
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.evaluations import certificates
from app.quality.sent_mark import SentMark
from app.recordings import access
from tests.calibration_raters.conftest import House
from tests.conftest import SignIn, post

RIGHT: Mapping[str, float] = {"greets": 1.0, "listens": 4.0, "safe": 1.0}


def sent(criterion: str, answer: float | None, saw: int = 0, comment: str = "") -> SentMark:
    return SentMark(criterion, answer, comment, (), (), saw)


def make_gold(house: House, calls: int = 12) -> None:
    for call in house.calls[:calls]:
        evaluation = house.scored(house.quinn, call, RIGHT)
        gold.set_from_evaluation(house.quinn, evaluation, "two leads agreed", house.clock())


def score_all(house: House, run: Certification, wrong: Mapping[str, float] | None = None) -> None:
    for sheet in run.sheets:
        for name, value in {**RIGHT, **(wrong or {})}.items():
            assert certifying.mark(run, sheet, sent(name, value)) == 1
        certifying.submit(run, sheet, house.clock())


@pytest.mark.parametrize(
    ("answers", "asked", "is_enough"),
    [(0, 0, False), (1, 3, False), (2, 3, True), (4, 7, False), (5, 7, True)],
)
def test_a_gold_call_has_two_in_three_answers(answers: int, asked: int, is_enough: bool) -> None:
    assert gold.enough(answers, asked) is is_enough


def test_too_few_certain_answers_make_no_gold_call(house: House) -> None:
    made = house.scored(house.quinn, house.calls[0], RIGHT)
    for mark in made.marks[1:]:
        mark.value, mark.left = None, "not_sure"
    with pytest.raises(InvalidInput, match="1 of 3"):
        gold.set_from_evaluation(house.quinn, made, "sure", house.clock())


def test_all_right_is_a_certificate(house: House) -> None:
    make_gold(house)
    run = certifying.start(house.sam, house.version.card, house.clock())
    assert len(run.sheets) == 12
    score_all(house, run)
    result = certifying.result_of(run)
    assert result is not None
    assert result.passed
    assert certificates.holds(house.sam, house.version.card, house.clock())
    assert certifying.certificate_of(run) is not None
    held = certificates.valid_certificates(house.version.card_id, house.clock())
    assert list(held) == [house.sam.id]
    certifying.revoke(house.quinn, held[house.sam.id].id, house.clock())
    assert not certificates.holds(house.sam, house.version.card, house.clock())


def test_a_critical_criterion_missed_is_none(house: House) -> None:
    make_gold(house)
    run = certifying.start(house.sam, house.version.card, house.clock())
    score_all(house, run, {"safe": 0.0})
    assert run.verdict is not None
    assert run.verdict["verdict"] == "critical_missed"
    assert not certificates.holds(house.sam, house.version.card, house.clock())


def test_she_may_hear_the_calls_while_it_lasts_and_no_longer(house: House, person: Any) -> None:
    make_gold(house, calls=1)
    stranger = person("supervisor", name="Nour", leads=("South",))
    with house.app.app_context():
        stranger = db.session.get_one(type(stranger), stranger.id)
        assert not access.may_hear(stranger, house.calls[0])
        run = certifying.start(stranger, house.version.card, house.clock())
        assert access.may_hear(stranger, house.calls[0])
        score_all(house, run)
        assert not access.may_hear(stranger, house.calls[0])


def test_one_open_run_and_a_new_one_after_it(house: House) -> None:
    make_gold(house, calls=2)
    first = certifying.start(house.sam, house.version.card, house.clock())
    assert certifying.start(house.sam, house.version.card, house.clock()).id == first.id
    score_all(house, first)
    assert certifying.start(house.sam, house.version.card, house.clock()).id != first.id


def test_two_tabs_clash_and_nothing_is_lost(house: House) -> None:
    make_gold(house, calls=1)
    run = certifying.start(house.sam, house.version.card, house.clock())
    sheet = run.sheets[0]
    assert certifying.mark(run, sheet, sent("listens", 3)) == 1
    assert certifying.mark(run, sheet, sent("listens", 4, saw=1)) == 2
    clash = certifying.mark(run, sheet, sent("listens", 5, saw=1))
    assert isinstance(clash, Clash)
    assert (clash.yours["answer"], clash.theirs["answer"]) == (5, 4)
    # The same mark twice, after a lost connection, counts once.
    assert certifying.mark(run, sheet, sent("listens", 4, saw=1)) == 2


def test_two_marks_at_once_are_both_kept(house: House) -> None:
    make_gold(house, calls=1)
    run = certifying.start(house.sam, house.version.card, house.clock())
    number, sheet = run.id, run.sheets[0]
    assert sheet.marks == {}

    def another_request() -> None:
        with house.app.app_context():
            same = db.session.get_one(Certification, number)
            certifying.mark(same, same.sheets[0], sent("greets", 1))

    with ThreadPoolExecutor() as pool:
        pool.submit(another_request).result()
    certifying.mark(run, sheet, sent("listens", 4))
    assert set(sheet.marks) == {"greets", "listens"}


def test_what_is_open_is_told_and_keeps_it_from_being_handed_in(house: House) -> None:
    make_gold(house, calls=1)
    run = certifying.start(house.sam, house.version.card, house.clock())
    sheet = run.sheets[0]
    certifying.mark(run, sheet, sent("greets", None, comment="hm"))
    assert [each.criterion for each in certifying.missing(run, sheet)] == [
        "greets",
        "listens",
        "safe",
    ]
    with pytest.raises(InvalidInput, match="Greets"):
        certifying.submit(run, sheet, house.clock())
    with pytest.raises(InvalidInput, match="one of"):
        certifying.mark(run, sheet, sent("listens", 7))
    with pytest.raises(InvalidInput, match="no criterion"):
        certifying.mark(run, sheet, sent("unknown", 1))


def test_once_handed_in_marks_stay(house: House) -> None:
    make_gold(house, calls=2)
    run = certifying.start(house.sam, house.version.card, house.clock())
    score_all(house, run)
    with pytest.raises(Conflict):
        certifying.mark(run, run.sheets[0], sent("greets", 0, saw=1))


def test_without_gold_there_is_nothing_to_pass(house: House) -> None:
    with pytest.raises(Conflict, match="no gold calls"):
        certifying.start(house.sam, house.version.card, house.clock())


def test_gold_again_replaces_and_retired_gold_is_not_used(house: House) -> None:
    make_gold(house, calls=1)
    make_gold_again = house.scored(house.lena, house.calls[0], RIGHT)
    gold.set_from_evaluation(house.lena, make_gold_again, "heard twice", house.clock())
    kept = gold.gold_calls(house.version.card_id)
    assert [each.why for each in kept] == ["heard twice"]
    gold.retire(house.quinn, kept[0].id, house.clock())
    assert not gold.gold_calls(house.version.card_id)
    with pytest.raises(NotFound):
        gold.retire(house.quinn, kept[0].id, house.clock())


def test_gold_is_made_of_ones_own_evaluation_with_a_reason(house: House) -> None:
    evaluation = house.scored(house.quinn, house.calls[0], RIGHT)
    with pytest.raises(NotFound):
        gold.set_from_evaluation(house.sam, evaluation, "mine", house.clock())
    with pytest.raises(InvalidInput):
        gold.set_from_evaluation(house.quinn, evaluation, "  ", house.clock())


def test_the_pages(set_up: House, sign_in: SignIn) -> None:
    house = set_up
    with house.app.app_context():
        make_gold(house, calls=2)
    sam, lena = (sign_in(house.app.test_client(), one) for one in (house.sam, house.lena))
    quinn = sign_in(house.app.test_client(), house.quinn)
    assert "2 gold calls" in quinn.get("/quality/raters/gold").text
    started = post(sam, "/quality/raters/certify", {"card": house.version.card_id})
    assert started.status_code == 302
    at = started.headers["Location"]
    with house.app.app_context():
        run = db.session.scalars(select(Certification)).unique().one()
        sheets = [sheet.id for sheet in run.sheets]
    assert "Call 1" in sam.get(at).text
    assert lena.get(at).status_code == 404
    assert quinn.get(f"{at}/{sheets[0]}").status_code == 404
    page = sam.get(f"{at}/{sheets[0]}").text
    assert "Nina" not in page  # blind: whose call it is says nothing about it
    assert "Greets" in page
    refused = post(sam, f"{at}/{sheets[0]}")
    assert refused.status_code == 400
    assert "Choose an answer." in refused.text
    for sheet in sheets:
        for name, value in RIGHT.items():
            assert _mark(sam, f"{at}/{sheet}/mark", name, value).get_json() == {"version": 1}
        handed_in = post(sam, f"{at}/{sheet}")
        assert handed_in.status_code == 302
    assert _mark(lena, f"{at}/{sheets[0]}/mark", "greets", 1).status_code == 404
    assert "Good so far" in sam.get(at).text


def _mark(client: FlaskClient, path: str, criterion: str, answer: float) -> Any:
    page = client.get("/account").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    body = {"criterion": criterion, "answer": answer, "saw": 0}
    return client.post(path, json=body, headers={"X-CSRF-Token": token})
