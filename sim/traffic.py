"""Everything that arrives by itself in a run: when, and of which call type.

Rates follow the clock on the wall. In the night that clocks are put forward nothing comes of what
the skipped hour would have brought; when they are put back, the hour that comes twice brings its
contacts twice. Each call type has streams of its own, so its contacts stay as they are when another
one is added to the plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.errors import PlanError
from sim.parameters import (
    Arrivals,
    Batch,
    ConstantArrivals,
    EvenArrivals,
    Mix,
    Plan,
    PoissonArrivals,
    RecordedArrivals,
    Surge,
)
from sim.parameters.units import DAY
from sim.streams import Streams
from sim.traffic_busyness import busyness
from sim.traffic_clock import Stretch, stretches
from sim.traffic_rates import Rate, lines, steps

MOST_CONTACTS = 50_000_000
"""Of one stream and day: more is taken for a slip of the pen, before it fills the memory."""

Types = NDArray[np.int16]


@dataclass(frozen=True)
class Traffic:
    """First contacts in the order they come, those at the same time in the plan's order.

    times: seconds since midnight of the first day, (contacts,)
    call_types: the place of each one's call type in the plan, (contacts,)
    """

    times: Floats
    call_types: Types


@dataclass(frozen=True)
class _Stream:
    """One pattern of arrivals and the call types among which its contacts are shared out."""

    name: str
    pattern: Arrivals
    types: tuple[int, ...]
    shares: tuple[float, ...]


def arrivals(plan: Plan, streams: Streams) -> Traffic:
    """All first contacts of all days, outbound lists among them (at their start).

    A pattern may bring contacts before opening and after closing. Surges work on every pattern but
    outbound lists: rates are multiplied, and contacts of even and recorded arrivals are dropped or
    doubled by chance, an additional one coming within the same minute of the clock. Busyness works
    on rates alone: even and recorded arrivals leave nothing to the day. A mix takes its day's
    factor from the busiest of its call types (that with the largest ``busyness``).

    Raises PlanError for more than ``MOST_CONTACTS`` in a day.
    """
    clock = stretches(plan)
    busy = busyness(plan, streams)
    times: list[Floats] = []
    types: list[Types] = []
    for stream in _patterns(plan):
        drawn = _Drawn(plan, streams, stream, clock)
        leader = max(stream.types, key=lambda place: plan.call_types[place].busyness)
        for day in range(plan.days):
            came, whose = drawn.day(day, float(busy[day, leader]))
            times.append(came)
            types.append(whose)
    for place, one in enumerate(plan.call_types):
        if one.dialling is not None:
            start = plan.opens if one.dialling.start is None else one.dialling.start
            moments = [plan.moment(day, start) for day in range(plan.days)]
            times.append(np.repeat(moments, one.dialling.contacts))
            types.append(np.full(plan.days * one.dialling.contacts, place, dtype=np.int16))
    return _in_order(times, types)


def _in_order(times: list[Floats], types: list[Types]) -> Traffic:
    if not times:
        return Traffic(np.empty(0), np.empty(0, dtype=np.int16))
    all_times, all_types = np.concatenate(times), np.concatenate(types)
    if np.all(all_times[:-1] <= all_times[1:]):
        return Traffic(all_times, all_types)
    order = np.argsort(all_times, kind="stable")
    return Traffic(all_times[order], all_types[order])


def _patterns(plan: Plan) -> list[_Stream]:
    found = [
        _Stream(f"arrivals/{one.name}", one.arrivals, (place,), (1.0,))
        for place, one in enumerate(plan.call_types)
        if one.arrivals is not None
    ]
    if plan.mix is not None:
        found.append(_mixed(plan, plan.mix))
    return found


def _mixed(plan: Plan, mix: Mix) -> _Stream:
    types = tuple(place for place, one in enumerate(plan.call_types) if one.name in mix.shares)
    total = sum(mix.shares.values())
    shares = tuple(mix.shares[plan.call_types[place].name] / total for place in types)
    return _Stream("mix", mix.arrivals, types, shares)


class _Drawn:
    """Draws one stream's contacts, day by day."""

    def __init__(
        self, plan: Plan, streams: Streams, stream: _Stream, clock: tuple[Stretch, ...]
    ) -> None:
        self.plan = plan
        self.streams = streams
        self.stream = stream
        self.clock = clock
        self.cuts = _edges(plan)
        pattern = stream.pattern
        self.points: Floats | None = None
        self.rate: Rate | None = None
        self.batch: Batch | None = None
        if isinstance(pattern, EvenArrivals):
            self.points = _even(plan, pattern)
        elif isinstance(pattern, RecordedArrivals):
            self.points = np.sort(np.asarray(pattern.times, dtype=float))
        else:
            self.batch = pattern.batch
            self.rate = _rate(plan, pattern)

    def day(self, day: int, busy: float) -> tuple[Floats, Types]:
        """Moments and call types of a day that is so busy."""
        if self.rate is not None:
            times, where = self._by_rate(self.rate.after(day * DAY), day, busy)
        else:
            assert self.points is not None
            times, where = self._by_points(self.points + day * DAY, day)
        return times, self._types(where, day)

    def _by_rate(self, rate: Rate, day: int, busy: float) -> tuple[Floats, Floats]:
        """Moments, and a time of the clock that knows the same surges as each."""
        mean = 1.0 if self.batch is None else self.batch.mean
        cut = rate.cut(self.cuts)
        cut = cut.times(self._weights(cut.middles).sum(axis=1) * (busy / mean)).along(self.clock)
        expected = float(cut.contacts.sum()) * mean
        if expected > MOST_CONTACTS:
            raise PlanError(
                [
                    f"{self.stream.name}: {expected:.3g} contacts are expected on day {day + 1}, "
                    f"and at most {MOST_CONTACTS:.0e} can be simulated: lower the arrivals"
                ]
            )
        times, piece = cut.points(self.streams.generator(self.stream.name, day))
        where = cut.middles[piece]
        if self.batch is not None:
            random = self.streams.generator(self.stream.name, day, "batches")
            sizes = _sizes(self.batch, len(times), random)
            return np.repeat(times, sizes), np.repeat(where, sizes)
        return times, where

    def _by_points(self, points: Floats, day: int) -> tuple[Floats, Floats]:
        factors = self._weights(points).sum(axis=1)
        where = points
        if not np.allclose(factors, 1, rtol=1e-12, atol=0):
            random = self.streams.generator(self.stream.name, day, "surges")
            points, where = _multiplied(points, factors, random)
        there = [(one, one.holds(points)) for one in self.clock]
        times = [points[held] - one.ahead for one, held in there]
        return np.concatenate(times), np.concatenate([where[held] for _, held in there])

    def _weights(self, clock: Floats) -> Floats:
        """Each type's share times its surges at these times, (times, types of the stream)."""
        weights = np.empty((len(clock), len(self.stream.types)))
        for column, place in enumerate(self.stream.types):
            name = self.plan.call_types[place].name
            weights[:, column] = self.stream.shares[column] * _surge(self.plan, name, clock)
        return weights

    def _types(self, where: Floats, day: int) -> Types:
        types = self.stream.types
        if len(types) == 1:
            return np.full(len(where), types[0], dtype=np.int16)
        # Many contacts lie in few pieces: what the surges do there is worked out once for each.
        spots, spot = np.unique(where, return_inverse=True)
        reach = np.cumsum(self._weights(spots), axis=1)
        u = self.streams.uniforms(self.stream.name, len(where), day, "types")
        u *= reach[spot, -1]
        column = np.zeros(len(where), dtype=np.int16)
        for edge in reach[:, :-1].T:
            column += u >= edge[spot]
        return np.asarray(types, dtype=np.int16)[column]


def _rate(plan: Plan, pattern: PoissonArrivals | ConstantArrivals) -> Rate:
    """The first day's rate, before surges and busyness."""
    start = plan.opens if pattern.start is None else pattern.start
    if isinstance(pattern, ConstantArrivals):
        end = plan.closes if pattern.end is None else pattern.end
        return steps([pattern.per_hour * (end - start) / 3600], start, end - start)
    shape = steps if pattern.shape == "steps" else lines
    return shape(pattern.per_interval, start, pattern.interval or plan.interval)


def _even(plan: Plan, pattern: EvenArrivals) -> Floats:
    """The first day's times on the clock: n in an interval come at 1/2n, 3/2n, … of it."""
    start = plan.opens if pattern.start is None else pattern.start
    interval = pattern.interval or plan.interval
    counts = np.asarray(pattern.per_interval)
    which = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(start + interval * (which + (place + 0.5) / counts[which]))


def _edges(plan: Plan) -> Floats:
    """The clock at which some surge begins or ends, on any day."""
    once = np.array([edge for surge in plan.surges for edge in (surge.start, surge.end)])
    return np.asarray((np.arange(plan.days)[:, None] * DAY + once).ravel(), dtype=float)


def _surge(plan: Plan, call_type: str, clock: Floats) -> Floats:
    """What the surges do to a call type at these times; overlapping surges multiply."""
    factor = np.ones(len(clock))
    for surge in plan.surges:
        if not surge.call_types or call_type in surge.call_types:
            factor[_within(surge, plan.days, clock)] *= surge.factor
    return factor


def _within(surge: Surge, days: int, clock: Floats) -> Bools:
    """Whether the surge of one of the days holds at these times."""
    latest = np.minimum(np.floor((clock - surge.start) / DAY), days - 1)
    return np.asarray((latest >= 0) & (clock - latest * DAY < surge.end))


def _multiplied(
    points: Floats, factors: Floats, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Each point as often as its factor says, a fraction by chance; sorted, and what each was.

    The first is left where it was. Others come anywhere in the same minute of the clock, and so
    inside the surge, whose ends are whole minutes as a rule.
    """
    whole = np.floor(factors)
    copies = (whole + (random.random(len(points)) < factors - whole)).astype(int)
    copied = np.repeat(points, np.maximum(copies - 1, 0))
    more = (np.floor(copied / 60) + random.random(len(copied))) * 60
    kept = points[copies > 0]
    times = np.concatenate([kept, more])
    order = np.argsort(times, kind="stable")
    return times[order], np.concatenate([kept, copied])[order]


def _sizes(batch: Batch, count: int, random: np.random.Generator) -> Ints:
    """Contacts in each batch. A fixed size of 2.5 is 2 or 3, each as often."""
    if batch.size == "geometric":
        return random.geometric(1 / batch.mean, count)
    whole = int(batch.mean)
    return whole + (random.random(count) < batch.mean - whole).astype(np.int64)
