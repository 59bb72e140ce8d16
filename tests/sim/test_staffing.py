"""Agents needed in each interval: the formulas' figures, beside those of the plan."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from sim import erlang
from sim.errors import SimError
from sim.parameters import (
    Adherence,
    CallType,
    ConstantArrivals,
    Dialling,
    EvenArrivals,
    Exponential,
    Fixed,
    Group,
    LearningCurve,
    OffPhone,
    Patience,
    Plan,
    PoissonArrivals,
    PullOff,
    SelfService,
    Service,
    Shift,
    Skill,
    Target,
)
from sim.staffing import requirement

CALLS = CallType(
    "calls",
    Service(Exponential(240.0), after_call=Fixed(60.0)),
    PoissonArrivals((30.0, 60.0, 0.0, 90.0)),
    patience=Patience(Exponential(120.0)),
)


def plan(*kinds: CallType, **more: object) -> Plan:
    names = tuple(Skill(kind.name) for kind in kinds)
    given = {"agents": (6, 10, 2, 12), **more}
    team = Group("team", names, **given)  # type: ignore[arg-type]
    return Plan(kinds, (team,), opens=8 * 3600.0, closes=10 * 3600.0)


def test_each_interval_needs_what_erlang_a_says() -> None:
    found = requirement(plan(CALLS))
    assert found.contacts.tolist() == [[30, 60, 0, 90]]
    assert found.erlangs.tolist() == [[5, 10, 0, 15]]
    for place, calls in enumerate((30, 60, 0, 90)):
        fewest = erlang.staff(calls / 1800, 300.0, patience=120.0).servers if calls else 0
        assert found.needed[0, place] == fewest
    assert found.on_duty.tolist() == found.scheduled.tolist() == [[6, 10, 2, 12]]
    assert found.missing == pytest.approx(np.maximum(0, found.total - found.on_duty))
    assert found.to_schedule.tolist() == [found.total.tolist()]
    assert found.to_add == pytest.approx(found.missing)
    assert found.missing.max() > 0


def test_nobody_can_be_scheduled_who_is_never_there() -> None:
    with pytest.raises(SimError, match="shrinkage must be a share"):
        requirement(plan(CALLS), shrinkage=1.0)


def test_targets_occupancy_and_shrinkage_ask_for_more() -> None:
    usual = requirement(plan(CALLS))
    strict = requirement(plan(CALLS), target=Target(0.95, 10.0))
    calm = requirement(plan(CALLS), max_occupancy=0.7)
    assert (strict.total >= usual.total).all()
    assert strict.total[3] > usual.total[3]
    assert calm.total[3] > usual.total[3]
    absent = requirement(plan(CALLS), shrinkage=0.3)
    assert absent.total.tolist() == usual.total.tolist()
    assert absent.to_schedule.tolist() == [np.ceil(usual.total / 0.7 - 1e-9).tolist()]


def test_those_whom_the_plan_keeps_away_are_scheduled_but_not_on_duty() -> None:
    found = requirement(plan(CALLS, shrinkage=0.25))
    assert found.on_duty[0] == pytest.approx([4.5, 7.5, 1.5, 9])
    assert found.scheduled.tolist() == [[6, 10, 2, 12]]
    away = requirement(plan(CALLS, shrinkage=0.25, off_phone=OffPhone(0.1)))
    assert away.on_duty[0] == pytest.approx([4.05, 6.75, 1.35, 8.1])
    assert away.scheduled.tolist() == [[6, 10, 2, 12]]


@pytest.mark.parametrize("own", [True, False])
def test_missing_is_of_those_on_duty_and_to_add_of_those_scheduled(own: bool) -> None:
    """The same share off the phones, in the plan or beside it, tells the same."""
    less = {"off_phone": OffPhone(0.28)} if own else {"shrinkage": 0.5}
    found = requirement(plan(CALLS, **less), shrinkage=None if own else 0.28)
    assert found.shrinkage == pytest.approx(0.28)
    assert found.scheduled.tolist() == [[6, 10, 2, 12]]
    assert found.on_duty[0] == pytest.approx([4.32, 7.2, 1.44, 8.64])
    assert found.missing == pytest.approx(np.maximum(0, found.total - found.on_duty))
    assert found.to_add == pytest.approx(np.maximum(0, found.to_schedule - found.scheduled))
    assert found.to_add[0, 3] > found.missing[0, 3] > 0


def test_who_comes_late_goes_early_or_is_in_a_training_is_not_on_duty() -> None:
    shift = Shift(8 * 3600.0, 10 * 3600.0, 10)
    stray = Adherence(Fixed(360.0), Fixed(180.0))
    training = PullOff(8.5 * 3600, 9 * 3600, 3)
    team = {"agents": None, "shifts": (shift,), "adherence": stray, "pull_offs": (training,)}
    found = requirement(plan(CALLS, shrinkage=0.2, **team))
    assert found.scheduled[0] == pytest.approx([10, 7, 10, 10])
    # Eight come; the training takes three of them all the same.
    assert found.on_duty[0] == pytest.approx([8 * 0.8, 5, 8, 8 * 0.9])
    # A share of one's own is instead of those absent and late, not of the training.
    assert requirement(plan(CALLS, **team), shrinkage=0.5).on_duty[0] == pytest.approx(
        [5, 3.5, 5, 5]
    )


def test_where_nobody_can_be_on_duty_the_shrinkage_is_that_of_all() -> None:
    """Who comes half an hour late leaves the first half hour to nobody, however many they are."""
    late = Adherence(late=Fixed(1800.0))
    shift = Shift(8 * 3600.0, 10 * 3600.0, 4)
    found = requirement(plan(CALLS, agents=None, shifts=(shift,), adherence=late))
    assert found.on_duty[0] == pytest.approx([0, 4, 4, 4])
    assert found.to_schedule[0, 0] == erlang.scheduled(int(found.total[0]), 0.25)
    assert found.to_schedule[0, 1] == found.total[1]


def test_overtime_and_going_early_are_scheduled() -> None:
    shift = Shift(8 * 3600.0, 9 * 3600.0, 4)
    longer = plan(CALLS, agents=None, shifts=(shift,), overtime=900.0, overtime_agents=2)
    assert requirement(longer).scheduled[0] == pytest.approx([4, 4, 1, 0])


def test_each_day_is_looked_at_by_itself() -> None:
    shifts = tuple(
        Shift(8 * 3600.0, 10 * 3600.0, agents, days=(day,)) for day, agents in ((0, 40), (1, 2))
    )
    team = Group("team", (Skill("calls"),), shifts=shifts)
    found = requirement(dataclasses.replace(plan(CALLS), groups=(team,), days=20))
    assert found.on_duty[0].tolist() == [40] * 4
    assert found.on_duty[1].tolist() == [2] * 4
    assert found.on_duty[19].tolist() == [0] * 4
    assert found.missing[0].tolist() == [0] * 4
    assert found.missing[1] == pytest.approx(np.maximum(0, found.total - 2))
    assert found.missing[19] == pytest.approx(found.total)


def test_an_hour_that_is_skipped_needs_nobody() -> None:
    night = Plan(
        (dataclasses.replace(CALLS, arrivals=ConstantArrivals(60.0)),),
        (Group("team", (Skill("calls"),), 2),),
        opens=0.0,
        closes=5 * 3600.0,
        interval=3600,
        days=2,
        date=datetime.date(2026, 3, 28),
        timezone="Europe/Berlin",
    )
    found = requirement(night)
    assert np.isnan(found.missing).tolist() == [[False] * 5, [False, False, True, False, False]]
    for figures in (found.on_duty, found.scheduled, found.to_schedule, found.to_add):
        assert np.isnan(figures).tolist() == np.isnan(found.missing).tolist()


def test_the_plans_own_shrinkage_is_scheduled_for_unless_another_is_given() -> None:
    team = Group("all", (Skill("calls"),), agents=6, shrinkage=0.25)
    away = dataclasses.replace(team, name="away", agents=2, shrinkage=0.5)
    found = requirement(dataclasses.replace(plan(CALLS), groups=(team, away)))
    # Of eight planned, 4.5 and 1 are there.
    assert found.shrinkage == pytest.approx(1 - 5.5 / 8)
    assert found.to_schedule.tolist() == [np.ceil(found.total / (5.5 / 8) - 1e-9).tolist()]
    given = requirement(plan(CALLS, shrinkage=0.25), shrinkage=0.0)
    assert given.to_schedule.tolist() == [given.total.tolist()]
    nobody = dataclasses.replace(plan(CALLS), groups=(dataclasses.replace(team, agents=0),))
    assert requirement(nobody).shrinkage == 0


def test_what_the_menu_keeps_needs_nobody() -> None:
    menu = SelfService(Fixed(30.0), contained=0.4, abandoned=0.1)
    half = requirement(plan(dataclasses.replace(CALLS, self_service=menu)))
    assert half.contacts.tolist() == [[15, 30, 0, 45]]


def test_chats_mails_and_lists() -> None:
    chat = CallType("chat", Service(Fixed(600.0)), ConstantArrivals(60.0), channel="chat")
    mail = CallType("mail", Service(Fixed(300.0)), EvenArrivals((0, 0, 9, 0)), channel="email")
    sales = CallType(
        "sales", Service(Fixed(60.0)), channel="outbound", dialling=Dialling(500, right_party=0.5)
    )
    found = requirement(plan(chat, mail, sales, concurrency=3, slowdown=(1.0, 1.1, 1.2)))
    seats = erlang.staff(60 / 3600, 600.0 * 1.2).servers
    assert found.needed[0].tolist() == [-(-seats // 3)] * 4
    # Nine mails of five minutes are an hour and a half of half an hour.
    assert found.needed[1].tolist() == [0, 0, 2, 0]
    assert found.needed[2].tolist() == [0, 0, 0, 0]
    alone = requirement(plan(chat))
    assert alone.needed[0].tolist() == [erlang.staff(60 / 3600, 600.0).servers] * 4


MAIL = CallType(
    "mail",
    Service(Fixed(600.0)),
    ConstantArrivals(6.0, start=0.0, end=86_400.0),
    channel="email",
    target=Target(0.9, 86_400.0),
)


def test_mails_of_the_night_are_done_at_an_even_pace_in_their_targets_time() -> None:
    # 144 mails of ten minutes are a day's 24 hours of work, to be done in two.
    found = requirement(plan(MAIL))
    assert found.erlangs[0] == pytest.approx([12.0] * 4)
    assert found.needed[0].tolist() == [12] * 4
    assert found.contacts[0].tolist() == [3] * 4
    # Within an hour: in the half hour it comes and the next; what comes at night when it opens.
    quick = requirement(plan(dataclasses.replace(MAIL, target=Target(0.9, 3600.0))))
    assert quick.erlangs[0] * 3 == pytest.approx([44 * 3 + 1.5, 3, 3, 1.5 + 3])


TWO = (CALLS, dataclasses.replace(CALLS, name="orders"))


def planned(*groups: Group, **more: object) -> Plan:
    return Plan(TWO, groups, opens=8 * 3600.0, closes=10 * 3600.0, **more)  # type: ignore[arg-type]


def missing(*groups: Group, **more: object) -> float:
    return float(requirement(planned(*groups, **more)).missing[0, 3])


def test_agents_without_the_skill_make_up_for_nobody() -> None:
    each = int(requirement(planned(Group("a", (Skill("calls"),), 1))).needed[0, 3])
    alone = (Group("a", (Skill("calls"),), each + 9), Group("b", (Skill("orders"),), each - 3))
    assert missing(*alone) == pytest.approx(3)
    helped = (Group("a", (Skill("calls"), Skill("orders")), each + 9), alone[1])
    assert missing(*helped) == pytest.approx(0)
    # Twenty seconds are the target: who may help after them is too late for it.
    for after, lacking in ((19.0, 0.0), (20.0, 3.0)):
        skills = (Skill("calls"), Skill("orders", after=after))
        assert missing(Group("a", skills, each + 9), alone[1]) == pytest.approx(lacking)


def test_whom_others_cannot_stand_for_must_be_scheduled_though_there_are_many() -> None:
    each = int(requirement(planned(Group("a", (Skill("calls"),), 1))).needed[0, 3])
    away = OffPhone(0.2)
    many = Group("a", (Skill("calls"),), 5 * each, off_phone=away)
    found = requirement(planned(many, Group("b", (Skill("orders"),), 0, off_phone=away)))
    assert found.scheduled[0, 3] > found.to_schedule[0, 3]
    assert found.missing[0, 3] == pytest.approx(each)
    assert found.to_add[0, 3] == pytest.approx(each / 0.8)


def test_a_slow_agent_counts_for_less_than_one() -> None:
    each = int(requirement(planned(Group("a", (Skill("calls"),), 1))).needed[0, 3])
    rest = Group("b", (Skill("orders"),), each)
    slow = (Skill("calls", handle_time_factor=2.0),)
    assert missing(Group("a", slow, each), rest) == pytest.approx(each / 2)
    longer = Service(Exponential(1140.0), after_call=Fixed(60.0))
    own = (Skill("calls", service=longer),)
    assert missing(Group("a", own, each), rest) == pytest.approx(each * 3 / 4)
    curve = LearningCurve((0.0, 10.0), (2.0, 1.0), (0.5, 1.0))
    new = Group("a", (Skill("calls"),), each, weeks=5.0)
    lacking = missing(new, rest, learning_curve=curve)
    assert lacking == pytest.approx(each * (1 - 1 / 1.5))


def test_a_target_that_cannot_be_met_is_told() -> None:
    with pytest.raises(SimError, match="occupancy"):
        requirement(plan(CALLS), max_occupancy=0.0)
