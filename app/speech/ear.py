"""One listening ear: voice activity in front of a recogniser, on the call's clock.

The recogniser is fed only around speech (with a little of what came before, so that
no first sound is lost): silence costs no decoding, which is what lets two cores hold
many calls. Word times come back on the call's clock all the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from app.recordings.timeline import Word
from app.speech.ports import FRAME_BYTES, FRAME_SECONDS, Recognition, VoiceActivity

PRE_ROLL_FRAMES = 12
PIECE_FRAMES = 3
KEEP_FEEDING_FRAMES = 20


class Ear:
    """Feed it frames with ``hear``; ask ``partial`` and ``final`` for words. One thread."""

    def __init__(self, recognition: Recognition, activity: VoiceActivity, speech: float = 0.5):
        self._recognition = recognition
        self._activity = activity
        self._speech = speech
        self._before: deque[bytes] = deque(maxlen=PRE_ROLL_FRAMES)
        self._piece: list[bytes] = []
        self._frames = 0
        self._fed_frames = 0
        self._since_speech = KEEP_FEEDING_FRAMES
        # (frames fed before, call frame) of each stretch fed without a gap.
        self._stretches: list[tuple[int, int]] = []
        self._feeding = False
        self._voiced = False

    def hear(self, frame: bytes) -> float:
        """Take one frame; the probability (0..1) that somebody speaks in it."""
        probability = self._activity(frame)
        if probability >= self._speech:
            self._since_speech = 0
            self._voiced = True
        else:
            self._since_speech += 1
        self._frames += 1
        if self._since_speech < KEEP_FEEDING_FRAMES:
            self._open()
            self._push(frame)
        else:
            if self._feeding:
                # A cough that became no turn must not put its word in front of the next one.
                self.final()
            self._feeding = False
            self._before.append(frame)
        return probability

    def skip(self) -> None:
        """A frame of the call that nobody listens to (muted, on hold)."""
        self._frames += 1
        self._feeding = False
        self._before.append(bytes(FRAME_BYTES))

    def partial(self) -> str:
        """The words since the last ``final``, so far."""
        self._flush()
        return self._recognition.partial()

    def final(self) -> tuple[Word, ...]:
        """Close the stretch of speech: its words on the call's clock."""
        if not self._voiced:
            return ()
        self._flush()
        words = tuple(self._on_call(word) for word in self._recognition.final())
        self._voiced = False
        self._stretches = self._stretches[-1:]
        return words

    def close(self) -> None:
        self._recognition.close()

    def _open(self) -> None:
        if self._feeding:
            return
        self._feeding = True
        before = list(self._before)
        self._before.clear()
        self._stretches.append(
            (self._fed_frames + len(self._piece), self._frames - 1 - len(before))
        )
        for frame in before:
            self._push(frame)

    def _push(self, frame: bytes) -> None:
        self._piece.append(frame)
        if len(self._piece) >= PIECE_FRAMES:
            self._flush()

    def _flush(self) -> None:
        if self._piece:
            self._recognition.feed(b"".join(self._piece))
            self._fed_frames += len(self._piece)
            self._piece.clear()

    def _on_call(self, word: Word) -> Word:
        fed = word.start / FRAME_SECONDS
        shift = 0.0
        for fed_frame, call_frame in self._stretches:
            if fed_frame <= fed + 1:
                shift = (call_frame - fed_frame) * FRAME_SECONDS
        return replace(word, start=round(word.start + shift, 3), end=round(word.end + shift, 3))
