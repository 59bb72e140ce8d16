"""What every voice goes through before it is heard: one rate, no dead edges, one loudness."""

from __future__ import annotations

import io
import math
import wave

import numpy as np
from numpy.typing import NDArray

from app.errors import VoiceError
from app.speech.ports import RATE

Samples = NDArray[np.float32]

WINDOW_SECONDS = 0.01
EDGE_SECONDS = 0.03  # kept before the first and after the last sound
SILENCE = 10 ** (-45 / 20)  # below this share of the loudest window nothing is said
LOUDNESS = 10 ** (-20 / 20)  # root mean square of the spoken part, full scale = 1
PEAK = 10 ** (-1 / 20)


def samples_of(wav: bytes) -> tuple[Samples, int]:
    """The samples (-1..1, channels averaged) and the rate of a 16-bit WAV file's bytes."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            if file.getsampwidth() != 2:
                raise VoiceError(f"A voice must give 16-bit sound, got {8 * file.getsampwidth()}")
            channels, rate = file.getnchannels(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise VoiceError(f"The voice gave no readable sound: {error}") from error
    whole = len(raw) - len(raw) % (2 * channels)
    samples = np.frombuffer(raw[:whole], dtype="<i2").astype(np.float32) / 32768
    return samples.reshape(-1, channels).mean(axis=1), rate


def finished(samples: Samples, rate: int) -> bytes:
    """``samples`` as PCM at 16 kHz, silence cut from both ends, at the house's loudness.

    Sound in which nothing is said comes back empty.
    """
    if rate != RATE and samples.size:
        samples = _resampled(samples, rate)
    spoken = _trimmed(np.asarray(samples, dtype=np.float32))
    return (_levelled(spoken) * 32767).astype("<i2").tobytes()


def _resampled(samples: Samples, rate: int) -> Samples:
    # Here, because it takes a second to import and most commands never speak.
    from scipy.signal import resample_poly

    common = math.gcd(rate, RATE)
    return np.asarray(resample_poly(samples, RATE // common, rate // common), dtype=np.float32)


def _loudness(samples: Samples) -> Samples:
    """Root mean square of each whole window of 10 ms."""
    width = int(RATE * WINDOW_SECONDS)
    windows = samples[: samples.size - samples.size % width].reshape(-1, width)
    return np.asarray(np.sqrt((windows**2).mean(axis=1)), dtype=np.float32)


def _trimmed(samples: Samples) -> Samples:
    loudness = _loudness(samples)
    if not loudness.size or loudness.max() < 1e-4:
        return samples[:0]
    loud = np.flatnonzero(loudness > loudness.max() * SILENCE)
    width, edge = int(RATE * WINDOW_SECONDS), int(RATE * EDGE_SECONDS)
    return samples[max(0, loud[0] * width - edge) : (loud[-1] + 1) * width + edge]


def _levelled(samples: Samples) -> Samples:
    loudness = _loudness(samples)
    if not loudness.size:
        return samples
    spoken = loudness[loudness > loudness.max() * 0.1]
    gain = LOUDNESS / math.sqrt(float((spoken**2).mean()))
    return np.asarray(samples * min(gain, PEAK / float(np.abs(samples).max())), dtype=np.float32)
