"""What only a real process shows: pipes that close, Ctrl-C, nothing of colour in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIM = (sys.executable, "-m", "sim")
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


def test_an_example_runs_as_the_readme_says(tmp_path) -> None:
    """``python -m sim example > plan.yaml && python -m sim run plan.yaml``."""
    example = subprocess.run(
        (*SIM, "example", "small"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    (tmp_path / "plan.yaml").write_text(example.stdout)
    done = subprocess.run(
        (*SIM, "run", str(tmp_path / "plan.yaml"), "-n", "3", "--workers", "2"),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Service level" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path) -> None:
    """More than a pipe holds is written, and one line is read."""
    (tmp_path / "plan.yaml").write_text(PLAN)
    done = subprocess.run(
        f'"{sys.executable}" -m sim run "{tmp_path}/plan.yaml" -n 2 --json - | head -1',
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout == "{\n"


def test_control_c_stops_at_once_and_says_what_is_kept(tmp_path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN)
    folder = tmp_path / "kept"
    running = subprocess.Popen(
        (*SIM, "run", str(tmp_path / "plan.yaml"), "-n", "5000", "--folder", str(folder)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs us in the background may have told us not to listen.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    last = time.monotonic() + 60
    while len(list(folder.glob("*.replication"))) < 2 and time.monotonic() < last:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert out == ""
    assert "of 5000 replications are kept in" in err
    assert err.count("\n") == 1
