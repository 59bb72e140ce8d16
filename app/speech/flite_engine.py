"""Flite: a second set of voices, by its command. Speaks English only."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from app.errors import VoiceError
from app.speech.sound import finished, samples_of

PROGRAM = "flite"
VOICES = ("slt", "rms", "awb", "kal")
NATURAL_PACE = 165  # words a minute its voices speak when left alone
SECONDS = 20


class FliteSynthesizer:
    """Starts the command once for each line (about 0.1 s for a sentence)."""

    name = "flite"

    def say(self, text: str, *, voice: str = "", pace: int = NATURAL_PACE) -> bytes:
        chosen = voice or VOICES[0]
        if chosen not in VOICES:
            raise VoiceError(f"Flite's voices are {', '.join(VOICES)}, got {chosen!r}")
        if not any(c.isalnum() for c in text):
            return b""
        with tempfile.TemporaryDirectory(prefix="callwright-") as folder:
            wav = Path(folder) / "said.wav"
            stretch = f"duration_stretch={NATURAL_PACE / max(60, pace):.3f}"
            _run(["-voice", chosen, "--setf", stretch, "-o", str(wav), "-t", text])
            if not wav.exists():
                raise VoiceError("Flite gave no sound.")
            return finished(*samples_of(wav.read_bytes()))

    def voices(self) -> tuple[str, ...]:
        return VOICES


def installed() -> bool:
    """Whether the command is there."""
    return shutil.which(PROGRAM) is not None


def _run(arguments: list[str]) -> None:
    try:
        subprocess.run(
            [PROGRAM, *arguments], capture_output=True, timeout=SECONDS, check=True, text=True
        )
    except FileNotFoundError as error:
        raise VoiceError("Flite is not installed.", remedy="apt-get install flite") from error
    except subprocess.TimeoutExpired as error:
        raise VoiceError(f"Flite did not finish within {SECONDS} s.") from error
    except subprocess.CalledProcessError as error:
        raise VoiceError(f"Flite failed: {error.stderr.strip() or error.returncode}") from error
