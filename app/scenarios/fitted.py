"""The understanding made ready, and a look that costs a millisecond whether it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask

from app.scenarios.practice import ACTS, practice
from app.services import services

LEARNERS = (
    "bank.py",
    "classifier.py",
    "composing.py",
    "embedding.py",
    "fitting.py",
    "training.py",
)


def fit(app: Flask) -> bool:
    """Fit the understanding to the bank of acts; a step of ``callwright setup``.

    Whether a fit is there is told by a stamp beside it; reading the whole bank takes seconds.
    """
    settings = services(app).settings
    cache = settings.data_dir / "understanding"
    stamp = cache / f"{_digest(settings.scenario_dir / ACTS)}.fitted"
    before = set(cache.glob("*.npz"))
    if before and stamp.exists():
        return False
    practice(app).understanding  # noqa: B018 - made on first use
    stamp.touch()
    return set(cache.glob("*.npz")) != before


def _digest(bank: Path) -> str:
    """Of all that a fit depends on: the bank, and the program that learns from it."""
    here = Path(__file__)
    digest = hashlib.sha256()
    for path in (*sorted(bank.glob("*.yaml")), *(here.with_name(name) for name in LEARNERS)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]
