"""A server of one's own for a while: its own data, a free port, gone at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import Settings
from app.errors import Unavailable
from app.serve import address_of, answers

START_SECONDS = 300
"""The first start of all learns to understand, which takes a minute or two."""
STOP_SECONDS = 30
LEARNT = ("understanding", "voice-cache")


def share_learnt(origin: Path, home: Path) -> None:
    """Let the data in ``home`` use what was learnt and rendered in ``origin``."""
    for name in LEARNT:
        (origin / name).mkdir(parents=True, exist_ok=True)
        (home / name).symlink_to((origin / name).resolve(), target_is_directory=True)


@contextmanager
def private_server(home: Path, *, calls: bool = False) -> Iterator[str]:
    """The address of a server with demo people on the data in ``home``; ``calls``: theirs too.

    Raises ``Unavailable`` with the server's last line when it does not start.
    """
    port = free_port()
    env = {
        **os.environ,
        "CALLWRIGHT_DATA_DIR": str(home),
        "CALLWRIGHT_DATABASE_URL": "",
        "CALLWRIGHT_PORT": str(port),
    }
    command = [sys.executable, "-m", "app.cli", "run", "--demo"]
    command += [] if calls else ["--without-calls"]
    log = home / "server.log"
    with log.open("w") as told:
        process = subprocess.Popen(command, env=env, stdout=told, stderr=told)
    try:
        address = address_of(Settings.from_environment({"PORT": str(port)}))
        _wait(process, address, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            last = (log.read_text().strip().splitlines() or ["it said nothing"])[-1]
            raise Unavailable(f"the server did not start: {last}")
        if answers(address):
            return
        time.sleep(0.1)
    raise Unavailable(f"the server did not answer within {START_SECONDS} s")
