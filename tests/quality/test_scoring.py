"""The arithmetic of a score, and what must hold for every call and card."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.quality.card import RuledScorecard
from app.quality.result import Outcome, Score, Verdict
from app.quality.scoring import add_up, score
from app.quality.text import text
from app.recordings.timeline import Timeline, Utterance

from .calls import FACTS, call, card, criterion, customer, mark, trainee

OUTCOMES: tuple[Outcome, ...] = ("met", "not_met", "undetermined", "not_applicable")
SAYS = {"kind": "says", "any_of": "greet"}


def verdicts(**outcomes: Outcome) -> dict[str, Verdict]:
    return {name: Verdict(outcome, text("because")) for name, outcome in outcomes.items()}


def two(first: str = "none", **section: bool) -> RuledScorecard:
    return card(
        criterion(SAYS, "a", 60, critical=first), criterion(SAYS, "b", 40), pass_mark=60, **section
    )


@pytest.mark.parametrize(
    ("a", "b", "total", "passed"),
    [
        ("met", "met", 100, True),
        ("met", "not_met", 60, True),
        ("not_met", "met", 40, False),
        ("met", "not_applicable", 100, True),
        ("met", "undetermined", 100, True),
        ("not_met", "undetermined", 0, False),
        ("undetermined", "undetermined", None, None),
        ("not_applicable", "not_applicable", None, None),
    ],
)
def test_total(a: Outcome, b: Outcome, total: float | None, passed: bool | None) -> None:
    made = add_up(two(), verdicts(a=a, b=b))
    assert (made.total, made.passed) == (total, passed)


def test_undetermined_weight_is_shown() -> None:
    assert add_up(two(), verdicts(a="met", b="undetermined")).undetermined_weight == 40
    assert add_up(two(), verdicts(a="met", b="not_applicable")).undetermined_weight == 0


def test_a_critical_card_item_takes_everything_and_says_so() -> None:
    made = add_up(two("card"), verdicts(a="not_met", b="met"))
    assert (made.total, made.earned, made.passed) == (0, 40, False)
    assert made.auto_failed == ("a",)


@pytest.mark.parametrize("outcome", ["undetermined", "not_applicable"])
def test_a_critical_item_that_is_not_sure_fails_nothing(outcome: Outcome) -> None:
    made = add_up(two("card"), verdicts(a=outcome, b="met"))
    assert (made.total, made.auto_failed, made.passed) == (100, (), True)


def test_a_critical_section_item_takes_its_section_alone() -> None:
    made = RuledScorecard.model_validate(
        {
            "title": "Card",
            "pass_mark": 50,
            "sections": [
                {
                    "id": "one",
                    "title": "One",
                    "criteria": [
                        criterion(SAYS, "a", 30, critical="section"),
                        criterion(SAYS, "b", 30),
                    ],
                },
                {"id": "two", "title": "Two", "criteria": [criterion(SAYS, "c", 40)]},
            ],
        }
    )
    scored = add_up(made, verdicts(a="not_met", b="met", c="met"))
    assert scored.total == 40
    assert [section.failed for section in scored.sections] == [True, False]
    assert [result.points for result in scored.results] == [0, 0, 40]


def test_fail_zeroes_lets_any_failure_take_the_section() -> None:
    assert add_up(two(fail_zeroes=True), verdicts(a="met", b="not_met")).total == 0
    assert add_up(two(fail_zeroes=True), verdicts(a="met", b="undetermined")).total == 100


def test_what_passes_is_the_total_that_is_shown() -> None:
    third = card(*(criterion(SAYS, name, 100 / 3) for name in "abc"), pass_mark=66.7)
    made = add_up(third, verdicts(a="met", b="met", c="not_met"))
    assert (made.total, made.passed) == (66.7, True)


@st.composite
def cards(draw: st.DrawFn) -> RuledScorecard:
    """A card of 1 to 8 criteria with random weights (some zero), criticality and sections."""
    shares = draw(st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any))
    critical = st.sampled_from(["none", "criterion", "section", "card"])
    criteria = [
        criterion(SAYS, f"c{i}", 100 * share / sum(shares), critical=draw(critical))
        for i, share in enumerate(shares)
    ]
    cut = draw(st.integers(0, len(criteria) - 1))
    groups = [group for group in (criteria[:cut], criteria[cut:]) if group]
    sections = [
        {"id": f"s{i}", "title": "S", "fail_zeroes": draw(st.booleans()), "criteria": group}
        for i, group in enumerate(groups)
    ]
    return RuledScorecard.model_validate({"title": "Card", "pass_mark": 80, "sections": sections})


@st.composite
def scored(draw: st.DrawFn) -> tuple[RuledScorecard, dict[str, Verdict]]:
    made = draw(cards())
    outcomes = {each.id: draw(st.sampled_from(OUTCOMES)) for each in made.criteria}
    return made, verdicts(**outcomes)


def _with(found: dict[str, Verdict], name: str, outcome: Outcome) -> dict[str, Verdict]:
    return {**found, name: replace(found[name], outcome=outcome)}


@given(scored())
def test_totals_and_weights(case: tuple[RuledScorecard, dict[str, Verdict]]) -> None:
    made = add_up(*case)
    weights = sum(result.effective_weight for result in made.results)
    assert weights == pytest.approx(100 if made.earned is not None else 0)
    if made.total is not None:
        assert 0 <= made.total <= 100
    if made.earned is not None:
        points = sum(section.points for section in made.sections)
        assert made.earned == pytest.approx(points, abs=0.051)
    assert Score.from_dict(json.loads(json.dumps(made.to_dict()))) == made


@given(scored(), st.integers(0, 7))
def test_undetermined_is_never_worse_than_not_met(
    case: tuple[RuledScorecard, dict[str, Verdict]], index: int
) -> None:
    made, found = case
    name = made.criteria[index % len(made.criteria)].id
    unsure = add_up(made, _with(found, name, "undetermined")).total
    failed = add_up(made, _with(found, name, "not_met")).total
    assert unsure is None or failed is None or unsure >= failed


@given(scored(), st.integers(0, 7), st.sampled_from(OUTCOMES))
def test_met_is_never_worse_than_anything_else_where_the_section_stands(
    case: tuple[RuledScorecard, dict[str, Verdict]], index: int, other: Outcome
) -> None:
    made, found = case
    name = made.criteria[index % len(made.criteria)].id
    scored_as_met = add_up(made, _with(found, name, "met"))
    section = next(each.section for each in scored_as_met.results if each.id == name)
    assume(not any(each.failed for each in scored_as_met.sections if each.id == section))
    met = scored_as_met.total
    before = add_up(made, _with(found, name, other)).total
    assert before is None or met is None or met >= before - 1e-9


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    acts = st.sampled_from(["greet", "?greet", "ask_pin", "say_goodbye", "?disclose_account_data"])
    starts = draw(st.lists(st.integers(0, 200), max_size=6, unique=True))
    said: list[Utterance] = []
    for start in starts:
        if draw(st.booleans()):
            said.append(customer(start, start + draw(st.integers(0, 9))))
        else:
            words = draw(st.sampled_from(["hello margaret", "goodbye", "your charge is"]))
            heard = draw(st.lists(acts, max_size=2))
            confidence = draw(st.sampled_from([0.2, 1.0]))
            said.append(trainee(start, start + 2.0, words, *heard, confidence=confidence))
    kinds = st.sampled_from(["hold", "unhold", "interrupted", "cut_off"])
    marks = [
        mark(at, draw(kinds), by="trainee")
        for at in draw(st.lists(st.integers(0, 200), max_size=4, unique=True))
    ]
    return call(*said, *marks, ended=draw(st.sampled_from([None, "solved"])))


EVERYTHING = card(
    criterion(SAYS, "says", 10),
    criterion({"kind": "never_says", "acts": "ask_pin"}, "never", 10, critical="card"),
    criterion({"kind": "no_dead_air"}, "quiet", 10),
    criterion({"kind": "hold_procedure"}, "hold", 20),
    criterion({"kind": "closing"}, "closing", 20),
    criterion({"kind": "count", "what": {"fact": "name"}, "at_least": 2}, "name", 20),
    criterion(
        {
            "kind": "order",
            "first": {"act": "greet"},
            "second": {"act": "disclose_account_data"},
        },
        "order",
        10,
    ),
)


@given(timelines(), st.randoms(use_true_random=False))
def test_the_same_call_gives_the_same_score_however_it_is_put_together(
    timeline: Timeline, random: st.DataObject
) -> None:
    said, marks = list(timeline.utterances), list(timeline.marks)
    random.shuffle(said)  # type: ignore[attr-defined]
    random.shuffle(marks)  # type: ignore[attr-defined]
    shuffled = Timeline(tuple(said), tuple(marks), timeline.duration, timeline.mode)
    assert score(EVERYTHING, shuffled, FACTS) == score(EVERYTHING, timeline, FACTS)


def test_an_empty_call_is_scored() -> None:
    made = score(EVERYTHING, call(ended=None), FACTS)
    assert made.total is not None
    assert {result.outcome for result in made.results} <= set(OUTCOMES)
