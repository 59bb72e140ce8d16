"""Where replications are computed: here, in processes of this machine, or on somebody's executor.

A runner is given a plan and numbers of replications and yields each when it is done, in any order.
The figures are made where the replication ran: records are large and travel only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pickle import HIGHEST_PROTOCOL, dumps, loads
from typing import Protocol

from sim.centre import simulate
from sim.errors import Cancelled, RunError
from sim.metrics import figures
from sim.parameters import Plan
from sim.records import Records
from sim.results import Figures

Stopped = Callable[[], bool]
PATIENCE = 0.1
IN_FLIGHT = 256


@dataclass(frozen=True)
class Done:
    """A finished replication; records only when they were wanted."""

    replication: int
    figures: Figures
    records: Records | None = None


class Runner(Protocol):
    """Runs replications of any plan."""

    def results(
        self, plan: Plan, replications: Iterable[int], keep_records: bool, stopped: Stopped
    ) -> Generator[Done, None, None]:
        """Each replication once, as they get done; Cancelled soon after ``stopped()`` is true."""
        ...


def replicate(plan: Plan, replication: int, keep_records: bool = False) -> Done:
    """One replication and its figures."""
    records = simulate(plan, replication)
    return Done(replication, figures(plan, records), records if keep_records else None)


class Serial:
    """One after the other in this process; can be stopped between two of them."""

    def results(
        self, plan: Plan, replications: Iterable[int], keep_records: bool, stopped: Stopped
    ) -> Generator[Done, None, None]:
        for replication in replications:
            if stopped():
                raise Cancelled("the run was stopped")
            yield replicate(plan, replication, keep_records)


class Foreign:
    """Any executor in the manner of ``concurrent.futures``: threads, Dask, a cluster's own.

    It stays its owner's: it is never shut down here. What runs when the run ends early can't be
    taken back and is left to finish; what hasn't begun is called off.
    """

    def __init__(self, executor: Executor, in_flight: int = IN_FLIGHT) -> None:
        self.executor = executor
        self.in_flight = in_flight

    def results(
        self, plan: Plan, replications: Iterable[int], keep_records: bool, stopped: Stopped
    ) -> Generator[Done, None, None]:
        packed = pack(plan)
        ahead = iter(replications)
        pending: dict[Future[Done], int] = {}
        try:
            while True:
                while len(pending) < self.in_flight and (number := next(ahead, None)) is not None:
                    work = packed, number, keep_records
                    with _told(number):
                        pending[self.executor.submit(replicate_packed, *work)] = number
                if not pending:
                    return
                if stopped():
                    raise Cancelled("the run was stopped")
                ready, _ = wait(pending, timeout=PATIENCE, return_when=FIRST_COMPLETED)
                for future in ready:
                    with _told(pending.pop(future)):
                        done = future.result()
                    yield done
        finally:
            for future in pending:
                future.cancel()


@contextmanager
def _told(replication: int) -> Iterator[None]:
    """What an executor raises that can't go on, as an error of ours."""
    try:
        yield
    except Exception as error:
        # Dask gives up on a task whose workers die again and again by an exception of its own.
        if isinstance(error, BrokenExecutor) or type(error).__module__.startswith("distributed"):
            raise RunError(
                f"the executor could not run replication {replication}: {error!r}; what is "
                "finished is kept if the run has a folder"
            ) from error
        raise


def pack(plan: Plan) -> bytes:
    """A plan ready to travel, made once for a whole run."""
    return dumps(plan, protocol=HIGHEST_PROTOCOL)


@lru_cache(maxsize=8)
def unpack(packed: bytes) -> Plan:
    """The plan again, made once in each process."""
    plan: Plan = loads(packed)
    return plan


def replicate_packed(packed: bytes, replication: int, keep_records: bool) -> Done:
    """What a worker of an executor is asked to do."""
    return replicate(unpack(packed), replication, keep_records)
