"""A real server of the tests' own, as somebody would start it: started, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.private_server import free_port
from app.serve import answers
from tests.conftest import share_understanding

START_SECONDS = 240
"""On a machine that has fitted the understanding before it takes five."""


@dataclass
class House:
    """One data folder and one port. ``env`` changes the environment of the server.

    ``options`` of a start that finds the demo's people there already may be empty: it is quicker.
    """

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ("--demo", "--without-calls")
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Raises ``AssertionError`` with what the server said when it does not come up."""
        if not (self.home / "understanding").exists():
            share_understanding(self.home)
        env = {
            **os.environ,
            "CALLWRIGHT_DATA_DIR": str(self.home),
            "PORT": str(self.port),
            **self.env,
        }
        command = [sys.executable, "-m", "app.cli", "run", *self.options]
        with (self.home / "server.log").open("ab") as told:
            # A group of its own: killing it takes the worker with it.
            self.process = subprocess.Popen(
                command, env=env, stdout=told, stderr=told, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while not answers(self.url):
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """As a power cut would: nothing is closed, nobody says goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, how)
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
        except ProcessLookupError:
            pass
        self.process = None
