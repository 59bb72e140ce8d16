"""kill -9 of server and worker while people upload, score, calibrate and publish.

A crowd works over HTTP and remembers what the server has answered with success. At a random
moment everything is killed. What lies on the disk then is looked at while nobody runs: nothing
half, nothing lost. Then it is started again, and goes on.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import create_app
from app.config import Settings
from app.db import db
from app.recordings import tidy
from tests.browser.house import House
from tests.live.quality_kill import consistency, promises
from tests.live.quality_kill.calibrating import Lead, Rater
from tests.live.quality_kill.consistency import Disk
from tests.live.quality_kill.memory import Memory
from tests.live.quality_kill.publishing import Publisher
from tests.live.quality_kill.scoring import Agent, Scorer
from tests.live.quality_kill.uploading import Uploader
from tests.live.quality_kill.visitors import Books, Gone, Member

PATIENCE = 120.0
IN_A_FOLDER = {"call.flac", "peaks.json", "transcript.json"}
Step = Callable[[], None]


class Crowd:
    """Everybody at work, each in a thread of her own; they go on where they were."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.memory = house, Memory()
        self.books = Books(house.home / "callwright.db")
        numbers = random.Random(seed)

        def chance() -> random.Random:
            return random.Random(numbers.getrandbits(64))

        sam, lena, quinn, nina = (self._member(each) for each in ("sam", "lena", "quinn", "nina"))
        raters = [self._member("lena"), self._member("quinn")]
        self.uploader = Uploader(self._member("quinn"), chance())
        self.publisher = Publisher(quinn, chance())
        self._steps: tuple[Step, ...] = (
            self.uploader.step,
            Uploader(lena, chance()).step,
            self.publisher.step,
            Scorer(sam, chance()).step,
            Agent(nina, chance()).step,
            Lead(self._member("sam"), raters).step,
            *(Rater(each, chance()).step for each in raters),
        )
        self._members: list[Member]

    def _member(self, login: str) -> Member:
        made = Member(self.house.url, login, self.memory, self.books)
        self._members = [*getattr(self, "_members", []), made]
        return made

    def prepare(self) -> None:
        """Something to score, and something to score it by."""
        for _ in range(2):
            self.uploader.send()
        while not self.memory.all_done("published"):
            self.publisher.card()
        wait_for(lambda: not unfinished(self.books), "the first recordings")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Until the server is gone."""
        over = threading.Event()
        threads = [threading.Thread(target=self._work, args=(each, over)) for each in self._steps]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            over.set()
            for each in threads:
                each.join()
            for member in self._members:
                member.hang_up()

    def _work(self, step: Step, over: threading.Event) -> None:
        try:
            while not over.wait(0.01):
                step()
        except Gone:
            return
        except Exception as error:
            self.memory.fault(f"{step}: {error!r}")


def unfinished(books: Books) -> list[tuple[int, str]]:
    rows = books.rows("SELECT id, status FROM recordings WHERE status != 'ready'")
    return [(row["id"], row["status"]) for row in rows]


def wait_for(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.1)


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


def kill_at_random(
    home: Path, *, kills: int, seed: int, longest: float, patient: bool = False
) -> Memory:
    """``patient``: leases of killed workers run out by themselves, after a minute."""
    chance, house = random.Random(seed), House(home)
    disk = Disk(home)
    try:
        house.start()
        house.options = ()
        crowd = Crowd(house, seed)
        crowd.prepare()
        working = 0
        for _ in range(kills):
            with crowd.at_work():
                time.sleep(chance.uniform(0.2, longest))
                if chance.random() < 0.3:
                    kill_worker(house)
                    time.sleep(chance.uniform(0, 1))
                house.kill()
            working += bool(disk.rows("SELECT 1 FROM jobs WHERE state = 'running'"))
            consistency.check(disk)
            promises.check(disk, crowd.memory)
            if not patient:
                disk.forget_leases()
            house.start()
        crowd.memory.cut_off["transcription"] = working
        everything_goes_on(crowd, house)
        house.kill()
        consistency.check(disk)
        promises.check(disk, crowd.memory)
        nothing_is_left_over(home)
        return crowd.memory
    finally:
        house.stop()


def everything_goes_on(crowd: Crowd, house: House) -> None:
    """What waited becomes ready by itself, and people go on where they were."""
    before = crowd.memory.did.copy()
    with crowd.at_work():
        wait_for(lambda: (crowd.memory.did - before).keys() >= {"mark", "save"}, "nobody works")
    wait_for(lambda: not unfinished(crowd.books), f"still waiting: {unfinished(crowd.books)}")


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
    memory = kill_at_random(tmp_path / "var", kills=4, seed=11, longest=2.5)
    assert memory.cut_off, "somebody was in the middle of something"


@pytest.mark.long
def test_killed_fifty_times_nothing_is_lost(tmp_path: Path) -> None:
    memory = kill_at_random(tmp_path / "var", kills=50, seed=12, longest=6.0, patient=True)
    print(dict(memory.did), dict(memory.cut_off), dict(memory.refused))
    for kind in ("upload", "transcription", "mark", "blind mark", "publish", "save"):
        assert memory.cut_off[kind], f"no kill came in the middle of {kind}"
