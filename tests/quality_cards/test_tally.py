"""What the marks of people add up to, and what must hold for every card."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.quality.answers import Answer, Left, Mark
from app.quality.card import RuledScorecard, Scorecard
from app.quality.result import Outcome, Verdict
from app.quality.scoring import add_up
from app.quality.tally import Tally, open_questions, refused, tally
from app.quality.text import in_english, text
from tests.quality_cards.cards import card, criterion, marked

Case = tuple[Scorecard, dict[str, Answer]]


def three(**critical: str) -> Scorecard:
    return card(
        criterion("a", 40, scale="1-5", critical=critical.get("a", "none")),
        criterion("b", 40),
        criterion("c", 20, scale="1-10"),
        pass_mark=60,
    )


@pytest.mark.parametrize(
    ("answers", "total", "passed"),
    [
        ({"a": 5, "b": 1, "c": 10}, 100, True),
        ({"a": 1, "b": 0, "c": 1}, 0, False),
        ({"a": 3, "b": 1, "c": 10}, 80, True),
        ({"a": 3, "b": 1, "c": Left.NOT_APPLICABLE}, 75, True),
        ({"a": 3, "b": Left.NOT_SURE, "c": Left.NOT_APPLICABLE}, 50, False),
        ({"b": 1}, 100, True),
        ({"a": Left.NOT_SURE}, None, None),
        ({}, None, None),
    ],
)
def test_total(answers: dict[str, Answer], total: float | None, passed: bool | None) -> None:
    made = tally(three(), answers)
    assert (made.total, made.passed) == (total, passed)


def test_a_share_is_even_from_the_lowest_point_to_the_highest() -> None:
    made = tally(three(), {"a": 2, "b": 1, "c": 4})
    assert [each.share for each in made.criteria] == pytest.approx([1 / 4, 1, 3 / 9])
    assert [each.points for each in made.criteria] == pytest.approx([10, 40, 20 / 3])


@pytest.mark.parametrize(
    ("critical", "total"), [("none", 70), ("criterion", 60), ("section", 0), ("card", 0)]
)
def test_what_failing_a_critical_criterion_costs(critical: str, total: float) -> None:
    passes_from = {"points": [{"value": value} for value in range(1, 6)], "passes_from": 3}
    made = card(criterion("a", 40, scale=passes_from, critical=critical), criterion("b", 60))
    failed = tally(made, {"a": 2, "b": 1})
    assert (failed.total, failed.auto_failed) == (total, ("a",) if critical == "card" else ())
    assert tally(made, {"a": 3, "b": 1}).total == 80


def test_without_passes_from_the_lowest_point_alone_fails() -> None:
    assert tally(three(a="card"), {"a": 2, "b": 1, "c": 10}).total == 70
    assert tally(three(a="card"), {"a": 1, "b": 1, "c": 10}).total == 0


def conditional() -> Scorecard:
    """b is asked if a is no, c if b is 1 or 2."""
    return card(
        criterion("a", 20),
        criterion(
            "b", 30, scale="1-5", asked_if={"criterion": "a", "values": [0]}, comment_for=[1]
        ),
        criterion("c", 50, asked_if={"criterion": "b", "values": [1, 2]}),
    )


def test_a_question_that_is_not_asked_leaves_its_weight_to_the_others() -> None:
    made = tally(conditional(), {"a": 1, "b": 1, "c": 0})
    assert [each.asked for each in made.criteria] == [True, False, False]
    assert made.total == 100
    assert tally(conditional(), {"a": 0, "b": 5, "c": 0}).total == 60


def test_open_questions() -> None:
    def still(**marks: Mark) -> list[tuple[str, str]]:
        return [(each.criterion, each.missing) for each in open_questions(conditional(), marks)]

    assert still() == [("a", "answer")]
    assert still(a=Mark(0.0)) == [("b", "answer")]
    assert still(a=Mark(0.0), b=Mark(1.0, " ")) == [("b", "comment"), ("c", "answer")]
    assert still(a=Mark(0.0), b=Mark(1.0, "rude"), c=Mark(Left.NOT_SURE)) == []
    assert still(a=Mark(1.0)) == []


def test_a_mark_that_cannot_be_taken_is_refused_with_words() -> None:
    strict = card(
        criterion("a", 100, may_not_apply=False, causes=[{"id": "rush", "title": "In a rush"}])
    ).criteria[0]
    assert refused(strict, Mark(1.0, causes=("rush",))) is None
    assert refused(strict, Mark(Left.NOT_SURE)) is None
    for mark, words in (
        (Mark(Left.NOT_APPLICABLE), "always applies"),
        (Mark(3.0), "one of 0, 1, not 3"),
        (Mark(1.0, causes=("sleep",)), "knows no cause sleep"),
    ):
        why = refused(strict, mark)
        assert why is not None
        assert words in in_english(why)


@given(marked())
def test_totals_and_weights(case: Case) -> None:
    made = tally(*case)
    weights = sum(each.effective_weight for each in made.criteria)
    assert weights == pytest.approx(100 if made.earned is not None else 0)
    assert sum(each.points for each in made.sections) == pytest.approx(made.earned or 0, abs=0.051)
    assert made.total is None or 0 <= made.total <= 100
    assert made.earned is None or made.total is None or made.total <= made.earned
    assert Tally.from_dict(json.loads(json.dumps(made.to_dict()))) == made


@given(marked())
def test_redistribution_keeps_the_proportions_of_the_weights(case: Case) -> None:
    judged = [each for each in tally(*case).criteria if each.share is not None]
    whole = sum(each.weight for each in judged)
    for each in judged:
        if whole:
            assert each.effective_weight == pytest.approx(100 * each.weight / whole)
            assert each.effective_weight >= each.weight - 1e-9


@given(marked(), st.integers(0, 7))
def test_failing_a_critical_criterion_never_raises_the_total(case: Case, index: int) -> None:
    made, answers = case
    each = made.criteria[index % len(made.criteria)]
    assume(not any(c.asked_if and c.asked_if.criterion == each.id for c in made.criteria))
    best = tally(made, {**answers, each.id: each.scale.high}).total
    failed = tally(made, {**answers, each.id: each.scale.low}).total
    assert best is None or failed is None or failed <= best


@given(marked(), st.integers(0, 7))
def test_a_better_mark_never_lowers_the_total(case: Case, index: int) -> None:
    made, answers = case
    each = made.criteria[index % len(made.criteria)]
    assume(not any(c.asked_if and c.asked_if.criterion == each.id for c in made.criteria))
    totals = [tally(made, {**answers, each.id: value}).total for value in each.scale.values]
    known = [total for total in totals if total is not None]
    assert known == sorted(known)


@given(marked())
def test_the_marks_of_people_and_the_verdicts_of_rules_add_up_alike(case: Case) -> None:
    made, _answers = case
    plain = json.loads(made.model_dump_json())
    for section in plain["sections"]:
        for each in section["criteria"]:
            each |= {"scale": "yes_no", "asked_if": None, "rule": {"kind": "flag", "flag": "x"}}
    ruled = RuledScorecard.model_validate(plain)
    outcomes: tuple[Outcome, ...] = ("met", "not_met", "undetermined", "not_applicable")
    given_to = {c.id: outcomes[i * 7 % 4] for i, c in enumerate(ruled.criteria)}
    by_rules = add_up(ruled, {name: Verdict(o, text("so")) for name, o in given_to.items()})
    points: dict[Outcome, Answer] = {
        "met": 1.0,
        "not_met": 0.0,
        "undetermined": Left.NOT_SURE,
        "not_applicable": Left.NOT_APPLICABLE,
    }
    by_people = tally(ruled, {name: points[o] for name, o in given_to.items()})
    assert (by_people.total, by_people.earned, by_people.passed, by_people.auto_failed) == (
        by_rules.total,
        by_rules.earned,
        by_rules.passed,
        by_rules.auto_failed,
    )
    assert by_people.sections == by_rules.sections
    assert by_people.unsure_weight == by_rules.undetermined_weight
