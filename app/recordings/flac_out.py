"""Decoded samples -> a FLAC of the product's own kind: 16 kHz, 16 bit, one or two channels."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from app.errors import StorageError
from app.recordings import flac
from app.speech.ports import RATE

FULL_SCALE = 32_768
ALIKE_SHARE = 0.01
"""Channels that differ by less than -20 dB of their own energy, as codecs make them, are alike…"""
ALIKE_FLOOR = FULL_SCALE / 1000
"""…and so are those whose difference (root mean square) is below -60 dB of full scale."""


class FlacOut:
    """Writes ``path`` in blocks. Raises ``StorageError`` when the disk does not take them."""

    def __init__(self, path: Path, channels: int) -> None:
        self._path = path
        self.written = 0
        self.loudest = 0
        try:
            self._sound: Any = soundfile.SoundFile(
                path, "w", samplerate=RATE, channels=channels, format="FLAC", subtype="PCM_16"
            )
        except (soundfile.SoundFileError, OSError) as error:
            raise _unwritten(path, error) from error

    def write(self, block: NDArray[np.floating[Any]]) -> None:
        """Samples of shape (n, channels), -1..1; what is beyond is clipped."""
        scaled = np.rint(block * FULL_SCALE).clip(-FULL_SCALE, FULL_SCALE - 1)
        self.write_samples(scaled.astype(np.int16))

    def write_samples(self, block: NDArray[np.int16]) -> None:
        if not len(block):
            return
        try:
            self._sound.write(block)
        except (soundfile.SoundFileError, OSError, AssertionError) as error:
            raise _unwritten(self._path, error) from error
        self.written += len(block)
        self.loudest = max(self.loudest, int(np.abs(block.astype(np.int32)).max()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._sound.close()
        if kind is None and flac.frames(self._path) != self.written:
            raise _unwritten(self._path, "some samples are missing")


def channels_alike(path: Path) -> bool:
    """Whether both channels of a stereo FLAC are the same sound, in every second of it.

    One second in which only one of them speaks is enough to tell them apart.
    """
    return all(_alike(block.astype(np.float64)) for block in flac.blocks(path, RATE))


def _alike(block: NDArray[np.float64]) -> bool:
    difference = float(((block[:, 0] - block[:, 1]) ** 2).sum())
    energy = float((block**2).sum())
    return difference <= max(ALIKE_SHARE * energy, ALIKE_FLOOR**2 * len(block))


def mix_down(stereo: Path, mono: Path) -> None:
    """Write the mean of both channels of one FLAC as another."""
    with FlacOut(mono, 1) as out:
        for block in flac.blocks(stereo):
            out.write_samples((block.astype(np.int32).sum(axis=1, keepdims=True) // 2).astype("i2"))


def _unwritten(path: Path, error: object) -> StorageError:
    return StorageError(
        f"{path.name} could not be written: {error}",
        remedy="Free some disk space and try again.",
    )
