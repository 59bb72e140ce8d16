"""Waiting: patience, balking, announced waits, callbacks, chats and e-mails."""

from __future__ import annotations

import pytest

from sim.centre import simulate
from sim.parameters import Callback, Fixed, Group, Patience, Service, Shift, Skill, Uniform
from sim.records import Origin, Outcome
from sim.streams import Streams
from tests.sim.tiny import HOUR, answered, group, kind, outcomes, plan, play, rows

ANSWERED, ABANDONED, BALKED = Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BALKED
DAY = 86400.0


# --- patience -----------------------------------------------------------------------------------


def test_who_loses_patience_hangs_up_and_the_next_one_moves_up() -> None:
    given = plan(kind("calls", 0, 10, 50, patience=Patience(Fixed(60.0))))
    story = [(row.outcome, row.answered, row.left) for row in rows(given)]
    assert story == [(ANSWERED, 0, 100), (ABANDONED, None, 70), (ANSWERED, 100, 200)]


def test_each_customer_has_a_patience_of_her_own() -> None:
    patience = Patience(Uniform(0.0, 100.0))
    given = plan(kind("calls", 0, *range(1, 50), talk=7000, patience=patience))
    own = Streams(1, 0).uniforms("patience/calls", 50) * 100
    waited = play(given).waited[1:]
    assert waited == pytest.approx(own[1:])


def test_some_will_not_wait_at_all_but_are_served_when_somebody_is_free() -> None:
    unwilling = Patience(Fixed(1e5), balk=1.0)
    given = plan(kind("calls", 0, 10, 100, patience=unwilling))
    story = [(row.outcome, row.queued, row.left) for row in rows(given)]
    assert story == [(ANSWERED, 0, 100), (BALKED, 10, 10), (ANSWERED, 100, 200)]
    some = plan(kind("calls", 0, *range(1, 41), talk=9, patience=Patience(Fixed(1e5), balk=0.5)))
    luck = Streams(1, 0).uniforms("balk/calls", 41) < 0.5
    balked = [row.outcome == BALKED for row in rows(some)]
    assert all(lucky for lucky, left in zip(luck, balked, strict=True) if left)
    assert 5 < sum(balked) < 36


def test_who_is_told_a_longer_wait_than_she_has_patience_for_leaves_at_once() -> None:
    told = Patience(Fixed(250.0), announced=1.0)
    given = plan(kind("calls", 0, 1, 2, 3, 200, patience=told))
    # One agent, 100 s a call: the announced waits are 100 s, 200 s and 300 s.
    assert outcomes(given) == ["answered", "answered", "answered", "balked", "answered"]
    fussier = Patience(Fixed(250.0), announced=0.5)
    given = plan(kind("calls", 0, 1, 2, 3, 200, patience=fussier))
    assert outcomes(given) == ["answered", "answered", "balked", "balked", "answered"]


def test_two_agents_halve_the_announced_wait() -> None:
    told = Patience(Fixed(120.0), announced=1.0)
    calls = kind("calls", 0, 0, 1, 2, 3, patience=told)
    given = plan(calls, group("all", "calls", 2))
    assert outcomes(given) == ["answered"] * 4 + ["balked"]


def test_agents_of_all_groups_that_serve_it_shorten_the_announced_wait() -> None:
    calls = kind("calls", 0, 0, 1, 2, 3, patience=Patience(Fixed(120.0), announced=1.0))
    both = plan(calls, [group("a", "calls"), group("b", "calls")])
    assert outcomes(both) == ["answered"] * 4 + ["balked"]


def test_the_announced_wait_has_the_after_call_work_and_is_told_exactly() -> None:
    def told(patience: float) -> list[str]:
        one = Patience(Fixed(patience), announced=1.0)
        return outcomes(plan(kind("calls", 0, 1, 2, talk=60, wrap=40, patience=one)))

    # The third is told 200 s: not longer than a patience of 200 s.
    assert told(200.0) == ["answered"] * 3
    assert told(199.0) == ["answered", "answered", "balked"]


def test_nobody_waits_for_an_announced_wait_without_end() -> None:
    calls = kind("calls", 0, 1800, patience=Patience(Fixed(1e5), announced=1.0))
    given = plan(calls, group("all", "calls", (0, 1, 1, 1)))
    assert outcomes(given) == ["balked", "answered"]


# --- callbacks ----------------------------------------------------------------------------------


def called(offer: Callback, *moments: float, **more: object) -> list[tuple[str, float | None]]:
    given = plan(kind("calls", *moments, callback=offer, talk=100, **more))
    return [(row.outcome.name, row.answered) for row in rows(given)]


def test_a_callback_keeps_its_place_in_the_line() -> None:
    offer = Callback(offered_over=150.0, accepted=1.0, ring=20.0)
    given = plan(kind("calls", 0, 1, 2, 210, callback=offer))
    _, second, third, fourth, back = rows(given)
    # The third is told 200 s and rather is called back: when her turn comes, before the fourth.
    assert (third.outcome, third.left) == (Outcome.CALLBACK, 2)
    assert (back.origin, back.parent, back.answered) == (Origin.CALLBACK, 2, 200)
    assert back.left == 200 + 20 + 100
    assert (second.answered, fourth.answered) == (100, 320)
    records = play(given)
    assert records.due[4] == 2 + 200
    assert records.hold[4] == 20


def test_a_callback_is_offered_only_over_the_limit_and_taken_only_by_some() -> None:
    assert called(Callback(offered_over=200.0, accepted=1.0), 0, 1, 2)[2] == ("ANSWERED", 200)
    assert called(Callback(offered_over=199.0, accepted=1.0), 0, 1, 2)[2] == ("CALLBACK", None)
    assert called(Callback(offered_over=150.0, accepted=0.0), 0, 1, 2)[2] == ("ANSWERED", 200)
    some = called(Callback(offered_over=0.0, accepted=0.4), *range(0, 5000, 50))[:100]
    luck = Streams(1, 0).uniforms("callback/calls", 100) < 0.4
    assert [outcome == "CALLBACK" for outcome, _ in some] == [False, *luck[1:]]


def test_a_scheduled_callback_comes_after_its_delay() -> None:
    offer = Callback(
        offered_over=0.0, accepted=1.0, mode="scheduled", delay=Fixed(1000.0), ring=20.0
    )
    given = plan(kind("calls", 0, 10, callback=offer))
    back = rows(given)[2]
    assert (back.arrived, back.answered, back.left) == (1010, 1010, 1130)
    assert play(given).due[2] == 1010


def test_who_does_not_pick_up_is_tried_again_so_often_and_no_more() -> None:
    offer = Callback(
        offered_over=0.0, accepted=1.0, reached=0.0, attempts=3, again=600.0, ring=20.0
    )
    given = plan(kind("calls", 0, 10, callback=offer))
    story = [(row.outcome, row.answered, row.released) for row in rows(given)[2:]]
    none = Outcome.NO_ANSWER
    assert story == [(none, 100, 120), (none, 720, 740), (none, 1340, 1360)]


def test_each_call_reaches_by_chance_whom_it_is_for() -> None:
    offer = Callback(offered_over=0.0, accepted=1.0, reached=0.3, attempts=1, ring=1.0)
    given = plan(kind("calls", *range(100), talk=1000, callback=offer), group("all", "calls", 9))
    rung = [row for row in rows(given, simulate(given)) if row.origin == Origin.CALLBACK]
    luck = Streams(1, 0).uniforms("reached/calls", 100, 1)[9:] < 0.3
    assert [row.outcome == ANSWERED for row in rung] == luck.tolist()


def test_a_callback_that_is_asked_for_when_nobody_is_on_duty_is_due_at_once() -> None:
    team = group("all", "calls", shifts=(Shift(1000.0, 7200.0),))
    given = plan(kind("calls", 10, callback=Callback(60.0, 1.0)), team)
    assert play(given).due[1] == 10
    assert rows(given)[1].answered == 1000


def test_who_waits_to_be_called_back_never_loses_patience() -> None:
    offer = Callback(offered_over=150.0, accepted=1.0)
    given = plan(kind("calls", 0, 1, 2, callback=offer, patience=Patience(Fixed(130.0))))
    assert [row.outcome.name for row in rows(given)] == [
        *["ANSWERED"] * 2,
        "CALLBACK",
        "ANSWERED",
    ]


# --- chats --------------------------------------------------------------------------------------


def chats(*moments: float, slowdown: tuple[float, ...] = (), at_once: int = 2, **more: float):  # type: ignore[no-untyped-def]
    return plan(
        kind("chats", *moments, channel="chat", **more),
        group("all", "chats", concurrency=at_once, slowdown=slowdown),
    )


def test_an_agent_has_so_many_chats_at_once_and_the_next_one_waits() -> None:
    given = chats(0, 10, 20, talk=100)
    assert [(row.answered, row.left) for row in rows(given)] == [(0, 100), (10, 110), (100, 200)]
    assert answered(chats(0, 10, 20, talk=100, at_once=3)) == [0, 10, 20]


def test_chats_are_slower_the_more_there_are_and_finish_exactly_then() -> None:
    given = chats(0, 50, talk=100, slowdown=(1.0, 2.0))
    # Alone until 50 s; then at half the pace: the first one's other 50 s take 100 s. At 150 s the
    # second has 50 s left, and is alone.
    assert [(row.answered, row.left) for row in rows(given)] == [(0, 150), (50, 200)]


def test_three_chats_with_after_chat_work() -> None:
    given = chats(0, 0, 30, talk=60, wrap=30, at_once=3, slowdown=(1.0, 1.5, 2.0))
    # Two at a pace of 1/1.5: 20 s of work done at 30 s. Then three at 1/2: 40 s take 80 s (110 s),
    # their 30 s of after-work 60 s more (170 s). The third has 60 - 40 = 20 s left at 110 s, until
    # 150 s; 20 s later, at 170 s, 10 s of its after-work are done; the other 20 s alone.
    assert [(row.left, row.released) for row in rows(given)] == [(110, 170), (110, 170), (150, 190)]


def test_a_chat_goes_to_whom_nobody_writes_before_who_has_one() -> None:
    given = plan(kind("chats", 0, 1, 2, channel="chat"), group("all", "chats", 2, concurrency=2))
    assert [row.agent for row in rows(given)] == [0, 1, 0]
    three = plan(kind("chats", 0, 1, 2, 3, channel="chat"), group("all", "chats", 2, concurrency=3))
    assert [row.agent for row in rows(three)] == [0, 1, 0, 1]


def test_time_with_chats_counts_as_work_for_the_least_occupied() -> None:
    chats = kind("chats", 0, 150, channel="chat")
    team = group("all", "chats", 2, concurrency=2)
    assert [row.agent for row in rows(plan(chats, team, routing=("least-occupied",)))] == [0, 1]


def test_a_chat_goes_to_who_has_the_fewest_in_hand() -> None:
    chats = kind("chats", 0, 1, 2, 60, talk=100, channel="chat")
    others = kind("others", 1.5, talk=50, channel="chat")
    teams = [group("g", "chats others", 2, concurrency=3)]
    given = plan([chats, others], teams)
    # 0 s: first agent, 1 s: second, 1.5 s and 2 s: one more each, the other chat until 51.5 s.
    found = {(row.kind, row.arrived): row.agent for row in rows(given)}
    assert found[("others", 1.5)] == 0
    assert found[("chats", 2)] == 1
    assert found[("chats", 60)] == 0


def test_a_chat_flows_over_to_somebody_who_chats_and_has_room() -> None:
    """When it has waited long enough, although nobody is idle and nothing else happens then."""
    helpers = group("helpers", [Skill("a", level=2, after=30.0), Skill("b")], concurrency=2)
    a = kind("a", 0, 10, talk=500, channel="chat")
    b = kind("b", 0, talk=500, channel="chat")
    given = plan([a, b], [group("first", "a"), helpers])
    assert [(row.answered, row.agent) for row in rows(given)] == [(0, 0), (0, 1), (40, 1)]


def test_who_chats_and_has_room_again_looks_for_the_overflow_when_it_comes() -> None:
    skills = [Skill("a", level=2, after=30.0), Skill("b"), Skill("c")]
    helpers = group("helpers", skills, concurrency=2)
    a = kind("a", 0, 10, talk=500, channel="chat")
    others = [kind("b", 0, talk=500, channel="chat"), kind("c", 0, talk=20, channel="chat")]
    given = plan([a, *others], [group("first", "a"), helpers])
    # The helper has two chats until 20 s, then room, and at 40 s somebody for it.
    assert answered(given) == [0, 0, 0, 40]


def test_who_chats_takes_no_calls_and_who_calls_takes_no_chats() -> None:
    both = [kind("calls", 10, talk=50), kind("chats", 0, 20, 160, channel="chat")]
    given = plan(both, group("all", "calls chats", concurrency=3))
    # The caller waits for both chats to end at 120 s; the chat at 160 s until the call is over.
    assert {row.arrived: row.answered for row in rows(given)} == {0: 0, 10: 120, 20: 20, 160: 170}


def test_who_chats_takes_the_next_chat_and_not_the_call_that_waits_longer() -> None:
    both = [kind("calls", 10, talk=50), kind("chats", 0, 20, 40, channel="chat")]
    given = plan(both, group("all", "calls chats", concurrency=2))
    assert {row.arrived: row.answered for row in rows(given)} == {0: 0, 10: 200, 20: 20, 40: 100}


def test_who_drains_at_her_shifts_end_takes_chats_beside_the_one_in_hand() -> None:
    team = group("all", "chats", shifts=(Shift(0.0, 100.0),), concurrency=2, shift_end="drain")
    given = plan(kind("chats", 50, 60, 70, channel="chat"), team)
    assert answered(given) == [50, 60, 150]


@pytest.mark.parametrize("rule", ["finish", "hand back", "disconnect"])
def test_chats_at_a_shifts_end(rule: str) -> None:
    team = Group(
        "all",
        (Skill("chats"),),
        shifts=(Shift(0.0, 100.0), Shift(100.0, 7200.0)),
        concurrency=2,
        slowdown=(1.0, 2.0),
        shift_end=rule,  # type: ignore[arg-type]
    )
    calls = kind("chats", 50, 70, channel="chat", service=Service(Fixed(100.0)))
    story = [(row.outcome.name, row.answered, row.left) for row in rows(plan(calls, team))]
    # At 100 s the first has 20 + 15 s behind it, the second 15 s.
    if rule == "finish":
        assert story == [("ANSWERED", 50, 230), ("ANSWERED", 70, 250)]
    elif rule == "disconnect":
        assert story == [("CUT_OFF", 50, 100), ("CUT_OFF", 70, 100)]
    else:
        # Both go on with the colleague: 65 and 85 s at half the pace.
        assert story == [
            ("HANDED_BACK", 50, 100),
            ("HANDED_BACK", 70, 100),
            ("ANSWERED", 100, 230),
            ("ANSWERED", 100, 250),
        ]


# --- e-mails ------------------------------------------------------------------------------------


def test_mails_come_at_any_hour_and_wait_overnight() -> None:
    mails = kind("mails", 3500, 3590, 20 * HOUR, talk=100, channel="email")
    given = plan(mails, opens=0.0, closes=HOUR, days=2, at_closing="disconnect")
    first, second, third = rows(given)[:3]
    assert (first.answered, first.left) == (3500, 3600)
    assert (second.arrived, second.answered) == (3590, DAY)
    assert (third.arrived, third.answered) == (20 * HOUR, DAY + 100)
    # The last evening's mails are left over.
    assert [row.outcome for row in rows(given)][-2:] == [Outcome.LEFT_OVER] * 2
