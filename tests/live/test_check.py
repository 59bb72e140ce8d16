"""The check before the call: levels as figures and words, a sentence through the real ear."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from simple_websocket import ConnectionClosed

from app.config import Settings
from app.scenarios import check, messages
from app.scenarios.line import Wire
from app.speech import choose, silero_engine
from app.speech.ear import Ear
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import FRAME_BYTES, RATE


class Page:
    """The page's end of the socket: gives what it was given, keeps what it is told."""

    def __init__(self, *parts: bytes | str) -> None:
        self._waiting = self._frames(parts)
        self.heard: list[messages.ServerMessage] = []
        self.sound = b""

    def _frames(self, parts: tuple[bytes | str, ...]) -> Iterator[bytes | str]:
        number = 0
        for part in parts:
            if isinstance(part, str):
                yield part
                continue
            for start in range(0, len(part) - FRAME_BYTES + 1, FRAME_BYTES):
                yield messages.pack_frame(number, part[start : start + FRAME_BYTES])
                number += 1

    def receive(self, timeout: float | None = None) -> str | bytes:
        try:
            return next(self._waiting)
        except StopIteration:
            raise ConnectionClosed from None

    def send(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            self.sound += data[messages.HEADER.size :]
        else:
            self.heard.append(messages.decode_server(data))

    def of(self, kind: type[messages.ServerMessage]) -> list[messages.ServerMessage]:
        return [each for each in self.heard if isinstance(each, kind)]


def run(settings: Settings, page: Page, expected: str) -> check.Findings:
    ear = Ear(choose.recognizer(settings).open(), silero_engine.activity())
    voice = FliteSynthesizer()
    return check.Check(page, Wire(page), ear, expected=expected, speak=voice.say).run()


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * RATE) * 2)


@pytest.mark.parametrize("seed", range(len(check.SENTENCES)))
def test_a_sentence_read_aloud_is_heard_and_measured(settings: Settings, seed: int) -> None:
    wanted = check.sentence(seed)
    page = Page(silence(1) + FliteSynthesizer().say(wanted) + silence(2.5))
    findings = run(settings, page, wanted)
    (told,) = page.of(messages.Checked)
    assert isinstance(told, messages.Checked)
    assert told.accuracy >= 0.75
    assert findings.word_accuracy == told.accuracy
    assert page.of(messages.Partial)
    assert isinstance(page.of(messages.Level)[-1], messages.Level)
    assert page.of(messages.Level)[-1].verdict == "good"  # type: ignore[union-attr]


def test_another_sentence_is_not_taken_for_it(settings: Settings) -> None:
    page = Page(FliteSynthesizer().say("my dog likes long walks in the rain") + silence(2.5))
    findings = run(settings, page, check.sentence(0))
    assert findings.word_accuracy is not None
    assert findings.word_accuracy < 0.4


def test_a_dead_microphone_is_called_silent(settings: Settings) -> None:
    page = Page(silence(3))
    findings = run(settings, page, check.sentence(0))
    assert [level.verdict for level in page.of(messages.Level)] == ["silent"] * 5  # type: ignore[union-attr]
    assert findings.word_accuracy is None
    assert findings.speech_db is None


def test_the_headset_sentence_is_played_when_asked_for(settings: Settings) -> None:
    page = Page(messages.encode(messages.Button("repeat")))
    run(settings, page, check.sentence(0))
    (line,) = page.of(messages.Line)
    assert isinstance(line, messages.Line)
    assert abs(len(page.sound) / 2 / RATE - line.seconds) < 0.01
    assert line.text == check.HEADSET_LINE


@pytest.mark.parametrize(
    ("speech", "noise", "word"),
    [
        (-90, -95, "silent"),
        (-50, -80, "quiet"),
        (-20, -70, "good"),
        (-1, -60, "loud"),
        (-30, -38, "noisy"),
    ],
)
def test_verdicts(speech: float, noise: float, word: str) -> None:
    assert check.verdict(speech, noise) == word


def test_decibels_are_below_full_scale() -> None:
    t = np.arange(RATE) / RATE
    sine = (np.sin(2 * np.pi * 440 * t) * 32767).astype("<i2").tobytes()
    half = (np.sin(2 * np.pi * 440 * t) * 16384).astype("<i2").tobytes()
    assert abs(check.decibels(sine)) < 0.1
    assert abs(check.decibels(half) + 6.02) < 0.1
    assert check.decibels(b"") == -120.0


def test_accuracy_is_one_minus_the_word_error_rate() -> None:
    assert check.accuracy("I'm here, now!", "i am here now") == 1.0
    assert check.accuracy("one two three four", "one two three") == 0.75
    assert check.accuracy("one two", "three four five six") == 0.0
