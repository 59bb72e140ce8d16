"""``callwright run`` keeps a worker beside the server; ``callwright worker`` is one by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.jobs.beside import Beside
from tests.live.process import installation, server
from tests.live.serving import wait_for


def workers(group: int) -> list[int]:
    """The worker processes of a process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"worker" in words and os.getpgid(int(folder.name)) == group:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_the_server_has_a_worker_that_comes_and_goes_with_it(
    tmp_path: Path, migrated: Path
) -> None:
    log = tmp_path / "log.txt"
    with server(installation(tmp_path / "var", migrated), log) as running:
        group = running.process.pid
        wait_for(lambda: "is ready" in log.read_text())
        [first] = workers(group)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: first not in workers(group) and workers(group))
        running.stop()
        wait_for(lambda: not workers(group))
    assert "starting another" in log.read_text()


def worker(home: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker", *options],
        env={**os.environ, "CALLWRIGHT_DATA_DIR": str(home), "CALLWRIGHT_DATABASE_URL": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_worker_ends_when_its_server_was_killed(tmp_path: Path, migrated: Path) -> None:
    """It holds a pipe to the server, whose end it hears."""
    with worker(installation(tmp_path / "var", migrated), "--with-parent") as process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert "is ready" in process.stderr.readline()
        process.stdin.close()
        assert process.wait(20) == 0


def test_drain_does_what_is_due_and_ends(tmp_path: Path, migrated: Path) -> None:
    with worker(installation(tmp_path / "var", migrated), "--drain") as process:
        told, problems = process.communicate()
    assert process.returncode == 0, problems
    assert told == "0 jobs done\n"


def test_a_worker_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.beside.GRACE_SECONDS", 0.4)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    beside = Beside([sys.executable, "-c", deaf])
    beside.start()
    wait_for(lambda: beside.pid)
    time.sleep(0.3)
    beside.stop()
    assert beside.pid is None


def test_help_names_it() -> None:
    told = CliRunner().invoke(cli, ["worker", "--help"], standalone_mode=False)
    assert "--drain" in told.output
    assert "--with-parent" not in told.output
