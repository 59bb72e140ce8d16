"""Whose call it is decides: every endpoint of a call, by everybody else there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.accounts.rights import TABLE
from tests.conftest import post
from tests.scenarios_service.conftest import Play

Browser = Callable[..., tuple[Person, FlaskClient]]

OWN = "only whoever made the call"
HEARD = "whoever may hear the call"
OF_A_CALL = {
    "scenarios.call": OWN,
    "scenarios.wrap_up": OWN,
    "scenarios.line": OWN,
    "scenarios.check": OWN,
    "scenarios.debrief": HEARD,
    "scenarios.audio": HEARD,
    "scenarios.peaks": HEARD,
    "scenarios.transcript": HEARD,
    "scenarios.log": HEARD,
}
SOCKETS = {"scenarios.line", "scenarios.check"}
"""Sockets answer on the wire; tests/live/test_bad_frames.py asks them."""

ASKING: dict[str, dict[str, object]] = {
    "an agent of the team": {"role": "agent", "team": "North"},
    "an agent of another": {"role": "agent", "team": "South"},
    "an agent of none": {"role": "agent"},
    "her supervisor": {"role": "supervisor", "leads": ("North",)},
    "a supervisor of both": {"role": "supervisor", "leads": ("North", "South")},
    "a supervisor in her team who leads another": {
        "role": "supervisor",
        "team": "North",
        "leads": ("South",),
    },
    "a supervisor of nobody": {"role": "supervisor", "team": "North"},
    "a quality analyst": {"role": "qa", "team": "North"},
    "a planner": {"role": "planner", "team": "North"},
    "an administrator": {"role": "administrator", "team": "North"},
}
MAY_HEAR = {"her supervisor", "a supervisor of both"}


def endpoints_with_a_call(app: Flask) -> dict[str, str]:
    """Endpoint -> method, of everything that is about one call."""
    return {
        rule.endpoint: "GET" if "GET" in (rule.methods or ()) else "POST"
        for rule in app.url_map.iter_rules()
        if "call_id" in rule.arguments
    }


def test_every_endpoint_about_a_call_is_in_this_table(app: Flask) -> None:
    missing = endpoints_with_a_call(app).keys() - OF_A_CALL.keys()
    assert not missing, f"decide who may use {sorted(missing)} of somebody else's call"
    assert OF_A_CALL.keys() <= TABLE.keys()


def statuses(app: Flask, client: FlaskClient, call: str) -> dict[str, int]:
    """What each endpoint of this call answers. Plain requests to sockets are left out."""
    found = {}
    for endpoint, method in endpoints_with_a_call(app).items():
        if endpoint in SOCKETS:
            continue
        with app.test_request_context():
            path = app.url_for(endpoint, call_id=call)
        answer = client.get(path) if method == "GET" else post(client, path, {"draft": "1"})
        found[endpoint] = answer.status_code
        answer.close()
    return found


@pytest.mark.parametrize("asking", ASKING)
def test_somebody_elses_call(app: Flask, browser: Browser, play: Play, asking: str) -> None:
    nina, own = browser(team="North")
    call = play(nina, mode="voice")
    _, client = browser(**ASKING[asking])
    hears = asking in MAY_HEAR
    got = statuses(app, client, call)
    assert got == {
        endpoint: 404 if OF_A_CALL[endpoint] is OWN or not hears else 200 for endpoint in got
    }
    listed = f"call-{call}" in client.get("/calls").text
    assert listed is hears
    mine = statuses(app, own, call)
    assert mine.pop("scenarios.debrief") == 302, "her after-call work comes first"
    assert set(mine.values()) <= {200, 204}


def test_a_stranger_is_led_to_the_door(app: Flask, browser: Browser, play: Play) -> None:
    nina, _ = browser()
    call = play(nina)
    stranger = app.test_client()
    for endpoint, method in endpoints_with_a_call(app).items():
        with app.test_request_context():
            path = app.url_for(endpoint, call_id=call)
        answer = stranger.open(path, method=method, headers={"Accept": "application/json"})
        assert answer.status_code in (400, 401), endpoint
        assert "small" not in answer.text


def test_a_team_left_is_a_team_not_heard(
    app: Flask, browser: Browser, play: Play, person: Callable[..., Person]
) -> None:
    nina, _ = browser(team="North")
    call = play(nina, mode="voice")
    _, sam = browser("supervisor", leads=("North",))
    with sam.get(f"/calls/{call}/audio.flac") as answer:
        assert answer.status_code == 200
    from app.accounts.models import Team
    from app.db import db, transaction

    with app.app_context(), transaction() as session:
        moved = session.get(Person, nina.id)
        assert moved is not None
        moved.team_id = session.query(Team.id).filter_by(name="South").scalar()
    assert sam.get(f"/calls/{call}/audio.flac").status_code == 404
    with app.app_context():
        db.session.remove()
