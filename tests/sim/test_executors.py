"""Where replications run changes nothing; workers that die, hang or err."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sim.errors import Cancelled, RoutingError, RunError
from sim.executors import Foreign
from sim.experiment import Pool, run
from sim.parameters import Experiment
from sim.results import Result
from tests.sim.experiment_plans import ruled_by, same, small


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as made:
        yield made
    assert not multiprocessing.active_children()


@pytest.fixture(scope="module")
def alone() -> Result:
    return run(small(), replications=9)


def test_a_pool_of_processes_gives_the_same(pool: Pool, alone: Result) -> None:
    assert same(run(small(), replications=9, executor=pool), alone)


def test_processes_of_its_own_give_the_same_and_are_gone_afterwards(
    pool: Pool, alone: Result
) -> None:
    before = set(multiprocessing.active_children())
    assert same(run(small(), replications=9, workers=2), alone)
    assert set(multiprocessing.active_children()) == before


def test_threads_give_the_same(alone: Result) -> None:
    with ThreadPoolExecutor(3) as threads:
        assert same(run(small(), replications=9, executor=threads), alone)


def test_a_dask_cluster_gives_the_same(alone: Result, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=True,
            dashboard_address=":0",
            local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert same(run(small(), replications=9, executor=client.get_executor()), alone)
        with pytest.raises(RoutingError, match=r"Raises\.start raised"):
            run(ruled_by("Raises"), replications=3, executor=client.get_executor())


def test_how_many_a_precision_takes_does_not_depend_on_workers(pool: Pool) -> None:
    plan = small(experiment=Experiment(replications=5, precision=0.05))
    by_one, by_two = run(plan), run(plan, executor=pool)
    assert by_one.replications > 5
    assert same(by_one, by_two)


def test_one_pool_runs_several_plans(pool: Pool) -> None:
    for agents in (5, 8):
        plan = small(agents=agents)
        assert same(run(plan, executor=pool), run(plan))


def test_a_pool_keeps_its_workers_from_run_to_run(pool: Pool) -> None:
    run(small(), replications=4, executor=pool)
    before = multiprocessing.active_children()
    run(small(), replications=4, executor=pool)
    assert len(before) == 2
    assert set(multiprocessing.active_children()) == set(before)


def test_records_come_from_processes_when_asked_for(pool: Pool) -> None:
    there = run(small(), replications=2, executor=pool, keep_records=True)
    here = run(small(), replications=2, keep_records=True)
    pairs = zip(there.records, here.records, strict=True)
    assert all(one.same_as(other) for one, other in pairs)


def test_a_replication_whose_worker_dies_is_run_again(pool: Pool, tmp_path: Path) -> None:
    marker = tmp_path / "died"
    plan = ruled_by("DiesOnce", marker=str(marker))
    result = run(plan, replications=6, executor=pool)
    assert marker.exists()
    assert same(result, run(small(), replications=6))


def test_the_one_that_is_run_again_is_the_one_whose_worker_died(pool: Pool, tmp_path: Path) -> None:
    plan = ruled_by("DiesOnce", marker=str(tmp_path / "died"))
    assert [done.replication for done in pool.results(plan, [5], False, lambda: False)] == [5]
    assert (tmp_path / "died").exists()


def test_workers_that_keep_dying_end_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"4 workers in a row died .* replication 0 .*status 3"):
        run(ruled_by("DiesAlways"), replications=1, executor=Pool(1), folder=tmp_path)
    assert not list(tmp_path.glob("*.replication"))


def test_a_planners_mistake_comes_back_and_the_rest_is_called_off(pool: Pool) -> None:
    with pytest.raises(RoutingError) as here:
        run(ruled_by("Raises"), replications=1)
    with pytest.raises(RoutingError) as there:
        run(ruled_by("Raises"), replications=500, executor=pool)
    assert str(here.value) == str(there.value)
    assert "KeyError: 'gold'" in "".join(there.value.__notes__)
    assert same(run(small(), executor=pool), run(small()))  # the pool goes on


def test_a_run_of_long_replications_stops_at_once(tmp_path: Path) -> None:
    stop = threading.Event()
    with Pool(2) as pool:
        run(small(), replications=2, executor=pool)  # they have started
        threading.Timer(0.3, stop.set).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            run(ruled_by("Sleeps", seconds=60.0), executor=pool, cancel=stop)
        assert time.monotonic() - began < 20  # not sixty


def test_threads_stop_taking_up_more(tmp_path: Path) -> None:
    stop = threading.Event()

    def watch(done: int, expected: int, left: float | None) -> None:
        if done >= 4:
            stop.set()

    with ThreadPoolExecutor(2) as threads, pytest.raises(Cancelled):
        run(small(), replications=500, executor=threads, progress=watch, cancel=stop)


class Slow(ThreadPoolExecutor):
    """Notes what it is given; nothing of it begins before ``go``."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[Future[Any]] = []
        self.go = threading.Event()
        super().submit(self.go.wait)

    def submit(self, *task: Any, **more: Any) -> Future[Any]:
        self.given.append(super().submit(*task, **more))
        return self.given[-1]


def test_an_executor_is_given_some_ahead_and_what_has_not_begun_is_called_off() -> None:
    with Slow() as slow:
        looks = iter((False, False, True))
        runner = Foreign(slow, in_flight=7)
        try:
            with pytest.raises(Cancelled):
                list(runner.results(small(), range(100), False, lambda: next(looks)))
            assert len(slow.given) == 7
            assert all(one.cancelled() for one in slow.given)
        finally:
            slow.go.set()
        assert slow.submit(int).result() == 0, "it is still its owner's"


def test_a_dask_task_whose_workers_keep_dying_is_said_so() -> None:
    scheduler = pytest.importorskip("distributed.scheduler")

    class Dying(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Any:
            failed: Future[Any] = Future()
            failed.set_exception(scheduler.KilledWorker("task", None, 3))
            return failed

    with Dying(1) as dying, pytest.raises(RunError, match=r"could not run replication 0.*Killed"):
        run(small(), replications=1, executor=dying)


@pytest.mark.parametrize("refuses", [True, False])
def test_an_executor_that_is_broken_is_said_so(refuses: bool) -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Any:
            if refuses:  # as a pool of processes does from then on
                raise BrokenExecutor("gone")
            failed: Future[Any] = Future()
            failed.set_exception(BrokenExecutor("gone"))
            return failed

    with Broken(1) as broken, pytest.raises(RunError, match=r"could not run replication 0.*gone"):
        run(small(), replications=1, executor=broken)
