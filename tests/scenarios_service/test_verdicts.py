"""The automatic rater's evaluation of a practice call, and "I did say that"."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.evaluations import machine
from app.quality.evaluations import service as evaluating
from app.quality.evaluations.both_scored import pairs_of
from app.quality.evaluations.models import DISPUTED, MACHINE, Evaluation
from app.quality.sent_mark import sent_mark
from app.recordings import keeping
from app.scenarios import service, verdicts
from app.scenarios.models import Call
from app.services import now, services
from tests.conftest import post
from tests.scenarios_service.conftest import CUT, POOR, Play


def evaluation_of(call_id: str) -> Evaluation | None:
    recording = keeping.find_key(call_id)
    return machine.of_machine(recording) if recording else None


def test_a_call_gets_its_evaluation_once(
    app: Flask,
    play: Play,
    browser: Callable[..., tuple[Person, FlaskClient]],
    row: Callable[[str], Call],
) -> None:
    nina, _browser = browser(team="North")
    whole, broken = play(nina, POOR), play(nina, CUT, cut="network")
    with app.app_context():
        made = evaluation_of(whole)
        assert made is not None
        assert (made.kind, made.agent_id, made.rater_id) == (MACHINE, nina.id, None)
        assert (made.total, made.passed) == (row(whole).total, row(whole).passed)
        assert evaluation_of(broken) is None
        assert not verdicts.keep_all(app)
        # As an installation that is older than evaluations.
        with transaction():
            machine.forget(made.recording)
    assert verdicts.keep_all(app)
    assert not verdicts.keep_all(app)
    with app.app_context():
        assert evaluation_of(whole) is not None
        # Nobody else has scored it: no pairs yet.
        assert pairs_of() == ()
        service.discard_call(service.find_call(whole), services().settings.recordings_dir)
        assert db.session.query(Evaluation).count() == 0


def test_i_did_say_that(
    app: Flask, play: Play, browser: Callable[..., tuple[Person, FlaskClient]]
) -> None:
    nina, hers = browser(team="North", name="Nina")
    _sam, his = browser("supervisor", leads=("North",))
    whole = play(nina, POOR)
    with app.app_context():
        service_call = service.find_call(whole)
        scenario = service.scenario_of(service_call)
        service.wrap_up(
            service_call,
            scenario,
            service.WrapUp(next(iter(scenario.wrap_up.dispositions)), "A note."),
            service_call.ended_at or service_call.created_at,
        )
        made = evaluation_of(whole)
        assert made is not None
        missed = next(
            each["id"] for each in (made.score or {})["results"] if each["outcome"] == "not_met"
        )
        before, home = made.total, f"/quality/evaluations/{made.id}"
    debrief = f"/calls/{whole}/debrief"
    assert f'data-test="said-{missed}"' in hers.get(debrief).text
    assert f'data-test="said-{missed}"' not in his.get(debrief).text
    opened = post(hers, f"{home}/disputes", {"criterion": missed, "words": "At the start."})
    assert "At the start." in his.get(opened.location).text
    assert f"said-standing-{missed}" in hers.get(debrief).text
    post(his, f"{opened.location}/decide", {"mark": "1.0", "words": "You did."})
    with app.app_context():
        after = evaluation_of(whole)
        assert after is not None
        assert after.response == DISPUTED
        assert after.total is not None
        assert before is not None
        assert after.total > before
    assert "You did." in hers.get(opened.location).text
    assert hers.get(debrief).status_code == his.get(home).status_code == 200


def test_a_person_beside_the_machine(
    app: Flask, play: Play, browser: Callable[..., tuple[Person, FlaskClient]]
) -> None:
    nina, _hers = browser(team="North")
    sam, _his = browser("supervisor", leads=("North",))
    whole = play(nina, POOR)
    with app.app_context():
        made = evaluation_of(whole)
        assert made is not None
        rater = db.session.get_one(Person, sam.id)
        own = evaluating.start(rater, made.recording, made.card_version, now())
        for criterion in cards.card_of(made.card_version).criteria:
            evaluating.mark(own, sent_mark({"criterion": criterion.id, "answer": 1}), now())
        evaluating.submit(own, now())
        found = pairs_of(made.card_version.card_id)
        results = {each["id"]: each["outcome"] for each in (made.score or {})["results"]}
        assert {each.criterion for each in found} == set(results)
        for each in found:
            judged = {"met": (1.0,), "not_met": (0.0,)}.get(results[each.criterion], ())
            assert (each.machine, len(each.people)) == (judged, len(judged))
        assert pairs_of(made.card_version.card_id + 1) == ()
