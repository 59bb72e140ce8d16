"""Closed formulas beside Erlang's: general service, priorities, infinitely many servers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import integrate

from sim.erlang import erlang_c

Floats = NDArray[np.float64]


def pollaczek_khinchine(rate: float, mean: float, sd: float) -> float:
    """Mean wait of M/G/1."""
    return rate * (mean**2 + sd**2) / (2 * (1 - rate * mean))


def lee_longton(rate: float, mean: float, sd: float, servers: int) -> float:
    """Mean wait of M/G/c, nearly (1959): Erlang C's times (1 + CV²) / 2."""
    spare = servers - rate * mean
    plain = erlang_c(servers, rate * mean) * mean / spare
    return plain * (1 + (sd / mean) ** 2) / 2


def wait_bounds(rate: float, mean: float, sd: float, servers: int) -> tuple[float, float]:
    """No M/G/c waits less (Brumelle 1971) or more (Kingman 1970) on average."""
    c, share = servers, rate * mean / servers
    second = mean**2 + sd**2
    lower = rate * second / c**2 / (2 * (1 - share)) - (c - 1) / c * second / (2 * mean)
    spread = 1 / rate**2 + sd**2 / c + (c - 1) * mean**2 / c**2
    return max(0.0, lower), spread / (2 * (1 - share) / rate)


def cobham(rates: Sequence[float], handle: float, servers: int) -> list[float]:
    """Mean waits of M/M/c with priorities that interrupt nobody, most urgent first (1954)."""
    load = sum(rates) * handle
    work = erlang_c(servers, load) * handle / servers
    shares = np.concatenate([[0.0], np.cumsum(rates) * handle / servers])
    return [work / ((1 - a) * (1 - b)) for a, b in pairwise(shares)]


def ageing(
    rates: Sequence[float], slopes: Sequence[float], handle: float, servers: int
) -> list[float]:
    """Mean waits of M/M/c whose callers gain priority as they wait, the slowest to gain first
    (Kleinrock 1964; several servers with the same handle time: Sharif, Stanford, Taylor & Ziedins
    2014). slopes: points gained a second."""
    load = sum(rates) * handle
    plain = erlang_c(servers, load) * handle / (servers - load)
    shares = [rate * handle / servers for rate in rates]
    waits: list[float] = []
    for at, slope in enumerate(slopes):
        slower = [s * w * (1 - b / slope) for s, w, b in zip(shares, waits, slopes, strict=False)]
        faster = [
            s * (1 - slope / b) for s, b in zip(shares[at + 1 :], slopes[at + 1 :], strict=True)
        ]
        waits.append((plain - sum(slower)) / (1 - sum(faster)))
    return waits


def in_service(
    rate: Callable[[float], float],
    survival: Callable[[float], float],
    at: float,
    corners: Sequence[float] = (),
) -> float:
    """M(t)/G/∞: the mean number in service at ``at``, which is Poisson's (Palm 1943; Eick, Massey
    & Whitt 1993). corners: where rate or survival is not smooth, as moments."""
    edges = sorted({0.0, at, *(c for c in corners if 0 < c < at)})
    return math.fsum(
        integrate.quad(lambda u: rate(u) * survival(at - u), a, b, epsabs=1e-10, limit=200)[0]
        for a, b in pairwise(edges)
    )


def second_of_two(mean: float, other: float) -> Callable[[float], float]:
    """P(the first exponential stage is over and the second is not), by the time since arrival."""
    a, b = 1 / mean, 1 / other
    return lambda age: a / (a - b) * (math.exp(-b * age) - math.exp(-a * age))
