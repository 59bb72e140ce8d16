"""A planner's own routing class, by dotted name from the plan; and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import RoutingError
from sim.parameters import Plan, Rule
from tests.sim.tiny import answered, group, kind, plan, rows

HERE = "tests.sim.own_rules."


def floor(rule: str, **options: Any) -> Plan:
    """Two lines, two groups that serve both: every question comes up."""
    kinds = [kind("a", 0, 20, 40), kind("b", 0, 10, 30)]
    teams = [group("x", "a b"), group("y", "a b")]
    return plan(kinds, teams, routing=(Rule(HERE + rule, options),))


def test_prefer_chooses_between_lines() -> None:
    given = plan([kind("a", 0, 20, 40), kind("b", 10, 30)], routing=(Rule(HERE + "Youngest"),))
    story = {row.arrived: row.answered for row in rows(given)}
    # At 100 s the heads of the lines came at 20 s and 10 s; then 40 s and 10 s.
    assert story == {0: 0, 20: 100, 40: 200, 10: 300, 30: 400}


def test_prefer_chooses_among_every_idle_agent_when_asked_to() -> None:
    given = plan(kind("a", 0, 1), group("g", "a", 5), routing=(Rule(HERE + "HighestNumber"),))
    assert [row.agent for row in rows(given)] == [4, 3]


def test_allows_is_asked_again_when_the_rule_says() -> None:
    rule = Rule(HERE + "After", {"call_type": "a", "seconds": 25.0})
    given = plan([kind("a", 0), kind("b", 5, talk=1)], group("g", "a b"), routing=(rule,))
    assert answered(given) == [25, 5]


def test_allows_is_asked_again_when_another_line_changes() -> None:
    rule = Rule(HERE + "NotWhileOthersWait", {"back": "a", "first": "b"})
    kinds = [kind("a", 10), kind("b", 0, 1, talk=100)]
    teams = [group("x", "a"), group("y", "b")]
    # Agent x is idle all the time; the caller of type a gets her when b's line is empty at 100 s.
    given = plan(kinds, teams, routing=(rule,))
    story = {(row.kind, row.arrived): row.answered for row in rows(given)}
    assert story == {("a", 10): 100, ("b", 0): 0, ("b", 1): 100}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("RaisesInAllows", "RaisesInAllows.*by my own fault"),
        ("RaisesInPrefer", "RaisesInPrefer.*KeyError.*nobody"),
        ("RaisesAtStart", "RaisesAtStart.start.*not ready"),
        ("AnswersMaybe", "AnswersMaybe.allows must answer True or False, got 'maybe'"),
        ("PrefersNothingKnown", "PrefersNothingKnown.prefer must answer a finite number, got"),
        ("PrefersWords", "PrefersWords"),
        ("CannotBeMade", "CannotBeMade could not be made.*no licence"),
        ("NoRule", "NoRule is not a routing rule: derive it from sim.routing.Rule"),
        ("Nowhere", "own_rules.Nowhere cannot be imported.*Nowhere"),
    ],
)
def test_what_is_wrong_with_a_class_is_said(rule: str, message: str) -> None:
    with pytest.raises(RoutingError, match=message):
        rows(floor(rule))


def test_a_module_that_is_not_there() -> None:
    given = plan(kind("a", 0), routing=(Rule("no_such_module.Mine"),))
    with pytest.raises(RoutingError, match=r"no_such_module.Mine cannot be imported"):
        rows(given)


def test_a_name_nobody_knows_lists_the_rules() -> None:
    with pytest.raises(RoutingError, match=r"no routing rule is called longest.*longest-wait"):
        rows(plan(kind("a", 0), routing=(Rule("longest"),)))


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        (HERE + "Youngest", {"speed": 3.0}),
        (HERE + "After", {"call_type": "a"}),
        ("blend", {"idel": 2.0}),
        ("longest-wait", {"a": 1.0}),
    ],
)
def test_options_a_rule_does_not_take_or_lacks(rule: str, options: dict[str, Any]) -> None:
    with pytest.raises(RoutingError, match=rf"routing rule {rule}: .*argument"):
        rows(plan(kind("a", 0), routing=(Rule(rule, options),)))
