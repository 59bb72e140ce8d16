"""Every setting, with its default: the environment becomes one frozen ``Settings``.

``CALLWRIGHT_<FIELD>`` sets a field; ``PORT`` alone is understood too. A bad value
raises ``ConfigError`` at start, naming its key, what was expected and what came.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.errors import ConfigError

PREFIX = "CALLWRIGHT_"
REPOSITORY = Path(__file__).resolve().parent.parent
RECOGNIZERS = ("auto", "vosk", "pocketsphinx")
VOICES = ("pyttsx3", "flite")
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """What this installation is set to. Paths are absolute once it is made."""

    data_dir: Path = Path("var")
    """Where everything that is kept lives: database, recordings, caches, models."""
    database_url: str = ""
    """Any SQLAlchemy URL; empty means SQLite in ``data_dir``."""
    secret_key: str = field(default="", repr=False)
    """Signs cookies; empty means the one kept in ``data_dir/secret.key``."""
    host: str = "127.0.0.1"
    port: int = 8000
    scenario_dir: Path = REPOSITORY / "scenario_library"
    recognizer: str = "auto"
    voice: str = "pyttsx3"
    language: str = "en"
    session_hours: int = 12
    max_calls: int = 8
    """Calls that may be live at once."""
    threads: int = 64
    """Threads of the server; a live call holds one as long as it lasts."""
    trusted_origins: tuple[str, ...] = ()
    """Other origins whose pages may open the call's socket, such as https://calls.example."""
    proxy_hops: int = 0
    """Reverse proxies in front whose X-Forwarded headers are believed."""
    keep_practice_days: int = 0
    """Practice calls older than so many days are erased at night; 0: none ever is."""
    keep_upload_days: int = 0
    """The same for uploaded recordings; age counts from the day of the call."""
    dispute_days: int = 5
    """Working days within which a dispute about a mark is to be decided."""

    def __post_init__(self) -> None:
        for name in ("data_dir", "scenario_dir"):
            object.__setattr__(self, name, Path(getattr(self, name)).expanduser().absolute())
        if not self.database_url:
            url = f"sqlite:///{self.data_dir / 'callwright.db'}"
            object.__setattr__(self, "database_url", url)
        _check(self)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Settings:
        """The settings ``env`` (by default the process's environment) asks for."""
        env = os.environ if env is None else env
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        if env.get("PORT", "").strip():
            values["port"] = _parse("PORT", "port", env["PORT"])
        for key, raw in env.items():
            name = key.removeprefix(PREFIX).lower()
            if key.startswith(PREFIX) and name in known and raw.strip():
                values[name] = _parse(key, name, raw)
        return cls(**values)

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None when the database is another one."""
        if not self.database_url.startswith("sqlite"):
            return None
        path = self.database_url.partition(":///")[2].partition("?")[0]
        return Path(path) if path and path != ":memory:" else None


def secret_of(settings: Settings) -> str:
    """The key that signs cookies: the one set, else the kept one, made on first use."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret.key"
    try:
        if not path.exists():
            _keep_secret(path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(
            f"the secret key {path} could not be read or written: {problem}",
            field="data_dir",
            remedy=f"Give this user the right to write there, or set {PREFIX}SECRET_KEY.",
        ) from problem
    if len(kept) < SHORTEST_SECRET:
        raise ConfigError(
            f"{path} must hold at least {SHORTEST_SECRET} characters, got {len(kept)}",
            field="secret_key",
            remedy="Delete the file: the next start makes a new one; everybody signs in again.",
        )
    return kept


def _keep_secret(path: Path) -> None:
    """Write a new key whole or not at all; whoever comes second uses the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".secret.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _parse(key: str, name: str, raw: str) -> Any:
    raw = raw.strip()
    if isinstance(Settings.__dataclass_fields__[name].default, int):
        try:
            return int(raw)
        except ValueError:
            raise _bad(key, "a whole number", raw) from None
    if name in ("data_dir", "scenario_dir"):
        return Path(raw)
    if name == "trusted_origins":
        return tuple(part for part in raw.replace(",", " ").split() if part)
    return raw


def _bad(key: str, expected: str, got: object) -> ConfigError:
    return ConfigError(
        f"{key} must be {expected}, got {got!r}",
        field=key.removeprefix(PREFIX).lower(),
        remedy=f"Set {key} to {expected}, or leave it out for the default.",
    )


def _between(low: int, high: int) -> tuple[str, Callable[[Any], bool]]:
    return f"a whole number from {low} to {high}", lambda value: low <= value <= high


def _one_of(*allowed: str) -> tuple[str, Callable[[Any], bool]]:
    return "one of " + ", ".join(allowed), lambda value: value in allowed


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/")


CHECKS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "port": _between(1, 65535),
    "session_hours": _between(1, 24 * 90),
    "max_calls": _between(1, 1000),
    "threads": _between(4, 4096),
    "proxy_hops": _between(0, 8),
    "keep_practice_days": _between(0, 36500),
    "keep_upload_days": _between(0, 36500),
    "dispute_days": _between(1, 60),
    "recognizer": _one_of(*RECOGNIZERS),
    "voice": _one_of(*VOICES),
    "language": _one_of("en", "fa", "ru", "zh"),
    "host": ("a host name or address", lambda value: bool(value) and " " not in value),
    "database_url": ("a database URL such as postgresql://host/name", lambda v: "://" in v),
    "secret_key": (
        f"at least {SHORTEST_SECRET} characters",
        lambda value: not value or len(value) >= SHORTEST_SECRET,
    ),
    "trusted_origins": (
        "origins such as https://calls.example, separated by blanks",
        lambda value: all(_is_origin(origin) for origin in value),
    ),
}


def _check(settings: Settings) -> None:
    for name, (expected, good) in CHECKS.items():
        value = getattr(settings, name)
        if not good(value):
            got = "…" if name == "secret_key" else value
            raise _bad(f"{PREFIX}{name.upper()}", expected, got)
    if settings.threads <= settings.max_calls:
        raise _bad(
            f"{PREFIX}THREADS",
            f"more than {PREFIX}MAX_CALLS ({settings.max_calls}), because each call holds one",
            settings.threads,
        )
