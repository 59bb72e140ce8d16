"""The door: who comes in, how often one may try, when a session ends."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import passwords
from app.accounts import sign_in as door
from app.accounts.models import AuditEntry, Person, SignIn, SignInAttempt
from app.accounts.sign_in import TRIES_PER_LOGIN, Browser
from app.db import db, transaction
from app.errors import InvalidInput, TooMany
from tests.conftest import PASSWORD, MakePerson, TestClock, post, token_of
from tests.conftest import SignIn as Enter

BROWSER = Browser("10.0.0.1", "test")


def attempt(client: FlaskClient, name: str, password: str, **more: str) -> int:
    return post(client, "/login", {"name": name, "password": password, **more}).status_code


def test_a_right_password_opens(client: FlaskClient, person: MakePerson) -> None:
    person("agent", login="nina")
    assert attempt(client, " NINA ", PASSWORD) == 302
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("nina", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_wrong_ones_hear_the_same(
    client: FlaskClient, person: MakePerson, name: str, password: str
) -> None:
    person("agent", login="nina")
    answer = post(client, "/login", {"name": name, "password": password})
    assert answer.status_code == 400
    assert "do not go together" in answer.text
    assert client.get("/account").status_code == 302


def test_what_was_typed_is_kept_but_the_password(client: FlaskClient) -> None:
    answer = post(client, "/login", {"name": "nina <b>", "password": "a secret of hers"})
    assert 'value="nina &lt;b&gt;"' in answer.text
    assert "a secret of hers" not in answer.text


def test_unknown_names_cost_a_hash_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(passwords, "match_nobody", asked.append)
    with app.app_context(), pytest.raises(InvalidInput):
        door.sign_in("nobody", "x", BROWSER, at=door_time(app), lasts=door.WINDOW)
    assert asked == ["x"]


def door_time(app: Flask):  # type: ignore[no-untyped-def]
    return app.extensions["callwright"].clock()


def test_too_many_failures_close_the_door_for_a_while(
    client: FlaskClient, person: MakePerson, clock: TestClock
) -> None:
    person("agent", login="nina")
    for _ in range(TRIES_PER_LOGIN):
        assert attempt(client, "nina", "wrong") == 400
    assert attempt(client, "nina", PASSWORD) == 429
    clock.advance(minutes=16)
    assert attempt(client, "nina", PASSWORD) == 302


def test_the_limit_is_of_one_name_from_one_address(
    app: Flask, client: FlaskClient, person: MakePerson
) -> None:
    person("agent", login="nina")
    person("agent", login="omar")
    for _ in range(TRIES_PER_LOGIN):
        attempt(client, "nina", "wrong")
    assert attempt(client, "omar", PASSWORD) == 302
    with app.app_context():
        elsewhere = Browser("10.9.9.9", "test")
        person_in, _token = door.sign_in(
            "nina", PASSWORD, elsewhere, at=door_time(app), lasts=door.WINDOW
        )
        assert person_in.login == "nina"


def test_a_success_forgets_the_failures(client: FlaskClient, person: MakePerson) -> None:
    person("agent", login="nina")
    for _ in range(3):
        for _ in range(TRIES_PER_LOGIN - 1):
            attempt(client, "nina", "wrong")
        assert attempt(client, "nina", PASSWORD) == 302
        post(client, "/logout")


def test_attempts_side_by_side_do_not_slip_through(app: Flask, person: MakePerson) -> None:
    person("agent", login="nina")
    start, results = Barrier(12), []

    def guess() -> None:
        with app.app_context():
            start.wait()
            try:
                door.sign_in("nina", "wrong", BROWSER, at=door_time(app), lasts=door.WINDOW)
            except (InvalidInput, TooMany) as told:
                results.append(type(told))

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(InvalidInput) == TRIES_PER_LOGIN
    assert results.count(TooMany) == 12 - TRIES_PER_LOGIN


def test_signing_in_starts_a_new_session(client: FlaskClient, person: MakePerson) -> None:
    person("agent", login="nina")
    token_of(client)
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        old = before["csrf_token"]
    assert attempt(client, "nina", PASSWORD) == 302
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != old
        first = after["sign_in"]
    attempt(client, "nina", PASSWORD)
    with client.session_transaction() as again:
        assert again["sign_in"] != first


def test_the_database_keeps_no_token(app: Flask, client: FlaskClient, person: MakePerson) -> None:
    person("agent", login="nina")
    attempt(client, "nina", PASSWORD)
    with client.session_transaction() as kept:
        token = kept["sign_in"]
    with app.app_context():
        assert token not in db.session.scalars(select(SignIn.token_hash)).all()


def test_signing_out_ends_the_session_for_good(
    app: Flask, client: FlaskClient, person: MakePerson, sign_in: Enter
) -> None:
    sign_in(client, person())
    stolen = client.get_cookie("callwright")
    assert stolen
    assert post(client, "/logout").status_code == 302
    thief = app.test_client()
    thief.set_cookie("callwright", stolen.value)
    assert thief.get("/account").status_code == 302


def test_a_session_ends_after_its_hours(
    client: FlaskClient, person: MakePerson, sign_in: Enter, clock: TestClock
) -> None:
    sign_in(client, person())
    clock.advance(hours=11.9)
    assert client.get("/account").status_code == 200
    clock.advance(hours=0.2)
    assert client.get("/account").status_code == 302


def test_last_seen_is_written_once_a_minute(
    app: Flask, client: FlaskClient, person: MakePerson, sign_in: Enter, clock: TestClock
) -> None:
    nina = person()
    sign_in(client, nina)
    signed = clock.now
    clock.advance(seconds=30)
    client.get("/account")
    with app.app_context():
        assert db.session.get_one(Person, nina.id).last_seen_at == signed
    clock.advance(seconds=40)
    client.get("/account")
    with app.app_context():
        assert db.session.get_one(Person, nina.id).last_seen_at == clock.now


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/people?role=agent", "/people?role=agent"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_sent_elsewhere(
    client: FlaskClient, person: MakePerson, target: str, goes: str
) -> None:
    person("agent", login="nina")
    answer = post(client, "/login", {"name": "nina", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == goes


def test_other_devices_can_be_signed_out(app: Flask, person: MakePerson, sign_in: Enter) -> None:
    nina = person()
    here, there = (sign_in(app.test_client(), nina) for _ in range(2))
    page = here.get("/account").text
    assert page.count('data-test="session"') == 2
    post(here, "/account/sign-out-elsewhere")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_an_outdated_hash_is_renewed(app: Flask, client: FlaskClient, person: MakePerson) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    nina = person("agent", login="nina")
    with app.app_context(), transaction() as session:
        session.execute(update(Person).values(password_hash=old))
    assert attempt(client, "nina", PASSWORD) == 302
    with app.app_context():
        kept = db.session.get_one(Person, nina.id).password_hash
    assert kept != old
    assert "m=8," in kept


def test_the_audit_log_tells_of_both(app: Flask, client: FlaskClient, person: MakePerson) -> None:
    person("agent", login="nina")
    attempt(client, "nina", "wrong words here")
    attempt(client, "nina", PASSWORD)
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        told = [entry.action for entry in entries]
        assert told[-2:] == ["sign_in.failed", "sign_in"]
        assert entries[-1].address == "127.0.0.1"
        assert len(entries[-1].request_id) == 16
        assert "wrong words here" not in repr([entry.details for entry in entries])
        assert db.session.scalar(select(func.count(SignInAttempt.id))) == 0
