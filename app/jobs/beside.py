"""The worker that ``callwright run`` keeps beside the server: started, watched, stopped.

It holds a pipe to the server: when the server is gone, however it went, the pipe ends
and the worker stops by itself.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from app.jobs.worker import GRACE_SECONDS

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "app.cli", "worker", "--with-parent")
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
STEADY_SECONDS = 60.0
"""Whoever worked that long is started again at once, not after an ever longer wait."""


class Beside:
    """One worker process, started again whenever it ends."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let it end its job or give it back; what does not end is killed, its lease runs out."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(GRACE_SECONDS / 2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._thread.join(GRACE_SECONDS)

    def _watch(self) -> None:
        wait = FIRST_WAIT
        while (process := self._started()) is not None:
            begun = time.monotonic()
            status = process.wait()
            if process.stdin is not None:
                process.stdin.close()
            if self._stopping.is_set():
                return
            log.warning("the worker ended with %s; starting another", status)
            wait = FIRST_WAIT if time.monotonic() - begun > STEADY_SECONDS else wait * 2
            self._stopping.wait(min(wait, LONGEST_WAIT))

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._stopping.is_set():
                return None
            # In the server's own group: what ends the whole group ends it too.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            return self._process
