"""Microphone files: what a trainee says and when, for chromium's fake microphone.

Chromium plays the file once, from its start, each time a page opens the microphone.
A tape is first silence or the sentence of the check, then the call.
"""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from app.config import Settings
from app.recordings.folders import LEFT
from app.scenarios.check import sentence
from app.scenarios.microphone import voice_end
from app.scenarios.mind import Mind
from app.scenarios.played import play
from app.scenarios.practice import Practice
from app.scenarios.rehearse import trainee_voice
from app.scenarios.schema import Scenario
from app.scenarios.switchboard import CustomerVoice, Job
from app.scenarios.walk import GOOD, HangUpNow, TraineeAct
from app.speech.ear import Ear
from app.speech.ports import RATE

THINKING = 2.0
"""Seconds from the customer's last sound to the trainee's first: how late the live call may be."""
SENTENCE_AT = 2.0
BEFORE = 4.0
"""Without the sentence: for the check to open its line."""
AFTER_SENTENCE = 9.0
"""For the sentence's result and the headset, before the call is to be taken."""
AGAIN_AFTER = 10.0
ROOM = 20.0
"""Noise of the room: standard deviation, of 32,767."""
PICK_UP = 3.0
"""The call is taken so many seconds before the first words: it may open up to that much late."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A file to speak from. ``take_at``: seconds from its start at which to take the call."""

    path: Path
    seed: int
    take_at: float


class UntilFlag(Mind):
    """Hangs up as soon as the dialogue has raised a flag."""

    def __init__(self, scenario: Scenario, seed: int, run: str, flag: str) -> None:
        super().__init__(scenario, seed, run)
        self._flag = flag

    def next(self) -> TraineeAct | None:
        return HangUpNow() if self.state.flags.get(self._flag) else super().next()


class Studio:
    """Makes tapes in ``home``, with the real voices, recogniser and understanding."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._settings = Settings(data_dir=home, secret_key="s" * 32)
        self._parts = Practice(self._settings)

    @cached_property
    def speak(self) -> Callable[[str], bytes]:
        """The trainee's voice, without the silence at its end."""
        say = trainee_voice("flite:slt", self._settings)
        return lambda text: (pcm := say(text))[: voice_end(pcm)]

    def whole_call(self, scenario_id: str, seed: int) -> Tape:
        """The check's sentence, and a call to its good end."""
        scenario = self.scenario(scenario_id)
        call = self._played(scenario, seed, Mind(scenario, seed, GOOD))
        aloud = _silence(SENTENCE_AT) + self.speak(sentence(seed)) + _silence(AFTER_SENTENCE)
        return self._tape(f"{scenario_id}-{seed}", seed, aloud, call)

    def until(self, scenario_id: str, seed: int, run: str, flag: str, again: str) -> Tape:
        """A bad run, without the check's sentence, until ``flag`` is raised.

        ``again`` follows twice, for the case that it is not understood the first time.
        """
        scenario = self.scenario(scenario_id)
        call = self._played(scenario, seed, UntilFlag(scenario, seed, run, flag))
        call += (_silence(AGAIN_AFTER) + self.speak(again)) * 2
        return self._tape(f"{scenario_id}-{seed}-{run}", seed, _silence(BEFORE), call)

    def lines(self, name: str, seed: int, *lines: tuple[float, str]) -> Tape:
        """Each line so many seconds after the end of the one before it."""
        said = b"".join(_silence(gap) + self.speak(text) for gap, text in lines)
        return self._tape(f"{name}-{seed}", seed, _silence(BEFORE), said)

    def scenario(self, scenario_id: str) -> Scenario:
        return self._parts.library.get(scenario_id)

    def _played(self, scenario: Scenario, seed: int, mind: Mind) -> bytes:
        """What the trainee says in this call, by the clock of the call."""
        parts = self._parts
        with tempfile.TemporaryDirectory(dir=self._home) as folder:
            job = Job("0" * 32, scenario, seed, "voice", "practice", Path(folder))
            outcome = play(
                job,
                mind,
                reader=parts.reader(scenario),
                ear=Ear(parts.recognizer.open(), parts.voice_activity()),
                voice=CustomerVoice.of(scenario, parts.synthesizer),
                speak=self.speak,
                thinking=THINKING,
            )
            assert outcome.ending, "the call that the tape is of came to no end"
            return (Path(folder) / LEFT).read_bytes()

    def _tape(self, name: str, seed: int, before: bytes, call: bytes) -> Tape:
        """``call`` may begin with silence: what counts is its first sound."""
        starts = _first_sound(call)
        lead = _silence(max(0.0, PICK_UP - starts))
        path = self._home / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(_in_a_room(before + lead + call))
        words_at = len(before + lead) / 2 / RATE + starts
        return Tape(path, seed, words_at - PICK_UP)


def _silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * 2)


def _in_a_room(pcm: bytes) -> bytes:
    """With the faint noise that every real room has: a browser's gain control expects some."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    noise = np.random.default_rng(1).normal(0.0, ROOM, len(samples))
    return np.clip(samples + noise, -32768, 32767).round().astype("<i2").tobytes()


def _first_sound(pcm: bytes) -> float:
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32)) > 200)
    return float(loud[0]) / RATE
