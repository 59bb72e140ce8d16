"""Which calls are on the line in this process: one line a call, so many calls at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Conflict, TooMany


class LiveCalls:
    """Thread-safe. The server is one process with many threads, so memory will do."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, call_id: str) -> Iterator[None]:
        """Hold the line of ``call_id``. Raises ``Conflict`` (another tab) or ``TooMany``."""
        with self._lock:
            if call_id in self._calls:
                raise Conflict(
                    "This call is already open in another tab or window.",
                    remedy="Go on there, or close it and reload this page.",
                )
            if len(self._calls) >= self._most:
                raise TooMany(
                    f"All {self._most} lines are busy.",
                    remedy="Try again in a few minutes.",
                )
            self._calls.add(call_id)
        try:
            yield
        finally:
            with self._lock:
                self._calls.discard(call_id)

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._calls

    def __len__(self) -> int:
        return len(self._calls)
