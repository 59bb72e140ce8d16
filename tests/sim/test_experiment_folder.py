"""A run's folder: stored as it goes, resumed, never mixed up with another plan's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import run_folder
from sim.errors import RunError
from sim.executors import Done
from sim.experiment import load_result, run
from sim.metrics import TYPE_MEASURES
from sim.parameters import Experiment, Rule, Target
from sim.run_folder import MANIFEST, digest
from tests.sim.experiment_plans import ruled_by, same, small

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from sim.experiment import run
from tests.sim.experiment_plans import ruled_by

if __name__ == "__main__":
    run(ruled_by("Sleeps", seconds=0.05), replications=60, workers=2, folder=sys.argv[1])
"""


def test_what_is_stored_comes_back_bit_for_bit(tmp_path: Path) -> None:
    plan = small(experiment=Experiment(replications=5, precision=0.001, at_most=8))
    result = run(plan, folder=tmp_path, keep_records=True)
    again = load_result(tmp_path)
    assert again.plan == plan
    assert same(again, result)
    assert again.finished
    assert again.precision_missed == result.precision_missed is not None
    pairs = zip(again.records, result.records, strict=True)
    assert all(one.same_as(other) for one, other in pairs)


def test_days_come_back_too_and_what_lacks_them_is_run_again(tmp_path: Path) -> None:
    plan = small(days=2, experiment=Experiment(replications=2))
    result = run(plan, folder=tmp_path)
    again = load_result(tmp_path)
    for one, other in zip(again.figures, result.figures, strict=True):
        assert one.days is not None
        assert other.days is not None
        assert one.days.by_type.keys() == other.days.by_type.keys()
        for name, table in other.days.by_type.items():
            assert np.array_equal(one.days.by_type[name], table, equal_nan=True)
    folder = run_folder.RunFolder(tmp_path, plan)
    folder.save(Done(0, replace(result.figures[0], days=None)))
    assert folder.load(0) is None


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    first = run(small(), folder=tmp_path)
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.replication")}
    assert same(run(small(), folder=tmp_path), first)
    more = run(small(), folder=tmp_path, replications=8)
    assert more.replications == 8
    assert all(file.stat().st_mtime_ns == stamp for file, stamp in stamps.items())
    assert load_result(tmp_path).replications == 8


def test_damaged_files_are_found_and_run_again(tmp_path: Path) -> None:
    whole = run(small(), folder=tmp_path)
    cut, flipped, empty = (tmp_path / f"0000{number}.replication" for number in (0, 2, 4))
    cut.write_bytes(cut.read_bytes()[:-100])
    data = bytearray(flipped.read_bytes())
    data[len(data) // 2] ^= 1
    flipped.write_bytes(data)
    empty.write_bytes(b"")
    (tmp_path / "00005.replication.abc.part").write_bytes(b"half")
    with pytest.raises(RunError, match="first replication"):
        load_result(tmp_path)
    assert same(run(small(), folder=tmp_path), whole)
    assert same(load_result(tmp_path), whole)
    assert not list(tmp_path.glob("*.part"))


def test_what_another_version_made_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small(), replications=2, folder=tmp_path)
    monkeypatch.setattr(run_folder, "ENGINE", run_folder.ENGINE + 1)
    with pytest.raises(RunError, match="made by another version of the simulator"):
        run(small(), replications=2, folder=tmp_path)


def test_replications_of_other_measures_are_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(small(), replications=2, folder=tmp_path)
    with monkeypatch.context() as past:
        past.setattr(run_folder, "TYPE_MEASURES", TYPE_MEASURES[::-1])
        (tmp_path / "00000.replication").unlink()
        run(small(), replications=2, folder=tmp_path)
    assert same(run(small(), replications=2, folder=tmp_path), whole)


def test_records_that_lack_are_made(tmp_path: Path) -> None:
    run(small(), replications=2, folder=tmp_path)
    assert len(run(small(), replications=2, folder=tmp_path, keep_records=True).records) == 2


def test_a_gap_ends_what_can_be_read(tmp_path: Path) -> None:
    whole = run(small(), folder=tmp_path)
    (tmp_path / "00003.replication").unlink()
    part = load_result(tmp_path)
    assert not part.finished
    assert same(part, replace(whole, figures=whole.figures[:3]))


def test_a_run_stopped_after_its_last_day_so_far_is_not_finished(tmp_path: Path) -> None:
    def watch(done: int, expected: int, left: float | None) -> None:
        if done == expected:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(small(), replications=3, folder=tmp_path, progress=watch)
    found = load_result(tmp_path)
    assert found.replications == 3
    assert not found.finished


def test_a_manifest_whose_plan_cannot_be_read_is_told_in_a_line(tmp_path: Path) -> None:
    run(small(), replications=1, folder=tmp_path)
    manifest = tmp_path / MANIFEST
    manifest.write_text(manifest.read_text().replace('"opens"', '"openned"'))
    with pytest.raises(RunError, match=r"another version of the simulator: choose .*it$") as told:
        load_result(tmp_path)
    assert "\n" not in str(told.value)


def test_another_plans_folder_is_refused(tmp_path: Path) -> None:
    run(small(), replications=1, folder=tmp_path)
    with pytest.raises(RunError, match=r"groups\[front\]\.agents: 6 -> 7.*choose another folder"):
        run(small(agents=7), replications=1, folder=tmp_path)
    with pytest.raises(RunError, match="seed: 7 -> 8"):
        run(small(seed=8), replications=1, folder=tmp_path)


def test_a_name_and_how_often_are_beside_the_point() -> None:
    plan = small()
    assert digest(plan) == digest(replace(plan, name="x", experiment=Experiment(replications=3)))
    assert digest(plan) != digest(replace(plan, target=Target(within=30)))


def test_a_changed_rule_makes_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "own_rule_of_a_test.py"
    code.write_text("from sim.routing import Rule\n\nclass Mine(Rule):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    plan = small(routing=(Rule("own_rule_of_a_test.Mine"), Rule("longest-wait")))
    run(plan, replications=1, folder=tmp_path / "run")
    code.write_text(code.read_text() + "# changed\n")
    with pytest.raises(RunError, match=r"the code of the routing rule own_rule_of_a_test\.Mine"):
        run(plan, replications=1, folder=tmp_path / "run")
    assert load_result(tmp_path / "run").finished  # what is there can still be read


def test_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not the folder of a run"):
        load_result(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="can't be a run's folder"):
        run(small(), folder=tmp_path / "file")
    (tmp_path / MANIFEST).write_text('{"replications": 3')
    with pytest.raises(RunError, match="can't be read"):
        run(small(), folder=tmp_path)
    (tmp_path / MANIFEST).unlink()
    (tmp_path / "00000.replication").touch()
    with pytest.raises(RunError, match=f"no {MANIFEST}"):
        run(small(), folder=tmp_path)


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in listed.read_text().split()]


def alive(process: int) -> bool:
    """A zombie that nobody has waited for yet is dead."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def until(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def start(script: Path, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stderr=subprocess.PIPE,
        # A shell's background job ignores Ctrl-C, and so would whatever it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


linux = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="looks for processes in /proc"
)


@linux
def test_stopped_while_workers_start_it_leaves_none(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    running = start(script, tmp_path / "run")
    until(lambda: len(children(running.pid)) >= 3)  # with multiprocessing's own helper
    workers = children(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert said.count(b"Traceback") == 1, said.decode()
    until(lambda: not any(alive(one) for one in workers))


@linux
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_later(tmp_path: Path, sent: signal.Signals) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    folder = tmp_path / "run"
    running = start(script, folder)
    first = folder / "00000.replication"
    until(lambda: first.exists() and len(list(folder.glob("*.replication"))) >= 3)
    workers = children(running.pid)
    assert len(workers) >= 2
    if sent == signal.SIGKILL:
        running.kill()
    else:
        os.killpg(running.pid, sent)  # as a terminal does
    _, said = running.communicate(timeout=30)
    assert running.returncode == -sent
    # Nothing but the one traceback of the program itself.
    assert said.count(b"Traceback") == (sent == signal.SIGINT), said.decode()
    until(lambda: not any(alive(one) for one in workers))

    part = load_result(folder)
    assert not part.finished
    assert 1 <= part.replications < 60
    plan = ruled_by("Sleeps", seconds=0.05)
    before = {file: file.stat().st_mtime_ns for file in folder.glob("*.replication")}
    result = run(plan, replications=12, folder=folder)
    assert all(file.stat().st_mtime_ns == stamp for file, stamp in before.items())
    assert same(result, run(small(), replications=12))
