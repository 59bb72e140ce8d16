"""The worker: a process that takes jobs one after another until it is told to stop.

As many as wanted may run, on one machine or several on the same database. Killed at any
moment, it leaves a lease that runs out; the next worker takes the job over.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.errors import AppError, InvalidInput, NotFound
from app.jobs import queue, service
from app.jobs.kinds import JobKind, kinds
from app.jobs.models import Job
from app.jobs.queue import NotHeld, Standing
from app.jobs.run import Cancelled, JobRun, Lost, Stopped
from app.services import now

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
AWAY_SECONDS = 5.0
"""Between two tries when the database does not answer."""
SCHEDULE_SECONDS = 600.0
GRACE_SECONDS = 10.0
"""What work that never looks up gets before the worker goes without it."""
LASTING = (InvalidInput, NotFound)
"""What another try would not mend."""


@dataclass
class Worker:
    """Takes jobs of ``app``'s kinds. ``stopping`` makes it end after, or within, a job."""

    app: Flask
    stopping: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    def run(self) -> None:
        """Work until told to stop."""
        log.info("worker %s is ready", self.name)
        scheduled = -SCHEDULE_SECONDS
        while not self.stopping.is_set():
            try:
                if time.monotonic() - scheduled >= SCHEDULE_SECONDS:
                    self._schedule()
                    scheduled = time.monotonic()
                if not self.work_one():
                    self.stopping.wait(POLL_SECONDS)
            except SQLAlchemyError:
                log.exception("worker %s: the database does not answer", self.name)
                self.stopping.wait(AWAY_SECONDS)
        log.info("worker %s has stopped", self.name)

    def drain(self) -> int:
        """Do what is due, and end; how many jobs that were."""
        self._schedule()
        done = 0
        while not self.stopping.is_set() and self.work_one():
            done += 1
        return done

    def _schedule(self) -> None:
        with self.app.app_context():
            service.schedule_nightly(now())
            db.session.remove()

    def work_one(self) -> bool:
        """Do the next job that is due. False when there is none."""
        with self.app.app_context():
            try:
                known = kinds().known
                job = service.claim(known, self.name, now())
                if job is None:
                    return False
                kind = known[job.kind]
                run = JobRun(job, timedelta(seconds=kind.lease_seconds), self.stopping.is_set)
                db.session.remove()
                self._do(job, kind, run)
                return True
            finally:
                db.session.remove()

    def _do(self, job: Job, kind: JobKind, run: JobRun) -> None:
        try:
            with run.alive(self.app):
                end = _ending(kind, run)
        except Lost:
            log.warning("job %s (%s) went to another worker", job.id, job.kind)
            return
        if run.finished:
            return
        db.session.remove()
        try:
            ended = service.change(job.id, end)
        except (NotHeld, NotFound):
            log.warning("job %s (%s) went to another worker", job.id, job.kind)
        else:
            log.info("job %s (%s): %s", job.id, job.kind, ended.state)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a try ended, as the step to take."""

    how: str
    holder: str
    reason: str = ""
    lasting: bool = False

    def __call__(self, standing: Standing) -> Standing:
        at = now()
        if self.how == "done":
            return queue.finish(standing, self.holder, at)
        if self.how == "cancelled":
            return queue.stop(standing, self.holder, at)
        if self.how == "stopped":
            return queue.give_back(standing, self.holder, at)
        return queue.fail(standing, self.holder, self.reason, at, lasting=self.lasting)


def _ending(kind: JobKind, run: JobRun) -> Ending:
    """Do the work and say how it ended. Raises ``Lost``."""
    try:
        kind.run(run)
    except Cancelled:
        return Ending("cancelled", run.holder)
    except Stopped:
        return Ending("stopped", run.holder)
    except AppError as error:
        log.warning("job %s (%s): %s", run.id, kind.name, error.message, exc_info=error)
        words = " ".join(f"{error.message} {error.remedy}".split())[:300]
        return Ending("failed", run.holder, words, isinstance(error, LASTING))
    except (Exception, SystemExit) as error:
        log.error("job %s (%s) failed", run.id, kind.name, exc_info=error)
        return Ending("failed", run.holder)
    return Ending("done", run.holder)


def stop_on_signals(worker: Worker, *, with_parent: bool = False) -> None:
    """SIGTERM and SIGINT stop ``worker``; ``with_parent``: so does the end of standard input."""

    def stop(*_signal: object) -> None:
        if not worker.stopping.is_set():
            worker.stopping.set()
            last = threading.Timer(GRACE_SECONDS, os._exit, args=(1,))
            last.daemon = True
            last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if with_parent:

        def watch() -> None:
            sys.stdin.buffer.read()
            stop()

        threading.Thread(target=watch, daemon=True).start()
