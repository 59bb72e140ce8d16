"""From an upload to a transcript that is found: real sound, a real recogniser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.jobs import service as jobs
from app.jobs.queue import State
from app.recordings import keeping
from app.recordings.models import FAILED, READY
from app.recordings.timeline import Timeline
from tests.conftest import MakePerson, SignIn
from tests.recordings.uploads import HUMAN
from tests.recordings_intake.conftest import (
    as_file,
    conversation,
    files_in,
    recording,
    send,
    stereo_wav,
)

Work = Callable[[], int]


def heard(app: Flask, settings: Settings, recording_id: int) -> Timeline:
    return keeping.timeline_of(recording(app, recording_id), settings.recordings_dir)


def test_a_stereo_wav(
    app: Flask, settings: Settings, person: MakePerson, sign_in: SignIn, work: Work
) -> None:
    """Each speaker by itself, words with times, found by what was said; nothing left behind."""
    nina = person("agent", login="nina", team="North")
    sam = sign_in(app.test_client(), person("supervisor", leads=("North",)))
    answer = send(sam, stereo_wav(), agent="nina", skill="cards", date="2026-02-01 10:00")
    assert answer.status_code == 201, answer.text
    made = answer.get_json()["recording"]["id"]
    assert work() == 1

    row = recording(app, made)
    assert (row.status, row.channels, row.agent_id) == (READY, 2, nina.id)
    assert row.recognizer == "vosk"
    assert row.seconds == pytest.approx(len(conversation()) / 16_000, abs=0.05)
    folder = settings.recordings_dir / row.key
    assert files_in(folder) == {"call.flac", "peaks.json", "transcript.json"}
    assert files_in(settings.data_dir / "uploads") == set()

    page = sam.get("/recordings").text
    assert f'data-state="ready" data-test="upload-{made}"' in page
    said = heard(app, settings, made).utterances
    assert said[1].text[:20] in page.split("<table")[1]
    assert [each.speaker for each in said] == ["trainee", "customer", "trainee"]
    assert "good morning" in said[0].text
    assert "manager" in said[1].text
    assert all(
        each.start <= word.start <= word.end <= each.end for each in said for word in each.words
    )
    assert said[0].end < said[1].start < said[1].end < said[2].start

    page = sam.get("/recordings?q=manager")
    assert "<mark>manager</mark>" in page.text
    assert f"/recordings/{made}#t={said[1].start:.1f}" in page.text
    own = sign_in(app.test_client(), nina).get("/recordings?q=manager")
    assert f"/recordings/{made}#t=" in own.text


def test_a_mono_mp3(
    app: Flask, settings: Settings, signed_in: Callable[[str], FlaskClient], work: Work
) -> None:
    """Who speaks is not known, and said so."""
    qa = signed_in("qa")
    mixed = as_file(conversation().sum(axis=1, dtype="int16"), "MP3")
    made = send(qa, mixed, "Anruf 7.mp3").get_json()["recording"]["id"]
    work()
    row = recording(app, made)
    assert (row.status, row.channels, row.agent_channel) == (READY, 1, "")
    assert row.title == "Anruf 7"
    assert {each.speaker for each in heard(app, settings, made).utterances} == {"unknown"}
    assert "Somebody" in qa.get("/recordings?q=help").text


def test_a_person_who_reads_aloud(
    app: Flask, settings: Settings, signed_in: Callable[[str], FlaskClient], work: Work
) -> None:
    """A FLAC of human speech, where Debian's pocketsphinx-testdata is installed."""
    found = sorted(HUMAN.glob("*.wav"))
    if not found:
        pytest.skip("no human speech on this machine: apt-get install pocketsphinx-testdata")
    samples, rate = soundfile.read(found[0], dtype="int16")
    assert rate == 16_000
    made = send(signed_in("qa"), as_file(samples, "FLAC"), "read.flac").get_json()["recording"]
    work()
    words = [w for each in heard(app, settings, made["id"]).utterances for w in each.words]
    assert len(words) > 5


@pytest.mark.parametrize(
    "data", [b"<html>not a call</html>" * 50, stereo_wav()[:60], b"fLaC" + bytes(4000)]
)
def test_a_hostile_file_fails_by_itself(
    app: Flask,
    settings: Settings,
    signed_in: Callable[[str], FlaskClient],
    work: Work,
    data: bytes,
) -> None:
    """In words, in its row; it can be removed, and the next file is taken in."""
    qa = signed_in("qa")
    made = send(qa, data, "../../etc/passwd\x00.wav").get_json()["recording"]["id"]
    assert work() == 1
    row = recording(app, made)
    assert row.status == FAILED
    assert row.original_name == "passwd.wav"
    assert row.trouble is not None
    assert row.trouble["message"]
    assert row.trouble["message"].split("'")[0] in qa.get("/recordings").text
    told = qa.get(f"/recordings/uploads.json?ids={made}").get_json()["uploads"][0]
    assert (told["state"], told["may_retry"], told["may_cancel"]) == ("failed", True, False)
    with app.app_context():
        job = jobs.get(row.job_id or 0)
        assert (job.state, job.attempts) == (State.FAILED, 1)
    assert files_in(settings.data_dir / "uploads") == {row.key}
