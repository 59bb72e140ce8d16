"""Redacted sound, sample by sample, on real FLAC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.recordings.redaction import Span, merge
from app.recordings.silencing import TONE_SECONDS, filling, silence
from tests.recordings_listening.conftest import RATE, loud

EDGE = round(TONE_SECONDS * RATE)


@pytest.mark.parametrize("channels", [1, 2])
def test_all_but_the_spans_is_the_same_sample_for_sample(tmp_path: Path, channels: int) -> None:
    sound = loud(12.0, channels)
    source, target = tmp_path / "a.flac", tmp_path / "b.flac"
    soundfile.write(source, sound, RATE, subtype="PCM_16")
    # The second one goes over the border of two blocks of 4.096 s.
    silence(source, target, (Span(1.0, 2.5), Span(4.0, 4.2), Span(11.0, 12.0)))
    out, rate = soundfile.read(target, dtype="int16", always_2d=True)
    assert rate == RATE
    assert out.shape == sound.shape
    outside = np.ones(len(out), bool)
    for start, end in ((1.0, 2.5), (4.0, 4.2), (11.0, 12.0)):
        outside[round(start * RATE) : round(end * RATE)] = False
    assert np.array_equal(out[outside], sound[outside])
    assert not out[RATE + EDGE : round(2.5 * RATE) - EDGE].any()
    # A soft tone at either edge, far below speech.
    for at in (RATE, round(2.5 * RATE) - EDGE):
        tone = out[at : at + EDGE]
        assert 200 < np.abs(tone).max() < 1000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(1, 60)).map(
            lambda t: Span(t[0] / 10, (t[0] + t[1]) / 10)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_silencing_twice_is_silencing_once(tmp_path: Path, some: list[Span]) -> None:
    source, once, twice = (tmp_path / f"{name}.flac" for name in ("source", "once", "twice"))
    soundfile.write(source, loud(10.0), RATE, subtype="PCM_16")
    silence(source, once, merge(some))
    silence(once, twice, merge(some))
    assert once.read_bytes() == twice.read_bytes()
    out, _rate = soundfile.read(once, dtype="int16", always_2d=True)
    for span in some:
        # Nothing of the speech is left: all there is is quieter than its quietest sample.
        inside = out[round(span.start * RATE) : round(span.end * RATE)]
        assert not len(inside) or not (np.diff(inside, axis=1) == 37).any()


@pytest.mark.parametrize("length", [1, 2, 3, 50, EDGE, 2 * EDGE, 2 * EDGE + 1, 5 * EDGE])
def test_the_filling_is_the_same_in_pieces(length: int) -> None:
    whole = filling(100, 100 + length, 100, 100 + length)
    cut = 100 + length // 3
    pieces = [filling(100, 100 + length, 100, cut), filling(100, 100 + length, cut, 100 + length)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert np.abs(whole).max() < 1000
