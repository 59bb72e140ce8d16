"""Settings: defaults, environment, and bad values that name their key."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import REPOSITORY, Settings, secret_of
from app.errors import ConfigError


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/callwright.db"
    assert settings.database_file == tmp_path / "var" / "callwright.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.scenario_dir == REPOSITORY / "scenario_library"
    assert not (tmp_path / "var").exists()
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "CALLWRIGHT_DATA_DIR": str(tmp_path),
            "CALLWRIGHT_DATABASE_URL": "postgresql://db/callwright",
            "CALLWRIGHT_TRUSTED_ORIGINS": "https://a.example, https://b.example:8443",
            "CALLWRIGHT_RECOGNIZER": "vosk",
            "CALLWRIGHT_MAX_CALLS": " 12 ",
            "PORT": "9000",
            "CALLWRIGHT_VOICE": "",
        }
    )
    assert settings.trusted_origins == ("https://a.example", "https://b.example:8443")
    assert (settings.recognizer, settings.max_calls, settings.port) == ("vosk", 12, 9000)
    assert settings.voice == "pyttsx3"
    assert settings.database_file is None
    both = Settings.from_environment({"PORT": "9000", "CALLWRIGHT_PORT": "9001"})
    assert both.port == 9001


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PORT", "http"),
        ("CALLWRIGHT_PORT", "0"),
        ("CALLWRIGHT_PORT", "65536"),
        ("CALLWRIGHT_RECOGNIZER", "magic"),
        ("CALLWRIGHT_VOICE", "opera"),
        ("CALLWRIGHT_LANGUAGE", "de"),
        ("CALLWRIGHT_SESSION_HOURS", "-1"),
        ("CALLWRIGHT_MAX_CALLS", "1.5"),
        ("CALLWRIGHT_THREADS", "8"),
        ("CALLWRIGHT_DATABASE_URL", "my database"),
        ("CALLWRIGHT_TRUSTED_ORIGINS", "a.example"),
        ("CALLWRIGHT_TRUSTED_ORIGINS", "https://a.example/path"),
        ("CALLWRIGHT_HOST", "my host"),
    ],
)
def test_a_bad_value_names_its_key(key: str, value: str) -> None:
    with pytest.raises(ConfigError) as told:
        Settings.from_environment({key: value})
    assert key in told.value.message
    assert "must be" in told.value.message
    assert value in told.value.message
    assert told.value.remedy


def test_a_bad_secret_is_not_shown() -> None:
    with pytest.raises(ConfigError) as told:
        Settings.from_environment({"CALLWRIGHT_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(told.value)
    assert "hunter2hunter2hunter2" not in repr(Settings(secret_key="hunter2hunter2hunter2"))


KEYS = [f"CALLWRIGHT_{field.name.upper()}" for field in fields(Settings)] + ["PORT"]
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.sampled_from(KEYS), TEXT))
def test_any_environment_gives_settings_or_a_clear_error(env: dict[str, str]) -> None:
    told = ""
    try:
        Settings.from_environment(env)
    except ConfigError as error:
        told = error.message
    assert not told or any(key in told for key in KEYS)


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: secret_of(settings), range(32)))
    assert len(secrets) == 1
    kept = tmp_path / "new" / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]
    assert secret_of(Settings(data_dir=tmp_path / "new", secret_key="x" * 20)) == "x" * 20


def test_a_broken_secret_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(ConfigError, match="at least 16 characters"):
        secret_of(Settings(data_dir=tmp_path))
    with pytest.raises(ConfigError, match="could not be read or written"):
        secret_of(Settings(data_dir=Path("/dev/null/x")))
