"""What only a real process shows: pipes that close, nothing of colour in a file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
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


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``SIM`` in the line is the program."""
    return subprocess.run(
        ["bash", "-c", line.replace("SIM", f'"{sys.executable}" -m sim')],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
    )


def test_a_table_nobody_reads_is_no_fault_either() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    table = (*SIM, "erlang", "--calls", "9", "--aht", "4:00")
    done = subprocess.run(table, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_files_are_written_though_nobody_reads_the_table(tmp_path) -> None:
    """As ``| head -1`` ends: the pipe is closed before all of the table is written."""
    (tmp_path / "plan.yaml").write_text(PLAN)
    reader, writer = os.pipe()
    os.close(reader)
    run = (*SIM, "run", str(tmp_path / "plan.yaml"), "-n", "1", "--csv", str(tmp_path / "out.csv"))
    done = subprocess.run(run, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")
    assert (tmp_path / "out.csv").stat().st_size


def test_without_any_output_files_are_written_all_the_same(tmp_path) -> None:
    done = shell(f'SIM erlang --calls 9 --aht 4:00 --json "{tmp_path}/out.json" >&- 2>&-')
    assert done.returncode == 0
    assert (tmp_path / "out.json").read_text().startswith("{")


def test_a_terminal_without_our_signs_gets_others_of_the_same_width() -> None:
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "80"}
    told = shell("SIM example small | SIM run - -n 2 --workers 1", **plain)
    assert told.returncode == 0
    assert told.stdout.isascii()
    worst = re.search(r"^! \d\d:\d\d .*\d ~\d.*$", told.stdout, re.MULTILINE)
    whole = re.search(r"^  day .*\d ~\d.*$", told.stdout, re.MULTILINE)
    assert worst is not None
    assert whole is not None
    assert len(worst[0].rstrip()) == len(whole[0].rstrip())
    assert re.search(r"^\* Service level .* \(\d+\.\d-\d+\.\d\)", told.stdout, re.MULTILINE)
    assert "? Service" not in told.stdout
