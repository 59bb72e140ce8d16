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
        self._names: dict[int, tuple[str, str]] = {}

    def generator(self, source: str, step: int = 0, part: str = "") -> np.random.Generator:
        """The stream of this source, from its beginning each time it is asked for.

        part: what of it, where a source draws for several things
        """
        key = (self.replication, self._number(source, part), step)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key))
        )

    def uniforms(self, source: str, count: int, step: int = 0, part: str = "") -> Floats:
        """``count`` numbers in [0, 1)."""
        return self.generator(source, step, part).random(count)

    def _number(self, source: str, part: str) -> int:
        number = zlib.crc32((f"{source}/{part}" if part else source).encode())
        # One pair of names in four thousand million has one checksum, and a call type may be called
        # x/batches beside a call type x with batches; they never have one stream.
        while self._names.setdefault(number, (source, part)) != (source, part):
            number += 2**32
        return number
