"""What arrives and how long it takes: each pattern and each distribution, in a whole run."""

from __future__ import annotations

import numpy as np
import pytest

from sim.centre import simulate
from sim.parameters import (
    Batch,
    CallType,
    ConstantArrivals,
    Distribution,
    Empirical,
    Erlang,
    EvenArrivals,
    Exponential,
    Fixed,
    Gamma,
    LogNormal,
    Mix,
    Plan,
    PoissonArrivals,
    Service,
    Uniform,
)
from sim.records import Records
from sim.streams import Streams
from tests.sim.tiny import group, kind, plan, play


def by_half_hour(records: Records, which: int = 0) -> list[int]:
    moments = records.arrived[records.call_type == which]
    return np.histogram(moments, [0, 1800, 3600, 5400, 7200])[0].tolist()


def many(kinds: CallType, days: int = 40) -> tuple[Plan, Records]:
    given = plan(kinds, group("all", [kinds.name], 20), days=days)
    return given, simulate(given)


def mean_day(records: Records, days: int = 40) -> list[float]:
    clock = records.arrived % 86400
    return (np.histogram(clock, [0, 1800, 3600, 5400, 7200])[0] / days).tolist()


# --- arrivals -----------------------------------------------------------------------------------


def test_a_constant_rate_between_its_start_and_end() -> None:
    _, records = many(kind("calls", arrivals=ConstantArrivals(120.0, 1800.0, 5400.0), talk=1))
    assert mean_day(records) == pytest.approx([0, 60, 60, 0], abs=4)


def test_steps_hold_their_rate_and_nothing_comes_where_nothing_is_expected() -> None:
    _, records = many(kind("calls", arrivals=PoissonArrivals((40.0, 0.0, 10.0, 80.0)), talk=1))
    assert mean_day(records) == pytest.approx([40, 0, 10, 80], abs=5)
    third = records.arrived[(records.arrived % 86400) // 1800 == 3] % 1800
    assert third.mean() == pytest.approx(900, rel=0.03)


def test_lines_run_from_middle_to_middle() -> None:
    rising = PoissonArrivals((0.0, 100.0, 100.0, 0.0), shape="linear")
    _, records = many(kind("calls", arrivals=rising, talk=1))
    # Half of the way up lies in the first half hour: an eighth of the neighbour's hundred.
    assert mean_day(records) == pytest.approx([12.5, 87.5, 87.5, 12.5], abs=5)
    first = records.arrived[records.arrived % 86400 < 1800] % 86400
    assert first.min() > 900


def test_even_arrivals_leave_nothing_to_chance() -> None:
    given = plan(kind("calls", arrivals=EvenArrivals((2, 0, 1, 3)), talk=1))
    assert play(given).arrived.tolist() == [450, 1350, 4500, 5700, 6300, 6900]


def test_recorded_arrivals_are_used_as_they_were_every_day() -> None:
    given = plan(kind("calls", 3.0, 17.5, talk=1), days=2)
    assert play(given).arrived.tolist() == [3.0, 17.5, 86403.0, 86417.5]


def test_an_interval_of_its_own_and_a_start() -> None:
    given = plan(kind("calls", arrivals=EvenArrivals((1, 1), 900, 3600.0), talk=1))
    assert play(given).arrived.tolist() == [4050, 4950]


def test_batches_come_together() -> None:
    pairs = ConstantArrivals(60.0, batch=Batch(3.0, "fixed"))
    records = simulate(plan(kind("calls", arrivals=pairs, talk=1)))
    _, sizes = np.unique(records.arrived, return_counts=True)
    assert set(sizes.tolist()) == {3}
    assert len(records) == pytest.approx(120, abs=40)
    _, records = many(kind("calls", arrivals=ConstantArrivals(60.0, batch=Batch(3.0)), talk=1))
    _, sizes = np.unique(records.arrived, return_counts=True)
    assert sizes.mean() == pytest.approx(3, rel=0.1)
    assert sizes.max() > 6


def test_busy_days_vary_more_than_chance_alone_would_have_it() -> None:
    def spread(busyness: float) -> float:
        calls = kind("calls", arrivals=ConstantArrivals(100.0), talk=1, busyness=busyness)
        counts = np.bincount((many(calls)[1].arrived // 86400).astype(int), minlength=40)
        return float(counts.var() / counts.mean())

    assert spread(0.0) == pytest.approx(1, abs=0.5)
    assert spread(0.4) > 10  # 1 + 200 × 0.16 are to be expected


@pytest.mark.parametrize("correlation", [0.0, 1.0])
def test_call_types_are_busy_together_or_not(correlation: float) -> None:
    kinds = [
        kind(name, arrivals=ConstantArrivals(200.0), talk=1, busyness=0.5) for name in ("a", "b")
    ]
    given = plan(kinds, group("all", "a b", 20), days=40, correlation=correlation)
    records = simulate(given)
    days = (records.arrived // 86400).astype(int)
    a, b = (np.bincount(days[records.call_type == one], minlength=40) for one in (0, 1))
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(correlation, abs=0.3)


def test_a_matrix_says_which_call_types_are_busy_together() -> None:
    kinds = [
        kind(name, arrivals=ConstantArrivals(200.0), talk=1, busyness=0.5)
        for name in ("a", "b", "c")
    ]
    matrix = ((1.0, -0.9, 0.0), (-0.9, 1.0, 0.0), (0.0, 0.0, 1.0))
    records = simulate(plan(kinds, group("all", "a b c", 20), days=40, correlation=matrix))
    days = (records.arrived // 86400).astype(int)
    counts = [np.bincount(days[records.call_type == one], minlength=40) for one in range(3)]
    found = np.corrcoef(counts)
    assert found[0, 1] < -0.6
    assert abs(found[0, 2]) < 0.4


def test_a_mix_shares_one_stream_among_call_types() -> None:
    kinds = [CallType(name, Service(Fixed(1.0))) for name in ("a", "b")]
    mix = Mix(EvenArrivals((400, 0, 0, 400)), {"a": 0.25, "b": 0.75})
    records = play(plan(kinds, group("all", "a b", 5), mix=mix))
    assert len(records) == 800
    assert (records.call_type == 0).mean() == pytest.approx(0.25, abs=0.05)
    assert by_half_hour(records)[1:3] == [0, 0]


# --- durations ----------------------------------------------------------------------------------

DISTRIBUTIONS: list[tuple[Distribution, float, float]] = [
    (Exponential(100.0), 100, 100),
    (LogNormal(100.0, 80.0), 100, 80),
    (Gamma(100.0, 50.0), 100, 50),
    (Erlang(100.0, 4), 100, 50),
    (Uniform(40.0, 160.0), 100, 120 / 12**0.5),
    (Fixed(100.0), 100, 0),
    (Empirical((50.0, 100.0, 150.0)), 100, 50 * (2 / 3) ** 0.5),
]


@pytest.mark.parametrize(
    ("distribution", "mean", "sd"), DISTRIBUTIONS, ids=lambda one: type(one).__name__
)
def test_durations_follow_their_distribution(
    distribution: Distribution, mean: float, sd: float
) -> None:
    arrivals = EvenArrivals((2000, 2000, 2000, 2000))
    calls = kind("calls", arrivals=arrivals, service=Service(distribution))
    records = simulate(plan(calls, group("all", "calls", 500)))
    uniforms = Streams(1, 0).uniforms("talk/calls", 8000)
    assert np.allclose(records.talk, distribution.quantile(uniforms))
    assert distribution.mean == pytest.approx(mean)
    assert records.talk.mean() == pytest.approx(mean, rel=0.04)
    assert records.talk.std() == pytest.approx(sd, rel=0.06, abs=1e-9)


def test_talk_hold_and_after_call_work_are_apart() -> None:
    service = Service(Fixed(100.0), Fixed(20.0), Fixed(30.0))
    records = play(plan(kind("calls", 0, service=service)))
    assert [records.talk[0], records.hold[0], records.after_call[0]] == [100, 20, 30]
    assert [records.left[0], records.released[0]] == [120, 150]
    assert service.mean == 150


def test_each_part_of_the_work_has_a_luck_of_its_own() -> None:
    service = Service(Exponential(100.0), Exponential(20.0), Exponential(30.0))
    calls = kind("calls", arrivals=EvenArrivals((50, 50, 50, 50)), service=service)
    records = simulate(plan(calls, group("all", "calls", 50)))
    for part, mean in (("talk", 100.0), ("hold", 20.0), ("after_call", 30.0)):
        own = Streams(1, 0).uniforms(f"{part}/calls", 200)
        assert np.allclose(getattr(records, part), Exponential(mean).quantile(own)), part


# --- randomness ---------------------------------------------------------------------------------


def test_the_same_day_under_two_plans() -> None:
    """A further call type, another routing or another number of agents changes nobody's luck."""
    calls = kind("calls", arrivals=ConstantArrivals(100.0), service=Service(LogNormal(90.0, 60.0)))
    other = kind("other", arrivals=ConstantArrivals(50.0), service=Service(Exponential(60.0)))
    alone = simulate(plan(calls, group("all", "calls", 9)))
    both = simulate(plan([other, calls], group("all", "calls other", 4), routing=("priority",)))
    mine = both.call_type == 1
    assert np.array_equal(alone.arrived, both.arrived[mine])
    served = (alone.agent >= 0) & (both.agent[mine] >= 0)
    assert served.sum() > 180
    assert np.allclose(alone.talk[served], both.talk[mine][served])


def test_seed_and_replication_make_other_days_and_the_same_ones_the_same() -> None:
    given = plan(kind("calls", arrivals=ConstantArrivals(100.0), talk=10))
    assert simulate(given, 3).same_as(simulate(given, 3))
    assert not np.array_equal(simulate(given, 3).arrived, simulate(given, 4).arrived)
    assert not np.array_equal(simulate(given, 3).arrived, simulate(given, 3, seed=9).arrived)
