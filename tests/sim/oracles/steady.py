"""Erlang B, C and A by adding up the states one by one, in 60 digits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath as mp

DIGITS = 60


def inverse_b(servers: int, load: float) -> Any:
    """1 / B by its definition: the sum of s!/(s-j)! / a^j."""
    with mp.workdps(DIGITS):
        total = term = mp.mpf(1)
        for j in range(servers):
            term *= (servers - j) / mp.mpf(load)
            total += term
            if term < total * mp.mpf(10) ** -DIGITS and servers - j < load:
                break
        return total


def erlang_c(servers: int, load: float) -> Any:
    with mp.workdps(DIGITS):
        spare = 1 - mp.mpf(load) / servers
        return 1 / (1 + (inverse_b(servers, load) - 1) * spare)


@dataclass(frozen=True)
class Exact:
    p_wait: Any
    p_abandon: Any
    asa: Any
    mean_wait: Any
    service_level: Any
    occupancy: Any


def erlang_a(
    arrival_rate: float, handle_time: float, servers: int, patience: float, threshold: float
) -> Exact:
    """M/M/s+M from the birth and death equations.

    A caller with j others ahead of her in the line waits Exp(c) + Exp(c + 1) + … + Exp(c + j) in
    units of the patience if she stays, c = s × patience / handle time. That sum is -log of a
    Beta(c, j + 1) variable, which gives the chance to be answered, within the threshold or at all,
    and the mean wait of the answered.
    """
    with mp.workdps(DIGITS):
        lam, hold, theta = mp.mpf(arrival_rate), mp.mpf(handle_time), mp.mpf(patience)
        eta, c = lam * theta, servers * theta / hold
        load = lam * hold
        below = _sum_below(servers, load)
        x = mp.exp(-mp.mpf(threshold) / theta)
        weight = mp.mpf(1)
        beta_term = x ** (c + 1)
        beta = beta_term
        harmonic = mp.mpf(0)
        above = queue = answered = waited = in_time = mp.mpf(0)
        j = 0
        while True:
            stays = c / (c + j + 1)
            harmonic += 1 / (c + 1 + j)
            above += weight
            queue += j * weight
            answered += weight * stays
            waited += weight * stays * harmonic
            in_time += weight * stays * (1 - beta)
            j += 1
            beta_term *= (c + j) / j * (1 - x)
            beta += beta_term
            weight *= eta / (c + j)
            if j > eta - c and weight < above * mp.mpf(10) ** -45:
                break
        total = below + above
        served = (below + answered) / total
        abandoned = queue / total / eta
        return Exact(
            p_wait=above / total,
            p_abandon=abandoned,
            asa=waited / total / served * theta,
            mean_wait=abandoned * theta,
            service_level=(below + in_time) / total,
            occupancy=load * served / servers,
        )


def erlang_c_queue(
    arrival_rate: float, handle_time: float, servers: int, threshold: float
) -> Exact:
    """M/M/s: the wait of those who wait is exponential with the spare service rate."""
    with mp.workdps(DIGITS):
        load = mp.mpf(arrival_rate) * mp.mpf(handle_time)
        wait = erlang_c(servers, load)
        drain = (servers - load) / mp.mpf(handle_time)
        asa = wait / drain
        within = 1 - wait * mp.exp(-drain * threshold)
        return Exact(wait, mp.mpf(0), asa, asa, within, load / servers)


def erlang_a_integral(
    arrival_rate: float, handle_time: float, servers: int, patience: float, threshold: float
) -> Exact:
    """The same from the density of the offered wait, by mpmath's own quadrature: for patience so
    long that the states are too many to add up."""
    with mp.workdps(25):
        lam, hold, theta = mp.mpf(arrival_rate), mp.mpf(handle_time), mp.mpf(patience)
        eta, c, load = lam * theta, servers * theta / hold, lam * hold
        below = _sum_below(servers, load)

        def exponent(y: Any) -> Any:
            return -eta * mp.expm1(-y) - c * y

        @cache  # all integrals but the last ask for the same points
        def density(y: Any) -> Any:
            return c * mp.exp(exponent(y))

        def integral(weight: Any, upper: Any = mp.inf) -> Any:
            peak = min(max(mp.mpf(0), mp.log(eta / c)), upper)
            bend = eta * mp.exp(-peak)
            scale = 1 / max(mp.sqrt(bend), abs(bend - c), mp.mpf(1) / 1000)
            steps = [scale * mp.mpf(2) ** k for k in range(-1, 60)]
            grid = sorted({0, peak, upper} | {y for s in steps for y in (peak - s, peak + s)})
            least = exponent(peak) - 200
            edges = [y for y in grid if 0 <= y <= upper and y < mp.inf and exponent(y) > least]
            return mp.quad(lambda y: weight(y) * density(y), edges)

        above = integral(lambda y: 1)
        total = below + above
        answered = below + integral(lambda y: mp.exp(-y))
        abandoned = integral(lambda y: -mp.expm1(-y)) / total
        waited = integral(lambda y: y * mp.exp(-y))
        in_time = integral(lambda y: mp.exp(-y), mp.mpf(threshold) / theta)
        return Exact(
            above / total,
            abandoned,
            waited / answered * theta,
            abandoned * theta,
            (below + in_time) / total,
            load * answered / total / servers,
        )


def _sum_below(servers: int, load: Any) -> Any:
    """P(fewer than all busy) / P(all busy, nobody waiting)."""
    total, term = mp.mpf(0), mp.mpf(1)
    for k in range(servers, 0, -1):
        term *= k / load
        total += term
        if k < load and term < total * mp.mpf(10) ** -DIGITS:
            break
    return total
