"""Voice activity on real speech, silence and noise."""

from __future__ import annotations

import numpy as np
import pytest

from app.errors import InvalidInput
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import FRAME_BYTES, RATE
from app.speech.silero_engine import activity

from .hearing import SENTENCES, silence


def probabilities(pcm: bytes) -> np.ndarray:
    detector = activity()
    last = len(pcm) - FRAME_BYTES
    return np.array([detector(pcm[i : i + FRAME_BYTES]) for i in range(0, last, FRAME_BYTES)])


@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_speech_is_speech(voice: str, flite: FliteSynthesizer) -> None:
    found = probabilities(flite.say(SENTENCES[3], voice=voice))
    assert (found > 0.5).mean() > 0.8


@pytest.mark.parametrize("level", [0, 30, 300])
def test_silence_and_noise_are_not(level: int) -> None:
    noise = np.random.default_rng(7).normal(0, level, 3 * RATE).astype("<i2").tobytes()
    assert (probabilities(noise) > 0.5).mean() < 0.05


def test_speech_ends_where_it_ends(flite: FliteSynthesizer) -> None:
    speech = flite.say(SENTENCES[0])
    found = probabilities(speech + silence(1))
    after = len(speech) // FRAME_BYTES + 8
    assert found[after:].max() < 0.5


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInput, match="1024 bytes, got 10"):
        activity()(bytes(10))


def test_reset_forgets(flite: FliteSynthesizer) -> None:
    detector = activity()
    frame = flite.say(SENTENCES[0])[: FRAME_BYTES * 12][-FRAME_BYTES:]
    first = [detector(frame) for _ in range(5)]
    detector.reset()
    assert [detector(frame) for _ in range(5)] == pytest.approx(first)
