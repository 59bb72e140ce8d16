"""The three scenarios of the library: whole, deep, different by seed, and never stuck."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scenarios import facts, screen
from app.scenarios.dialogue import begin, lines_ahead, step
from app.scenarios.lint import lint_file
from app.scenarios.moves import (
    Action,
    AskedAgain,
    End,
    Event,
    HoldChanged,
    HungUp,
    Interrupted,
    Moved,
    Opened,
    Record,
    Say,
    Silence,
)
from app.scenarios.outcome import score_of
from app.scenarios.replay import replay
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState
from app.scenarios.walk import GOOD, SayThis, endings_meant, explore, good_run
from tests.scenarios.conftest import IDS, KNOWN_ACTS, LIBRARY, hear

Library = dict[str, Scenario]
SEEDS = range(40)
each_scenario = pytest.mark.parametrize("name", IDS)

acts = st.lists(st.sampled_from(sorted(KNOWN_ACTS)), max_size=4)
texts = st.sampled_from(["", "eighty dollars", "a credit of twenty dollars", "hello"])
events = st.one_of(
    st.builds(lambda a, t: hear(*a, text=t), acts, texts),
    st.builds(lambda a: hear(*a, unsure=True), acts),
    st.builds(Silence, st.floats(0, 500), st.integers(1, 4)),
    st.builds(Interrupted, st.floats(0, 500), st.floats(0, 1)),
    st.builds(lambda at, on: HoldChanged(at, on=on), st.floats(0, 500), st.booleans()),
    st.builds(
        Moved,
        st.floats(0, 500),
        st.sampled_from(["consult", "transfer", "escalate"]),
        st.sampled_from(["nurse", "supervisor", "fraud_desk", "nobody"]),
    ),
    st.builds(AskedAgain, st.floats(0, 500)),
)


def run_through(
    scenario: Scenario, seed: int, sequence: list[Event]
) -> tuple[DialogueState, list[tuple[Action, ...]]]:
    state, taken = begin(scenario, seed), []
    for event in [Opened(0.0), *sequence]:
        state, actions = step(scenario, state, event)
        taken.append(actions)
    return state, taken


@each_scenario
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), sequence=st.lists(events, max_size=30))
def test_whatever_happens_it_goes_on_the_same_way_and_comes_to_an_end(
    library: Library, name: str, seed: int, sequence: list[Event]
) -> None:
    scenario = library[name]
    state, taken = run_through(scenario, seed, sequence)
    assert (state, taken) == run_through(scenario, seed, sequence)
    assert -5 <= state.mood <= 5
    assert state.node in scenario.states
    for actions in taken:
        assert sum(isinstance(action, Say) for action in actions) <= 1
        for action in actions:
            if isinstance(action, Record) and action.kind == "mood":
                assert -5 <= int(str(action.data["value"])) <= 5
            if isinstance(action, Say):
                assert "{" not in action.text
    state, _ = step(scenario, state, HoldChanged(600.0, on=False))
    for times in range(8):
        state, _ = step(scenario, state, Silence(700.0 + 7 * times, times + 1))
    assert state.ending in scenario.endings


@each_scenario
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), said=st.lists(acts, min_size=60, max_size=60))
def test_talking_for_ever_comes_to_an_end(
    library: Library, name: str, seed: int, said: list[list[str]]
) -> None:
    state, _ = run_through(library[name], seed, [hear(*each) for each in said])
    assert state.ending


@each_scenario
def test_it_has_depth(library: Library, name: str) -> None:
    scenario = library[name]
    answered = {act for state in scenario.states.values() for r in state.on for act in r.when.acts}
    assert len(scenario.states) >= 10
    assert sum(ending.good for ending in scenario.endings.values()) >= 2
    assert sum(not ending.good for ending in scenario.endings.values()) >= 3
    assert len(answered) >= 8
    assert 10 <= len(scenario.scorecard.criteria) <= 14
    assert all(criterion.instead for criterion in scenario.scorecard.criteria)


@each_scenario
def test_lint_has_nothing_to_say(name: str) -> None:
    problems = lint_file(LIBRARY / name / "scenario.yaml", KNOWN_ACTS)
    assert [str(problem) for problem in problems] == []


@each_scenario
def test_the_good_run_is_good_and_loses_no_point(library: Library, name: str) -> None:
    scenario = library[name]
    for seed in SEEDS:
        run = good_run(scenario, seed)
        assert run.ending in endings_meant(scenario)
        assert scenario.endings[run.ending].good
        score = score_of(scenario, seed)
        assert (score.total, score.passed) == (100.0, True)


@each_scenario
def test_each_bad_run_ends_and_fails_as_meant(library: Library, name: str) -> None:
    scenario = library[name]
    assert len(scenario.trainee.bad) >= 2
    for run, bad in scenario.trainee.bad.items():
        for seed in SEEDS:
            assert good_run(scenario, seed, run).ending in bad.ending
            score = score_of(scenario, seed, run)
            missed = {result.id for result in score.results if result.outcome == "not_met"}
            assert missed >= set(bad.fails)
            assert score.passed is False


@each_scenario
def test_a_critical_item_takes_the_whole_call(library: Library, name: str) -> None:
    scenario = library[name]
    failed = [score_of(scenario, 3, run) for run in scenario.trainee.bad]
    assert any(score.auto_failed and score.total == 0 for score in failed)


@each_scenario
def test_seeds_make_different_calls(library: Library, name: str) -> None:
    scenario = library[name]
    calls = set()
    for seed in SEEDS:
        actions = [a for s in good_run(scenario, seed).steps for a in s.actions]
        calls.add(tuple(action.text for action in actions if isinstance(action, Say)))
    assert len(calls) > len(SEEDS) * 0.9
    assert len({facts.draw(scenario, seed)["name"] for seed in SEEDS}) >= 5


@each_scenario
def test_every_state_and_ending_can_be_come_to(library: Library, name: str) -> None:
    scenario = library[name]
    states: set[str] = set()
    endings: set[str] = set()
    for seed in range(12):
        found = explore(scenario, seed, most=1000)
        states |= found.states
        endings |= set(found.ways)
        if states >= set(scenario.states) and endings >= set(scenario.endings):
            break
    assert set(scenario.states) - states == set()
    assert set(scenario.endings) - endings == set()


@each_scenario
def test_what_she_says_can_be_spoken(library: Library, name: str) -> None:
    scenario = library[name]
    for seed in SEEDS:
        for run in (GOOD, *scenario.trainee.bad):
            for each in good_run(scenario, seed, run).steps:
                for action in each.actions:
                    if isinstance(action, Say):
                        assert not any(c.isdigit() for c in action.text), action.text
                        assert len(action.text.split()) <= 45, action.text


@each_scenario
def test_most_of_what_she_says_was_foreseen(library: Library, name: str) -> None:
    scenario = library[name]
    foreseen = total = 0
    for seed in range(5):
        state = step(scenario, begin(scenario, seed), Opened(0.0))[0]
        for each in good_run(scenario, seed).steps:
            ahead = lines_ahead(scenario, state)
            if isinstance(each.did, SayThis):
                said = [action.text for action in each.actions if isinstance(action, Say)]
                total += len(said)
                foreseen += sum(text in ahead for text in said)
            state = each.state
    assert foreseen >= 0.95 * total


@each_scenario
def test_it_comes_back_whole_from_its_canonical_form(library: Library, name: str) -> None:
    scenario = library[name]
    again = Scenario.from_canonical(scenario.canonical())
    assert again == scenario
    assert again.version == scenario.version
    assert list(again.states) == list(scenario.states)
    assert good_run(again, 5) == good_run(scenario, 5)


@each_scenario
def test_the_screens_are_filled_in(library: Library, name: str) -> None:
    scenario = library[name]
    drawn = facts.draw(scenario, 4)
    brief = screen.briefing(scenario, drawn)
    card = screen.customer_card(scenario, drawn)
    assert card[0].value == drawn["name"]
    assert all(article.text.startswith("# ") for article in brief.articles)
    assert brief.authority
    assert screen.script(scenario, drawn)
    shown = [brief.goal, *brief.points, *(row.value for row in card)]
    assert not any("{" in text for text in shown)
    assert {row.label for row in screen.menu(scenario, drawn)}


@each_scenario
def test_a_call_is_rebuilt_from_its_log(library: Library, name: str) -> None:
    scenario = library[name]
    run = good_run(scenario, 7)
    steps = replay(scenario, 7, [_logged(event) for event in run.events])
    assert tuple(event for event, _, _ in steps) == run.events
    assert steps[-1][1] == run.steps[-1].state
    assert isinstance(steps[-1][2][-1], End)


def _logged(event: Event) -> dict[str, object]:
    """An event as it stands in the journal of a call."""
    name = type(event).__name__
    body = asdict(event)
    match name:
        case "Opened":
            return {"kind": "opened", **body}
        case "HoldChanged":
            return {"kind": "hold" if body["on"] else "unhold", "at": body["at"]}
        case "Moved":
            return {
                "kind": "move",
                "at": body["at"],
                "move": body["kind"],
                "target": body["target"],
            }
        case "Heard":
            rows = [list(act.values()) for act in body.pop("acts")]
            return {"kind": "heard", **body, "acts": rows}
    raise AssertionError(name)


def test_every_kind_of_event_is_found_in_a_log(small: Scenario) -> None:
    log = [
        {"at": 0.0, "kind": "opened"},
        {"at": 1.0, "kind": "customer", "line": 1, "text": "Hello."},
        {"at": 2.0, "kind": "heard", "text": "mhm", "acts": [], "answered": False},
        {"at": 3.0, "kind": "silence", "level": 1},
        {"at": 4.0, "kind": "interrupted", "by": "customer", "heard": 0.2},
        {"at": 5.0, "kind": "interrupted", "by": "trainee", "heard": 0.2},
        {"at": 6.0, "kind": "hold"},
        {"at": 7.0, "kind": "unhold"},
        {"at": 8.0, "kind": "move", "move": "consult", "target": "boss"},
        {"at": 9.0, "kind": "repeat"},
        {"at": 10.0, "kind": "hung_up", "by": "trainee"},
    ]
    found = [event for event, _, _ in replay(small, 1, log)]
    assert found == [
        Opened(0.0),
        Silence(3.0, 1),
        Interrupted(5.0, 0.2),
        HoldChanged(6.0, on=True),
        HoldChanged(7.0, on=False),
        Moved(8.0, "consult", "boss"),
        AskedAgain(9.0),
        HungUp(10.0),
    ]
