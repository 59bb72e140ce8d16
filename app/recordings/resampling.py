"""Any rate -> another, block by block, as ``scipy.signal.resample_poly`` does it in one go."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Shape (n, channels)."""

HALF_LENGTH = 10
KAISER_BETA = 5.0
"""Filter length (in samples of the lower rate, each side) and window, SciPy's defaults."""
LEAST_FED = 1 << 15
"""Samples that are worth a call of the filter."""


class Resampler:
    """Feed blocks of any sizes, then ``finish``: the pieces together are the whole, resampled.

    Output sample m is the filter, centred on m, over the input; a filter of length L
    therefore needs L/up samples before and after. What a later output still needs is kept,
    from a position that is a multiple of ``down``: there both clocks meet, and filtering
    from there on gives the very samples filtering from the beginning would.
    """

    def __init__(self, rate: int, target: int, channels: int) -> None:
        common = math.gcd(rate, target)
        self._up, self._down = target // common, rate // common
        self._channels = channels
        self._filter, self._delay = _filter(self._up, self._down)
        self._waiting: list[Samples] = []
        self._kept = np.zeros((0, channels))
        self._base = 0  # position of the first kept sample
        self._fed = 0
        self._taken = self._delay  # outputs of the filter that are gone, its delay included

    def feed(self, block: Samples) -> Samples:
        """Take the next samples; those of the output that are certain by now, maybe none."""
        self._fed += len(block)
        if self._up == self._down:
            return block
        self._waiting.append(block)
        if sum(map(len, self._waiting)) < max(LEAST_FED, 2 * self._down):
            return block[:0]
        self._gather()
        end = self._base + len(self._kept)
        return self._until(-(-end * self._up // self._down))

    def finish(self) -> Samples:
        """The rest, as if silence followed."""
        if self._up == self._down:
            return self._kept
        end = self._delay + -(-self._fed * self._up // self._down)
        silence = len(self._filter) // self._up + self._down + 1
        self._waiting.append(np.zeros((silence, self._channels)))
        self._gather()
        return self._until(end)

    def _gather(self) -> None:
        self._kept = np.concatenate([self._kept, *self._waiting])
        self._waiting = []

    def _until(self, end: int) -> Samples:
        """Outputs of the filter from the first not yet taken to ``end``."""
        from scipy.signal import upfirdn  # here, because it takes a second to import

        if end <= self._taken:
            return self._kept[:0]
        first = self._base // self._down * self._up
        made = upfirdn(self._filter, self._kept, self._up, self._down, axis=0)
        piece: Samples = made[self._taken - first : end - first]
        self._taken = end
        self._forget()
        return piece

    def _forget(self) -> None:
        """Let go of samples that no later output needs."""
        needed = -((len(self._filter) - 1 - self._taken * self._down) // self._up)
        base = max(0, needed) // self._down * self._down
        if base > self._base:
            self._kept = self._kept[base - self._base :]
            self._base = base


def _filter(up: int, down: int) -> tuple[Samples, int]:
    """The low-pass filter, padded so that its delay is a whole number of outputs; that delay."""
    from scipy.signal import firwin

    if up == down:
        return np.ones(1), 0
    half = HALF_LENGTH * max(up, down)
    taps = firwin(2 * half + 1, 1 / max(up, down), window=("kaiser", KAISER_BETA)) * up
    padding = down - half % down
    return np.concatenate([np.zeros(padding), taps]), (half + padding) // down
