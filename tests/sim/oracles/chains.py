"""Markov chains solved numerically: queues that no closed formula covers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, sparse, stats
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Limited:
    """M/M/s/K(+M). p_wait: of all offered, those who join the line; p_full: turned away."""

    p_wait: float
    p_full: float
    p_abandon: float
    mean_queue: float
    occupancy: float


def limited(
    rate: float, handle: float, servers: int, room: int, patience: float | None = None
) -> Limited:
    """``room`` places to wait; by the birth and death equations."""
    states = np.arange(servers + room + 1)
    waiting = np.maximum(states - servers, 0)
    leave = np.minimum(states, servers) / handle + (waiting / patience if patience else 0)
    weights = np.cumprod(np.concatenate([[1.0], rate / leave[1:]]))
    chance = weights / weights.sum()
    queue = float(chance @ waiting)
    return Limited(
        p_wait=float(chance[servers:-1].sum()),
        p_full=float(chance[-1]),
        p_abandon=queue / patience / rate if patience else 0.0,
        mean_queue=queue,
        occupancy=float(chance @ np.minimum(states, servers)) / servers,
    )


@dataclass(frozen=True)
class Interval:
    """Means over one interval: of time for those in the line and in hand, and how many come, find
    nobody free, or hang up in it."""

    waited: float
    mean_queue: float
    mean_busy: float
    abandoned: float
    offered: float


def day(
    rate: Callable[[float], float],
    handle: float,
    staffing: Sequence[int],
    interval: float,
    patience: float,
    room: int = 60,
) -> list[Interval]:
    """M(t)/M/s(t)+M from an empty centre, by Kolmogorov's forward equations.

    staffing: agents in each interval. Where it falls, those who go finish what they have in hand
    and take no more. Which of them are busy is as good as drawn by lot when idle agents are chosen
    at random and all came at the same time; what they still do keeps nobody else waiting, and is
    counted as in hand.
    """
    chance = np.zeros(max(staffing) + room + 1)
    chance[0] = 1.0
    found = []
    before, finishing = staffing[0], 0.0
    fading = math.exp(-interval / handle)
    for place, servers in enumerate(staffing):
        if servers < before:
            busy = _busy(chance, before)
            chance = _sent_home(chance, before, servers)
            finishing += busy - _busy(chance, servers)
        averages, chance = _forward(rate, handle, servers, patience, chance, place, interval)
        still = finishing * handle / interval * (1 - fading)
        found.append(replace(averages, mean_busy=averages.mean_busy + still))
        finishing *= fading
        before = servers
    return found


def _busy(chance: Floats, servers: int) -> float:
    return float(chance @ np.minimum(np.arange(len(chance)), servers))


def _sent_home(chance: Floats, before: int, after: int) -> Floats:
    """What the line and those who stay look like once ``before - after`` agents take no more."""
    left = np.zeros_like(chance)
    for state, weight in enumerate(chance):
        busy, waiting = min(state, before), max(state - before, 0)
        staying = np.arange(max(0, busy - (before - after)), min(busy, after) + 1)
        odds = stats.hypergeom.pmf(staying, before, busy, after)
        np.add.at(left, staying + waiting, weight * odds)
    return left


def _forward(
    rate: Callable[[float], float],
    handle: float,
    servers: int,
    patience: float,
    chance: Floats,
    place: int,
    interval: float,
) -> tuple[Interval, Floats]:
    states = np.arange(len(chance))
    busy = np.minimum(states, servers)
    waiting = states - busy
    leave = busy / handle + waiting / patience

    def change(at: float, y: Floats) -> Floats:
        p = y[: len(states)]
        up = rate(at) * p[:-1]
        down = leave[1:] * p[1:]
        move = np.zeros_like(p)
        move[:-1] += down - up
        move[1:] += up - down
        come = rate(at)
        sums = [come * p[servers:].sum(), p @ waiting, p @ busy, come]
        return np.concatenate([move, sums])

    start, end = place * interval, (place + 1) * interval
    solved = integrate.solve_ivp(
        change,
        (start, end),
        np.concatenate([chance, np.zeros(4)]),
        method="DOP853",
        rtol=1e-6,
        atol=1e-9,
        max_step=interval / 8,
    )
    last = solved.y[:, -1]
    waited, queue, in_hand, offered = last[-4:]
    averages = Interval(
        waited=waited,
        mean_queue=queue / interval,
        mean_busy=in_hand / interval,
        abandoned=queue / patience,
        offered=offered,
    )
    return averages, np.maximum(last[:-4], 0)


@dataclass(frozen=True)
class Retrying:
    """M/M/s/K+M whose lost customers try again after an exponential ``delay``.

    room: places to wait; after_busy, after_abandoning: the share that tries again
    """

    rate: float
    handle: float
    servers: int
    room: int
    patience: float
    delay: float
    after_busy: float
    after_abandoning: float


@dataclass(frozen=True)
class Retried:
    """Rates a second of attempts, first and again, and of those that end badly."""

    attempts: float
    busy: float
    abandoned: float
    mean_queue: float


def retrials(model: Retrying, orbit: int = 60) -> Retried:
    """By the chain in two dimensions, those in the centre and those who will try again, which is
    cut at ``orbit`` (Falin & Templeton 1997, Retrial Queues)."""
    most = model.servers + model.room
    source, target, speed = (
        np.array(column) for column in zip(*_retrial_moves(model, orbit), strict=True)
    )
    size = (most + 1) * (orbit + 1)
    flows = sparse.coo_matrix((speed, (target, source)), shape=(size, size)).tocsr()
    balance = sparse.lil_matrix(flows - sparse.diags(np.asarray(flows.sum(axis=0)).ravel()))
    balance[0, :] = 1.0
    right = np.zeros(size)
    right[0] = 1.0
    chance = spsolve(balance.tocsc(), right).reshape(most + 1, orbit + 1)
    assert chance[:, -1].sum() < 1e-8, "the orbit is cut too short"
    come = model.rate + np.arange(orbit + 1) / model.delay
    queue = float(chance.sum(axis=1) @ np.maximum(np.arange(most + 1) - model.servers, 0))
    return Retried(
        attempts=float(chance.sum(axis=0) @ come),
        busy=float(chance[-1] @ come),
        abandoned=queue / model.patience,
        mean_queue=queue,
    )


def _retrial_moves(model: Retrying, orbit: int) -> Iterator[tuple[int, int, float]]:
    """(state, next state, rate) of everything that can happen."""
    most = model.servers + model.room

    def state(inside: int, again: int) -> int:
        return inside * (orbit + 1) + min(again, orbit)

    for k in range(most + 1):
        leave = min(k, model.servers) / model.handle
        lost = max(0, k - model.servers) / model.patience
        for j in range(orbit + 1):
            here, tries = state(k, j), j / model.delay
            if k < most:
                yield here, state(k + 1, j), model.rate
                if j:
                    yield here, state(k + 1, j - 1), tries
            else:
                if j < orbit:
                    yield here, state(k, j + 1), model.rate * model.after_busy
                if j:
                    yield here, state(k, j - 1), tries * (1 - model.after_busy)
            if k:
                yield here, state(k - 1, j), leave + lost * (1 - model.after_abandoning)
                yield here, state(k - 1, j + 1), lost * model.after_abandoning


def fixed_service(rate: float, handle: float, servers: int) -> tuple[float, float]:
    """M/D/c: P(wait) and the mean wait, exact (Crommelin 1932; Franx 2001).

    Whoever is in service now is gone one handle time later, and whoever came since is still there:
    X(t + D) = max(X(t) - c, 0) + Poisson(load). The steady state is the fixed point.
    """
    load = rate * handle
    size = servers + int(60 / (1 - load / servers)) + int(10 * np.sqrt(load)) + 60
    poisson = stats.poisson.pmf(np.arange(size), load)
    moves = np.zeros((size, size))
    for state in range(size):
        stay = max(state - servers, 0)
        moves[state, stay:] = poisson[: size - stay]
        moves[state, -1] += 1 - moves[state].sum()
    system = moves.T - np.eye(size)
    system[0] = 1.0
    chance = np.linalg.solve(system, np.eye(size)[0])
    queue = chance @ np.maximum(np.arange(size) - servers, 0)
    return float(chance[servers:].sum()), float(queue / rate)
