"""Agents needed in each interval: the formulas' figures, beside those of the plan."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim import erlang
from sim.errors import SimError
from sim.parameters import (
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
    SelfService,
    Service,
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
    assert found.planned.tolist() == [6, 10, 2, 12]
    assert found.missing == pytest.approx(np.maximum(0, found.total - found.planned))
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
    assert absent.scheduled.tolist() == np.ceil(usual.total / 0.7 - 1e-9).tolist()


def test_those_whom_the_plan_keeps_away_are_not_planned() -> None:
    found = requirement(plan(CALLS, shrinkage=0.25))
    assert found.planned == pytest.approx([4.5, 7.5, 1.5, 9])
    away = requirement(plan(CALLS, shrinkage=0.25, off_phone=OffPhone(0.1)))
    assert away.planned == pytest.approx([4.05, 6.75, 1.35, 8.1])


def test_the_plans_own_shrinkage_is_scheduled_for_unless_another_is_given() -> None:
    team = Group("all", (Skill("calls"),), agents=6, shrinkage=0.25)
    away = dataclasses.replace(team, name="away", agents=2, shrinkage=0.5)
    found = requirement(dataclasses.replace(plan(CALLS), groups=(team, away)))
    # Of eight planned, 4.5 and 1 are there.
    assert found.shrinkage == pytest.approx(1 - 5.5 / 8)
    assert found.scheduled.tolist() == np.ceil(found.total / (5.5 / 8) - 1e-9).tolist()
    given = requirement(plan(CALLS, shrinkage=0.25), shrinkage=0.0)
    assert given.scheduled.tolist() == given.total.tolist()
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
    return float(requirement(planned(*groups, **more)).missing[3])


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
