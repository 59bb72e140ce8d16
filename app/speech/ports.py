"""What the product needs of a recogniser, a voice and a voice detector.

Everything audible is mono, 16 kHz, signed 16-bit little-endian PCM ("PCM"
below), in frames of 512 samples (32 ms) where it streams.
"""

from __future__ import annotations

from typing import Protocol

from app.recordings.timeline import Word

RATE = 16_000
FRAME_SAMPLES = 512
FRAME_BYTES = FRAME_SAMPLES * 2
FRAME_SECONDS = FRAME_SAMPLES / RATE


class Recognition(Protocol):
    """One open ear: fed PCM in order, it hears one utterance after another.

    Word times are seconds since the first sample ever fed to this object.
    Used by one thread at a time.
    """

    def feed(self, pcm: bytes) -> None:
        """Take the next piece of sound, of any length."""

    def partial(self) -> str:
        """The words heard since the last ``final``, so far; may still change."""

    def final(self) -> tuple[Word, ...]:
        """Close the utterance: its words with times and confidences. Starts the next."""

    def close(self) -> None:
        """Give the memory back; the object is of no use afterwards."""


class Recognizer(Protocol):
    """A loaded speech model."""

    name: str

    def open(self) -> Recognition: ...


class Synthesizer(Protocol):
    """A voice engine. ``say`` may be called from any thread.

    ``voice`` is an engine's own name for a voice ("" is its default);
    ``pace`` is words a minute.
    """

    name: str

    def say(self, text: str, *, voice: str = "", pace: int = 165) -> bytes:
        """The sound of ``text`` as PCM. Raises ``VoiceError`` when it cannot."""

    def voices(self) -> tuple[str, ...]: ...


class VoiceActivity(Protocol):
    """Says of each frame how likely it is that somebody speaks (0..1). Has state."""

    def __call__(self, frame: bytes) -> float: ...

    def reset(self) -> None: ...
