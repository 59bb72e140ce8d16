"""A disk that fills up in mid-call, a model that is missing, the recogniser in its place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from app.recordings import durable, flac
from app.recordings.folders import FLAC
from app.scenarios import line as live
from app.scenarios import messages, service
from app.scenarios.models import CUT_OFF, LIVE, READY, WRAP_UP
from app.scenarios.visitor import Visitor
from app.services import utc_now
from app.speech import models
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import FRAME_BYTES
from tests.live.serving import Page, Place, page, serving, set_up, wait_for

SPOKEN = "good morning how can i help you today"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Place]:
    with serving(set_up(tmp_path_factory.mktemp("storage"), migrated)) as made:
        made.person("nina")
        yield made


@pytest.fixture(scope="module")
def nina(place: Place) -> Visitor:
    return place.visitor("nina")


def new(visitor: Visitor, mode: str = "voice") -> str:
    return visitor.start("small", mode=mode, purpose="practice", seed=1).call


@pytest.fixture(scope="session")
def speech() -> bytes:
    return FliteSynthesizer().say(SPOKEN, voice="slt") + bytes(FRAME_BYTES * 40)


class Disk:
    """A disk without room for files whose name ends so, once ``full``."""

    def __init__(self) -> None:
        self.full = False
        self.only = ""
        self._pwrite = os.pwrite

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        if self.full and os.readlink(f"/proc/self/fd/{fd}").endswith(self.only):
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._pwrite(fd, data, offset)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(durable.os, "pwrite", made.pwrite)
    return made


def say(line: Page, pcm: bytes) -> None:
    for start in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES):
        line.frames(1, pcm[start : start + FRAME_BYTES])


def test_no_room_for_the_sound(
    place: Place, nina: Visitor, disk: Disk, speech: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AHEAD_SECONDS", 3600.0)
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        say(line, speech)
        heard = line.until(messages.Said)
        disk.only, disk.full = "left.pcm", True
        line.frames(3)
        failure = line.fatal()
    assert failure.code == "storage_error"
    assert "no room left to write left.pcm" in failure.message
    assert "Free some disk space" in failure.remedy
    row = place.settled(call)
    assert (row.status, row.cut_reason, row.counts) == (CUT_OFF, "storage", False)
    events = place.events(call)
    assert [event["text"] for event in events if event["kind"] == "heard"] == [heard.text]
    assert events[-1]["kind"] == "cut_off"
    sound, _ = soundfile.read(place.folder(call) / FLAC, dtype="int16", always_2d=True)
    assert sound[: len(speech) // 4, 0].any()


@pytest.mark.parametrize("mode", ["voice", "chat"])
def test_no_room_for_anything_is_mended_when_there_is_some_again(
    place: Place, nina: Visitor, disk: Disk, mode: str
) -> None:
    call = new(nina, mode)
    with page(nina, call) as line:
        line.hello(mode)
        if mode == "voice":
            line.frames(20)
            line.send(messages.Button("mute"))
            wait_for(lambda: any(e["kind"] == "mute" for e in place.events(call)))
        else:
            line.send(messages.Typed("offer_help"))
            line.until(messages.Said)
        disk.full = True
        line.send(messages.Button("hold"))
        line.until_closed()
    failures = line.told(messages.Failure)
    assert failures
    assert {failure.code for failure in failures} == {"storage_error"}
    assert all("no room left" in failure.message for failure in failures)
    place.wait_free()
    assert place.call(call).status == LIVE
    shown = nina.http.get(f"{place.url}/calls/{call}", timeout=30)
    assert shown.status_code == 503
    assert "disk space" in shown.text

    disk.full = False
    shown = nina.http.get(f"{place.url}/calls/{call}", timeout=30)
    assert shown.status_code == 200
    assert shown.url.endswith("/debrief")
    row = place.call(call)
    assert (row.status, row.cut_reason, row.counts) == (CUT_OFF, "storage", False)
    if mode == "voice":
        assert soundfile.info(place.folder(call) / FLAC).frames == 20 * 512


def test_no_room_for_the_finished_recording(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(20)
        with monkeypatch.context() as patched:
            patched.setattr(flac, "encode", full)
            line.send(messages.Button("hangup"))
            assert line.fatal().code == "storage_error"
            place.wait_free()
            with place.app.app_context():
                # A server that starts on a full disk lives, and leaves it for later.
                assert service.recover_calls(place.settings.recordings_dir, utc_now()) == 0
            assert place.call(call).status == LIVE
    with place.app.app_context():
        assert service.recover_calls(place.settings.recordings_dir, utc_now()) == 1
        assert service.recover_calls(place.settings.recordings_dir, utc_now()) == 0
    row = place.call(call)
    assert (row.status, row.ending, row.cut_reason) == (WRAP_UP, "poor", "")
    assert soundfile.info(place.folder(call) / FLAC).frames == 20 * 512


def test_one_call_that_cannot_be_finished_does_not_hold_up_the_others(
    place: Place, nina: Visitor
) -> None:
    calls = [new(nina, "chat") for _ in range(3)]
    with place.app.app_context():
        for call in calls:
            service.open_line(service.find_call(call), "", utc_now())
        place.folder(calls[1]).write_text("a file where a folder ought to be")
        assert service.recover_calls(place.settings.recordings_dir, utc_now()) >= 2
    assert place.call(calls[0]).status == place.call(calls[2]).status == CUT_OFF
    place.folder(calls[1]).unlink()
    with place.app.app_context():
        assert service.recover_calls(place.settings.recordings_dir, utc_now()) <= 1
    assert place.call(calls[1]).status == CUT_OFF


# ---- models -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["missing", "damaged", "empty"])
def test_without_a_model_the_call_is_not_used_up_and_chat_works(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(models, "shared_folder", lambda: tmp_path / "nothing")
    monkeypatch.delenv(models.MODEL_PATH, raising=False)
    settings = set_up(tmp_path, migrated, recognizer="vosk")
    folder = settings.data_dir / "models" / models.ENGLISH.name
    if how == "damaged":
        (folder / "am").mkdir(parents=True)
        (folder / "am" / "final.mdl").write_bytes(b"cut short")
    elif how == "empty":
        folder.mkdir(parents=True)
    with serving(settings) as lacking:
        lacking.person("mei")
        mei = lacking.visitor("mei")
        call = new(mei)
        for which in ("line", "check"):
            with page(mei, call, which) as line:
                line.send(messages.Hello(messages.PROTOCOL))
                failure = line.fatal()
            assert failure.code == "model_error"
            assert failure.message
            assert "callwright models install en" in failure.remedy
        assert lacking.call(call).status == READY
        assert not lacking.folder(call).exists()
        with page(mei, new(mei, "chat")) as chat:
            chat.hello("chat")
            chat.send(messages.Typed("offer_help"))
            assert chat.until(messages.Line).text
            chat.send(messages.Button("hangup"))
            chat.until(messages.Ended)


@pytest.mark.parametrize("chosen", ["pocketsphinx", "auto"])
def test_the_embedded_recogniser_answers_a_call(
    tmp_path: Path,
    migrated: Path,
    monkeypatch: pytest.MonkeyPatch,
    speech: bytes,
    chosen: str,
) -> None:
    monkeypatch.setattr(live, "AHEAD_SECONDS", 3600.0)
    monkeypatch.setattr(models, "shared_folder", lambda: tmp_path / "nothing")
    monkeypatch.delenv(models.MODEL_PATH, raising=False)
    with serving(set_up(tmp_path, migrated, recognizer=chosen)) as place:
        place.person("mei")
        mei = place.visitor("mei")
        call = new(mei)
        with page(mei, call) as line:
            assert line.hello().recognizer == "pocketsphinx"
            say(line, speech)
            said = line.until(messages.Said, seconds=60)
            assert set(said.text.split()) & set(SPOKEN.split())
            assert line.until(messages.Line).text
            line.send(messages.Button("hangup"))
            line.until(messages.Ended)
        assert place.settled(call).recognizer == "pocketsphinx"
