"""Two raw channels -> one stereo FLAC, in blocks of bounded memory. Sample-exact.

For calls made here; uploads have `decode_process.py` and `flac_out.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from app.errors import StorageError
from app.speech.ports import RATE

BLOCK = 1 << 16
"""Samples read at a time: 4 seconds, 256 KiB of both channels."""

Samples = npt.NDArray[np.int16]
"""Shape (n, 2): trainee, customer."""


def interleave(left: BinaryIO, right: BinaryIO) -> Iterator[Samples]:
    """Blocks of both channels; the shorter is silent at its end, an odd last byte dropped."""
    while True:
        channels = [_samples(left), _samples(right)]
        length = max(map(len, channels))
        if not length:
            return
        block = np.zeros((length, 2), np.int16)
        for index, samples in enumerate(channels):
            block[: len(samples), index] = samples
        yield block


def _samples(raw: BinaryIO) -> npt.NDArray[np.int16]:
    data = raw.read(BLOCK * 2)
    return np.frombuffer(data[: len(data) & ~1], "<i2").astype(np.int16)


def encode(left: Path, right: Path, target: Path) -> int:
    """Write ``target`` from the raw files (a missing one is silence); the number of samples."""
    written = 0
    try:
        with _open(left) as one, _open(right) as other, _sound_out(target) as out:
            for block in interleave(one, other):
                out.write(block)
                written += len(block)
        if frames(target) != written:
            raise StorageError(f"{target.name} holds fewer samples than were written to it")
    except (soundfile.SoundFileError, OSError) as error:
        raise StorageError(
            f"{target.name} could not be written: {error}",
            remedy="Free some disk space; the raw recording is kept and finished later.",
        ) from error
    return written


def blocks(path: Path, block: int = BLOCK) -> Iterator[Samples]:
    """Read a FLAC back, ``block`` samples at a time."""
    try:
        with soundfile.SoundFile(path) as sound:
            yield from sound.blocks(block, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise _unreadable(path, error) from error


def frames(path: Path) -> int:
    """Samples of each channel in a FLAC."""
    try:
        return int(soundfile.info(str(path)).frames)
    except (soundfile.SoundFileError, OSError) as error:
        raise _unreadable(path, error) from error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(path: Path) -> BinaryIO:
    return path.open("rb") if path.exists() else BytesIO()


def _sound_out(target: Path) -> Any:
    return soundfile.SoundFile(
        target, "w", samplerate=RATE, channels=2, format="FLAC", subtype="PCM_16"
    )


def _unreadable(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"{path.name} could not be read: {error}",
        remedy="Restore this recording from a backup; the transcript and score are not affected.",
    )
