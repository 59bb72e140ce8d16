"""kill -9 of server and worker while people upload, score, calibrate and publish.

A crowd works over HTTP and remembers what the server has answered with success. At a random
moment everything is killed. What lies on the disk then is looked at while nobody runs: nothing
half, nothing lost. Then it is started again, and goes on.
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import create_app
from app.config import Settings
from app.db import db
from app.recordings import tidy
from tests.browser.house import House
from tests.live.quality_kill import consistency, promises
from tests.live.quality_kill.consistency import Disk
from tests.live.quality_kill.crowd import Crowd, wait_for
from tests.live.quality_kill.memory import Memory

IN_A_FOLDER = {"call.flac", "peaks.json", "transcript.json"}
HECTIC, CALM = 0.01, 0.3
"""Seconds between two things somebody does: the worker comes last, and gets on in quiet moments."""


def kill_worker(house: House) -> None:
    """The worker for jobs alone; whoever started it starts another."""
    assert house.process is not None
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"worker" in words and os.getpgid(int(folder.name)) == house.process.pid:
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            continue


@dataclass
class Siege:
    """One data folder, killed over and over."""

    house: House
    crowd: Crowd
    disk: Disk
    chance: random.Random
    dead: set[str] = field(default_factory=set)
    """Under which names workers held jobs when they were killed."""

    def holders(self) -> set[str]:
        rows = self.crowd.books.rows("SELECT holder FROM jobs WHERE state = 'running'")
        return {row["holder"] for row in rows} - self.dead

    def kill(self, longest: float, at_work: float) -> None:
        """At a random moment; every so often (``at_work``) when the worker has work in hand."""
        waits = self.chance.random() < at_work
        with self.crowd.at_work(CALM if waits else self.chance.choice((CALM, HECTIC))):
            if waits:
                wait_for(lambda: bool(self.holders()), "the worker does nothing")
            time.sleep(self.chance.uniform(0.1, longest))
            if self.chance.random() < 0.2:
                kill_worker(self.house)
                time.sleep(self.chance.uniform(0, 1))
            self.house.kill()
        working = self.holders()
        self.crowd.memory.cut_off["transcription"] += len(working)
        self.dead |= working

    def look(self) -> None:
        """While nobody runs."""
        consistency.check(self.disk)
        promises.check(self.disk, self.crowd.memory)


def kill_at_random(
    home: Path, *, kills: int, seed: int, longest: float, at_work: float, lapse: float
) -> Memory:
    """``lapse``: how often the next start comes only after the leases of dead workers ran out."""
    chance, house = random.Random(seed), House(home)
    try:
        house.start()
        house.options = ()
        siege = Siege(house, Crowd(house, seed), Disk(home), chance)
        siege.crowd.prepare()
        for _ in range(kills):
            siege.kill(longest, at_work)
            siege.look()
            if chance.random() < lapse:
                siege.disk.forget_leases()
            house.start()
        siege.crowd.go_on()
        siege.crowd.see_all_ready()
        house.kill()
        siege.look()
        nothing_is_left_over(home)
        return siege.crowd.memory
    finally:
        house.stop()


def nothing_is_left_over(home: Path) -> None:
    app = create_app(Settings(data_dir=home))
    with app.app_context():
        tidy.remove_orphans(home, older_than=-1)
        db.engine.dispose()
    assert list((home / "uploads").iterdir()) == []
    keys = {row["key"] for row in Disk(home).table("recordings").values()}
    folders = list((home / "recordings").iterdir())
    assert {each.name for each in folders} == keys
    for each in folders:
        assert {path.name for path in each.iterdir()} == IN_A_FOLDER


def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    memory = kill_at_random(tmp_path / "var", kills=4, seed=11, longest=1.5, at_work=0.0, lapse=1.0)
    assert memory.cut_off, "somebody was in the middle of something"


@pytest.mark.long
def test_killed_fifty_times_nothing_is_lost(tmp_path: Path) -> None:
    memory = kill_at_random(
        tmp_path / "var", kills=50, seed=12, longest=4.0, at_work=0.5, lapse=0.5
    )
    print(memory)
    for kind in ("upload", "transcription", "mark", "blind mark", "publish", "save"):
        assert memory.cut_off[kind], f"no kill came in the middle of {kind}"
