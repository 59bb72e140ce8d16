"""The understanding made ready, and a look that costs a millisecond whether it is."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from flask import Flask

from app.scenarios.practice import ACTS, practice
from app.services import services

STAMP = "fitted"
LEARNERS = ("bank.py", "classifier.py", "composing.py", "embedding.py", "training.py")


def fit(app: Flask) -> bool:
    """Fit the understanding to the bank of acts; a step of ``callwright setup``.

    Whether a fit is there is told by a stamp beside it; reading the whole bank takes seconds.
    """
    settings = services(app).settings
    cache = settings.data_dir / "understanding"
    before = _fits(cache)
    wanted = _digest(settings.scenario_dir / ACTS)
    if before and _stamped(cache) == wanted:
        return False
    practice(app).understanding  # noqa: B018 - made on first use
    (cache / STAMP).write_text(wanted, encoding="ascii")
    return _fits(cache) != before


def _fits(cache: Path) -> set[Path]:
    return set(cache.glob("*.npz"))


def _stamped(cache: Path) -> str:
    with suppress(OSError):
        return (cache / STAMP).read_text(encoding="ascii")
    return ""


def _digest(bank: Path) -> str:
    """Of all that a fit depends on: the bank, and the program that learns from it."""
    here = Path(__file__)
    digest = hashlib.sha256()
    for path in (*sorted(bank.glob("*.yaml")), *(here.with_name(name) for name in LEARNERS)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
