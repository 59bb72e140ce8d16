"""An installation with the small scenario, and calls that were really played."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.config import Settings
from app.db import db
from app.recordings.folders import folder_of
from app.scenarios import service
from app.scenarios.line import Outcome
from app.scenarios.models import Call
from app.scenarios.practice import practice
from app.scenarios.schema import Scenario
from app.scenarios.switchboard import Job, chat_call
from app.services import now, services
from tests.conftest import MakePerson, SignIn
from tests.conftest import settings as settings_of_all  # noqa: F401
from tests.live.rig import ACTS, NamesOfActs, Rig
from tests.live.serving import small_library

GOOD = ("offer_help", "ask_name ask_address", "offer_credit", "say_goodbye")
POOR = ("offer_help", "offer_credit", "say_goodbye")
CUT = ("offer_help",)


class Nowhere:
    """A page nobody looks at."""

    def send(self, message: object) -> None:
        """Gone."""

    def send_sound(self, line: int, pcm: bytes) -> None:
        """Not heard."""


class Play(Protocol):
    def __call__(
        self,
        person: Person,
        words: tuple[str, ...] = ...,
        *,
        mode: str = ...,
        cut: str = ...,
        seconds: float = ...,
    ) -> str: ...


@pytest.fixture
def settings(settings_of_all: Settings, tmp_path: Path) -> Settings:  # noqa: F811
    """The installation of the tests, with the small scenario alone."""
    return dataclasses.replace(settings_of_all, scenario_dir=small_library(tmp_path / "library"))


@pytest.fixture
def small(app: Flask) -> Scenario:
    with app.app_context():
        return practice().library.get("small")


@pytest.fixture
def play(app: Flask) -> Play:
    """Makes a call of somebody from its start to its last line; its id."""

    def whole(
        person: Person,
        words: tuple[str, ...] = GOOD,
        *,
        mode: str = "chat",
        cut: str = "",
        seconds: float = 4.0,
    ) -> str:
        with app.app_context():
            mine = db.session.get(Person, person.id)
            assert mine is not None
            scenario = practice().library.get("small")
            call = service.start_call(mine, scenario, service.Wanted(mode, seed=1), now())
            service.open_line(call, "vosk" if mode == "voice" else "", now())
            run = _by_voice if mode == "voice" else _by_chat
            outcome = run(call, scenario, words, cut, seconds)
            service.close_line(call, outcome, services().settings.recordings_dir, now())
            return call.id

    return whole


def _folder(call: Call) -> Path:
    return folder_of(services().settings.recordings_dir, call.id)


def _by_chat(
    call: Call, scenario: Scenario, words: tuple[str, ...], cut: str, seconds: float
) -> Outcome:
    job = Job(call.id, scenario, call.seed, "chat", call.purpose, _folder(call))
    with chat_call(job, Nowhere(), NamesOfActs(ACTS)) as chat:
        chat.open()
        for number, text in enumerate(words, start=1):
            chat.tick(seconds * number / len(words))
            chat.typed(text)
        over = chat.over
    return Outcome(seconds, over.ending, over.good) if over else Outcome(seconds, cut_reason=cut)


def _by_voice(
    call: Call, scenario: Scenario, words: tuple[str, ...], cut: str, seconds: float
) -> Outcome:
    with Rig(_folder(call), scenario, seed=call.seed) as rig:
        for text in words:
            rig.turn(text)
        over = rig.call.over
    return Outcome(rig.call.now, over.ending, over.good) if over else Outcome(0.0, cut_reason=cut)


@pytest.fixture
def row(app: Flask) -> Callable[[str], Call]:
    """A call's row as it is now."""

    def of(call_id: str) -> Call:
        with app.app_context():
            call = service.find_call(call_id)
            _ = (call.score, call.person, call.version)
            db.session.expunge_all()
            return call

    return of


@pytest.fixture
def browser(
    app: Flask, person: MakePerson, sign_in: SignIn
) -> Callable[..., tuple[Person, FlaskClient]]:
    """Somebody new and her browser: ``browser("agent", team="North")``."""

    def of(role: str = "agent", **about: object) -> tuple[Person, FlaskClient]:
        made = person(role, **about)  # type: ignore[arg-type]
        return made, sign_in(app.test_client(), made)

    return of
