"""What the tests share: a really migrated database of their own, people, browsers that sign in."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app, migration
from app.accounts import passwords, service, teams
from app.accounts.forms import PersonInput
from app.accounts.models import Person, Role, Team
from app.config import Settings
from app.db import db

# A loaded machine is no reason to fail: what is slow is measured in benchmarks/. The same examples
# every time, so that a check says the same twice; `make test-long` searches for new ones.
hypothesis.settings.register_profile("callwright", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "callwright"))

PASSWORD = "seven quiet harbours"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class TestClock:
    """Stands still until a test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **passed: float) -> None:
        self.now += timedelta(**passed)


class MakePerson(Protocol):
    def __call__(
        self,
        role: Role | str = ...,
        *,
        login: str = ...,
        name: str = ...,
        team: str = ...,
        leads: tuple[str, ...] = ...,
    ) -> Person: ...


SignIn = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """The same hash with the cheapest figures: hundreds of sign-ins cost no time."""
    real = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.HASHER = real


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that went through every migration, once for all tests."""
    home = tmp_path_factory.mktemp("migrated")
    app = create_app(Settings(data_dir=home, secret_key="s" * 32))
    migration.upgrade(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        db.engine.dispose()
    return home / "callwright.db"


def share_understanding(home: Path) -> None:
    """Use the understanding fitted once for all tests (and all runs): fitting takes minutes."""
    shared = Path(tempfile.gettempdir()) / "callwright-tests-understanding"
    shared.mkdir(exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / "understanding").symlink_to(shared, target_is_directory=True)


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    """An installation of the test's own, set up."""
    home = tmp_path / "var"
    (home / "recordings").mkdir(parents=True)
    shutil.copyfile(migrated, home / "callwright.db")
    share_understanding(home)
    return Settings(data_dir=home, secret_key="s" * 32)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def app(settings: Settings, clock: TestClock) -> Iterator[Flask]:
    made = create_app(settings, clock=clock)
    made.config["TESTING"] = True
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def person(app: Flask, clock: TestClock) -> MakePerson:
    """Makes people: ``person("agent", team="North")``. Their password is ``PASSWORD``."""
    numbers = itertools.count(1)

    def make(
        role: Role | str = Role.AGENT,
        *,
        login: str = "",
        name: str = "",
        team: str = "",
        leads: tuple[str, ...] = (),
    ) -> Person:
        login = login or f"{role}{next(numbers)}"
        with app.app_context():
            ids = {one: _team_id(one, clock()) for one in {team, *leads} - {""}}
            wanted = PersonInput(
                login,
                name or login.title(),
                Role(role),
                ids.get(team),
                frozenset(ids[one] for one in leads),
            )
            made = service.add(None, wanted, PASSWORD, at=clock(), temporary=False)
            _ = [led.name for led in made.leads]
            return made

    return make


def _team_id(name: str, at: datetime) -> int:
    known = db.session.query(Team).filter_by(name=name).one_or_none()
    return (known or teams.add(None, name, at=at)).id


@pytest.fixture
def sign_in() -> SignIn:
    """Signs a person in through the page: ``sign_in(client, person)``."""

    def enter(client: FlaskClient, person: Person) -> FlaskClient:
        data = {"name": person.login, "password": PASSWORD, "csrf_token": token_of(client)}
        assert client.post("/login", data=data).status_code == 302
        return client

    return enter


@pytest.fixture
def signed_in(app: Flask, person: MakePerson, sign_in: SignIn) -> Callable[[str], FlaskClient]:
    """A browser in which somebody new of that role is signed in."""
    return lambda role: sign_in(app.test_client(), person(role))


def token_of(client: FlaskClient) -> str:
    """A token of the session, as a form of this browser would carry it."""
    page = client.get("/account")
    if page.status_code != 200:
        page = client.get("/login")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, "no form carries a csrf_token"
    return found[1]


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None) -> TestResponse:
    """Send a form as its page would."""
    return client.post(path, data={**(data or {}), "csrf_token": token_of(client)})
