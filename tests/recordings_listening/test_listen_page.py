"""The page of a recording and what it fetches: who may, what is in it, what is noted."""

from __future__ import annotations

from flask import Flask

from tests.conftest import MakePerson, SignIn
from tests.recordings_listening.conftest import MakeRecording


def test_the_agent_hears_her_own_recording(
    app: Flask, person: MakePerson, sign_in: SignIn, recording: MakeRecording
) -> None:
    agent = person()
    made = recording(agent)
    browser = sign_in(app.test_client(), agent)
    page = browser.get(f"/recordings/{made.id}")
    assert page.status_code == 200
    assert "whitfield" in page.text
    for name in ("audio.flac", "peaks.json"):
        with browser.get(f"/recordings/{made.id}/{name}") as answer:
            assert answer.status_code == 200
    assert f"<v {agent.name}>" in browser.get(f"/recordings/{made.id}/transcript.vtt").text
