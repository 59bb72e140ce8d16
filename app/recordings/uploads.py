"""An uploaded file -> a recording like the product's own, or one clear refusal.

The file is hostile until proven sound: its kind is told by its bytes (``sniff``), it is
decoded in a process that can do nothing but decode (``decode_process``), and length is
counted in samples that really came, never taken from a header.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flask_babel import gettext as _

from app.errors import StorageError
from app.recordings import flac
from app.recordings.decoder import Decoder
from app.recordings.decoding import Block, Decoding, Head
from app.recordings.durable import replace_with, storage_error
from app.recordings.flac_out import FULL_SCALE, FlacOut, channels_alike, mix_down
from app.recordings.folders import FLAC, PART, PEAKS
from app.recordings.peaks import peaks_json
from app.recordings.resampling import Resampler, Samples
from app.recordings.sniff import Container, Found, find
from app.recordings.upload_error import Refusal, UploadError
from app.recordings.upload_limits import LIMITS, Limits, check_head, check_size, too_long
from app.speech.ports import RATE

Progress = Callable[[float], None]

SILENCE = FULL_SCALE / 1000
"""A recording that is never louder (-60 dB) holds nothing to listen to."""
HASHED, DECODED = 0.05, 0.9
"""The shares of the work that are done when its parts are."""
_HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A recording taken in. ``sha256`` is the FLAC's, ``original_sha256`` the uploaded file's.

    ``channels`` is 2 when each carries something of its own. ``original`` is what the
    uploaded file said of itself, ``container`` what it was by its bytes.
    """

    path: Path
    peaks: Path
    seconds: float
    channels: int
    sha256: str
    original_sha256: str
    container: Container
    original: Head


def take_in(
    source: Path,
    folder: Path,
    *,
    limits: Limits = LIMITS,
    progress: Progress = lambda share: None,
    decoder: Decoder | None = None,
) -> Uploaded:
    """Make ``call.flac`` and ``peaks.json`` in ``folder`` (which exists) of the file ``source``.

    ``progress`` gets 0..1, several times a second: whatever it raises ends the work and goes
    through, which is how to cancel. Raises ``UploadError`` for anything wrong with the file
    and ``StorageError`` for the disk. Then nothing new is in ``folder``, and ``source`` is
    never changed. ``decoder`` spares many files the start of a process.
    """
    if decoder is None:
        with Decoder() as own:
            return take_in(source, folder, limits=limits, progress=progress, decoder=own)
    work = _Work(folder, limits, progress, decoder)
    try:
        fd = _opened(source)
        try:
            return work.done(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise storage_error(source, error) from error
    finally:
        work.tidy()


class _Work:
    """One file on its way in."""

    def __init__(self, folder: Path, limits: Limits, progress: Progress, decoder: Decoder) -> None:
        self._flac, self._peaks = folder / FLAC, folder / PEAKS
        self._part, self._mixed = folder / (FLAC + PART), folder / ("mixed." + FLAC + PART)
        self._peaks_part = folder / (PEAKS + PART)
        self._limits, self._progress, self._decoder = limits, progress, decoder
        self._share = 0.0
        self._size = 1

    def done(self, fd: int) -> Uploaded:
        self._size = os.fstat(fd).st_size
        check_size(self._size, self._limits)
        found = find(fd)
        original_sha256 = self._hash(fd)
        head = self._decode(fd, found)
        channels = self._one_or_two(head.channels)
        self._tell(0.95)
        self._peaks_part.write_text(peaks_json(self._part), encoding="utf-8")
        self._tell(0.99)
        made = Uploaded(
            path=self._flac,
            peaks=self._peaks,
            seconds=flac.frames(self._part) / RATE,
            channels=channels,
            sha256=flac.sha256(self._part),
            original_sha256=original_sha256,
            container=found.container,
            original=head,
        )
        replace_with(self._peaks_part, self._peaks)
        replace_with(self._part, self._flac)
        return made

    def tidy(self) -> None:
        for part in (self._part, self._mixed, self._peaks_part):
            part.unlink(missing_ok=True)

    def _tell(self, share: float) -> None:
        """Progress never goes back, whatever a file makes the decoder's position do."""
        self._share = max(self._share, min(share, 1.0))
        self._progress(self._share)

    def _hash(self, fd: int) -> str:
        digest, at = hashlib.sha256(), 0
        while piece := os.pread(fd, _HASH_BYTES, at):
            digest.update(piece)
            at += len(piece)
            self._tell(HASHED * at / self._size)
        return digest.hexdigest()

    def _decode(self, fd: int, found: Found) -> Head:
        def tick() -> None:
            # The decoder reads through the same open file: its position is how far it is.
            read = os.lseek(fd, 0, os.SEEK_CUR) if started else 0
            self._tell(HASHED + (DECODED - HASHED) * read / self._size)

        started = False
        with self._decoder.decoding(fd, found, self._limits.bounds, tick) as decoding:
            head = decoding.head()
            check_head(head, found.container, self._limits)
            started = True
            self._write(decoding, head)
        return head

    def _write(self, decoding: Decoding, head: Head) -> None:
        resampler = Resampler(head.rate, RATE, head.channels)
        most, frames = round(self._limits.seconds * head.rate), 0
        with FlacOut(self._part, head.channels) as out:
            for block in decoding.blocks(head.channels):
                frames += len(block)
                if frames > most:
                    raise too_long(self._limits)
                out.write(resampler.feed(_sane(block)))
            if head.frames - frames > head.rate:
                raise UploadError(
                    Refusal.DAMAGED,
                    _("The file ends early: some of its sound is missing. Upload it again."),
                )
            out.write(resampler.finish())
            if out.loudest <= SILENCE:
                raise UploadError(Refusal.SILENT, _("There is nothing to hear in this file."))

    def _one_or_two(self, channels: int) -> int:
        if channels == 1 or not channels_alike(self._part):
            return channels
        mix_down(self._part, self._mixed)
        os.replace(self._mixed, self._part)
        return 1


def _opened(source: Path) -> int:
    """``source`` for reading; a plain file only, no link, no pipe."""
    fd = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise StorageError(f"{source.name} is not a plain file")
    return fd


def _sane(block: Block) -> Samples:
    """As doubles within -1..1; what is no number at all (files of floats) is silence."""
    with np.errstate(invalid="ignore"):  # a signalling NaN complains at every touch
        numbers = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        return numbers.clip(-1, 1).astype(np.float64)
