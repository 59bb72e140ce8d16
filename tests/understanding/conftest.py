"""One fit of the real bank for all tests of a machine, kept in the temporary folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from app.scenarios.training import load_reader
from app.scenarios.understanding import ActReader

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "scenario_library" / "acts"


@pytest.fixture(scope="session")
def bank_dir() -> Path:
    return BANK


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    return Path(tempfile.gettempdir()) / "callwright-tests-understanding"


@pytest.fixture(scope="session")
def reader(bank_dir: Path, cache_dir: Path) -> ActReader:
    return load_reader(bank_dir, cache_dir)
