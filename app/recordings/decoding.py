"""This side of the decoding process: starts it, reads what it sends, ends it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

from app.errors import Unavailable
from app.recordings.sniff import Container, Found
from app.recordings.upload_error import Refusal, UploadError

PROCESS = Path(__file__).with_name("decode_process.py")
START_SECONDS = 30.0
TICK_SECONDS = 0.2
LARGEST_FRAME = 1 << 20
_UNKNOWN_LENGTH = 1 << 40
_UNSUPPORTED = {1, 4}  # libsndfile: unrecognised format, unsupported encoding
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")

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


class Decoder:
    """A warm process that decodes one file after another, each in a fork of its own.

    One thread at a time. A process that died is replaced when next asked.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextlib.contextmanager
    def decoding(
        self, source: int, found: Found, bounds: Bounds, tick: Callable[[], None]
    ) -> Iterator[Decoding]:
        """Decode the open file ``source``; the child is gone when the block is left.

        ``tick`` is called at least every 0.2 s; what it raises goes through. Raises
        ``UploadError``, or ``Unavailable`` when no process can be started.
        """
        os.lseek(source, found.start, os.SEEK_SET)
        limits = {
            "memory": bounds.memory,
            "cpu_seconds": bounds.cpu_seconds,
            "as_pipe": found.container is Container.MP3,
        }
        frames, write_end = os.pipe()
        try:
            try:
                pid = self._ask(source, write_end, limits)
            finally:
                os.close(write_end)
            at_work = Decoding(frames, pid, bounds, tick, self._ended)
            try:
                yield at_work
            finally:
                at_work.end()
        finally:
            os.close(frames)

    def close(self) -> None:
        """End the warm process; a later decoding starts another."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _ask(self, source: int, out: int, limits: dict[str, int]) -> int:
        for _attempt in range(2):
            control = self._running()
            try:
                socket.send_fds(control, [json.dumps(limits).encode()], [source, out])
                return int(self._told(control)["pid"])
            except (OSError, ValueError):
                self.close()
        raise Unavailable(
            _("The process that reads sound files cannot be started."),
            remedy=_("The server's memory or number of processes may be used up."),
        )

    def _running(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                # As a file, not a module: importing the product would cost a second.
                self._process = subprocess.Popen(
                    [sys.executable, "-I", str(PROCESS)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    cwd="/",
                    start_new_session=True,  # Ctrl-C is the parent's; this ends with its socket
                )
            ours.settimeout(START_SECONDS)
            self._control = ours
        return self._control

    def _told(self, control: socket.socket) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(control.recv(4096))
        return told

    def _ended(self, pid: int, *, kill: bool) -> int | None:
        """How the child ended, after making it end if need be; None if nobody knows."""
        if self._control is None or self._process is None:
            return None
        try:
            # The warm process has not waited for it yet, so the pid is still the child's. If that
            # process is dead, the child ends by itself: nobody reads its pipe.
            if kill and self._process.poll() is None:
                os.kill(pid, signal.SIGKILL)
            status = int(self._told(self._control)["status"])
            self._control.sendall(b"!")
        except (OSError, ValueError):
            self.close()
            return None
        return status


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


def _environment() -> dict[str, str]:
    """Nothing of the server's own: it may hold secrets."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1"}  # forking wants a single thread


def _timed_out() -> UploadError:
    return UploadError(Refusal.TIMED_OUT, _("Reading this file takes longer than allowed."))


def _garbled() -> UploadError:
    return UploadError(Refusal.DIED, _("Reading this file ended in the middle: it is damaged."))
