"""A real process that records, killed with SIGKILL or stopped by a full disk, loses nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.recordings.finalise import recover
from app.recordings.folders import FLAC, JOURNAL
from app.recordings.journal import read, timeline_of

ROOT = Path(__file__).parents[2]

RECORDS = """
import sys
from pathlib import Path
import numpy as np
from app.recordings.journal import Journal
from app.recordings.writer import StereoWriter

folder = Path(sys.argv[1])
writer, journal = StereoWriter(folder), Journal(folder / "events.jsonl")
journal.append(0, "started", mode="voice")
for i in range(1, 30_000):
    frame = np.full(512, i, "<i2").tobytes()
    writer.add_trainee(frame)
    writer.place_customer(frame, (i - 1) * 512)
    journal.append(writer.seconds, "partial", start=0, text=f"word {i}")
    print(i, flush=True)
"""

FULL = """
import resource, sys
from pathlib import Path
from app.errors import StorageError
from app.recordings.writer import StereoWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer = StereoWriter(Path(sys.argv[1]))
try:
    for i in range(200):
        writer.add_trainee(bytes([i % 100 + 1]) * 1024)
except StorageError as error:
    print(error.message, "|", error.remedy)
writer.close()
"""


def start(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_a_random_moment_all_that_was_confirmed_is_there(
    tmp_path: Path, seed: int
) -> None:
    process = start(RECORDS, tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.0, 0.2))
    process.kill()
    confirmed = int((["1", *process.stdout.read().split()])[-1])
    process.stdout.close()
    process.wait()

    entries = read(tmp_path / JOURNAL)
    assert all(damage.torn for damage in entries.damaged)
    words = [event["text"] for event in entries.events if event["kind"] == "partial"]
    assert words[:confirmed] == [f"word {i}" for i in range(1, confirmed + 1)]

    recover(tmp_path)
    samples, _ = soundfile.read(tmp_path / FLAC, dtype="int16", always_2d=True)
    wanted = np.repeat(np.arange(1, confirmed + 1), 512)
    assert (samples[: len(wanted)] == wanted[:, None]).all()

    made = timeline_of(read(tmp_path / JOURNAL).events)
    assert made.utterances[-1].cut_off
    assert [mark.kind for mark in made.marks] == ["cut_off"]


def test_a_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    process = start(FULL, tmp_path)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "no room left to write left.pcm" in out
    assert "Free some disk space" in out
    recover(tmp_path)
    samples, _ = soundfile.read(tmp_path / FLAC, dtype="int16", always_2d=True)
    assert len(samples) == 50_000
    assert samples[:49_664, 0].all()
