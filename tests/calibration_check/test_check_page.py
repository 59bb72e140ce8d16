"""Check as a page: what it says, who sees it, the second round."""

from __future__ import annotations

from flask import Flask

from app.calibration import service, store
from app.calibration import session_events as happen
from app.calibration.models import CalibrationSession
from app.calibration.session_state import Phase
from app.db import db
from tests.calibration_check.room import ANN, CLOSER, Room, planned, score
from tests.conftest import SignIn, post


def test_says_where_the_difference_is(app: Flask, talk: Room, sign_in: SignIn) -> None:
    page = sign_in(app.test_client(), talk.cast.host).get(talk.path("check"))
    assert page.status_code == 200
    assert (
        "One criterion is short of the target; most of what lies apart lies in Shows empathy."
        in page.text
    )
    assert page.text.index('id="c-empathy"') < page.text.index('id="c-greeting"')
    assert "Ann Rater" in page.text
    assert f"because of empathy 1 by {talk.cast.ann.id}" in page.text
    assert f"/calls/{talk.recordings[0]}#t=12.5" in page.text
    assert "Agnes Agent" not in page.text, "agents are hidden in Check"


def test_other_criteria_are_a_click_away(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    comment = f"because of greeting 1 by {talk.cast.ann.id}"
    assert comment not in client.get(talk.path("check")).text
    assert comment in client.get(talk.path("check") + "?show=greeting").text
    assert comment in client.get(talk.path("check") + "?show=all").text


def test_a_call_says_who_marked_what(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.bob)
    page = client.get(talk.path(f"calls/{talk.recordings[1]}"))
    assert page.status_code == 200
    assert f"because of empathy 2 by {talk.cast.ann.id}" in page.text
    assert "Agnes Agent" not in page.text
    assert client.get(talk.path("calls/9999")).status_code == 404


def test_strangers_learn_nothing(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.cy)
    pages = ("check", "act", "change", "minutes", "export.csv", "export.xlsx")
    for page in (*pages, f"calls/{talk.recordings[0]}"):
        assert client.get(talk.path(page)).status_code == 404, page
    for action in ("go-on", "ask-again", "noted", "attended", "act/close", "act/publish"):
        assert post(client, talk.path(action), {"words": "x"}).status_code == 404, action
    with app.app_context():
        assert store.load(talk.session).phase is Phase.CHECK


def test_a_rater_looks_and_leads_nothing(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.ann)
    page = client.get(talk.path("check"))
    assert "go-on-open" not in page.text
    assert "ask-again-open" not in page.text
    assert post(client, talk.path("go-on")).status_code == 403
    assert post(client, talk.path("ask-again"), {"criteria": "empathy"}).status_code == 403
    assert post(client, talk.path("noted"), {"words": "x"}).status_code == 403


def test_before_a_round_is_closed_there_is_no_check(
    app: Flask, talk: Room, sign_in: SignIn
) -> None:
    with app.app_context():
        row = store.begin(happen.Planned(talk.cast.host.id, talk.clock(), planned(talk)))
        service.open_scoring(talk.cast.host, row.id, at=talk.clock())
    client = sign_in(app.test_client(), talk.cast.host)
    base = f"/quality/calibration/{row.id}"
    assert client.get(f"{base}/check").status_code == 302
    assert client.get(f"{base}/act").status_code == 302
    for page in ("minutes", "export.csv", "export.xlsx", f"calls/{talk.recordings[0]}"):
        assert client.get(f"{base}/{page}").status_code == 404


def test_second_round_hides_and_judges_anew(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    assert post(client, talk.path("ask-again"), {"criteria": "greeting"}).status_code == 302
    assert "short of the target, those to score again" in client.get("/quality/calibration").text
    post(client, talk.path("ask-again"), {"criteria": "empathy"})
    page = client.get(talk.path("check"))
    assert page.status_code == 200
    assert 'id="c-empathy"' not in page.text, "hidden while it is scored again"
    assert "because of empathy" not in page.text
    with app.app_context():
        score(talk, {talk.cast.ann.id: ANN, talk.cast.bob.id: CLOSER})
    page = client.get(talk.path("check"))
    assert "All 2 criteria that could be compared meet the target on these calls." in page.text
    assert 'data-test="twice"' in page.text
    assert "in the first round, " in page.text
    assert "One of them counts by its second marks." in page.text
    assert "ask-again-open" not in page.text, "there is one second round"


def test_statistics_are_worked_out_once(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    client.get(talk.path("check"))
    with app.app_context():
        kept = db.session.get_one(CalibrationSession, talk.session).results
        assert kept is not None
        assert kept["checked"] == 1
        assert set(kept["figures"]["criteria"]) == {"greeting", "empathy"}
    post(client, talk.path("noted"), {"words": "We hear empathy in different places."})
    post(client, talk.path("attended"), {"people": [talk.cast.ann.id, 9999]})
    page = client.get(talk.path("check")).text
    assert "We hear empathy in different places." in page
    with app.app_context():
        row = db.session.get_one(CalibrationSession, talk.session)
        assert row.results == kept, "a note changes no figure"
        assert store.load(talk.session).present == frozenset({talk.cast.ann.id})


def test_marks_not_handed_in_stay_their_writers(app: Flask, talk: Room, sign_in: SignIn) -> None:
    with app.app_context():
        row = store.begin(happen.Planned(talk.cast.host.id, talk.clock(), planned(talk)))
        service.open_scoring(talk.cast.host, row.id, at=talk.clock())
        secret = happen.Marked(
            talk.cast.bob.id, talk.clock(), talk.recordings[0], "empathy", 1.0, "my secret"
        )
        store.append(row.id, secret)
        service.close_scoring(talk.cast.host, row.id, at=talk.clock())
    base = f"/quality/calibration/{row.id}"
    for one in (talk.cast.host, talk.cast.ann, talk.cast.bob):
        client = sign_in(app.test_client(), one)
        for page in ("check?show=all", "minutes", "export.csv", f"calls/{talk.recordings[0]}"):
            assert "my secret" not in client.get(f"{base}/{page}").text
    page = sign_in(app.test_client(), talk.cast.host).get(f"{base}/check").text
    assert "Missing, because not handed in: Ann Rater" in page
