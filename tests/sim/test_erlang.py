"""Erlang's formulas against sums of 60 digits, against each other, and against known figures."""

from __future__ import annotations

import math
import random
import time
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from sim.erlang import Queue, erlang_b, erlang_c, queue, staff
from sim.errors import SimError
from tests.sim.oracles import steady

TOLERANCE = 1e-9


def same(got: float, exact: Any) -> bool:
    """Relative error within the tolerance; below 1e-290 only the size has to be right."""
    if exact < 1e-290:
        return got < 1e-289
    return abs(got - exact) <= TOLERANCE * exact


def check(got: Queue, exact: steady.Exact) -> None:
    for one in fields(got):
        value, true = getattr(got, one.name), getattr(exact, one.name)
        assert same(value, true), f"{one.name}: {value!r}, exactly {float(true)!r}"


LOADS = [
    (1, 1e-12),
    (1, 0.5),
    (1, 0.999),
    (3, 2.9),
    (200, 1e-9),
    (1, 1e6),
    (2, 2.0),
    (15, 3.0),
    (16, 15.9),
    (16, 0.01),
    (50, 48.0),
    (50, 500.0),
    (200, 40.0),
    (1000, 999.999999),
    (1000, 1000.0),
    (1000, 1100.0),
    (10_000, 9_000.0),
    (100_000, 98_000.0),
    (100_000, 99_999.0),
    (100_000, 100_000.5),
    (100_000, 120_000.0),
    (100_000, 1e15),
]


@pytest.mark.parametrize(("servers", "load"), LOADS)
def test_erlang_b_and_c_have_nine_digits(servers: int, load: float) -> None:
    assert same(erlang_b(servers, load), 1 / steady.inverse_b(servers, load))
    if load < servers:
        assert same(erlang_c(servers, load), steady.erlang_c(servers, load))
    else:
        assert erlang_c(servers, load) == 1


def test_known_figures() -> None:
    # Cooper, Introduction to Queueing Theory; the abandonment of the example in the manual.
    assert erlang_b(10, 8) == pytest.approx(0.12166, abs=1e-4)
    assert erlang_b(1, 1) == 0.5
    assert erlang_c(2, 1) == pytest.approx(1 / 3, rel=1e-12)
    assert queue(48 / 60, 60, 50, 120).p_abandon == pytest.approx(0.0309, abs=5e-5)


# arrival rate, handle time, servers, patience, threshold
CENTRES = [
    (1 / 300, 240, 1, 60, 20),
    (1 / 20, 240, 1, 60, 20),
    (48 / 60, 60, 50, 120, 20),
    (0.2, 200, 50, 180, 20),
    (0.25, 200, 50, 180, 0),
    (0.5, 200, 50, 180, 30),
    (0.05, 200, 50, 600, 20),
    (5.0, 200, 50, 180, 300),
    (30.0, 300, 2, 100, 20),
    (0.3, 300, 10, 3, 5),
    (0.3, 300, 10, 1e-4, 5),
    (0.3, 300, 10, 400, 60),
    (0.03, 300, 10, 30_000, 10),
    (3.0, 300, 1000, 240, 20),
    (3.3333, 300, 1000, 240, 20),
    (4.5, 300, 1000, 240, 20),
    (2.0, 300, 1000, 600, 1),
    (0.9, 10, 120, 1e-3, 10),
    (1000.0, 97.0, 100_000, 60.0, 1.0),
    (1000.0, 100.0, 100_000, 100.0, 0.5),
    (1000.0, 103.0, 100_000, 30.0, 2.0),
]


@pytest.mark.parametrize("centre", CENTRES, ids=str)
def test_erlang_a_has_nine_digits(centre: tuple[float, float, int, float, float]) -> None:
    check(queue(*centre), steady.erlang_a(*centre))


EXTREME = [
    (0.1, 300, 30, 1e9, 20),
    (0.09, 300, 30, 1e9, 20),
    (0.1000001, 300, 30, 1e9, 20),
    (0.11, 300, 30, 3e4, 20),
    (3.32, 300, 1000, 1e12, 20),
    (1e-6, 300, 2, 100, 20),
    (1e-9, 1, 1, 1, 0),
    (1000.0, 100.0, 100_000, 1.0, 0),
    (1000.0, 100.0, 100_000, 1e6, 20),
]
# Where differences of large numbers, or a depth that is too small, would cost the last digits.
HARDEST = [
    (42.276, 300, 10_569, 3600, 300),
    (705.0007, 1, 705, 1e12, 1),
    (37 / 60 + 6e-7, 60, 37, 1e15, 0),
]


@pytest.mark.parametrize("centre", EXTREME, ids=str)
def test_patience_from_seconds_to_centuries(
    centre: tuple[float, float, int, float, float],
) -> None:
    check(queue(*centre), steady.erlang_a_integral(*centre))


def anywhere(rng: random.Random) -> tuple[float, float, int, float, float]:
    """A centre from 1 to 100,000 servers: nearly empty, light, critical, overloaded."""
    servers = round(10 ** rng.uniform(0, 5))
    close = 1 / math.sqrt(servers)
    loads = (1e-9 / servers, 0.001, 0.3, 0.9, 1 - 1e-6, 1.0, 1 + 1e-6, 1 + close, 1.5, 50)
    share, handle = rng.choice(loads), rng.choice((1.0, 180.0, 3600.0))
    patience = rng.choice((1.0, 10.0, 120.0, 3600.0, 1e6))
    return share * servers / handle, handle, servers, patience, rng.choice((0.0, 1.0, 20.0, 300.0))


@pytest.mark.long
def test_nine_digits_from_one_server_to_a_hundred_thousand() -> None:
    rng = random.Random(8)
    for centre in [*HARDEST, *(anywhere(rng) for _ in range(150))]:
        check(queue(*centre), steady.erlang_a_integral(*centre))


@pytest.mark.parametrize(
    "centre",
    [
        (0.2, 200, 41, 20),
        (0.2, 200, 80, 0),
        (0.099999999, 300, 30, 20),
        (0.0999999999999, 300, 30, 0),
        (0.0999999999999, 300, 30, 1e-3),
        (1000.0, 99.99, 100_000, 0.1),
        (1 / 300, 299.99, 1, 60),
    ],
    ids=str,
)
def test_erlang_c_queue_has_nine_digits(centre: tuple[float, float, int, float]) -> None:
    rate, handle, servers, threshold = centre
    got = queue(rate, handle, servers, threshold=threshold)
    exact = steady.erlang_c_queue(rate, handle, servers, threshold)
    assert got.p_abandon == 0
    check(got, exact)


def test_very_small_chances_keep_their_digits() -> None:
    # 300 agents for 100 erlangs: nobody in 10^50 hangs up.
    got = queue(1 / 3, 300, 300, 200)
    exact = steady.erlang_a(1 / 3, 300, 300, 200, 20)
    assert 0 < got.p_abandon < 1e-50
    check(got, exact)


@pytest.mark.parametrize("threshold", [0.0, 5.0, 20.0, 200.0])
def test_service_level_from_the_chain_itself(threshold: float) -> None:
    """A caller's way through the line as an absorbing Markov chain, solved by a matrix exponential.

    It knows nothing of the offered wait's density: one state for each number ahead of her.
    """
    rate, handle, servers, patience = 0.12, 60.0, 6, 45.0
    mu, theta, deep = 1 / handle, 1 / patience, 120
    leave = np.array([min(k, servers) * mu + max(0, k - servers) * theta for k in range(deep)])
    steady_state = np.cumprod(np.concatenate([[1.0], rate / leave[1:]]))
    steady_state /= steady_state.sum()
    # States 0 … ahead in the line, then answered.
    ahead = deep - servers
    moves = np.zeros((ahead + 1, ahead + 1))
    for j in range(ahead):
        moves[j, j - 1 if j else ahead] = servers * mu + j * theta
        moves[j, j] = -(servers * mu + (j + 1) * theta)
    start = np.concatenate([steady_state[servers:], [steady_state[:servers].sum()]])
    answered = (start @ linalg.expm(moves * threshold))[ahead]
    assert queue(rate, handle, servers, patience, threshold).service_level == pytest.approx(
        answered, rel=1e-10
    )


def test_edges() -> None:
    assert erlang_b(0, 5) == 1
    assert erlang_b(3, 0) == 0
    assert erlang_c(0, 5) == 1
    assert erlang_c(3, 0) == 0
    assert queue(0, 300, 5) == Queue(0, 0, 0, 0, 1, 0)
    assert queue(0, 300, 5, 60) == Queue(0, 0, 0, 0, 1, 0)
    for hopeless in (queue(1, 300, 300), queue(1, 300, 299), queue(1, 300, 0)):
        assert hopeless == Queue(1, 0, math.inf, math.inf, 0, 1)
    nobody = queue(1, 300, 0, 60)
    assert (nobody.p_wait, nobody.p_abandon, nobody.service_level) == (1, 1, 0)
    assert math.isnan(nobody.asa)
    assert nobody.mean_wait == 60
    assert queue(1, 300, 310, math.inf) == queue(1, 300, 310)


def test_a_hair_below_full_load_is_still_a_queue() -> None:
    # 0.1 × 30 is 3.0000000000000004 in floats, and exactly a little more than 3.
    assert queue(0.1, 30, 3).p_wait == 1
    assert queue(math.nextafter(0.1, 0), 30, 3).asa < math.inf


def test_patience_without_end_is_erlang_c_and_none_is_erlang_b() -> None:
    plain, patient = queue(0.3, 300, 100), queue(0.3, 300, 100, 1e12)
    assert patient.p_wait == pytest.approx(plain.p_wait, rel=1e-6)
    assert patient.asa == pytest.approx(plain.asa, rel=1e-6)
    assert patient.service_level == pytest.approx(plain.service_level, rel=1e-6)
    hasty = queue(0.3, 300, 100, 1e-6)
    assert hasty.p_abandon == pytest.approx(erlang_b(100, 90), rel=1e-6)


rates = st.floats(1e-4, 2.0)
handles = st.floats(5.0, 1000.0)
patiences = st.floats(1.0, 5000.0)


@settings(deadline=None)
@given(rates, handles, st.integers(1, 400), patiences, st.floats(0, 600))
def test_erlang_a_keeps_the_laws(
    rate: float, handle: float, servers: int, patience: float, threshold: float
) -> None:
    got = queue(rate, handle, servers, patience, threshold)
    load = rate * handle
    # What is offered is served or hangs up.
    assert got.occupancy * servers == pytest.approx(load * (1 - got.p_abandon), abs=1e-9 * load)
    # Whoever waits hangs up at the rate 1 / patience (Little's law).
    assert got.mean_wait == pytest.approx(got.p_abandon * patience, rel=1e-12)
    # Nobody is answered at once but those who need not wait.
    none = queue(rate, handle, servers, patience, 0).service_level
    assert none == pytest.approx(1 - got.p_wait, abs=1e-12)
    assert none <= got.service_level + 1e-12
    assert got.service_level <= 1 - got.p_abandon + 1e-12
    assert 0 <= got.occupancy <= 1
    # The wait of all is made of the waits of those answered and of those who hang up.
    assert got.asa * (1 - got.p_abandon) <= got.mean_wait * (1 + 1e-9)
    # One more agent makes nothing worse.
    more = queue(rate, handle, servers + 1, patience, threshold)
    assert more.p_abandon <= got.p_abandon * (1 + 1e-12)
    assert more.service_level >= got.service_level - 1e-12
    assert more.asa <= got.asa * (1 + 1e-9)
    assert more.occupancy <= got.occupancy * (1 + 1e-12)


@given(st.integers(1, 100_000), st.floats(1e-3, 2.0))
@settings(max_examples=50, deadline=None)
def test_erlang_b_obeys_its_recursion(servers: int, share: float) -> None:
    """B(s) = a B(s-1) / (s + a B(s-1)) (Jagerman 1974)."""
    load = servers * share
    before = erlang_b(servers - 1, load)
    expected = load * before / (servers + load * before)
    # Near the smallest float the recursion itself has no digits left.
    assert erlang_b(servers, load) == pytest.approx(expected, rel=1e-10, abs=1e-300)


@pytest.mark.parametrize(
    "targets",
    [
        {},
        {"patience": 120.0},
        {"patience": 120.0, "max_abandon": 0.02},
        {"max_occupancy": 0.85},
        {"service_level": None, "max_asa": 5.0},
        {"service_level": None, "max_asa": 5.0, "patience": 60.0},
        {"service_level": 0.0},
        {"service_level": 0.0, "patience": 60.0},
        {"service_level": 0.99, "threshold": 0.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("rate", [0.001, 0.2, 1.7])
def test_staff_finds_the_fewest(rate: float, targets: dict[str, Any]) -> None:
    got = staff(rate, 180.0, **targets)
    waiting = {key: targets[key] for key in ("patience", "threshold") if key in targets}

    def good(servers: int) -> bool:
        one = queue(rate, 180.0, servers, **waiting)
        level = targets.get("service_level", 0.8)
        return (
            (level is None or one.service_level >= level)
            and one.p_abandon <= targets.get("max_abandon", 1)
            and one.occupancy <= targets.get("max_occupancy", 1)
            and ("max_asa" not in targets or one.asa <= targets["max_asa"])
            and one.mean_wait < math.inf
        )

    assert got.servers == next(servers for servers in range(1000) if good(servers))
    assert got.queue == queue(rate, 180.0, got.servers, **waiting)
    assert got.scheduled == got.servers


def test_shrinkage_is_added_without_a_rounding_agent() -> None:
    got = staff(0.355, 180.0, shrinkage=0.3)
    assert got.servers == 70
    assert got.scheduled == 100
    assert 42 / (1 - 0.3) > 60, "a hair too much"
    assert staff(0.202, 180.0, shrinkage=0.3).scheduled == 60
    assert staff(0.355, 180.0, shrinkage=0.31).scheduled == 102
    assert staff(0, 180.0, shrinkage=0.3).scheduled == 0


def test_fast_at_a_hundred_thousand_servers() -> None:
    calls = {
        "B": lambda: erlang_b(100_000, 99_000.0),
        "C": lambda: queue(1000.0, 99.9, 100_000),
        "A": lambda: queue(1000.0, 100.1, 100_000, 200.0),
        "staff": lambda: staff(1000.0, 100.0, patience=200.0),
    }
    for name, call in calls.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        limit = 0.1 if name == "staff" else 0.01
        assert min(times) < limit, f"{name} took {min(times) * 1000:.1f} ms"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(2.5, 1), "servers must be a whole number from 0 .* got 2.5"),
        (lambda: erlang_b(-1, 1), "servers must be a whole number .* got -1"),
        (lambda: erlang_b(True, 1), "servers must be a whole number .* got True"),
        (lambda: erlang_c("many", 1), "servers must be a whole number .* got 'many'"),
        (lambda: erlang_c(3, -1), "load must be a number of erlangs from 0 .* got -1"),
        (lambda: erlang_c(3, math.nan), "load must be a number of erlangs .* got nan"),
        (lambda: queue(1, 0, 3), "handle_time must be a number of seconds from 1e-09 .* got 0"),
        (lambda: queue(-1, 9, 3), "arrival_rate must be a number of callers a second .* got -1"),
        (lambda: queue(1, 9, 3, 0), "patience must be a number of seconds .* got 0"),
        (lambda: queue(1, 9, 3, 5, -1), "threshold must be a number of seconds .* got -1"),
        (lambda: queue(1, 9, 3, 5, None), "threshold must be a number of seconds .* got None"),
        (lambda: staff(1, 9, service_level=80), r"service_level must be a share, .* got 80"),
        (lambda: staff(1, 9, service_level=1.0), "service_level must be a share, .*below 1"),
        (lambda: staff(1, 9, max_abandon=0, patience=5), "max_abandon must be a share, above 0"),
        (lambda: staff(1, 9, max_asa=-1), "max_asa must be a number of seconds"),
        (lambda: staff(1, 9, shrinkage=1.0), "shrinkage must be a share, .* below 1"),
        (lambda: staff(1, -9), "handle_time must be a number of seconds"),
        (lambda: staff(1e9, 9), "not even 10,000,000 servers"),
    ],
)
def test_bad_input_says_what_was_expected_and_what_came(call: Any, message: str) -> None:
    with pytest.raises(SimError, match=message):
        call()


def test_numpy_numbers_are_numbers() -> None:
    assert erlang_b(np.int64(10), np.float64(8)) == erlang_b(10, 8)
    assert erlang_b(10.0, 8) == erlang_b(10, 8)
