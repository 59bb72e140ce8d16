"""The ear in front of the real recogniser: words on the call's clock, silence not decoded."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from app.recordings.timeline import Word
from app.speech.ear import Ear
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import FRAME_BYTES, FRAME_SECONDS, RATE, Recognition
from app.speech.silero_engine import SileroActivity
from app.speech.vosk_engine import VoskRecognizer

FIRST = "please tell me your date of birth"
SECOND = "thank you i have found your account"


class Counting:
    """A recognition that counts what it is fed."""

    def __init__(self, inner: Recognition) -> None:
        self.inner = inner
        self.fed = 0

    def feed(self, pcm: bytes) -> None:
        self.fed += len(pcm)
        self.inner.feed(pcm)

    def partial(self) -> str:
        return self.inner.partial()

    def final(self) -> tuple[Word, ...]:
        return self.inner.final()

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def counting(vosk: VoskRecognizer) -> Counting:
    return Counting(vosk.open())


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * RATE) * 2)


def hear_all(ear: Ear, pcm: bytes) -> tuple[Word, ...]:
    """Frame by frame; words are taken a quarter of a second after speech, as in a call."""
    words: tuple[Word, ...] = ()
    still = 0
    for start in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        still = 0 if ear.hear(pcm[start : start + FRAME_BYTES]) >= 0.5 else still + 1
        if still == 8:
            words += ear.final()
    return words


def test_words_stand_where_they_were_said_after_long_silences(
    counting: Counting, flite: FliteSynthesizer
) -> None:
    first, second = flite.say(FIRST), flite.say(SECOND)
    sound = silence(5) + first + silence(20) + second + silence(2)
    words = hear_all(Ear(counting, SileroActivity()), sound)
    text = [word.text for word in words]
    assert "birth" in text
    assert "account" in text
    began = 5 + len(first) / 2 / RATE + 20
    late = [word for word in words if word.start > 15]
    early = [word for word in words if word.start <= 15]
    assert abs(early[0].start - 5) < 0.4
    assert abs(late[0].start - began) < 0.4
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(words))


def test_silence_costs_no_decoding(counting: Counting, flite: FliteSynthesizer) -> None:
    spoken = flite.say(FIRST)
    hear_all(Ear(counting, SileroActivity()), silence(10) + spoken + silence(10))
    fed = counting.fed / 2 / RATE
    assert fed < len(spoken) / 2 / RATE + 2.0


def test_a_cough_leaves_no_word_behind(vosk: VoskRecognizer, flite: FliteSynthesizer) -> None:
    """What became no turn must not stand in front of the next one."""
    noise = (np.random.default_rng(5).normal(0, 9000, RATE // 8)).astype("<i2").tobytes()
    ear = Ear(vosk.open(), SileroActivity())
    sound = silence(1) + noise + silence(3) + flite.say(FIRST) + silence(1.5)
    words = hear_all(ear, sound)
    assert words[0].start > 3.5
    assert "birth" in [word.text for word in words]


def test_what_is_skipped_moves_the_clock_and_is_not_heard(
    vosk: VoskRecognizer, flite: FliteSynthesizer
) -> None:
    ear = Ear(vosk.open(), SileroActivity())
    skipped = 100
    for _ in range(skipped):
        ear.skip()
    words = hear_all(ear, flite.say(SECOND) + silence(1.5))
    assert abs(words[0].start - skipped * FRAME_SECONDS) < 0.4
