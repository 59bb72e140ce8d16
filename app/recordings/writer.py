"""The sound of a live call, written as it arrives: two raw files on one clock.

``left.pcm`` is the trainee, ``right.pcm`` the customer; both mono 16 kHz 16-bit
little-endian. The clock is the number of samples the trainee's microphone has
sent: sample n of both files is the same moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from app.errors import InvalidInput, StorageError
from app.recordings.durable import DurableFile, Syncer
from app.recordings.folders import FLAC, LEFT, RIGHT
from app.speech.ports import RATE

SAMPLE_BYTES = 2
MAX_SECONDS = 2 * 60 * 60


class StereoWriter:
    """Records one call into ``folder``, which is made when missing.

    One thread at a time for each of the two speakers. Every call writes through to the
    operating system before it returns. When the disk is full, writing raises
    ``StorageError``, what was written stays, and the clock goes on: sound that comes
    after there is room again is at its right place.
    Opened again on a folder, it goes on where that recording stopped.
    """

    def __init__(self, folder: Path, *, max_seconds: float = MAX_SECONDS) -> None:
        if (folder / FLAC).exists():
            raise StorageError(
                "this call's recording is finished and cannot be written to",
                remedy="Start a new call.",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(
                f"the recording's folder cannot be made: {error.strerror}"
            ) from error
        self._limit = round(max_seconds * RATE)
        self._left = DurableFile(folder / LEFT)
        self._right = DurableFile(folder / RIGHT)
        self._position = self._left.size // SAMPLE_BYTES
        self._syncer = Syncer(self._left, self._right)

    @property
    def position(self) -> int:
        """Samples the trainee's microphone has sent: the call's clock."""
        return self._position

    @property
    def seconds(self) -> float:
        return self._position / RATE

    def add_trainee(self, pcm: bytes) -> None:
        """Take the next piece of the trainee's sound, of any length, and move the clock on."""
        samples = self._samples(pcm)
        self._within(self._position + samples)
        start, self._position = self._position, self._position + samples
        self._left.write_at(pcm, start * SAMPLE_BYTES)
        self._syncer.check()

    def place_customer(self, pcm: bytes, at_sample: int) -> None:
        """Put the customer's sound where it begins to be heard, be that past or yet to come."""
        samples = self._samples(pcm)
        if at_sample < 0:
            raise InvalidInput(f"a sample position is zero or more, got {at_sample}")
        self._within(at_sample + samples)
        self._right.write_at(pcm, at_sample * SAMPLE_BYTES)
        self._syncer.check()

    def cut_customer(self, at_sample: int) -> None:
        """Her voice stopped at ``at_sample``: what was placed from there on was never heard."""
        self._right.cut(max(at_sample, 0) * SAMPLE_BYTES)

    def close(self) -> None:
        """Bring everything onto the disk and let go; a second time does nothing."""
        self._syncer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _samples(self, pcm: bytes) -> int:
        if len(pcm) % SAMPLE_BYTES:
            raise InvalidInput(
                f"sound must be whole 16-bit samples, got {len(pcm)} bytes", field="pcm"
            )
        return len(pcm) // SAMPLE_BYTES

    def _within(self, end: int) -> None:
        if end > self._limit:
            raise StorageError(
                f"a recording is at most {self._limit / RATE / 60:g} minutes long",
                remedy="End this call and start another one. What was recorded until now is kept.",
            )
