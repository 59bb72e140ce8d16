"""People: who leads quality, Sam of North, an agent of North and one of South."""

from __future__ import annotations

import pytest

from app.accounts.models import Person
from tests.conftest import MakePerson


@pytest.fixture
def lead(person: MakePerson) -> Person:
    return person("qa", name="Quinn")


@pytest.fixture
def sam(person: MakePerson) -> Person:
    return person("supervisor", name="Sam", leads=("North",))


@pytest.fixture
def nina(person: MakePerson) -> Person:
    return person("agent", name="Nina", team="North")


@pytest.fixture
def omar(person: MakePerson) -> Person:
    return person("agent", name="Omar", team="South")
