"""Ctrl-C, and two at a time in one folder: real processes that get real signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.commands.progress import Done
from sim.commands.stopping import told_when_stopped
from sim.errors import RunError
from sim.folder_lock import locked

ROOT = Path(__file__).resolve().parents[2]
# Seconds that a busy machine may need for what takes one; what is stopped here would take minutes.
PATIENCE = 60.0
PLAN = """\
opens: "09:00"
closes: "17:00"
call_types:
  - name: calls
    arrivals: {pattern: constant, per_hour: 120}
    service: {talk: 200}
groups:
  - {name: front, skills: [calls], agents: 8}
"""
SLOW = """\
routing:
  - {rule: tests.sim.experiment_plans.Sleeps, options: {seconds: 0.1}}
  - longest-wait
"""
# The plan is looked over first, which asks each rule to start once.
SLOWER = SLOW.replace("0.1", "3")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN + SLOW)
    return str(path)


def start(*arguments: str) -> subprocess.Popen[str]:
    """In a process group of its own, as a terminal's command is."""
    return subprocess.Popen(
        (sys.executable, "-m", "sim", *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs us in the background may have told us not to listen.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def control_c(running: subprocess.Popen[str]) -> None:
    """As a terminal does: to the program and all it started."""
    os.killpg(running.pid, signal.SIGINT)


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    last = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < last, "it took too long"
        time.sleep(0.02)


def days(folder: Path) -> int:
    return len(list(folder.glob("*.replication")))


def begun_by(file: Path) -> Counter[str]:
    """How many each process has begun."""
    return Counter(file.read_text().split() if file.exists() else ())


def is_gone(group: int) -> bool:
    """Is nobody left of a process group?"""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def ended(running: subprocess.Popen[str]) -> tuple[str, str]:
    out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130, err
    assert "Traceback" not in out + err
    until(lambda: is_gone(running.pid))
    return out, err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_done_is_shown_and_written(plan: str, tmp_path: Path, workers: str) -> None:
    begun = tmp_path / "begun"
    rule = f"tests.sim.experiment_plans.Tells, options: {{seconds: 0.1, file: {begun}}}"
    Path(plan).write_text(f"{PLAN}routing: [{{rule: {rule}}}, longest-wait]\n")
    data, page, book = (tmp_path / name for name in ("out.json", "out.html", "out.xlsx"))
    running = start(
        *("run", plan, "-n", "5000", "--workers", workers),
        *("--json", str(data), "--html", str(page), "--xlsx", str(book)),
    )
    # One is asked to start by the look at the plan, and one may have just begun.
    until(lambda: len([one for one in begun_by(begun).values() if one >= 4]) == int(workers))
    control_c(running)
    out, err = ended(running)
    found = json.loads(data.read_text())
    count = found["replications"]
    assert 0 < count < 5000
    assert found["stopped"] == f"after {count} of 5,000 replications"
    assert found["findings"][0] == f"Stopped early, after {count} of 5,000 replications."
    assert f"• Stopped early, after {count} of 5,000 replications." in out
    assert f"\n{count} replication" in out
    assert "By half hour" in out
    assert f"Stopped early, after {count} of 5,000" in page.read_text()
    assert book.stat().st_size
    assert err == (
        f"python -m sim: stopped after {count} of 5,000 replications; with --folder what is done "
        "is kept, to go on from\n"
    )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_days_in_a_folder_are_kept_and_gone_on_from(
    plan: str, tmp_path: Path, workers: str
) -> None:
    folder = tmp_path / "kept"
    options = ("run", plan, "--workers", workers, "--folder", str(folder), "-n")
    running = start(*options, "5000")
    until(lambda: all((folder / f"0000{day}.replication").exists() for day in (0, 1)))
    control_c(running)
    out, err = ended(running)
    shown = re.search(r"after (\d+) of 5,000 replications", out)
    assert shown is not None
    assert 1 <= int(shown[1]) <= days(folder)
    assert f"what is done is kept in {folder}: the same command goes on from there" in err
    assert err.count("\n") == 1
    again = start(*options, "2", "--json", "-")
    out, _err = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    assert json.loads(out)["stopped"] is None


@pytest.mark.parametrize("workers", ["1", "2"])
def test_before_the_first_day_is_done_there_is_nothing_to_show(
    plan: str, tmp_path: Path, workers: str
) -> None:
    Path(plan).write_text(PLAN + SLOWER)
    folder = tmp_path / "kept"
    running = start("run", plan, "-n", "3", "--workers", workers, "--folder", str(folder))
    until(lambda: (folder / "experiment.json").exists())
    time.sleep(1)
    control_c(running)
    out, err = ended(running)
    assert out == ""
    assert err.startswith("python -m sim: stopped before the first day was done; ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("between", [0.0, 0.01, 0.1, 0.3])
def test_a_second_one_ends_it_at_once(plan: str, tmp_path: Path, between: float) -> None:
    """Whatever it is at: ending its workers, writing, or taking itself apart."""
    folder = tmp_path / "kept"
    running = start("run", plan, "-n", "5000", "--workers", "2", "--folder", str(folder))
    until(lambda: days(folder) >= 2)
    control_c(running)
    time.sleep(between)
    control_c(running)
    _out, err = running.communicate(timeout=PATIENCE)
    # The very last of it ends by the signal, as a shell shows by 130 too.
    assert running.returncode in (130, -signal.SIGINT), err
    assert "Traceback" not in err
    until(lambda: is_gone(running.pid))


def test_a_second_one_does_not_wait_for_what_the_first_has_shown(plan: str, tmp_path: Path) -> None:
    """The first day is played once more for its records, and takes its time."""
    folder, records, data = (tmp_path / name for name in ("kept", "out.csv", "out.json"))
    Path(plan).write_text(PLAN + SLOWER)
    running = start(
        *("run", plan, "--workers", "1", "--folder", str(folder)),
        *("--json", str(data), "--records", str(records)),
    )
    until(lambda: days(folder) >= 1)
    control_c(running)
    until(data.exists)
    control_c(running)
    out, err = ended(running)
    assert (out, err.strip()) == ("", "python -m sim: stopped")
    assert not records.exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_second_one_is_not_taken_for_the_first(request: pytest.FixtureRequest) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))

    def cleaned_up() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(SystemExit) as ended, told_when_stopped(None, Done()):
        cleaned_up()
    assert ended.value.code == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_comparison_shows_the_days_that_both_have(plan: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    running = start(
        *("compare", plan, "--policy", "tests.sim.experiment_plans.Sleeps,random-agent"),
        *("-n", "40", "--workers", "1", "--folder", str(folder), "--json", "-"),
    )
    until(lambda: days(folder / "2") >= 2)
    control_c(running)
    out, err = ended(running)
    found = json.loads(out)
    count = found["replications"]
    assert 2 <= count < 40
    assert found["stopped"] == f"after {count} of 40 replications"
    assert found["finding"].startswith(f"Stopped early, after {count} of 40 replications. ")
    assert found["plans"][0]["figures"]["service_level"]["n"] == count
    assert f"stopped after {count} of 40 replications; what is done is kept in {folder}" in err


def test_a_comparison_leaves_a_plan_out_that_lacks_days_when_two_have_theirs(
    plan: str, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    other, slow = tmp_path / "other.yaml", tmp_path / "slow.yaml"
    other.write_text(f"name: other\n{PLAN}")
    slow.write_text(f"name: slow\n{PLAN}{SLOWER}")
    running = start(
        *("compare", plan, str(other), str(slow), "-n", "3", "--workers", "2"),
        *("--folder", str(folder)),
    )
    until(lambda: (folder / "3" / "experiment.json").exists())
    control_c(running)
    out, err = ended(running)
    assert out.startswith("Stopped early, without slow. ")
    assert "3 replications of the same days" in out
    assert "stopped without slow; what is done is kept" in err


def test_a_comparison_until_it_is_told_falls_back_on_its_last_round(
    plan: str, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    other = tmp_path / "other.yaml"
    slow = f"{PLAN}{SLOW}".replace("seconds: 0.1", "seconds: 0.4")
    Path(plan).write_text(slow)
    other.write_text(f"name: other\n{slow}".replace("talk: 200", "talk: 201"))
    running = start(
        *("compare", plan, str(other), "-n", "2", "--precision", "0.00001"),
        *("--workers", "1", "--folder", str(folder)),
    )
    until(lambda: days(folder / "1") > 2)
    control_c(running)
    out, err = ended(running)
    assert out.startswith("Stopped early, after 2 of 7 replications. ")
    assert "2 replications of the same days" in out
    assert "stopped after 2 of 7 replications; what is done is kept" in err


def test_a_sweep_shows_the_values_that_are_done(plan: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    running = start(
        *("sweep", plan, "--set", "groups.front.agents=7:12", "-n", "8", "--workers", "1"),
        *("--folder", str(folder), "--json", "-"),
    )
    until(lambda: len(list(folder.glob("*/experiment.json"))) >= 3)
    control_c(running)
    out, err = ended(running)
    found = json.loads(out)
    count = len(found["steps"])
    assert 2 <= count < 6
    assert found["stopped"] == f"after {count} of 6 values"
    assert found["findings"][0] == f"Stopped early, after {count} of 6 values."
    assert [one["values"] for one in found["steps"]] == [[7 + place] for place in range(count)]
    assert {one["replications"] for one in found["steps"]} == {8}
    assert f"stopped after {count} of 6 values; what is done is kept in {folder}" in err


@pytest.mark.parametrize(
    "command",
    [("run",), ("compare", "--policy", "longest-wait"), ("sweep", "--set", "volume=+0 %,+5 %")],
    ids=lambda one: one[0],
)
def test_a_second_one_in_the_same_folder_is_told_so(
    plan: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """And however the first ends, the folder is free afterwards."""
    folder = tmp_path / "kept"
    name, *options = command
    line = (name, plan, *options, "--workers", "2", "--folder", str(folder), "-n")
    first = start(*line, "5000")
    until(lambda: any(folder.glob("**/*.replication")))
    second = start(*line, "5000")
    out, err = second.communicate(timeout=PATIENCE)
    assert (second.returncode, out) == (2, "")
    assert err == (
        f"python -m sim: {folder} is in use by another run: wait until that is done, or choose "
        "another folder\n"
    )
    first.kill()
    first.communicate()
    third = start(*line, "2")
    _out, err = third.communicate(timeout=PATIENCE)
    assert third.returncode == 0, err


def test_a_folder_is_ours_only_as_long_as_the_block(tmp_path: Path) -> None:
    with locked(tmp_path / "new" / "folder") as ours:
        assert ours.is_dir()
        with pytest.raises(RunError, match="in use by another run"), locked(ours):
            pass
    with locked(ours):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="can't be a run's folder"), locked(tmp_path / "file"):
        pass
