"""More or less of something: volumes, durations and heads, as what-ifs change them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.parameters import Arrivals, Distribution, Group, Mix, Service
from sim.parameters.units import duration

_SIGNED = re.compile(r"\s*([+\-−]?)\s*(\d[^%]*?)\s*(%?)\s*")


@dataclasses.dataclass(frozen=True)
class Change:
    """``+20 %`` or ``+30 s``: times ``factor``, plus ``plus`` (seconds, or heads)."""

    factor: float = 1.0
    plus: float = 0.0

    def of(self, value: float) -> float:
        return max(0.0, value * self.factor + self.plus)

    def __str__(self) -> str:
        if self.factor != 1:
            return f"{100 * (self.factor - 1):+g} %"
        return f"{self.plus:+g}"


def change(value: Any) -> Any:
    """A Change of what a plan says; a number alone is that many more."""
    if isinstance(value, Change):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
        return Change(plus=float(value))
    found = _SIGNED.fullmatch(value) if isinstance(value, str) else None
    if found is None or not (found[1] or found[3]):
        raise ValueError('write the change as "+20 %", "-10 %", "+30 s" or "+2"')
    sign = 1 if found[1] in ("", "+") else -1
    if found[3]:
        factor = 1 + sign * _plain(found[2]) / 100
        if not 0 <= factor <= 100:
            raise ValueError("a change must be from -100 % to +9900 %")
        return Change(factor=factor)
    number = found[2] if re.search(r"[a-z:]", found[2]) else f"{found[2]} s"
    size = float(duration(number))
    if not size < 1e9:
        raise ValueError("that is too much")
    return Change(plus=sign * size)


def _plain(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f'write the per cent as "+20 %", got {text!r}') from error


def _only_percent(value: Change) -> Change:
    if value.plus:
        raise ValueError('write the change in per cent, as "+20 %"')
    return value


_WRITTEN = {"anyOf": [{"type": "string", "pattern": r"\d"}, {"type": "number"}]}
AnyChange = Annotated[
    Change, BeforeValidator(change), WithJsonSchema({**_WRITTEN, "unit": '"+20 %", "+30 s", "+2"'})
]
Percent = Annotated[
    Change,
    BeforeValidator(lambda value: _only_percent(change(value))),
    WithJsonSchema({"type": "string", "pattern": r"^\s*[+\-−]?\s*[\d.]+\s*%\s*$", "unit": "%"}),
]
PositiveHead = Annotated[int, Field(ge=1, le=100_000, json_schema_extra={"unit": "agents"})]


def stretched(time: Distribution, factor: float) -> Distribution:
    """The same distribution with every duration ``factor`` times as long."""
    if factor <= 0 and not hasattr(time, "value"):
        raise ValueError("nothing would be left of a duration: take away less")
    fields: dict[str, Any] = {
        name: getattr(time, name) * factor
        for name in ("mean", "sd", "low", "high", "value")
        if name in {field.name for field in dataclasses.fields(time)}
    }
    values = getattr(time, "values", None)
    if values is not None:
        fields = {"values": tuple(one * factor for one in values)}
    return replace(time, **fields)


def longer(time: Distribution, by: Change) -> Distribution:
    """The same distribution with another mean."""
    if time.mean == 0:
        if by.plus > 0:
            raise ValueError("a duration of 0 cannot be stretched: write its distribution anew")
        return time
    return stretched(time, by.of(time.mean) / time.mean)


def longer_service(service: Service, by: Change, part: str) -> Service:
    """AHT or a part of it longer; all parts stretch alike, so that they add up to the new AHT."""
    if part != "all":
        return replace(service, **{part: longer(getattr(service, part), by)})
    factor = by.of(service.mean) / service.mean if service.mean else 1.0
    names = ("talk", "hold", "after_call")
    return replace(
        service,
        **{
            name: stretched(getattr(service, name), factor)
            for name in names
            if getattr(service, name) is not None
        },
    )


def scaled(arrivals: Arrivals, factor: float) -> Arrivals:
    """So many times the arrivals."""
    if arrivals.pattern == "constant":
        return replace(arrivals, per_hour=arrivals.per_hour * factor)
    if arrivals.pattern == "recorded":
        return replace(arrivals, times=_resampled(arrivals.times, factor))
    if arrivals.pattern == "even":
        return replace(arrivals, per_interval=spread(arrivals.per_interval, factor))
    return replace(arrivals, per_interval=tuple(one * factor for one in arrivals.per_interval))


def scaled_mix(mix: Mix, call_types: Sequence[str], factor: float) -> Mix:
    """More of some call types of a mix: more in all, and other shares."""
    weights = {
        name: share * (factor if name in call_types else 1.0) for name, share in mix.shares.items()
    }
    total = sum(weights.values())
    if total == 0:
        return replace(mix, arrivals=scaled(mix.arrivals, 0.0))
    shares = {name: weight / total for name, weight in weights.items()}
    return replace(mix, arrivals=scaled(mix.arrivals, total), shares=shares)


def spread(counts: Sequence[int], factor: float) -> tuple[int, ...]:
    """Whole numbers scaled so that their running total is never more than a half off."""
    totals = np.rint(np.cumsum(counts, dtype=float) * factor).astype(int)
    return tuple(int(one) for one in np.diff(totals, prepend=0))


def _resampled(times: Sequence[float], factor: float) -> tuple[float, ...]:
    """More or fewer moments with the same course over the day: points on the same running total."""
    count = round(len(times) * factor)
    if count == 0 or not times:
        return ()
    places = (np.arange(count) + 0.5) / count * len(times) - 0.5
    return tuple(float(at) for at in np.interp(places, np.arange(len(times)), sorted(times)))


def with_heads(group: Group, by: Change) -> Group:
    """Other numbers of agents: in each interval, or in all, spread in proportion over shifts."""
    if group.shifts:
        sizes = [shift.agents for shift in group.shifts]
        total = round(by.of(sum(sizes)))
        heads = _in_proportion(sizes, total)
        shifts = zip(group.shifts, heads, strict=True)
        return replace(group, shifts=tuple(replace(one, agents=n) for one, n in shifts))
    if isinstance(group.agents, tuple):
        return replace(group, agents=tuple(round(by.of(one)) for one in group.agents))
    assert group.agents is not None
    return replace(group, agents=round(by.of(group.agents)))


def peak(group: Group) -> int:
    """The most agents planned at once; of shifts, all there are."""
    if group.shifts:
        return sum(shift.agents for shift in group.shifts)
    return max(group.agents) if isinstance(group.agents, tuple) else int(group.agents or 0)


def _in_proportion(sizes: Sequence[int], total: int) -> list[int]:
    """``total`` heads over shifts in proportion to their sizes, largest remainders first."""
    weights = np.asarray(sizes, dtype=float)
    if weights.sum() == 0:
        weights = np.ones(len(sizes))
    shares = weights / weights.sum() * total
    heads = np.floor(shares + 1e-9).astype(int)
    order = np.argsort(-(shares - heads), kind="stable")
    heads[order[: total - int(heads.sum())]] += 1
    return [int(one) for one in heads]
