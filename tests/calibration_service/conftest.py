from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.calibration_service.house import Cast, cast
from tests.conftest import MakePerson


@pytest.fixture
def people(app: Flask, person: MakePerson) -> Iterator[Cast]:
    """The cast, inside an application context that stays open for the test."""
    with app.app_context():
        yield cast(person)
