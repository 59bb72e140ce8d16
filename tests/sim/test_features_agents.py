"""Who is there: staffing by interval, shifts, breaks, what keeps people away, ends of shifts."""

from __future__ import annotations

import dataclasses
import datetime as dates
from typing import Any

import numpy as np
import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from sim.centre import simulate
from sim.measures.grid import Grid
from sim.metrics import figures
from sim.parameters import (
    Adherence,
    Break,
    Callback,
    CallType,
    ConstantArrivals,
    Empirical,
    EvenArrivals,
    Exponential,
    Fixed,
    Group,
    LearningCurve,
    OffPhone,
    Patience,
    Plan,
    PullOff,
    Resolution,
    Service,
    Shift,
    Skill,
    Transfer,
)
from sim.records import Origin, Outcome
from sim.streams import Streams
from tests.sim import laws
from tests.sim.tiny import HOUR, answered, group, kind, plan, play, present, rows

ANSWERED, HANDED_BACK = Outcome.ANSWERED, Outcome.HANDED_BACK
DAY = 86400.0


def team(*shifts: Shift, skills: str = "calls", **more: Any) -> Group:
    return group("all", skills, shifts=shifts, **more)


# --- staffing -----------------------------------------------------------------------------------


def test_agents_of_each_interval() -> None:
    given = plan(kind("calls", 0, 1, 1799, 1800, talk=10), group("all", "calls", (1, 2, 0, 1)))
    records = play(given)
    assert present(records, 0) == [(0, 3600), (5400, 7200)]
    assert present(records, 1) == [(1800, 3600)]
    assert answered(given) == [0, 10, 1799, 1800]


def test_who_calls_before_anybody_is_there_waits_for_the_first_agent() -> None:
    given = plan(kind("calls", 0, 5), group("all", "calls", (0, 0, 1, 1)))
    assert answered(given) == [3600, 3700]


def test_a_shift_with_a_break_and_an_unpaid_lunch() -> None:
    shift = Shift(
        0.0,
        7200.0,
        breaks=(Break(1000.0, 300.0), Break(3000.0, 1800.0, paid=False, name="lunch")),
    )
    given = plan(kind("calls", 1100, 3500, talk=10), team(shift))
    records = play(given)
    assert present(records) == [(0, 1000), (1300, 3000), (4800, 7200)]
    assert records.away_start.tolist() == [1000, 3000]
    assert records.away_end.tolist() == [1300, 4800]
    assert records.away_paid.tolist() == [1, 0]
    assert answered(given) == [1300, 4800]


def test_a_break_that_begins_late_keeps_its_length() -> None:
    shift = Shift(0.0, 7200.0, breaks=(Break(1000.0, 300.0),))
    given = plan(kind("calls", 950, 1010, talk=120, wrap=30), team(shift))
    # Busy until 1,100 s, away until 1,400 s.
    assert present(play(given)) == [(0, 1100), (1400, 7200)]
    assert answered(given) == [950, 1400]


def test_a_break_that_is_due_when_a_late_one_ends_follows_at_once() -> None:
    pauses = (Break(1000.0, 300.0), Break(1400.0, 200.0, paid=False), Break(1900.0, 100.0))
    given = plan(kind("calls", 950, 1010, talk=500), team(Shift(0.0, 7200.0, breaks=pauses)))
    records = play(given)
    assert present(records) == [(0, 1450), (2050, 7200)]
    assert records.away_start.tolist() == [1450, 1750, 1950]
    assert records.away_end.tolist() == [1750, 1950, 2050]
    assert records.away_paid.tolist() == [1, 0, 1]


def test_a_late_break_ends_with_the_shift_and_not_the_next_day() -> None:
    shift = Shift(0.0, 7200.0, breaks=(Break(6000.0, 900.0),))
    given = plan(kind("calls", 5990, talk=500), team(shift), days=2)
    records = play(given)
    assert present(records)[:2] == [(0, 6490), (DAY, DAY + 6490)]
    assert (records.away_start[0], records.away_end[0]) == (6490, 7200)


def test_long_calls_add_nothing_to_the_time_off_the_phones() -> None:
    off = OffPhone(0.25, 300.0)
    calls = kind("calls", service=Service(Exponential(900.0)), arrivals=ConstantArrivals(30.0))
    given = plan(calls, group("all", "calls", 6, off_phone=off), closes=36_000.0)
    away = []
    for number in range(20):
        records = simulate(given, number)
        ends = np.minimum(records.away_end, given.closes)
        away.append(float((ends - records.away_start).sum()) / (6 * given.closes))
    # A little is lost to calls that last until the day is over.
    assert 0.235 < np.mean(away) < 0.25


def test_a_training_that_begins_late_ends_on_time() -> None:
    pull = PullOff(1000.0, 1300.0, agents=1)
    given = plan(
        kind("calls", 950, 1010, talk=120, wrap=30), group("all", "calls", pull_offs=(pull,))
    )
    assert present(play(given)) == [(0, 1100), (1300, 7200)]


def test_a_pull_off_takes_so_many_and_leaves_the_others() -> None:
    pull = PullOff(1000.0, 2000.0, agents=2)
    records = play(plan(kind("calls"), group("all", "calls", 3, pull_offs=(pull,))))
    away = [agent for agent in range(3) if present(records, agent) != [(0, 7200)]]
    assert len(away) == 2
    assert present(records, away[0]) == [(0, 1000), (2000, 7200)]


def test_a_shift_on_some_days_only() -> None:
    given = plan(kind("calls", 0), team(Shift(0.0, 3600.0, days=(1,))), days=3)
    assert present(play(given)) == [(86400, 90000)]
    # At two o'clock nobody is told that the day is over: the first day's caller waits overnight.
    assert answered(given) == [86400, 86500, None]


def test_a_shift_over_midnight() -> None:
    night = Shift(22 * HOUR, 6 * HOUR)
    given = plan(
        kind("calls", 21 * HOUR, 25 * HOUR), team(night), opens=20 * HOUR, closes=30 * HOUR
    )
    assert present(play(given)) == [(22 * HOUR, 30 * HOUR)]
    assert answered(given) == [22 * HOUR, 25 * HOUR]


@pytest.mark.parametrize(
    ("date", "hours"), [(dates.date(2026, 3, 28), 7), (dates.date(2026, 10, 24), 9)]
)
def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer(
    date: dates.date, hours: int
) -> None:
    given = plan(
        kind("calls", 22 * HOUR, 29 * HOUR, talk=10),
        team(Shift(22 * HOUR, 6 * HOUR)),
        opens=22 * HOUR,
        closes=30 * HOUR,
        date=date,
        timezone="Europe/Berlin",
    )
    assert present(play(given)) == [(22 * HOUR, (22 + hours) * HOUR)]
    # Five o'clock in the morning is an hour before the shift's end in either night.
    assert answered(given) == [22 * HOUR, (22 + hours - 1) * HOUR]


@pytest.mark.parametrize("interval", [1800, 3600])
@pytest.mark.parametrize(
    ("date", "zone"),
    [
        (dates.date(2026, 10, 24), "Europe/Berlin"),
        (dates.date(2026, 3, 28), "Europe/Berlin"),
        (dates.date(2026, 4, 4), "Australia/Lord_Howe"),  # half an hour back
    ],
)
def test_arrivals_agents_and_results_agree_which_interval_a_moment_belongs_to(
    date: dates.date, zone: str, interval: int
) -> None:
    each = 5 * 3600 // interval
    wanted = range(1, each + 1)
    given = plan(
        CallType("calls", Service(Fixed(10.0)), EvenArrivals(tuple(4 * n for n in wanted))),
        group("all", "calls", tuple(wanted)),
        opens=0.5 * HOUR,
        closes=5.5 * HOUR,
        interval=interval,
        days=2,
        date=date,
        timezone=zone,
    )
    records = play(given)
    laws.intervals_go_by_the_clock(given, records)
    found = figures(given, records)
    agents, offered = found.by_group["agents"][:-1, -1], found.by_type["offered"][:-1, -1]
    usual = np.array([*wanted, *wanted])
    lasts = Grid.of(given).widths / interval
    assert np.allclose(agents[lasts > 0], usual[lasts > 0])
    assert offered.tolist() == (4 * usual * lasts).tolist()
    assert set(lasts.tolist()) - {1.0}, "no clock changed"


def test_the_same_pattern_on_several_days() -> None:
    given = plan(kind("calls", 10, 20, talk=50), days=3)
    found = [row.answered for row in rows(given)]
    assert found == [10, 60, 86410, 86460, 172810, 172860]


# --- what keeps people away ---------------------------------------------------------------------


def test_shrinkage_takes_each_agent_away_for_the_day_by_chance() -> None:
    given = plan(kind("calls"), group("all", "calls", 200, shrinkage=0.3))
    records = play(given)
    there = Streams(1, 0).uniforms("shrinkage/all", 200) >= 0.3
    assert sorted(records.present_agent.tolist()) == np.flatnonzero(there).tolist()
    assert len(records.planned_agent) == 200
    assert 120 < there.sum() < 160


def test_off_the_phones_a_contact_in_hand_is_finished_first_and_the_piece_keeps_its_length() -> (
    None
):
    away = group("all", "calls", off_phone=OffPhone(0.05, 360.0))
    begins = float(Streams(1, 0).uniforms("off_phone/0/0/all", 1)[0]) * 7200
    # One piece of 360 s, five per cent of two hours; the caller comes 10 s before it for 100 s.
    given = plan(kind("calls", begins - 10, begins + 20), away)
    records = play(given)
    assert np.allclose(present(records), [(0, begins + 90), (begins + 450, 7200)])
    assert records.away_paid.tolist() == [1]
    assert answered(given) == pytest.approx([begins - 10, begins + 450])


def test_time_off_the_phones_at_the_end_of_a_shift_is_not_its_end() -> None:
    """Nobody is cut off for it, nobody stays, and it is paid."""
    day = team(
        Shift(0.0, 7200.0, breaks=(Break(6600.0, 600.0),)), shift_end="disconnect", cost_per_hour=30
    )
    given = plan(kind("calls", 6590, 6595, talk=100, patience=Patience(Fixed(900.0))), day)
    records = play(given)
    assert answered(given) == [6590, None]
    assert present(records) == [(0, 6690)]
    assert list(zip(records.away_start, records.away_end, strict=True)) == [(6690, 7200)]
    assert figures(given, records).by_group["paid_hours"][-1, -1] == pytest.approx(2)


def test_time_off_the_phones_is_paid_beside_an_unpaid_lunch_and_at_both_ends_of_a_shift() -> None:
    """Nearly all of the day is off the phones, so that it touches everything."""
    lunch = Break(3000.0, 1200.0, paid=False, name="lunch")
    away = team(Shift(0.0, 7200.0, 20, (lunch,)), off_phone=OffPhone(0.95, 3000.0))
    found = figures(plan(kind("calls"), away), play(plan(kind("calls"), away)))
    assert found.by_group["paid_hours"][-1, -1] == pytest.approx(20 * 6000 / 3600)
    assert found.by_group["paid_hours"][:-1, -1] == pytest.approx([10, 20 / 3, 20 / 3, 10])


@settings(deadline=None, max_examples=60)
@given_that(
    share=st.sampled_from([0.05, 0.2, 0.5]),
    length=st.sampled_from([20.0, 60.0, 240.0, 1800.0]),
    load=st.sampled_from([0.1, 0.7, 0.95, 1.5]),
    lunch=st.sampled_from([None, 0.0, 2000.0, 5000.0]),
    talk=st.sampled_from([30.0, 250.0, 900.0]),
    seed=st.integers(0, 5),
)
def test_however_busy_they_are_all_time_off_is_taken_and_paid_once(
    share: float, length: float, load: float, lunch: float | None, talk: float, seed: int
) -> None:
    """Whatever its length; but for what a contact at the end of the shift leaves no time for."""
    pauses = () if lunch is None else (Break(lunch, 1500.0, paid=False, name="lunch"),)
    shift = Shift(0.0, 4 * HOUR, 4, pauses)
    agents = team(shift, off_phone=OffPhone(share, length))
    worked = 4 * HOUR - sum(pause.length for pause in pauses)
    calls = ConstantArrivals(load * 4 * (1 - share) * 3600 / talk)
    given = plan(
        kind("calls", arrivals=calls, talk=talk, patience=Patience(Fixed(60.0))),
        agents,
        closes=4 * HOUR,
        seed=seed,
    )
    records = play(given)
    for agent in range(4):
        mine = (records.away_agent == agent) & (records.away_paid == 1)
        taken = float((records.away_end - records.away_start)[mine].sum())
        assert share * worked - talk - 1e-6 <= taken <= share * worked + 1e-6
    late = np.clip(records.present_end - shift.end, 0, None).sum()
    paid = figures(given, records).by_group["paid_hours"][-1, -1] * 3600
    assert paid == pytest.approx(4 * worked + late)


def test_adherence_makes_them_late_and_leave_early() -> None:
    strays = Adherence(late=Fixed(120.0), early=Fixed(300.0))
    given = plan(kind("calls", 0, 6899, 6900), team(Shift(0.0, 7200.0), adherence=strays))
    records = play(given)
    assert present(records) == [(120, 6999)]  # the last call is finished
    assert (records.planned_start.tolist(), records.planned_end.tolist()) == ([0], [7200])
    assert answered(given) == [120, 6899, None]


def test_overtime_and_early_leave_move_the_end_for_the_last_of_a_shift() -> None:
    shift = Shift(0.0, 3600.0, agents=3)
    late = play(plan(kind("calls"), team(shift, overtime=600.0, overtime_agents=1)))
    assert [present(late, agent)[0][1] for agent in range(3)] == [3600, 3600, 4200]
    early = play(plan(kind("calls"), team(shift, early_leave=600.0, early_leave_agents=2)))
    assert [present(early, agent)[0][1] for agent in range(3)] == [3600, 3000, 3000]


# --- the end of a shift -------------------------------------------------------------------------


def late_call(rule: str, **more: Any) -> Plan:
    """One agent until 1,000 s, another from 1,050 s on; one caller is with her, one waits."""
    service = Service(Fixed(200.0), hold=Fixed(50.0), after_call=Fixed(40.0))
    calls = kind("calls", 900, 950, service=service, **more)
    return plan(calls, team(Shift(0.0, 1000.0), Shift(1050.0, 7200.0), shift_end=rule))


def test_finish() -> None:
    given = late_call("finish")
    assert present(play(given), 0) == [(0, 1190)]
    assert [(row.agent, row.answered, row.left) for row in rows(given)] == [
        (0, 900, 1150),
        (1, 1050, 1300),
    ]


def test_hand_back_keeps_the_rest_of_the_work_exactly_and_goes_ahead() -> None:
    given = late_call("hand back")
    records = play(given)
    first, second, rest = rows(given, records)
    assert present(records, 0) == [(0, 1000)]
    assert (first.outcome, first.left, first.released) == (HANDED_BACK, 1000, 1000)
    assert (rest.origin, rest.parent, rest.queued) == (Origin.HANDED_BACK, 0, 1000)
    # 100 s of 250 are done: 150 s and the whole after-call work are left, before the other caller.
    assert (rest.answered, rest.left, rest.released) == (1050, 1200, 1240)
    assert second.answered == 1240
    assert records.talk[[0, 2]].sum() == pytest.approx(200)
    assert records.hold[[0, 2]].sum() == pytest.approx(50)
    assert records.after_call[[0, 2]].sum() == pytest.approx(40)


def test_what_is_handed_back_is_served_at_the_next_agents_own_speed() -> None:
    calls = kind("calls", 900, talk=200)
    slow = group(
        "slow", [Skill("calls", handle_time_factor=2.0)], shifts=(Shift(0.0, 1000.0),),
        shift_end="hand back",
    )  # fmt: skip
    quick = group("quick", [Skill("calls", handle_time_factor=0.5)], shifts=(Shift(1000.0, 7e3),))
    story = [(row.answered, row.left) for row in rows(plan(calls, [slow, quick]))]
    # 100 s at half the speed are 50 s of work; 150 s are left, done in 75 s.
    assert story == [(900, 1000), (1000, 1075)]


def test_what_is_handed_back_after_an_outage_is_not_slowed_twice() -> None:
    from sim.parameters import Outage

    outage = Outage(0.0, 3000.0, "systems", handle_time_factor=2.0)
    calls = kind("calls", 900, talk=100)
    given = plan(
        calls,
        team(Shift(0.0, 1000.0), Shift(1000.0, 7200.0), shift_end="hand back"),
        outages=(outage,),
    )
    assert [(row.answered, row.left) for row in rows(given)] == [(900, 1000), (1000, 1100)]


def test_who_is_handed_back_while_the_phone_rings_held_for_no_longer_than_that() -> None:
    from sim.parameters import Dialling

    sales = kind(
        "sales", talk=100, channel="outbound",
        dialling=Dialling(1, 1.0, ring=Fixed(20.0), start=990.0),
    )  # fmt: skip
    given = plan(
        sales,
        team(Shift(0.0, 1000.0), Shift(1000.0, 7200.0), skills="sales", shift_end="hand back"),
    )
    records = play(given)
    assert records.hold[0] == 10
    assert records.talk[0] == 0
    assert records.left.tolist() == [1000, 1110]


def test_nobody_who_goes_at_the_same_moment_takes_what_is_handed_back() -> None:
    calls = kind("calls", 900, talk=200)
    leaving, next_one = Shift(0.0, 1000.0, 3), Shift(1050.0, 7200.0)
    story = rows(plan(calls, team(leaving, next_one, shift_end="hand back")))
    assert [(row.outcome, row.answered, row.agent) for row in story] == [
        (HANDED_BACK, 900, 0),
        (ANSWERED, 1050, 3),
    ]


def test_who_comes_at_that_moment_takes_what_is_handed_back_before_those_who_wait() -> None:
    given = late_call("hand back")
    shifts = (Shift(0.0, 1000.0), Shift(1000.0, 7200.0))
    given = dataclasses.replace(given, groups=(team(*shifts, shift_end="hand back"),))
    _, second, rest = rows(given)
    assert (rest.answered, second.answered) == (1000, 1190)


def test_disconnect() -> None:
    given = late_call("disconnect")
    first, second = rows(given)
    assert (first.outcome, first.left, first.released) == (Outcome.CUT_OFF, 1000, 1000)
    assert second.answered == 1050


def test_after_call_work_is_finished_whatever_the_rule() -> None:
    for rule in ("finish", "hand back", "disconnect", "drain"):
        given = plan(
            kind("calls", 950, talk=20, wrap=100), team(Shift(0.0, 1000.0), shift_end=rule)
        )
        assert [(row.outcome, row.released) for row in rows(given)] == [(ANSWERED, 1070)]


def test_after_chat_work_is_finished_too_while_the_other_chat_is_handed_back() -> None:
    for rule, ends in (("finish", 1010), ("hand back", 1000), ("disconnect", 1000)):
        shifts = (Shift(0.0, 1000.0), Shift(1000.0, 7200.0))
        chats = kind("chats", 900, 930, talk=80, wrap=60, channel="chat")
        both = group("all", "chats", shifts=shifts, concurrency=2, shift_end=rule)
        chat, other = rows(plan(chats, both))[:2]
        assert (chat.left, chat.released) == (980, 1040), rule
        assert other.left == ends, rule


def test_who_is_cut_off_has_no_line_any_more() -> None:
    given = late_call("disconnect")
    calls = kind("calls", 900, 950, 1020, talk=200)
    story = rows(dataclasses.replace(given, call_types=(calls,), trunks=1))
    assert [(row.outcome, row.answered) for row in story] == [
        (Outcome.CUT_OFF, 900),
        (Outcome.BUSY, None),
        (ANSWERED, 1050),
    ]


def test_who_is_handed_back_waits_no_longer_than_her_patience() -> None:
    calls = kind("calls", 900, talk=200, patience=Patience(Fixed(300.0)))
    shifts = (Shift(0.0, 1000.0), Shift(1400.0, 7200.0))
    story = rows(plan(calls, team(*shifts, shift_end="hand back")))
    assert [(row.outcome, row.left) for row in story] == [
        (HANDED_BACK, 1000),
        (Outcome.ABANDONED, 1300),
    ]


def test_drain_is_for_mails_as_well_and_not_for_breaks() -> None:
    kinds = [kind("calls", 950, talk=200), kind("mails", 960, channel="email")]
    last = team(Shift(0.0, 1000.0), skills="calls mails", shift_end="drain")
    assert present(play(plan(kinds, last))) == [(0, 1250)]
    pause = Shift(0.0, 7200.0, breaks=(Break(1000.0, 300.0),))
    given = plan(kinds, team(pause, skills="calls mails", shift_end="drain"))
    assert answered(given) == [950, 1450]


def test_drain() -> None:
    given = plan(
        kind("calls", 900, 950, 960, 1490, talk=200), team(Shift(0.0, 1000.0), shift_end="drain")
    )
    # She stays until nobody waits any more (1,490 s comes in the middle of it), then goes.
    assert answered(given) == [900, 1100, 1300, 1500]
    assert present(play(given)) == [(0, 1700)]


def test_a_break_is_never_a_shifts_end() -> None:
    shift = Shift(0.0, 7200.0, breaks=(Break(1000.0, 300.0),))
    given = plan(kind("calls", 950, talk=200), team(shift, shift_end="disconnect"))
    assert [row.outcome for row in rows(given)] == [ANSWERED]


# --- closing time -------------------------------------------------------------------------------


def at_closing(rule: str) -> list[tuple[Outcome, float | None, float]]:
    given = plan(
        kind("calls", 3500, 3550, talk=300),
        team(Shift(0.0, 2 * HOUR)),
        closes=HOUR,
        days=2,
        at_closing=rule,
    )
    return [(row.outcome, row.answered, row.left) for row in rows(given)]


def test_drain_at_closing_serves_everybody_who_waits() -> None:
    assert at_closing("drain")[:2] == [(ANSWERED, 3500, 3800), (ANSWERED, 3800, 4100)]


def test_who_stays_for_callers_at_closing_lets_mails_wait_even_if_they_come_first() -> None:
    calls = kind("calls", 3550, 3560, talk=100)
    mails = kind("mails", 3570, channel="email", talk=100)
    both = group("all", [Skill("mails"), Skill("calls", level=2)])
    given = plan([calls, mails], both, closes=HOUR, at_closing="drain")
    assert [(row.kind, row.outcome) for row in rows(given)] == [
        ("calls", ANSWERED),
        ("calls", ANSWERED),
        ("mails", Outcome.LEFT_OVER),
    ]


@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_drain_at_closing_keeps_those_whose_shift_ends_then_for_callers_not_for_mails(
    channel: Any,
) -> None:
    calls = kind("calls", 7100, 7150, talk=100, channel=channel)
    mails = kind("mails", 7120, channel="email")
    given = plan([calls, mails], at_closing="drain")
    story = {(row.kind, row.arrived): row.answered for row in rows(given)}
    assert story == {("calls", 7100): 7100, ("calls", 7150): 7200, ("mails", 7120): None}
    assert present(play(given)) == [(0, 7300)]
    for rule in ("disconnect", "call back"):
        assert present(play(plan([calls, mails], at_closing=rule))) == [(0, 7200)]
    # Nobody stays whose shift ends before.
    early = team(Shift(0.0, 7180.0))
    assert [row.outcome for row in rows(plan(calls, early))] == [ANSWERED, Outcome.LEFT_OVER]


@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_who_stays_for_callers_at_closing_hands_back_none_of_them(channel: Any) -> None:
    calls = kind("calls", 7150, 7160, talk=100, channel=channel)
    given = plan(calls, team(Shift(0.0, 7200.0), shift_end="hand back"))
    assert [(row.outcome, row.answered) for row in rows(given)] == [
        (ANSWERED, 7150),
        (ANSWERED, 7250),
    ]
    # A mail waits for the next day, and with another rule nobody stays.
    mails = kind("mails", 7150, talk=100, channel="email")
    last = team(Shift(0.0, 7200.0), skills="mails", shift_end="hand back")
    assert [row.outcome for row in rows(plan(mails, last))] == [HANDED_BACK, Outcome.LEFT_OVER]
    given = dataclasses.replace(given, at_closing="disconnect")
    assert [row.outcome for row in rows(given)][:2] == [HANDED_BACK, Outcome.CLOSED]


@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_who_has_cut_off_one_at_closing_stays_for_those_who_wait(channel: Any) -> None:
    calls = kind("calls", 7150, 7160, talk=100, channel=channel)
    given = plan(calls, team(Shift(0.0, 7200.0), shift_end="disconnect"))
    assert [(row.outcome, row.answered, row.left) for row in rows(given)] == [
        (Outcome.CUT_OFF, 7150, 7200),
        (ANSWERED, 7200, 7300),
    ]


def test_disconnect_at_closing_cuts_off_who_waits_and_nobody_else() -> None:
    assert at_closing("disconnect")[:2] == [(ANSWERED, 3500, 3800), (Outcome.CLOSED, None, 3600)]


def test_disconnect_at_closing_is_for_chats_and_those_ahead_too_but_not_for_callbacks() -> None:
    chats = kind("chats", 3500, 3550, talk=300, channel="chat")
    given = plan(chats, closes=HOUR, at_closing="disconnect")
    assert [(row.outcome, row.left) for row in rows(given)] == [
        (ANSWERED, 3800),
        (Outcome.CLOSED, 3600),
    ]
    kinds = [
        kind("first", 3400, talk=100, transfers=(Transfer("second", 1.0),)),
        kind("second", 3450, talk=1000),
    ]
    both = [group("a", "first"), group("b", "second")]
    sent_on = rows(plan(kinds, both, closes=HOUR, at_closing="disconnect"))[2]
    assert (sent_on.queued, sent_on.outcome, sent_on.left) == (3500, Outcome.CLOSED, 3600)
    calls = kind("calls", 3500, 3510, talk=300, callback=Callback(50.0, 1.0, ring=20.0))
    late = team(Shift(0.0, 2 * HOUR))
    back = rows(plan(calls, late, closes=HOUR, at_closing="disconnect"))[2]
    assert (back.origin, back.answered, back.left) == (Origin.CALLBACK, 3800, 4120)


def test_call_back_at_closing_calls_them_at_the_next_opening_and_cuts_off_on_the_last_day() -> None:
    day = 86400
    assert at_closing("call back") == [
        (ANSWERED, 3500, 3800),
        (Outcome.CALLBACK, None, 3600),
        (ANSWERED, day + 3500, day + 3800),
        (Outcome.CLOSED, None, day + 3600),
        (ANSWERED, day, day + 300),
    ]


def test_who_calls_outside_the_hours_is_told_that_it_is_closed() -> None:
    given = plan(kind("calls", 100, 4000), opens=HOUR, closes=2 * HOUR)
    assert [row.outcome for row in rows(given)] == [Outcome.CLOSED, ANSWERED]


# --- experience ---------------------------------------------------------------------------------


def test_the_learning_curve_makes_new_hires_slower_and_less_often_right() -> None:
    curve = LearningCurve((0.0, 10.0), (2.0, 1.0), (0.5, 1.0))
    calls = kind("calls", *range(0, 7000, 10), talk=4, resolution=Resolution(0.8, repeat=0.0))
    resolved = Streams(1, 0).uniforms("resolved/calls", 700)
    for weeks, factor, share in ((0.0, 2.0, 0.4), (5.0, 1.5, 0.6), (20.0, 1.0, 0.8)):
        given = plan(calls, group("all", "calls", 2, weeks=weeks), learning_curve=curve)
        records = play(given)
        assert np.allclose(records.talk, 4 * factor)
        assert records.resolved.tolist() == (resolved < share).astype(int).tolist()


def test_a_curve_of_handle_times_alone_leaves_resolution_as_it_is() -> None:
    given = plan(
        kind("calls"),
        group("all", "calls", weeks=5.0),
        learning_curve=LearningCurve((0.0, 10.0), (2.0, 1.0)),
    )
    assert given.experience(given.groups[0]) == (1.5, 1.0)


def test_proficiency_service_of_the_group_and_experience_together() -> None:
    curve = LearningCurve((0.0, 4.0, 12.0), (2.0, 1.2, 1.0), (0.5, 0.9, 1.0))
    kinds = [
        kind("a", 0, talk=100, wrap=20),
        kind("b", 0, talk=100, wrap=20, resolution=Resolution(0.5, repeat=0.0)),
        kind("c", 0, service=Service(Fixed(100.0), Fixed(30.0), Fixed(20.0))),
        kind("d", 0, talk=100, wrap=20),
        kind("e", 0, talk=100, wrap=20),
    ]
    skills = [
        Skill("a", handle_time_factor=0.5),
        Skill("b"),
        Skill("c", service=Service(Fixed(40.0), after_call=Fixed(10.0)), handle_time_factor=2.0),
        Skill("e", service=Service(Fixed(40.0))),
    ]
    teams = [group("new", skills, 4, weeks=8.0), group("old", "d")]
    given = plan(kinds, teams, learning_curve=curve)
    records = play(given)
    # Eight weeks are half way from 1.2 to 1.0; those without weeks are not on the curve.
    assert records.talk == pytest.approx([55, 110, 88, 100, 44])
    assert records.hold.tolist() == [0] * 5
    assert records.after_call == pytest.approx([11, 22, 22, 20, 0])


# --- who of the idle ones takes it --------------------------------------------------------------


def test_who_has_been_idle_longest_is_next_and_a_break_starts_the_count_anew() -> None:
    calls = kind("calls", 0, 1, 2, 500, 510, 520, talk=100)
    given = plan(calls, group("all", "calls", 3))
    assert [row.agent for row in rows(given)] == [0, 1, 2, 0, 1, 2]
    early = Empirical((1.0,))
    breaks = (Shift(0.0, 7200.0, 1, (Break(200.0, 60.0),)), Shift(0.0, 7200.0, 2))
    given = plan(calls, team(*breaks, adherence=Adherence(early=early)))
    assert [row.agent for row in rows(given)] == [0, 1, 2, 1, 2, 0]


def test_who_comes_on_duty_has_not_worked_yet() -> None:
    least = plan(kind("calls", 0), group("all", "calls", 2), days=2, routing=("least-occupied",))
    assert [row.agent for row in rows(least)] == [0, 0]
    twice = dataclasses.replace(least, call_types=(kind("calls", 0, 500),))
    assert [row.agent for row in rows(twice)] == [0, 1, 0, 1]


def test_patience_runs_on_while_nobody_is_there() -> None:
    given = plan(
        kind("calls", 0, 1700, patience=Patience(Fixed(300.0))), group("all", "calls", (0, 1, 1, 1))
    )
    assert [row.outcome for row in rows(given)] == [Outcome.ABANDONED, ANSWERED]


def test_nobody_at_all_is_a_plan_too() -> None:
    given = plan(kind("calls", 0, patience=Patience(Fixed(30.0))), group("all", "calls", 0))
    assert [(row.outcome, row.left) for row in rows(given)] == [(Outcome.ABANDONED, 30)]
    forever = plan(kind("calls", 0), group("all", "calls", 0))
    assert [row.outcome for row in rows(forever)] == [Outcome.LEFT_OVER]
    assert len(play(plan(kind("calls"), group("all", "calls", 3)))) == 0
