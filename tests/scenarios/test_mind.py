"""What the automatic trainee says when it is not understood."""

from __future__ import annotations

from app.scenarios import messages
from app.scenarios.library import load_one
from app.scenarios.mind import Mind
from app.scenarios.walk import SayThis
from tests.scenarios.conftest import KNOWN_ACTS, LIBRARY


def test_what_is_not_understood_is_said_in_other_words() -> None:
    scenario = load_one(LIBRARY / "lost-card" / "scenario.yaml", KNOWN_ACTS)
    mind = Mind(scenario, 3)
    first = mind.next()
    mind.take(messages.Said("mumble mumble", 5.0, 7.0, []))
    again = mind.next()
    assert isinstance(first, SayThis)
    assert isinstance(again, SayThis)
    assert again.acts == first.acts
    assert again.text != first.text
