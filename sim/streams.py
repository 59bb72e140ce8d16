"""Randomness as an argument: one independent stream for each source, named, never shared.

A stream is a child of ``SeedSequence(seed)`` by the replication, the source's name and a step.
Names instead of an order make two plans that differ in one thing share all the others: common
random numbers (Law 2015, Simulation Modeling and Analysis, 11.2).
"""

from __future__ import annotations

import zlib

import numpy as np

from sim.parameters.distributions import Floats


class Streams:
    """All randomness of one replication of a plan."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def generator(self, source: str, step: int = 0) -> np.random.Generator:
        """The stream of this source, from its beginning each time it is asked for."""
        key = (self.replication, zlib.crc32(source.encode()), step)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key))
        )

    def uniforms(self, source: str, count: int, step: int = 0) -> Floats:
        """``count`` numbers in [0, 1)."""
        return self.generator(source, step).random(count)
