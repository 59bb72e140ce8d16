"""The journal of a call: one JSON line an event, appended as it happens.

It is the truth for replay, score and debrief. A line is written by a single
write to a file opened for appending, so a killed process leaves at most one torn line,
the last; and reading never fails because of a damaged line, it says which.
Kinds of events and their keys: docs/voice-protocol.md.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from app.errors import StorageError
from app.recordings.durable import DurableFile, Syncer, storage_error
from app.recordings.history import Event, timeline_of

__all__ = ["Damage", "Entries", "Event", "Journal", "read", "timeline_of"]


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that could not be read, counted from 1; ``torn`` is the unfinished last one."""

    line: int
    reason: str
    torn: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """What a journal holds: its readable events in the order they were written."""

    events: tuple[Event, ...]
    damaged: tuple[Damage, ...] = ()


class Journal:
    """Appends events to one file, made when missing. One thread at a time.

    Each event is with the operating system when ``append`` returns, and on the
    disk within about a second.
    """

    def __init__(self, path: Path) -> None:
        self._file = DurableFile(path, append=True)
        if self._file.size and not path.read_bytes().endswith(b"\n"):
            self._write(b"\n")
        self._syncer = Syncer(self._file)

    def append(self, at: float, kind: str, **data: object) -> None:
        """Write one event. Raises ``StorageError`` and leaves no half line when it cannot."""
        event = {"at": round(float(at), 3), "kind": kind, **data}
        line = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        self._write(line.encode() + b"\n")
        self._syncer.check()

    def close(self) -> None:
        """Bring everything onto the disk and let go; a second time does nothing."""
        self._syncer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: bytes) -> None:
        size = self._file.size
        try:
            self._file.write_at(line, size)
        except StorageError:
            self._file.cut(size)
            raise


def read(path: Path) -> Entries:
    """All events of a journal. Raises ``StorageError`` only when the file itself cannot be read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise storage_error(path, error) from error
    events: list[Event] = []
    damaged: list[Damage] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            events.append(_event(line))
        except ValueError as error:
            damaged.append(Damage(number, str(error), torn=number == len(lines)))
    return Entries(tuple(events), tuple(damaged))


def _event(line: bytes) -> Event:
    event = json.loads(line)
    if not isinstance(event, dict):
        raise ValueError(f"an event is a JSON object, got {type(event).__name__}")
    at, kind = event.get("at"), event.get("kind")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at):
        raise ValueError(f"at must be a number of seconds, got {at!r}")
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"kind must be a name, got {kind!r}")
    return event
