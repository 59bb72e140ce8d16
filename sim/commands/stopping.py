"""Ctrl-C: what is done is shown, and how to go on is said. Pressed once more, it ends at once."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.commands import STOPPED
from sim.commands.progress import Done
from sim.errors import Cancelled
from sim.report import words


@contextmanager
def told_when_stopped(folder: str | None, done: Done) -> Iterator[None]:
    """For a run of which nothing can be shown when it is stopped."""
    try:
        with _heard_once():
            yield
    except (KeyboardInterrupt, Cancelled):
        none = "before the first day was done"
        when = words.so_far(done.done, done.wanted) if done.done else none
        raise stopped(folder, when) from None


def stopped(folder: str | None, when: str) -> Cancelled:
    """To be raised when all there is has been shown: says what is kept, and how to go on."""
    if folder is None:
        return Cancelled(f"stopped {when}; with --folder what is done is kept, to go on from")
    return Cancelled(
        f"stopped {when}; what is done is kept in {folder}: the same command goes on from there"
    )


@contextmanager
def _heard_once() -> Iterator[None]:
    """A second Ctrl-C is no ``KeyboardInterrupt``, which may be taken for the first, but an end."""
    before = signal.getsignal(signal.SIGINT)
    mine = threading.current_thread() is threading.main_thread()
    if not mine or before is not signal.default_int_handler:
        yield
        return

    def first(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, second)
        raise KeyboardInterrupt

    def second(_number: int, _frame: Any) -> None:
        sys.exit(STOPPED)

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
