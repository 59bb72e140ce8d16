"""Processes of this machine that run replications.

A pool of its own, not ``ProcessPoolExecutor``: each worker has a pipe to itself and one replication
at a time, so that when one dies (out of memory, killed) it is known which replication to run again,
the others go on, and a run can be stopped in the middle of long replications at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pickle import HIGHEST_PROTOCOL, dumps, loads
from types import TracebackType
from typing import Any

from sim.errors import Cancelled, RunError
from sim.executors import PATIENCE, Done, Stopped, pack, replicate
from sim.parameters import Plan

RERUNS = 3


class Pool:
    """So many worker processes; started when first needed, gone at the end of the ``with`` block.

    A program of one's own that uses it must be safe to import: its work belongs under
    ``if __name__ == "__main__":``, as with everything in ``multiprocessing``.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise RunError(f"workers must be a whole number of at least 1, got {workers}")
        self.workers = workers
        self._idle: list[Worker] = []
        self._busy: dict[Connection[Any, Any], Worker] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers, whatever they are at."""
        for worker in [*self._idle, *self._busy.values()]:
            worker.kill()
        self._idle.clear()
        self._busy.clear()

    def results(
        self, plan: Plan, replications: Iterable[int], keep_records: bool, stopped: Stopped
    ) -> Generator[Done, None, None]:
        """Every replication once, as they get done. One whose worker dies is run again.

        Raises Cancelled; RunError when workers keep dying at the same replication; what a
        replication itself raises. Whatever still runs then is ended.
        """
        packed = pack(plan)
        ahead = deque(replications)
        deaths: dict[int, int] = {}
        try:
            # They take a moment to start: all at once.
            while len(self._idle) < min(self.workers, len(ahead)):
                self._idle.append(Worker())
            while ahead or self._busy:
                self._hand_out(packed, ahead, keep_records)
                if stopped():
                    raise Cancelled("the run was stopped")
                for pipe in wait(list(self._busy), timeout=PATIENCE):
                    assert isinstance(pipe, Connection)
                    worker = self._busy.pop(pipe)
                    try:
                        answer = loads(pipe.recv_bytes())
                    except (EOFError, OSError):
                        ahead.appendleft(_died(worker, deaths))
                        continue
                    self._idle.append(worker)
                    self._hand_out(packed, ahead, keep_records)
                    if isinstance(answer, BaseException):
                        raise answer
                    yield answer
        finally:
            for worker in self._busy.values():
                worker.kill()
            self._busy.clear()

    def _hand_out(self, packed: bytes, ahead: deque[int], keep_records: bool) -> None:
        while ahead and len(self._busy) < self.workers:
            worker = self._idle.pop() if self._idle else Worker()
            worker.begin(packed, ahead.popleft(), keep_records)
            self._busy[worker.pipe] = worker


def _died(worker: Worker, deaths: dict[int, int]) -> int:
    """Which replication to run again, if not too often already."""
    worker.kill()
    number = worker.replication
    deaths[number] = deaths.get(number, 0) + 1
    if deaths[number] > RERUNS:
        raise RunError(
            f"{deaths[number]} workers in a row died while they ran replication {number} (the last "
            f"{_how(worker.process.exitcode)}): is there enough memory? Try fewer workers. A "
            'script of your own must do its work under if __name__ == "__main__".'
        )
    return number


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with exit status {code}"


class Worker:
    """A process and the pipe to it."""

    def __init__(self) -> None:
        # Not fork: it would copy a web server's threads and locks in whatever state they are.
        context = get_context("spawn")
        self.pipe: Connection[Any, Any]
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=work, args=(theirs,), daemon=True)
        with _deaf_to_interrupts():
            self.process.start()
        theirs.close()
        self.replication = -1
        self._knows = b""

    def begin(self, packed: bytes, replication: int, keep_records: bool) -> None:
        """Hand over a replication, and the plan if it is another than last time."""
        self.replication = replication
        plan = None if packed == self._knows else packed
        self._knows = packed
        # If it is dead already, that shows when its answer is read.
        with contextlib.suppress(OSError):
            self.pipe.send((plan, replication, keep_records))

    def kill(self) -> None:
        """End it now. It holds nothing that could be left half done."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started here never hears Ctrl-C, which reaches the whole process group, not even
    while it is starting: its parent decides what is to be done. The parent hears it afterwards, so
    that no process is left half started.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Starting this helper of multiprocessing lets interrupts through again; so it starts before.
    resource_tracker.ensure_running()
    heard: list[int] = []
    handler: Any = None
    # Numeric libraries have threads of their own, which hear what this one is deaf to.
    if threading.current_thread() is threading.main_thread():
        handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def work(pipe: Connection[Any, Any]) -> None:
    """A worker's life: replications as they come, until the pipe closes or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it couldn't be inherited
    threading.Thread(target=_end_with_parent, daemon=True).start()
    plan: Plan | None = None
    while True:
        try:
            packed, replication, keep_records = pipe.recv()
        except (EOFError, OSError):
            return
        plan = loads(packed) if packed is not None else plan
        assert plan is not None
        try:
            answer = dumps(replicate(plan, replication, keep_records), protocol=HIGHEST_PROTOCOL)
        except Exception as error:
            answer = _packed_error(error)
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _packed_error(error: Exception) -> bytes:
    """An exception ready to travel; with what was raised here, which a traceback can't bring."""
    told = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"in a worker process:\n{told}")
        packed = dumps(error)
        loads(packed)
    except Exception:
        packed = dumps(RunError(f"a replication failed: {error!r}\n{told}"))
    return packed
