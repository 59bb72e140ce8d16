"""Each routing rule on a floor so small that one sees whom it prefers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sim.errors import RoutingError
from sim.parameters import (
    Break,
    Consult,
    Dialling,
    Fixed,
    Group,
    LearningCurve,
    Patience,
    Plan,
    Rule,
    Service,
    Shift,
    Skill,
    Transfer,
)
from sim.routing import RULES
from tests.sim.tiny import answered, group, kind, plan, rows


def order(given: Plan) -> list[tuple[str, float]]:
    """Which contacts were answered, in that order: call type and moment of arrival."""
    served = [row for row in rows(given) if row.answered is not None]
    return [(row.kind, row.arrived) for row in sorted(served, key=lambda row: row.answered or 0)]


def agents(given: Plan) -> list[int]:
    return [row.agent for row in rows(given)]


def two_lines(**more: Any) -> list[Any]:
    """Two types; the agent is busy with the first call until 100 s."""
    return [kind("a", 0, 20, 40, **more.get("a", {})), kind("b", 10, 30, **more.get("b", {}))]


def test_every_rule_has_a_test_here() -> None:
    """By its name in the plan, or this file is behind."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in RULES if text.count(f'"{name}"') == 0] == []


# --- which line ---------------------------------------------------------------------------------


def test_longest_wait_takes_them_as_they_came() -> None:
    given = plan(two_lines(), routing=("longest-wait",))
    assert order(given) == [("a", 0), ("b", 10), ("a", 20), ("b", 30), ("a", 40)]


def test_priority_takes_the_type_with_more_points_first() -> None:
    given = plan(two_lines(a={"priority": 2.0}), routing=("priority",))
    assert order(given) == [("a", 0), ("a", 20), ("a", 40), ("b", 10), ("b", 30)]


def test_priority_with_ageing_lets_long_waits_overtake() -> None:
    kinds = two_lines(a={"priority": 2.0}, b={"ageing": 1.0})
    # At 100 s b has 1.5 points of waiting, at 200 s more than 2.
    given = plan(kinds, routing=("priority",))
    assert order(given) == [("a", 0), ("a", 20), ("b", 10), ("b", 30), ("a", 40)]


def test_points_of_waiting_are_added_to_those_of_the_type() -> None:
    kinds = two_lines(a={"priority": 1.0, "ageing": 1.0}, b={"ageing": 1.5})
    # At 100 s a has 1 + 1.33 and b 2.25 points, at 200 s a has 1 + 2.67 and b 4.75.
    given = plan(kinds, routing=("priority",))
    assert order(given) == [("a", 0), ("a", 20), ("b", 10), ("b", 30), ("a", 40)]


def test_ties_go_on_to_the_next_rule() -> None:
    kinds = two_lines(a={"priority": 1.0}, b={"priority": 1.0})
    given = plan(kinds, routing=("priority", "longest-wait"))
    assert order(given) == [("a", 0), ("b", 10), ("a", 20), ("b", 30), ("a", 40)]


def test_skill_levels_serve_their_own_first() -> None:
    mine = group("all", [Skill("a", level=2), Skill("b", level=1)])
    given = plan(two_lines(), mine, routing=("skill-levels", "longest-wait"))
    assert order(given) == [("a", 0), ("b", 10), ("b", 30), ("a", 20), ("a", 40)]


# --- which group --------------------------------------------------------------------------------


def test_skill_levels_choose_the_first_level_first() -> None:
    second = group("second", [Skill("a", level=2)])
    first = group("first", [Skill("a", level=1)])
    given = plan(kind("a", 0, 1), [second, first], routing=("skill-levels",))
    assert agents(given) == [1, 0]


def test_overflow_comes_after_its_time_and_not_before() -> None:
    first = group("first", "a")
    helpers = group("helpers", [Skill("a", level=2, after=30.0)])
    given = plan(kind("a", 0, 10, 15), [first, helpers], routing=("skill-levels",))
    # The second goes over at 40 s; the third waits until the first agent is free.
    assert answered(given) == [0, 40, 100]
    assert agents(given) == [0, 1, 0]


def test_every_one_of_those_who_wait_goes_over_after_her_own_time() -> None:
    helpers = group("helpers", [Skill("a", level=2, after=30.0)], 2)
    given = plan(kind("a", 0, 10, 15), [group("first", "a"), helpers])
    assert answered(given) == [0, 40, 45]


def test_who_goes_ahead_goes_over_before_those_who_wait_already() -> None:
    first = kind("first", 0, talk=60, transfers=(Transfer("a", 1.0),))
    teams = [group("x", "first"), group("y", "a"), group("z", [Skill("a", after=100.0)])]
    story = {row.arrived: row.answered for row in rows(plan([first, kind("a", 1, 50)], teams))}
    # On the line since 0 s, sent on at 60 s: over at 100 s, and the one of 50 s then has nobody.
    assert story == {0: 0, 1: 1, 60: 100, 50: 101}


def test_who_becomes_free_before_the_overflow_waits_for_it() -> None:
    """Whether that is all she does or one of several things."""
    for more in ([], [Skill("b")]):
        shifts = (Shift(20.0, 7200.0),)
        helpers = group("helpers", [Skill("a", level=2, after=30.0), *more], shifts=shifts)
        given = plan([kind("a", 0, 10), kind("b")], [group("first", "a"), helpers])
        assert answered(given) == [0, 40]


def test_who_helps_after_a_time_does_not_help_at_once_where_others_are_all_busy() -> None:
    firsts = [group("x", "a"), group("y", "a")]
    helpers = group("z", [Skill("a", level=1, after=30.0)])
    given = plan(kind("a", 0, 0, 10), [*firsts, helpers])
    assert answered(given) == [0, 0, 40]


def test_overflow_comes_in_the_last_month_of_a_year_too() -> None:
    """So far from midnight of the first day a moment is only known to some nanoseconds, and
    moment + 40.9 s - moment is less than 40.9 s."""
    day, came, after = 254, 6510.3, 40.9
    moment = day * 86400 + came
    assert (moment + after) - moment < after - 1e-9
    helpers = group("helpers", [Skill("a", level=2, after=after)])
    teams = [group("first", "a"), helpers]
    given = plan(kind("a", came, came), teams, routing=("skill-levels",), days=day + 1)
    assert answered(given)[-2:] == [moment, round(moment + after, 6)]


def test_who_is_busy_when_the_overflow_begins_takes_it_later() -> None:
    helpers = group("helpers", [Skill("a", level=2, after=30.0), Skill("b")])
    kinds = [kind("a", 0, 10, talk=500), kind("b", 0, talk=60)]
    given = plan(kinds, [group("first", "a"), helpers], routing=("skill-levels",))
    assert answered(given) == [0, 0, 60]


def test_without_skill_levels_after_means_nothing() -> None:
    helpers = group("helpers", [Skill("a", after=30.0)])
    given = plan(kind("a", 0, 10), [group("first", "a"), helpers], routing=("longest-wait",))
    assert answered(given) == [0, 10]


def test_reserve_keeps_agents_idle_for_their_other_work() -> None:
    team = group("team", [Skill("a", reserve=1), Skill("b")], 2)
    kinds = [kind("a", 0, 10), kind("b", 20)]
    given = plan(kinds, team, routing=("reserve", "longest-wait"))
    assert order(given) == [("a", 0), ("b", 20), ("a", 10)]
    # At 100 s one is idle again, which is no more than the reserve; at 120 s both are.
    assert answered(given) == [0, 120, 20]
    assert answered(plan(kinds, team, routing=("longest-wait",))) == [0, 10, 100]


def test_reserve_holds_for_who_becomes_free_with_that_skill_first() -> None:
    team = group("team", [Skill("a", reserve=1), Skill("b", level=2)], 2)
    kinds = [kind("a", 10), kind("b", 0, 5, talk=300)]
    routing = ("skill-levels", "reserve", "longest-wait")
    # One is free at 300 s, and is kept; at 305 s so is the other.
    story = {row.arrived: row.answered for row in rows(plan(kinds, team, routing=routing))}
    assert story == {0: 0, 5: 5, 10: 305}


def test_overflow_comes_where_a_rule_forbids_things_too() -> None:
    helpers = group("helpers", [Skill("a", level=2, after=30.0), Skill("b", reserve=1)])
    kinds = [kind("a", 0, 10), kind("b")]
    given = plan(kinds, [group("first", "a"), helpers], routing=("skill-levels", "reserve"))
    assert answered(given) == [0, 40]


def test_least_skilled_first_keeps_those_who_can_do_everything() -> None:
    can_all, can_one = group("all", "a b"), group("one", "a")
    given = plan([kind("a", 0), kind("b", 1)], [can_all, can_one], routing=("least-skilled-first",))
    assert agents(given) == [1, 0]


def test_best_proficiency_chooses_the_shortest_expected_work() -> None:
    slow, quick = (
        group("slow", "a"),
        group("quick", [Skill("a", handle_time_factor=0.8)]),
    )
    own = group("own", [Skill("a", service=Service(Fixed(50.0)))])
    given = plan(kind("a", 0, 1, 2), [slow, quick, own], routing=("best-proficiency",))
    assert agents(given) == [2, 1, 0]


def test_best_proficiency_knows_who_is_new() -> None:
    curve = LearningCurve((0.0, 10.0), (2.0, 1.0), (1.0, 1.0))
    new, old = group("new", "a", weeks=0.0), group("old", [Skill("a", handle_time_factor=1.5)])
    given = plan(kind("a", 0), [new, old], routing=("best-proficiency",), learning_curve=curve)
    assert agents(given) == [1]


def test_best_proficiency_chooses_the_line_too() -> None:
    good_at_b = group("all", [Skill("a"), Skill("b", handle_time_factor=0.5)])
    given = plan(two_lines(), good_at_b, routing=("best-proficiency", "longest-wait"))
    assert order(given) == [("a", 0), ("b", 10), ("b", 30), ("a", 20), ("a", 40)]


# --- which agent --------------------------------------------------------------------------------


def test_longest_idle_agent() -> None:
    given = plan(kind("a", 0, 1, 110, 120, talk=50), group("g", "a", 3), routing=("longest-idle",))
    assert agents(given) == [0, 1, 2, 0]


def test_longest_idle_across_groups() -> None:
    teams = [group("x", "a"), group("y", "a")]
    given = plan(kind("a", 0, 200, 400, 600), teams, routing=("longest-idle",))
    assert agents(given) == [0, 1, 0, 1]
    # And so where the groups do something else besides.
    teams = [group("x", "a b"), group("y", "a b")]
    given = plan([kind("a", 0, 200, 400, 600), kind("b")], teams, routing=("longest-idle",))
    assert agents(given) == [0, 1, 0, 1]


def test_least_occupied_agent() -> None:
    kinds = [kind("a", 0, talk=100), kind("b", 1, 300, 600, 900, talk=20)]
    given = plan(kinds, group("g", "a b", 2), routing=("least-occupied",))
    # The second agent works 20 s a time and stays the one who has worked less.
    assert agents(given) == [0, 1, 1, 1, 1]
    assert agents(plan(kinds, group("g", "a b", 2), routing=("longest-idle",))) == [0, 1, 1, 0, 1]


def test_least_occupied_across_groups() -> None:
    teams = [group("x", "a b"), group("y", "a")]
    kinds = [kind("b", 0, talk=100), kind("a", 200, 300, 400, talk=40)]
    given = plan(kinds, teams, routing=("least-occupied",))
    # 100 s of the first against 0, 40 and 80 s of the second.
    assert agents(given) == [0, 1, 1, 1]


def test_work_is_counted_from_coming_on_duty_and_not_from_the_last_break() -> None:
    calls = kind("a", 0, 200, talk=100)
    two = group("g", "a", shifts=(Shift(0.0, 1000.0), Shift(0.0, 1000.0)))
    given = plan(calls, two, closes=1000.0, days=2, routing=("least-occupied",))
    assert agents(given) == [0, 1] * 2
    odd = plan(kind("a", 0, talk=100), two, closes=1000.0, days=2, routing=("least-occupied",))
    assert agents(odd) == [0, 0], "a new day, and nobody has worked yet"
    pause = Shift(0.0, 7200.0, breaks=(Break(150.0, 20.0),))
    rested = group("g", "a", shifts=(pause, Shift(0.0, 7200.0)))
    given = plan(kind("a", 0, 200, 400, talk=100), rested, routing=("least-occupied",))
    assert agents(given) == [0, 1, 0]


def test_chats_are_work() -> None:
    kinds = [kind("chats", 0, talk=100, channel="chat"), kind("a", 200, 300, 400, talk=40)]
    team = group("g", "chats a", 2, concurrency=2)
    # 100 s of the one who chatted against 0, 40 and 80 s.
    assert agents(plan(kinds, team, routing=("least-occupied",))) == [0, 1, 1, 1]


def test_asking_for_advice_and_giving_it_is_work() -> None:
    calls = kind("a", 0, talk=50, consult=Consult("b", 1.0, Fixed(60.0)))
    kinds = [calls, kind("b"), kind("c", 200, 300, 400, 500, talk=70)]
    teams = [group("x", "a c"), group("y", "b c"), group("z", "c")]
    given = plan(kinds, teams, routing=("least-occupied",))
    # 110 s have the one who asked, 60 s her adviser, 0 s the third; each call adds 70 s.
    assert [row.agent for row in rows(given) if row.kind == "c"] == [2, 1, 2, 0]


def test_random_agent_is_any_of_them_by_the_plans_seed() -> None:
    calls = kind("a", *range(0, 7000, 10), talk=5)
    team = group("g", "a", 4)
    given = plan(calls, team, routing=("random-agent",))
    counts = Counter(agents(given))
    assert set(counts) == {0, 1, 2, 3}
    assert all(130 < count < 220 for count in counts.values())
    again = sum(one == other for one, other in pairwise(agents(given)))
    assert 130 < again < 220, "whoever was last is as likely as the others"
    assert agents(given) == agents(given)
    assert agents(given) != agents(plan(calls, team, routing=("random-agent",), seed=2))


# --- blending -----------------------------------------------------------------------------------


def blended(idle: float, wait: float = 0.0, staff: int = 2) -> Plan:
    sales = kind("sales", channel="outbound", talk=80, dialling=Dialling(20, 1.0, ring=Fixed(20.0)))
    calls = kind("calls", 50, 240, talk=100)
    rule = Rule("blend", {"idle": idle, "wait": wait})
    return plan([sales, calls], group("g", "sales calls", staff), routing=(rule, "longest-wait"))


def test_blend_dials_only_while_enough_agents_are_idle() -> None:
    # With two idle ones wanted, one agent always stays for callers: each is answered at once.
    given = blended(idle=2)
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [50, 240]
    dials = [row.answered for row in rows(given) if row.kind == "sales"]
    assert dials[:3] == [0, 150, 340]
    # With one, both dial, and callers wait for the end of it.
    given = blended(idle=1)
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [100, 300]


def test_blend_puts_callers_first() -> None:
    sales = kind("sales", channel="outbound", talk=80, dialling=Dialling(9, 1.0, ring=Fixed(20.0)))
    calls = kind("calls", 10, 20)
    team = group("g", "sales calls")
    given = plan([sales, calls], team, routing=("blend", "longest-wait"))
    # The list has waited longer, but after the first dial the callers come.
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [100, 200]
    plain = plan([sales, calls], team, routing=("longest-wait",))
    assert [row.answered for row in rows(plain) if row.kind == "calls"] == [900, 1000]


def test_blend_puts_callers_first_even_where_the_list_need_not_wait_for_them() -> None:
    sales = kind("sales", channel="outbound", talk=80, dialling=Dialling(9, 1.0, ring=Fixed(20.0)))
    rule = Rule("blend", {"wait": 1e4})
    given = plan([sales, kind("calls", 10, 20)], routing=(rule, "longest-wait"))
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [100, 200]


def test_blend_lets_a_caller_have_waited_so_long_and_no_longer() -> None:
    sales = kind(
        "sales", channel="outbound", dialling=Dialling(1, 1.0, ring=Fixed(20.0), start=320.0)
    )
    team = group("g", ["sales", Skill("calls", after=5000.0)])
    kinds = [sales, kind("calls", 300, 310)]
    for wait, dialled in ((10.0, 320), (9.0, 400)):
        routing = (Rule("blend", {"wait": wait}), "skill-levels")
        given = plan(kinds, [team, group("c", "calls")], routing=routing)
        assert [row.answered for row in rows(given) if row.kind == "sales"] == [dialled]


@pytest.mark.parametrize(("wait", "dials"), [(0.0, 400.0), (1e4, 0.0)])
def test_blend_dials_only_while_no_caller_of_the_group_waits_longer(
    wait: float, dials: float
) -> None:
    """The group may serve callers only after 5,000 s, so that one waits while it is idle."""
    sales = kind(
        "sales", channel="outbound", dialling=Dialling(1, 1.0, ring=Fixed(20.0), start=320.0)
    )
    calls = kind("calls", 300, 310)
    team = group("g", ["sales", Skill("calls", after=5000.0)])
    others = group("c", "calls")
    rule = Rule("blend", {"idle": 1, "wait": wait})
    given = plan([sales, calls], [team, others], routing=(rule, "skill-levels"))
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [300, 400]
    assert [row.answered for row in rows(given) if row.kind == "sales"] == [max(dials, 320)]


def test_blend_holds_mails_back_too_unless_told_which_channels() -> None:
    mails = kind("mails", 0, 0, 0, 0, talk=100, channel="email")
    calls = kind("calls", 10)
    team = group("g", "mails calls", 2)
    hold = Rule("blend", {"idle": 2})
    given = plan([mails, calls], team, routing=(hold,))
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [10]
    free = Rule("blend", {"idle": 2, "channels": ["outbound"]})
    given = plan([mails, calls], team, routing=(free, "longest-wait"))
    assert [row.answered for row in rows(given) if row.kind == "calls"] == [200]


def test_rules_together_as_a_planner_would_write_them() -> None:
    vip = kind("vip", 5, priority=10.0, patience=Patience(Fixed(300.0)))
    calls = kind("calls", 0, 1, 2)
    routing = ("skill-levels", "priority", "longest-wait", "longest-idle")
    given = plan([vip, calls], group("g", "vip calls"), routing=routing)
    assert order(given) == [("calls", 0), ("vip", 5), ("calls", 1), ("calls", 2)]


def test_the_first_rule_about_the_order_of_idle_agents_counts() -> None:
    kinds = [kind("a", 0, talk=100), kind("b", 1, 300, 600, 900, talk=20)]
    team = group("g", "a b", 2)
    for first, second in (("least-occupied", "longest-idle"), ("longest-idle", "least-occupied")):
        both, one = (plan(kinds, team, routing=rules) for rules in ((first, second), (first,)))
        assert agents(both) == agents(one)
    assert agents(plan(kinds, team, routing=())) == [0, 1, 1, 0, 1]  # longest-idle


def test_no_rules_at_all_still_serve_everybody() -> None:
    given = plan(two_lines(), routing=())
    assert len(order(given)) == 5


def test_an_unknown_order_of_idle_agents() -> None:
    from tests.sim.own_rules import Alphabet

    assert Alphabet.pool == "alphabetical"
    team: Group = group("g", "a", 2)
    with pytest.raises(RoutingError, match=r"alphabetical.*least-occupied"):
        rows(plan(kind("a", 0), team, routing=("tests.sim.own_rules.Alphabet",)))
