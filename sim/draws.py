"""Every contact's luck, drawn ahead and kept by contact: who she is does not depend on the policy.

A contact's draws belong to the first row of its chain and the number of rows before it, so the
same customer has the same patience and the same issue under two plans, whatever happens between.
"""

from __future__ import annotations

import numpy as np

from sim.parameters import CallType, Distribution
from sim.parameters.distributions import Floats
from sim.streams import Streams
from sim.traffic import Traffic


class Draws:
    """Arrays of draws, one for each source, call type and step, made when first asked for."""

    def __init__(
        self, call_types: tuple[CallType, ...], streams: Streams, traffic: Traffic
    ) -> None:
        self.call_types = call_types
        self.streams = streams
        # The ledger goes on with this list; the rows in here are the first contacts.
        self.kinds: list[int] = traffic.call_types.tolist()
        self.firsts = len(self.kinds)
        self.counts = np.bincount(traffic.call_types, minlength=len(call_types))
        self._places: list[int] = []
        self._uniforms: dict[tuple[str, int, int], Floats] = {}

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
        return uniforms.item(self._places[root])

    def value(self, source: str, root: int, step: int, distribution: Distribution) -> float:
        """This contact's duration in seconds."""
        return distribution.at(self.chance(source, root, step))

    def _draw(self, key: tuple[str, int, int]) -> Floats:
        source, kind, step = key
        if not self._places:
            self._places = _places(np.array(self.kinds[: self.firsts]), len(self.call_types))
        name = f"{source}/{self.call_types[kind].name}"
        found = self._uniforms[key] = self.streams.uniforms(name, int(self.counts[kind]), step)
        return found


def _places(kinds: np.ndarray, count: int) -> list[int]:
    places = np.empty(len(kinds), dtype=np.int64)
    for kind in range(count):
        mine = np.flatnonzero(kinds == kind)
        places[mine] = np.arange(len(mine))
    return places.tolist()
