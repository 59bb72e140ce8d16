"""Listening without a model: where words lie in time, and that a stop changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from app.recordings import transcript
from app.recordings.timeline import Word
from app.recordings.transcribe import transcribe
from app.recordings.transcript import UNFINISHED, Channel, Stretch, Transcript
from app.speech.ports import FRAME_BYTES, RATE, Recognition
from tests.recordings_intake.conftest import Samples, gap


class Loud:
    """Hears one word for each stretch of sound it was fed between two ends."""

    name = "loud"

    def open(self) -> Recognition:
        return LoudEar()


class LoudEar:
    def __init__(self) -> None:
        self._fed = 0
        self._loud: list[int] = []

    def feed(self, pcm: bytes) -> None:
        samples = np.frombuffer(pcm, "<i2")
        self._loud += (
            [self._fed + int(at) for at in np.flatnonzero(samples)[[0, -1]]]
            if (samples.any())
            else []
        )
        self._fed += len(samples)

    def partial(self) -> str:
        return ""

    def final(self) -> tuple[Word, ...]:
        loud, self._loud = self._loud, []
        return (Word("word", loud[0] / RATE, loud[-1] / RATE, 0.9),) if loud else ()

    def close(self) -> None:
        """Nothing to give back."""


class Level:
    """Whoever is not silent speaks."""

    def __call__(self, frame: bytes) -> float:
        assert len(frame) == FRAME_BYTES
        return float(any(frame))

    def reset(self) -> None:
        """Has no memory."""


def tone(seconds: float) -> Samples:
    return np.full(round(seconds * RATE), 1000, np.int16)


def sound(path: Path, *channels: Samples) -> Path:
    soundfile.write(path, np.stack(channels, axis=1), RATE, format="FLAC")
    return path


def heard(path: Path) -> list[tuple[Channel, float, float]]:
    made = transcribe(path, soundfile.info(path).channels, Loud(), Level)
    return [(each.channel, each.start, each.end) for each in made.stretches]


def test_where_words_lie(tmp_path: Path) -> None:
    left = np.r_[gap(1), tone(2), gap(1), tone(1), gap(3)]
    right = np.r_[gap(4), tone(0.5), gap(0.3), tone(0.5), gap(2.7)]
    found = heard(sound(tmp_path / "call.flac", left, right))
    wanted = [("left", 1.0, 3.0), ("left", 4.0, 5.0), ("right", 4.0, 5.3)]
    assert [each[0] for each in found] == [each[0] for each in wanted]
    for (_c, start, end), (_w, begin, stop) in zip(found, wanted, strict=True):
        assert (start, end) == pytest.approx((begin, stop), abs=0.04)


def test_whoever_never_stops_is_cut(tmp_path: Path) -> None:
    found = heard(sound(tmp_path / "call.flac", tone(70)))
    assert [channel for channel, *_times in found] == ["both"] * 3
    assert found[0][2] <= 31


def test_a_stop_changes_nothing(tmp_path: Path) -> None:
    """Ended at any moment and begun again: the same words at the same seconds, none twice."""
    rng = np.random.default_rng(7)
    pieces = [np.r_[tone(rng.uniform(1, 6)), gap(rng.uniform(1, 4))] for _ in range(22)]
    left = np.concatenate(pieces)
    path = sound(tmp_path / "call.flac", left, np.roll(left, 30 * RATE))
    whole = heard(path)
    (tmp_path / UNFINISHED).unlink()
    for stop_after in (5, 30, 55):
        told = 0

        def tell(share: float, last: int = stop_after) -> None:
            nonlocal told
            told += 1
            if told == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            transcribe(path, 2, Loud(), Level, tell=tell)
        again = heard(path)
        (tmp_path / UNFINISHED).unlink()
        assert [each[0] for each in again] == [each[0] for each in whole]
        for one, other in zip(again, whole, strict=True):
            assert one[1:] == pytest.approx(other[1:], abs=0.04)


def test_another_recogniser_begins_anew(tmp_path: Path) -> None:
    path = sound(tmp_path / "call.flac", np.r_[tone(1), gap(1)])
    stretch = Stretch("both", (Word("old", 0.0, 1.0),))
    transcript.write(tmp_path / UNFINISHED, Transcript("other", 2.0, (stretch,)))
    assert transcribe(path, 1, Loud(), Level).stretches[0].words[0].text == "word"
    (tmp_path / UNFINISHED).write_text("{")
    assert transcribe(path, 1, Loud(), Level).stretches[0].words[0].text == "word"


words = st.builds(
    Word,
    st.text(min_size=1, max_size=8),
    st.floats(0, 7200).map(lambda at: round(at, 3)),
    st.floats(0, 7200).map(lambda at: round(at, 3)),
    st.floats(0, 1).map(lambda sure: round(sure, 3)),
)
stretches = st.builds(
    Stretch,
    st.sampled_from(["left", "right", "both"]),
    st.lists(words, min_size=1, max_size=4).map(tuple),
)


@settings(max_examples=25)
@given(st.lists(stretches, max_size=5).map(tuple), st.sampled_from(["left", "right", ""]))
def test_a_transcript_comes_back(
    tmp_path_factory: pytest.TempPathFactory, said: tuple[Stretch, ...], agent: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "transcript.json"
    whole = Transcript("vosk", 12.5, said)
    transcript.write(path, whole)
    assert transcript.read(path) == whole
    timeline = whole.timeline(agent)
    assert [each.start for each in timeline.utterances] == sorted(each.start for each in said)
    assert len(timeline.utterances) == len(said)
    if not agent:
        assert {each.speaker for each in timeline.utterances} <= {"unknown"}
