"""Real voices: pyttsx3 in its worker, Flite by its command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.errors import VoiceError
from app.speech.flite_engine import VOICES, FliteSynthesizer
from app.speech.pyttsx3_engine import Pyttsx3Synthesizer
from app.speech.pyttsx3_engine import installed as espeak_installed

from .hearing import seconds

LINE = "Good morning, I have lost my card."


def loudness(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, dtype="<i2").astype(float) / 32768
    return float(20 * np.log10(np.sqrt((samples**2).mean())))


def test_pyttsx3_speaks_trimmed_and_at_the_house_loudness(pyttsx3: Pyttsx3Synthesizer) -> None:
    pcm = pyttsx3.say(LINE)
    assert 1.5 < seconds(pcm) < 3
    assert -26 < loudness(pcm) < -18
    edges = np.frombuffer(pcm, dtype="<i2")[:160]
    assert np.abs(edges).max() < 3000


def test_the_library_is_seen() -> None:
    assert espeak_installed()


def test_pace_and_voice_are_those_asked_for_every_time(pyttsx3: Pyttsx3Synthesizer) -> None:
    """eSpeak takes a new pace in a thread of its own: unwaited for, lines come out mixed."""
    wishes = [(v, p) for v in ("", "gmw/en-us+f3") for p in (120, 200)] * 6
    found: dict[tuple[str, int], list[float]] = {}
    for voice, pace in wishes:
        found.setdefault((voice, pace), []).append(
            seconds(pyttsx3.say(LINE, voice=voice, pace=pace))
        )
    for lengths in found.values():
        assert max(lengths) - min(lengths) < 0.1
    assert min(found["", 120]) > 1.4 * max(found["", 200])


def test_a_voice_that_is_not_there_is_named(pyttsx3: Pyttsx3Synthesizer) -> None:
    with pytest.raises(VoiceError, match="nonsense"):
        pyttsx3.say(LINE, voice="nonsense")
    assert pyttsx3.say(LINE)
    assert "gmw/en-us" in pyttsx3.voices()


@pytest.mark.parametrize("text", ["", "   ", "…", "-"])
def test_nothing_to_say_is_no_sound(text: str, pyttsx3: Pyttsx3Synthesizer) -> None:
    assert pyttsx3.say(text) == b""
    assert FliteSynthesizer().say(text) == b""


def test_a_killed_worker_is_replaced(pyttsx3: Pyttsx3Synthesizer) -> None:
    first = pyttsx3.say(LINE)
    before = pyttsx3.worker_pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert abs(seconds(pyttsx3.say(LINE)) - seconds(first)) < 0.1
    assert pyttsx3.worker_pid not in (None, before)
    assert not Path(f"/proc/{before}").exists()


def test_a_hung_worker_is_replaced() -> None:
    voice = Pyttsx3Synthesizer(answer_seconds=5)
    voice.say(LINE)
    before = voice.worker_pid
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    assert voice.say(LINE)
    assert not Path(f"/proc/{before}").exists()
    voice.close()


def test_a_worker_that_never_answers_is_a_clear_error() -> None:
    voice = Pyttsx3Synthesizer(answer_seconds=0.0)
    with pytest.raises(VoiceError, match="did not answer"):
        voice.say(LINE)
    assert voice.worker_pid is None


def test_many_threads_speak_at_once(pyttsx3: Pyttsx3Synthesizer) -> None:
    lines = [f"This is line number {n}." for n in range(1, 9)]
    alone = [seconds(pyttsx3.say(line)) for line in lines]
    start = threading.Barrier(len(lines))

    def say(line: str) -> float:
        start.wait()
        return seconds(pyttsx3.say(line))

    with ThreadPoolExecutor(len(lines)) as threads:
        together = list(threads.map(say, lines))
    assert together == pytest.approx(alone, abs=0.1)


def test_the_worker_ends_with_the_program_that_started_it() -> None:
    program = (
        "from app.speech.pyttsx3_engine import Pyttsx3Synthesizer\n"
        "voice = Pyttsx3Synthesizer(); voice.say('hello'); print(voice.worker_pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    assert not Path(f"/proc/{int(done.stdout)}").exists()


def alive(pid: int) -> bool:
    """Running, and not merely waiting to be buried by whoever adopted it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def test_the_worker_ends_when_that_program_is_killed() -> None:
    program = (
        "import time; from app.speech.pyttsx3_engine import Pyttsx3Synthesizer\n"
        "voice = Pyttsx3Synthesizer(); voice.say('hello')\n"
        "print(voice.worker_pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
    end = time.monotonic() + 5
    while alive(worker):
        assert time.monotonic() < end, "the worker lives on without its owner"
        time.sleep(0.05)


@pytest.mark.parametrize("voice", VOICES)
def test_flite_speaks_in_each_voice(voice: str, flite: FliteSynthesizer) -> None:
    pcm = flite.say(LINE, voice=voice)
    assert 1.2 < seconds(pcm) < 4
    assert -26 < loudness(pcm) < -18


def test_flite_keeps_the_pace(flite: FliteSynthesizer) -> None:
    assert seconds(flite.say(LINE, pace=110)) > 1.3 * seconds(flite.say(LINE, pace=165))


def test_flite_names_its_voices_when_asked_for_another(flite: FliteSynthesizer) -> None:
    with pytest.raises(VoiceError, match="slt, rms, awb, kal"):
        flite.say(LINE, voice="nobody")


def test_without_the_command_flite_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceError) as caught:
        FliteSynthesizer().say(LINE)
    assert "flite" in caught.value.remedy


def test_text_that_looks_like_an_option_is_spoken(flite: FliteSynthesizer) -> None:
    assert seconds(flite.say("--help is what I need")) > 0.8
