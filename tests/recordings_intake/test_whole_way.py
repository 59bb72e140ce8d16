"""The whole way of three files: sent, listened to, found by a word, redacted, shared."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.recordings import keeping
from app.recordings.timeline import Word
from app.speech.ports import RATE
from tests.conftest import MakePerson, SignIn, post
from tests.recordings.uploads import HUMAN
from tests.recordings_intake.conftest import as_file, conversation, recording, send, stereo_wav

Work = Callable[[], int]
HALF_A_SPAN = 0.1
"""Seconds at either end of a span that a tone may fill."""


def human_flac() -> bytes:
    found = sorted(HUMAN.glob("*.wav"))
    if not found:
        pytest.skip("no human speech on this machine: apt-get install pocketsphinx-testdata")
    samples, _rate = soundfile.read(found[0], dtype="int16")
    return as_file(samples, "FLAC")


SOURCES: Mapping[str, Callable[[], bytes]] = {
    "stereo.wav": stereo_wav,
    "mono.mp3": lambda: as_file(conversation().sum(axis=1, dtype="int16"), "MP3"),
    "read aloud.flac": human_flac,
}


@pytest.mark.parametrize("name", SOURCES)
def test_from_upload_to_a_share_without_what_is_hidden(
    app: Flask,
    settings: Settings,
    person: MakePerson,
    sign_in: SignIn,
    work: Work,
    name: str,
) -> None:
    nina = person("agent", login="nina", team="North")
    sam = sign_in(app.test_client(), person("supervisor", leads=("North",)))
    hers = sign_in(app.test_client(), nina)
    sent = send(sam, SOURCES[name](), name, agent="nina")
    assert sent.status_code == 201, sent.text
    made = sent.get_json()["recording"]["id"]
    assert work() == 1

    word = _rare_word(app, settings, made)
    shared = f"/recordings/{made}"
    assert f"{shared}#t=" in hers.get(f"/recordings?q={word.text}").text
    assert word.text in hers.get(f"{shared}/transcript.vtt").text
    assert _loudest(hers, shared, word) > 0.01

    span = {"start": word.start - 0.05, "end": word.end + 0.05, "reason": "a name"}
    assert post(sam, f"{shared}/redactions", span).status_code == 302
    for reader in (hers, sam):
        assert f"{shared}#t=" not in reader.get(f"/recordings?q={word.text}").text
        assert word.text not in reader.get(f"{shared}/transcript.vtt").text.split()
        assert _loudest(reader, shared, word) == 0
    assert hers.get(shared).status_code == 200


def _rare_word(app: Flask, settings: Settings, recording_id: int) -> Word:
    """A long word that is said once."""
    timeline = keeping.timeline_of(recording(app, recording_id), settings.recordings_dir)
    words = [word for each in timeline.utterances for word in each.words]
    times = Counter(word.text for word in words)
    once = [word for word in words if times[word.text] == 1]
    assert once, [word.text for word in words]
    return max(once, key=lambda word: (len(word.text), word.start))


def _loudest(reader: FlaskClient, address: str, word: Word) -> float:
    """How loud the middle of the word is in what this reader hears, 0..1."""
    with reader.get(f"{address}/audio.flac") as answer:
        assert answer.status_code == 200
        samples, rate = soundfile.read(io.BytesIO(answer.data), always_2d=True)
    assert rate == RATE
    edge = min(HALF_A_SPAN, (word.end - word.start) / 4)
    inside = samples[round((word.start + edge) * RATE) : round((word.end - edge) * RATE)]
    assert len(inside)
    return float(np.abs(inside).max())
