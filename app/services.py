"""What a running Callwright is made of, in one frozen place.

``create_app`` puts one ``Services`` into the application; ``services()`` finds it.
What is dear to make (speech, understanding, the library) is a ``cached_property``:
made on first use, once, however many threads ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app

from app.config import Settings

Clock = Callable[[], datetime]
KEY = "callwright"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    settings: Settings
    clock: Clock = utc_now


def services(app: Flask | None = None) -> Services:
    """The services of ``app``, by default the one at work now."""
    found = (app or current_app).extensions[KEY]
    assert isinstance(found, Services)
    return found


def now() -> datetime:
    """The time by the application's clock."""
    return services().clock()
