"""The disk in front of a voice: rendered once, never wrong, never in the way."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.errors import VoiceError
from app.speech.cache import CachedSynthesizer
from app.speech.flite_engine import FliteSynthesizer


class Counting:
    """A voice whose sound names what was asked; counts how often it was."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.wait = threading.Event()
        self.wait.set()

    def say(self, text: str, *, voice: str = "", pace: int = 165) -> bytes:
        self.asked.append((text, voice, pace))
        self.wait.wait(5)
        if text == "cannot":
            raise VoiceError("The voice cannot.")
        return f"{text}|{voice}|{pace}".encode()

    def voices(self) -> tuple[str, ...]:
        return ("a", "b")


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "did not happen within 5 s"
        time.sleep(0.01)


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_a_line_is_rendered_once_and_outlives_the_process(tmp_path: Path) -> None:
    engine = Counting()
    first = CachedSynthesizer(engine, tmp_path).say("hello", voice="a", pace=150)
    again = CachedSynthesizer(engine, tmp_path).say("hello", voice="a", pace=150)
    assert first == again == b"hello|a|150"
    assert len(engine.asked) == 1


def test_a_real_voice_is_not_started_for_a_line_it_has_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = CachedSynthesizer(FliteSynthesizer(), tmp_path)
    sound = voice.say("hello there")
    monkeypatch.setenv("PATH", "")  # from here on Flite cannot be called
    assert voice.say("hello there") == sound
    with pytest.raises(VoiceError):
        voice.say("another line")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    wishes=st.lists(
        st.tuples(st.text(max_size=20), st.sampled_from(["", "a", "b"]), st.integers(80, 300)),
        max_size=8,
    )
)
def test_what_comes_is_always_what_was_asked(
    tmp_path: Path, wishes: list[tuple[str, str, int]]
) -> None:
    engine = Counting()
    voice = CachedSynthesizer(engine, tmp_path)
    for text, name, pace in wishes:
        if text != "cannot":
            expected = f"{text}|{name}|{pace}".encode()
            assert voice.say(text, voice=name, pace=pace) == expected
    assert len(engine.asked) == len(set(engine.asked))


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[:-3],
        lambda kept: kept + b"\0\0",
        lambda kept: kept[:-1] + bytes([kept[-1] ^ 1]),
        lambda kept: b"something else entirely",
    ],
)
def test_a_damaged_line_is_rendered_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    engine = Counting()
    voice = CachedSynthesizer(engine, tmp_path)
    voice.say("hello")
    (kept,) = files(tmp_path)
    kept.write_bytes(damage(kept.read_bytes()))
    assert voice.say("hello") == b"hello||165"
    assert voice.say("hello") == b"hello||165"
    assert len(engine.asked) == 2


def test_equal_lines_asked_at_once_are_rendered_once(tmp_path: Path) -> None:
    engine = Counting()
    engine.wait.clear()
    voice = CachedSynthesizer(engine, tmp_path)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(voice.say, "hello") for _ in range(8)]
        until(lambda: bool(engine.asked))
        engine.wait.set()
        assert {a.result() for a in asked} == {b"hello||165"}
    assert len(engine.asked) == 1


def test_a_failure_reaches_everybody_and_is_not_kept(tmp_path: Path) -> None:
    voice = CachedSynthesizer(Counting(), tmp_path)
    for _ in range(2):
        with pytest.raises(VoiceError, match="cannot"):
            voice.say("cannot")
    assert files(tmp_path) == []


def test_lines_are_rendered_ahead_and_one_bad_line_stops_nothing(tmp_path: Path) -> None:
    engine = Counting()
    voice = CachedSynthesizer(engine, tmp_path)
    voice.render_ahead(["one", "cannot", "two"], voice="a", pace=150)
    voice.render_ahead(["three"])
    until(lambda: len(files(tmp_path)) == 3)
    before = len(engine.asked)
    assert voice.say("two", voice="a", pace=150) == b"two|a|150"
    assert len(engine.asked) == before


def test_what_was_longest_unused_goes_first(tmp_path: Path) -> None:
    engine = Counting()
    filler = "x" * 1000
    voice = CachedSynthesizer(engine, tmp_path, limit_bytes=10_000)
    for number in range(8):
        voice.say(f"{number}{filler}")
    for path in files(tmp_path):
        os.utime(path, (1, 1))
    voice.say(f"3{filler}")  # used just now
    for number in range(8, 12):
        voice.say(f"{number}{filler}")
    assert sum(p.stat().st_size for p in files(tmp_path)) <= 10_000
    before = len(engine.asked)
    voice.say(f"3{filler}")
    voice.say(f"11{filler}")
    assert len(engine.asked) == before


def test_a_full_disk_is_told_once_and_speaking_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    voice = CachedSynthesizer(Counting(), tmp_path)
    monkeypatch.setattr("app.speech.cache.os.replace", full)
    with caplog.at_level(logging.WARNING):
        assert [voice.say(t) for t in ("one", "two")] == [b"one||165", b"two||165"]
    assert len(caplog.records) == 1
    assert "No space left" in caplog.text
    assert files(tmp_path) == []  # no half-written file stays


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    voice = CachedSynthesizer(Counting(), tmp_path / "taken")
    assert voice.say("hello") == b"hello||165"
