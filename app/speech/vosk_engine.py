"""Vosk: the recogniser of choice. The only module that imports ``vosk``.

Run as a program (``python -m app.speech.vosk_engine NAME FOLDER``) it is Vosk's own
download of a model, kept in a process of its own because Vosk prints, waits without
end and exits when something goes wrong.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.errors import ModelError
from app.recordings.timeline import Word
from app.speech.ports import RATE, Recognition

CONNECT_SECONDS = 3
DOWNLOAD_SECONDS = 900


class VoskRecognizer:
    """The model in ``folder``, loaded once, when it is first needed. Any thread may open it."""

    name = "vosk"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self) -> None:
        """Read the model into memory (0.4 s, 160 MB). Raises ``ModelError``."""
        with self._lock:
            if self._model is not None:
                return
            import vosk

            vosk.SetLogLevel(-1)
            try:
                self._model = vosk.Model(str(self.folder))
            except Exception as error:  # vosk raises nothing narrower
                raise ModelError(
                    f"The speech model in {self.folder} cannot be loaded.",
                    remedy="callwright models install",
                ) from error

    def open(self) -> Recognition:
        self.load()
        return VoskRecognition(self._model)


class VoskRecognition:
    """One open ear. Vosk's clock runs on over ``FinalResult``, so its times are ours."""

    def __init__(self, model: Any) -> None:
        import vosk

        self._recognizer = vosk.KaldiRecognizer(model, RATE)
        self._recognizer.SetWords(True)
        self._done: list[Word] = []

    def feed(self, pcm: bytes) -> None:
        # True: Vosk saw an end of its own and wants its words fetched before more sound.
        if pcm and self._recognizer.AcceptWaveform(pcm):
            self._done += _words(self._recognizer.Result())

    def partial(self) -> str:
        rest = json.loads(self._recognizer.PartialResult()).get("partial", "")
        heard = [word.text for word in self._done] + [w for w in rest.split() if _is_word(w)]
        return " ".join(heard)

    def final(self) -> tuple[Word, ...]:
        words = (*self._done, *_words(self._recognizer.FinalResult()))
        self._done = []
        return words

    def close(self) -> None:
        self._recognizer = None
        self._done = []


def _words(result: str) -> list[Word]:
    found = json.loads(result).get("result", ())
    return [
        Word(w["word"], w["start"], w["end"], min(1.0, w["conf"]))
        for w in found
        if _is_word(w["word"])
    ]


def _is_word(text: str) -> bool:
    """Not one of the model's signs for noise and for what it does not know."""
    return not text.startswith(("[", "<"))


def download(name: str, folder: Path) -> Path:
    """Have Vosk download the model ``name`` into ``folder``. Raises ``ModelError``."""
    command = [sys.executable, "-m", __name__, name, str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError("Vosk's own download took too long.") from error
    if done.returncode:
        last = (done.stdout.strip() or "it stopped").splitlines()[-1]
        raise ModelError(f"Vosk's own download did not work: {last}")
    return folder / name


def _download_here(name: str, folder: Path) -> None:
    import requests
    import vosk

    requests.head(vosk.MODEL_PRE_URL, timeout=CONNECT_SECONDS).raise_for_status()
    socket.setdefaulttimeout(60)
    model = SimpleNamespace(
        download_progress_hook=lambda bar: vosk.Model.download_progress_hook(None, bar)
    )
    vosk.Model.download_model(model, folder / name)


def main(arguments: list[str]) -> int:
    """Download, saying in one line what went wrong."""
    try:
        with contextlib.redirect_stderr(None):
            _download_here(arguments[0], Path(arguments[1]))
    except Exception as error:  # whatever it is, the parent wants one line of it
        print(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
