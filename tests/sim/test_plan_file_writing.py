"""Writing plans, their schema, and the examples that come with the simulator."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import hypothesis.strategies as st
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from sim import check
from sim.centre import simulate
from sim.errors import PlanError
from sim.parameters import Plan
from sim.parameters.units import exact_clock
from sim.plan_file import differences, dump, example, examples, loads, schema
from sim.plan_files.tree import File, read
from tests.sim.strategies import plans
from tests.sim.test_plan_file import SMALL

EXAMPLES = examples()


@cache
def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def complaints(text: str) -> list[str]:
    found = validator().iter_errors(read(text, File()).plain)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_a_plan_survives_being_written(plan: Plan) -> None:
    text = dump(plan)
    again = loads(text)
    assert again == plan
    assert differences(plan, again) == []
    assert complaints(text) == []


@settings(max_examples=30)
@given(
    st.text(min_size=1, max_size=20),
    st.floats(1e-9, 3e7),
    st.floats(0, 86_400),
    st.sampled_from(["Europe/Berlin", None]),
)
def test_odd_names_and_figures_survive(name: str, length: float, at: float, zone: str) -> None:
    base = loads("base: small")
    text = json.dumps(
        {
            "base": "small",
            "name": name,
            "description": name * 3,
            "timezone": zone,
            "outages": [{"start": exact_clock(at), "end": exact_clock(at + 0.125)}],
            "call_types": [{"name": "calls", "service": {"talk": length}}],
        }
    )
    try:
        plan = loads(text)
    except PlanError:
        # YAML has no place for some characters, written as they are or escaped.
        assert not name.isprintable()
        return
    assert loads(dump(plan)) == plan
    assert plan.name == name
    assert plan.groups == base.groups
    assert plan.outages[0].start == at


def test_what_is_usual_is_left_out_and_times_are_clocks() -> None:
    text = dump(loads(SMALL))
    assert 'opens: "09:00"' in text
    assert "agents: [3, 4, 5, 5]" in text
    assert "hold: {distribution: fixed, value: 10}" in text
    assert "after_call: 30" in text
    for usual in ("seed", "days:", "\ninterval", "experiment", "channel", "null", ".0"):
        assert usual not in text
    assert "seed: 5" in dump(loads("base: small\nseed: 5"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_right_and_commented(name: str) -> None:
    text = example(name)
    plan = loads(text)
    assert check.warnings(plan) == []
    assert loads(dump(plan)) == plan
    assert complaints(text) == []
    assert complaints(dump(plan)) == []
    assert text.startswith("# ")
    assert plan.description
    assert len(simulate(plan)) > 500


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) >= {"day", "small", "multi-skill", "specialists", "everybody", "bad-day"}
    assert set(EXAMPLES) >= {"callback", "blend", "mail"}
    assert example() == example("day")
    with pytest.raises(PlanError, match="no example is called dya: did you mean day"):
        example("dya")


def test_every_number_of_the_schema_has_a_unit_or_a_bound() -> None:
    definitions = schema()["$defs"]
    talk = definitions["LogNormal"]["properties"]["mean"]
    assert talk["unit"] == "s"
    assert definitions["Plan"]["properties"]["opens"]["unit"] == "time of day"
    assert definitions["Target"]["properties"]["share"]["unit"] == "share from 0 to 1"
    assert definitions["Group"]["properties"]["cost_per_hour"]["unit"] == "money"
    assert definitions["Volume"]["properties"]["by"]["unit"] == "%"


def test_the_schema_describes_every_key() -> None:
    for name, definition in schema()["$defs"].items():
        assert definition["description"].endswith((".", ")")), name
        assert "`" + "`" not in definition["description"]
        for key, found in definition["properties"].items():
            assert len(found["description"]) > 4, (name, key)
    plan = schema()["$defs"]["PartialPlan"]
    assert plan["properties"]["correlation"]["description"].endswith(
        "in the order of the call types"
    )
    assert "trunks" not in plan["description"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hold:", "hold_time:"),
        ("lognormal", "lognorml"),
        ("agents: [3,", "agents: [-3,"),
        ('opens: "09:00"', "opens: nine"),
        ("name: Front desk", "names: Front desk"),
        ("per_interval: [10, 20, 30, 40]", "per_day: 7"),
        ('opens: "09:00"', "what_if: [{volum: 3}]"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    assert old in SMALL
    assert complaints(SMALL) == []
    text = SMALL.replace(old, new)
    assert complaints(text)
    with pytest.raises(PlanError):
        loads(text)


def test_the_schema_knows_bases_changes_and_histories() -> None:
    assert complaints("base: small\ncall_types: [{name: calls, patience: null}]") == []
    assert complaints("base: small\nwhat_if: [{volume: '+20 %'}, {attrition: 0.3}]") == []
    assert complaints("base: small\nwhat_if: [{volume: {by: '+20 %', call_types: [calls]}}]") == []
    assert complaints("call_types: []") != []
    source = "from: {file: a.csv, date: 2026-01-02}"
    counted = SMALL.replace("per_interval: [10, 20, 30, 40]", source)
    assert complaints(counted) == []
    assert complaints(counted.replace("from:", "per_interval: [1], from:")) != []


_VALUES: list[Any] = [
    *(None, -1, 0, 7, 1e308, 10**30, 2**63, -0.5, 5e-324, True, float("inf"), float("nan")),
    *("", "x", "09:30", "25:99", "+20 %", "2003-01-01", "day", "\u0000", "9" * 50, "1e400 s"),
    *("\u0661\u0662 s", [], {}, [1], {"a": 1}),
]
_KEYS = ["from", "zz", "base", "what_if", "name", "shifts", "agents", "pattern", "rule"]
_SNIPPETS = [
    *("", "{", "}", "[", "]", ":", "- ", "\t", "\n", "'", '"', "&a ", "*a", "!x ", "%", "é"),
    *("\u2028", "|", "\x07", "? ", "<<: "),
]


def _mutate(tree: Any, rnd: random.Random) -> None:
    """One thing dropped, put in place of another, or added."""
    places = [place for place in _places(tree) if place]
    if not places:
        return
    *path, last = rnd.choice(places)
    here = tree
    for key in path:
        here = here[key]
    act = rnd.random()
    if act < 0.2:
        del here[last]
    elif act < 0.8 or not isinstance(here, dict):
        here[last] = rnd.choice(_VALUES)
    else:
        here[rnd.choice(_KEYS)] = rnd.choice(_VALUES)


def _places(tree: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts: Any = ()
    if isinstance(tree, (dict, list)):
        parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [place, *(deeper for key, one in parts for deeper in _places(one, (*place, key)))]


def _spoilt(name: str, rnd: random.Random) -> str:
    text = example(name)
    if rnd.random() < 0.7:
        tree = read(text, File()).plain
        for _ in range(rnd.choice([1, 1, 2, 5])):
            _mutate(tree, rnd)
        return json.dumps(tree)
    for _ in range(rnd.choice([1, 3, 10])):
        at = rnd.randrange(len(text) + 1)
        text = text[:at] + rnd.choice(_SNIPPETS) + text[at + rnd.choice([0, 0, 1, 30]) :]
    return text


@settings(max_examples=60)
@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False))
def test_a_spoilt_plan_loads_or_says_what_is_wrong(name: str, rnd: random.Random) -> None:
    text = _spoilt(name, rnd)
    plan, lines = _outcome(text)
    assert all(line.strip() and line.isprintable() for line in lines)
    assert lines if plan is None else loads(dump(plan)) == plan


def _outcome(text: str) -> tuple[Plan | None, list[str]]:
    """The plan and its warnings, or what is wrong with it."""
    try:
        plan = loads(text)
    except PlanError as error:
        return None, error.problems
    return plan, check.warnings(plan)
