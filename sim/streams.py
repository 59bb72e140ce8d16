"""Randomness as an argument: one independent stream for each source, named, never shared.

A stream is what ``SeedSequence(seed).spawn`` makes: the child of the replication's number, of that
the child of the source's name (as a checksum), of that the child of the step. ``spawn`` by itself
counts 0, 1, 2, so that one source more would give all after it other numbers. Names instead of an
order make two plans that differ in one thing share all the others: common random numbers (Law 2015,
Simulation Modeling and Analysis, 11.2).
"""

from __future__ import annotations

import zlib

import numpy as np

from sim.arrays import Floats


class Streams:
    """All randomness of one replication of a plan."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self._names: dict[int, str] = {}

    def generator(self, source: str, step: int = 0) -> np.random.Generator:
        """The stream of this source, from its beginning each time it is asked for."""
        key = (self.replication, self._number(source), step)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key))
        )

    def uniforms(self, source: str, count: int, step: int = 0) -> Floats:
        """``count`` numbers in [0, 1)."""
        return self.generator(source, step).random(count)

    def _number(self, source: str) -> int:
        number = zlib.crc32(source.encode())
        # One pair of names in four thousand million has one checksum; it never has one stream.
        while self._names.setdefault(number, source) != source:
            number += 2**32
        return number
