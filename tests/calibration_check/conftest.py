from __future__ import annotations

import pytest
from flask import Flask

from tests.calibration_check.room import Room, room
from tests.calibration_service.house import cast
from tests.conftest import MakePerson, TestClock


@pytest.fixture
def talk(app: Flask, person: MakePerson, clock: TestClock) -> Room:
    """A session whose scoring is closed: they differ on empathy, and agree on the greeting."""
    with app.app_context():
        return room(cast(person), clock)
