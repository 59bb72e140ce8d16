"""Every contact's luck, drawn ahead and kept by contact: who she is does not depend on the policy.

A contact's draws belong to the first row of its chain and the number of rows before it, so the
same customer has the same patience and the same issue under two plans, whatever happens between.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.parameters import CallType, Distribution
from sim.streams import Streams
from sim.traffic import Traffic


def column(values: NDArray[Any]) -> array[Any]:
    """The same as an array of the standard library, which is read one by one faster, and grows."""
    return array(values.dtype.char, values.tobytes())


class Draws:
    """Arrays of draws, one for each source, call type and step, made when first asked for."""

    def __init__(
        self, call_types: tuple[CallType, ...], streams: Streams, traffic: Traffic
    ) -> None:
        self.call_types = call_types
        self.streams = streams
        self.kinds: array[int] = column(traffic.call_types)
        self.counts = np.bincount(self.kinds, minlength=len(call_types))
        self._places: array[int] = array("q")
        self._uniforms: dict[tuple[str, int, int], array[float]] = {}

    def fresh(self, source: str, kind: int, distribution: Distribution) -> Floats:
        """Values for the first rows of a call type, not kept here."""
        name = f"{source}/{self.call_types[kind].name}"
        return distribution.quantile(self.streams.uniforms(name, int(self.counts[kind])))

    def chance(self, source: str, root: int, step: int) -> float:
        """This contact's number in [0, 1) for one decision."""
        key = (source, self.kinds[root], step)
        uniforms = self._uniforms.get(key)
        if uniforms is None:
            uniforms = self._draw(key)
        return uniforms[self._places[root]]

    def value(self, source: str, root: int, step: int, distribution: Distribution) -> float:
        """This contact's duration in seconds."""
        return distribution.at(self.chance(source, root, step))

    def _draw(self, key: tuple[str, int, int]) -> array[float]:
        source, kind, step = key
        if not self._places:
            self._places = column(_places(np.array(self.kinds), self.counts))
        name = f"{source}/{self.call_types[kind].name}"
        drawn = column(self.streams.uniforms(name, int(self.counts[kind]), step))
        self._uniforms[key] = drawn
        return drawn


def _places(kinds: NDArray[np.int16], counts: Ints) -> Ints:
    """How many of its call type came before each contact."""
    places = np.empty(len(kinds), dtype=np.int64)
    for kind, count in enumerate(counts):
        places[kinds == kind] = np.arange(count)
    return places
