"""The pages of practice: what they answer to what is asked, right or wrong."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.accounts.models import AuditEntry, Person
from app.config import Settings
from app.db import db
from app.scenarios.models import CUT_OFF, DONE, READY, WRAP_UP, Call
from tests.conftest import SignIn, TestClock, post
from tests.scenarios.conftest import SMALL
from tests.scenarios_service.conftest import CUT, GOOD, POOR, Play

Browser = Callable[..., tuple[Person, FlaskClient]]
Row = Callable[[str], Call]
JSON = {"Accept": "application/json"}


def id_in(location: str) -> str:
    return location.rstrip("/").split("/")[2]


# ---- starting ---------------------------------------------------------------------------------


def test_from_the_shelf_to_a_call(browser: Browser, row: Row) -> None:
    nina, page = browser()
    assert "A small scenario" in page.get("/practise").text
    briefing = page.get("/practise/small?seed=7")
    assert briefing.status_code == 200
    answer = post(page, "/practise/small/calls", {"mode": "chat", "purpose": "test", "seed": "7"})
    assert answer.status_code == 302
    call = row(id_in(answer.location))
    assert (call.person_id, call.mode, call.purpose) == (nina.id, "chat", "test")
    assert (call.seed, call.status) == (7, READY)
    assert page.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"mode": "fax"}, "mode"),
        ({"purpose": "fun"}, "purpose"),
        ({"seed": "seven"}, "seed"),
        ({"seed": "-1"}, "seed"),
        ({"seed": "99999999999"}, "seed"),
        ({"seed": str(2**31)}, "seed"),
        ({"seed": "²"}, "seed"),
    ],
)
def test_a_call_nobody_can_make(browser: Browser, form: dict[str, str], field: str) -> None:
    _, page = browser()
    answer = post(page, "/practise/small/calls", form)
    assert answer.status_code == 400
    told = page.post("/practise/small/calls", data=form, headers=JSON)
    assert told.get_json()["error"]["code"] == "csrf"
    assert page.get("/calls").status_code == 200


@pytest.mark.parametrize("path", ["/practise/none", "/practise/..", "/practise/acts"])
def test_no_such_scenario(browser: Browser, path: str) -> None:
    _, page = browser()
    assert page.get(path).status_code == 404
    assert post(page, f"{path}/calls").status_code == 404


@pytest.mark.parametrize("seed", ["x", "-3", "1.5", "9" * 40])
def test_a_seed_that_is_none(browser: Browser, seed: str) -> None:
    _, page = browser()
    assert page.get(f"/practise/small?seed={seed}").status_code == 400


# ---- the call's page, by what has become of it ------------------------------------------------


def test_the_page_follows_the_call(browser: Browser, play: Play, row: Row) -> None:
    nina, page = browser()
    call = play(nina)
    assert 'data-test="field-note"' in page.get(f"/calls/{call}").text
    assert page.get(f"/calls/{call}/debrief").location == f"/calls/{call}"
    answer = post(page, f"/calls/{call}/wrap-up", {"disposition": "helped", "note": "All done."})
    assert answer.location == f"/calls/{call}/debrief"
    assert row(call).status == DONE
    assert page.get(f"/calls/{call}").location == f"/calls/{call}/debrief"
    assert "All done." in page.get(f"/calls/{call}/debrief").text
    assert post(page, f"/calls/{call}/wrap-up", {"disposition": "helped"}).status_code == 409


def test_a_call_that_has_not_been_made_has_no_debrief(browser: Browser) -> None:
    _, page = browser()
    call = id_in(post(page, "/practise/small/calls").location)
    for name in ("debrief", "audio.flac", "peaks.json", "transcript.vtt", "log.json"):
        assert page.get(f"/calls/{call}/{name}").status_code == 404
    assert post(page, f"/calls/{call}/wrap-up", {"disposition": "helped"}).status_code == 409


def test_a_refused_wrap_up_keeps_what_was_typed(browser: Browser, play: Play, row: Row) -> None:
    nina, page = browser()
    call = play(nina)
    answer = post(page, f"/calls/{call}/wrap-up", {"disposition": "", "note": "Typed <b>text</b>"})
    assert answer.status_code == 400
    assert "Choose what the call was about." in answer.text
    assert "Typed &lt;b&gt;text&lt;/b&gt;" in answer.text
    answer = post(page, f"/calls/{call}/wrap-up", {"disposition": "other", "note": " "})
    assert answer.status_code == 400
    assert "Write a line for the colleague" in answer.text
    assert '<option value="other" selected' in answer.text
    assert (row(call).status, row(call).note) == (WRAP_UP, "")


def test_a_draft_is_kept(browser: Browser, play: Play, row: Row) -> None:
    nina, page = browser()
    call = play(nina)
    form = {"draft": "1", "disposition": "other", "note": "So far"}
    assert post(page, f"/calls/{call}/wrap-up", form).status_code == 204
    assert (row(call).note, row(call).status) == ("So far", WRAP_UP)
    shown = page.get(f"/calls/{call}").text
    assert "So far</textarea>" in shown
    assert '<option value="other" selected' in shown


def test_after_call_work_by_a_program(browser: Browser, play: Play) -> None:
    nina, page = browser()
    call = play(nina)
    with page.session_transaction():
        pass
    token = page.get(f"/calls/{call}").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "disposition": "x", "note": "n"}
    told = page.post(f"/calls/{call}/wrap-up", data=form, headers=JSON)
    assert (told.status_code, told.get_json()["error"]["field"]) == (400, "disposition")
    done = page.post(f"/calls/{call}/wrap-up", data={**form, "disposition": "other"}, headers=JSON)
    assert done.get_json() == {"next": f"/calls/{call}/debrief"}


# ---- the debrief and what it fetches ----------------------------------------------------------


def test_the_debrief_of_a_voice_call(browser: Browser, play: Play, row: Row) -> None:
    nina, page = browser()
    call = play(nina, mode="voice")
    post(page, f"/calls/{call}/wrap-up", {"disposition": "helped", "note": "Done."})
    shown = page.get(f"/calls/{call}/debrief").text
    assert "offer_help" in shown
    assert 'data-test="score"' in shown
    assert 'data-test="play"' in shown
    assert 'data-test="cut-off"' not in shown

    with page.get(f"/calls/{call}/audio.flac") as audio:
        assert audio.mimetype == "audio/flac"
        sound, rate = soundfile.read(io.BytesIO(audio.data), dtype="int16", always_2d=True)
    assert (rate, sound.shape[1]) == (16_000, 2)
    assert len(sound) / rate == pytest.approx(row(call).seconds, abs=0.3)
    with page.get(f"/calls/{call}/audio.flac", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data) == (206, b"fLaC")
    with page.get(f"/calls/{call}/peaks.json") as peaks:
        assert peaks.get_json()
    vtt = page.get(f"/calls/{call}/transcript.vtt")
    assert vtt.text.startswith("WEBVTT")
    assert f"<v {nina.name}>offer_help" in vtt.text
    log = page.get(f"/calls/{call}/log.json").get_json()
    assert (log["status"], log["good"], log["ending"]) == ("done", True, "done")
    assert [e["text"] for e in log["events"] if e["kind"] == "heard"] == list(GOOD)
    assert log["score"]["results"]


def test_a_chat_has_no_sound(browser: Browser, play: Play) -> None:
    nina, page = browser()
    call = play(nina, POOR)
    post(page, f"/calls/{call}/wrap-up", {"disposition": "other", "note": "Done."})
    assert 'data-test="play"' not in page.get(f"/calls/{call}/debrief").text
    for name in ("audio.flac", "peaks.json"):
        answer = page.get(f"/calls/{call}/{name}", headers=JSON)
        assert answer.status_code == 404
        assert answer.get_json()["error"]["remedy"] == "Calls by chat have none."
    assert "offer_help" in page.get(f"/calls/{call}/transcript.vtt").text


@pytest.mark.parametrize(
    "reason",
    ["connection", "microphone", "server", "storage", "too_long", "protocol", "internal"],
)
def test_a_call_that_was_cut_off_says_why(browser: Browser, play: Play, reason: str) -> None:
    nina, page = browser()
    call = play(nina, CUT, cut=reason)
    assert page.get(f"/calls/{call}").location == f"/calls/{call}/debrief"
    shown = page.get(f"/calls/{call}/debrief").text
    said = shown.split('data-test="cut-off"')[1].split("</div>")
    assert "It costs no attempt." in shown
    assert 'data-test="score"' not in shown
    from app.scenarios.debrief import cut_words

    with page.application.test_request_context():
        assert cut_words()[reason] in " ".join(said)


def test_a_debrief_shows_the_scenario_as_it_was(
    settings: Settings, browser: Browser, play: Play, row: Row, clock: TestClock, sign_in: SignIn
) -> None:
    nina, page = browser()
    call = play(nina, CUT, cut="server")
    file = Path(settings.scenario_dir) / "small" / "scenario.yaml"
    file.write_text(
        SMALL.replace("title: A small scenario", "title: Changed since").replace(
            "title: Greets", "title: Another rule"
        )
    )
    later = create_app(settings, clock=clock)
    page = sign_in(later.test_client(), nina)
    assert "Changed since" in page.get("/practise").text
    shown = page.get(f"/calls/{call}/debrief").text
    assert "A small scenario" in shown
    assert "Changed since" not in shown.replace("/practise/small", "")
    assert "Greets" in shown
    assert "Another rule" not in shown
    new = id_in(post(page, "/practise/small/calls").location)
    versions = (row(call).version, row(new).version)
    assert versions[0].content_hash != versions[1].content_hash
    assert json.loads(page.get(f"/calls/{call}/log.json").text)["version"] == (
        versions[0].content_hash
    )
    with later.app_context():
        db.engine.dispose()


def test_a_scenario_that_is_gone_leaves_its_calls(
    settings: Settings, browser: Browser, play: Play, clock: TestClock, sign_in: SignIn
) -> None:
    nina, _ = browser()
    call = play(nina, CUT, cut="server")
    (Path(settings.scenario_dir) / "small" / "scenario.yaml").unlink()
    later = create_app(dataclasses.replace(settings), clock=clock)
    page = sign_in(later.test_client(), nina)
    assert page.get("/practise").status_code == 200
    for path in ("/calls", "/calls?scenario=small", f"/calls/{call}/debrief"):
        assert page.get(path).status_code == 200, path
    with later.app_context():
        db.engine.dispose()


# ---- past calls -------------------------------------------------------------------------------


def test_the_list_takes_any_arguments(browser: Browser, play: Play) -> None:
    nina, page = browser()
    assert 'data-test="empty"' in page.get("/calls").text
    call = play(nina)
    for args in (
        "page=0",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "person=x",
        "person=99999",
        "person=99999999999999999999",
        "scenario=%00",
        "scenario=" + "x" * 3000,
        "outcome=nonsense",
        "sort=id;drop",
        "direction=up",
        "sort=total&direction=asc&outcome=passed&scenario=small&page=1",
    ):
        assert page.get(f"/calls?{args}").status_code == 200, args
    assert f"call-{call}" in page.get("/calls?scenario=small").text
    assert f"call-{call}" not in page.get("/calls?outcome=cut_off").text


def test_a_supervisors_list_leads_nowhere_closed(browser: Browser, play: Play) -> None:
    nina, _ = browser(team="North")
    _, page = browser("supervisor", leads=("North",))
    calls = [play(nina), play(nina, CUT, cut="server"), play(nina, mode="voice")]
    shown = page.get("/calls").text
    for call in calls:
        line = shown.split(f'data-test="call-{call}"')[1].split("</tr>")[0]
        link = line.split('href="')[1].split('"')[0]
        assert page.get(link).status_code == 200, link


def test_hearing_somebody_is_in_the_audit_log(app: Flask, browser: Browser, play: Play) -> None:
    nina, own = browser(team="North")
    sam, page = browser("supervisor", leads=("North",))
    call = play(nina, mode="voice")
    names = ("debrief", "audio.flac", "transcript.vtt", "log.json", "peaks.json")
    for client in (own, page):
        for name in (*names, "audio.flac"):
            client.get(f"/calls/{call}/{name}").close()
    with app.app_context():
        chosen = select(AuditEntry).where(AuditEntry.subject_kind == "call")
        noted = list(db.session.scalars(chosen.order_by(AuditEntry.id)))
        assert [entry.action for entry in noted] == [
            "call.read",
            "call.heard",
            "call.transcript",
            "call.log",
        ]
        assert {entry.person_id for entry in noted} == {sam.id}
        assert {entry.subject_id for entry in noted} == {call}
        assert {entry.details["owner"] for entry in noted} == {nina.id}


def test_cut_off_stays_cut_off(browser: Browser, play: Play, row: Row) -> None:
    nina, page = browser()
    call = play(nina, CUT, cut="server")
    answer = post(page, f"/calls/{call}/wrap-up", {"disposition": "helped", "note": "x"})
    assert answer.status_code == 409
    assert row(call).status == CUT_OFF
