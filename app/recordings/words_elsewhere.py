"""Words of a recording that are kept in other rooms, such as the evidence of a score.

Those rooms lean on this one, so they say here how their words are taken away.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from app.recordings.models import Recording
from app.recordings.redaction import Spans

Forget = Callable[[Recording, Spans], None]
"""Takes away, inside the caller's ``transaction()``, what was said inside the spans."""

_KEY = "callwright_words_elsewhere"


def also(app: Flask, forget: Forget) -> None:
    """Ask ``forget`` too whenever words are erased."""
    app.extensions.setdefault(_KEY, []).append(forget)


def forget(recording: Recording, spans: Spans) -> None:
    for each in current_app.extensions.get(_KEY, []):
        each(recording, spans)
