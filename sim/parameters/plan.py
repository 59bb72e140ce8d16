"""A plan: one day (or some days) of a centre, with everything the simulator needs to know."""

from __future__ import annotations

import datetime as dates
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator
from pydantic.dataclasses import dataclass

from sim.parameters.demand import Arrivals, CallType, Mix, Outage, Surge, Target, check_window
from sim.parameters.distributions import STRICT
from sim.parameters.staffing import Group, LearningCurve
from sim.parameters.units import (
    DAY,
    ClockTime,
    Confidence,
    Name,
    Precision,
    Seconds,
    duration,
    show_clock,
)
from sim.spelling import unknown


def _whole_seconds(value: Any) -> Any:
    return int(duration(value)) if isinstance(value, str) else value


Interval = Annotated[
    Literal[900, 1800, 3600],
    BeforeValidator(_whole_seconds),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer", "enum": [900, 1800, 3600]}, {"type": "string"}],
            "unit": "s",
        }
    ),
]
Option = float | str | bool
_ROUNDING = 1e-8


def _named(value: Any) -> Any:
    return {"rule": value} if isinstance(value, str) else value


@dataclass(frozen=True, config=STRICT)
class Rule:
    """A routing rule by name, or a planner's own class as ``module.Class``, and its options.

    rule: the rule's name, or ``module.Class``
    options: what the rule takes, by name
    """

    rule: Name
    options: dict[str, Option | list[Option] | dict[str, Option]] = Field(default_factory=dict)


NamedRule = Annotated[Rule, BeforeValidator(_named)]
"""A rule, or its name alone."""


@dataclass(frozen=True, config=STRICT)
class Experiment:
    """How often the day is run.

    replications: how many days; with ``precision`` the first number, and ``at_most`` the last
    precision: wanted half width of each judged service level's interval, e.g. 0.01 or ``"1 %"``
    at_most: replications after which it ends although the precision is not reached
    confidence: level of all intervals, e.g. 0.95
    """

    replications: Annotated[int, Field(ge=1, le=100_000)] = 20
    precision: Precision | None = None
    at_most: Annotated[int, Field(ge=1, le=100_000)] = 1000
    confidence: Confidence = 0.95


@dataclass(frozen=True, config=STRICT)
class Plan:
    """Everything a run depends on but its seed's use: the same plan and seed give the same day.

    call_types: what arrives
    groups: who works
    name: what the plan is called in tables and reports
    description: a sentence about it, for reports
    date: the first day, like 2026-03-31; with ``timezone``, clocks change where they do
    timezone: like Europe/Berlin
    opens: time of day from which on customers may come in; agents may be there longer
    closes: time of day until which customers may come in
    interval: seconds of one row of the results and of each ``agents`` figure
    days: so many days in a row, each with the same pattern; e-mail waits overnight
    target: the service level of call types without one of their own
    mix: one stream of contacts shared out among call types
    correlation: of the call types' busyness: 0 each by itself, 1 all together; or a matrix in the
        order of the call types
    surges: hours in which more contacts come, or fewer
    outages: hours in which lines or systems are down
    trunks: lines; a caller who finds them all taken hears the busy signal
    learning_curve: what experience does to handle times and resolution
    routing: who serves whom: rules in the order in which they decide
    at_closing: what happens to those still waiting on the line: served (``drain``: agents whose
        shift ends then stay for them), cut off (``disconnect``), or called back at the next
        opening (``call back``)
    warm_up: seconds; contacts that arrive in the first of the run are left out of the results
    seed: another whole number gives other days
    experiment: how often the day is run
    """

    call_types: Annotated[tuple[CallType, ...], Field(min_length=1)]
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    name: Name = "plan"
    description: str = ""
    date: dates.date | None = None
    timezone: str | None = None
    opens: ClockTime = 8 * 3600.0
    closes: ClockTime = 20 * 3600.0
    interval: Interval = 1800
    days: Annotated[int, Field(ge=1, le=366)] = 1
    target: Target = Target()
    mix: Mix | None = None
    correlation: (
        Annotated[float, Field(ge=0, le=1)]
        | tuple[tuple[Annotated[float, Field(ge=-1, le=1)], ...], ...]
    ) = 1.0
    surges: tuple[Surge, ...] = ()
    outages: tuple[Outage, ...] = ()
    trunks: Annotated[int, Field(ge=0, le=10**6)] | None = None
    learning_curve: LearningCurve | None = None
    routing: tuple[NamedRule, ...] = (
        Rule("skill-levels"),
        Rule("longest-wait"),
        Rule("longest-idle"),
    )
    at_closing: Literal["drain", "disconnect", "call back"] = "drain"
    warm_up: Seconds = 0.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    experiment: Experiment = Experiment()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(
                    f"no time zone is called {value}: write e.g. Europe/Berlin"
                ) from error
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        if self.opens >= self.closes:
            raise ValueError(
                f"closes: must be after opens, got {show_clock(self.opens)} to "
                f"{show_clock(self.closes)} (after midnight goes on as 24:00, 25:00, …)"
            )
        if self.days > 1 and self.closes - self.opens > DAY:
            raise ValueError(
                "closes: with several days a day must not be open for more than 24 hours, got "
                f"{show_clock(self.opens)} to {show_clock(self.closes)}"
            )
        types = _unique("call_types", (one.name for one in self.call_types))
        _unique("groups", (one.name for one in self.groups))
        for group in self.groups:
            for skill in group.skills:
                _known(f"groups.{group.name}.skills", skill.call_type, types)
            if isinstance(group.agents, tuple) and len(group.agents) != self.intervals:
                raise ValueError(
                    f"groups.{group.name}.agents needs {self.intervals} figures, one for each "
                    f"interval from {show_clock(self.opens)} to {show_clock(self.closes)}, "
                    f"got {len(group.agents)}"
                )
            if group.weeks is not None and self.learning_curve is None:
                raise ValueError(f"groups.{group.name}.weeks needs a learning_curve in the plan")
        self._check_call_types(types)
        for place, surge in enumerate(self.surges, start=1):
            for name in surge.call_types:
                _known(f"surges.{place}.call_types", name, types)
        if isinstance(self.correlation, tuple):
            _check_matrix(self.correlation, len(types))
        return self

    def _check_call_types(self, types: list[str]) -> None:
        mixed = set(self.mix.shares) if self.mix else set()
        for name in sorted(mixed):
            _known("mix.shares", name, types)
        for one in self.call_types:
            for transfer in one.transfers:
                _known(f"call_types.{one.name}.transfers", transfer.to, types)
            if one.consult is not None:
                _known(f"call_types.{one.name}.consult", one.consult.to, types)
            if one.arrivals is not None and one.name in mixed:
                raise ValueError(
                    f"call_types.{one.name}: has arrivals of its own and a share of the mix: "
                    "leave one out"
                )
            if one.arrivals is not None:
                self._check_hours(f"call_types.{one.name}.arrivals: ", one.arrivals)
        if self.mix is not None:
            self._check_hours("mix.arrivals: ", self.mix.arrivals)

    def _check_hours(self, where: str, arrivals: Arrivals) -> None:
        """Where a constant rate does not say when it begins or ends, the plan's hours do."""
        if arrivals.pattern == "constant":
            start = self.opens if arrivals.start is None else arrivals.start
            check_window(start, self.closes if arrivals.end is None else arrivals.end, where)

    @property
    def shared_target(self) -> Target | None:
        """The target of all call types that have a service level; None where they differ."""
        own = {one.target or self.target for one in self.call_types if one.channel != "outbound"}
        return own.pop() if len(own) == 1 else None

    @property
    def judged(self) -> tuple[int, ...]:
        """Places of the call types that are judged by themselves: those that have a service level,
        where there are several, for all together would hide the one that suffers. Empty where all
        together are judged, which are the only one then."""
        own = [place for place, one in enumerate(self.call_types) if one.channel != "outbound"]
        return tuple(own) if len(own) > 1 else ()

    @property
    def intervals(self) -> int:
        """Rows of the results for one day: the last one may be shorter than the others."""
        return -int(-(self.closes - self.opens) // self.interval)

    def experience(self, group: Group) -> tuple[float, float]:
        """A group's place on the learning curve: how much longer its contacts take, and what share
        of the usual first-contact resolution it has. (1, 1) for those who aren't on it."""
        curve, weeks = self.learning_curve, group.weeks
        if curve is None or weeks is None:
            return 1.0, 1.0
        resolved = curve.resolution_factor or (1.0,) * len(curve.weeks)
        return (
            float(np.interp(weeks, curve.weeks, curve.handle_time_factor)),
            float(np.interp(weeks, curve.weeks, resolved)),
        )

    def moment(self, day: int, clock: float) -> float:
        """Seconds since midnight of the first day, at which it is ``clock`` on day ``day``.

        Where clocks change in the night, days have 23 or 25 hours: a time that is skipped is the
        moment after the gap, one that comes twice is the first.
        """
        plain = day * DAY + clock
        if self.date is None or self.timezone is None:
            return plain
        zone = ZoneInfo(self.timezone)
        start = dates.datetime.combine(self.date, dates.datetime.min.time(), zone)
        wall = dates.datetime.combine(self.date, dates.datetime.min.time()) + dates.timedelta(
            seconds=plain
        )
        return _instant(wall, zone) - start.timestamp()

    def clock_at(self, moment: float) -> float:
        """The other way round: what the clock shows, in seconds since midnight of the first day."""
        if self.date is None or self.timezone is None:
            return moment
        zone = ZoneInfo(self.timezone)
        midnight = dates.datetime.combine(self.date, dates.time())
        start = midnight.replace(tzinfo=zone).timestamp()
        then = dates.datetime.fromtimestamp(start + moment, zone).replace(tzinfo=None)
        return (then - midnight).total_seconds()


def _instant(wall: dates.datetime, zone: ZoneInfo) -> float:
    """Seconds of the epoch at a wall time: the first of two, the end of the gap when skipped."""
    early = wall.replace(tzinfo=zone, fold=1)
    late = wall.replace(tzinfo=zone, fold=0)
    low, high = early.timestamp(), late.timestamp()
    before = late.utcoffset()
    if low >= high:
        return high
    # Read with the offset of after the gap it is before the change, and the other way round.
    while high - low > 1e-3:
        middle = (low + high) / 2
        if dates.datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return float(round(high))


def _check_matrix(matrix: tuple[tuple[float, ...], ...], size: int) -> None:
    """Refuses what no quantities can be correlated like."""
    rows = [len(row) for row in matrix]
    if rows != [size] * size:
        raise ValueError(
            f"correlation: must have {size} × {size} figures, a row and a column for each call "
            f"type, got rows of {', '.join(map(str, rows))}"
        )
    figures = np.asarray(matrix)
    if not np.allclose(np.diag(figures), 1) or not np.allclose(figures, figures.T):
        raise ValueError(
            "correlation: must have 1 along its diagonal and be the same above it and below"
        )
    smallest = float(np.linalg.eigvalsh(figures)[0])
    if smallest < -_ROUNDING:
        raise ValueError(
            "correlation: no call types can vary together like this (its smallest eigenvalue is "
            f"{smallest:.3g}, it must not be negative): move its entries nearer to 0"
        )


def _unique(where: str, names: Iterable[str]) -> list[str]:
    seen: list[str] = []
    for name in names:
        if name in seen:
            raise ValueError(f"{where}: two are called {name}: names must differ")
        seen.append(name)
    return seen


def _known(where: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise ValueError(f"{where}: {unknown('call type', name, known)}")
