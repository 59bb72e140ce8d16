"""A server in a process of its own, as ``callwright run`` starts it, that may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import REPOSITORY
from app.private_server import free_port
from app.serve import answers
from tests.conftest import share_understanding

START_SECONDS = 240
"""Generous: a bank of acts that was changed is fitted first."""


def installation(home: Path, migrated: Path) -> Path:
    """A data folder that is set up, with nobody in it."""
    (home / "recordings").mkdir(parents=True)
    (home / "voice-cache").mkdir()
    shutil.copyfile(migrated, home / "callwright.db")
    (home / "secret.key").write_text("s" * 32)
    share_understanding(home)
    return home


@dataclass
class Server:
    """A running one. ``kill`` is SIGKILL to every process of it."""

    process: subprocess.Popen[bytes]
    url: str

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it politely, whatever is left of it by force."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def server(home: Path, log: Path, **changes: str) -> Iterator[Server]:
    """A server on ``home`` that answers already; gone at the end."""
    port = free_port()
    env = {
        **os.environ,
        "CALLWRIGHT_DATA_DIR": str(home),
        "CALLWRIGHT_DATABASE_URL": "",
        "PORT": str(port),
        "PYTHONPATH": str(REPOSITORY),
        **changes,
    }
    with open(log, "ab") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"],
            env=env,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
    started = Server(process, f"http://127.0.0.1:{port}")
    try:
        until = time.monotonic() + START_SECONDS
        while not answers(started.url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, "the server did not answer"
            time.sleep(0.1)
        yield started
    finally:
        started.stop()
