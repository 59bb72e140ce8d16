"""Rosters: each planned agent is there, with her stints, breaks and absences where they belong."""

from __future__ import annotations

import dataclasses
import datetime as dates
import zlib
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import Floats
from sim.parameters import (
    Adherence,
    Break,
    CallType,
    Exponential,
    Fixed,
    Group,
    OffPhone,
    Plan,
    PullOff,
    Service,
    Shift,
    Skill,
    Uniform,
)
from sim.roster import Roster, Stint, roster
from sim.roster_spells import Away, Spell
from sim.streams import Streams

H = 3600.0
DAY = 86400.0
SKILLS = (Skill("calls"),)


def team(name: str = "team", **rest: Any) -> Group:
    return Group(name, SKILLS, **rest)


def plan(*groups: Group, **rest: Any) -> Plan:
    hours = {"opens": 8 * H, "closes": 10 * H}
    types = (CallType("calls", Service(Fixed(60.0))),)
    return Plan(call_types=types, groups=groups, **{**hours, **rest})


def made(day: Plan, replication: int = 0) -> Roster:
    return roster(day, Streams(1, replication))


def hours(stints: tuple[Stint, ...]) -> list[tuple[float, float]]:
    return [(one.start / H, one.end / H) for one in stints]


def names(stints: tuple[Stint, ...]) -> list[str]:
    return [away.name for one in stints for away in one.aways]


def lunch(start: float, length: float = H / 2, paid: bool = False) -> Break:
    return Break(start * H, length, paid, "lunch")


def test_one_number_holds_all_day_and_every_day() -> None:
    found = made(plan(team(agents=2), team("others", agents=1), days=2))

    assert found.groups.tolist() == [0, 0, 1]
    assert found.groups.dtype == np.int16
    assert [hours(own) for own in found.agents] == [[(8, 10), (32, 34)]] * 3
    assert all(one.last and one.until == one.end for one in found.agents[0])
    assert found.planned[:2] == ((0, 8 * H, 10 * H), (0, 32 * H, 34 * H))


def test_agents_per_interval_go_and_come_back() -> None:
    found = made(plan(team(agents=(2, 3, 1, 2))))

    assert [hours(own) for own in found.agents] == [
        [(8, 10)],
        [(8, 9), (9.5, 10)],
        [(8.5, 9)],
    ]
    assert found.agents[1][0] == Stint(8 * H, 9 * H, 9 * H)


def test_a_short_last_interval_ends_at_closing() -> None:
    found = made(plan(team(agents=(0, 1)), closes=8.75 * H))

    assert [hours(own) for own in found.agents] == [[(8.5, 8.75)]]


def test_nobody_wanted_is_nobody_there() -> None:
    found = made(plan(team(agents=0), team("none", agents=(0, 0, 0, 0))))

    assert found.agents == ()
    assert found.planned == ()
    assert len(found.groups) == 0


def test_a_centre_that_never_closes_sends_nobody_home_at_midnight() -> None:
    always = plan(team(agents=(1,) * 24 + (2,) * 24), opens=0.0, closes=24 * H, days=3)
    found = made(always)

    assert [hours(own) for own in found.agents] == [
        [(0, 72)],
        [(12, 24), (36, 48), (60, 72)],
    ]
    late = made(
        plan(
            team(agents=1, adherence=Adherence(Fixed(60), Fixed(30))),
            opens=0.0,
            closes=24 * H,
            days=3,
        )
    )
    assert [(one.start, one.end) for one in late.agents[0]] == [(60.0, 3 * DAY - 30)]


def test_shifts_have_their_breaks_and_keep_their_people() -> None:
    shifts = (
        Shift(7 * H, 15 * H, 2, (lunch(11), Break(9 * H, 900))),
        Shift(12 * H, 20 * H, 1, days=(1, 5)),
    )
    found = made(plan(team(shifts=shifts), days=2))

    assert len(found.agents) == 3
    assert found.agents[0] == found.agents[1]
    assert found.agents[0][:3] == (
        Stint(7 * H, 9 * H, 15 * H, (Away(9 * H, 9.25 * H, "break", True, True),)),
        Stint(9.25 * H, 11 * H, 15 * H, (Away(11 * H, 11.5 * H, "lunch", False, True),)),
        Stint(11.5 * H, 15 * H, 15 * H),
    )
    assert hours(found.agents[0][3:]) == [(31, 33), (33.25, 35), (35.5, 39)]
    assert hours(found.agents[2]) == [(36, 44)]
    assert [one for one in found.planned if one[0] == 2] == [(2, 36 * H, 44 * H)]
    assert [one[1:] for one in found.planned if one[0] == 0][:2] == [
        (7 * H, 9 * H),
        (9.25 * H, 11 * H),
    ]


def test_night_shifts_end_the_next_morning() -> None:
    night = Shift(22 * H, 6 * H, 1, (lunch(2),))
    found = made(plan(team(shifts=(night,)), days=2))

    assert hours(found.agents[0]) == [(22, 26), (26.5, 30), (46, 50), (50.5, 54)]
    assert [one.last for one in found.agents[0]] == [False, True, False, True]


@pytest.mark.parametrize(
    ("date", "ends"),
    [(dates.date(2026, 3, 28), 29), (dates.date(2026, 10, 24), 31)],
)
def test_nights_in_which_clocks_change_are_shorter_or_longer(date: dates.date, ends: float) -> None:
    night = Shift(22 * H, 6 * H, 1, (lunch(3.5),))
    berlin: dict[str, Any] = {"date": date, "timezone": "Europe/Berlin"}
    found = made(plan(team(shifts=(night,)), **berlin))

    pause = 26.5 if ends == 29 else 28.5
    assert hours(found.agents[0]) == [(22, pause), (pause + 0.5, ends)]


def test_agents_per_interval_are_there_whenever_the_clock_shows_it() -> None:
    night: dict[str, Any] = {"opens": 1 * H, "closes": 4 * H, "timezone": "Europe/Berlin"}
    by_half_hour = team(agents=(1, 1, 2, 3, 1, 1))
    autumn = made(plan(by_half_hour, date=dates.date(2026, 10, 25), **night))
    spring = made(plan(by_half_hour, date=dates.date(2026, 3, 29), **night))

    assert [hours(own) for own in autumn.agents] == [
        [(1, 5)],
        [(2, 4)],
        [(2.5, 3), (3.5, 4)],
    ]
    assert [hours(own) for own in spring.agents] == [[(1, 3)], [], []]


def test_overtime_belongs_to_the_last_interval_that_there_is() -> None:
    late: dict[str, Any] = {"overtime": 600.0, "overtime_agents": 1}
    crew = team(agents=(2, 1, 3, 3), **late)
    found = made(
        plan(
            crew, opens=1 * H, closes=3 * H, date=dates.date(2026, 3, 29), timezone="Europe/Berlin"
        )
    )

    assert [hours(own) for own in found.agents][:2] == [[(1, 2 + 1 / 6)], [(1, 1.5)]]


def test_breaks_in_the_skipped_hour_follow_each_other() -> None:
    night = Shift(22 * H, 6 * H, 1, (lunch(2.25), Break(3 * H, 900)))
    berlin: dict[str, Any] = {"date": dates.date(2026, 3, 28), "timezone": "Europe/Berlin"}
    found = made(plan(team(shifts=(night,)), **berlin))

    assert hours(found.agents[0]) == [(22, 26), (26.75, 29)]
    assert [away.name for away in found.agents[0][0].aways] == ["lunch", "break"]


def test_breaks_that_touch_are_one_called_as_the_longest() -> None:
    coffee = Break(11.75 * H, 900, name="coffee")
    shift = Shift(8 * H, 16 * H, 1, (coffee, lunch(12, paid=True)))
    found = made(plan(team(shifts=(shift,))))

    one = Away(11.75 * H, 12.5 * H, "lunch", paid=True, keeps_length=True)
    assert found.agents[0][0] == Stint(8 * H, 11.75 * H, 16 * H, (one,))
    assert found.agents[0][1].start == 12.5 * H


def test_a_paid_break_and_an_unpaid_one_that_touch_stay_two() -> None:
    shift = Shift(8 * H, 16 * H, 1, (Break(11.75 * H, 900, name="coffee"), lunch(12)))
    found = made(plan(team(shifts=(shift,))))

    assert hours(found.agents[0]) == [(8, 11.75), (12.5, 16)]
    assert [(away.name, away.paid) for away in found.agents[0][0].aways] == [
        ("coffee", True),
        ("lunch", False),
    ]


def test_breaks_at_the_ends_of_a_shift_are_absences_of_it() -> None:
    shift = Shift(8 * H, 16 * H, 1, (lunch(8), lunch(12), lunch(15.5)))
    found = made(plan(team(shifts=(shift,))))

    assert hours(found.agents[0]) == [(8.5, 12), (12.5, 15.5)]
    assert found.away_first == ((0, Away(8 * H, 8.5 * H, "lunch", False, True)),)
    after = found.agents[0][1]
    assert not after.last
    assert (after.aways, after.until) == (
        (Away(15.5 * H, 16 * H, "lunch", False, True),),
        16 * H,
    )


def test_who_is_in_a_training_for_the_whole_of_a_shift_is_never_on_duty_but_away() -> None:
    found = made(plan(team(agents=1, pull_offs=(PullOff(8 * H, 10 * H, 1),))))

    assert found.agents == ((),)
    assert found.away_first == ((0, Away(8 * H, 10 * H, "training", True, False)),)


def test_overtime_and_early_leave_are_for_the_last_of_each_shift() -> None:
    shifts = (Shift(8 * H, 16 * H, 3), Shift(9 * H, 17 * H, 1))
    longer = made(plan(team(shifts=shifts, overtime=H, overtime_agents=2)))
    shorter = made(plan(team(shifts=shifts, early_leave=H, early_leave_agents=1)))

    assert [own[-1].end / H for own in longer.agents] == [16, 17, 17, 18]
    assert [end / H for _, _, end in longer.planned] == [16, 17, 17, 18]
    assert [own[-1].end / H for own in shorter.agents] == [16, 16, 15, 16]


def test_overtime_per_interval_is_for_the_last_of_those_who_close() -> None:
    found = made(plan(team(agents=(1, 3, 2, 0), overtime=900, overtime_agents=1)))

    assert [own[-1].end / H for own in found.agents] == [9.5, 9.75, 9]


def test_overtime_runs_into_the_next_shift_at_most() -> None:
    found = made(
        plan(
            team(shifts=(Shift(8 * H, 7 * H, 1),), overtime=2 * H, overtime_agents=1),
            days=2,
        )
    )

    assert hours(found.agents[0]) == [(8, 57)]
    assert found.planned == ((0, 8 * H, 32 * H), (0, 32 * H, 57 * H))


def test_leaving_before_coming_is_not_being_there() -> None:
    found = made(plan(team(agents=2, early_leave=3 * H, early_leave_agents=1)))

    assert [len(own) for own in found.agents] == [1, 0]
    assert len(found.planned) == 1


def test_shrinkage_keeps_each_away_all_day_by_chance() -> None:
    day = plan(team(agents=500, shrinkage=0.2), days=8)
    found = made(day)
    present = sum(len(own) for own in found.agents)

    assert len(found.planned) == 4000
    assert abs(present - 3200) < 4 * (4000 * 0.2 * 0.8) ** 0.5
    by_day = np.zeros((500, 8))
    for person, own in enumerate(found.agents):
        by_day[person, [int(one.start // DAY) for one in own]] = 1
    assert abs(np.corrcoef(by_day[:, 0], by_day[:, 1])[0, 1]) < 0.15
    assert made(day, replication=1).agents != found.agents


def test_absence_takes_the_whole_shift_breaks_included() -> None:
    shift = Shift(8 * H, 16 * H, 200, (lunch(12),))
    found = made(plan(team(shifts=(shift,), shrinkage=0.5)))

    assert {len(own) for own in found.agents} == {0, 2}


def test_late_and_early_have_their_distributions() -> None:
    habits = Adherence(late=Exponential(300.0), early=Uniform(0.0, 600.0))
    found = made(plan(team(agents=4000, adherence=habits)))
    late = np.array([own[0].start - 8 * H for own in found.agents])
    early = np.array([10 * H - own[-1].end for own in found.agents])

    assert late.mean() == pytest.approx(300, rel=0.07)
    assert (late > 300).mean() == pytest.approx(np.exp(-1), abs=0.03)
    assert early.mean() == pytest.approx(300, rel=0.04)
    assert abs(np.corrcoef(late, early)[0, 1]) < 0.06
    assert found.planned[0] == (0, 8 * H, 10 * H)


def test_nobody_is_later_than_her_first_break_or_leaves_before_the_last_is_over() -> None:
    shift = Shift(8 * H, 16 * H, 1, (lunch(9), lunch(15)))
    strays = Adherence(late=Fixed(2 * H), early=Fixed(2 * H))
    found = made(plan(team(shifts=(shift,), adherence=strays)))

    assert hours(found.agents[0]) == [(9.5, 15)]
    gone = made(plan(team(agents=1, adherence=strays)))
    assert gone.agents == ((),)


def test_each_run_of_intervals_has_its_own_lateness() -> None:
    habits = Adherence(late=Uniform(1.0, 600.0))
    found = made(plan(team(agents=(1, 0, 0, 1), adherence=habits)))
    first, second = (one.start % 1800 for one in found.agents[0])

    assert first != second


def test_pull_offs_take_agents_for_the_window_and_pay_them() -> None:
    training = PullOff(8.5 * H, 9 * H, 2, "coaching")
    found = made(plan(team(agents=3, pull_offs=(training,)), days=2))

    for own in found.agents[:2]:
        assert hours(own) == [(8, 8.5), (9, 10), (32, 32.5), (33, 34)]
        coaching = Away(8.5 * H, 9 * H, "coaching", paid=True, keeps_length=False)
        assert own[0] == Stint(8 * H, 8.5 * H, 10 * H, (coaching,))
    assert hours(found.agents[2]) == [(8, 10), (32, 34)]
    assert found.planned[0] == (0, 8 * H, 10 * H)


def test_pull_offs_spare_breaks_and_those_not_there_throughout() -> None:
    shifts = (
        Shift(8 * H, 16 * H, 1, (lunch(10.25),)),
        Shift(10.5 * H, 16 * H, 1),
        Shift(8 * H, 16 * H, 1),
        Shift(8 * H, 10.75 * H, 1),
    )

    def away(agents: int) -> list[bool]:
        found = made(plan(team(shifts=shifts, pull_offs=(PullOff(10 * H, 11 * H, agents),))))
        return ["training" in names(own) for own in found.agents]

    assert away(1) == [False, False, True, False]
    assert away(2) == [True, False, True, False]
    assert away(50) == [True, False, True, False]


def test_a_pull_off_swallows_what_it_covers_of_a_break() -> None:
    shift = Shift(8 * H, 16 * H, 1, (lunch(10.75),))
    found = made(plan(team(shifts=(shift,), pull_offs=(PullOff(10 * H, 11 * H, 1),))))

    assert hours(found.agents[0]) == [(8, 10), (11.25, 16)]
    assert found.agents[0][0].aways == (
        Away(10 * H, 11 * H, "training", paid=True, keeps_length=False),
        Away(11 * H, 11.25 * H, "lunch", paid=False, keeps_length=True),
    )


def test_two_pull_offs_at_once_take_different_agents() -> None:
    both = (PullOff(8.5 * H, 9.5 * H, 1, "coaching"), PullOff(9 * H, 9.75 * H, 5, "meeting"))
    found = made(plan(team(agents=2, pull_offs=both)))

    assert [names(own) for own in found.agents] == [["coaching"], ["meeting"]]


def test_night_shifts_can_be_pulled_off_after_midnight() -> None:
    night = team(shifts=(Shift(22 * H, 6 * H, 1),), pull_offs=(PullOff(2 * H, 3 * H, 1),))
    found = made(plan(night, days=2))

    assert hours(found.agents[0]) == [(22, 26), (27, 30), (46, 54)]


def test_off_the_phones_is_exactly_that_share_of_everybodys_time_in_pieces_by_chance() -> None:
    found = made(plan(team(agents=400, off_phone=OffPhone(0.1, 250.0)), days=2))

    for own in found.agents:
        assert sum(one.end - one.start for one in own) == pytest.approx(2 * 6480)
    # A tenth of two hours are 720 s: three pieces of 240 s are nearest to 250 s each. One that the
    # shift's end would cut has its rest at the shift's start.
    cut = {agent for agent, _ in found.away_first}
    whole = [own for agent, own in enumerate(found.agents) if agent not in cut]
    assert len(whole) == pytest.approx(400 * 0.9**2, abs=30)
    for own in whole:
        pieces = [away for one in own for away in one.aways]
        assert [away.end - away.start for away in pieces] == pytest.approx([240] * 6)
        assert {(away.name, away.paid, away.keeps_length) for away in pieces} == {
            ("off the phones", True, True)
        }
    # Each day and each person by itself.
    first = np.array([own[0].end - own[0].start for own in whole])
    later = np.array([own[4].end - own[4].start for own in whole])
    assert abs(np.corrcoef(first, later)[0, 1]) < 0.2
    assert len(found.planned) == 800


class EveryTurn(Streams):
    """The first piece of each day at all moments in turn, one for each agent of the group; the
    others as far from it for one agent as for the next."""

    def __init__(self, others: float) -> None:
        super().__init__(1, 0)
        self.others = others

    def uniforms(self, source: str, count: int, step: int = 0, part: str = "") -> Floats:
        if source.split("/")[2] == "0":
            return np.asarray((np.arange(count) + 0.5) / count)
        return np.full(count, (self.others * zlib.crc32(source.encode())) % 1.0)


@settings(deadline=None, max_examples=60)
@given(
    share=st.sampled_from([0.02, 0.1, 0.28, 0.6]),
    length=st.sampled_from([60.0, 300.0, 1800.0, 3 * H]),
    worked=st.sampled_from([1.5 * H, 4 * H, 8 * H]),
    pauses=st.lists(st.sampled_from([0.0, 0.25, 0.4, 0.75]), max_size=3, unique=True),
    others=st.floats(0, 1),
)
def test_each_half_hour_of_a_shift_has_the_same_share_off_the_phones(
    share: float, length: float, worked: float, pauses: list[float], others: float
) -> None:
    """The first and the last as well, and those beside a break."""
    breaks = tuple(Break(8 * H + at * worked, 600.0) for at in pauses)
    group = team(
        shifts=(Shift(8 * H, 8 * H + worked, 500, breaks),), off_phone=OffPhone(share, length)
    )
    day = plan(group, closes=16 * H)
    found = roster(day, EveryTurn(others))

    starts = np.array([one.start for own in found.agents for one in own])
    ends = np.array([one.end for own in found.agents for one in own])
    planned = np.array([span[1:] for span in found.planned])
    for begin in np.arange(8 * H, 8 * H + worked, 1800):
        there = np.clip(np.minimum(ends, begin + 1800) - np.maximum(starts, begin), 0, None).sum()
        should = np.clip(
            np.minimum(planned[:, 1], begin + 1800) - np.maximum(planned[:, 0], begin), 0, None
        ).sum()
        assert there == pytest.approx(should * (1 - share), rel=0.005)


def test_less_than_half_a_piece_is_one_short_piece() -> None:
    found = made(plan(team(agents=1, off_phone=OffPhone(0.01, 600.0))))

    before, after = found.agents[0]
    assert after.start - before.end == pytest.approx(72)


def test_a_piece_with_a_break_in_the_middle_goes_on_after_it() -> None:
    spell = Spell(0, 0.0, 1000.0, (Away(400.0, 600.0, "lunch", False, True),))

    found = spell.off_phone([(350.0, 450.0), (500.0, 520.0), (790.0, 890.0)])

    off = ("off the phones", True, True)
    assert [(start, end) for start, end, _ in found.duty()] == [(0, 350), (650, 700), (720, 990)]
    assert [aways for _, _, aways in found.duty()] == [
        (Away(350.0, 400.0, *off), *spell.aways, Away(600.0, 650.0, *off)),
        (Away(700.0, 720.0, *off),),
        (Away(990.0, 1000.0, *off),),
    ]


def test_off_the_phones_is_a_share_of_what_breaks_and_trainings_leave() -> None:
    day = team(
        shifts=(Shift(8 * H, 16 * H, 2, (lunch(12),)),), pull_offs=(PullOff(9 * H, 10 * H, 1),)
    )
    away = made(plan(dataclasses.replace(day, off_phone=OffPhone(0.2))))

    on = [sum(one.end - one.start for one in own) / H for own in away.agents]
    assert on == pytest.approx([6.5 * 0.8, 7.5 * 0.8])


def test_another_agent_or_group_leaves_the_others_as_they_were() -> None:
    habits = Adherence(late=Exponential(60.0), early=Exponential(60.0))
    varying: dict[str, Any] = {"shrinkage": 0.3, "adherence": habits, "off_phone": OffPhone(0.1)}
    before = made(plan(team(agents=(20, 5, 20, 20), **varying), days=3))
    after = made(
        plan(team("new", agents=2, **varying), team(agents=(21, 6, 21, 21), **varying), days=3)
    )

    kept = [person for person in range(20) if person != 5]  # agent 5 works through now
    assert [before.agents[person] for person in kept] == [
        after.agents[2 + person] for person in kept
    ]


def _team(draw: st.DrawFn) -> Group:
    rest: dict[str, Any] = {
        "shrinkage": draw(st.sampled_from([0.0, 0.3])),
        "overtime": draw(st.sampled_from([0.0, 1800.0, 9 * H])),
        "overtime_agents": draw(st.integers(0, 3)),
        "early_leave": draw(st.sampled_from([0.0, 1200.0, 9 * H])),
        "early_leave_agents": draw(st.integers(0, 3)),
    }
    if draw(st.booleans()):
        late = draw(st.sampled_from([None, Exponential(300.0), Fixed(3 * H)]))
        rest["adherence"] = Adherence(late, draw(st.sampled_from([None, Exponential(900.0)])))
    rest["pull_offs"] = tuple(
        PullOff(start, start + length, draw(st.integers(0, 4)), f"pull-off {start:g}")
        for start, length in draw(
            st.lists(st.tuples(QUARTERS, st.sampled_from([900.0, H, 5 * H])), max_size=3)
        )
    )
    rest["off_phone"] = draw(st.sampled_from([None, OffPhone(0.0), OffPhone(0.3, 600.0)]))
    if draw(st.booleans()):
        each = st.lists(st.integers(0, 5), min_size=12, max_size=12)
        return team(agents=tuple(draw(each)), **rest)
    return team(shifts=tuple(draw(st.lists(shift_plans(), min_size=1, max_size=3))), **rest)


QUARTERS = st.integers(0, 95).map(lambda quarter: 900.0 * quarter)


@st.composite
def shift_plans(draw: st.DrawFn) -> Shift:
    start = draw(QUARTERS)
    length = draw(st.sampled_from([2 * H, 8 * H, 10 * H]))
    breaks = []
    free = 0.0
    for gap, pause in draw(
        st.lists(st.tuples(st.sampled_from([0.0, 900.0, H]), st.sampled_from([900.0, 1800.0])))
    ):
        if free + gap + pause > length:
            break
        at = (start + free + gap) % DAY
        breaks.append(Break(at, pause, paid=draw(st.booleans()), name=f"break {len(breaks)}"))
        free += gap + pause
    days = draw(st.sampled_from([None, (0,), (1, 2)]))
    return Shift(start, (start + length) % DAY, draw(st.integers(0, 4)), tuple(breaks), days)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    place: dict[str, Any] = {}
    if draw(st.booleans()):
        date = draw(st.sampled_from([dates.date(2026, 3, 28), dates.date(2026, 10, 24)]))
        place = {"date": date, "timezone": "Europe/Berlin"}
    opens, closes = draw(st.sampled_from([(8 * H, 20 * H), (0.0, 12 * H), (20 * H, 32 * H)]))
    groups = [team("first", agents=1), _team(draw)]
    days = draw(st.integers(1, 3))
    return plan(*groups, opens=opens, closes=closes, interval=3600, days=days, **place)


@settings(deadline=None, max_examples=150)
@given(plans(), st.integers(0, 5))
def test_whatever_the_plan_stints_make_sense(day: Plan, replication: int) -> None:
    found = made(day, replication)

    assert len(found.groups) == len(found.agents)
    assert found.groups.tolist() == sorted(found.groups.tolist())
    planned: list[list[tuple[float, float]]] = [[] for _ in found.agents]
    for agent, start, end in found.planned:
        planned[agent].append((start, end))
    for own, should in zip(found.agents, planned, strict=True):
        assert all(start < end for start, end in should)
        assert all(before[1] <= after[0] for before, after in pairwise(should))
        assert all(one.start < one.end for one in own)
        assert all(before.end < after.start for before, after in pairwise(own))
        assert all(_inside(one, should) for one in own)
        for one, after in pairwise((*own, None)):
            assert one is not None
            follows = after is not None and after.until == one.until
            edges = [one.end, *(edge for away in one.aways for edge in (away.start, away.end))]
            assert edges[1::2] == pytest.approx(edges[:-1:2])
            assert edges[-1] == pytest.approx(after.start if follows and after else one.until)
    assert _people(day.groups[1]) + 1 == len(found.agents)


@settings(deadline=None, max_examples=60)
@given(plans())
def test_without_chance_and_pull_offs_duty_is_what_was_planned(day: Plan) -> None:
    group = day.groups[1]
    sure = Group(
        group.name,
        group.skills,
        agents=group.agents,
        shifts=group.shifts,
        overtime=group.overtime,
        overtime_agents=group.overtime_agents,
    )
    found = made(
        plan(
            sure,
            days=day.days,
            opens=day.opens,
            closes=day.closes,
            interval=day.interval,
            date=day.date,
            timezone=day.timezone,
        )
    )
    for agent, own in enumerate(found.agents):
        should = [(start, end) for person, start, end in found.planned if person == agent]
        assert sum(one.end - one.start for one in own) == pytest.approx(
            sum(end - start for start, end in should)
        )


def _inside(stint: Stint, planned: list[tuple[float, float]]) -> bool:
    """Within planned duty; two planned times that touch may be one stint."""
    reach = stint.start
    for start, end in planned:
        if start <= reach < end:
            reach = end
    return reach >= stint.end


def _people(group: Group) -> int:
    if group.shifts:
        return sum(shift.agents for shift in group.shifts)
    return max(group.agents) if isinstance(group.agents, tuple) else group.agents or 0
