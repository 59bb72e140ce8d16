"""What the work of a job gets in hand: arguments, progress, a word when it should end.

``Cancelled`` and its sisters are no ``Exception``: work that passes over one bad file
must not pass over being told to end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import WRITES, db, transaction
from app.errors import NotFound
from app.jobs import queue, service
from app.jobs.models import Job
from app.jobs.queue import NotHeld, State
from app.services import now

TICK_SECONDS = 1.0


class Interrupted(BaseException):
    """The work is to end now."""


class Cancelled(Interrupted):
    """Somebody cancelled the job."""


class Stopped(Interrupted):
    """The worker is told to stop; another will do the job from its beginning."""


class Lost(Interrupted):
    """The lease ran out: the job is somebody else's now, and nothing of ours counts."""


class JobRun:
    """One try of one job, in the hands of its work function."""

    def __init__(self, job: Job, lease: timedelta, stopping: Callable[[], bool]) -> None:
        self.id = job.id
        self.holder = job.holder
        self.arguments: Mapping[str, Any] = dict(job.arguments)
        self.kept: Mapping[str, Any] = dict(job.kept)
        """What an earlier try put by with ``keep``; empty at first."""
        self.finished = False
        self._lease = lease
        self._stopping = stopping
        self._renewed = time.monotonic()
        self._cancelled = False
        self._lost = False
        self._progress = (0.0, "")
        self._written = self._progress

    def check(self) -> None:
        """Raise ``Cancelled``, ``Stopped`` or ``Lost`` if the work is to end. Costs nothing."""
        if self._lost or time.monotonic() - self._renewed > self._lease.total_seconds():
            raise Lost
        if self._cancelled:
            raise Cancelled
        if self._stopping():
            raise Stopped

    def progress(self, share: float, note: str = "") -> None:
        """Say how far it is (0 to 1) and with what. Call it as often as you like; checks too."""
        self.check()
        self._progress = (min(max(float(share), 0.0), 1.0), " ".join(note.split())[:200])

    def keep(self, **values: Any) -> None:
        """Put ``values`` (fit for JSON) by, so that a next try can go on from here."""
        with self.step():
            self.kept = {**self.kept, **values}
            self._row().kept = dict(self.kept)

    @contextmanager
    def step(self) -> Iterator[Session]:
        """A ``transaction()`` that holds only while the job is ours. Raises ``Lost``."""
        with transaction() as session:
            self._change(lambda s: queue.renew(s, self.holder, self._lease, now()))
            yield session

    @contextmanager
    def finish(self) -> Iterator[Session]:
        """The last ``transaction()``: its effects and the end of the job, both or neither.

        Raises ``Lost``, and ``RuntimeError`` inside another transaction, which could still fail.
        """
        if db.session().info.get(WRITES):
            raise RuntimeError("a job is not finished inside of another transaction()")
        with transaction() as session:
            yield session
            self._change(lambda s: queue.finish(s, self.holder, now()))
            row = self._row()
            row.progress, row.note = 1.0, ""
        self.finished = True

    def _row(self) -> Job:
        return service.get(self.id)

    def _change(self, step: Callable[[queue.Standing], queue.Standing]) -> None:
        try:
            service.change(self.id, step)
        except (NotHeld, NotFound):
            self._lost = True
            raise Lost from None

    def beat(self) -> None:
        """Hear whether to end, write progress, renew the lease when a third of it is over."""
        begun = time.monotonic()
        third = self._lease.total_seconds() / 3
        if self._progress != self._written or begun - self._renewed > third:
            share, note = told = self._progress
            with self.step():
                row = self._row()
                row.progress, row.note = share, note
                self._cancelled = row.cancel_asked
            self._written, self._renewed = told, begun
            return
        seen = select(Job.state, Job.holder, Job.cancel_asked).where(Job.id == self.id)
        found = db.session.execute(seen).one_or_none()
        db.session.rollback()
        if found is None or found.state is not State.RUNNING or found.holder != self.holder:
            raise Lost
        self._cancelled = found.cancel_asked

    @contextmanager
    def alive(self, app: Flask) -> Iterator[None]:
        """While this lasts, a thread of its own keeps the lease and listens."""
        over = threading.Event()
        thread = threading.Thread(target=self._pulse, args=(app, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _pulse(self, app: Flask, over: threading.Event) -> None:
        tick = min(TICK_SECONDS, self._lease.total_seconds() / 6)
        while not over.wait(tick):
            with app.app_context():
                try:
                    self.beat()
                except Lost:
                    self._lost = not self.finished
                    return
                except SQLAlchemyError:
                    app.logger.warning("job %s: no heartbeat this time", self.id, exc_info=True)
                finally:
                    db.session.remove()
