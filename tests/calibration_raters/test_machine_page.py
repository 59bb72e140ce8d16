"""The page of the automatic rater: which calls it counts, and who may look."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import pytest

from app.calibration.machine_page import MachineLine, MachinePage, cards_with_rules, machine_page
from app.calibration.machine_rater import Worth
from app.db import db, transaction
from app.quality.answers import Left
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations import disputes, machine
from app.quality.evaluations.disputes import Decision, Objection
from app.quality.frameworks import service as frameworks
from app.quality.frameworks.document import Framework, Trusted
from app.quality.result import CriterionResult, Outcome, Score
from app.quality.text import Text
from app.recordings.models import Recording
from tests.calibration_raters.conftest import House
from tests.conftest import SignIn

RULE = {"kind": "says", "any_of": ["greet"]}
BODY: dict[str, Any] = {
    "title": "By rules",
    "pass_mark": 70,
    "sections": [
        {
            "id": "all",
            "title": "All",
            "criteria": [
                {"id": "greets", "title": "Greets", "weight": 60, "rule": RULE},
                {"id": "listens", "title": "Listens", "weight": 40, "scale": "1-5"},
            ],
        }
    ],
}


def publish(house: House, body: dict[str, Any], name: str = "") -> CardVersion:
    if name:
        draft = cards.create(house.quinn, name, body, house.clock())
    else:
        draft = cards.draft_from(house.version, house.quinn, house.clock(), "another rule")
        draft = cards.save_draft(draft, body, draft.revision, house.clock())
    before = cards.newest(draft.card_id)
    seen = cards.Publishing("tried out", draft.revision, before.id if before else None)
    return cards.publish(draft, house.quinn, house.clock(), seen)


def judge(house: House, call: Recording, outcome: Outcome) -> None:
    """What the rules say of a call."""
    empty = Text("")
    result = CriterionResult(
        id="greets", title="Greets", section="all", weight=60, effective_weight=100,
        outcome=outcome, points=0, critical="none", rule=empty, reason=empty, evidence=(),
        instead=(),
    )  # fmt: skip
    score = Score("By rules", 70, 0, 0, False, (), (), (result,), 0)
    machine.record_machine(call, house.version, score, house.clock())


def both(house: House, outcomes: Iterable[tuple[Outcome, float]]) -> None:
    for call, (outcome, mark) in zip(house.calls, outcomes, strict=False):
        judge(house, call, outcome)
        house.scored(house.sam, call, {"greets": mark, "listens": 3})


def trust(house: House) -> None:
    one = Trusted(id="g", card_id=house.version.card_id, criterion="greets", reason="agrees")
    draft = frameworks.draft(
        Framework(mission="Help", trusted=(one,)), by=house.quinn, at=house.clock()
    )
    frameworks.publish(
        draft.id, reason="first", saw=draft.revision, by=house.quinn, at=house.clock()
    )


def line_of(house: House) -> MachineLine:
    (line,) = page_of(house).lines
    return line


def page_of(house: House) -> MachinePage:
    return machine_page(house.version.card, house.clock())


@pytest.fixture
def ruled(house: House) -> House:
    """The house with a card one of whose criteria has a rule."""
    house.version = publish(house, BODY, "By rules")
    return house


def test_only_cards_with_rules_and_criteria_with_rules(ruled: House) -> None:
    assert [card.name for card in cards_with_rules()] == ["By rules"]
    assert line_of(ruled).criterion.id == "greets"
    assert not page_of(ruled).compared
    assert line_of(ruled).found.worth is Worth.NOTHING


def test_people_beside_the_rule(ruled: House) -> None:
    both(ruled, [("met", 1), ("met", 1), ("not_met", 0), ("not_met", 1), ("undetermined", 1)])
    judge(ruled, ruled.calls[6], "undetermined")
    judge(ruled, ruled.calls[7], "not_applicable")
    found = line_of(ruled)
    assert (found.found.same.hits, found.found.same.n) == (3, 4)
    assert (found.unsure, found.judged) == (2, 6)
    assert found.unsure_share == pytest.approx(1 / 3)


def test_a_dispute_that_changed_the_mark_is_counted_and_hides_nothing(ruled: House) -> None:
    both(ruled, [("not_met", 1), ("undetermined", 1)])
    for call in ruled.calls[:2]:
        made = machine.of_machine(call)
        assert made is not None
        said = disputes.open_dispute(ruled.nina, made, Objection("greets", "I did."), ruled.clock())
        disputes.decide(ruled.sam, said, Decision("Heard it.", 1.0), ruled.clock())
    found = line_of(ruled)
    assert (found.disputes.total, found.disputes.changed) == (2, 2)
    assert (found.unsure, found.judged) == (1, 2)
    assert (found.found.same.hits, found.found.same.n) == (0, 1)


def test_another_rule_begins_anew_and_other_words_do_not(ruled: House) -> None:
    both(ruled, [("met", 1)])
    body = deepcopy(BODY)
    greets = body["sections"][0]["criteria"][0]
    greets["title"] = "Says hello"
    publish(ruled, body)
    assert line_of(ruled).criterion.title == "Says hello"
    assert line_of(ruled).found.same.n == 1
    greets["rule"] = {"kind": "says", "any_of": ["say_goodbye"]}
    publish(ruled, body)
    assert (line_of(ruled).found.same.n, line_of(ruled).judged) == (0, 0)


def test_what_the_framework_says_and_the_figures_say(ruled: House) -> None:
    assert not line_of(ruled).alone
    trust(ruled)
    assert line_of(ruled).alone
    assert line_of(ruled).tone == "warn"
    both(ruled, [*[("met", 1)] * 6, *[("not_met", 0)] * 6])  # type: ignore[list-item]
    assert line_of(ruled).found.worth is Worth.MORE
    for call in ruled.calls:
        for rater in (ruled.lena, ruled.quinn):
            mark = next(iter(machine.of_machine(call).marks)).value  # type: ignore[union-attr]
            ruled.scored(rater, call, {"greets": mark or 0.0})
    line = line_of(ruled)
    assert (line.found.calls, line.found.same.n) == (12, 36)
    assert line.found.worth is Worth.EARNED
    assert line.tone == "good"


def test_the_pages(set_up: House, sign_in: SignIn) -> None:
    house = set_up
    browsers = {
        name: sign_in(house.app.test_client(), getattr(house, name))
        for name in ("quinn", "sam", "nina")
    }
    address = "/quality/raters/machine"
    assert "No rules yet" in browsers["quinn"].get(address).text
    with house.app.app_context():
        house.version = publish(house, BODY, "By rules")
        both(house, [("met", 1), ("not_met", 1), ("met", 1)])
        card = house.version.card_id
        made = machine.of_machine(db.session.get_one(Recording, house.calls[0].id))
        assert made is not None
        home = f"/quality/evaluations/{made.id}"
    page = browsers["sam"].get(f"{address}?card={card}").text
    assert "The same in 2 of 3 scorings of 3 calls" in page
    assert "no framework in force" in page
    assert address in browsers["quinn"].get("/quality/raters").text
    assert browsers["nina"].get(address).status_code == 403
    assert "people decide" in browsers["sam"].get(home).text
    with house.app.app_context(), transaction():
        trust(house)
    assert "counts alone" in browsers["sam"].get(home).text
    assert "counts alone, and has not earned it" in browsers["quinn"].get(address).text


def test_left_is_no_point(ruled: House) -> None:
    both(ruled, [("met", 1)])
    with transaction():
        sheet = ruled.scored(ruled.lena, ruled.calls[0], {"listens": 3})
        sheet.marks[0].criterion, sheet.marks[0].value = "greets", None
        sheet.marks[0].left = Left.NOT_SURE
    assert line_of(ruled).found.same.n == 1
