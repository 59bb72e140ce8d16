"""How far a run is, on stderr, and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sim.parameters.units import show_duration


@dataclass
class Done:
    """How many replications are finished, and of how many."""

    done: int = 0
    wanted: int = 0
    watch: Callable[[int, int, str], None] | None = None

    def __call__(self, done: int, wanted: int, seconds_left: float | None) -> None:
        self.done, self.wanted = done, wanted
        if self.watch is not None:
            left = "" if seconds_left is None else f"{show_duration(seconds_left)} left"
            self.watch(done, wanted, left)


@contextmanager
def shown(what: str) -> Iterator[Done]:
    """Gives what an experiment reports to: ``(done, wanted, seconds left)``."""
    if not sys.stderr.isatty():
        yield Done()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, left="")

        def watch(done: int, wanted: int, left: str) -> None:
            bar.update(task, completed=done, total=wanted, left=left)

        yield Done(watch=watch)
