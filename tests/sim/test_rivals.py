"""The benchmark's rivals do the same work: exact results, and our engine's, within chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from benchmarks.rivals import ciw_single, half_hours, simpy_multi, simpy_single
from benchmarks.rivals.cases import multi_skill, single_queue
from sim.centre import simulate
from sim.metrics import figures
from sim.parameters import Plan

# 50 agents, 48 calls a minute, 60 s to handle, 120 s of patience.
CENTRE = simpy_single.Centre(agents=50, rate=0.8, handle=60.0, patience=120.0, closes=4 * 3600.0)


def exact_abandonment(centre: simpy_single.Centre) -> float:
    """Of M/M/n+M, by the weights of its birth-death chain."""
    weights = [1.0]
    for there in range(1, 1000):
        waiting = max(0, there - centre.agents)
        leaving = min(there, centre.agents) / centre.handle + waiting / centre.patience
        weights.append(weights[-1] * centre.rate / leaving)
    in_line = sum(weight * max(0, n - centre.agents) for n, weight in enumerate(weights))
    return in_line / sum(weights) / centre.patience / centre.rate


def abandonment_once_warm(rival: ModuleType, seed: int) -> float:
    """Without the first half hour, when the centre fills."""
    found = rival.figures(CENTRE, rival.run(CENTRE, seed))
    offered = found["offered"][1:-1].sum()
    return float(1 - found["answered"][1:-1].sum() / offered)


@pytest.mark.parametrize(("rival", "runs"), [(simpy_single, 10), (ciw_single, 5)])
def test_single_queue_rivals_meet_erlang_a(rival: ModuleType, runs: int) -> None:
    exact = exact_abandonment(CENTRE)
    assert exact == pytest.approx(0.0309, abs=0.00005)
    shares = [abandonment_once_warm(rival, seed) for seed in range(runs)]
    assert_centred(shares, exact)


def test_single_queue_rivals_occupancy_follows_from_abandonment() -> None:
    found = simpy_single.figures(CENTRE, simpy_single.run(CENTRE, 1))
    there = CENTRE.agents * CENTRE.closes
    handled = found["answered"][-1] * found["aht"][-1]
    assert found["occupancy"][-1] == pytest.approx(handled / there, rel=0.01)
    assert np.all(found["occupancy"][:-1] <= 1 + 1e-9)


def test_time_inside_half_hours_is_exact() -> None:
    starts, ends = np.array([0.0, 50.0, 90.0]), np.array([10.0, 250.0, 90.0])
    edges = np.array([0.0, 100.0, 200.0, 300.0])
    assert half_hours.time_inside(starts, ends, edges).tolist() == [60.0, 100.0, 50.0]


def test_line_figures_by_hand() -> None:
    found = half_hours.line_figures(
        arrived=np.array([0.0, 10.0, 1790.0]),
        answered=np.array([0.0, 40.0, math.nan]),
        left=np.array([100.0, 140.0, 1820.0]),
        released=np.array([110.0, 150.0, 1820.0]),
        edges=np.array([0.0, 1800.0, 3600.0]),
    )
    assert found["offered"].tolist() == [3, 0, 3]
    assert found["service_level"][0] == pytest.approx(1 / 3)
    assert found["asa"][0] == pytest.approx(15)
    assert found["abandonment"][0] == pytest.approx(1 / 3)
    assert found["aht"][0] == pytest.approx(110)
    assert found["queue_length"].tolist() == pytest.approx([40 / 1800, 20 / 1800, 60 / 3600])
    assert math.isnan(found["asa"][1])


def test_both_engines_mean_the_same_figures() -> None:
    """Our records through the rival's arithmetic give our figures, half hour by half hour."""
    plan = single_queue(agents=20, per_hour=420.0, days=1)
    records = simulate(plan)
    ours = figures(plan, records)
    edges = np.arange(plan.opens, plan.closes + 1, plan.interval)
    theirs = half_hours.line_figures(
        records.arrived, records.answered, records.left, records.released, edges
    )
    for measure, values in theirs.items():
        np.testing.assert_allclose(
            ours.by_type[measure][:-1, 0], values[:-1], rtol=1e-9, atol=1e-9, err_msg=measure
        )


def test_multi_skill_rival_gives_what_our_engine_gives() -> None:
    plan = multi_skill(scale=0.25)
    ours = [our_shares(plan, replication) for replication in range(6)]
    theirs = [rival_shares(plan, seed) for seed in range(6)]
    for name in ours[0]:
        assert_same_mean([day[name] for day in ours], [day[name] for day in theirs], name)


def test_multi_skill_rival_keeps_the_rules() -> None:
    plan = multi_skill(scale=0.25)
    rows = np.array(simpy_multi.run(plan, seed=1).contacts)
    kind, attempt, arrived, answered, released, agent, group = rows.T[[0, 1, 3, 4, 6, 9, 10]]
    assert attempt.max() == 3
    for line, team in {(int(a), int(b)) for a, b in zip(kind, group, strict=True) if b >= 0}:
        skills = {skill.call_type: skill for skill in plan.groups[team].skills}
        after = skills[plan.call_types[line].name].after
        mine = (kind == line) & (group == team)
        assert np.all(answered[mine] - arrived[mine] >= after - 1e-6)
    for one in range(int(agent.max()) + 1):
        order = np.argsort(answered[agent == one])
        ends, starts = released[agent == one][order][:-1], answered[agent == one][order][1:]
        assert np.all(ends <= starts + 1e-9)


def our_shares(plan: Plan, replication: int) -> dict[str, float]:
    found = figures(plan, simulate(plan, replication))
    shares = {
        f"{one.name} {measure}": float(found.by_type[measure][-1, k])
        for k, one in enumerate(plan.call_types)
        for measure in ("offered", "service_level", "abandonment", "aht", "queue_length")
    }
    for k, one in enumerate(plan.groups):
        shares[f"{one.name} occupancy"] = float(found.by_group["occupancy"][:-1, k].mean())
    return shares


def rival_shares(plan: Plan, seed: int) -> dict[str, float]:
    found = simpy_multi.figures(plan, simpy_multi.run(plan, seed))
    shares = {
        f"{one.name} {measure}": float(found[one.name][measure][-1])
        for one in plan.call_types
        for measure in ("offered", "service_level", "abandonment", "aht", "queue_length")
    }
    for one in plan.groups:
        shares[f"{one.name} occupancy"] = float(found[f"group {one.name}"]["occupancy"][:-1].mean())
    return shares


def assert_centred(values: Sequence[float], exact: float) -> None:
    """The 99 % interval of the runs' mean holds the exact value."""
    half = stats.t.ppf(0.995, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values))
    assert abs(np.mean(values) - exact) <= half, (np.mean(values), half, exact)
    assert half < 0.25 * exact


def assert_same_mean(ours: Sequence[float], theirs: Sequence[float], name: str) -> None:
    """No difference beyond chance: Welch at 0.1 % for each of some thirty figures."""
    found = stats.ttest_ind(ours, theirs, equal_var=False)
    assert found.pvalue > 0.001, (name, ours, theirs)
