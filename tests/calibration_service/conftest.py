from __future__ import annotations

import pytest
from flask import Flask

from tests.calibration_service.house import Cast, cast
from tests.conftest import MakePerson


@pytest.fixture
def people(app: Flask, person: MakePerson) -> Cast:
    with app.app_context():
        return cast(person)
