"""The warm process that decodes: started, asked and ended from here."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from flask_babel import gettext as _

from app.errors import Unavailable
from app.recordings.decoding import Bounds, Decoding
from app.recordings.sniff import Container, Found

PROCESS = Path(__file__).with_name("decode_process.py")
START_SECONDS = 30.0
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")


class Decoder:
    """A warm process that decodes one file after another, each in a fork of its own.

    One thread at a time. A process that died is replaced when next asked.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._unread = b""

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
            self._control, self._unread = None, b""
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
        """The next line; of a short file, the child's end may be told with its beginning."""
        while b"\n" not in self._unread:
            piece = control.recv(4096)
            if not piece:
                raise BrokenPipeError("the process ended")
            self._unread += piece
        line, _newline, self._unread = self._unread.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
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


def _environment() -> dict[str, str]:
    """Nothing of the server's own: it may hold secrets."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1"}  # forking wants a single thread
