"""One FLAC -> the same with spans silenced, every other sample untouched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.recordings import flac
from app.recordings.flac_out import FULL_SCALE, FlacOut
from app.recordings.redaction import Spans, samples
from app.speech.ports import RATE

TONE_SECONDS = 0.15
"""A soft tone at either edge says: this is no fault, something was taken out."""
_HERTZ = 440
_LEVEL = FULL_SCALE * 0.02

Tick = Callable[[float], None]
"""Told how much is done, 0 to 1; what it raises ends the work."""
Sound = npt.NDArray[np.int16]


def silence(source: Path, target: Path, spans: Spans, tick: Tick = lambda share: None) -> None:
    """Write ``target``. Raises ``StorageError``; ``source`` is only read."""
    length = flac.frames(source)
    cuts = samples(spans, RATE, length)
    channels = _channels(source)
    with FlacOut(target, channels) as out:
        at = 0
        for block in flac.blocks(source):
            out.write_samples(_silenced(block, at, cuts))
            at += len(block)
            tick(at / length)


def _channels(source: Path) -> int:
    for block in flac.blocks(source, 1):
        return int(block.shape[1])
    return 1


def _silenced(block: Sound, at: int, cuts: list[tuple[int, int]]) -> Sound:
    """``block``, which begins at sample ``at`` of its file."""
    for first, last in cuts:
        low, high = max(first, at), min(last, at + len(block))
        if low < high:
            block[low - at : high - at] = filling(first, last, low, high)[:, None]
    return block


def filling(first: int, last: int, low: int, high: int) -> Sound:
    """Samples ``low``..``high`` of what fills a cut ``first``..``last``: tone, silence, tone."""
    edge = min(round(TONE_SECONDS * RATE), (last - first) // 2)
    if not edge:
        return np.zeros(high - low, np.int16)
    inside = np.arange(low - first, high - first)
    from_edge = np.minimum(inside, last - first - 1 - inside)
    swell = np.where(from_edge < edge, np.sin(np.pi * from_edge / edge), 0.0)
    tone = _LEVEL * swell * np.sin(2 * np.pi * _HERTZ * from_edge / RATE)
    filled: Sound = np.rint(tone).astype(np.int16)
    return filled
