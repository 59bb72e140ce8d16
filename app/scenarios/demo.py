"""The demo's calls: made when they are missing, left alone when they are there.

Each call has an id of its own, known beforehand: what is there is not touched, what an
interrupted setup left half made is made again. How they are made is ``demo_studio``'s
matter, which is dear to import and needed once.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.errors import ModelError
from app.scenarios.demo_calls import CALLS, DemoCall
from app.scenarios.models import DONE, Call
from app.scenarios.practice import Practice, practice
from app.services import now
from app.speech import choose

EMBEDDED = "pocketsphinx"


def add_calls(app: Flask) -> bool:
    """Make whatever of the demo's calls is missing; True when one was made."""
    with app.app_context():
        parts = practice(app)
        if not _missing(parts):
            return False
        from app.scenarios.demo_studio import make

        with _alone(parts.settings.data_dir):
            return make(parts, _missing(parts), now())


def _missing(parts: Practice) -> list[DemoCall]:
    """The calls that are not there, and can be made with the people and ears there are."""
    ids = [each.id for each in CALLS]
    done = set(db.session.scalars(select(Call.id).where(Call.id.in_(ids), Call.status == DONE)))
    left = [each for each in CALLS if each.id not in done]
    if not left:
        return []
    known = set(db.session.scalars(select(Person.login)))
    heard = _voices(parts) if any(each.voice for each in left) else ()
    return [each for each in left if each.login in known and (not each.voice or each in heard)]


def _voices(parts: Practice) -> Sequence[DemoCall]:
    """The calls by voice that can be made here in reasonable time."""
    spoken = [each for each in CALLS if each.voice]
    try:
        ears = parts.recognizer.name
    except ModelError:
        return ()
    if any(lack.needed for lack in choose.missing(parts.settings)):
        return ()
    # The embedded recogniser takes several times as long: one call shows what there is to see.
    return spoken[:1] if ears == EMBEDDED else spoken


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One process makes demo calls at a time; the others then find them done."""
    with (data_dir / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
