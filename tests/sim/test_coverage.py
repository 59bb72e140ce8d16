"""How often the intervals of whole experiments hold the true figure, which Erlang's formula knows.

Not a formula tried on normal numbers: plans, days, figures and estimates as a planner has them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.comparison import compare
from sim.erlang import queue
from sim.estimates import column, estimate
from sim.experiment import run
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Experiment,
    Exponential,
    Group,
    Patience,
    Plan,
    Service,
    Skill,
)

HANDLE, PATIENCE, RATE = 60.0, 90.0, 0.2
EXPERIMENTS = 300

pytestmark = pytest.mark.long


def centre(seed: int, agents: int, **experiment: Any) -> Plan:
    """A steady hour after a quarter that does not count: about 720 calls."""
    kind = CallType(
        "calls",
        Service(Exponential(HANDLE)),
        ConstantArrivals(RATE * 3600),
        patience=Patience(Exponential(PATIENCE)),
    )
    return Plan(
        call_types=(kind,),
        groups=(Group("agents", (Skill("calls"),), agents=agents, shift_end="drain"),),
        opens=0.0,
        closes=4500.0,
        warm_up=900.0,
        seed=seed,
        experiment=Experiment(**experiment),
    )


def exactly(agents: int) -> dict[str, float]:
    one = queue(RATE, HANDLE, agents, PATIENCE)
    return {
        "service_level": one.service_level,
        "abandonment": one.p_abandon,
        "mean_wait": one.mean_wait,
        "queue_length": RATE * one.mean_wait,
    }


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_intervals_hold_the_truth_as_often_as_they_claim(confidence: float) -> None:
    truth = exactly(13)
    held = dict.fromkeys(truth, 0)
    for seed in range(EXPERIMENTS):
        result = run(centre(seed, 13), replications=10)
        for name, true in truth.items():
            found = estimate(column(result, name), confidence)
            held[name] += found.low <= true <= found.high
    error = (confidence * (1 - confidence) / EXPERIMENTS) ** 0.5
    for name, times in held.items():
        assert times / EXPERIMENTS == pytest.approx(confidence, abs=3 * error), name


def test_intervals_that_chance_stopped_hold_it_nearly_as_often() -> None:
    """Stopping at the first interval that is narrow enough favours days that happen to be alike:
    not more than two points of confidence are lost, and hardly anything of the mean."""
    true = exactly(13)["service_level"]
    held, means, counts = 0, [], []
    for seed in range(EXPERIMENTS):
        result = run(centre(seed, 13, replications=5, precision=0.02))
        found = estimate(column(result, "service_level"))
        assert found.half_width <= 0.02
        held += found.low <= true <= found.high
        means.append(found.mean)
        counts.append(found.n)
    assert len(set(counts)) > 5, "chance did choose when to stop"
    assert held / EXPERIMENTS > 0.93 - 2.6 * (0.93 * 0.07 / EXPERIMENTS) ** 0.5
    # Each day counts the same, busy and bad ones too: worth 0.002 above the share of all callers.
    assert np.mean(means) == pytest.approx(true + 0.002, abs=0.003)


def test_differences_of_plans_on_the_same_days_hold_all_at_once() -> None:
    """Two plans against a base: both intervals hold, in at least 95 % of the experiments."""
    agents = (13, 12, 14)
    truth = [exactly(number)["service_level"] - exactly(13)["service_level"] for number in agents]
    held = 0
    for seed in range(EXPERIMENTS):
        days = [
            run(replace(centre(seed, number), name=str(number)), replications=8)
            for number in agents
        ]
        found = compare(days, ["service_level"])
        held += all(
            one.difference.low <= true <= one.difference.high
            for one, true in zip(found, truth[1:], strict=True)
        )
    assert held / EXPERIMENTS > 0.95 - 2.6 * (0.95 * 0.05 / EXPERIMENTS) ** 0.5
