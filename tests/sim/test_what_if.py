"""Named changes to a plan, each a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.changes import Agents, Attrition, HandleTime, NewHires, Volume
from sim.errors import PlanError
from sim.expected import contacts
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Empirical,
    EvenArrivals,
    Exponential,
    Fixed,
    Group,
    LogNormal,
    Outage,
    Plan,
    PoissonArrivals,
    RecordedArrivals,
    Service,
    Skill,
    Surge,
    Uniform,
)
from sim.plan_file import differences, example, loads
from sim.what_if import CHANGES, apply
from tests.sim.strategies import plans

DAY = loads(example("day"))
MIXED = loads(example("multi-skill"))
CURVE = {
    "learning_curve": {
        "weeks": [0, 8],
        "handle_time_factor": [1.6, 1],
        "resolution_factor": [0.8, 1],
    }
}


def after(change: Mapping[str, Any], plan: Plan = DAY) -> Plan:
    return apply(plan, [change])


def kind(plan: Plan, name: str) -> CallType:
    return next(one for one in plan.call_types if one.name == name)


def heads(plan: Plan, name: str) -> int:
    group = next(one for one in plan.groups if one.name == name)
    return sum(shift.agents for shift in group.shifts)


def refused(change: Mapping[str, Any], plan: Plan = DAY) -> str:
    with pytest.raises(PlanError) as caught:
        apply(plan, [change])
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_volume_of_all_and_of_one() -> None:
    more = after({"volume": "+20 %"})
    assert contacts(more).sum(axis=1) == pytest.approx(1.2 * contacts(DAY).sum(axis=1))
    chats = after({"volume": {"by": "-50 %", "call_types": ["chat"]}})
    expected = contacts(DAY).sum(axis=1) * [1, 0.5, 1]
    assert contacts(chats).sum(axis=1) == pytest.approx(expected)
    assert apply(DAY, [Volume("+20 %")]) == more  # type: ignore[arg-type]


def test_volume_of_one_call_type_of_a_mix() -> None:
    more = after({"volume": {"by": "+50 %", "call_types": ["Sales"]}}, MIXED)
    before, now = contacts(MIXED).sum(axis=1), contacts(more).sum(axis=1)
    assert now == pytest.approx(before * [1, 1, 1.5])
    assert more.mix is not None
    assert sum(more.mix.shares.values()) == pytest.approx(1)


def test_volume_of_every_pattern() -> None:
    def with_arrivals(arrivals: Any) -> Plan:
        return Plan((CallType("a", Service(Fixed(1.0)), arrivals),), _anybody())

    def scaled(arrivals: Any, by: str) -> Any:
        return after({"volume": by}, with_arrivals(arrivals)).call_types[0].arrivals

    assert scaled(ConstantArrivals(60.0), "+50 %") == ConstantArrivals(90.0)
    assert scaled(PoissonArrivals((10.0, 4.0)), "-50 %") == PoissonArrivals((5.0, 2.0))
    assert scaled(EvenArrivals((3, 3, 3, 3)), "-50 %") == EvenArrivals((2, 1, 1, 2))
    times = tuple(float(t) for t in (36_000 + np.arange(100) ** 2))
    more = scaled(RecordedArrivals(times), "+50 %").times
    assert len(more) == 150
    assert list(more) == sorted(more)
    assert np.quantile(more, [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(times, [0.1, 0.5, 0.9]), rel=2e-3
    )
    assert scaled(RecordedArrivals(times), "-100 %").times == ()


def _anybody() -> tuple[Group, ...]:
    return (Group("g", (Skill("a"),), 1),)


def test_an_outbound_list_grows_only_when_it_is_named() -> None:
    blend = loads(example("blend"))
    assert kind(after({"volume": "+20 %"}, blend), "offers") == kind(blend, "offers")
    named = after({"volume": {"by": "+20 %", "call_types": ["offers"]}}, blend)
    dialling = kind(named, "offers").dialling
    assert dialling is not None
    assert dialling.contacts == 360


def test_handle_time_longer_in_seconds_and_per_cent() -> None:
    for by, factor in (("+30 s", 320 / 290), ("+10 %", 1.1), ("-29 s", 0.9)):
        service = kind(after({"handle_time": {"by": by, "call_types": ["calls"]}}), "calls").service
        old = kind(DAY, "calls").service
        assert service.mean == pytest.approx(old.mean * factor)
        assert service.talk.mean == pytest.approx(old.talk.mean * factor)
        assert isinstance(service.talk, LogNormal)
        assert service.talk.sd == pytest.approx(180 * factor)


def test_handle_time_of_one_part() -> None:
    longer = after({"handle_time": {"by": "+20 s", "part": "after_call"}})
    assert kind(longer, "calls").service.after_call == Exponential(60.0)
    assert kind(longer, "calls").service.talk == kind(DAY, "calls").service.talk
    assert kind(longer, "mail") == kind(DAY, "mail")
    assert refused({"handle_time": {"by": "+9 s", "part": "hold", "call_types": ["mail"]}}) == (
        "what_if[1]: mail has no hold to change"
    )


def test_handle_time_where_a_group_has_its_own() -> None:
    text = example("small").replace(
        "skills: [calls]", "skills: [{call_type: calls, service: {talk: 100}}]"
    )
    longer = apply(loads(text), [HandleTime("+10 %")])  # type: ignore[arg-type]
    service = longer.groups[0].skills[0].service
    assert service is not None
    assert service.mean == pytest.approx(110)


def test_other_distributions_stretch() -> None:
    for talk, stretched in (
        (Uniform(10.0, 30.0), Uniform(20.0, 60.0)),
        (Empirical((1.0, 3.0)), Empirical((2.0, 6.0))),
        (Fixed(5.0), Fixed(10.0)),
    ):
        plan = Plan((CallType("a", Service(talk)),), _anybody())
        assert after({"handle_time": "+100 %"}, plan).call_types[0].service.talk == stretched


def test_outage_and_surge_are_added() -> None:
    both = apply(DAY, [{"outage": {"start": "10:00", "end": "10:30"}}, Surge(3e4, 4e4, 2.0)])
    assert both.outages == (Outage(36_000.0, 37_800.0),)
    assert both.surges == (Surge(3e4, 4e4, 2.0),)


def test_self_service() -> None:
    menu = kind(after({"self_service": 0.4}), "calls").self_service
    assert menu is not None
    assert (menu.contained, menu.abandoned) == (0.4, 0.03)
    small = loads(example("small"))
    assert "give the menu's time as well" in refused({"self_service": 0.4}, small)
    new = after({"self_service": {"contained": 0.4, "time": 30}}, small)
    assert new.call_types[0].self_service is not None
    assert "must not add up to more than 1" in refused({"self_service": 0.99})


def test_new_hires_are_a_group_with_the_same_skills_and_hours() -> None:
    plan = loads(f"base: day\nlearning_curve: {CURVE['learning_curve']}".replace("'", ""))
    more = apply(plan, [NewHires("Calls", 7, weeks=2)])
    hired, old = more.groups[-1], more.groups[0]
    assert (hired.name, hired.weeks, hired.skills) == ("Calls new hires", 2, old.skills)
    assert [shift.agents for shift in hired.shifts] == [3, 2, 2]
    assert [shift.start for shift in hired.shifts] == [shift.start for shift in old.shifts]
    chats = apply(plan, [NewHires("Chats", 3)]).groups[-1].agents
    assert isinstance(chats, tuple)
    assert max(chats) == 3
    change = {"new_hires": {"group": "Calls", "agents": 2}}
    assert "new hires need a learning_curve" in refused(change)


def test_attrition_of_all_and_of_one_group() -> None:
    less = after({"attrition": 0.3})
    assert heads(less, "Calls") == round(0.7 * 42)
    assert heads(less, "All-rounders") == round(0.7 * 9)
    one = apply(DAY, [Attrition(0.5, "Calls")])
    assert (heads(one, "Calls"), one.groups[1:]) == (21, DAY.groups[1:])


def test_overtime_early_leave_training_shrinkage_and_routing() -> None:
    plan = apply(
        DAY,
        [
            {"overtime": {"time": "30 min", "group": "Calls", "agents": 5}},
            {"early_leave": {"time": "1 h", "group": "Mails"}},
            {"training": {"group": "Calls", "start": "14:00", "end": "15:00", "agents": 12}},
            {"shrinkage": 0.12},
            {"routing": ["longest-wait", {"rule": "blend", "options": {"idle": 3}}]},
        ],
    )
    calls, mails = plan.groups[0], plan.groups[2]
    assert (calls.overtime, calls.overtime_agents) == (1800, 5)
    assert (mails.early_leave, mails.early_leave_agents) == (3600, 4)
    assert [(one.start, one.agents) for one in calls.pull_offs] == [(14 * 3600, 12)]
    assert {group.shrinkage for group in plan.groups} == {0.12}
    assert [rule.rule for rule in plan.routing] == ["longest-wait", "blend"]


def test_patience() -> None:
    longer = after({"patience": {"by": "+30 s", "call_types": ["calls"]}})
    patience = kind(longer, "calls").patience
    assert patience is not None
    assert patience.time.mean == pytest.approx(180)
    assert patience.balk == 0.02
    all_of_them = kind(after({"patience": "-50 %"}), "chat").patience
    assert all_of_them is not None
    assert all_of_them.time.mean == pytest.approx(120)
    assert "mail has no patience" in refused({"patience": {"by": "+1 s", "call_types": ["mail"]}})
    assert "nothing would be left" in refused({"patience": "-1 h"})


def test_agents_by_interval_and_by_shift() -> None:
    assert heads(after({"agents": {"group": "Calls", "by": "+2"}}), "Calls") == 44
    assert heads(after({"agents": {"group": "Calls", "by": -2}}), "Calls") == 40
    part = after({"agents": {"group": "Chats", "by": "+2", "start": "10:00", "end": "11:00"}})
    before, now = DAY.groups[1].agents, part.groups[1].agents
    assert isinstance(before, tuple)
    assert isinstance(now, tuple)
    assert [b - a for a, b in zip(before, now, strict=True)] == [0] * 4 + [2, 2] + [0] * 18
    fewer = apply(DAY, [Agents("Chats", "-100 %")]).groups[1].agents  # type: ignore[arg-type]
    assert fewer == (0,) * 24
    assert 'name one by its start, shift: "08:00" or "09:00" or "11:30"' in refused(
        {"agents": {"group": "Calls", "by": 1, "start": "10:00"}}
    )


def test_agents_of_one_shift() -> None:
    more = after({"agents": {"group": "Calls", "by": "+2", "shift": "09:00"}})
    assert [shift.agents for shift in more.groups[0].shifts] == [18, 12, 14]
    assert differences(DAY, more) == ["groups[Calls].shifts[09:00].agents: 10 -> 12"]
    half = after({"agents": {"group": "Calls", "by": "-50 %", "shift": "11:30"}})
    assert [shift.agents for shift in half.groups[0].shifts] == [18, 10, 7]
    wrong = {"agents": {"group": "Calls", "by": "+2", "shift": "10:00"}}
    assert 'there are "08:00" or "09:00" or "11:30"' in refused(wrong)
    assert "Chats has no shifts" in refused(
        {"agents": {"group": "Chats", "by": "+2", "shift": "10:00"}}
    )
    both = {"agents": {"group": "Calls", "by": "+2", "shift": "09:00", "start": "09:00"}}
    assert "shift says when already" in refused(both)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"volume": {"by": "+1 %", "call_types": ["cals"]}}, "did you mean calls?"),
        ({"training": {"group": "Call", "start": 1, "end": 2, "agents": 1}}, "did you mean Calls?"),
        ({"volume": "+30 s"}, 'write the change in per cent, as "+20 %"'),
        ({"volume": "twenty"}, 'write the change as "+20 %"'),
        ({"volume": "+1 000 000 %"}, "per cent"),
        ({"volume": "-200 %"}, "a change must be from -100 %"),
        ({"handle_time": "30 s"}, 'write the change as "+20 %"'),
        ({"agents": {"group": "Calls", "by": "+999999999"}}, "less than or equal to 100000"),
        ({}, "one change for each dash, got none"),
        ({"attrition": 2}, "attrition.share"),
    ],
)
def test_changes_that_make_no_sense(change: Mapping[str, Any], fault: str) -> None:
    assert fault in refused(change)


def test_order_counts_and_the_plan_itself_stays() -> None:
    before = loads(example("day"))
    double = [{"volume": "+100 %"}, {"volume": "-50 %"}]
    assert apply(DAY, double) == DAY == before
    assert apply(DAY, []) is DAY
    with pytest.raises(PlanError, match=r"what_if\[2\]"):
        apply(DAY, [double[0], {"volume": "x"}])


def test_differences_are_told_by_name() -> None:
    plan = apply(
        DAY,
        [
            {"volume": {"by": "+20 %", "call_types": ["chat"]}},
            {"overtime": {"time": 1800, "group": "Calls", "agents": 5}},
            {"outage": {"start": "10:00", "end": "10:30"}},
            {"routing": ["longest-wait"]},
        ],
    )
    assert differences(DAY, plan) == [
        "outages: none -> [{start: 10:00, end: 10:30, what: lines, handle_time_factor: 1.5}]",
        "routing: [skill-levels, longest-wait, longest-idle] -> [longest-wait]",
        "call_types[chat].arrivals.per_interval: 422 -> 506.4 in all, 24 of 24 figures differ",
        "groups[Calls].overtime: 0 -> 1800",
        "groups[Calls].overtime_agents: 0 -> 5",
    ]
    assert differences(DAY, DAY) == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_any_plan_can_be_changed_or_says_why_not(plan: Plan) -> None:
    group = plan.groups[0].name
    window = {"start": plan.opens, "end": plan.opens + 600}
    changes: list[Mapping[str, Any]] = [
        *({"volume": "+20 %"}, {"handle_time": "+30 s"}, {"self_service": 0.1}),
        *({"outage": window}, {"surge": {**window, "factor": 2}}, {"attrition": 0.3}),
        {"new_hires": {"group": group, "agents": 3}},
        *({"overtime": 600}, {"early_leave": 600}, {"patience": "+10 %"}, {"shrinkage": 0.1}),
        {"training": {**window, "group": group, "agents": 1}},
        *({"agents": {"group": group, "by": "+1"}}, {"routing": ["longest-wait"]}),
    ]
    assert {key for change in changes for key in change} == set(CHANGES)
    for change in changes:
        changed = _outcome(plan, change)
        if isinstance(changed, Plan):
            assert changed.name == plan.name
        else:
            assert len(changed) == 1
            assert changed[0].startswith("what_if[1]: ")


def _outcome(plan: Plan, change: Mapping[str, Any]) -> Plan | list[str]:
    try:
        return apply(plan, [change])
    except PlanError as error:
        return error.problems
