"""How loud each channel is over time, small enough for a page to draw (wavesurfer.js)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from app.recordings import flac
from app.speech.ports import RATE

PEAKS_A_SECOND = 20
_FULL_SCALE = 32_768


def peaks_of(path: Path) -> list[list[float]]:
    """The loudest sample (0..1) of every twentieth of a second; one list a channel."""
    loudest = [
        np.abs(block.astype(np.int32)).max(axis=0)
        for block in flac.blocks(path, RATE // PEAKS_A_SECOND)
    ]
    if not loudest:
        return [[], []]
    rounded = np.round(np.array(loudest) / _FULL_SCALE, 3)
    return [channel.tolist() for channel in rounded.T]


def peaks_json(path: Path) -> str:
    """``{"rate": peaks a second, "seconds": length, "channels": [[trainee…], [customer…]]}``."""
    body = {
        "rate": PEAKS_A_SECOND,
        "seconds": round(flac.frames(path) / RATE, 3),
        "channels": peaks_of(path),
    }
    return json.dumps(body, separators=(",", ":"))
