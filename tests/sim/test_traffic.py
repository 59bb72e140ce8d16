"""Arrivals follow their pattern: rates, totals, batches, surges, mixes, own streams."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.errors import PlanError
from sim.parameters import (
    Arrivals,
    Batch,
    CallType,
    ConstantArrivals,
    Dialling,
    EvenArrivals,
    Fixed,
    Group,
    Mix,
    Plan,
    PoissonArrivals,
    RecordedArrivals,
    Service,
    Skill,
    Surge,
)
from sim.streams import Streams
from sim.traffic import Traffic, arrivals
from sim.traffic_rates import Rate, lines, steps

H = 3600.0
UNLIKELY = 1e-3
"""Seeds are fixed; a p-value below this means a mistake, not bad luck."""


def kind(name: str, pattern: Arrivals | None = None, busyness: float = 0.0) -> CallType:
    return CallType(name, Service(Fixed(60.0)), pattern, busyness=busyness)


def plan(*types: CallType, **rest: object) -> Plan:
    agents = Group("all", (Skill(types[0].name),), agents=1)
    hours = {"opens": 8 * H, "closes": 12 * H}
    return Plan(call_types=types, groups=(agents,), **{**hours, **rest})  # type: ignore[arg-type]


def drawn(day: Plan, seed: int = 1) -> Traffic:
    return arrivals(day, Streams(seed, 0))


def test_contacts_come_in_order_with_the_promised_types() -> None:
    one = kind("calls", PoissonArrivals((100, 300, 0, 50)))
    traffic = drawn(plan(one, kind("chats", ConstantArrivals(60))))

    assert np.all(np.diff(traffic.times) >= 0)
    assert traffic.times.dtype == np.float64
    assert traffic.call_types.dtype == np.int16
    assert set(traffic.call_types.tolist()) == {0, 1}


def test_no_patterns_bring_nobody() -> None:
    traffic = drawn(plan(kind("calls"), kind("none", PoissonArrivals((0, 0)))))

    assert len(traffic.times) == len(traffic.call_types) == 0


def test_steps_are_poisson_in_each_interval_and_uniform_inside() -> None:
    expected = np.array([900.0, 2500.0, 0.0, 1600.0])
    day = plan(kind("calls", PoissonArrivals(tuple(expected))), interval=1800, days=40)
    times = drawn(day).times
    clock = times % 86400 - 8 * H
    cells = (times // 86400).astype(int) * 4 + (clock // 1800).astype(int)
    counts = np.bincount(cells, minlength=160).reshape(40, 4)

    assert counts[:, 2].sum() == 0
    busy = counts[:, [0, 1, 3]]
    z = (busy.sum(axis=0) - 40 * expected[[0, 1, 3]]) / np.sqrt(40 * expected[[0, 1, 3]])
    assert np.all(np.abs(z) < 3.5)
    dispersion = (((busy - expected[[0, 1, 3]]) ** 2) / expected[[0, 1, 3]]).sum()
    assert UNLIKELY < stats.chi2.cdf(dispersion, busy.size) < 1 - UNLIKELY
    first = clock[(clock >= 0) & (clock < 1800)] / 1800
    assert stats.kstest(first, "uniform").pvalue > UNLIKELY


@pytest.mark.parametrize("interval", [900, 3600])
def test_intervals_are_the_plans_unless_they_are_given(interval: int) -> None:
    even = kind("even", EvenArrivals((8, 8)))
    poisson = kind("poisson", PoissonArrivals((900, 0, 900)))
    own = kind("own", PoissonArrivals((900, 0, 900), interval=1800))
    traffic = drawn(plan(even, poisson, own, interval=interval))
    clock = traffic.times - 8 * H

    evenly = interval * (np.arange(16) + 0.5) / 8
    assert clock[traffic.call_types == 0] == pytest.approx(evenly)
    for place, length in ((1, interval), (2, 1800)):
        counts = np.bincount((clock[traffic.call_types == place] // length).astype(int))
        assert counts == pytest.approx([900, 0, 900], abs=120)


def test_gaps_of_a_constant_rate_are_exponential() -> None:
    times = drawn(plan(kind("calls", ConstantArrivals(5000)))).times

    assert times[0] >= 8 * H
    assert times[-1] < 12 * H
    assert stats.kstest(np.diff(times), "expon", args=(0, 3600 / 5000)).pvalue > UNLIKELY


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.sampled_from([900, 1800, 3600]))
def test_lines_keep_the_total_and_say_what_each_interval_gets(
    figures: list[float], interval: int
) -> None:
    cut = lines(figures, 8 * H, interval).cut(8 * H + interval * np.arange(len(figures) + 1))
    edges = 8 * H + interval * np.arange(len(figures) + 1)
    which = np.searchsorted(edges, cut.middles, side="right") - 1
    got = np.bincount(which, weights=cut.contacts, minlength=len(figures))

    assert got.sum() == pytest.approx(sum(figures), abs=1e-6)
    padded = np.concatenate([figures[:1], figures, figures[-1:]])
    assert got == pytest.approx(
        padded[1:-1] + (padded[:-2] - 2 * padded[1:-1] + padded[2:]) / 8, abs=1e-6
    )


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.0, 30.0, 1000.0]), min_size=1, max_size=12),
    st.booleans(),
    st.integers(0, 1000),
)
def test_points_lie_in_the_piece_they_are_said_to(
    figures: list[float], straight: bool, seed: int
) -> None:
    rate = (lines if straight else steps)(figures, 0.0, 900)
    moments, piece = rate.points(np.random.default_rng(seed))

    assert np.all(np.diff(moments) >= 0)
    assert np.all((rate.starts[piece] <= moments) & (moments <= rate.ends[piece]))
    assert np.all(rate.contacts[piece] > 0)


def test_lines_follow_their_cumulative_rate() -> None:
    figures = (200.0, 4000.0, 1000.0, 0.0, 3000.0)
    pattern = PoissonArrivals(figures, interval=3600, shape="linear", start=9 * H)
    times = drawn(plan(kind("calls", pattern))).times
    rate = lines(figures, 9 * H, 3600)

    def cumulative(at: np.ndarray) -> np.ndarray:
        grid = np.linspace(9 * H, 14 * H, 200_001)
        corners = np.append(rate.starts, rate.ends[-1])
        heights = np.interp(grid, corners, np.append(rate.first, rate.last[-1]))
        mass = np.concatenate([[0], np.cumsum((heights[1:] + heights[:-1]) / 2)])
        return np.interp(at, grid, mass / mass[-1])

    assert abs(len(times) - sum(figures)) < 4 * sum(figures) ** 0.5
    assert stats.kstest(times, cumulative).pvalue > UNLIKELY


def test_a_higher_rate_brings_the_same_contacts_earlier() -> None:
    few = drawn(plan(kind("calls", ConstantArrivals(100)))).times - 8 * H
    many = drawn(plan(kind("calls", ConstantArrivals(200)))).times - 8 * H

    assert many[: len(few)] == pytest.approx(few / 2)


def test_even_arrivals_leave_nothing_to_chance() -> None:
    pattern = EvenArrivals((2, 0, 3), interval=1800, start=9 * H)
    day = plan(kind("calls", pattern), days=2)
    once = 9 * H + np.array([450, 1350, 3900, 4500, 5100])

    assert drawn(day).times.tolist() == [*once, *(once + 86400)]


def test_recorded_arrivals_come_as_they_were_every_day() -> None:
    pattern = RecordedArrivals((10 * H, 7 * H, 10 * H, 13 * H))

    assert drawn(plan(kind("calls", pattern), days=2)).times.tolist() == [
        *(7 * H, 10 * H, 10 * H, 13 * H),
        *(31 * H, 34 * H, 34 * H, 37 * H),
    ]


def test_geometric_batches_keep_the_expected_contacts() -> None:
    pattern = ConstantArrivals(30_000, batch=Batch(4.0))
    times = drawn(plan(kind("calls", pattern))).times
    _, sizes = np.unique(times, return_counts=True)

    # A batch of geometric size has E[size²] = m(2m - 1): the variance of compound Poisson.
    assert abs(len(times) - 120_000) < 4 * (30_000 * 4 * 7) ** 0.5
    seen = np.bincount(np.minimum(sizes, 12), minlength=13)[1:]
    law = stats.geom.pmf(np.arange(1, 12), 1 / 4)
    expected = len(sizes) * np.append(law, 1 - law.sum())
    assert stats.chisquare(seen, expected).pvalue > UNLIKELY


def test_how_large_a_batch_is_does_not_depend_on_when_it_comes() -> None:
    times = drawn(plan(kind("calls", ConstantArrivals(20_000, batch=Batch(4.0))))).times
    moments, sizes = np.unique(times, return_counts=True)

    assert abs(np.corrcoef(np.diff(moments), sizes[1:])[0, 1]) < 4 / len(sizes) ** 0.5


def test_fixed_batches_are_whole_numbers_around_their_mean() -> None:
    times = drawn(plan(kind("calls", ConstantArrivals(10_000, batch=Batch(2.5, "fixed"))))).times
    _, sizes = np.unique(times, return_counts=True)

    assert set(sizes.tolist()) == {2, 3}
    assert sizes.mean() == pytest.approx(2.5, abs=0.02)


def test_a_mix_shares_out_by_chance() -> None:
    shares = {"a": 0.5, "c": 0.3, "b": 0.2}
    mixed = plan(
        kind("a"), kind("b"), kind("c"), kind("alone"), mix=Mix(ConstantArrivals(5000), shares)
    )
    traffic = drawn(mixed)
    counts = np.bincount(traffic.call_types, minlength=4)

    assert counts[3] == 0
    assert stats.chisquare(counts[:3], counts.sum() * np.array([0.5, 0.2, 0.3])).pvalue > UNLIKELY


def test_a_mix_is_shared_out_anew_each_day() -> None:
    mixed = plan(kind("a"), kind("b"), mix=Mix(EvenArrivals((100,)), {"a": 0.5, "b": 0.5}), days=2)
    first, second = drawn(mixed).call_types.reshape(2, 100)

    assert 20 < (first != second).sum() < 80


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 2.6])
def test_a_surge_multiplies_the_rate_inside_its_window(factor: float) -> None:
    surge = Surge(9 * H + 600, 10 * H, factor)
    day = plan(kind("calls", ConstantArrivals(6000)), surges=(surge,), days=2)
    clock = drawn(day).times % 86400
    inside = int(((clock >= 9 * H + 600) & (clock < 10 * H)).sum())
    before = int((clock < 9 * H + 600).sum())

    assert abs(inside - 10_000 * factor) <= 4 * (10_000 * factor) ** 0.5
    assert abs(before - 14_000) < 4 * 14_000**0.5


def test_surges_multiply_where_they_overlap_and_spare_other_types() -> None:
    surges = (Surge(9 * H, 11 * H, 2.0, ("a",)), Surge(10 * H, 12 * H, 3.0))
    traffic = drawn(
        plan(kind("a", ConstantArrivals(4000)), kind("b", ConstantArrivals(4000)), surges=surges)
    )
    hour = (traffic.times // H).astype(int) - 8
    counts = np.array(
        [np.bincount(hour[traffic.call_types == place], minlength=4) for place in (0, 1)]
    )
    expected = 4000 * np.array([[1, 2, 6, 3], [1, 1, 3, 3]])

    assert np.all(np.abs(counts - expected) < 4 * np.sqrt(expected))


def test_a_surge_past_midnight_belongs_to_the_plans_days_only() -> None:
    surge = Surge(23 * H, 25 * H, 0.0)
    all_day = kind("calls", EvenArrivals((1,) * 24, interval=3600, start=0.0))
    hours = drawn(plan(all_day, surges=(surge,), days=2)).times // H

    assert set(range(48)) - set(hours.astype(int).tolist()) == {23, 24, 47}


@pytest.mark.parametrize(
    "pattern",
    [
        RecordedArrivals(tuple(float(t) for t in range(8 * 3600, 12 * 3600, 4))),
        EvenArrivals((450,) * 8, interval=1800),
    ],
)
def test_surges_drop_and_double_given_contacts_by_chance(pattern: Arrivals) -> None:
    surges = (Surge(9 * H, 10 * H, 0.3), Surge(10 * H, 11 * H, 2.5))
    given_times = drawn(plan(kind("calls", pattern))).times
    times = drawn(plan(kind("calls", pattern), surges=surges)).times
    counts = np.bincount((times // H).astype(int) - 8)

    assert counts[0] == counts[3] == 900
    assert abs(counts[1] - 270) < 4 * (900 * 0.3 * 0.7) ** 0.5
    assert abs(counts[2] - 2250) < 4 * (900 * 0.25) ** 0.5
    assert np.all(np.diff(times) >= 0)
    kept = times[(times >= 10 * H) & (times < 11 * H)]
    assert np.isin(given_times[(given_times >= 10 * H) & (given_times < 11 * H)], kept).all()


def test_additional_contacts_of_a_surge_come_in_the_same_minute_and_by_themselves() -> None:
    pattern = RecordedArrivals(tuple(9 * H + 60.0 * minute + 7 for minute in range(60)))
    day = plan(kind("a", pattern), surges=(Surge(9 * H, 10 * H, 2.0),))
    clock = drawn(day).times - 9 * H

    assert np.bincount((clock // 60).astype(int)).tolist() == [2] * 60
    others = clock[clock % 60 != 7] % 60
    assert len(others) == 60
    assert stats.kstest(others / 60, "uniform").pvalue > UNLIKELY


def test_a_surge_drops_contacts_of_each_type_by_a_chance_of_their_own() -> None:
    pattern = EvenArrivals((400,))
    surge = Surge(8 * H, 9 * H, 0.5)
    traffic = drawn(plan(kind("a", pattern), kind("b", pattern), surges=(surge,)))
    kept = [set(traffic.times[traffic.call_types == place].tolist()) for place in (0, 1)]

    assert all(150 < len(one) < 250 for one in kept)
    assert len(kept[0] & kept[1]) == pytest.approx(100, abs=40)


def test_the_order_in_which_recorded_times_are_written_does_not_matter() -> None:
    moments = tuple(9 * H + 30.0 * step for step in range(100))
    surge = Surge(9 * H, 10 * H, 0.5)
    there, back = (
        drawn(plan(kind("a", RecordedArrivals(times)), surges=(surge,))).times
        for times in (moments, moments[::-1])
    )

    assert 30 < len(there) < 70
    assert np.array_equal(there, back)


def test_a_surge_of_one_type_changes_the_mix_meanwhile() -> None:
    day = plan(
        kind("a"),
        kind("b"),
        mix=Mix(ConstantArrivals(8000), {"a": 0.25, "b": 0.75}),
        surges=(Surge(9 * H, 10 * H, 3.0, ("a",)), Surge(10 * H, 11 * H, 0.0, ("b",))),
    )
    traffic = drawn(day)
    hour = (traffic.times // H).astype(int) - 8
    a, b = (np.bincount(hour[traffic.call_types == place], minlength=4) for place in (0, 1))

    assert np.all(np.abs(a - np.array([2000, 6000, 2000, 2000])) < 4 * np.sqrt(a))
    assert np.all(np.abs(b - np.array([6000, 6000, 0, 6000])) <= 4 * np.sqrt(b))


def test_what_a_pattern_brings_after_the_last_midnight_knows_no_surge_of_a_next_day() -> None:
    late = kind("calls", EvenArrivals((1,) * 4, interval=3600, start=22 * H))
    day = plan(late, surges=(Surge(1 * H, 2 * H, 0.0),), days=2)

    assert (drawn(day).times // H).tolist() == [22, 23, 24, 46, 47, 48, 49]


def test_a_mix_of_even_arrivals_knows_the_surges_of_each_type() -> None:
    # The surge ends inside a minute: an additional contact may come a little after it.
    day = plan(
        kind("a"),
        kind("b"),
        mix=Mix(EvenArrivals((600,) * 4, interval=3600), {"a": 0.5, "b": 0.5}),
        surges=(Surge(9 * H, 10 * H + 30, 4.0, ("a",)), Surge(9 * H, 10 * H + 30, 0.0, ("b",))),
    )
    traffic = drawn(day)
    a, b = (traffic.times[traffic.call_types == place] for place in (0, 1))

    assert abs(len(a) - (2 * 605 + 0.5 * 1795)) < 4 * 450**0.5
    assert not np.any((b >= 9 * H) & (b < 10 * H + 30))
    assert abs(len(b) - 0.5 * 1795) < 4 * 450**0.5


def test_outbound_lists_are_there_at_their_start() -> None:
    dialled = CallType(
        "sales", Service(Fixed(60.0)), channel="outbound", dialling=Dialling(3, 0.3, start=9 * H)
    )
    day = plan(kind("calls", RecordedArrivals((9 * H,))), dialled, days=2)
    traffic = drawn(day)

    assert traffic.times.tolist() == [9 * H] * 4 + [33 * H] * 4
    assert traffic.call_types.tolist() == [0, 1, 1, 1] * 2


def test_another_call_type_leaves_the_others_as_they_were() -> None:
    old = (
        kind("calls", PoissonArrivals((300, 200), batch=Batch(2.0)), busyness=0.3),
        kind("chats", ConstantArrivals(200), busyness=0.2),
    )
    new = kind("e-mail", ConstantArrivals(500), busyness=0.5)
    before = drawn(plan(*old, days=3))
    after = drawn(plan(new, *old, days=3))

    for place in (0, 1):
        assert np.array_equal(
            before.times[before.call_types == place], after.times[after.call_types == place + 1]
        )


def test_another_day_leaves_the_first_days_as_they_were() -> None:
    calls = kind("calls", PoissonArrivals((300, 200)), busyness=0.3)
    three, five = drawn(plan(calls, days=3)).times, drawn(plan(calls, days=5)).times

    assert np.array_equal(three, five[: len(three)])


def test_replications_and_seeds_differ_and_repeat() -> None:
    day = plan(kind("calls", ConstantArrivals(100)))
    times = [arrivals(day, Streams(*key)).times for key in ((1, 0), (1, 1), (2, 0), (1, 0))]

    assert np.array_equal(times[0], times[3])
    assert not np.array_equal(times[0], times[1])
    assert not np.array_equal(times[0], times[2])


def test_absurd_volumes_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(PlanError, match="lower the arrivals"):
        drawn(plan(kind("calls", PoissonArrivals((1e7,) * 8))))


def test_a_cut_rate_is_the_same_rate() -> None:
    rate = lines((10, 50, 20), 0.0, 900)
    cut = rate.cut(np.array([-5.0, 0.0, 100.0, 1234.5, 2700.0, 9e9]))

    assert isinstance(cut, Rate)
    assert cut.contacts.sum() == pytest.approx(80)
    at = np.linspace(1, 2699, 500)
    assert _height(cut, at) == pytest.approx(_height(rate, at))


def _height(rate: Rate, at: np.ndarray) -> np.ndarray:
    piece = np.searchsorted(rate.starts, at, side="right") - 1
    slope = (rate.last - rate.first) / (rate.ends - rate.starts)
    return rate.first[piece] + slope[piece] * (at - rate.starts[piece])
