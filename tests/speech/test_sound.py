"""One rate, no dead edges, one loudness, whatever a voice gives."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import VoiceError
from app.speech.ports import RATE
from app.speech.sound import finished, samples_of


def tone(rate: int, seconds: float, level: float) -> np.ndarray:
    at = np.arange(int(rate * seconds)) / rate
    return (level * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def as_wav(samples: np.ndarray, rate: int, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return out.getvalue()


@given(
    rate=st.sampled_from([8000, 11025, 16000, 22050, 44100, 48000]),
    seconds=st.floats(0.2, 1.0),
    level=st.floats(0.01, 1.0),
    edge=st.floats(0.0, 0.5),
)
def test_length_and_loudness_do_not_depend_on_how_it_came(
    rate: int, seconds: float, level: float, edge: float
) -> None:
    dead = np.zeros(int(rate * edge), dtype=np.float32)
    pcm = finished(np.concatenate([dead, tone(rate, seconds, level), dead]), rate)
    samples = np.frombuffer(pcm, dtype="<i2")
    assert len(samples) / RATE == pytest.approx(seconds, abs=0.1)
    middle = samples[RATE // 20 : -RATE // 20].astype(float) / 32768
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.1, rel=0.15)


@pytest.mark.parametrize("length", [0, 1, 100, 16000])
def test_silence_is_nothing(length: int) -> None:
    assert finished(np.zeros(length, dtype=np.float32), 16000) == b""


def test_a_click_does_not_clip() -> None:
    samples = tone(RATE, 0.5, 0.01)
    samples[4000] = 1.0
    assert np.abs(np.frombuffer(finished(samples, RATE), dtype="<i2").astype(int)).max() < 32767


def test_stereo_is_averaged() -> None:
    samples, rate = samples_of(as_wav(np.repeat(tone(8000, 0.1, 0.5), 2), 8000, channels=2))
    assert (samples.size, rate) == (800, 8000)


@pytest.mark.parametrize("bad", [b"", b"RIFF", b"not a wav file at all, but long enough to try"])
def test_what_is_no_sound_is_a_clear_error(bad: bytes) -> None:
    with pytest.raises(VoiceError):
        samples_of(bad)


def test_other_widths_are_refused() -> None:
    with pytest.raises(VoiceError, match="16-bit"):
        samples_of(as_wav(tone(8000, 0.1, 0.5), 8000, width=1))
