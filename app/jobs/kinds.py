"""The kinds of jobs there are. Each is named once, in ``create_app``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from app.jobs.run import JobRun

KEY = "callwright_jobs"


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of work. ``run`` may be begun again after a kill: it must bear that.

    ``attempts``: how often it is tried before it counts as failed; ``lease_seconds``: how
    long a silent worker is waited for; ``label``: what people read, in their language;
    ``nightly``: the time (UTC) at which it is done every day without being asked.
    """

    name: str
    run: Callable[[JobRun], None]
    attempts: int = 1
    lease_seconds: float = 60.0
    label: Callable[[], str] | None = None
    nightly: time | None = None

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.lease_seconds <= 0:
            raise ValueError(f"job kind {self.name}: attempts and lease_seconds are above 0")

    def __str__(self) -> str:
        return self.label() if self.label else self.name


class Kinds:
    """All kinds of one application, by name."""

    def __init__(self, kinds: Iterable[JobKind] = ()) -> None:
        self._known: dict[str, JobKind] = {}
        for kind in kinds:
            self.add(kind)

    @classmethod
    def named(cls, places: Iterable[str]) -> Kinds:
        """Those that ``places`` ("module:NAME") name."""
        parts = (place.partition(":") for place in places)
        return cls(getattr(import_module(module), name) for module, _colon, name in parts)

    def add(self, kind: JobKind) -> None:
        """Raises ``ValueError`` for a name that is taken."""
        if kind.name in self._known:
            raise ValueError(f"two kinds of jobs are named {kind.name}")
        self._known[kind.name] = kind

    @property
    def known(self) -> Mapping[str, JobKind]:
        return self._known

    def __getitem__(self, name: str) -> JobKind:
        return self._known[name]

    def label(self, name: str) -> str:
        """What people read; a kind of another version is called by its name."""
        return str(self._known[name]) if name in self._known else name


def kinds(app: Flask | None = None) -> Kinds:
    """The kinds of ``app``, by default the one at work now."""
    found = (app or current_app).extensions[KEY]
    assert isinstance(found, Kinds)
    return found
