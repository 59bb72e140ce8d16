"""The simulator where handle times are not exponential: M/G/1, M/D/c, bounds, insensitivity."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.erlang import erlang_b
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Group,
    LogNormal,
    Plan,
    Service,
    Skill,
    Uniform,
)
from sim.records import Outcome
from tests.sim.oracles import chains, formulas
from tests.sim.oracles.measured import (
    EFFORTS,
    Comparison,
    Effort,
    Window,
    compare,
    hold,
    replications,
)

MEAN = 5.0
REPLICATIONS = 12

# Distribution and its standard deviation, all with the same mean.
SHAPES: dict[str, tuple[Distribution, float]] = {
    "fixed": (Fixed(MEAN), 0.0),
    "log-normal": (LogNormal(MEAN, 4.0), 4.0),
    "gamma": (Gamma(MEAN, 3.0), 3.0),
    "Erlang": (Erlang(MEAN, 4), MEAN / 2),
    "uniform": (Uniform(1.0, 9.0), 8 / np.sqrt(12)),
    "empirical": (Empirical((1.0, 2.0, 2.0, 15.0)), float(np.std([1, 2, 2, 15]))),
}


def plan_of(
    service: Service, load: float, servers: int, contacts: float, capacity: int | None = None
) -> Plan:
    rate = load / service.mean
    kind = CallType("calls", service, ConstantArrivals(rate * 3600), capacity=capacity)
    return Plan(
        call_types=(kind,),
        groups=(Group("agents", (Skill("calls"),), agents=servers, shift_end="drain"),),
        opens=0.0,
        closes=min(172_800.0, contacts / rate),
        seed=31,
    )


def run(
    plan: Plan, look: Callable[[Window], dict[str, float]], effort: Effort, load: float
) -> dict[str, np.ndarray]:
    rate, mean = load / plan.call_types[0].service.mean, plan.call_types[0].service.mean
    start = 200 * mean

    def all_of(window: Window) -> dict[str, float]:
        return look(window) | window.controls(rate, mean)

    count = round(REPLICATIONS * effort.size)
    return replications(plan, count, start, plan.closes, all_of)


def waits(window: Window) -> dict[str, float]:
    waited = window.records.waited[window.rows()]
    return {"p_wait": float((waited > 0).mean()), "mean_wait": float(waited.mean())}


@pytest.mark.parametrize("effort", EFFORTS)
def test_one_server_waits_by_pollaczek_and_khinchine(effort: Effort) -> None:
    """Of the distribution of handle times the mean and the variance matter, and nothing else."""
    load = 0.6
    services = {name: (Service(shape), sd) for name, (shape, sd) in SHAPES.items()}
    # Three parts are one handle time; those who wait do so for after-call work too.
    services["three parts"] = (
        Service(Exponential(3.0), Fixed(0.5), Uniform(0.5, 2.5)),
        float(np.sqrt(9 + 4 / 12)),
    )
    comparisons: list[Comparison] = []
    for name, (service, sd) in services.items():
        seen = run(plan_of(service, load, 1, 3_000), waits, effort, load)
        exact = {
            "mean_wait": formulas.pollaczek_khinchine(load / MEAN, MEAN, sd),
            "p_wait": load,
        }
        comparisons += compare(f"M/G/1, {name}", seen, exact, ("came", "work"))
    hold(comparisons)


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize(("servers", "load"), [(3, 2.1), (20, 17.0)])
def test_fixed_handle_times_wait_by_crommelin(servers: int, load: float, effort: Effort) -> None:
    seen = run(plan_of(Service(Fixed(MEAN)), load, servers, 5_000), waits, effort, load)
    p_wait, mean_wait = chains.fixed_service(load / MEAN, MEAN, servers)
    exact = {"p_wait": p_wait, "mean_wait": mean_wait}
    hold(compare(f"M/D/{servers}", seen, exact, ("came",)))


@pytest.mark.parametrize("name", ["log-normal", "gamma", "uniform"])
def test_several_servers_wait_between_the_bounds(name: str) -> None:
    """No closed formula is known; Lee and Longton's is good to some per cent."""
    servers, load = 8, 6.0
    shape, sd = SHAPES[name]
    plan = plan_of(Service(shape), load, servers, 6_000)
    seen = run(plan, waits, Effort("bounds", 1.0), load)
    about = formulas.lee_longton(load / MEAN, MEAN, sd, servers)
    mean, error, _ = compare("M/G/8", seen, {"mean_wait": about}, ("came", "work"))[0].fit
    assert error < 0.04 * about
    lower, upper = formulas.wait_bounds(load / MEAN, MEAN, sd, servers)
    assert lower < mean < upper
    assert mean == pytest.approx(about, rel=0.1)


@pytest.mark.parametrize("effort", EFFORTS)
def test_blocking_is_the_same_for_any_handle_time(effort: Effort) -> None:
    """Erlang B holds for M/G/c/c (Sevastyanov 1957)."""

    def full(window: Window) -> dict[str, float]:
        return {"full": window.share(Outcome.FULL), "busy": window.busy}

    servers, load = 12, 11.0
    share = erlang_b(servers, load)
    exact = {"full": share, "busy": load * (1 - share)}
    comparisons: list[Comparison] = []
    for name, (shape, _) in SHAPES.items():
        plan = plan_of(Service(shape), load, servers, 3_000, capacity=0)
        seen = run(plan, full, effort, load)
        controls = ("came",) if name == "fixed" else ("came", "work")
        comparisons += compare(f"M/G/c/c, {name}", seen, exact, controls)
    hold(comparisons)
