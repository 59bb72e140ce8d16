"""The automatic trainee makes whole calls through the real server, as ``callwright rehearse``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.config import REPOSITORY
from app.private_server import free_port
from app.scenarios import rehearsal
from app.scenarios.library import load_one
from app.scenarios.rehearse import rehearse
from app.scenarios.walk import GOOD
from tests.conftest import PASSWORD, share_understanding
from tests.live.serving import Place, serving, set_up
from tests.scenarios.conftest import IDS, KNOWN_ACTS, LIBRARY

RUNS = [
    (name, run)
    for name in IDS
    for run in (GOOD, *load_one(LIBRARY / name / "scenario.yaml", KNOWN_ACTS).trainee.bad)
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Place]:
    """A server with the real scenarios and the real understanding."""
    settings = set_up(tmp_path_factory.mktemp("rehearse"), migrated, scenario_dir=LIBRARY)
    share_understanding(settings.data_dir)
    with serving(settings, scripted=False) as made:
        made.person("nina")
        yield made


@pytest.fixture
def trainee(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """One who thinks fast."""
    monkeypatch.setattr(rehearsal, "THINKING", 0.03)
    monkeypatch.setenv("CALLWRIGHT_REHEARSE_PASSWORD", PASSWORD)
    monkeypatch.setenv("CALLWRIGHT_DATA_DIR", str(tmp_path))
    return CliRunner()


def call(trainee: CliRunner, place: Place, *words: str) -> Result:
    return trainee.invoke(rehearse, [*words, "--url", place.url, "--as", "nina"])


@pytest.mark.parametrize("scenario", IDS)
def test_a_good_call_by_text(trainee: CliRunner, place: Place, scenario: str) -> None:
    done = call(trainee, place, scenario, "--text", "--seed", "2")
    assert done.exit_code == 0, done.output
    assert ", good)" in done.output
    assert "of 100" in done.output


@pytest.mark.parametrize(("scenario", "run"), [pair for pair in RUNS if pair[1] != GOOD])
def test_a_bad_call_by_text_ends_as_it_is_meant(
    trainee: CliRunner, place: Place, scenario: str, run: str
) -> None:
    done = call(trainee, place, scenario, "--text", "--seed", "1", "--run", run, "--quiet")
    assert done.exit_code == 0, done.output


def test_a_test_hides_what_was_understood_and_is_passed_all_the_same(
    trainee: CliRunner, place: Place
) -> None:
    done = call(trainee, place, "first-day-appointment", "--text", "--seed", "4", "--test")
    assert done.exit_code == 0, done.output
    row = place.call(id_of_newest(place))
    assert row.purpose == "test"
    assert row.status == "done"


def id_of_newest(place: Place) -> str:
    folders = place.settings.recordings_dir.iterdir()
    return max(folders, key=lambda folder: folder.stat().st_mtime).name


# ---- as a command of its own ------------------------------------------------------------------


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``callwright rehearse …`` with a private server of its own."""
    share_understanding(home)
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "rehearse", *words],
        cwd=REPOSITORY,
        env={**os.environ, "CALLWRIGHT_DATA_DIR": str(home), "CALLWRIGHT_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_command_by_text(tmp_path: Path) -> None:
    done = command(tmp_path / "var", "lost-card", "--text", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "customer" in done.stdout
    assert ", good); seed 3" in done.stdout


def test_the_command_by_voice(tmp_path: Path) -> None:
    """Synthesised speech in real time, the real recogniser: about two minutes."""
    done = command(tmp_path / "var", "first-day-appointment", "--voice", "flite:slt", "--seed", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "heard" in done.stdout
    assert ", good); seed 5" in done.stdout
    assert "The customer answered after" in done.stdout


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("nothing", "--text"), 1, "nothing"),
        (("lost-card", "--voice", "festival:x"), 2, "flite or pyttsx3"),
        (("lost-card", "--run", "none"), 2, "no run 'none'"),
        (("lost-card", "--seed", "x"), 2, "seed"),
        (("lost-card", "--text", "--url", "NOWHERE"), 1, "no server answers"),
    ],
)
def test_what_cannot_be_rehearsed_is_told_in_a_line(
    tmp_path: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    done = command(tmp_path / "var", *(nowhere if word == "NOWHERE" else word for word in words))
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_password(
    trainee: CliRunner, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWRIGHT_REHEARSE_PASSWORD", "not it at all")
    done = call(trainee, place, "lost-card", "--text")
    assert done.exit_code != 0
    assert "could not sign in" in str(done.exception)
