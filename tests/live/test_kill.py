"""kill -9 of the real server in the middle of real calls: nothing said before is lost.

Automatic trainees call with a synthesised voice, in real time, several at once; each
begins at its own random moment, and one SIGKILL takes the server from under all of
them. The next server's start finishes what was left.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
import soundfile
from flask import Flask
from simple_websocket import Client, ConnectionClosed

from app import create_app
from app.accounts import service as people
from app.accounts.forms import PersonInput
from app.accounts.models import Role
from app.config import Settings
from app.db import db
from app.errors import Unavailable
from app.recordings.finalise import recover
from app.recordings.folders import FLAC, JOURNAL, LEFT, PEAKS, RIGHT, folder_of
from app.recordings.journal import read, timeline_of
from app.recordings.timeline import Utterance
from app.scenarios import messages, service
from app.scenarios.library import load_one
from app.scenarios.mind import Mind
from app.scenarios.models import CUT_OFF, LIVE, WRAP_UP, Call
from app.scenarios.rehearsal import Rehearsal
from app.scenarios.schema import Scenario
from app.scenarios.visitor import Visitor
from app.services import utc_now
from app.speech.cache import CachedSynthesizer
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import FRAME_BYTES, RATE
from tests.conftest import PASSWORD
from tests.live.process import Server, installation, server
from tests.live.serving import Page, wait_for
from tests.scenarios.conftest import KNOWN_ACTS, LIBRARY

ROUNDS = 3
CALLS = 7
IN_FLIGHT = 0.3
"""Seconds that may be on their way when the server dies, at the median."""
LONGEST_IN_FLIGHT = 1.0
"""The same at worst, on a machine that is busy with other things."""
SCENARIOS = ("first-day-appointment", "lost-card")


class Tap:
    """A socket that remembers what went over it, and when."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self.sent: list[tuple[float, bytes]] = []
        self.got: list[tuple[float, messages.ServerMessage]] = []
        self.reported: list[tuple[float, messages.ClientMessage]] = []

    def open(self) -> None:
        self._socket = self._connect()

    def send(self, data: str | bytes) -> None:
        self._socket.send(data)
        now = time.monotonic()
        if isinstance(data, bytes):
            number, pcm = messages.unpack_frame(data)
            assert number == len(self.sent)
            self.sent.append((now, pcm))
        else:
            self.reported.append((now, messages.decode_client(data)))

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        data: str | bytes | None = self._socket.receive(timeout=timeout)
        if isinstance(data, str):
            self.got.append((time.monotonic(), messages.decode_server(data)))
        return data

    def let_go(self) -> None:
        self._socket.thread.join(timeout=20)
        self._socket.sock.close()


@dataclass
class Caller:
    """One automatic trainee on the line, in a thread of its own."""

    call: str
    tap: Tap
    rehearsal: Rehearsal
    after: float
    """Seconds it waits before it calls."""
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        time.sleep(self.after)
        self.tap.open()
        try:
            self.rehearsal.run()
        except (Unavailable, ConnectionClosed, OSError):
            """The server has been killed, as it was to be."""
        finally:
            self.tap.let_go()

    @property
    def gave_up(self) -> bool:
        """Whether its call was over before it began."""
        return not self.thread.is_alive() and not self.told(messages.Welcome)

    def told(self, kind: type[Any]) -> list[Any]:
        return [message for _, message in self.tap.got if isinstance(message, kind)]

    def sound(self, before: float = float("inf")) -> np.ndarray[Any, Any]:
        pcm = b"".join(pcm for at, pcm in self.tap.sent if at <= before)
        return np.frombuffer(pcm, "<i2")


@dataclass(frozen=True)
class Place:
    """Where it all happens, over the life of several servers."""

    home: Path
    log: Path
    app: Flask
    settings: Settings
    scenarios: dict[str, Scenario]
    speak: Callable[[str], bytes]

    def folder(self, call: str) -> Path:
        return folder_of(self.settings.recordings_dir, call)

    def row(self, call: str) -> Call:
        with self.app.app_context():
            row = db.session.get(Call, call)
            assert row is not None
            _ = row.score
            db.session.expunge_all()
            return row

    def recovered(self) -> int:
        """What a server does first, done here: the calls that were left live."""
        with self.app.app_context():
            return service.recover_calls(self.settings.recordings_dir, utc_now())


@pytest.fixture
def place(tmp_path: Path, migrated: Path) -> Iterator[Place]:
    home = installation(tmp_path / "var", migrated)
    settings = Settings(data_dir=home)
    app = create_app(settings)
    with app.app_context():
        nina = PersonInput("nina", "Nina Berg", Role.AGENT, None, frozenset())
        people.add(None, nina, PASSWORD, at=utc_now(), temporary=False)
    voice = CachedSynthesizer(FliteSynthesizer(), tmp_path / "trainee")
    found = {name: load_one(LIBRARY / name / "scenario.yaml", KNOWN_ACTS) for name in SCENARIOS}
    speak = partial(voice.say, voice="slt")
    yield Place(home, tmp_path / "log", app, settings, found, speak)
    with app.app_context():
        db.engine.dispose()


def caller(place: Place, visitor: Visitor, scenario: str, seed: int, after: float) -> Caller:
    started = visitor.start(scenario, mode="voice", purpose="practice", seed=seed)
    tap = Tap(partial(visitor.socket, f"/calls/{started.call}/line"))
    mind = Mind(place.scenarios[scenario], started.seed)
    socket: Any = tap
    return Caller(started.call, tap, Rehearsal(socket, mind, place.speak), after)


def kill_in_mid_call(
    place: Place, running: Server, chance: random.Random
) -> tuple[list[Caller], float]:
    """So many calls, begun at random moments, and the end of the server under them."""
    visitor = Visitor(running.url, "nina", PASSWORD)
    callers = [
        caller(place, visitor, SCENARIOS[i % 2], chance.randrange(1000), chance.uniform(0, 4.5))
        for i in range(CALLS)
    ]
    wait_for(
        lambda: all(each.told(messages.Welcome) or each.gave_up for each in callers), seconds=240
    )
    assert not any(each.gave_up for each in callers), [each.tap.got for each in callers]
    wait_for(lambda: sum(bool(c.told(messages.Said)) for c in callers) > CALLS // 2, seconds=120)
    time.sleep(chance.uniform(0, 4))
    killed = time.monotonic()
    running.kill()
    for each in callers:
        each.thread.join(timeout=30)
    visitor.close()
    return callers, killed


def kept_samples(left: np.ndarray[Any, Any], sent: np.ndarray[Any, Any]) -> int:
    """How much of what was sent is recorded. Nothing else may be in the recording but silence."""
    both = min(len(left), len(sent))
    wrong = np.flatnonzero(left[:both] != sent[:both])
    kept = int(wrong[0]) if len(wrong) else both
    assert not left[kept:].any(), "the recording holds something that was never sent"
    return kept


def check_sound(place: Place, each: Caller, killed: float) -> float:
    """The recording is playable and sample-exact; returns the seconds lost at its end."""
    sound, rate = soundfile.read(place.folder(each.call) / FLAC, dtype="int16", always_2d=True)
    assert (rate, sound.shape[1]) == (RATE, 2)
    kept = kept_samples(sound[:, 0], each.sound())
    lost = max(0, len(each.sound(before=killed)) - kept) / RATE
    assert lost <= LONGEST_IN_FLIGHT
    confirmed = max((said.end for said in each.told(messages.Said)), default=0.0)
    assert kept >= confirmed * RATE
    return lost


def trainee(said: list[Utterance]) -> list[Utterance]:
    return [each for each in said if each.speaker == "trainee"]


def check_words(place: Place, each: Caller) -> None:
    """Every turn that was shown is there, and what was being said, cut off, at the end."""
    entries = read(place.folder(each.call) / JOURNAL)
    assert all(damage.torn for damage in entries.damaged)
    timeline = timeline_of(entries.events)
    spoken = trainee(list(timeline.utterances))
    whole = [(u.text, u.start) for u in spoken if not u.cut_off]
    shown = [(said.text, said.start) for said in each.told(messages.Said)]
    assert whole[: len(shown)] == shown
    under_way = words_under_way(each)
    if under_way and len(whole) == len(shown):
        assert spoken[-1].cut_off
        assert spoken[-1].text in under_way
    heard = {u.text for u in timeline.utterances if u.speaker == "customer"}
    for line in lines_begun(each):
        assert line in heard


def words_under_way(each: Caller) -> list[str]:
    """The partial words shown since the last turn ended."""
    texts: list[str] = []
    for _, message in each.tap.got:
        if isinstance(message, messages.Said):
            texts = []
        elif isinstance(message, messages.Partial):
            texts = [*texts, message.text] if message.text else []
    return texts


def lines_begun(each: Caller) -> list[str]:
    """The customer's lines that began before something the trainee is known to have said."""
    texts = {line.line: line.text for line in each.told(messages.Line)}
    known = max((said.start for said in each.told(messages.Said)), default=0.0) * RATE
    return [
        texts[message.line]
        for _, message in each.tap.reported
        if isinstance(message, messages.Played) and message.sample < known
    ]


def check_row(place: Place, each: Caller) -> None:
    row = place.row(each.call)
    assert (row.status, row.cut_reason) == (CUT_OFF, "server")
    assert row.counts is False
    assert (row.ending, row.good, row.total, row.passed) == ("", None, None, None)
    assert row.seconds > 0
    flac = (place.folder(each.call) / FLAC).read_bytes()
    assert row.audio_sha256 == hashlib.sha256(flac).hexdigest()
    names = {path.name for path in place.folder(each.call).iterdir()}
    assert names == {FLAC, PEAKS, JOURNAL}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_killed_at_twenty_random_moments_nothing_said_before_is_lost(place: Place) -> None:
    chance = random.Random(20260302)
    left: list[tuple[Caller, float]] = []
    for _ in range(ROUNDS):
        with server(place.home, place.log) as running:
            callers, killed = kill_in_mid_call(place, running, chance)
        left += [(each, killed) for each in callers]
        assert all(place.row(each.call).status == LIVE for each in callers)

    # A real server finishes them at its start, and serves them.
    with server(place.home, place.log) as running:
        wait_for(lambda: all(place.row(e.call).status != LIVE for e, _ in left[-CALLS:]), 60)
        visitor = Visitor(running.url, "nina", PASSWORD)
        told = visitor.log(left[0][0].call)
        assert (told["status"], told["events"][-1]["kind"]) == (CUT_OFF, "cut_off")
        assert visitor.audio(left[-1][0].call)[:4] == b"fLaC"
        visitor.close()

    assert len({each.call for each, _ in left}) == ROUNDS * CALLS
    lost = []
    for each, killed in left:
        check_row(place, each)
        check_words(place, each)
        lost.append(check_sound(place, each, killed))
    assert median(lost) <= IN_FLIGHT
    assert any(words_under_way(each) for each, _ in left)

    # Once more changes nothing.
    before = {each.call: contents(place.folder(each.call)) for each, _ in left}
    assert place.recovered() == 0
    for each, _ in left:
        recover(place.folder(each.call))
        assert contents(place.folder(each.call)) == before[each.call]


def test_killed_while_calls_are_being_finished(place: Place) -> None:
    chance = random.Random(7)
    speech = place.speak("Good morning, Green Valley Clinic, this is Alex. How can I help you?")
    frames = [speech[at : at + FRAME_BYTES] for at in range(0, 88 * FRAME_BYTES, FRAME_BYTES)]
    frames = [frame.ljust(FRAME_BYTES, b"\0") for frame in frames]
    with server(place.home, place.log) as running:
        visitor = Visitor(running.url, "nina", PASSWORD)
        calls = [
            visitor.start(SCENARIOS[0], mode="voice", purpose="practice", seed=seed).call
            for seed in range(6)
        ]
        pages = []
        for call in calls:
            pages.append(Page(visitor.socket(f"/calls/{call}/line")))
            pages[-1].hello(seconds=240)
        for page, frame in product(pages, frames):
            page.frames(1, frame)
        wait_for(lambda: all((place.folder(c) / LEFT).stat().st_size > 80_000 for c in calls))
        for page in pages:
            page.send(messages.Button("hangup"))
            time.sleep(chance.uniform(0.0, 0.08))
        running.kill()
        for page in pages:
            page.until_closed()
            page.leave()
        visitor.close()

    left = sum(place.row(call).status == LIVE for call in calls)
    assert place.recovered() == left
    for call, page in zip(calls, pages, strict=True):
        row, events = place.row(call), read(place.folder(call) / JOURNAL).events
        ended = any(event["kind"] == "ended" for event in events)
        assert row.status == (WRAP_UP if ended else CUT_OFF)
        assert ended or not page.told(messages.Ended)
        sound, _ = soundfile.read(place.folder(call) / FLAC, dtype="int16", always_2d=True)
        kept = kept_samples(sound[:, 0], np.frombuffer(b"".join(frames), "<i2"))
        assert kept >= 80_000 / 2
        assert not (place.folder(call) / LEFT).exists()
        assert not (place.folder(call) / RIGHT).exists()
    assert place.recovered() == 0
