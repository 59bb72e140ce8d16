"""A microphone and a loudspeaker made of numbers: frames in real time, lines on their clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.speech.ports import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, RATE

QUIET = 200
"""Samples below this (of 32,767) are taken for silence when a voice's end is looked for."""


class Microphone:
    """Sends one frame every 32 ms of the wall clock from its own thread, zeros when silent."""

    def __init__(self, send: Callable[[int, bytes], None]) -> None:
        self._send = send
        self._queue: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
        self._frames = 0
        self.voice_ended = 0.0
        """``time.monotonic`` at which the last spoken sample was sent."""
        self.voice_ended_sample = 0

    @property
    def samples(self) -> int:
        return self._frames * FRAME_SAMPLES

    @property
    def speaking(self) -> bool:
        return bool(self._queue)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def say(self, pcm: bytes) -> None:
        """Queue a spoken line; it is cut into frames, the last filled up with zeros."""
        pcm = pcm[: voice_end(pcm)]
        pcm += bytes(-len(pcm) % FRAME_BYTES)
        with self._lock:
            self._queue.extend(
                pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)
            )

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            with self._lock:
                frame = self._queue.popleft() if self._queue else None
            try:
                self._send(self._frames, frame or bytes(FRAME_BYTES))
            except Exception:  # the line is down; whoever reads it says why
                return
            self._frames += 1
            if frame is not None:
                self.voice_ended = time.monotonic()
                self.voice_ended_sample = self.samples
            due += FRAME_SECONDS
            self._stop.wait(max(0.0, due - time.monotonic()))


def voice_end(pcm: bytes) -> int:
    """Bytes up to the last sample that can be heard."""
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32)) > QUIET)
    return (int(loud[-1]) + 1) * 2 if len(loud) else 0


@dataclass(slots=True)
class Loudspeaker:
    """Plays lines one after another on the microphone's clock; says when each begins and ends."""

    played: Callable[[int, int], None]
    finished: Callable[[int, int], None]
    _queue: deque[tuple[int, float]] = field(default_factory=deque)
    _until: int | None = None

    @property
    def busy(self) -> bool:
        return bool(self._queue)

    def take(self, line: int, seconds: float, now: int) -> None:
        self._queue.append((line, seconds))
        self.tick(now)

    def stop(self, line: int, now: int) -> None:
        """Stop this line, sounding or waiting."""
        if any(number == line for number, _ in self._queue):
            self.finished(line, now)
            if self._queue[0][0] == line:
                self._until = None
            self._queue = deque(item for item in self._queue if item[0] != line)

    def tick(self, now: int) -> None:
        """``now``: the microphone's samples."""
        if self._queue and self._until is not None and now >= self._until:
            self.finished(self._queue[0][0], self._until)
            self._queue.popleft()
            self._until = None
        if self._queue and self._until is None:
            line, seconds = self._queue[0]
            self.played(line, now)
            self._until = now + round(seconds * RATE)
