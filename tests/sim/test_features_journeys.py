"""Where contacts go besides the line: menus, lines, retrials, repeats, transfers, consults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.parameters import (
    Callback,
    Consult,
    Dialling,
    Fixed,
    Group,
    Outage,
    Patience,
    Resolution,
    Retrial,
    SelfService,
    Service,
    Shift,
    Skill,
    Surge,
    Transfer,
)
from sim.records import Origin, Outcome
from sim.streams import Streams
from tests.sim.tiny import HOUR, answered, came, group, kind, outcomes, plan, play, rows

ANSWERED, ABANDONED, BUSY = Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BUSY


# --- self-service -------------------------------------------------------------------------------


def test_self_service_serves_some_loses_some_and_sends_the_others_on_when_it_is_over() -> None:
    menu = SelfService(Fixed(30.0), contained=0.4, abandoned=0.2)
    given = plan(
        kind("calls", *range(0, 3000, 10), talk=5, self_service=menu), group("all", "calls", 9)
    )
    luck = Streams(given.seed, 0).uniforms("menu/calls", 300)
    for row, number in zip(rows(given), luck, strict=True):
        if number < 0.4:
            assert (row.outcome, row.queued) == (Outcome.CONTAINED, None)
        elif number < 0.6:
            assert (row.outcome, row.queued) == (Outcome.LEFT_MENU, None)
        else:
            assert (row.outcome, row.answered) == (ANSWERED, row.arrived + 30)
        assert row.left - row.arrived == (35 if row.outcome == ANSWERED else 30)
    assert {row.outcome for row in rows(given)} == {ANSWERED, Outcome.CONTAINED, Outcome.LEFT_MENU}


def test_who_is_in_the_menu_at_closing_is_too_late_unless_those_who_wait_are_served() -> None:
    calls = kind("calls", 7190, talk=10, self_service=SelfService(Fixed(30.0)))
    assert outcomes(plan(calls, at_closing="disconnect")) == ["closed"]
    stays = group("all", "calls", 1, shift_end="drain")
    assert outcomes(plan(calls, stays, at_closing="drain")) == ["left_over"]


def test_who_tries_again_comes_through_the_menu_again_and_who_is_called_back_does_not() -> None:
    menu = SelfService(Fixed(30.0))
    again = Retrial(Fixed(100.0), after_abandoning=1.0, attempts=1)
    calls = kind(
        "calls", 0, 1, talk=150, self_service=menu, retrial=again, patience=Patience(Fixed(20.0))
    )
    back = rows(plan(calls))[2]
    # In line from 31 s on, gone at 51 s, back at 151 s: and in line after the menu.
    assert (back.origin, back.arrived, back.queued) == (Origin.RETRIAL, 151, 181)
    offer = Callback(0.0, 1.0, mode="scheduled", delay=Fixed(500.0))
    asked = rows(plan(kind("calls", 0, 1, talk=150, self_service=menu, callback=offer)))[2]
    assert (asked.origin, asked.arrived, asked.queued) == (Origin.CALLBACK, 531, 531)


# --- lines and capacity -------------------------------------------------------------------------


def test_who_finds_all_trunks_taken_hears_the_busy_signal() -> None:
    given = plan(kind("calls", 0, 10, 20, 250), trunks=2)
    # Two talk or wait from 10 s on; the third finds no line; at 250 s both have hung up.
    assert outcomes(given) == ["answered", "answered", "busy", "answered"]
    assert rows(given)[2].queued is None
    assert outcomes(plan(kind("calls", 0, 10, 20, 250), trunks=3)) == ["answered"] * 4


def test_a_trunk_is_taken_in_the_menu_and_while_waiting_and_free_after_hanging_up() -> None:
    menu = SelfService(Fixed(60.0))
    given = plan(kind("calls", 0, 30, self_service=menu), trunks=1)
    assert outcomes(given) == ["answered", "busy"]
    waiting = kind("calls", 0, 10, 45, 55, patience=Patience(Fixed(40.0)))
    # The second hangs up at 50 s: the third at 45 s finds both lines taken, the fourth does not.
    assert outcomes(plan(waiting, trunks=2)) == ["answered", "abandoned", "busy", "abandoned"]


def test_who_is_served_or_gives_up_in_the_menu_hangs_up() -> None:
    for luck in ({"contained": 1.0}, {"abandoned": 1.0}):
        given = plan(kind("calls", 0, 30, self_service=SelfService(Fixed(30.0), **luck)), trunks=1)
        assert len(set(outcomes(given))) == 1
    late = kind("calls", 10, 3590, self_service=SelfService(Fixed(30.0)))
    given = plan(late, closes=HOUR, days=2, at_closing="disconnect", trunks=1)
    # Who was in the menu at closing time does not keep the line until the next day.
    assert outcomes(given) == ["answered", "closed"] * 2


def test_who_tries_again_needs_a_trunk_again_and_lets_it_go() -> None:
    again = Retrial(Fixed(50.0), after_busy=1.0, attempts=2)
    given = plan(kind("calls", 0, 10, 190, 220, retrial=again), trunks=1)
    story = [(row.origin, row.outcome, row.arrived, row.left) for row in rows(given)]
    assert story[0][2:] == (0, 100)
    # Busy at 10 s and at 60 s, on the line from 110 s to 210 s.
    assert story[4:6] == [
        (Origin.RETRIAL, BUSY, 60, 60),
        (Origin.RETRIAL, ANSWERED, 110, 210),
    ]
    assert [outcome for _, outcome, _, _ in story[2:4]] == [BUSY, ANSWERED]


def test_after_call_work_needs_no_trunk() -> None:
    given = plan(kind("calls", 0, 150, talk=100, wrap=100), trunks=1)
    assert answered(given) == [0, 200]


def test_chats_and_mails_need_no_trunk() -> None:
    chats = kind("chats", 1, channel="chat", self_service=SelfService(Fixed(1.0)))
    mails = kind("mails", 2, channel="email")
    given = plan([kind("calls", 0, 3), chats, mails], trunks=1)
    found = {(row.kind, row.outcome) for row in rows(given)}
    assert ("chats", ANSWERED) in found
    assert ("mails", ANSWERED) in found
    assert ("calls", BUSY) in found


def test_a_trunk_is_held_through_a_transfer_until_the_last_goodbye() -> None:
    first = kind("first", 0, 150, 250, transfers=(Transfer("second", 1.0),))
    second = kind("second", talk=100)
    given = plan([first, second], group("all", "first second", 3), trunks=1)
    # 0-100 with the first agent, 100-200 with the second: one caller on one line until 200 s.
    story = [(row.kind, row.outcome, row.arrived, row.left) for row in rows(given)]
    assert story == [
        ("first", Outcome.TRANSFERRED, 0, 100),
        ("first", BUSY, 150, 150),
        ("first", Outcome.TRANSFERRED, 250, 350),
        ("second", ANSWERED, 100, 200),
        ("second", ANSWERED, 350, 450),
    ]


def test_a_full_queue_turns_further_customers_away() -> None:
    assert outcomes(plan(kind("calls", 0, 1, 2, 3, capacity=2))) == [
        *["answered"] * 3,
        "full",
    ]
    assert outcomes(plan(kind("calls", 0, 1, capacity=0))) == ["answered", "full"]


def test_who_was_transferred_has_a_place_in_the_queue_and_may_find_it_full() -> None:
    first = kind("first", 0, 20, talk=50, transfers=(Transfer("second", 1.0),))
    second = kind("second", 0, 60, talk=500, capacity=1)
    teams = [group("a", "first", 2), group("b", "second")]
    # Sent on at 50 s, to the front; so at 60 s, and at 70 s for the other one, there is no place.
    story = [(row.kind, row.arrived, row.outcome) for row in rows(plan([first, second], teams))]
    assert story[3] == ("second", 60, Outcome.FULL)
    assert story[4:] == [("second", 50, ANSWERED), ("second", 70, Outcome.FULL)]


def test_colleagues_who_ask_and_the_rest_of_a_call_find_a_full_queue_open() -> None:
    calls = kind("calls", 0, consult=Consult("expert", 1.0, Fixed(10.0)))
    expert = kind("expert", 0, talk=130, capacity=0)
    asked = rows(plan([calls, expert], [group("a", "calls"), group("b", "expert")]))[2]
    assert (asked.origin, asked.answered) == (Origin.CONSULT, 130)
    goes = Group("g", (Skill("calls"),), shifts=(Shift(0.0, 50.0),), shift_end="hand back")
    both = [goes, group("stays", "calls")]
    story = rows(plan(kind("calls", 0, 10, capacity=0), both, routing=("longest-idle",)))
    assert story[2].origin == Origin.HANDED_BACK
    assert (story[2].queued, story[2].answered, story[2].left) == (50, 110, 160)


# --- outages and surges -------------------------------------------------------------------------


def test_while_the_lines_are_down_everybody_hears_the_busy_signal() -> None:
    given = plan(kind("calls", 0, 599, 600, 899, 900, talk=1), outages=(Outage(600.0, 900.0),))
    assert outcomes(given) == ["answered", "answered", "busy", "busy", "answered"]


def test_while_the_systems_are_down_work_takes_longer() -> None:
    outage = Outage(500.0, 900.0, "systems", handle_time_factor=3.0)
    given = plan(kind("calls", 0, 600, 1200, talk=100, wrap=10), outages=(outage,))
    assert [row.left - row.answered for row in rows(given)] == [100, 300, 100]
    assert [row.released - row.left for row in rows(given)] == [10, 30, 10]


def test_a_surge_multiplies_arrivals_and_a_surge_of_nought_stops_them() -> None:
    calls = kind("calls", *range(0, 7200, 60), talk=1)
    mails = kind("mails", *range(0, 7200, 60), talk=1, channel="email")
    more = Surge(1800.0, 3600.0, 3.0, call_types=("calls",))
    none = Surge(5400.0, 7200.0, 0.0)
    records = play(plan([calls, mails], group("all", "calls mails", 5), surges=(more, none)))
    for which, wanted in ((0, [30, 90, 30, 0]), (1, [30, 30, 30, 0])):
        moments = records.arrived[records.call_type == which]
        assert np.histogram(moments, [0, 1800, 3600, 5400, 7200])[0].tolist() == wanted


# --- coming back --------------------------------------------------------------------------------


def test_who_gives_up_tries_again_so_often_and_no_more() -> None:
    again = Retrial(Fixed(200.0), after_abandoning=1.0, attempts=2)
    given = plan(kind("calls", 0, 10, talk=1000, patience=Patience(Fixed(50.0)), retrial=again))
    story = [(row.outcome, row.origin, row.parent, row.arrived, row.left) for row in rows(given)]
    assert story == [
        (ANSWERED, Origin.FIRST, -1, 0, 1000),
        (ABANDONED, Origin.FIRST, -1, 10, 60),
        (ABANDONED, Origin.RETRIAL, 1, 260, 310),
        (ABANDONED, Origin.RETRIAL, 2, 510, 560),
    ]


def test_a_share_of_those_who_gave_up_and_of_those_who_heard_the_busy_signal_tries_again() -> None:
    again = Retrial(Fixed(1.0), after_abandoning=0.3, after_busy=0.7, attempts=1)
    luck = Streams(1, 0).uniforms("retry/calls", 200)
    moments = range(0, 2000, 10)
    impatient = Patience(Fixed(5.0))
    calls = kind("calls", *moments, talk=7000, retrial=again, patience=impatient)
    found = rows(plan(calls))[200:]
    assert [row.parent for row in found] == [at for at in range(1, 200) if luck[at] < 0.3]
    found = rows(plan(calls, trunks=1))[200:]
    assert [row.parent for row in found] == [at for at in range(1, 200) if luck[at] < 0.7]


def test_nobody_tries_again_who_was_cut_off_at_closing_time_or_is_called_back() -> None:
    again = Retrial(Fixed(10.0), after_abandoning=1.0, after_busy=1.0)
    calls = kind("calls", 0, 10, talk=4000, retrial=again)
    given = plan(calls, closes=HOUR, days=2, at_closing="disconnect")
    assert outcomes(given) == ["answered", "closed"] * 2
    asked = kind("calls", 0, 10, talk=500, retrial=again, callback=Callback(0.0, 1.0))
    assert outcomes(plan(asked)) == ["answered", "callback", "answered"]


def test_who_is_called_back_is_rung_as_often_as_others_however_often_she_had_tried() -> None:
    again = Retrial(Fixed(60.0), after_abandoning=1.0, attempts=1)
    offer = Callback(700.0, 1.0, reached=0.0, attempts=2, again=50.0, ring=20.0)
    impatient = Patience(Fixed(20.0))
    calls = kind("calls", 0, 10, 85, talk=500, callback=offer, retrial=again, patience=impatient)
    # Told 500 s, she of 10 s waits, hangs up and comes again at 90 s; behind another one she is
    # told 1,000 s. So is the other one, who comes again at 165 s.
    rung = [row.answered for row in rows(plan(calls)) if row.outcome == Outcome.NO_ANSWER]
    assert rung == [500, 520, 570, 590]


def test_who_comes_back_with_her_issue_tries_as_often_as_the_first_time() -> None:
    again = Retrial(Fixed(100.0), after_busy=1.0, attempts=1)
    unsolved = Resolution(0.0, 1.0, Fixed(5.0), attempts=1)
    calls = kind("calls", 10, talk=95, retrial=again, resolution=unsolved)
    given = plan([calls, kind("others", 0, 208, talk=60)], trunks=1)
    story = [(row.origin, row.outcome, row.arrived) for row in rows(given) if row.kind == "calls"]
    assert story == [
        (Origin.FIRST, BUSY, 10),
        (Origin.RETRIAL, ANSWERED, 110),
        (Origin.REPEAT, BUSY, 210),
        (Origin.RETRIAL, ANSWERED, 310),
    ]


def test_nobody_is_sent_round_for_ever() -> None:
    first = kind("a", 0, talk=1, transfers=(Transfer("b", 1.0),))
    unsolved = Resolution(0.0, 1.0, Fixed(1.0), attempts=50)
    second = kind("b", talk=1, transfers=(Transfer("a", 1.0),), resolution=unsolved)
    first = replace(first, resolution=unsolved)
    assert len(rows(plan([first, second]))) == 101


def test_nobody_tries_again_whose_share_is_nought() -> None:
    again = Retrial(Fixed(200.0), after_abandoning=0.0, after_busy=1.0)
    given = plan(kind("calls", 0, 10, talk=1000, patience=Patience(Fixed(50.0)), retrial=again))
    assert len(rows(given)) == 2


def test_who_heard_the_busy_signal_or_found_the_queue_full_tries_again() -> None:
    again = Retrial(Fixed(95.0), after_busy=1.0)
    given = plan(kind("calls", 0, 10, retrial=again), trunks=1)
    story = [(row.outcome, row.origin, row.arrived) for row in rows(given)]
    assert story == [
        (ANSWERED, Origin.FIRST, 0),
        (BUSY, Origin.FIRST, 10),
        (ANSWERED, Origin.RETRIAL, 105),
    ]
    full = rows(plan(kind("calls", 0, 10, retrial=again, capacity=0)))
    assert [(row.outcome, row.origin) for row in full[1:]] == [
        (Outcome.FULL, Origin.FIRST),
        (ANSWERED, Origin.RETRIAL),
    ]


def test_who_would_try_again_after_closing_comes_the_next_day_or_never() -> None:
    again = Retrial(Fixed(4000.0), after_abandoning=1.0, attempts=1)
    calls = kind("calls", 0, 10, talk=7000, patience=Patience(Fixed(50.0)), retrial=again)
    once = plan(calls, closes=3600.0)
    assert len(rows(once)) == 2
    twice = plan(calls, group("all", "calls", 2), closes=3600.0, days=2, at_closing="drain")
    assert len(rows(twice)) == 4  # nobody has to wait
    late = [row for row in rows(plan(calls, closes=3600.0, days=2)) if row.origin == Origin.RETRIAL]
    # 4,000 s after 60 s are 460 s too late: 460 s after the next opening.
    assert late[0].arrived == 86400 + 460


def test_an_issue_that_was_not_resolved_brings_a_repeat_contact() -> None:
    calls = kind("calls", 0, talk=50, resolution=Resolution(0.0, 1.0, Fixed(500.0), attempts=2))
    story = [(row.origin, row.parent, row.arrived) for row in rows(plan(calls))]
    assert story == [(Origin.FIRST, -1, 0), (Origin.REPEAT, 0, 550), (Origin.REPEAT, 1, 1100)]
    assert play(plan(calls)).resolved.tolist() == [0, 0, 0]


def test_first_contact_resolution_and_repeats_are_shares() -> None:
    moments = range(0, 7200, 20)
    calls = kind("calls", *moments, talk=1, resolution=Resolution(0.7, 0.5, Fixed(1.0), 1))
    records = play(plan(calls, closes=2 * HOUR + 10))
    firsts = records.origin == Origin.FIRST
    streams = Streams(1, 0)
    resolved = streams.uniforms("resolved/calls", 360) < 0.7
    assert records.resolved[firsts].tolist() == resolved.astype(int).tolist()
    comes_back = ~resolved & (streams.uniforms("repeat/calls", 360) < 0.5)
    assert records.parent[~firsts].tolist() == np.flatnonzero(comes_back).tolist()
    assert 0 < comes_back.sum() < (~resolved).sum() < 360


# --- transfers ----------------------------------------------------------------------------------


def test_a_transfer_queues_for_the_other_type_and_the_first_agent_wraps_up_meanwhile() -> None:
    first = kind("first", 0, talk=100, wrap=30, transfers=(Transfer("second", 1.0),))
    second = kind("second", talk=60, wrap=10)
    given = plan([first, second], [group("a", "first"), group("b", "second")])
    one, two = rows(given)
    assert (one.outcome, one.left, one.released) == (Outcome.TRANSFERRED, 100, 130)
    assert (two.kind, two.origin, two.parent) == ("second", Origin.TRANSFER, 0)
    assert (two.arrived, two.answered, two.left, two.released) == (100, 100, 160, 170)


def test_a_transferred_contact_goes_ahead_unless_the_plan_says_no() -> None:
    def seconds(ahead: bool) -> list[tuple[str, float | None]]:
        first = kind("first", 0, talk=100, transfers=(Transfer("second", 1.0, ahead),))
        second = kind("second", 0, 10, 20, talk=150)
        given = plan([first, second], [group("a", "first"), group("b", "second")])
        return [(row.origin.name, row.answered) for row in rows(given)[1:]]

    assert seconds(True) == [("FIRST", 0), ("FIRST", 300), ("FIRST", 450), ("TRANSFER", 150)]
    assert seconds(False) == [("FIRST", 0), ("FIRST", 150), ("FIRST", 300), ("TRANSFER", 450)]


def test_a_transferred_contact_counts_as_waiting_since_it_first_did() -> None:
    """Not only in its line: against another line the rule longest-wait sees its whole wait."""
    first = kind("first", 0, talk=100, transfers=(Transfer("second", 1.0),))
    second, third = kind("second", talk=10), kind("third", 30, 40, talk=200)
    given = plan([first, second, third], [group("a", "first"), group("b", "second third")])
    story = {(row.kind, row.arrived): row.answered for row in rows(given)}
    # At 230 s agent b is free: the one who waits since 40 s, and the one who came at 0 s.
    assert story[("second", 100)] == 230
    assert story[("third", 40)] == 240


def test_shares_of_transfers_lead_to_several_call_types() -> None:
    moments = range(0, 6000, 20)
    first = kind("first", *moments, talk=1, transfers=(Transfer("x", 0.3), Transfer("y", 0.2)))
    given = plan([first, kind("x", talk=1), kind("y", talk=1)], group("all", "first x y", 3))
    luck = Streams(1, 0).uniforms("transfer/first", 300)
    wanted = [("x" if one < 0.3 else "y") for one in luck if one < 0.5]
    assert [row.kind for row in rows(given)[300:]] == wanted


def test_who_was_transferred_counts_as_waiting_since_the_first_of_her_lines() -> None:
    first = kind("first", 0, talk=100, transfers=(Transfer("second", 1.0),))
    second = kind("second", talk=100, transfers=(Transfer("third", 1.0),))
    third, other = kind("third", 250, talk=10), kind("other", 150, talk=190)
    goes = group("c", "third other", shifts=(Shift(340.0, 7200.0),))
    teams = [group("a", "first"), group("b", "second"), goes]
    given = plan([first, second, third, other], teams)
    story = {(row.kind, row.arrived): row.answered for row in rows(given)}
    # In the third line since 200 s, but waiting since 0 s: before the one who came at 150 s.
    assert story[("third", 200)] == 340
    assert story[("other", 150)] == 350
    assert story[("third", 250)] == 540


def test_who_was_transferred_has_been_resolved_by_nobody_yet() -> None:
    unsolved = Resolution(0.0, 1.0, Fixed(50.0), attempts=1)
    first = kind("first", 0, transfers=(Transfer("second", 1.0),), resolution=unsolved)
    given = plan([first, kind("second")], group("all", "first second"))
    assert [row.origin for row in rows(given)] == [Origin.FIRST, Origin.TRANSFER]
    assert play(given).resolved.tolist() == [-1, -1]


# --- consults -----------------------------------------------------------------------------------


def test_a_consult_extends_the_hold_and_keeps_a_colleague_busy() -> None:
    service = Service(Fixed(80.0), hold=Fixed(20.0), after_call=Fixed(30.0))
    calls = kind("calls", 0, service=service, consult=Consult("expert", 1.0, Fixed(45.0)))
    expert = kind("expert", 60, talk=70)
    given = plan([calls, expert], [group("a", "calls"), group("b", "expert")])
    records = play(given)
    call, other, consult = rows(given, records)
    # 100 s with the customer, the expert is busy until 130 s, then 45 s of advice.
    assert (consult.origin, consult.parent) == (Origin.CONSULT, 0)
    assert (other.answered, other.left) == (60, 130)
    assert (consult.arrived, consult.answered, consult.left) == (100, 130, 175)
    assert (call.left, call.released) == (175, 205)
    assert (records.talk[0], records.hold[0], records.after_call[0]) == (80, 95, 30)


def test_an_agent_whom_nobody_advises_goes_on_alone() -> None:
    calls = kind("calls", 0, 1, consult=Consult("expert", 1.0, Fixed(45.0), wait=40.0))
    given = plan([calls, kind("expert", 0, talk=7000)], [group("a", "calls"), group("b", "expert")])
    story = [(row.outcome, row.answered, row.left) for row in rows(given) if row.kind == "calls"]
    assert story == [(ANSWERED, 0, 140), (ANSWERED, 140, 280)]
    consults = [row.outcome for row in rows(given) if row.origin == Origin.CONSULT]
    assert consults == [ABANDONED, ABANDONED]


def test_who_was_rung_up_holds_while_advice_is_asked_besides() -> None:
    offer = Callback(0.0, 1.0, mode="scheduled", delay=Fixed(500.0), ring=20.0)
    calls = kind("calls", 0, 10, callback=offer, consult=Consult("expert", 1.0, Fixed(45.0)))
    given = plan([calls, kind("expert")], [group("a", "calls"), group("b", "expert")])
    hold = dict(zip([row.origin for row in rows(given)], play(given).hold.tolist(), strict=True))
    assert hold[Origin.CALLBACK] == 20 + 45


def test_a_share_of_the_calls_needs_advice() -> None:
    calls = kind("calls", *range(0, 2000, 10), talk=1, consult=Consult("expert", 0.3, Fixed(1.0)))
    given = plan([calls, kind("expert")], [group("a", "calls"), group("b", "expert")])
    luck = Streams(1, 0).uniforms("consult/calls", 200)
    assert [row.parent for row in rows(given)[200:]] == np.flatnonzero(luck < 0.3).tolist()


# --- outbound -----------------------------------------------------------------------------------


def test_a_dialling_list_is_worked_off_and_dialled_again_until_somebody_is_reached() -> None:
    never = Dialling(2, right_party=0.0, ring=Fixed(20.0), start=60.0, attempts=2, again=300.0)
    given = plan(kind("sales", channel="outbound", talk=100, wrap=10, dialling=never))
    story = [(row.outcome, row.origin, row.answered, row.released) for row in rows(given)]
    assert story == [
        (Outcome.NO_ANSWER, Origin.FIRST, 60, 80),
        (Outcome.NO_ANSWER, Origin.FIRST, 80, 100),
        (Outcome.NO_ANSWER, Origin.DIAL, 380, 400),
        (Outcome.NO_ANSWER, Origin.DIAL, 400, 420),
    ]
    always = Dialling(2, right_party=1.0, ring=Fixed(20.0))
    records = play(plan(kind("sales", channel="outbound", talk=100, wrap=10, dialling=always)))
    assert records.released.tolist() == [130, 260]
    assert (records.talk[0], records.hold[0], records.after_call[0]) == (100, 20, 10)


def test_each_dial_reaches_the_right_party_by_chance() -> None:
    dialling = Dialling(200, right_party=0.25, ring=Fixed(1.0))
    given = plan(kind("sales", channel="outbound", talk=1, dialling=dialling))
    reached = Streams(1, 0).uniforms("right_party/sales", 200) < 0.25
    found = [row.outcome == ANSWERED for row in rows(given)]
    assert found == reached.tolist()
    assert 0 < sum(found) < 200


# --- levels of experience -----------------------------------------------------------------------


def test_a_group_may_be_slower_or_have_work_of_its_own() -> None:
    calls, chats = kind("calls", 0, talk=100, wrap=20), kind("other", 0, talk=100)
    own = Skill("other", service=Service(Fixed(30.0), Fixed(5.0), Fixed(7.0)))
    slow = Skill("calls", handle_time_factor=1.5)
    given = plan([calls, chats], [group("slow", [slow]), group("own", [own])])
    first, second = rows(given)
    assert (first.left, first.released) == (150, 180)
    assert (second.left, second.released) == (35, 42)
    assert play(given).hold.tolist() == [0, 5]


def test_arrivals_of_a_contact_do_not_depend_on_who_serves_it() -> None:
    calls = kind("calls", arrivals=came(0, 10, 20))
    few, many = play(plan(calls)), play(plan(calls, group("all", "calls", 5)))
    assert few.arrived.tolist() == many.arrived.tolist()
    assert few.talk.tolist() == many.talk.tolist()
