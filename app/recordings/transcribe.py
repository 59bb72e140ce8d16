"""The sound of a recording -> its words, channel by channel, in bounded memory.

What was heard so far is put by every half minute of sound, so a killed worker goes on from
there instead of from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import soundfile

from app.errors import StorageError
from app.recordings import flac, transcript
from app.recordings.timeline import Word
from app.recordings.transcript import UNFINISHED, Channel, Stretch, Transcript
from app.speech.ear import KEEP_FEEDING_FRAMES, Ear
from app.speech.ports import FRAME_SAMPLES, FRAME_SECONDS, RATE, Recognizer, VoiceActivity

Tell = Callable[[float], None]

SPEECH = 0.5
PAUSE_FRAMES = KEEP_FEEDING_FRAMES - 2
"""A silence of 0.58 s ends a stretch; the ear would let go of its words a moment later."""
LONG_FRAMES = round(15 / FRAME_SECONDS)
"""Whoever talks on is cut at the next breath after this, or where it gets too long."""
TOO_LONG_FRAMES = 2 * LONG_FRAMES
PUT_BY_FRAMES = round(30 / FRAME_SECONDS)
BLOCK_FRAMES = 128


def transcribe(
    sound: Path,
    channels: int,
    recognizer: Recognizer,
    activity: Callable[[], VoiceActivity],
    *,
    tell: Tell = lambda share: None,
) -> Transcript:
    """What is said in the FLAC ``sound``, 16 kHz, of one channel or two.

    ``tell`` gets 0..1 several times a second of work; what it raises goes through and what was
    heard until then is found again by the next call. Raises ``StorageError``.
    """
    names: tuple[Channel, ...] = ("left", "right") if channels == 2 else ("both",)
    frames = -(-flac.frames(sound) // FRAME_SAMPLES)
    work = _Work(sound, recognizer.name, frames, len(names), tell)
    for number, name in enumerate(names):
        begin = work.frames_done - number * frames
        if begin < frames:
            ear = Ear(recognizer.open(), activity(), SPEECH)
            try:
                work.listen(ear, number, name, max(begin, 0))
            finally:
                ear.close()
    return Transcript(recognizer.name, round(flac.frames(sound) / RATE, 3), tuple(work.stretches))


@dataclass
class _Work:
    sound: Path
    recognizer: str
    frames: int
    """Of one channel."""
    channels: int
    tell: Tell
    stretches: list[Stretch] = field(default_factory=list)
    frames_done: int = 0
    """Of all channels, one after the other, that need not be listened to again."""

    def __post_init__(self) -> None:
        try:
            kept = transcript.read(self._unfinished)
        except StorageError:
            return
        if kept.recognizer == self.recognizer:
            self.stretches = list(kept.stretches)
            self.frames_done = round(kept.seconds / FRAME_SECONDS)

    @property
    def _unfinished(self) -> Path:
        return self.sound.with_name(UNFINISHED)

    def listen(self, ear: Ear, number: int, name: Channel, begin: int) -> None:
        """Hear one channel from its frame ``begin`` on."""
        voiced = silent = 0
        at = begin
        for at, frame in enumerate(_frames(self.sound, number, begin), start=begin + 1):
            speaks = ear.hear(frame) >= SPEECH
            silent = 0 if speaks else silent + 1
            voiced += 1 if speaks or voiced else 0
            over = silent >= PAUSE_FRAMES or (silent and voiced >= LONG_FRAMES)
            if voiced and (over or voiced >= TOO_LONG_FRAMES):
                self._add(name, ear.final(), begin)
                voiced = 0
            if at % BLOCK_FRAMES == 0:
                self.tell((number * self.frames + at) / (self.frames * self.channels))
            if not voiced and number * self.frames + at - self.frames_done >= PUT_BY_FRAMES:
                self._put_by(number * self.frames + at)
        self._add(name, ear.final(), begin)
        self._put_by(number * self.frames + max(at, self.frames))

    def _add(self, name: Channel, words: tuple[Word, ...], begin: int) -> None:
        if words:
            shift = begin * FRAME_SECONDS
            self.stretches.append(Stretch(name, tuple(_later(word, shift) for word in words)))

    def _put_by(self, frames: int) -> None:
        self.frames_done = frames
        so_far = Transcript(self.recognizer, frames * FRAME_SECONDS, tuple(self.stretches))
        transcript.write(self._unfinished, so_far)


def _later(word: Word, seconds: float) -> Word:
    return replace(word, start=round(word.start + seconds, 3), end=round(word.end + seconds, 3))


def _frames(sound: Path, channel: int, begin: int) -> Iterator[bytes]:
    """One channel in frames, the last filled up with silence."""
    size = FRAME_SAMPLES * BLOCK_FRAMES
    try:
        with soundfile.SoundFile(sound) as file:
            file.seek(min(begin * FRAME_SAMPLES, file.frames))
            for block in file.blocks(size, dtype="int16", always_2d=True):
                samples = block[:, channel]
                rest = -len(samples) % FRAME_SAMPLES
                whole = np.pad(samples, (0, rest)).astype("<i2").tobytes()
                for at in range(0, len(whole), FRAME_SAMPLES * 2):
                    yield whole[at : at + FRAME_SAMPLES * 2]
    except (soundfile.SoundFileError, OSError) as error:
        raise StorageError(f"{sound.name} could not be read: {error}") from error
