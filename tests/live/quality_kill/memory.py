"""What the server has answered with success: from then on it must be there, whatever dies."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The version that an answer named, and the words that were sent for it."""

    version: int
    words: str


@dataclass
class Memory:
    """Shared by all threads of the crowd. A key begins with what it is of: ``("mark", 3, "a")``."""

    did: Counter[str] = field(default_factory=Counter)
    """How often each kind of action was answered with success."""
    refused: Counter[str] = field(default_factory=Counter)
    cut_off: Counter[str] = field(default_factory=Counter)
    """How often each kind of action was under way when the server died."""
    faults: list[str] = field(default_factory=list)
    """Answers of 500 and above."""
    done: set[Key] = field(default_factory=set)
    texts: dict[Key, Told] = field(default_factory=dict)
    """Marks and drafts: the last text that was answered for."""
    sent: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Marks and drafts: every text that was ever sent."""
    frozen: dict[Key, tuple[Any, ...]] = field(default_factory=dict)
    """What is published, as it was first seen."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __str__(self) -> str:
        return f"done {dict(self.did)}\ncut off {dict(self.cut_off)}\nrefused {dict(self.refused)}"

    def sending(self, key: Key, words: str) -> None:
        with self._lock:
            self.sent[key].add(words)

    def keep(self, key: Key, version: int, words: str) -> None:
        """The server says that ``words`` are kept as this version."""
        with self._lock:
            self.texts[key] = Told(version, words)

    def note(self, *key: Any) -> None:
        """The server says that this is done."""
        with self._lock:
            self.done.add(key)

    def count(self, what: Counter[str], kind: str) -> None:
        with self._lock:
            what[kind] += 1

    def fault(self, words: str) -> None:
        with self._lock:
            self.faults.append(words)

    def kept(self, kind: str) -> list[tuple[Key, Told]]:
        return [(key[1:], told) for key, told in sorted(self.texts.items()) if key[0] == kind]

    def all_done(self, kind: str) -> list[Key]:
        return sorted(key[1:] for key in self.done if key[0] == kind)
