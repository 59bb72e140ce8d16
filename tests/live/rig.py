"""A voice call with a scripted ear: what is said is given as text, sound is only loud or not.

Words that are names of acts ("offer_help") are read as those acts, so a test says at
once what is spoken and what is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np

from app.recordings import journal
from app.recordings.folders import JOURNAL, LEFT, RIGHT
from app.recordings.history import spread
from app.recordings.timeline import ActHeard, Word
from app.scenarios import messages
from app.scenarios.microphone import Loudspeaker
from app.scenarios.reading import Expectation
from app.scenarios.schema import Scenario
from app.scenarios.switchboard import Job, chat_call, voice_call
from app.speech.ear import Ear
from app.speech.ports import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, RATE

LOUD = np.full(FRAME_SAMPLES, 1000, "<i2").tobytes()
QUIET = bytes(FRAME_BYTES)
HER_VOICE = 2000
WORD_SECONDS = 0.3
M = TypeVar("M", bound=messages.ServerMessage)


class LoudIsSpeech:
    """A voice detector for which every frame that is not all zeros is speech."""

    def __call__(self, frame: bytes) -> float:
        return 0.95 if any(frame[:2]) else 0.02

    def reset(self) -> None:
        """It has no state."""


@dataclass
class ScriptedRecognition:
    """Hears ``coming`` in the next loud sound it is fed, whatever that sounds like."""

    coming: str = ""
    fed: int = 0
    closed: bool = False
    _text: str = ""
    _start: float = 0.0
    _end: float = 0.0

    def feed(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), FRAME_BYTES):
            loud = pcm[at : at + 2] != b"\0\0"
            if loud and self.coming:
                self._text = f"{self._text} {self.coming}".strip()
                self._start = self._start or self.fed * FRAME_SECONDS
                self.coming = ""
            self.fed += 1
            if loud:
                self._end = self.fed * FRAME_SECONDS

    def partial(self) -> str:
        return self._text

    def final(self) -> tuple[Word, ...]:
        words = spread(self._text, self._start, max(self._end, self._start))
        self._text, self._start = "", 0.0
        return words

    def close(self) -> None:
        self.closed = True


class NamesOfActs:
    """A reader for which every word with the name of an act is that act, met."""

    def __init__(self, acts: frozenset[str]) -> None:
        self.acts = acts

    def read(self, words: Sequence[Word], expected: Expectation) -> tuple[ActHeard, ...]:
        return tuple(
            ActHeard(w.text, 0.9, "met", w.start, w.end, w.text)
            for w in words
            if w.text in self.acts
        )


ACTS = frozenset(
    "greet offer_help ask_name ask_address offer_credit say_goodbye be_rude empathize "
    "apologize thank ask_to_hold explain_hold_reason thank_for_holding ask_what_happened".split()
)


@dataclass
class HerVoice:
    """A customer who needs 0.3 s for a word."""

    seconds: float | None = None
    ahead: list[str] = field(default_factory=list)

    def say(self, text: str) -> bytes:
        samples = round((self.seconds or WORD_SECONDS * len(text.split())) * RATE)
        return np.full(samples, HER_VOICE, "<i2").tobytes()

    def render_ahead(self, lines: tuple[str, ...]) -> None:
        self.ahead += lines


class Rig:
    """One call by voice. ``plays`` says whether the page reports its loudspeaker, as it ought."""

    def __init__(
        self,
        folder: Path,
        scenario: Scenario,
        *,
        seed: int = 1,
        practice: bool = True,
        plays: bool = True,
        her: HerVoice | None = None,
    ) -> None:
        self.folder = folder
        self.scenario = scenario
        self.seed = seed
        self.plays = plays
        self.sent: list[messages.ServerMessage] = []
        self.sounds: list[tuple[int, bytes]] = []
        self.her = her or HerVoice()
        self.recognition = ScriptedRecognition()
        self.taken = bytearray()
        self._reader = NamesOfActs(ACTS)
        purpose = "practice" if practice else "test"
        self._job = Job("c" * 32, scenario, seed, "voice", purpose, folder)
        self._lengths: dict[int, float] = {}
        self.loud = Loudspeaker(
            lambda line, sample: self.call.played(line, sample),
            lambda line, sample: self.call.finished(line, sample),
        )

    def __enter__(self) -> Self:
        ear = Ear(self.recognition, LoudIsSpeech())
        voice: Any = self.her
        self._block = voice_call(self._job, self, self._reader, ear, voice)
        self.call = self._block.__enter__()
        self.call.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.call.close()
        self._block.__exit__(kind, error, trace)

    # ---- the page ------------------------------------------------------------------------------

    def send(self, message: messages.ServerMessage) -> None:
        self.sent.append(message)
        match message:
            case messages.Line(line, _, seconds):
                self._lengths[line] = seconds
            case messages.Stop(line) if self.plays:
                self._lengths.pop(line, None)
                self.loud.stop(line, self.samples)
            case _:
                pass

    def send_sound(self, line: int, pcm: bytes) -> None:
        self.sounds.append((line, pcm))

    @property
    def samples(self) -> int:
        return self.call.received * FRAME_SAMPLES

    # ---- what a test does ----------------------------------------------------------------------

    def frames(self, count: int, pcm: bytes = QUIET) -> None:
        for _ in range(count):
            self.taken += pcm
            self.call.frame(self.call.received, pcm)
            if self.plays:
                for line in sorted(self._lengths):
                    self.loud.take(line, self._lengths.pop(line), self.samples)
                self.loud.tick(self.samples)

    def wait(self, seconds: float) -> None:
        self.frames(round(seconds / FRAME_SECONDS))

    def speak(self, text: str, seconds: float = 1.0) -> None:
        """Loud for so long; the recogniser hears ``text`` in it."""
        self.recognition.coming = text
        self.frames(round(seconds / FRAME_SECONDS), LOUD)

    def turn(self, text: str, seconds: float = 1.0) -> None:
        """Speak, and wait until the customer has answered to her last word."""
        self.speak(text, seconds)
        self.wait(1.0)
        while self.loud.busy or self._lengths:
            self.frames(1)

    # ---- what it asks --------------------------------------------------------------------------

    def told(self, kind: type[M]) -> list[M]:
        return [message for message in self.sent if isinstance(message, kind)]

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.told(messages.Line)]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [dict(event) for event in journal.read(self.folder / JOURNAL).events]

    def logged(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["kind"] == kind]

    def left(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        return np.fromfile(self.folder / LEFT, "<i2")

    def right(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        return np.fromfile(self.folder / RIGHT, "<i2")


class Chat:
    """One call by chat."""

    def __init__(self, folder: Path, scenario: Scenario, *, practice: bool = True) -> None:
        self.folder = folder
        self.sent: list[messages.ServerMessage] = []
        purpose = "practice" if practice else "test"
        self._job = Job("c" * 32, scenario, 1, "chat", purpose, folder)

    def __enter__(self) -> Self:
        self._block = chat_call(self._job, self, NamesOfActs(ACTS))
        self.call = self._block.__enter__()
        self.call.open()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._block.__exit__(*problem)

    def send(self, message: messages.ServerMessage) -> None:
        self.sent.append(message)

    def send_sound(self, line: int, pcm: bytes) -> None:
        raise AssertionError("a chat has no sound")

    @property
    def lines(self) -> list[str]:
        return [message.text for message in self.sent if isinstance(message, messages.Line)]

    def logged(self, kind: str) -> list[dict[str, Any]]:
        events = journal.read(self.folder / JOURNAL).events
        return [dict(event) for event in events if event["kind"] == kind]
