"""The process that owns the pyttsx3 engine. The only module that imports ``pyttsx3``.

Its loop is not re-entrant and an engine belongs to one thread, so it lives alone here:
one JSON request a line on stdin, one JSON answer a line on stdout. Requests:
``{"voices": true}`` -> ``{"voices": [id, …]}``;
``{"text": …, "voice": …, "pace": …}`` -> ``{"wav": base64 of a WAV file}``.
What cannot be done is answered by ``{"error": one sentence}``. Ends when stdin does.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, TextIO


class Owner:
    """The engine, its complaints, and the file it speaks into."""

    def __init__(self, wav: Path) -> None:
        import pyttsx3

        self._engine: Any = pyttsx3.init()
        self._wav = wav
        self._complaints: list[str] = []
        self._engine.connect("error", self._complain)
        self._engine.runAndWait()  # a new engine queues what is set until its first run
        _settle()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request.get("voices"):
            return {"voices": [voice.id for voice in self._engine.getProperty("voices")]}
        self._set(str(request["voice"]), int(request["pace"]))
        if self._complaints:
            return {"error": f"There is no voice {request['voice']!r} here."}
        return {"wav": base64.b64encode(self._speak(str(request["text"]))).decode("ascii")}

    def _complain(self, exception: Exception, **_: Any) -> None:
        self._complaints.append(str(exception))

    def _set(self, voice: str, pace: int) -> None:
        self._complaints.clear()
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", pace)
        _settle()

    def _speak(self, text: str) -> bytes:
        self._wav.unlink(missing_ok=True)
        self._engine.save_to_file(text, str(self._wav))
        self._engine.runAndWait()
        return self._wav.read_bytes()


def _settle() -> None:
    """Wait until eSpeak has really taken the new pace.

    It takes it in a thread of its own; without this, some lines come at the pace
    (or even the length) of the line before.
    """
    espeak = sys.modules.get("pyttsx3.drivers._espeak")
    if espeak is not None:
        espeak.Synchronize()


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer line by line until there are no more."""
    with tempfile.TemporaryDirectory(prefix="callwright-voice-") as folder:
        owner: Owner | None = None
        for line in requests:
            try:
                owner = owner or Owner(Path(folder) / "said.wav")
                answer = owner.answer(json.loads(line))
            except Exception as error:  # the parent decides; the worker lives on
                answer = {"error": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def main() -> None:
    """Keep the real stdout for answers: pyttsx3 prints to it as it goes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
