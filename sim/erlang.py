"""Erlang's formulas, exact: quick answers for a steady queue, and what the simulator is held to.

One queue, Poisson arrivals, exponential handle times, ``servers`` agents, first come first served.
Without patience it is Erlang C (M/M/s), with exponential patience Erlang A (M/M/s+M; Palm 1957),
without a queue Erlang B (M/M/s/s). Load is arrival rate × handle time, in erlangs.

How it is computed. Let ``p`` be the chance that exactly all servers are busy and nobody waits.

* Fewer busy: ``below`` = P(an agent is free)/p = (s/a) / B(s-1, a). With load a at or above s, 1/B
  is the sum of s(s-1)…(s-j+1)/a^j, falling terms. Below s, B is Poisson's probability of s over the
  chance of at most s; that probability is taken in Loader's form (2000, "Fast and accurate
  computation of binomial probabilities"), which keeps its digits for any s.
* The wait offered to a caller who would never hang up has the density
  p c exp(η(1 - e^-y) - cy) for y > 0, with y the wait over the mean patience,
  c = s × patience / handle time and η = arrival rate × patience (Baccelli & Hebuterne 1981; Riordan
  1962; Mandelbaum & Zeltyn 2007, "Service engineering in action: the Palm/Erlang-A queue"; the
  steady state is that of Garnett, Mandelbaum & Reiman 2002). Waiting, hanging up (weight
  1 - e^-y), being answered (e^-y) and the answered callers' wait (y e^-y) are integrals of
  positive terms over it, so that nothing cancels, however small the result. The exponent is
  concave: Gauss-Legendre panels grow from its peak.

Relative errors are below 1e-9 from 1 to 100,000 servers at any load (the tests compare with sums of
50 digits). The differences s - a and c - η are taken exactly, which is what saves the last digits
near a load of 1 erlang per agent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.errors import SimError

MOST_SERVERS = 10_000_000
MOST = 1e15
# What is e^-DEPTH of the peak adds nothing to sixteen digits.
DEPTH = 60.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_H_SERIES = [(-1.0) ** k / math.factorial(k) for k in range(20, 1, -1)]


@dataclass(frozen=True)
class Queue:
    """A queue in its steady state. Times in seconds, shares from 0 to 1.

    p_wait: share of callers who find no agent free
    p_abandon: share of callers who hang up
    asa: mean wait of the callers who are answered (NaN when nobody ever is)
    mean_wait: mean wait of all callers, those who hang up included
    service_level: callers answered within the threshold over callers offered
    occupancy: share of the agents' time with a caller in hand
    """

    p_wait: float
    p_abandon: float
    asa: float
    mean_wait: float
    service_level: float
    occupancy: float


@dataclass(frozen=True)
class Staffing:
    """The fewest ``servers`` for the targets, how many to schedule, and the queue they give."""

    servers: int
    scheduled: int
    queue: Queue


# Nobody is served: the line has no end, or there is nobody to answer.
_HOPELESS = Queue(1.0, 0.0, math.inf, math.inf, 0.0, 1.0)


def erlang_b(servers: int, load: float) -> float:
    """The chance that all servers are busy, where nobody waits: the share that is turned away.

    load: erlangs. Any distribution of handle times gives the same (Sevastyanov 1957).
    Raises SimError for servers that are not a whole number, or a load below 0.
    """
    servers = _whole("servers", servers)
    load = _number("load", load, unit="erlangs")
    return 1.0 / _inverse_b(servers, load)


def erlang_c(servers: int, load: float) -> float:
    """The chance that a caller has to wait, where nobody hangs up; 1 from a load of ``servers`` on.

    load: erlangs. Raises SimError as ``erlang_b``.
    """
    servers = _whole("servers", servers)
    load = _number("load", load, unit="erlangs")
    if load >= servers:
        return 1.0
    return _shares(_below(servers, load), servers / (servers - load))[1]


def queue(
    arrival_rate: float,
    handle_time: float,
    servers: int,
    patience: float | None = None,
    threshold: float = 20.0,
) -> Queue:
    """Erlang C, or with a mean ``patience`` Erlang A.

    arrival_rate: callers a second; handle_time, patience, threshold: seconds. No patience means
    that nobody hangs up; then a load of ``servers`` erlangs or more has no steady state: everybody
    waits for ever (p_wait 1, asa infinite, service_level 0, occupancy 1). Without arrivals the
    figures are those of a single caller who comes to an empty centre.
    Raises SimError for a value that cannot be.
    """
    servers = _whole("servers", servers)
    arrival_rate = _number("arrival_rate", arrival_rate, unit="callers a second")
    handle_time = _number("handle_time", handle_time, positive=True)
    threshold = _number("threshold", threshold)
    if patience is not None and patience != math.inf:
        patience = _number("patience", patience, positive=True)
        return _erlang_a(arrival_rate, handle_time, servers, patience, threshold)
    spare = _spare(servers, arrival_rate, handle_time)
    if servers == 0 or spare <= 0:
        return _HOPELESS
    load = arrival_rate * handle_time
    free, wait = _shares(_below(servers, load), servers / spare)
    drain = spare / handle_time
    asa = wait / drain
    within = free - wait * math.expm1(-drain * threshold)
    return Queue(wait, 0.0, asa, asa, within, load / servers)


def staff(
    arrival_rate: float,
    handle_time: float,
    *,
    service_level: float | None = 0.8,
    threshold: float = 20.0,
    patience: float | None = None,
    max_abandon: float | None = None,
    max_occupancy: float | None = None,
    max_asa: float | None = None,
    shrinkage: float = 0.0,
) -> Staffing:
    """The fewest servers that meet every target given; ``None`` is no target.

    service_level: at least this share answered within ``threshold`` seconds; max_abandon: at most
    this share hangs up; max_occupancy: at most this share of the time busy; max_asa: answered
    callers wait at most so many seconds on average. Without patience the line must have an end too.
    shrinkage: the share of those scheduled who are not on the phones; ``scheduled`` allows for it.

    More servers never make any of these worse (offered waits fall in the likelihood-ratio order),
    so the search doubles and halves. Raises SimError for a value that cannot be, and for targets
    that even ten million servers do not meet.
    """
    if service_level is not None:
        _share("service_level", service_level, below_one=True)
    _share("shrinkage", shrinkage, below_one=True)
    for name, value in (("max_abandon", max_abandon), ("max_occupancy", max_occupancy)):
        if value is not None:
            _share(name, value, above_zero=True)
    if max_asa is not None:
        _number("max_asa", max_asa, positive=True)

    def found(servers: int) -> Queue:
        return queue(arrival_rate, handle_time, servers, patience, threshold)

    def enough(servers: int) -> bool:
        got = found(servers)
        return (
            (service_level is None or got.service_level >= service_level)
            and (max_abandon is None or got.p_abandon <= max_abandon)
            and (max_occupancy is None or got.occupancy <= max_occupancy)
            and (max_asa is None or got.asa <= max_asa)
            and got.mean_wait < math.inf
        )

    found(0)
    servers = 0 if arrival_rate == 0 else _fewest(enough, math.ceil(arrival_rate * handle_time))
    return Staffing(servers, scheduled(servers, shrinkage), found(servers))


def scheduled(servers: int, shrinkage: float) -> int:
    """How many to schedule so that ``servers`` are on the phones.

    shrinkage: the share of those scheduled who are not. Raises SimError for one that cannot be.
    """
    _share("shrinkage", shrinkage, below_one=True)
    # The grain keeps 70 / (1 - 0.3) from becoming 101.
    return math.ceil(servers / (1 - shrinkage) - 1e-9 * max(1, servers))


def _fewest(enough: Callable[[int], bool], guess: int) -> int:
    """The smallest whole number that is enough, where all above it are."""
    low, high, step = -1, min(guess, MOST_SERVERS), 1
    while not enough(high):
        if high >= MOST_SERVERS:
            raise SimError(
                f"not even {MOST_SERVERS:,} servers meet these targets: ask for less, or for less "
                "traffic"
            )
        low, high, step = high, min(high + step, MOST_SERVERS), step * 2
    if low < 0:
        step = 1
        while high - step >= 0 and enough(high - step):
            high, step = high - step, step * 2
        low = max(high - step, -1)
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _erlang_a(
    arrival_rate: float, handle_time: float, servers: int, patience: float, threshold: float
) -> Queue:
    if servers == 0:
        return Queue(1.0, 1.0, math.nan, patience, 0.0, 0.0 if arrival_rate == 0 else 1.0)
    if arrival_rate == 0:
        return Queue(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    load = arrival_rate * handle_time
    waits = _OfferedWait(
        c=servers * patience / handle_time,
        eta=arrival_rate * patience,
        slope=-_spare(servers, arrival_rate, handle_time) * patience / handle_time,
    )
    y, mass = waits.masses(math.inf)
    above = float(mass.sum())
    free, wait = _shares(_below(servers, load) * math.exp(-waits.top), above)
    unit = wait / above
    stayed = mass * np.exp(-y)
    answered = free + unit * float(stayed.sum())
    abandoned = unit * float((mass * -np.expm1(-y)).sum())
    asa = patience * unit * float((stayed * y).sum()) / answered
    y, mass = waits.masses(threshold / patience)
    in_time = free + unit * float((mass * np.exp(-y)).sum())
    occupancy = min(load * answered / servers, 1.0)
    return Queue(wait, abandoned, asa, abandoned * patience, in_time, occupancy)


@dataclass(frozen=True)
class _OfferedWait:
    """The density c exp(f(y)), f(y) = eta (1 - e^-y) - c y, of the wait in units of patience.

    slope: eta - c, exactly, the slope of f at 0. Around any m
    f(m + v) - f(m) = (eta e^-m - c) v - eta e^-m h(v) with h(v) = e^-v - 1 + v >= 0.
    """

    c: float
    eta: float
    slope: float

    @property
    def mode(self) -> float:
        """Where the density peaks."""
        return math.log1p(self.slope / self.c) if self.slope > 0 else 0.0

    @property
    def top(self) -> float:
        """f at the peak. Masses are relative to e to this power, which may be beyond a float."""
        return self.c * float(_h(np.asarray(-self.mode)))

    def masses(self, upper: float) -> tuple[Floats, Floats]:
        """Points y in (0, upper) and the mass at each: sums over them are integrals. There are
        none where ``upper`` is 0."""
        mode = self.mode
        m = min(mode, upper)
        bend = self.eta * math.exp(-m)
        tilt = 0.0 if 0 < m == mode else self.slope + self.eta * math.expm1(-m)
        grain = 1 / max(2.0, abs(tilt), math.sqrt(bend))
        right = _growing(grain, min(upper - m, self._reach()))
        left = _growing(grain, min(m, _left_reach(tilt, bend, DEPTH + m)), widest=2.0)
        v, width = _panels(np.concatenate([-left[:0:-1], right]))
        level = 0.0 if m == mode else -self.c * float(_h(np.asarray(m - mode)))
        mass = self.c * width * np.exp(tilt * v - bend * _h(v) + level)
        return m + v, mass

    def _reach(self) -> float:
        """How far to the right of the peak (or of 0) to go; the drop is at least c h(v)."""
        if self.c >= 3 * DEPTH:
            return math.sqrt(3 * DEPTH / self.c)
        return max(1.0, 3 * DEPTH / self.c)


def _left_reach(tilt: float, bend: float, depth: float) -> float:
    """The distance to the left at which the density has certainly dropped by ``depth``."""
    reach = min(math.sqrt(2 * depth / bend), max(1.2, math.log(4 * depth / bend)))
    return min(reach, depth / tilt) if tilt > 0 else reach


def _growing(first: float, last: float, widest: float = math.inf) -> Floats:
    """0, first, then steps twice as far each time (never wider than ``widest``), up to last."""
    edges = [0.0]
    at = first
    while at < last:
        edges.append(at)
        at += min(at, widest)
    if last > 0:
        edges.append(last)
    return np.array(edges)


def _panels(edges: Floats) -> tuple[Floats, Floats]:
    """Gauss-Legendre points and weights between consecutive edges."""
    half = np.diff(edges)[:, None] / 2
    points = edges[:-1, None] + half * (_NODES + 1)
    return points.ravel(), (half * _WEIGHTS).ravel()


def _h(v: Floats) -> Floats:
    """e^-v - 1 + v without cancellation."""
    small = np.abs(v) < 1
    near = np.where(small, v, 0.0)
    return np.asarray(np.where(small, near * near * np.polyval(_H_SERIES, near), np.expm1(-v) + v))


def _shares(below: float, above: float) -> tuple[float, float]:
    """Weights to shares; ``below`` may be infinite."""
    if below == math.inf:
        return 1.0, 0.0
    return below / (below + above), above / (below + above)


def _below(servers: int, load: float) -> float:
    """P(an agent is free) over P(all are busy and nobody waits); infinite beyond a float."""
    return servers / load * _inverse_b(servers - 1, load) if load else math.inf


def _inverse_b(servers: int, load: float) -> float:
    """1 / B(servers, load), infinite beyond a float."""
    if servers == 0:
        return 1.0
    if load == 0:
        return math.inf
    # So many steps from the middle of a Poisson distribution nothing is left for sixteen digits.
    steps = int(9 * math.sqrt(max(servers, load))) + 40
    if load >= servers:
        falling = (servers - np.arange(min(steps, servers))) / load
        return 1.0 + float(np.cumprod(falling).sum())
    exactly = _poisson(servers, load)
    more = float(np.cumprod(load / (servers + 1 + np.arange(steps))).sum())
    return 1 / exactly - more if exactly > 1e-307 else math.inf


def _poisson(count: int, mean: float) -> float:
    """The chance of exactly ``count``, with mean < count."""
    if count < 16:
        return float(math.exp(-mean) * mean**count / math.factorial(count))
    square = 1.0 / count**2
    stirling = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / count
    deviance = count * float(_h(np.asarray(math.log(count / mean))))
    return math.exp(-stirling - deviance) / math.sqrt(2 * math.pi * count)


def _spare(servers: int, arrival_rate: float, handle_time: float) -> float:
    """Servers less load, exactly rounded: near a full load nothing else is precise enough."""
    return float(servers - Fraction(arrival_rate) * Fraction(handle_time))


def _whole(name: str, value: Any) -> int:
    """A whole number of servers; numpy's and 10.0 will do."""
    try:
        whole = int(value)
        good = not isinstance(value, bool) and whole == value and 0 <= whole <= MOST_SERVERS
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise SimError(f"{name} must be a whole number from 0 to {MOST_SERVERS:,}, got {value!r}")
    return whole


def _number(name: str, value: Any, *, positive: bool = False, unit: str = "seconds") -> float:
    low = 1e-9 if positive else 0.0
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, str | bool) or not low <= number <= MOST:
        raise SimError(f"{name} must be a number of {unit} from {low:g} to {MOST:g}, got {value!r}")
    return number


def _share(name: str, value: Any, *, below_one: bool = False, above_zero: bool = False) -> None:
    low = "above 0" if above_zero else "0 or more"
    high = "below 1" if below_one else "at most 1"
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good or not 0 <= value <= 1 or (below_one and value == 1) or (above_zero and value == 0):
        raise SimError(f"{name} must be a share, {low} and {high} (0.8 is 80 %), got {value!r}")
