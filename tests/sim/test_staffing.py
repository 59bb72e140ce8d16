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
    assert np.array_equal(found.spare, found.planned - found.total)


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


def test_a_target_that_cannot_be_met_is_told() -> None:
    with pytest.raises(SimError, match="occupancy"):
        requirement(plan(CALLS), max_occupancy=0.0)
