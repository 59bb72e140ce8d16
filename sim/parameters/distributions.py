"""Distributions of durations, each by its quantile function.

Sampling is ``quantile(u)`` of uniform numbers drawn ahead: the same ``u`` gives the same customer
under two plans, longer where the mean is longer, which is what common random numbers need. ``at``
is the same for one number.
"""

from __future__ import annotations

import functools
import math
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass
from scipy import special

from sim.arrays import Floats
from sim.parameters.units import PositiveSeconds, Seconds, duration

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=STRICT)
class Exponential:
    """What Erlang's formulas assume.

    mean: seconds on average
    """

    mean: PositiveSeconds
    distribution: Literal["exponential"] = "exponential"

    def quantile(self, u: Floats) -> Floats:
        return -self.mean * np.log1p(-u)

    def at(self, u: float) -> float:
        return -self.mean * math.log1p(-u)


@dataclass(frozen=True, config=STRICT)
class LogNormal:
    """What handle times usually look like (Brown et al. 2005, JASA 100:36).

    mean: seconds on average
    sd: standard deviation in seconds
    """

    mean: PositiveSeconds
    sd: PositiveSeconds
    distribution: Literal["lognormal"] = "lognormal"

    def quantile(self, u: Floats) -> Floats:
        location, scale = self._of_logarithm
        return np.asarray(np.exp(location + scale * special.ndtri(u)))

    def at(self, u: float) -> float:
        location, scale = self._of_logarithm
        return math.exp(location + scale * float(special.ndtri(u)))

    @functools.cached_property
    def _of_logarithm(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        variance = math.log1p((self.sd / self.mean) ** 2)
        return math.log(self.mean) - variance / 2, math.sqrt(variance)


@dataclass(frozen=True, config=STRICT)
class Gamma:
    """Between exponential and fixed, or wider than either.

    mean: seconds on average
    sd: standard deviation in seconds
    """

    mean: PositiveSeconds
    sd: PositiveSeconds
    distribution: Literal["gamma"] = "gamma"

    def quantile(self, u: Floats) -> Floats:
        shape = (self.mean / self.sd) ** 2
        return np.asarray(special.gammaincinv(shape, u) * (self.mean / shape))

    def at(self, u: float) -> float:
        shape = (self.mean / self.sd) ** 2
        return float(special.gammaincinv(shape, u)) * (self.mean / shape)


@dataclass(frozen=True, config=STRICT)
class Erlang:
    """The sum of some equal exponential phases.

    mean: seconds on average, of all phases together
    phases: how many
    """

    mean: PositiveSeconds
    phases: Annotated[int, Field(ge=1, le=1000)]
    distribution: Literal["erlang"] = "erlang"

    def quantile(self, u: Floats) -> Floats:
        return np.asarray(special.gammaincinv(self.phases, u) * (self.mean / self.phases))

    def at(self, u: float) -> float:
        return float(special.gammaincinv(self.phases, u)) * (self.mean / self.phases)


@dataclass(frozen=True, config=STRICT)
class Uniform:
    """Anything between two durations, each as likely.

    low: the shortest, in seconds
    high: the longest, in seconds
    """

    low: Seconds
    high: PositiveSeconds
    distribution: Literal["uniform"] = "uniform"

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low > self.high:
            raise ValueError(f"low must not be above high, got {self.low:g} and {self.high:g}")
        return self

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    def quantile(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u

    def at(self, u: float) -> float:
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True, config=STRICT)
class Fixed:
    """Always the same.

    value: seconds
    """

    value: Seconds
    distribution: Literal["fixed"] = "fixed"

    @property
    def mean(self) -> float:
        return self.value

    def quantile(self, u: Floats) -> Floats:
        return np.full_like(u, self.value)

    def at(self, u: float) -> float:
        return self.value


@dataclass(frozen=True, config=STRICT)
class Empirical:
    """Measured durations, each as likely as any other; nothing is made up between them.

    values: measured seconds
    """

    values: Annotated[tuple[Seconds, ...], Field(min_length=1)]
    distribution: Literal["empirical"] = "empirical"

    @functools.cached_property
    def mean(self) -> float:
        return float(np.mean(self.values))

    def quantile(self, u: Floats) -> Floats:
        picked = np.minimum((u * len(self.values)).astype(int), len(self.values) - 1)
        return np.asarray(np.array(self._sorted)[picked])

    def at(self, u: float) -> float:
        return self._sorted[min(int(u * len(self.values)), len(self.values) - 1)]

    @functools.cached_property
    def _sorted(self) -> list[float]:
        return sorted(self.values)


def _from_number(value: Any) -> Any:
    """A number alone is the mean of an exponential duration."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return {"distribution": "exponential", "mean": duration(value)}
    return value


Distribution = Annotated[
    Annotated[
        Exponential | LogNormal | Gamma | Erlang | Uniform | Fixed | Empirical,
        Field(discriminator="distribution"),
    ],
    BeforeValidator(_from_number),
]
