"""The reader of a bank of acts, from its stored fit or learnt now.

What a fit needs besides (SciPy) is loaded only when there is something to learn.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.scenarios.bank import Bank, learnt_acts, load_bank
from app.scenarios.classifier import Classifier, load, save
from app.scenarios.understanding import ActReader

log = logging.getLogger(__name__)

RECIPE = 2
"""Raise it when ``fitting`` learns differently, so that old fits are not taken."""


def load_reader(bank_dir: Path, cache_dir: Path) -> ActReader:
    """The reader of the bank in ``bank_dir``; learnt now when ``cache_dir`` lacks it.

    A damaged stored fit is learnt again. Raises ``ScenarioError`` for a bad bank.
    """
    bank = load_bank(bank_dir)
    path = cache_dir / f"{bank.fingerprint}-{RECIPE}.npz"
    model = _stored(path, bank)
    if model is None:
        with _alone(cache_dir):
            model = _stored(path, bank) or _learn_and_keep(path, bank)
    return ActReader(model, bank.acts)


def _stored(path: Path, bank: Bank) -> Classifier | None:
    model = load(path)
    return model if model is not None and model.acts == learnt_acts(bank) else None


def _learn_and_keep(path: Path, bank: Bank) -> Classifier:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from app.scenarios.fitting import fit

    began = time.monotonic()
    log.info("learning %d phrases of %d acts", len(bank.phrases), len(bank.acts))
    # Several threads would only spin where other processes work, and learn no faster.
    with threadpool_limits(limits=1, user_api="blas"):
        model = fit(bank)
    save(model, path)
    log.info("learnt in %.0f seconds", time.monotonic() - began)
    return model


@contextmanager
def _alone(cache_dir: Path) -> Iterator[None]:
    """One process learns at a time; the others then find what it stored."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    with (cache_dir / "learning.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
