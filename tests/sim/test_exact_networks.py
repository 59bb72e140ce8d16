"""The simulator against exact networks: priorities, limited room, retrials, feedback, tandems."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.erlang import queue
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Exponential,
    Fixed,
    Group,
    LogNormal,
    Patience,
    Plan,
    PoissonArrivals,
    Resolution,
    Retrial,
    Rule,
    Service,
    Skill,
    Transfer,
)
from sim.records import Origin, Outcome
from tests.sim.oracles import chains, formulas
from tests.sim.oracles.measured import (
    CONFIDENCE,
    EFFORTS,
    Effort,
    Window,
    compare,
    hold,
    replications,
)

HANDLE = 10.0


def plan_of(kinds: tuple[CallType, ...], servers: int, closes: float, **more: Any) -> Plan:
    skills = tuple(Skill(kind.name) for kind in kinds)
    return Plan(
        call_types=kinds,
        groups=(Group("agents", skills, agents=servers, shift_end="drain"),),
        opens=0.0,
        closes=closes,
        seed=77,
        **more,
    )


@pytest.mark.parametrize("effort", EFFORTS)
def test_priorities_wait_as_cobham_says(effort: Effort) -> None:
    # Not in the plan's order of call types, in which those with equal priority would be served.
    servers, rates, priorities = 5, (0.17, 0.08, 0.15), (0, 2, 1)
    kinds = tuple(
        CallType(
            name, Service(Exponential(HANDLE)), ConstantArrivals(rate * 3600), priority=priority
        )
        for name, rate, priority in zip(("rest", "gold", "silver"), rates, priorities, strict=True)
    )
    plan = plan_of(kinds, servers, 16_000, routing=(Rule("priority"), Rule("longest-idle")))

    def look(window: Window) -> dict[str, float]:
        return window.controls(sum(rates), HANDLE) | {
            kind.name: float(window.records.waited[window.rows(place)].mean())
            for place, kind in enumerate(kinds)
        }

    seen = replications(plan, round(16 * effort.size), 1000, plan.closes, look)
    urgent = sorted(zip(priorities, rates, kinds, strict=True), key=lambda one: -one[0])
    waits = formulas.cobham([rate for _, rate, _ in urgent], HANDLE, servers)
    exact = {kind.name: wait for (_, _, kind), wait in zip(urgent, waits, strict=True)}
    hold(compare("Cobham's waits", seen, exact, ("came", "work")))


@pytest.mark.parametrize("effort", EFFORTS)
def test_priority_with_ageing_waits_as_kleinrock_says(effort: Effort) -> None:
    servers, rates, slopes = 3, (0.1, 0.09, 0.06), (0.5, 1.0, 3.0)
    kinds = tuple(
        CallType(name, Service(Exponential(HANDLE)), ConstantArrivals(rate * 3600), ageing=slope)
        for name, rate, slope in zip(("slow", "plain", "quick"), rates, slopes, strict=True)
    )
    plan = plan_of(kinds, servers, 16_000, routing=(Rule("priority"), Rule("longest-idle")))

    def look(window: Window) -> dict[str, float]:
        return window.controls(sum(rates), HANDLE) | {
            kind.name: float(window.records.waited[window.rows(place)].mean())
            for place, kind in enumerate(kinds)
        }

    seen = replications(plan, round(24 * effort.size), 1000, plan.closes, look)
    waits = formulas.ageing(rates, slopes, HANDLE, servers)
    exact = {kind.name: wait for kind, wait in zip(kinds, waits, strict=True)}
    hold(compare("Kleinrock's waits", seen, exact, ("came", "work")))


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("patience", [None, 8.0])
def test_limited_room(patience: float | None, effort: Effort) -> None:
    """M/M/c/K, with and without patience: a full queue turns callers away."""
    servers, room, rate = 6, 4, 0.65
    kind = CallType(
        "calls",
        Service(Exponential(HANDLE)),
        ConstantArrivals(rate * 3600),
        capacity=room,
        patience=None if patience is None else Patience(Exponential(patience)),
    )

    def look(window: Window) -> dict[str, float]:
        one = window.records
        rows = window.rows()
        full = one.outcome[rows] == Outcome.FULL
        return window.controls(rate, HANDLE) | {
            "p_full": float(full.mean()),
            "p_wait": float((~full & (one.waited[rows] > 0)).mean()),
            "p_abandon": window.share(Outcome.ABANDONED),
            "queue": window.queue,
            "occupancy": window.busy / servers,
        }

    plan = plan_of((kind,), servers, 10_000)
    seen = replications(plan, round(16 * effort.size), 500, plan.closes, look)
    got = chains.limited(rate, HANDLE, servers, room, patience)
    exact = {
        "p_full": got.p_full,
        "p_wait": got.p_wait,
        "p_abandon": got.p_abandon,
        "queue": got.mean_queue,
        "occupancy": got.occupancy,
    }
    hold(compare("M/M/c/K", seen, exact, ("came", "work")))


@pytest.mark.parametrize("effort", EFFORTS)
def test_retrials_after_busy_and_after_abandoning(effort: Effort) -> None:
    model = chains.Retrying(0.5, HANDLE, 5, 3, 15.0, 30.0, 0.7, 0.5)
    kind = CallType(
        "calls",
        Service(Exponential(HANDLE)),
        ConstantArrivals(model.rate * 3600),
        capacity=model.room,
        patience=Patience(Exponential(model.patience)),
        retrial=Retrial(
            Exponential(model.delay),
            after_abandoning=model.after_abandoning,
            after_busy=model.after_busy,
            attempts=50,
        ),
    )

    def look(window: Window) -> dict[str, float]:
        span = window.end - window.start
        ended = window.records.outcome[window.rows()]
        first = window.records.origin[window.rows()] == Origin.FIRST
        return {
            "attempts": len(ended) / span,
            "busy": float((ended == Outcome.FULL).sum()) / span,
            "abandoned": float((ended == Outcome.ABANDONED).sum()) / span,
            "queue": window.queue,
            "came": float(first.sum()) / span / model.rate - 1,
            "work": window.controls(1.0, HANDLE)["work"],
        }

    plan = plan_of((kind,), model.servers, 8_000)
    seen = replications(plan, round(16 * effort.size), 1000, plan.closes - 500, look)
    got = chains.retrials(model)
    exact = {
        "attempts": got.attempts,
        "busy": got.busy,
        "abandoned": got.abandoned,
        "queue": got.mean_queue,
    }
    hold(compare("retrials", seen, exact, ("came", "work")))


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("delay", [Exponential(200.0), LogNormal(50.0, 50.0)])
def test_repeat_contacts_are_a_jackson_network(
    delay: Exponential | LogNormal, effort: Effort
) -> None:
    """Unresolved contacts come back after a while: the queue is M/M/s with arrivals / FCR, whatever
    the distribution of the while (Jackson 1963; Baskett, Chandy, Muntz & Palacios 1975)."""
    servers, rate, fcr = 8, 0.45, 0.7
    kind = CallType(
        "calls",
        Service(Exponential(HANDLE)),
        ConstantArrivals(rate * 3600),
        resolution=Resolution(fcr, repeat=1.0, delay=delay, attempts=50),
    )

    def look(window: Window) -> dict[str, float]:
        figures = window.figures(5.0)
        first = window.records.origin[window.rows()] == Origin.FIRST
        span = window.end - window.start
        return {
            "attempts": len(first) / span,
            "p_wait": figures["p_wait"],
            "mean_wait": figures["mean_wait"],
            "service_level": figures["service_level"],
            "busy": window.busy,
            "came": float(first.sum()) / span / rate - 1,
            "work": window.controls(1.0, HANDLE)["work"],
        }

    plan = plan_of((kind,), servers, 9_000)
    seen = replications(plan, round(16 * effort.size), 2500, plan.closes - 500, look)
    one = queue(rate / fcr, HANDLE, servers, threshold=5.0)
    exact = {
        "attempts": rate / fcr,
        "p_wait": one.p_wait,
        "mean_wait": one.mean_wait,
        "service_level": one.service_level,
        "busy": rate / fcr * HANDLE,
    }
    hold(compare("feedback", seen, exact, ("came", "work")))


INTERVAL = 900.0
HOURLY = (100.0, 400.0, 170.0, 0.0, 300.0, 30.0)
MANY = 500


def steps(at: float) -> float:
    """Arrivals a second."""
    return HOURLY[min(int(at // INTERVAL), len(HOURLY) - 1)] / INTERVAL


def in_hand(plan: Plan, days: int, moments: list[float], kind: int) -> np.ndarray:
    """(days, moments): contacts of that type with the agents."""

    def look(window: Window) -> dict[str, float]:
        one = window.records
        served = (one.call_type == kind) & ~np.isnan(one.answered)
        began, ended = one.answered[served], one.released[served]
        return {f"{at}": float(((began <= at) & (at < ended)).sum()) for at in moments}

    seen = replications(plan, days, 0, plan.closes, look)
    return np.column_stack([seen[f"{at}"] for at in moments])


def is_poisson(counts: np.ndarray, means: list[float]) -> None:
    """Every column is a sample of Poisson's distribution with that mean, in mean and variance."""
    days = len(counts)
    level = (1 - CONFIDENCE) / (2 * len(means))
    for column, mean in zip(counts.T, means, strict=True):
        if mean == 0:
            assert not column.any()
            continue
        total = float(column.sum())
        low, high = stats.poisson.interval(1 - level, mean * days)
        assert low <= total <= high, f"mean {total / days:.2f}, exactly {mean:.2f}"
        spread = float(((column - mean) ** 2).sum() / mean)
        low, high = stats.chi2.interval(1 - level, days)
        assert low <= spread <= high, f"variance {spread * mean / days:.2f}, exactly {mean:.2f}"


def day_of(service: Service, **more: Any) -> CallType:
    return CallType("first", service, PoissonArrivals(HOURLY, interval=900), **more)


SERVICES: dict[str, tuple[Service, Callable[[float], float], list[float]]] = {
    "exponential": (
        Service(Exponential(400.0)),
        lambda age: math.exp(-age / 400.0),
        [],
    ),
    "fixed": (Service(Fixed(700.0)), lambda age: float(age < 700.0), [700.0]),
    "log-normal": (
        Service(LogNormal(400.0, 500.0)),
        lambda age: float(
            stats.lognorm.sf(
                age, math.sqrt(math.log1p(25 / 16)), scale=400 / math.sqrt(1 + 25 / 16)
            )
        ),
        [],
    ),
}


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("name", SERVICES)
def test_enough_agents_are_an_infinite_server_queue(name: str, effort: Effort) -> None:
    """M(t)/G/∞: Poisson at every moment of a day whose arrivals change."""
    service, survival, corners = SERVICES[name]
    closes = INTERVAL * len(HOURLY)
    plan = replace(plan_of((day_of(service),), MANY, closes), interval=900)
    moments = [500.0, 1800.0, 2600.0, 3599.0, 5000.0]
    jumps = [INTERVAL * n for n in range(len(HOURLY))]
    means = [
        formulas.in_service(steps, survival, at, jumps + [at - corner for corner in corners])
        for at in moments
    ]
    is_poisson(in_hand(plan, round(20 * effort.size), moments, 0), means)


@pytest.mark.parametrize("effort", EFFORTS)
def test_transfers_are_a_tandem_of_infinite_servers(effort: Effort) -> None:
    """Of those served first, a share goes on to a second queue: both are Poisson."""
    share, first, second = 0.4, 300.0, 500.0
    kinds = (
        day_of(Service(Exponential(first)), transfers=(Transfer("second", share),)),
        CallType("second", Service(Exponential(second))),
    )
    closes = INTERVAL * len(HOURLY)
    plan = replace(plan_of(kinds, MANY, closes), interval=900)
    moments = [500.0, 1800.0, 2600.0, 3599.0, 5000.0]
    jumps = [INTERVAL * n for n in range(len(HOURLY))]
    both = formulas.second_of_two(first, second)
    days = round(20 * effort.size)
    is_poisson(
        in_hand(plan, days, moments, 1),
        [share * formulas.in_service(steps, both, at, jumps) for at in moments],
    )
    is_poisson(
        in_hand(plan, days, moments, 0),
        [
            formulas.in_service(steps, lambda age: math.exp(-age / first), at, jumps)
            for at in moments
        ],
    )
