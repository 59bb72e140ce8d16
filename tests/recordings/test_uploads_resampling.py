"""Block by block is the same as in one go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from app.recordings.resampling import Resampler


def in_blocks(signal: np.ndarray, rate: int, sizes: list[int]) -> np.ndarray:
    resampler = Resampler(rate, 16_000, signal.shape[1])
    pieces, at, turn = [], 0, 0
    while at < len(signal):
        size = sizes[turn % len(sizes)]
        pieces.append(resampler.feed(signal[at : at + size]))
        at, turn = at + size, turn + 1
    return np.concatenate([*pieces, resampler.finish()])


@given(
    rate=st.sampled_from([8_000, 11_025, 12_000, 16_000, 22_050, 32_000, 44_100, 48_000, 192_000]),
    channels=st.integers(1, 2),
    length=st.integers(0, 150_000),
    sizes=st.lists(st.integers(1, 60_000).map(lambda n: max(n, 700)), min_size=1, max_size=6),
    seed=st.integers(0, 1 << 30),
)
def test_as_scipy_does_it_at_once(
    rate: int, channels: int, length: int, sizes: list[int], seed: int
) -> None:
    signal = np.random.default_rng(seed).uniform(-1, 1, (length, channels))
    got = in_blocks(signal, rate, sizes)
    if not length:
        assert got.shape == (0, channels)
        return
    common = np.gcd(rate, 16_000)
    whole = resample_poly(signal, 16_000 // common, rate // common, axis=0)
    assert got.shape == whole.shape
    assert np.abs(got - whole).max() < 1e-6


@pytest.mark.parametrize("rate", [8_001, 44_101, 191_999])
def test_rates_that_share_nothing_with_16_khz(rate: int) -> None:
    signal = np.random.default_rng(rate).uniform(-1, 1, (3 * rate + 17, 1))
    whole = resample_poly(signal, 16_000, rate, axis=0)
    assert np.abs(in_blocks(signal, rate, [9_999, 100_003]) - whole).max() < 1e-6


def test_what_is_kept_does_not_grow() -> None:
    resampler = Resampler(44_100, 16_000, 1)
    for _block in range(40):
        resampler.feed(np.zeros((10_000, 1)))
        assert len(resampler._kept) < 45_000
