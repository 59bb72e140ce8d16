"""How loud each channel is over time, small enough for a page to draw (wavesurfer.js)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.recordings import flac
from app.speech.ports import RATE

PEAKS_A_SECOND = 20
_BUCKET = RATE // PEAKS_A_SECOND
_BUCKETS = 80
"""Buckets read at a time."""
_FULL_SCALE = 32_768


def peaks_of(path: Path) -> list[list[float]]:
    """The loudest sample (0..1) of every twentieth of a second; one list a channel."""
    loudest = [_loudest(block) for block in flac.blocks(path, _BUCKET * _BUCKETS)]
    if not loudest:
        return [[], []]
    rounded = np.round(np.concatenate(loudest) / _FULL_SCALE, 3)
    return [channel.tolist() for channel in rounded.T]


def _loudest(block: flac.Samples) -> npt.NDArray[np.int32]:
    """The loudest sample of each bucket and channel; the last bucket may be short."""
    whole = np.zeros((-(-len(block) // _BUCKET) * _BUCKET, block.shape[1]), np.int32)
    whole[: len(block)] = np.abs(block.astype(np.int32))
    loudest: npt.NDArray[np.int32] = whole.reshape(-1, _BUCKET, block.shape[1]).max(axis=1)
    return loudest


def peaks_json(path: Path) -> str:
    """``{"rate": peaks a second, "seconds": length, "channels": [[trainee…], [customer…]]}``."""
    body = {
        "rate": PEAKS_A_SECOND,
        "seconds": round(flac.frames(path) / RATE, 3),
        "channels": peaks_of(path),
    }
    return json.dumps(body, separators=(",", ":"))
