"""Sounds for the tests of uploads: somebody speaking, and files of every kind made of it."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

Samples = NDArray[np.float64]

HUMAN = Path("/usr/share/pocketsphinx/test/data/librivox")
"""Where Debian's pocketsphinx-testdata puts people who read aloud."""


@cache
def speech(rate: int = 16_000) -> Samples:
    """Some seconds of one voice: a person's when there is one here, else a machine's."""
    samples, at = _spoken()
    return np.asarray(resample_poly(samples, rate, at)) if rate != at else samples


def _spoken() -> tuple[Samples, int]:
    for path in sorted(HUMAN.glob("*.wav")):
        return soundfile.read(path)
    if shutil.which("espeak-ng"):
        said = ["espeak-ng", "--stdout", "-v", "en-us", "I am calling about the bill of last month"]
        spoken = subprocess.run(said, check=True, capture_output=True).stdout
        rate = int.from_bytes(spoken[24:28], "little")
        return np.frombuffer(spoken[44:], "<i2") / 32_768, rate
    clock = np.arange(3 * 16_000) / 16_000
    syllables = np.sin(2 * np.pi * 2 * clock).clip(0) * np.sin(2 * np.pi * 180 * clock)
    return 0.5 * syllables, 16_000


def two_speakers(rate: int = 16_000) -> Samples:
    """One speaks on the left, then the other on the right."""
    left = speech(rate)[: 2 * rate]
    return np.stack([np.r_[left, 0 * left], np.r_[0 * left, left[::-1]]], axis=1)


def made(path: Path, samples: Samples, rate: int, kind: str, subtype: str) -> Path:
    """``samples`` as a file; written in pieces, as libsndfile's Vorbis wants it."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels, format=kind, subtype=subtype) as out:
        for start in range(0, len(samples), 1 << 15):
            out.write(samples[start : start + (1 << 15)])
    return path


def loudness(samples: NDArray[Any], rate: int = 16_000) -> Samples:
    """Root mean square of each tenth of a second of one channel."""
    width = rate // 10
    tenths = samples[: len(samples) // width * width].reshape(-1, width)
    return np.sqrt((tenths.astype(float) ** 2).mean(axis=1))
