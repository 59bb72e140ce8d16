"""Sessions through their pages: planned, opened, scored, and shown to the right people only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from typing import cast as cast_to

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.calibration import listing, nightly, service, store
from app.calibration import session_events as happen
from app.calibration.models import CalibrationSession
from app.calibration.session_plan import AlphaAtLeast
from app.calibration.session_state import Phase, SessionState
from app.db import db, transaction
from app.jobs.run import JobRun
from app.quality.cards.models import CardVersion
from app.quality.wording import wording
from app.recordings import access
from app.recordings.models import ERASED, Recording
from tests.calibration_service.house import Cast, add_recording
from tests.conftest import START, SignIn, TestClock, post, token_of

SECRET = "BOBS-OWN-WORDS"
HOME = "/quality/calibration"


@dataclass
class Desks:
    """A browser for each of the cast, and a look at what is stored."""

    app: Flask
    cast: Cast
    of: Callable[[Person], FlaskClient]

    @property
    def host(self) -> FlaskClient:
        return self.of(self.cast.host)

    @property
    def ann(self) -> FlaskClient:
        return self.of(self.cast.ann)

    @property
    def bob(self) -> FlaskClient:
        return self.of(self.cast.bob)

    def state(self, session_id: int) -> SessionState:
        with self.app.app_context():
            return store.load(session_id)

    def events(self, session_id: int) -> int:
        with self.app.app_context():
            return len(store.history(session_id))

    def sessions(self) -> list[CalibrationSession]:
        with self.app.app_context():
            return db.session.query(CalibrationSession).all()

    def bob_hears(self) -> bool:
        return self.hears(self.cast.bob)

    def hears(self, person: Person) -> bool:
        with self.app.app_context():
            return access.may_hear(person, recording_of(self.cast))


@pytest.fixture
def desks(app: Flask, people: Cast, sign_in: SignIn) -> Desks:
    known: dict[int, FlaskClient] = {}

    def of(person: Person) -> FlaskClient:
        if person.id not in known:
            known[person.id] = sign_in(app.test_client(), person)
        return known[person.id]

    with app.app_context():
        # What the host may hear comes from a plan of monitoring.
        access.grant([people.host.id], "plan:1", at=START, recordings=people.recordings)
    return Desks(app, people, of)


def form_of(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "title": "March",
        "due": "2026-03-09T17:00",
        "recordings": [str(each) for each in cast.recordings],
        "card": str(cast.version),
        "criteria": ["greeting", "empathy"],
        "raters": [str(cast.ann.id), str(cast.bob.id)],
        "target": "alpha",
        "alpha": "0.8",
        "hide_agents": "1",
        "remind": "1",
        "do": "open",
        **changes,
    }


def plan(desks: Desks, **changes: Any) -> int:
    answer = post(desks.host, f"{HOME}/new", form_of(desks.cast, **changes))
    assert answer.status_code == 302, answer.text
    return desks.sessions()[-1].id


def opened(desks: Desks, **changes: Any) -> int:
    session_id = plan(desks, **changes)
    assert post(desks.host, f"{HOME}/{session_id}/open").status_code == 302
    return session_id


def send(client: FlaskClient, session_id: int, recording: int, **body: Any) -> TestResponse:
    return client.post(
        f"{HOME}/{session_id}/scoring/{recording}/mark",
        json={"criterion": "empathy", "answer": 4, "comment": "", "seconds": [], "causes": [],
              "saw": 0, **body},
        headers={"X-CSRFToken": token_of(client)},
    )  # fmt: skip


def score(client: FlaskClient, session_id: int, recording: int, answer: float) -> TestResponse:
    send(client, session_id, recording, criterion="greeting", answer=1)
    send(client, session_id, recording, answer=answer, comment=SECRET, seconds=[61.25])
    return post(client, f"{HOME}/{session_id}/scoring/{recording}/hand-in")


def test_a_plan_is_made_changed_and_opened(app: Flask, desks: Desks, people: Cast) -> None:
    assert "No sessions yet" in desks.host.get(HOME).text
    assert "Call 1" in desks.host.get(f"{HOME}/new").text
    session_id = plan(desks)
    assert desks.state(session_id).plan.target == AlphaAtLeast(0.8)
    page = desks.host.get(f"{HOME}/{session_id}/open").text
    assert "2 raters" in page
    assert "Ann Rater" in page
    post(desks.host, f"{HOME}/{session_id}/plan", form_of(people, title="April", do="save"))
    assert not desks.bob_hears()
    assert post(desks.host, f"{HOME}/{session_id}/open").status_code == 302
    assert desks.bob_hears()
    assert not desks.hears(people.cy)
    row = desks.sessions()[0]
    assert (row.title, row.phase) == ("April", "do")
    assert post(desks.host, f"{HOME}/{session_id}/plan", form_of(people)).status_code == 409


def recording_of(cast: Cast) -> Recording:
    found = db.session.get(Recording, cast.recordings[0])
    assert found is not None
    return found


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(desks: Desks, people: Cast) -> None:
    sent = form_of(people, due="soon", alpha="2", title="My own title")
    answer = post(desks.host, f"{HOME}/new", sent)
    assert answer.status_code == 400
    for field in ("due-error", "alpha-error", 'value="My own title"', "Call 2"):
        assert field in answer.text
    assert desks.sessions() == []
    session_id = plan(desks, raters=[], reference=str(people.ann.id))
    page = desks.host.get(f"{HOME}/{session_id}/open")
    assert page.status_code == 400
    assert "raters-error" in page.text or 'data-test="error-raters"' in page.text
    assert post(desks.host, f"{HOME}/{session_id}/open").status_code == 400


def test_searching_and_choosing_a_card_keep_nothing(desks: Desks, people: Cast) -> None:
    sent = form_of(people, do="search", words="call 2", recordings=[], title="Half")
    page = post(desks.host, f"{HOME}/new", sent).text
    assert "Call 2" in page
    assert "Call 1" not in page
    assert 'value="Half"' in page
    page = post(desks.host, f"{HOME}/new", form_of(people, do="card", criteria=[])).text
    assert page.count('name="criteria"') == 3 == page.count(' checked data-test="criterion-')
    assert desks.sessions() == []


def test_nobody_plans_with_what_she_may_not_hear_or_with_strangers(
    app: Flask, desks: Desks, people: Cast
) -> None:
    with app.app_context():
        foreign = add_recording(people.cy, "f" * 32, "Not for the host").id
    assert "Not for the host" not in desks.host.get(f"{HOME}/new").text
    answer = post(desks.host, f"{HOME}/new", form_of(people, recordings=[str(foreign)]))
    assert answer.status_code == 400
    assert "Not for the host" not in answer.text
    answer = post(desks.host, f"{HOME}/new", form_of(people, raters=[str(people.agent.id)]))
    assert answer.status_code == 400


def test_what_cannot_be_heard_any_more_is_not_opened(
    app: Flask, desks: Desks, people: Cast
) -> None:
    session_id = plan(desks)
    with app.app_context(), transaction():
        recording_of(people).status = ERASED
    assert post(desks.host, f"{HOME}/{session_id}/open").status_code == 400
    assert desks.state(session_id).phase is Phase.PLAN
    assert not desks.bob_hears()


def test_marks_are_kept_changed_and_contested(desks: Desks, people: Cast) -> None:
    session_id, call = opened(desks), people.recordings[0]
    assert send(desks.ann, session_id, call, comment="warm", seconds=[12.5]).get_json() == {
        "version": 1
    }
    assert send(desks.ann, session_id, call, answer=5, saw=1).get_json() == {"version": 2}
    answer = send(desks.ann, session_id, call, answer="not_sure", saw=1)
    assert answer.status_code == 409
    told = answer.get_json()
    assert told["theirs"]["answer"] == 5.0
    assert told["theirs"]["version"] == 2
    assert told["yours"]["answer"] == "not_sure"
    assert send(desks.ann, session_id, call, answer="not_sure", saw=2).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": None},
        {"answer": True},
        {"answer": 9},
        {"answer": "nothing"},
        {"criterion": "closing"},
        {"criterion": 3},
        {"comment": None},
        {"seconds": ["x"]},
        {"seconds": [-1]},
        {"seconds": [1.0] * 60},
        {"saw": "0"},
    ],
)
def test_what_is_no_mark_is_refused(desks: Desks, people: Cast, wrong: dict[str, Any]) -> None:
    session_id = opened(desks)
    answer = send(desks.ann, session_id, people.recordings[0], **wrong)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]
    assert desks.events(session_id) == 2


def test_handing_in_goes_on_to_the_next(desks: Desks, people: Cast) -> None:
    session_id = opened(desks)
    first, second = people.recordings
    early = post(desks.ann, f"{HOME}/{session_id}/scoring/{first}/hand-in")
    assert early.location.endswith(f"/scoring/{first}?check=1#criterion-greeting")
    assert desks.ann.get(early.location).text.count("Choose a mark.") == 2
    assert desks.state(session_id).sheets == {}
    assert score(desks.ann, session_id, first, 4).location.endswith(f"/scoring/{second}")
    assert 'data-test="handed-in"' in desks.ann.get(f"{HOME}/{session_id}/scoring/{first}").text
    assert score(desks.ann, session_id, second, 4).location.endswith("/scoring")
    assert send(desks.ann, session_id, first, answer=1, saw=1).status_code == 409


def test_a_mark_that_needs_a_comment_is_not_handed_in_without(
    app: Flask, desks: Desks, people: Cast
) -> None:
    with app.app_context(), transaction() as session:
        version = session.get(CardVersion, people.version)
        assert version is not None
        body = dict(version.body)
        criteria = [dict(each) for each in body["sections"][0]["criteria"]]
        criteria[1]["comment_for"] = [1]
        version.body = {**body, "sections": [{**body["sections"][0], "criteria": criteria}]}
    session_id, call = opened(desks), people.recordings[0]
    send(desks.ann, session_id, call, criterion="greeting", answer=1)
    send(desks.ann, session_id, call, answer=1)
    early = post(desks.ann, f"{HOME}/{session_id}/scoring/{call}/hand-in")
    assert "This mark needs a comment" in desks.ann.get(early.location).text
    send(desks.ann, session_id, call, answer=1, comment="cold", saw=1)
    done = post(desks.ann, f"{HOME}/{session_id}/scoring/{call}/hand-in")
    assert "check" not in done.location


def test_nobody_sees_the_marks_of_others(app: Flask, desks: Desks, people: Cast) -> None:
    """Every page and answer of Do, for the other rater and for whoever leads."""
    session_id, calls = opened(desks), people.recordings
    score(desks.bob, session_id, calls[0], 2)
    send(desks.bob, session_id, calls[1], answer=1, comment=SECRET)
    own = desks.bob.get(f"{HOME}/{session_id}/scoring/{calls[0]}").text
    assert SECRET in own
    assert "61.25" in own
    for desk in (desks.ann, desks.host):
        answers = [desk.get(path) for path in _addresses(app, session_id, calls[0])]
        answers += [
            send(desk, session_id, calls[0], answer=2, saw=3),
            send(desk, session_id, calls[0], answer=2, saw=0),
            send(desk, session_id, calls[0], answer=3, saw=0),
            post(desk, f"{HOME}/{session_id}/scoring/{calls[0]}/hand-in"),
            post(desk, f"{HOME}/{session_id}/remind"),
            post(desk, f"{HOME}/{session_id}/due", {"due": "2026-03-10T10:00"}),
        ]
        for answer in answers:
            assert SECRET not in words_of(answer)
            assert "61.25" not in words_of(answer)
    conflict = send(desks.ann, session_id, calls[0], answer=5, saw=0)
    assert conflict.status_code == 409  # with her own mark, not with Bob's
    assert conflict.get_json()["theirs"]["answer"] in (2.0, 3.0)
    page = desks.ann.get(f"{HOME}/{session_id}/scoring").text
    assert "Bob Rater" not in page
    assert "Bob Rater" in desks.host.get(f"{HOME}/{session_id}/scoring").text


def words_of(answer: TestResponse) -> str:
    """Everything in an answer that can be read, also inside of a workbook."""
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def _addresses(app: Flask, session_id: int, recording: int) -> list[str]:
    """Every page of calibration that can be opened for a session."""
    known: dict[str, Any] = {"session_id": session_id, "recording_id": recording}
    with app.test_request_context():
        return [
            app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith(("calibration.", "calibration_check."))
            and "GET" in (rule.methods or ())
        ]


def test_names_of_agents_are_hidden_where_the_plan_says_so(desks: Desks, people: Cast) -> None:
    session_id = opened(desks)
    for path in (f"{HOME}/{session_id}/scoring", f"{HOME}/{session_id}/scoring/1"):
        page = desks.bob.get(path).text
        assert "Agnes" not in page
        assert "Call 1" not in page


def test_strangers_see_nothing_and_raters_do_not_lead(app: Flask, desks: Desks) -> None:
    session_id, call = opened(desks), desks.cast.recordings[0]
    for path in _addresses(app, session_id, call):
        if str(session_id) in path.split("/"):
            assert desks.of(desks.cast.cy).get(path).status_code == 404, path
    assert send(desks.of(desks.cast.cy), session_id, call).status_code == 404
    for what in ("remind", "due", "close-scoring", "cancel", "open", "plan"):
        path = f"{HOME}/{session_id}/{what}"
        assert post(desks.of(desks.cast.cy), path, form_of(desks.cast)).status_code == 404
        assert post(desks.ann, path, form_of(desks.cast)).status_code == 403
    assert send(desks.host, session_id, call).status_code == 404  # she leads, and does not score
    assert desks.events(session_id) == 2


@pytest.mark.parametrize("role", ["agent", "planner", "administrator"])
def test_other_roles_are_refused(
    signed_in: Callable[[str], FlaskClient], role: str, people: Cast
) -> None:
    client = signed_in(role)
    for path in (HOME, f"{HOME}/new", f"{HOME}/1", f"{HOME}/1/scoring"):
        assert client.get(path).status_code == 403
    assert send(client, 1, 1).status_code == 403


def test_a_plan_is_seen_by_its_lead_alone(desks: Desks) -> None:
    session_id = plan(desks)
    assert desks.ann.get(f"{HOME}/{session_id}").status_code == 404
    assert "March" not in desks.ann.get(HOME).text
    assert "March" in desks.host.get(HOME).text


def test_the_list_says_what_waits(app: Flask, desks: Desks, clock: TestClock) -> None:
    session_id, cast = opened(desks, due="2026-03-02T10:00"), desks.cast
    score(desks.ann, session_id, cast.recordings[0], 4)
    page = desks.ann.get(HOME).text
    assert "Score 1 recording" in page
    assert "1 of 2 handed in" in page
    assert "Overdue" not in page
    clock.advance(hours=2)
    assert "Overdue" in desks.ann.get(HOME).text
    assert "2 are not done" in desks.host.get(HOME).text
    for call in cast.recordings[1:]:
        score(desks.ann, session_id, call, 4)
    assert "people: 1 of 2 done" in desks.host.get(HOME).text
    assert "people:" not in desks.bob.get(HOME).text, "only the lead sees how far the others are"
    for call in cast.recordings:
        score(desks.bob, session_id, call, 4)
    assert "Everybody is done" in desks.host.get(HOME).text
    head = desks.host.get(f"{HOME}/{session_id}/scoring").text
    assert head.index("close-scoring-open") < head.index('class="panel'), "beside the title"
    assert "waiting for you" not in desks.ann.get(HOME).text
    post(desks.host, f"{HOME}/{session_id}/close-scoring")
    assert desks.sessions()[0].phase == "check"


class Night:
    """A try of the nightly job, as far as its work asks for it."""

    def progress(self, share: float, note: str = "") -> None:
        assert 0 <= share <= 1


def test_reminders_at_night_and_by_hand(app: Flask, desks: Desks, clock: TestClock) -> None:
    session_id, cast = opened(desks, due="2026-03-04T12:00"), desks.cast
    for call in cast.recordings:
        score(desks.bob, session_id, call, 3)
    with app.test_request_context():
        night = cast_to(JobRun, Night())
        nightly.tend(night)
        assert desks.state(session_id).reminded == {}
        clock.advance(hours=4)
        nightly.tend(night)
        nightly.tend(night)
        assert desks.state(session_id).reminded == {cast.ann.id: clock()}
        assert service.remind_due(session_id, at=clock()) == ()
        assert listing.waiting_for(cast.ann, clock())[0].reminded == clock()
        assert listing.waiting_for(cast.bob, clock()) == []
    assert "reminded" in desks.ann.get(HOME).text
    clock.advance(hours=1)
    assert post(desks.host, f"{HOME}/{session_id}/remind").status_code == 302
    assert desks.state(session_id).reminded == {cast.ann.id: clock()}


def test_a_late_rater_holds_up_nobody(desks: Desks) -> None:
    session_id, cast = opened(desks), desks.cast
    score(desks.ann, session_id, cast.recordings[0], 1)
    score(desks.bob, session_id, cast.recordings[0], 5)
    post(desks.host, f"{HOME}/{session_id}/close-scoring")
    state = desks.state(session_id)
    assert (state.phase, state.over) == (Phase.CHECK, ("empathy",))
    again = post(desks.host, f"{HOME}/{session_id}/close-scoring")
    assert again.status_code == 409


def test_in_a_second_round_only_what_was_over_is_scored_again(app: Flask, desks: Desks) -> None:
    session_id, cast = opened(desks), desks.cast
    call = cast.recordings[0]
    for desk, answer in ((desks.ann, 1), (desks.bob, 5)):
        score(desk, session_id, call, answer)
    post(desks.host, f"{HOME}/{session_id}/close-scoring")
    again = happen.SecondRoundOpened(cast.host.id, START, ("empathy",))
    with app.app_context():
        store.append(session_id, again)
    assert "Second round: score 2 recordings again" in desks.ann.get(HOME).text
    page = desks.ann.get(f"{HOME}/{session_id}/scoring/{call}").text
    assert 'data-test="criterion-empathy"' in page
    assert 'data-test="criterion-greeting"' not in page
    first = page.split('data-test="first-marks"')[1].split("</details>")[0]
    assert "<dd>1" in first
    assert "Greets" not in first
    send(desks.bob, session_id, call, answer=2, comment="second thoughts of Bob", seconds=[77.5])
    for desk in (desks.ann, desks.host):
        for path in _addresses(app, session_id, call):
            told = words_of(desk.get(path))
            assert "second thoughts of Bob" not in told, path
            assert "77.5" not in told, path
    assert send(desks.ann, session_id, call, criterion="greeting").status_code == 400
    assert post(desks.ann, f"{HOME}/{session_id}/scoring/{call}/hand-in").location.endswith(
        "?check=1#criterion-empathy"
    )


def test_what_waits_stands_on_the_first_page_of_quality(desks: Desks) -> None:
    opened(desks)
    assert 'data-test="calibration-waiting"' in desks.ann.get("/quality").text
    cy = desks.of(desks.cast.cy)
    assert 'data-test="calibration-waiting"' not in cy.get("/quality").text


def test_a_due_date_is_moved_to_a_day_to_come(desks: Desks) -> None:
    session_id = opened(desks)
    path = f"{HOME}/{session_id}/due"
    for wrong in ("", "2026-02-01T10:00"):
        answer = post(desks.host, path, {"due": wrong})
        assert answer.status_code == 400
        assert "due-error" in answer.text
    assert post(desks.host, path, {"due": "2026-03-20T10:00"}).status_code == 302
    assert desks.state(session_id).plan.due.day == 20


def test_a_cancelled_session_gives_no_hearing_and_tells_why(desks: Desks, people: Cast) -> None:
    session_id = opened(desks)
    path = f"{HOME}/{session_id}/cancel"
    assert post(desks.host, path, {"reason": " "}).status_code == 400
    assert post(desks.host, path, {"reason": "Too busy"}).status_code == 302
    assert not desks.bob_hears()
    assert "Cancelled: Too busy" in desks.bob.get(HOME).text
    assert "Too busy" in desks.bob.get(f"{HOME}/{session_id}", follow_redirects=True).text


def test_hearing_is_taken_back_some_time_after_the_end(
    app: Flask, desks: Desks, people: Cast
) -> None:
    session_id = opened(desks)
    cancelled = happen.Cancelled(people.host.id, START, "kept for the test")
    with app.app_context():
        assert store.append(session_id, cancelled).closed == START
        assert nightly.take_back(START + timedelta(days=89)) == 0
        assert desks.bob_hears()
        assert nightly.take_back(START + timedelta(days=90)) == 1
        assert not desks.bob_hears()
        assert nightly.take_back(START + timedelta(days=91)) == 0


def test_what_came_of_a_session_in_a_phrase(app: Flask, desks: Desks) -> None:

    state = desks.state(opened(desks))
    with app.test_request_context():
        assert wording(listing.result_of(state)) == "None of 2 criteria short of the target"
        over = replace(state, over=("empathy",))
        assert wording(listing.result_of(over)).startswith("1 of 2 criteria short of the target")
