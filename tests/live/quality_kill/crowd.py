"""Everybody at once: who uploads, scores, answers, calibrates and publishes, in threads."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.browser.house import House
from tests.live.quality_kill.calibrating import Lead, Rater
from tests.live.quality_kill.memory import Memory
from tests.live.quality_kill.publishing import Publisher
from tests.live.quality_kill.scoring import Agent, Scorer
from tests.live.quality_kill.uploading import Uploader
from tests.live.quality_kill.visitors import Books, Gone, Member

PATIENCE = 120.0
Step = Callable[[], None]


class Crowd:
    """Everybody at work, each in a thread of her own; they go on where they were."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.memory = house, Memory()
        self._members: list[Member] = []
        self.books = Books(house.home / "callwright.db")
        numbers = random.Random(seed)

        def chance() -> random.Random:
            return random.Random(numbers.getrandbits(64))

        sam, quinn, nina = (self._member(each) for each in ("sam", "quinn", "nina"))
        raters = [self._member("lena"), self._member("quinn")]
        self.uploaders = [Uploader(self._member(each), chance()) for each in ("quinn", "sam")]
        self.publisher = Publisher(quinn, chance())
        self._steps: tuple[Step, ...] = (
            *(each.step for each in self.uploaders),
            self.publisher.step,
            Scorer(sam, chance()).step,
            Agent(nina, chance()).step,
            Lead(self._member("sam"), raters).step,
            *(Rater(each, chance()).step for each in raters),
        )

    def _member(self, login: str) -> Member:
        made = Member(self.house.url, login, self.memory, self.books)
        self._members.append(made)
        return made

    def prepare(self) -> None:
        """Something to score, and something to score it by."""
        for each in self.uploaders:
            each.send()
        while not self.memory.all_done("published"):
            self.publisher.card()
        self.see_all_ready()

    def see_all_ready(self) -> None:
        """What waits becomes ready by itself; what was given up, when its owner tries again."""

        def ready() -> bool:
            for each in self.uploaders:
                each.clear_up()
            return not self.books.rows("SELECT 1 FROM recordings WHERE status != 'ready'")

        wait_for(ready, "a recording is stuck")

    def go_on(self) -> None:
        """Everybody can work where she left off."""
        before = self.memory.did.copy()
        with self.at_work():
            wait_for(lambda: {"mark", "save"} <= (self.memory.did - before).keys(), "idle")

    @contextmanager
    def at_work(self, pause: float = 0.01) -> Iterator[None]:
        """Until the server is gone. ``pause``: seconds between two things that somebody does."""
        over = threading.Event()
        threads = [
            threading.Thread(target=self._work, args=(each, over, pause)) for each in self._steps
        ]
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

    def _work(self, step: Step, over: threading.Event, pause: float) -> None:
        try:
            while not over.wait(pause):
                step()
        except Gone:
            return
        except Exception as error:
            self.memory.fault(f"{step}: {error!r}")


def wait_for(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.1)
