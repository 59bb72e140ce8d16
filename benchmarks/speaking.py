"""Sentences said by flite and heard by Vosk, for measuring and for phrases as heard."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.errors import ModelError, VoiceError
from app.recordings.timeline import Word

RATE = 16_000


def heard_as(texts: Sequence[str], voice: str, model: Path | None = None) -> Iterator[list[Word]]:
    """What Vosk hears when flite's ``voice`` says each of ``texts``.

    ``model`` is the unpacked model's folder, else ``$CALLWRIGHT_VOSK_MODEL``.
    Raises ``ModelError`` or ``VoiceError`` when one of them is not there.
    """
    loaded = _loaded(model)
    for text in texts:
        yield _heard(loaded, _said(text, voice))


def _loaded(folder: Path | None) -> Any:
    from vosk import Model, SetLogLevel

    path = folder or Path(os.environ.get("CALLWRIGHT_VOSK_MODEL", ""))
    if not (path / "am").is_dir():
        raise ModelError(
            f"expected an unpacked Vosk model with a folder am, got {path}",
            remedy="Give --model FOLDER or set CALLWRIGHT_VOSK_MODEL.",
        )
    SetLogLevel(-1)
    return Model(str(path))


def _said(text: str, voice: str) -> bytes:
    """16 kHz PCM, with a little silence around it as a line has."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["flite", "-voice", voice, "-t", text, "-o", file.name]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise VoiceError(f"flite could not speak with voice {voice}: {error}") from None
        with wave.open(file.name, "rb") as sound:
            if sound.getframerate() != RATE:
                raise VoiceError(f"expected {RATE} Hz from {voice}, got {sound.getframerate()}")
            pcm = sound.readframes(sound.getnframes())
    quiet = bytes(RATE // 2)
    return quiet + pcm + quiet


def _heard(model: Any, pcm: bytes) -> list[Word]:
    from vosk import KaldiRecognizer

    ear = KaldiRecognizer(model, RATE)
    ear.SetWords(True)
    ear.AcceptWaveform(pcm)
    result = json.loads(ear.FinalResult()).get("result", [])
    return [Word(w["word"], w["start"], w["end"], w["conf"]) for w in result]
