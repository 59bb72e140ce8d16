"""The command line: setting up, people, mistakes in one line, a server that really answers."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app import cli as command_line
from app.accounts import passwords
from app.accounts.demo import PASSWORD, PEOPLE
from app.accounts.models import AuditEntry, Person
from app.cli import cli
from app.config import REPOSITORY, Settings
from app.db import db
from tests.conftest import share_understanding


class Shell:
    """Runs ``callwright`` with the test's own place in the environment."""

    def __init__(self, home: Path) -> None:
        self.env: dict[str, str | None] = {
            "CALLWRIGHT_DATA_DIR": str(home),
            "CALLWRIGHT_SECRET_KEY": "s" * 32,
            "PORT": None,
        }

    def __call__(self, *args: str, stdin: str = "", **env: str) -> Result:
        return CliRunner().invoke(cli, args, input=stdin, env={**self.env, **env})


@pytest.fixture
def shell(settings: Settings) -> Shell:
    return Shell(settings.data_dir)


def told(result: Result, status: int) -> str:
    """The one line on stderr of a command that failed with ``status``."""
    assert result.exit_code == status, result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("callwright: ")
    return line


def test_people_from_the_command_line(app: Flask, shell: Shell) -> None:
    added = shell(
        *"users add Nina --name Nina --role agent --team North --password-stdin".split(),
        stdin="four calm rivers\n",
    )
    assert added.exit_code == 0, added.output
    assert "four calm rivers" not in added.output
    listed = shell("users", "list").stdout
    assert listed.split() == ["nina", "agent", "North", "Nina"]

    assert shell("users", "deactivate", "nina").exit_code == 0
    assert shell("users", "list").stdout == ""
    assert "(deactivated)" in shell("users", "list", "--all").stdout
    assert shell("users", "activate", "nina").exit_code == 0
    assert (
        shell("users", "passwd", "nina", "--password-stdin", stdin="some new words").exit_code == 0
    )
    with app.app_context():
        nina = db.session.scalars(select(Person)).one()
        assert passwords.matches("some new words", nina.password_hash)
        actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [
        "team.added",
        "person.added",
        "person.deactivated",
        "person.reactivated",
        "person.password_reset",
    ]


def test_a_one_time_password_is_printed(app: Flask, shell: Shell) -> None:
    shown = shell("users", "add", "mei", "--one-time").stdout
    password = shown.rsplit(": ", 1)[1].strip()
    with app.app_context():
        mei = db.session.scalars(select(Person)).one()
        assert mei.must_change_password
        assert passwords.matches(password, mei.password_hash)


def test_a_password_is_asked_for_twice(app: Flask, shell: Shell) -> None:
    asked = shell("users", "add", "mei", stdin="four calm rivers\nfour calm rivers\n")
    assert asked.exit_code == 0
    assert "four calm rivers" not in asked.output


@pytest.mark.parametrize(
    ("line", "stdin", "status", "words"),
    [
        ("users add nina --password-stdin", "short", 2, "at least 10 characters"),
        ("users add nina --password-stdin", "", 2, "at least 10 characters"),
        ("users add n!na --password-stdin", "four calm rivers", 2, "log-in name"),
        ("users add nina --role boss", "", 2, "boss"),
        ("users add nina --one-time --password-stdin", "", 2, "exclude each other"),
        ("users passwd nobody --one-time", "", 2, "Nobody signs in as"),
        ("users frobnicate", "", 2, "No such command"),
        ("frobnicate", "", 2, "No such command"),
        ("run --port 99999", "", 2, "99999"),
        ("backup", "", 2, "Missing argument"),
        ("backup x.zip", "", 2, "ends in .tar.gz"),
        ("backup /nowhere/at/all/x.tar.gz", "", 2, "no folder"),
        ("restore nowhere.tar.gz", "", 2, "no file"),
    ],
)
def test_mistakes_are_one_line(
    shell: Shell, line: str, stdin: str, status: int, words: str
) -> None:
    assert words in told(shell(*line.split(), stdin=stdin), status)


def test_a_bad_setting_is_one_line(shell: Shell) -> None:
    assert "CALLWRIGHT_VOICE must be" in told(shell("setup", CALLWRIGHT_VOICE="opera"), 2)


def test_the_last_administrator_stays(shell: Shell) -> None:
    shell("users", "add", "ada", "--role", "administrator", "--one-time")
    assert "last administrator" in told(shell("users", "deactivate", "ada"), 1)


def test_nothing_works_before_the_setup(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "new")
    for line in ("users list", "run", "backup x.tar.gz"):
        assert "callwright setup" in told(shell(*line.split()), 1)


def test_a_broken_feature_breaks_only_its_command(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {**command_line.BROUGHT, "models": ("app.no_such_module:models", "Models.")}
    monkeypatch.setattr(command_line, "BROUGHT", broken)
    assert "“models” cannot be used here" in told(shell("models", "list", "--all"), 1)
    assert "models" in shell("--help").stdout
    assert shell("users", "list").exit_code == 0


def test_ports_in_use_are_told(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "cannot be listened on" in told(shell("run", "--port", str(port)), 2)


def callwright(home: Path, *args: str, port: int = 8000) -> subprocess.Popen[str]:
    env = {**os.environ, "CALLWRIGHT_DATA_DIR": str(home), "PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *args],
        cwd=REPOSITORY,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    share_understanding(tmp_path / "var")
    with callwright(tmp_path / "var", "run", "--demo", "--without-calls", port=port) as server:
        yield server
        if server.poll() is None:
            server.kill()


def test_the_demo_from_nothing(tmp_path: Path, demo: subprocess.Popen[str]) -> None:
    """Sets up, serves, prints address and people once it answers, stops when told."""
    assert demo.stdout is not None
    lines: list[str] = []
    while len(lines) < len(PEOPLE) + 2:
        line = demo.stdout.readline()
        assert line, "it ended too early: " + "".join(lines)
        if lines or line.startswith("Callwright is ready"):
            lines.append(line)
    assert "http://127.0.0.1:" in lines[0]
    assert PASSWORD in lines[1]
    assert all(login in line for (login, *_), line in zip(PEOPLE, lines[2:], strict=True))

    home = tmp_path / "var"
    again = callwright(home, "setup", "--demo", "--without-calls")
    assert again.communicate(timeout=60)[0] == ""
    with sqlite3.connect(home / "callwright.db") as kept:
        assert kept.execute("SELECT count(*) FROM people").fetchone() == (len(PEOPLE),)
    kept.close()

    began = time.monotonic()
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(timeout=20) == 0
    assert time.monotonic() - began < 15


def test_no_people_without_the_demo(tmp_path: Path) -> None:
    share_understanding(tmp_path / "new")
    shell = Shell(tmp_path / "new")
    assert shell("setup").exit_code == 0
    assert shell("setup").stdout == ""
    assert shell("users", "list", "--all").stdout == ""
