"""What the tests of the live call share."""

from __future__ import annotations

import pytest

from app.scenarios.library import load_one
from app.scenarios.schema import Scenario
from tests.scenarios.conftest import KNOWN_ACTS, SMALL, written


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """A whole scenario of three states."""
    return load_one(written(tmp_path_factory.mktemp("library"), SMALL), KNOWN_ACTS)
