"""Parameters are frozen and checked: every figure has a least and a most, and what does not go
together is told with its line, what was expected and what came."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import pytest
from pydantic import TypeAdapter, ValidationError

import sim.parameters
from sim.plan_file import example, loads
from sim.plan_files import shapes
from tests.sim.test_plan_file import changed, faults

KINDS = {
    name: kind
    for name in sim.parameters.__all__
    if dataclasses.is_dataclass(kind := getattr(sim.parameters, name))
}


class Bounds(NamedTuple):
    """What a figure may just be, and what it may just not be."""

    least: Any
    most: Any
    too_little: Any
    too_much: Any


YEAR = 366 * 86400
NEVER = Bounds(0, YEAR, -0.001, YEAR + 1)
SECONDS = Bounds(0.001, YEAR, 0, YEAR + 1)
CLOCK = Bounds(0, 172_800, -1, 172_801)
SHARE = Bounds(0, 1, -0.001, 1.001)
NOT_ALL = Bounds(0, 0.999, -0.001, 1)
FACTOR = Bounds(0.001, 100, 0, 100.1)
CONTACTS = Bounds(0, 10**7, -1, 10**7 + 1)
MONEY = Bounds(0, 10**6, -0.01, 10**6 + 1)
HEADS = Bounds(0, 100_000, -1, 100_001)
MILLION = Bounds(0, 10**6, -1, 10**6 + 1)
TRIES = Bounds(1, 50, 0, 51)
CALLS = Bounds(1, 20, 0, 21)
WEEKS = Bounds(0, 520, -1, 521)
REPLICATIONS = Bounds(1, 100_000, 0, 100_001)

FIGURES = {
    "Batch.mean": Bounds(1, 1000, 0.9, 1001),
    "Break.start": CLOCK,
    "Break.length": SECONDS,
    "CallType.priority": Bounds(-(10**6), 10**6, -(10**6) - 1, 10**6 + 1),
    "CallType.ageing": MILLION,
    "CallType.capacity": MILLION,
    "CallType.busyness": Bounds(0, 3, -0.1, 3.1),
    "CallType.revenue": MONEY,
    "CallType.cost_per_minute": MONEY,
    "Callback.offered_over": NEVER,
    "Callback.accepted": SHARE,
    "Callback.reached": SHARE,
    "Callback.attempts": CALLS,
    "Callback.again": NEVER,
    "Callback.ring": NEVER,
    "Callback.promised": NEVER,
    "ConstantArrivals.per_hour": CONTACTS,
    "ConstantArrivals.start": CLOCK,
    "ConstantArrivals.end": CLOCK,
    "Consult.share": SHARE,
    "Consult.wait": SECONDS,
    "Dialling.contacts": MILLION,
    "Dialling.right_party": SHARE,
    "Dialling.start": CLOCK,
    "Dialling.attempts": CALLS,
    "Dialling.again": NEVER,
    "Empirical.values": NEVER,
    "Erlang.mean": SECONDS,
    "Erlang.phases": Bounds(1, 1000, 0, 1001),
    "EvenArrivals.per_interval": CONTACTS,
    "EvenArrivals.start": CLOCK,
    "Experiment.replications": REPLICATIONS,
    "Experiment.precision": Bounds(0.001, 0.999, 0, 1),
    "Experiment.at_most": REPLICATIONS,
    "Experiment.confidence": Bounds(0.501, 0.999, 0.5, 1),
    "Exponential.mean": SECONDS,
    "Fixed.value": NEVER,
    "Gamma.mean": SECONDS,
    "Gamma.sd": SECONDS,
    "Group.agents": HEADS,
    "Group.concurrency": CALLS,
    "Group.slowdown": FACTOR,
    "Group.shrinkage": NOT_ALL,
    "Group.overtime": NEVER,
    "Group.overtime_agents": HEADS,
    "Group.early_leave": NEVER,
    "Group.early_leave_agents": HEADS,
    "Group.weeks": WEEKS,
    "Group.cost_per_hour": MONEY,
    "LearningCurve.weeks": WEEKS,
    "LearningCurve.handle_time_factor": FACTOR,
    "LearningCurve.resolution_factor": Bounds(0.001, 1, 0, 1.001),
    "LogNormal.mean": SECONDS,
    "LogNormal.sd": SECONDS,
    "Mix.shares": SHARE,
    "OffPhone.share": NOT_ALL,
    "OffPhone.length": SECONDS,
    "Outage.start": CLOCK,
    "Outage.end": CLOCK,
    "Outage.handle_time_factor": FACTOR,
    "Patience.balk": SHARE,
    "Patience.announced": FACTOR,
    "Plan.opens": CLOCK,
    "Plan.closes": CLOCK,
    "Plan.days": Bounds(1, 366, 0, 367),
    "Plan.correlation": SHARE,
    "Plan.trunks": MILLION,
    "Plan.warm_up": NEVER,
    "Plan.seed": Bounds(0, 2**63 - 1, -1, 2**63),
    "PoissonArrivals.per_interval": CONTACTS,
    "PoissonArrivals.start": CLOCK,
    "PullOff.start": CLOCK,
    "PullOff.end": CLOCK,
    "PullOff.agents": HEADS,
    "RecordedArrivals.times": CLOCK,
    "Resolution.first_contact": SHARE,
    "Resolution.repeat": SHARE,
    "Resolution.attempts": TRIES,
    "Retrial.after_abandoning": SHARE,
    "Retrial.after_busy": SHARE,
    "Retrial.attempts": TRIES,
    "SelfService.contained": SHARE,
    "SelfService.abandoned": SHARE,
    "Shift.start": CLOCK,
    "Shift.end": CLOCK,
    "Shift.agents": HEADS,
    "Shift.days": Bounds(0, 366, -1, 367),
    "Skill.level": Bounds(1, 100, 0, 101),
    "Skill.after": NEVER,
    "Skill.reserve": HEADS,
    "Skill.handle_time_factor": FACTOR,
    "Surge.start": CLOCK,
    "Surge.end": CLOCK,
    "Surge.factor": Bounds(0, 100, -0.1, 100.1),
    "Target.share": SHARE,
    "Target.within": NEVER,
    "Target.short_abandon": NEVER,
    "Transfer.share": SHARE,
    "Uniform.low": NEVER,
    "Uniform.high": SECONDS,
}


def taken(field: str, value: Any) -> bool:
    """Alone, in a list or behind a key, whatever the field is made of."""
    name, _, key = field.partition(".")
    return any(fits(shapes.hints(KINDS[name])[key], one) for one in (value, [value], {"a": value}))


def fits(annotation: Any, value: Any) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("field", FIGURES)
def test_a_figure_has_a_least_and_a_most(field: str) -> None:
    bounds = FIGURES[field]
    assert taken(field, bounds.least)
    assert taken(field, bounds.most)
    for wrong in (bounds.too_little, bounds.too_much, float("nan"), float("inf"), "x"):
        assert not taken(field, wrong), wrong


def test_no_figure_is_left_out() -> None:
    found = {
        f"{name}.{key}"
        for name, kind in KINDS.items()
        for key, annotation in shapes.hints(kind).items()
        if "metadata=[Ge" in repr(annotation) or "metadata=[Gt" in repr(annotation)
        if not shapes.dataclasses_in(annotation)
    }
    assert found == set(FIGURES)


def test_a_plan_is_frozen_to_the_last_figure() -> None:
    for kind in KINDS.values():
        assert kind.__dataclass_params__.frozen, kind
    plan = loads(example("day"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.call_types[0].priority = 7.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("Target.within", "90 s", 90),
        ("Target.within", "90sec", 90),
        ("Target.within", "1:30", 90),
        ("Target.within", "1:00:05", 3605),
        ("Target.within", "1.5 min", 90),
        ("Target.within", "2 h", 7200),
        ("Target.within", "1 d", 86400),
        ("Plan.opens", "09:30", 34200),
        ("Plan.opens", "26:30:15", 95415),
        ("Target.share", "80 %", 0.8),
        ("Target.share", "87.5%", 0.875),
        ("CallType.busyness", "10 %", 0.1),
        ("Experiment.precision", "1 %", 0.01),
        ("Experiment.confidence", "99 %", 0.99),
    ],
)
def test_figures_may_be_written_with_their_unit(field: str, written: str, meant: float) -> None:
    name, _, key = field.partition(".")
    found = TypeAdapter(shapes.hints(KINDS[name])[key]).validate_python(written)
    assert found == pytest.approx(meant)


KIND = "call_types[billing]"
GROUP = "groups[Front desk]"
ARRIVALS = "{pattern: poisson, per_interval: [10, 20, 30, 40]}"
HOUR = 'start: "10:00", end: "11:00"'


def of_kind(more: str) -> tuple[str, str]:
    return "    patience:", f"    {more}\n    patience:"


def of_group(more: str) -> tuple[str, str]:
    return "    agents: [3,", f"    {more}\n    agents: [3,"


def of_plan(more: str) -> tuple[str, str]:
    return "routing:", f"{more}\nrouting:"


def shifts(*written: str) -> tuple[str, str]:
    return "agents: [3, 4, 5, 5]", f"shifts: [{', '.join(written)}]"


def constant(more: str) -> tuple[str, str]:
    return ARRIVALS, f"{{pattern: constant, per_hour: 60, {more}}}"


MIX = "mix: {arrivals: {pattern: constant, per_hour: 60}, shares: {%s}}"


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (('opens: "09:00"', 'opens: "11:00"'), "line 2: closes: must be after opens, got 11:00 to"),
        (
            ('closes: "11:00"', 'closes: "34:00"\ndays: 2'),
            "line 2: closes: with several days a day must not be open for more than 24 hours, got "
 "09:00 to 34:00",
        ),
        (("name: billing", 'name: ""'), 'line 4: call_types[].name: must not be empty, got ""'),
        (
            ("name: Front desk", f"name: {'x' * 81}"),
            f"line 12: groups[{'x' * 79}…].name: must have at most 80 letters, got \"xxx",
        ),
        (("[10, 20, 30, 40]", "[]"), f"line 5: {KIND}.arrivals.per_interval: needs at least 1"),
        (
            constant('start: "10:30", end: "10:00"'),
            f"line 5: {KIND}.arrivals: end must be after start, got 10:30 to 10:00 (after midnight",
        ),
        (
            constant('start: "11:00"'),
            f"line 5: {KIND}.arrivals: end must be after start, got 11:00 to 11:00",
        ),
        (
            (ARRIVALS, '{pattern: even, per_interval: [10.5]}'),
            f"line 5: {KIND}.arrivals.per_interval[1]: must be a whole number, got 10.5",
        ),
        (constant("batch: 3"), f"line 5: {KIND}.arrivals.batch: write {{mean: 3}}, got 3"),
        (
            of_kind("self_service: {time: 9, contained: 0.7, abandoned: 0.4}"),
            f"line 10: {KIND}.self_service: contained and abandoned are shares of the same callers "
            "and must not add up to more than 1, got 1.1",
        ),
        (
            of_kind("transfers: [{to: billing, share: 0.7}, {to: billing, share: 0.4}]"),
            f"line 4: {KIND}: the transfers' shares must not add up to more than 1, got 1.1",
        ),
        (of_kind("channel: outbound"), f"line 4: {KIND}: the channel outbound and a dialling list"),
        (
            of_kind("dialling: {contacts: 9, right_party: 0.3}"),
            f"line 4: {KIND}: the channel outbound and a dialling list belong together",
        ),
        (
            of_kind("dialling: {contacts: 9, right_party: 0.3}\n    channel: outbound"),
            f"line 4: {KIND}: outbound contacts come from the dialling list, not from arrivals",
        ),
        (
            of_kind("channel: email"),
            f"line 4: {KIND}: nobody waits on the line for email: leave patience out",
        ),
        (
            of_kind("consult: {to: billing, share: 0.1, time: 60}\n    channel: chat"),
            f"line 4: {KIND}: a consult puts the caller on hold: it belongs to the channel voice",
        ),
        (
            of_kind("transfers: [{to: biling, share: 0.1}]"),
            f"line 10: {KIND}.transfers: no call type is called biling: did you mean billing?",
        ),
        (
            of_kind("consult: {to: sales, share: 0.1, time: 60}"),
            f"line 10: {KIND}.consult: no call type is called sales: there are billing",
        ),
        (
            of_kind("channel: e-mail"),
            f"line 10: {KIND}.channel: must be one of voice, chat, email, outbound, "
            'got "e-mail": did you mean email?',
        ),
        (of_kind("busyness: 10"), f'line 10: {KIND}.busyness: must be at most 3, got 10: write'),
        (
            ("after_call: 30", "after_call: {distribution: uniform, low: 9, high: 8}"),
            f"line 9: {KIND}.service.after_call: low must not be above high, got 9 and 8",
        ),
        (
            of_plan(MIX % "billing: 0.9"),
            "line 15: mix: the shares must add up to 1, got 0.9",
        ),
        (of_plan(MIX % "bill: 1"), "line 15: mix.shares: no call type is called bill: did"),
        (
            of_plan(MIX % "billing: 1"),
            f"line 4: {KIND}: has arrivals of its own and a share of the mix: leave one out",
        ),
        (
            of_plan(f"surges: [{{{HOUR}, factor: 2}}, {{{HOUR}, factor: 2, call_types: [bills]}}]"),
            "line 15: surges[2].call_types: no call type is called bills: did you mean billing?",
        ),
        (
            of_plan('surges: [{start: "10:00", end: "10:00", factor: 2}]'),
            "line 15: surges[1]: end must be after start, got 10:00 to 10:00",
        ),
        (
            of_plan('outages: [{start: "10:00", end: "09:00"}]'),
            "line 15: outages[1]: end must be after start, got 10:00 to 09:00",
        ),
        (
            of_plan("correlation: [[1, 0], [0, 1]]"),
            "line 15: correlation: must have 1 × 1 figures, a row and a column for each call type, "
            "got rows of 2, 2",
        ),
        (of_plan("correlation: [[0.5]]"), "line 15: correlation: must have 1 along its diagonal"),
        (
            of_plan("timezone: Berlin"),
            "line 15: timezone: no time zone is called Berlin: write e.g. Europe/Berlin",
        ),
        (of_plan("timezone: ../../zone"), "line 15: timezone: no time zone is called ../../zone"),
        (of_plan("date: 31.03.2026"), "line 15: date: must be a date like 2026-03-31, got"),
        (
            of_plan("experiment: {precision: 2}"),
            'line 15: experiment.precision: must be less than 1, got 2: write 0.02 or "2 %"',
        ),
        (of_plan("experiment: 20"), "line 15: experiment: write {replications: 20}, got 20"),
        (
            of_plan("learning_curve: {weeks: [0], handle_time_factor: [1, 1], "
                    "resolution_factor: [1]}"),
            "line 15: learning_curve: weeks, handle_time_factor and resolution_factor must be as",
        ),
        (
            of_plan("learning_curve: {weeks: [4, 4], handle_time_factor: [2, 1], "
                    "resolution_factor: [1, 1]}"),
            "line 15: learning_curve: weeks must rise from point to point",
        ),
        (("[billing]", "[]"), f"line 13: {GROUP}.skills: needs at least 1 entry, got"),
        (("[billing]", "[billing, billing]"), f"line 12: {GROUP}: the skill billing is there 2"),
        (
            of_group("concurrency: 3\n    slowdown: [1, 1.5]"),
            f"line 12: {GROUP}: slowdown needs one figure for each of the 3 contacts at",
        ),
        (of_group("weeks: 3"), f"line 14: {GROUP}.weeks: needs a learning_curve in the plan"),
        (
            of_group('shifts: [{start: "09:00", end: "11:00"}]'),
            f"line 12: {GROUP}: give either agents (a number for each interval) or shifts",
        ),
        (("    agents: [3, 4, 5, 5]\n", ""), f"line 12: {GROUP}: give either agents"),
        (
            of_group('pull_offs: [{start: "10:00", end: "10:00", agents: 1}]'),
            f"line 14: {GROUP}.pull_offs[1]: end must be after start, got 10:00 to 10:00",
        ),
        (
            shifts('{start: "09:00", end: "09:00"}'),
            f"line 14: {GROUP}.shifts[1]: a shift must last, got 09:00 to the same time",
        ),
        (
            shifts('{start: "09:00", end: "34:00"}'),
            f"line 14: {GROUP}.shifts[1]: a shift must not be longer than a day",
        ),
        (
            shifts('{start: "09:00", end: "11:00", breaks: [{start: "08:55", length: "10 min"}]}'),
            f"line 14: {GROUP}.shifts[1]: the break at 08:55 must lie inside the shift 09:00-11:00",
        ),
        (
            shifts('{start: "22:00", end: "06:00", breaks: [{start: "05:45", length: "16 min"}]}'),
            f"line 14: {GROUP}.shifts[1]: the break at 05:45 must lie inside the shift 22:00-06:00",
        ),
        (
            shifts('{start: "09:00", end: "11:00", breaks: [{start: "09:40", length: "10 min"}, '
                   '{start: "09:30", length: "11 min"}]}'),
            f"line 14: {GROUP}.shifts[1]: the break at 09:40 must lie inside the shift 09:00-11:00 "
            "and overlap no other",
        ),
        (
            shifts('{start: "16:00", end: "08:00", breaks: [{start: "12:00", length: "30 min", '
                   'name: lunch}]}'),
            f"line 14: {GROUP}.shifts[1]: the shift from 16:00 to 08:00 lasts 16 hours over "
            "midnight, and the lunch at 12:00 is not in it: are start and end swapped?",
        ),
        (
            shifts('{start: "16:00", end: "08:00", breaks: [{start: "20:00", length: "30 min"}, '
                   '{start: "20:15", length: "30 min"}]}'),
            f"line 14: {GROUP}.shifts[1]: the break at 20:15 must lie inside the shift 16:00-08:00",
        ),
        (
            ("groups:", "groups:\n  - {name: Front desk, skills: [billing], agents: 1}"),
            "line 13: groups[Front desk]: two are called Front desk, the first on line 12: names",
        ),
        (
            ("groups:", "  - {name: billing, service: {talk: 60}}\ngroups:"),
            "line 11: call_types[billing]: two are called billing, the first on line 4: names",
        ),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(edit: tuple[str, str], fault: str) -> None:
    found = changed(*edit)
    assert len(found) == 1, found
    assert found[0].startswith(fault)


@pytest.mark.parametrize("key", ["call_types", "groups"])
def test_nothing_arrives_or_nobody_works(key: str) -> None:
    rest = {"call_types": "groups: [{name: a, skills: [b], agents: 1}]",
            "groups": "call_types: [{name: b, service: {talk: 60}}]"}  # fmt: skip
    assert faults(f"{key}: []\n{rest[key]}")[0].startswith(f"line 1: {key}: needs at least 1 entry")
    assert faults(rest[key]) == [f"line 1: {key} is missing"]


def test_correlations_that_cannot_be_are_told() -> None:
    text = "base: multi-skill\ncorrelation: [%s]"
    (found,) = faults(text % "[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]")
    assert found.startswith("line 2: correlation: no call types can vary together like this (its")
    assert "smallest eigenvalue is -0.8" in found
    (found,) = faults(text % "[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]")
    assert found.endswith("have 1 along its diagonal and be the same above it and below")
    (found,) = faults(text % "[1, 2, 0], [2, 1, 0], [0, 0, 1]")[:1]
    assert found == "line 2: correlation[1][2]: must be at most 1, got 2"
    assert loads(text % "[1, -1, 0], [-1, 1, 0], [0, 0, 1]")  # singular, and possible


def test_a_mix_ends_after_it_begins() -> None:
    (found,) = faults(
        'base: multi-skill\nmix: {arrivals: {pattern: constant, per_hour: 9, end: "07:00"}}'
    )
    assert found.startswith("line 2: mix.arrivals: end must be after start, got 08:00 to 07:00")


def test_a_figure_where_several_belong_is_told_what_to_write() -> None:
    for edit, fault in (
        (of_kind("retrial: 0.5"), 'write {delay: "10 min", after_abandoning: 0.5}, got 0.5'),
        (of_kind("resolution: 80 %"), 'write {first_contact: "80 %"}, got "80 %"'),
        (of_kind("callback: 60"), "write {offered_over: 60, accepted: 0.5}, got 60"),
        (of_kind("dialling: 100"), "write {contacts: 100, right_party: 0.3}, got 100"),
        (
            (ARRIVALS, "{pattern: poisson, from: calls.csv}"),
            'write {file: "calls.csv", date: 2026-03-31}, got "calls.csv"',
        ),
    ):
        assert changed(*edit)[0].endswith(fault)
