"""The check before the call: is the microphone loud enough, the room quiet enough, and
how well does the recogniser hear this person?"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from simple_websocket import ConnectionClosed

from app.errors import InvalidInput
from app.scenarios import messages
from app.scenarios.line import TICK_SECONDS, Allowance, Socket, Wire
from app.speech import turns
from app.speech.ear import Ear
from app.speech.ports import FRAME_SAMPLES, RATE

SENTENCES = (
    "Good morning and thank you for calling. How can I help you today?",
    "Let me check that for you. One moment please, I will be right back.",
    "I am sorry to hear that. We will put this right for you together.",
)
HEADSET_LINE = "Hello! If you can hear me well, your headset works."
LEVEL_FRAMES = 16
QUIET_DB = -42.0
LOUD_DB = -3.0
NOISY_DB = -45.0
SILENT_DB = -75.0
LONGEST_CHECK_SECONDS = 10 * 60.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check found; None where it did not come to it. Decibels are dBFS."""

    word_accuracy: float | None = None
    speech_db: float | None = None
    noise_db: float | None = None


def sentence(seed: int) -> str:
    return SENTENCES[seed % len(SENTENCES)]


def accuracy(expected: str, heard: str) -> float:
    """Share of words right, 0..1: one minus the word error rate, never below 0."""
    wanted, got = plain(expected).split(), plain(heard).split()
    if not wanted:
        return 0.0
    return max(0.0, 1.0 - Levenshtein.distance(wanted, got) / len(wanted))


def plain(text: str) -> str:
    kept = (c if c.isalnum() or c in "' " else " " for c in text.lower())
    return " ".join("".join(kept).replace("i'm", "i am").split())


def decibels(pcm: bytes) -> float:
    """Loudness of PCM in dB below full scale (0 is the loudest a sine can be)."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768.0
    if not len(samples):
        return -120.0
    power = float(np.mean(samples * samples)) * 2.0
    return 10.0 * math.log10(power) if power > 1e-12 else -120.0


def verdict(speech_db: float, noise_db: float) -> str:
    """One word for the meter: silent, quiet, loud, noisy or good."""
    if speech_db < SILENT_DB:
        return "silent"
    if speech_db > LOUD_DB:
        return "loud"
    if noise_db > NOISY_DB and speech_db - noise_db < 15:
        return "noisy"
    return "quiet" if speech_db < QUIET_DB else "good"


class Meter:
    """Loudness of speech and of the room, from frames and their speech probability."""

    def __init__(self) -> None:
        self._speech: deque[float] = deque(maxlen=150)
        self._noise: deque[float] = deque(maxlen=150)
        self._recent: deque[float] = deque(maxlen=LEVEL_FRAMES)

    def take(self, pcm: bytes, probability: float) -> None:
        level = decibels(pcm)
        self._recent.append(level)
        (self._speech if probability >= 0.5 else self._noise).append(level)

    @property
    def noise_db(self) -> float:
        return _percentile(self._noise, 50, default=-120.0)

    @property
    def speech_db(self) -> float | None:
        return _percentile(self._speech, 60, default=0.0) if self._speech else None

    def message(self) -> messages.Level:
        now = _percentile(self._recent, 80, default=-120.0)
        noise = self.noise_db
        # Browsers that take noise away send nothing at all between words: once speech was
        # heard, it is what is judged.
        word = verdict(now if self.speech_db is None else self.speech_db, noise)
        return messages.Level(round(now, 1), round(noise, 1), word)  # type: ignore[arg-type]


def _percentile(levels: Iterable[float], q: float, *, default: float) -> float:
    values = list(levels)
    return round(float(np.percentile(values, q)), 1) if values else default


class Check:
    """Runs the check over one socket; ``run`` returns what it found."""

    def __init__(
        self,
        socket: Socket,
        wire: Wire,
        ear: Ear,
        *,
        expected: str,
        speak: Callable[[str], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socket = socket
        self._wire = wire
        self._ear = ear
        self._expected = expected
        self._speak = speak
        self._clock = clock
        self._meter = Meter()
        self._turns = turns.Turns(timing=turns.Timing(end=1.2), patience=1e9)
        self._words: list[str] = []
        self._frames = 0
        self._partial = ""
        self._best: float | None = None

    def run(self) -> Findings:
        opened = self._clock()
        allowance = Allowance(opened)
        try:
            while self._clock() - opened < LONGEST_CHECK_SECONDS:
                data = self._socket.receive(timeout=TICK_SECONDS)
                if isinstance(data, (bytes, bytearray)):
                    self._sound(bytes(data))
                elif data is not None:
                    allowance.take(self._clock())
                    if self._message(data):
                        break
        except ConnectionClosed:
            pass
        except InvalidInput as error:
            self._wire.fail(error, fatal=True)
        finally:
            self._ear.close()
        noise = self._meter.noise_db if self._frames else None
        return Findings(self._best, self._meter.speech_db, noise)

    def _message(self, text: str) -> bool:
        """True when the page is done with the check."""
        message = messages.decode_client(text)
        match message:
            case messages.Button("repeat"):
                pcm = self._speak(HEADSET_LINE)
                self._wire.send(messages.Line(1, HEADSET_LINE, round(len(pcm) / 2 / RATE, 3)))
                self._wire.send_sound(1, pcm)
            case messages.Button("hangup"):
                return True
            case _:
                pass
        return False

    def _sound(self, data: bytes) -> None:
        number, pcm = messages.unpack_frame(data)
        if number != self._frames:
            raise InvalidInput(f"expected audio frame {self._frames}, got {number}", field="frame")
        self._frames += 1
        probability = self._ear.hear(pcm)
        self._meter.take(pcm, probability)
        if self._frames % LEVEL_FRAMES == 0:
            self._wire.send(self._meter.message())
        if self._turns.speaking and self._frames % 3 == 0:
            self._show_partial()
        now = self._frames * FRAME_SAMPLES / RATE
        self._turns, signals = turns.frame(self._turns, now, probability)
        for signal in signals:
            # The ear forgets what is not fetched soon after speech: take it at each pause.
            if isinstance(signal, turns.Paused):
                self._take_words()
            elif isinstance(signal, turns.TurnEnded):
                self._judge()

    def _take_words(self) -> None:
        self._words += [word.text for word in self._ear.final()]

    def _show_partial(self) -> None:
        text = " ".join((*self._words, self._ear.partial())).strip()
        if text != self._partial:
            self._partial = text
            self._wire.send(messages.Partial(text))

    def _judge(self) -> None:
        self._take_words()
        heard = " ".join(self._words)
        self._words.clear()
        if not heard:
            return
        right = round(accuracy(self._expected, heard), 3)
        self._best = right if self._best is None else max(self._best, right)
        self._wire.send(messages.Checked(self._expected, heard, right))
