"""A worker process for the tests, with kinds of work whose effects can be counted.

``python -m tests.jobs.work HOME`` works until it is told to stop.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from flask import Flask

from app import create_app, logs
from app.accounts import audit
from app.config import Settings
from app.jobs.kinds import JobKind, kinds
from app.jobs.run import JobRun
from app.jobs.worker import Worker, stop_on_signals

STARTS = "starts.txt"
LEASE_SECONDS = 1.0


def mark(run: JobRun) -> None:
    """Two steps; the effect and the end of the job are one transaction."""
    _note(run)
    if not run.kept:
        time.sleep(run.arguments.get("seconds", 0.0))
        run.keep(half=True)
    time.sleep(run.arguments.get("seconds", 0.0))
    with run.finish():
        audit.record(None, "test.mark", ("mark", run.arguments["n"]))


def sleep(run: JobRun) -> None:
    """Looks up often, and never ends by itself."""
    _note(run)
    while True:
        run.check()
        time.sleep(0.01)


def _note(run: JobRun) -> None:
    """One line a start, in one piece."""
    handle = os.open(os.environ["STARTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{run.id}\n".encode())
    os.close(handle)


def add_kinds(app: Flask) -> None:
    kinds(app).add(JobKind("mark", mark, lease_seconds=LEASE_SECONDS))
    kinds(app).add(JobKind("sleep", sleep, lease_seconds=LEASE_SECONDS))


if __name__ == "__main__":
    logs.configure()
    app = create_app(Settings(data_dir=Path(sys.argv[1]), secret_key="s" * 32))
    add_kinds(app)
    worker = Worker(app)
    stop_on_signals(worker)
    worker.run()
