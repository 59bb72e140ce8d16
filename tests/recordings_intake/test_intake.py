"""Uploads: what is asked of them, whose they are, and what their owner can do."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import LARGEST_BODY
from app.accounts.models import AuditEntry
from app.config import Settings
from app.db import db
from app.recordings import keeping
from app.recordings.models import FAILED, READY, WAITING
from tests.conftest import MakePerson, SignIn, post, token_of
from tests.recordings_intake.conftest import as_file, files_in, gap, recording, send, stereo_wav

Enter = Callable[[str], FlaskClient]
JUNK = b"RIFF this is no call"


def test_consent_must_be_said(signed_in: Enter, settings: Settings) -> None:
    qa = signed_in("qa")
    for consent in (False, None, "yes", 1):
        answer = send(qa, JUNK, consent=consent)
        assert answer.status_code == 400
        assert answer.get_json()["error"]["field"] == "consent"
    assert files_in(settings.data_dir / "uploads") == set()


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"[1]\n", b"{", b'{"consent": true}', b"\xff\n", b"x" * 100_000]
)
def test_a_body_without_its_line(signed_in: Enter, settings: Settings, body: bytes) -> None:
    qa = signed_in("qa")
    headers = {"X-CSRFToken": token_of(qa), "Accept": "application/json"}
    answer = qa.post("/recordings/uploads", data=body, headers=headers)
    assert answer.status_code == 400
    assert files_in(settings.data_dir / "uploads") == set()


def test_what_is_told_must_make_sense(signed_in: Enter, settings: Settings) -> None:
    qa = signed_in("qa")
    for field, value in (
        ("agent", "nobody"),
        ("date", "31.3.2026"),
        ("date", "2999-01-01"),
        ("language", "tlh"),
        ("channel", "middle"),
        ("skill", "x" * 81),
        ("title", "x" * 201),
    ):
        answer = send(qa, JUNK, **{field: value})
        assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, field)
    assert send(qa, b"").status_code == 400
    assert files_in(settings.data_dir / "uploads") == set()


def test_large_bodies_are_for_this_endpoint_alone(app: Flask, signed_in: Enter) -> None:
    qa = signed_in("qa")
    large = JUNK + bytes(LARGEST_BODY)
    made = send(qa, large).get_json()["recording"]["id"]
    assert recording(app, made).original_bytes == len(large)
    token = token_of(qa)
    elsewhere = qa.post("/recordings/upload/csv", data=large, headers={"X-CSRFToken": token})
    assert elsewhere.status_code == 413
    assert send(signed_in("agent"), large).status_code == 403
    assert send(qa, large, token="wrong").status_code == 400


def test_the_same_file_twice(
    app: Flask, signed_in: Enter, person: MakePerson, sign_in: SignIn
) -> None:
    """Told, not taken in again unless wanted; to a stranger it is a file like any other."""
    qa = signed_in("qa")
    first = send(qa, JUNK).get_json()["recording"]
    again = send(qa, JUNK, "other name.wav")
    assert (again.status_code, again.get_json()["duplicate"]) == (409, first)
    wanted = send(qa, JUNK, again=True)
    assert wanted.status_code == 201
    assert send(signed_in("supervisor"), JUNK).status_code == 201


def test_uploads_are_nobody_elses(app: Flask, settings: Settings, signed_in: Enter) -> None:
    """A stranger sees none of it and can do nothing to it, whatever her role."""
    qa = signed_in("qa")
    made = send(qa, JUNK, "secret plans.wav").get_json()["recording"]["id"]
    for role, code in (("qa", 404), ("supervisor", 404), ("agent", 403), ("administrator", 403)):
        other = signed_in(role)
        assert "secret plans" not in other.get("/recordings").text
        for what in ("cancel", "retry", "remove", "details"):
            assert post(other, f"/recordings/{made}/{what}").status_code == code, (role, what)
    told = signed_in("qa").get(f"/recordings/uploads.json?ids={made}").get_json()
    assert told == {"uploads": [], "moving": False}
    assert recording(app, made).status == WAITING


def test_whose_calls_may_be_uploaded(person: MakePerson, app: Flask, sign_in: SignIn) -> None:
    person("agent", login="nina", team="North")
    person("agent", login="omar", team="South")
    sam = sign_in(app.test_client(), person("supervisor", leads=("North",)))
    qa = sign_in(app.test_client(), person("qa"))
    assert send(sam, JUNK, agent="nina").status_code == 201
    assert send(sam, JUNK + b"2", agent="omar").status_code == 400
    assert send(qa, JUNK + b"3", agent="OMAR").status_code == 201


def test_cancel_retry_and_remove(
    app: Flask, settings: Settings, signed_in: Enter, work: Callable[[], int]
) -> None:
    qa = signed_in("qa")
    made = send(qa, stereo_wav()).get_json()["recording"]["id"]
    key = recording(app, made).key
    assert post(qa, f"/recordings/{made}/remove").status_code == 409
    assert post(qa, f"/recordings/{made}/retry").status_code == 409
    assert post(qa, f"/recordings/{made}/cancel").status_code == 302
    assert recording(app, made).status == FAILED
    assert "It was cancelled." in qa.get("/recordings").text
    assert work() == 0
    assert post(qa, f"/recordings/{made}/cancel").status_code == 409
    assert post(qa, f"/recordings/{made}/retry").status_code == 302
    assert recording(app, made).status == WAITING
    assert post(qa, f"/recordings/{made}/cancel").status_code == 302
    assert post(qa, f"/recordings/{made}/remove").status_code == 302
    assert post(qa, f"/recordings/{made}/retry").status_code == 404
    assert files_in(settings.data_dir / "uploads") == set()
    assert not (settings.recordings_dir / key).exists()


def test_the_agents_channel_can_be_mended(
    app: Flask, settings: Settings, signed_in: Enter, work: Callable[[], int]
) -> None:
    """Who said what follows it; what else is wrong is told beside its field."""
    qa = signed_in("qa")
    made = send(qa, stereo_wav(), facts={"Case": "4711"}).get_json()["recording"]["id"]
    work()
    form = {"title": "Card", "channel": "right", "date": "2026-01-31 08:00", "skill": "cards"}
    wrong = post(qa, f"/recordings/{made}/details", {**form, "date": "soon"})
    assert wrong.status_code == 400
    assert "“soon” is no date" in wrong.text
    assert 'value="Card"' in wrong.text
    assert post(qa, f"/recordings/{made}/details", form).status_code == 302
    row = recording(app, made)
    assert (row.title, row.agent_channel, row.revision, row.status) == ("Card", "right", 2, READY)
    assert row.facts == {"Case": "4711"}
    said = keeping.timeline_of(row, settings.recordings_dir).utterances
    assert [each.speaker for each in said] == ["customer", "trainee", "customer"]
    assert "Agent:" in qa.get("/recordings?q=manager").text


def test_silence_is_told(signed_in: Enter, work: Callable[[], int]) -> None:
    qa = signed_in("qa")
    send(qa, as_file(gap(2), "WAV"))
    work()
    assert "nothing to hear" in qa.get("/recordings").text


def test_uploading_is_in_the_audit_log(app: Flask, signed_in: Enter) -> None:
    send(signed_in("qa"), JUNK, "a.wav")
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="recording.uploaded").one()
    assert entry.details == {"name": "a.wav", "told_of_recording": True}


def test_the_list_is_filtered_sorted_and_never_broken(signed_in: Enter) -> None:
    qa = signed_in("qa")
    for args in (
        "agent=x&page=0&sort=none&direction=up",
        "since=2026-13-40&until=0000&source=web&exemplars=2",
        "q=%22%27)(*&page=999999999999",
        "sort=agent&direction=asc&source=upload&skill=cards&since=2026-01-01&until=9999-12-31",
    ):
        assert qa.get(f"/recordings?{args}").status_code == 200, args
    assert qa.get("/recordings/uploads.json?ids=1,x").status_code == 400


def test_the_table_is_read_on_the_way(signed_in: Enter, person: MakePerson) -> None:
    person("agent", login="nina")
    qa = signed_in("qa")
    table = "File;Agent;Case\nA.WAV;nina;7\nb.wav;nobody;8\nelse.wav;;\n;;9\na.wav;;\n".encode(
        "utf-16"
    )
    data = {
        "csv": (io.BytesIO(table), "t.csv"),
        "files": json.dumps(["a.wav", "b.wav", "c.wav"]),
        "csrf_token": token_of(qa),
    }
    told = qa.post("/recordings/upload/csv", data=data).get_json()
    assert told["facts"] == ["Case"]
    assert told["silent"] == ["c.wav"]
    assert [(row["line"], row["file"], row["matched"]) for row in told["rows"]] == [
        (2, "a.wav", True),
        (3, "b.wav", True),
        (4, "else.wav", False),
        (5, "", False),
        (6, "a.wav", True),
    ]
    assert told["rows"][0]["told"] == {
        "title": "",
        "agent": "nina",
        "date": "",
        "skill": "",
        "language": "",
        "channel": "",
        "facts": {"Case": "7"},
    }
    assert [bool(row["errors"]) for row in told["rows"]] == [False, True, False, True, True]


def test_very_many_uploads_stay_a_page(signed_in: Enter) -> None:
    qa = signed_in("qa")
    token = token_of(qa)
    ids = [send(qa, JUNK + b"%d" % n, token=token).get_json()["recording"]["id"] for n in range(53)]
    page = qa.get("/recordings").text
    assert page.count("data-upload-row") == 50
    assert "and 3 more that wait" in page
    assert f'data-upload-row="{ids[0]}"' in page
