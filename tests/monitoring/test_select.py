"""Which calls a plan takes: what holds for every plan, and the rules one by one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.quality.monitoring.candidate import (
    Candidate,
    Drawn,
    Facts,
    period_of,
    stratum_of,
)
from app.quality.monitoring.facts import facts_of, failed_criteria
from app.quality.monitoring.plan import Plan, Rules
from app.quality.monitoring.reasons import reasons
from app.quality.monitoring.select import Chosen, choose
from tests.quality.calls import call, customer, mark, trainee

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVERYBODY = {"everybody": True}


def plan(**parts: Any) -> Plan:
    return Plan.model_validate({"people": EVERYBODY, **parts})


def candidate(recording: int, agent: int = 1, **parts: Any) -> Candidate:
    known: dict[str, Any] = {"at": MONDAY, "seconds": 200.0, "skill": "billing", **parts}
    return Candidate(recording, agent, **known)


CALLS = st.lists(
    st.builds(
        Candidate,
        recording=st.integers(1, 60),
        agent=st.integers(1, 5),
        at=st.integers(0, 20).map(lambda day: MONDAY + timedelta(days=day)),
        seconds=st.sampled_from([60.0, 200.0, 900.0]),
        skill=st.sampled_from(["billing", "cards", "moving"]),
    ),
    unique_by=lambda each: each.recording,
    max_size=40,
)
PLANS = st.builds(
    lambda strata, per_agent, total, period, seed: plan(
        strata=strata,
        quota={"per_agent": per_agent, "total": total, "period": period},
        seed=seed,
    ),
    st.lists(st.sampled_from(["agent", "skill", "weekday", "length"]), unique=True, max_size=3),
    st.integers(1, 4),
    st.none() | st.integers(1, 10),
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 99),
)
RATERS = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)


def drawn_from(chosen: tuple[Chosen, ...]) -> list[Drawn]:
    return [Drawn(each.recording, each.agent, each.rater, each.period) for each in chosen]


@given(CALLS, PLANS, RATERS)
def test_quotas_hold_over_repeated_draws(
    calls: list[Candidate], plan: Plan, raters: list[int]
) -> None:
    half = choose(calls[: len(calls) // 2], plan, raters)
    rest = choose(calls, plan, raters, drawn_from(half))
    taken = [*half, *rest]
    assert len({each.recording for each in taken}) == len(taken)
    per_agent = Counter((each.period, each.agent) for each in taken)
    assert all(many <= plan.quota.per_agent for many in per_agent.values())
    if plan.quota.total is not None:
        per_period = Counter(each.period for each in taken)
        assert all(many <= plan.quota.total for many in per_period.values())
    assert all(each.rater in raters and each.rater != each.agent and each.why for each in taken)


@given(CALLS, PLANS, RATERS, st.randoms())
def test_the_same_seed_takes_the_same(
    calls: list[Candidate], plan: Plan, raters: list[int], chance: Any
) -> None:
    mixed = list(calls)
    chance.shuffle(mixed)
    assert choose(calls, plan, raters) == choose(mixed, plan, list(reversed(raters)))
    # Once all is drawn that can be, another draw of the same calls takes nothing.
    assert choose(calls, plan, raters, drawn_from(choose(calls, plan, raters))) == ()


@given(CALLS, PLANS)
def test_every_kind_is_served_before_any_is_served_twice(
    calls: list[Candidate], plan: Plan
) -> None:
    """With an outside rater: a kind that still has a possible call is never behind by two."""
    chosen = choose(calls, plan, [99])
    known = {each.recording: each for each in calls}
    for period in {each.period for each in chosen}:
        served: Counter[tuple[str, ...]] = Counter()
        agents: Counter[int] = Counter()
        waiting = {
            each.recording for each in calls if period_of(each.at, plan.quota.period) == period
        }
        for each in (each for each in chosen if each.period == period):
            possible = {
                stratum_of(known[one], plan.strata)
                for one in waiting
                if agents[known[one].agent] < plan.quota.per_agent
            }
            mine = stratum_of(known[each.recording], plan.strata)
            assert served[mine] == min(served[kind] for kind in possible)
            served[mine] += 1
            agents[each.agent] += 1
            waiting.remove(each.recording)


@given(CALLS, st.lists(st.integers(90, 99), min_size=1, max_size=4, unique=True))
def test_work_is_shared_evenly(calls: list[Candidate], raters: list[int]) -> None:
    chosen = choose(calls, plan(quota={"per_agent": 10}), raters)
    loads = Counter(each.rater for each in chosen)
    assert max((loads[each] for each in raters), default=0) <= min(loads[e] for e in raters) + 1


def test_an_agent_does_not_always_get_the_same_rater() -> None:
    calls = [candidate(n, agent=1 + n % 2) for n in range(1, 9)]
    chosen = choose(calls, plan(quota={"per_agent": 4}), [8, 9])
    pairs = Counter((each.agent, each.rater) for each in chosen)
    assert len(pairs) == 4


def test_nobody_hears_her_own_call_even_when_she_is_the_only_rater() -> None:
    assert choose([candidate(1, agent=7)], plan(), [7]) == ()


def test_a_skipped_call_makes_room_for_another() -> None:
    calls = [candidate(1), candidate(2)]
    one = plan(quota={"per_agent": 1})
    (first,) = choose(calls, one, [9])
    skipped = [Drawn(first.recording, 1, 9, first.period, counts=False)]
    (second,) = choose(calls, one, [9], skipped)
    assert second.recording != first.recording


def test_periods() -> None:
    sunday = datetime(2026, 3, 8, 23, 59, tzinfo=UTC)
    assert period_of(sunday, "week") == "2026-03-02"
    assert period_of(sunday, "month") == "2026-03-01"


@pytest.mark.parametrize(
    ("rules", "facts", "seconds", "key"),
    [
        ({"silence": 10}, Facts(silence=12), 200.0, "Silence of {seconds} s"),
        ({"hold": 60}, Facts(hold=61), 200.0, "On hold for {seconds} s"),
        ({"talk_over": 3}, Facts(talk_over=3), 200.0, "Both spoke at once {n} time"),
        ({"phrases": ["a manager"]}, Facts(phrases=frozenset({"a manager"})), 200.0, "was said"),
        ({"acts": ["greet"]}, Facts(acts=frozenset({"greet"})), 200.0, "In this call"),
        ({"failed": ["greets"]}, Facts(failed=frozenset({"greets"})), 200.0, "Not met by"),
        ({"longer": 300}, Facts(), 301.0, "Longer than"),
        ({"shorter": 30}, Facts(), 29.0, "Shorter than"),
        ({"unsure": 0.6}, Facts(confidence=0.5), 200.0, "Words recognised"),
    ],
)
def test_each_rule_says_why(rules: dict[str, Any], facts: Facts, seconds: float, key: str) -> None:
    wanted = plan(selection="rules", rules=rules)
    (why,) = reasons(candidate(1, facts=facts, seconds=seconds), wanted)
    assert key in why.key
    assert reasons(candidate(1), wanted) == ()


def test_a_skill() -> None:
    wanted = plan(selection="skill", skills=["cards"])
    assert reasons(candidate(1), wanted) == ()
    assert reasons(candidate(1, skill="cards"), wanted)


def test_the_facts_of_a_call() -> None:
    timeline = call(
        trainee(0, 2, "good morning", "greet", confidence=0.5),
        customer(1, 4, "I want to speak to a manager now"),
        mark(4, "hold"),
        mark(34, "unhold"),
        trainee(50, 52, "thank you", "?thank"),
    )
    facts = facts_of(timeline, Rules(phrases=("speak to a manager", "your lawyer")))
    assert facts.phrases == {"speak to a manager"}
    assert facts.hold == 30
    assert facts.silence == 16
    assert facts.talk_over == 1
    assert facts.acts == {"greet"}
    assert facts.confidence is not None


def test_criteria_the_machine_found_not_met() -> None:
    score = {"results": [{"id": "a", "outcome": "not_met"}, {"id": "b", "outcome": "met"}]}
    assert failed_criteria(score) == {"a"}
    assert failed_criteria(None) == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        {"people": {}},
        {"people": EVERYBODY, "selection": "skill"},
        {"people": EVERYBODY, "selection": "rules"},
        {"people": EVERYBODY, "quota": {"per_agent": 0}},
        {"people": EVERYBODY, "colour": "red"},
    ],
)
def test_a_plan_without_sense_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(body)
