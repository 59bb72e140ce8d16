"""pyttsx3, the default voice: many threads ask, one process (``pyttsx3_worker``) speaks."""

from __future__ import annotations

import atexit
import base64
import contextlib
import ctypes
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from app.errors import VoiceError
from app.speech.ports import RATE
from app.speech.sound import finished, samples_of

CODES = {"en": "en", "fa": "fa", "ru": "ru", "zh": "cmn"}
DEFAULT_VOICES = {"en": "gmw/en-us", "fa": "ira/fa", "ru": "zle/ru", "zh": "sit/cmn"}
LIBRARIES = ("libespeak-ng.so.1", "libespeak-ng.so", "libespeak.so.1")
REMEDY = "apt-get install espeak-ng"
ANSWER_SECONDS = 15.0
WORKER = Path(__file__).with_name("pyttsx3_worker.py")


class Pyttsx3Synthesizer:
    """Starts its worker when first asked; a dead or hung worker is replaced once per line."""

    name = "pyttsx3"

    def __init__(self, language: str = "en", *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._language = language
        self._answer_seconds = answer_seconds
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._voices: tuple[str, ...] = ()

    def say(self, text: str, *, voice: str = "", pace: int = 165) -> bytes:
        if not any(c.isalnum() for c in text):
            return b""
        chosen = voice or DEFAULT_VOICES.get(self._language, DEFAULT_VOICES["en"])
        answer = self._ask({"text": text, "voice": chosen, "pace": pace})
        pcm = finished(*samples_of(base64.b64decode(answer["wav"])))
        if len(pcm) < RATE // 50:
            raise VoiceError("The voice gave no sound.", remedy=REMEDY)
        return pcm

    def voices(self) -> tuple[str, ...]:
        """The engine's voices of this language (a variant can be added: ``gmw/en-us+f3``)."""
        if not self._voices:
            code = CODES.get(self._language, self._language)
            every = self._ask({"voices": True})["voices"]
            self._voices = tuple(v for v in every if v.split("/")[-1].split("-")[0] == code)
        return self._voices

    @property
    def worker_pid(self) -> int | None:
        """The process that speaks now, if one does."""
        worker = self._worker
        return None if worker is None else worker.pid

    def close(self) -> None:
        """End the worker and wait for it. A later ``say`` starts another."""
        with self._lock:
            self._drop()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            answer = self._answer(request)
        if "error" in answer:
            raise VoiceError(f"The voice cannot speak: {answer['error']}", remedy=REMEDY)
        return answer

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        trouble = ""
        for _ in range(2):
            try:
                return self._running().ask(request, self._answer_seconds)
            except _GoneError as error:
                trouble = str(error)
                self._drop()
        raise VoiceError(f"The voice process failed twice: {trouble}.", remedy=REMEDY)

    def _running(self) -> _Worker:
        if self._worker is None:
            self._worker = _Worker()
            atexit.register(self.close)
        return self._worker

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            atexit.unregister(self.close)


def installed() -> bool:
    """Whether the library pyttsx3 speaks with is there (elsewhere the system brings it)."""
    return not sys.platform.startswith("linux") or any(map(_loads, LIBRARIES))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class _GoneError(Exception):
    """The worker died or hangs."""


class _Worker:
    """The child process and its two pipes. Used under the owner's lock."""

    def __init__(self) -> None:
        # As a file, not a module: importing the product would cost the worker a second.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's; the worker ends with its stdin
        )
        self._unread = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _GoneError("it ended") from error
        answer: dict[str, Any] = json.loads(self._line(time.monotonic() + seconds))
        return answer

    def _line(self, until: float) -> bytes:
        assert self._process.stdout is not None
        pieces = [self._unread]
        while b"\n" not in pieces[-1]:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._process.stdout], [], [], left)[0]:
                raise _GoneError("it did not answer in time")
            piece = os.read(self._process.stdout.fileno(), 1 << 16)
            if not piece:
                raise _GoneError("it ended")
            pieces.append(piece)
        line, _, self._unread = b"".join(pieces).partition(b"\n")
        return line

    def end(self) -> None:
        """Kill and bury it; it holds nothing worth a goodbye but its temporary file."""
        process = self._process
        with contextlib.suppress(OSError):  # it died with a request unread
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
