"""A disk in front of a voice: a line is rendered once, however often it is said.

Content-addressed: the file's name is the hash of everything the sound depends on, so
nothing ever has to be invalidated. A file is its own witness (a hash of the sound
stands before it): a damaged one is rendered again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from app.speech.ports import Synthesizer

FORMAT = 1  # raise it when the same line would sound different
MAGIC = b"callwright voice 1\n"
DIGEST = hashlib.sha256().digest_size
LIMIT_BYTES = 512 * 1024 * 1024

log = logging.getLogger(__name__)


class CachedSynthesizer:
    """A ``Synthesizer`` that remembers. Any thread may ask; equal lines are rendered once."""

    def __init__(
        self, engine: Synthesizer, folder: Path, *, limit_bytes: int = LIMIT_BYTES
    ) -> None:
        self.name = engine.name
        self._engine = engine
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._rendering: dict[str, Future[bytes]] = {}
        self._size: int | None = None
        self._warned = False
        self._ahead: queue.SimpleQueue[tuple[str, str, int]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def say(self, text: str, *, voice: str = "", pace: int = 165) -> bytes:
        key = self._key(text, voice, pace)
        with self._lock:
            running = self._rendering.get(key)
            mine: Future[bytes] = running or self._rendering.setdefault(key, Future())
        if running is not None:
            return running.result()
        try:
            pcm = self._kept(key)
            if pcm is None:
                pcm = self._engine.say(text, voice=voice, pace=pace)
                self._keep(key, pcm)
            mine.set_result(pcm)
            return pcm
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._rendering[key]

    def voices(self) -> tuple[str, ...]:
        return self._engine.voices()

    def render_ahead(self, lines: Iterable[str], *, voice: str = "", pace: int = 165) -> None:
        """Have the lines ready before they are needed. Returns at once."""
        for line in lines:
            self._ahead.put((line, voice, pace))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._render_queue, name="voice-ahead", daemon=True
                )
                self._thread.start()

    def _render_queue(self) -> None:
        while True:
            text, voice, pace = self._ahead.get()
            try:
                self.say(text, voice=voice, pace=pace)
            except Exception as error:  # the call itself will say what is wrong
                log.warning("A line could not be rendered ahead: %s", error)

    def _key(self, text: str, voice: str, pace: int) -> str:
        parts = json.dumps([FORMAT, self.name, voice, pace, text], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.pcm"

    def _kept(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            kept = path.read_bytes()
            os.utime(path)  # the time of last use decides what goes first
        except OSError:
            return None
        pcm = kept[len(MAGIC) + DIGEST :]
        if kept == MAGIC + hashlib.sha256(pcm).digest() + pcm:
            return pcm
        log.warning("A damaged line in the voice cache is rendered again: %s", path.name)
        return None

    def _keep(self, key: str, pcm: bytes) -> None:
        try:
            written = _write(self._path(key), MAGIC + hashlib.sha256(pcm).digest() + pcm)
            with self._lock:
                self._size = self._measured() if self._size is None else self._size + written
                if self._size > self._limit:
                    self._size = self._evict()
            self._warned = False
        except OSError as error:
            if not self._warned:
                log.warning("The voice cache cannot be written, speaking goes on: %s", error)
            self._warned = True

    def _measured(self) -> int:
        return sum(size for _, size, _ in self._entries())

    def _entries(self) -> list[tuple[float, int, Path]]:
        """(last use, bytes, path) of every file kept."""
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):  # another process was faster
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found

    def _evict(self) -> int:
        """Let go of what was longest unused, down to nine tenths of the limit; what is left."""
        entries = sorted(self._entries())
        size = sum(entry[1] for entry in entries)
        for _, bytes_, path in entries:
            if size <= self._limit * 9 // 10:
                break
            path.unlink(missing_ok=True)
            size -= bytes_
        return size


def _write(path: Path, content: bytes) -> int:
    """Write so that a reader sees all of it or nothing; the bytes written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return len(content)
