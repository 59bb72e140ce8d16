"""A practice call that was erased: its pages never fail; holding on the page of a recording."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.recordings import retention
from app.recordings.models import ERASED, Recording
from app.services import now
from tests.conftest import MakePerson, SignIn, post
from tests.scenarios_service.conftest import play, settings, settings_of_all  # noqa: F401


def only(app: Flask) -> Recording:
    return db.session.scalars(select(Recording)).unique().one()


@pytest.mark.parametrize("mode", ["chat", "voice"])
def test_an_erased_call_is_still_a_call_of_hers(
    app: Flask,
    person: MakePerson,
    sign_in: SignIn,
    play: Callable[..., str],  # noqa: F811
    mode: str,
) -> None:
    nina = person("agent")
    call = play(nina, mode=mode)
    client: FlaskClient = sign_in(app.test_client(), nina)
    post(client, f"/calls/{call}/wrap-up", {"disposition": "helped", "note": "All done."})
    with app.app_context():
        retention.erase(only(app), by=None, at=now(), why="age")
    for page in ("debrief", "transcript.vtt", "log.json"):
        answer = client.get(f"/calls/{call}/{page}")
        assert answer.status_code in (200, 404), page
        assert "good morning" not in answer.text.lower()
    assert client.get(f"/calls/{call}/debrief").status_code == 200
    assert client.get(f"/calls/{call}/audio.flac").status_code == 404
    assert client.get("/calls").status_code == 200
    with app.app_context():
        assert only(app).status == ERASED


def test_holding_on_the_page_of_a_recording(
    app: Flask,
    person: MakePerson,
    sign_in: SignIn,
    play: Callable[..., str],  # noqa: F811
) -> None:
    nina, sam = person("agent", team="North"), person("supervisor", leads=("North",))
    play(nina)
    with app.app_context():
        path = f"/recordings/{only(app).id}"
    hers = sign_in(app.test_client(), nina)
    assert 'data-test="hold"' not in hers.get(path).text
    assert post(hers, f"{path}/hold", {"held": "yes"}).status_code == 403
    client = sign_in(app.test_client(), sam)
    assert 'data-test="hold"' in client.get(path).text
    post(client, f"{path}/hold", {"held": "yes", "hold_why": "a complaint"})
    assert 'data-test="let-go"' in client.get(path).text
