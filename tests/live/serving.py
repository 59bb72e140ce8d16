"""A server in this process on a port of its own, with people, and the pages that call it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from flask import Flask
from simple_websocket import Client, ConnectionClosed
from werkzeug.serving import make_server
from wsproto.events import TextMessage

from app import create_app
from app.accounts import service as people
from app.accounts import teams
from app.accounts.forms import PersonInput
from app.accounts.models import Role
from app.config import Settings
from app.db import db
from app.recordings import journal
from app.recordings.folders import JOURNAL, folder_of
from app.scenarios import messages
from app.scenarios.models import Call
from app.scenarios.practice import practice
from app.scenarios.visitor import Visitor
from app.services import utc_now
from app.speech.ports import FRAME_BYTES
from tests.conftest import PASSWORD
from tests.live.rig import NamesOfActs
from tests.scenarios.conftest import KNOWN_ACTS, LIBRARY, SMALL

QUIET = bytes(FRAME_BYTES)
PATIENCE = 20.0
M = TypeVar("M", bound=messages.ServerMessage)


class ReadsNames(NamesOfActs):
    """The reader of the rig in the place of the fitted one."""

    def with_phrases(self, phrases: object) -> ReadsNames:
        return self


def small_library(folder: Path) -> Path:
    """A folder of scenarios with the small one alone, and the real acts."""
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "scenario.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "acts").symlink_to(LIBRARY / "acts", target_is_directory=True)
    return folder


@dataclass
class Place:
    """A server at work."""

    app: Flask
    settings: Settings
    url: str
    visitors: list[Visitor] = field(default_factory=list)

    def person(self, login: str, role: str = "agent", team: str = "North") -> None:
        with self.app.app_context():
            known = {each.name: each.id for each in db.session.query(teams.Team)}
            team_id = known.get(team) or teams.add(None, team, at=utc_now()).id
            leads = frozenset([team_id]) if role == "supervisor" else frozenset()
            wanted = PersonInput(login, login.title(), Role(role), team_id, leads)
            people.add(None, wanted, PASSWORD, at=utc_now(), temporary=False)
            db.session.remove()

    def visitor(self, login: str) -> Visitor:
        made = Visitor(self.url, login, PASSWORD)
        self.visitors.append(made)
        return made

    def call(self, call_id: str) -> Call:
        """The call's row as it is now."""
        with self.app.app_context():
            call = db.session.get(Call, call_id)
            assert call is not None
            _ = (call.person, call.score)
            db.session.expunge_all()
            db.session.remove()
            return call

    def settled(self, call_id: str) -> Call:
        """The call's row once its line is down."""
        wait_for(lambda: self.call(call_id).status not in ("ready", "live"))
        wait_for(lambda: call_id not in practice(self.app).live)
        return self.call(call_id)

    def folder(self, call_id: str) -> Path:
        return folder_of(self.settings.recordings_dir, call_id)

    def events(self, call_id: str) -> Sequence[dict[str, Any]]:
        read = journal.read(self.folder(call_id) / JOURNAL)
        assert not read.damaged
        return [dict(event) for event in read.events]

    def wait_free(self) -> None:
        """Until no call is on the line."""
        wait_for(lambda: len(practice(self.app).live) == 0)


def wait_for(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def set_up(folder: Path, migrated: Path, **changes: Any) -> Settings:
    """An installation in ``folder`` with the small scenario and a quick voice."""
    home = folder / "var"
    (home / "recordings").mkdir(parents=True)
    shutil.copyfile(migrated, home / "callwright.db")
    changes.setdefault("scenario_dir", small_library(folder / "library"))
    return Settings(data_dir=home, secret_key="s" * 32, voice="flite", **changes)


@contextmanager
def serving(settings: Settings, *, scripted: bool = True) -> Iterator[Place]:
    """The application of ``settings`` served with threads, as it is in production."""
    app = create_app(settings)
    if scripted:
        practice(app).__dict__["understanding"] = ReadsNames(KNOWN_ACTS)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place = Place(app, settings, f"http://127.0.0.1:{server.server_port}")
    try:
        yield place
        place.wait_free()
    finally:
        for visitor in place.visitors:
            visitor.close()
        server.shutdown()
        server.server_close()
        thread.join()
        with app.app_context():
            db.engine.dispose()


class Page:
    """One open socket of a call's page. Messages are kept in ``got`` as they come."""

    def __init__(self, socket: Client) -> None:
        self.socket = socket
        self.got: list[messages.ServerMessage] = []
        self.number = 0
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()

    def leave(self) -> None:
        with suppress(ConnectionClosed, OSError):
            self.socket.close()
        self.socket.thread.join(timeout=PATIENCE)
        self.socket.sock.close()

    def send(self, data: str | bytes | messages.ClientMessage) -> None:
        with suppress(ConnectionClosed, OSError):
            self.socket.send(data if isinstance(data, str | bytes) else messages.encode(data))

    def hello(self, mode: Any = "voice", seconds: float = PATIENCE) -> messages.Welcome:
        self.send(messages.Hello(messages.PROTOCOL, mode=mode))
        return self.until(messages.Welcome, seconds=seconds)

    def frames(self, count: int, pcm: bytes = QUIET) -> None:
        for _ in range(count):
            self.send(messages.pack_frame(self.number, pcm))
            self.number += 1

    def stream(self, seconds: float, pcm: bytes = QUIET) -> None:
        """Frames in real time."""
        due = time.monotonic()
        for _ in range(round(seconds / 0.032)):
            self.frames(1, pcm)
            due += 0.032
            time.sleep(max(0.0, due - time.monotonic()))

    def receive(self, timeout: float = 0.05) -> messages.ServerMessage | None:
        """The next message, sound left out; None when none came."""
        try:
            data = self.socket.receive(timeout=timeout)
        except ConnectionClosed:
            self.closed = True
            self._take_what_is_left()
            return None
        if not isinstance(data, str):
            return None
        message = messages.decode_server(data)
        self.got.append(message)
        return message

    def _take_what_is_left(self) -> None:
        """This client forgets what came in one piece with the handshake's answer."""
        for event in self.socket.ws.events():
            if isinstance(event, TextMessage):
                self.got.append(messages.decode_server(event.data))

    def until(
        self, kind: type[M], fits: Callable[[M], bool] = lambda m: True, seconds: float = PATIENCE
    ) -> M:
        """The next message of this kind that fits."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.closed:
            message = self.receive()
            if isinstance(message, kind) and fits(message):
                return message
        raise AssertionError(f"no {kind.__name__} came, but {self.got}")

    def until_closed(self, seconds: float = PATIENCE) -> int:
        """Until the server has closed; its reason."""
        end = time.monotonic() + seconds
        while not self.closed:
            assert time.monotonic() < end, "the server did not close"
            self.receive()
        return int(self.socket.close_reason)

    def fatal(self) -> messages.Failure:
        """The failure that ended it. The server has closed, and said why in words."""
        self.until_closed()
        [failure] = [m for m in self.got if isinstance(m, messages.Failure) and m.fatal]
        assert failure.message
        return failure

    def told(self, kind: type[M]) -> list[M]:
        return [message for message in self.got if isinstance(message, kind)]


@contextmanager
def page(visitor: Visitor, call_id: str, which: str = "line") -> Iterator[Page]:
    with Page(visitor.socket(f"/calls/{call_id}/{which}")) as opened:
        yield opened
