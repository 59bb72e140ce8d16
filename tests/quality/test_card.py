"""A scorecard says clearly what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.quality.card import Scorecard
from app.quality.card_mentions import mentions

from .calls import card, criterion

SAYS = {"kind": "says", "any_of": "greet"}


def test_one_name_needs_no_list() -> None:
    rule = card(criterion(SAYS)).criteria[0].rule
    assert rule.any_of == ("greet",)  # type: ignore[union-attr]


def test_weights_must_sum_to_100_and_the_message_says_how_far_off() -> None:
    with pytest.raises(ValidationError, match=r"must sum to 100, got 70 \(a 60, b 10\); add 30"):
        card(criterion(SAYS, "a", 60), criterion(SAYS, "b", 10))


def test_ids_are_unique() -> None:
    with pytest.raises(ValidationError, match="used more than once: a"):
        card(criterion(SAYS, "a", 60), criterion(SAYS, "a", 40))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "sings"}, "does not match any of the expected tags"),
        ({"kind": "says"}, "give any_of or all_of"),
        ({"kind": "says", "any_of": "greet", "anyof": "x"}, "Extra inputs are not permitted"),
        ({"kind": "never_says"}, "give acts or phrases"),
        ({"kind": "count", "what": {"act": "greet"}}, "give at_least, at_most or both"),
        (
            {"kind": "count", "what": {"act": "greet"}, "at_least": 3, "at_most": 1},
            "must not be above",
        ),
        ({"kind": "order", "first": {}, "second": {"act": "greet"}}, "name at least one of act"),
        ({"kind": "within", "what": {"act": "greet"}, "seconds": 0}, "greater than 0"),
        ({"kind": "move", "others_allowed": True}, "name a needed move"),
        ({"kind": "ending"}, "give one_of with endings"),
        ({"kind": "talk_share", "at_least": 1.5}, "less than or equal to 1"),
    ],
)
def test_a_bad_rule_says_what_is_wrong(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        card(criterion(rule))


def test_mentions_lists_every_name_a_scenario_must_define() -> None:
    rules: list[dict[str, Any]] = [
        {"kind": "says_phrase", "any_of": "hello {name}", "within_states": "opening"},
        {"kind": "order", "first": {"flag": "verified"}, "second": {"act": "state_amount"}},
        {"kind": "move", "needed": [{"move": "escalate", "target": "fraud"}]},
        {"kind": "ending", "one_of": "solved"},
    ]
    made = card(*(criterion(rule, f"c{i}", 25) for i, rule in enumerate(rules)))
    assert [(each.kind, each.name) for each in mentions(made)] == [
        ("state", "opening"),
        ("fact", "name"),
        ("flag", "verified"),
        ("act", "state_amount"),
        ("target", "fraud"),
        ("ending", "solved"),
    ]


def test_a_json_schema_can_be_published() -> None:
    schema = Scorecard.model_json_schema()
    assert "hold_procedure" in str(schema)
    assert schema["additionalProperties"] is False
