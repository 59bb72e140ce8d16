"""What the decoding process sends, read within its limits and judged."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

from app.recordings.upload_error import Refusal, UploadError

TICK_SECONDS = 0.2
LARGEST_FRAME = 1 << 20
_UNKNOWN_LENGTH = 1 << 40
_UNSUPPORTED = {1, 4}  # libsndfile: unrecognised format, unsupported encoding

Block = NDArray[np.float32]
"""Shape (n, channels), -1..1 but for what a file with floats may hold."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself; ``frames`` is 0 when it does not say its length."""

    format: str
    subtype: str
    rate: int
    channels: int
    frames: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one decoding may use: bytes of address space, seconds of processor and of clock."""

    memory: int = 512 << 20
    cpu_seconds: int = 300
    wall_seconds: float = 600.0


class Decoding:
    """One file being decoded: its ``head``, then its ``blocks``."""

    def __init__(
        self,
        frames: int,
        pid: int,
        bounds: Bounds,
        tick: Callable[[], None],
        ended: Callable[..., int | None],
    ) -> None:
        self.pid = pid
        self._pipe, self._tick, self._ended = frames, tick, ended
        self._until = time.monotonic() + bounds.wall_seconds
        self._over = False

    def head(self) -> Head:
        """What the file says of itself. Once, and before ``blocks``."""
        kind, body = self._frame()
        if kind == b"E":
            self._finish(body)
            raise _garbled()
        with contextlib.suppress(ValueError, TypeError):
            said = Head(**json.loads(body))
            if said.frames < 0 or said.frames > _UNKNOWN_LENGTH:
                said = Head(said.format, said.subtype, said.rate, said.channels, 0)
            return said
        raise _garbled()

    def blocks(self, channels: int) -> Iterator[Block]:
        """All samples, in blocks of at most a mebibyte."""
        while True:
            kind, body = self._frame()
            if kind == b"E":
                self._finish(body)
                return
            if kind != b"S" or len(body) % (4 * channels):
                raise _garbled()
            yield np.frombuffer(body, np.float32).reshape(-1, channels)

    def end(self) -> None:
        """Make sure that the child is gone; a second time does nothing."""
        if not self._over:
            self._over = True
            self._ended(self.pid, kill=True)

    def _finish(self, body: bytes) -> None:
        """Raise what the child told at its end, if anything went wrong."""
        try:
            error = json.loads(body).get("error")
        except (ValueError, AttributeError):
            raise _garbled() from None
        if error is None:
            return
        if error == "memory":
            raise UploadError(Refusal.DIED, _("Reading this file takes more memory than allowed."))
        if error in _UNSUPPORTED:
            raise UploadError(
                Refusal.UNSUPPORTED,
                _("The sound in this file is packed in a way that cannot be read here."),
            )
        raise UploadError(Refusal.DAMAGED, _("The file is damaged: its sound cannot be read."))

    def _frame(self) -> tuple[bytes, bytes]:
        head = self._exactly(5)
        (length,) = struct.unpack(">I", head[1:])
        if length > LARGEST_FRAME:
            raise _garbled()
        return head[:1], self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            self._wait()
            piece = os.read(self._pipe, size - len(got))
            if not piece:
                raise self._died()
            got += piece
        return bytes(got)

    def _wait(self) -> None:
        """Until there is something to read; ticks, and keeps to the clock."""
        while True:
            self._tick()
            if time.monotonic() > self._until:
                raise _timed_out()
            if select.select([self._pipe], [], [], TICK_SECONDS)[0]:
                return

    def _died(self) -> UploadError:
        self._over = True
        if self._ended(self.pid, kill=False) == -signal.SIGXCPU:
            return _timed_out()
        return UploadError(
            Refusal.DIED,
            _("Reading this file ended in the middle. Try again; if it recurs, it is damaged."),
        )


def _timed_out() -> UploadError:
    return UploadError(Refusal.TIMED_OUT, _("Reading this file takes longer than allowed."))


def _garbled() -> UploadError:
    return UploadError(Refusal.DIED, _("Reading this file ended in the middle: it is damaged."))
