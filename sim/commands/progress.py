"""How far a run is, on stderr, and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Done:
    """How many replications are finished, and of how many."""

    done: int = 0
    wanted: int = 0
    watch: Callable[[int, int], None] | None = None

    def __call__(self, done: int, wanted: int) -> None:
        self.done, self.wanted = done, wanted
        if self.watch is not None:
            self.watch(done, wanted)


@contextmanager
def shown(what: str) -> Iterator[Done]:
    """Gives what an experiment reports to: ``(done, wanted)``."""
    if not sys.stderr.isatty():
        yield Done()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left; Ctrl-C stops"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield Done(watch=lambda done, wanted: bar.update(task, completed=done, total=wanted))
