"""Every endpoint by every role, and who may hear whom."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.accounts.models import Person, Role
from app.accounts.rights import ADMINISTRATOR, PUBLIC, TABLE, heard_by, may, may_hear
from app.db import db
from tests.conftest import MakePerson, SignIn

JSON = {"Accept": "application/json"}


def test_every_endpoint_is_in_the_table(app: Flask) -> None:
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - TABLE.keys()
    assert not missing, f"decide in app/accounts/rights.py who may use {sorted(missing)}"


def address_of(app: Flask, rule: Rule) -> str:
    values = {name: 999_999 if "id" in name else "x" for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def refused(client: FlaskClient, app: Flask, rule: Rule) -> str:
    """Who the guard took the asker for: "stranger", "wrong role" or "" when she was let in.

    A POST comes without its token: whoever is let in is stopped by that, and changes nothing.
    """
    method = "GET" if "GET" in (rule.methods or ()) else "POST"
    answer = client.open(address_of(app, rule), method=method, headers=JSON)
    code = (answer.get_json(silent=True) or {}).get("error", {}).get("code", "")
    if answer.status_code == 401:
        assert code == "not_signed_in"
        return "stranger"
    if answer.status_code == 403:
        assert code == "not_allowed"
        return "wrong role"
    return ""


def expected(role: Role | None, endpoint: str) -> str:
    who = TABLE[endpoint]
    if who is PUBLIC:
        return ""
    if role is None:
        return "stranger"
    return "wrong role" if isinstance(who, frozenset) and role not in who else ""


@pytest.mark.parametrize("role", [None, *Role])
def test_role_by_endpoint(
    app: Flask, signed_in: Callable[[str], FlaskClient], role: Role | None
) -> None:
    client = signed_in(role) if role else app.test_client()
    rules = [r for r in app.url_map.iter_rules() if r.endpoint != "accounts.logout"]
    got = {rule.endpoint: refused(client, app, rule) for rule in rules}
    assert got == {rule.endpoint: expected(role, rule.endpoint) for rule in rules}


def test_people_and_the_audit_log_are_for_administrators() -> None:
    for endpoint in ("people", "person_new", "person", "deactivate", "reset_password", "audit"):
        assert TABLE[f"accounts.{endpoint}"] == ADMINISTRATOR


def test_an_endpoint_nobody_decided_on_is_refused(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for client in (app.test_client(), signed_in("administrator")):
        answer = client.get("/forgotten")
        assert answer.status_code == 403
        assert "secret" not in answer.text
    assert not may(None, "forgotten")


def test_who_may_hear_whom(person: MakePerson, app: Flask) -> None:
    nina = person("agent", team="North")
    omar = person("agent", team="North")
    loner = person("agent")
    sam = person("supervisor", team="North", leads=("North",))
    lena = person("supervisor", team="North", leads=("South",))
    others = [person(role, team="North") for role in ("qa", "planner", "administrator")]

    assert may_hear(nina, nina)
    assert may_hear(sam, nina)
    assert may_hear(sam, sam)
    assert not may_hear(nina, omar)
    assert not may_hear(nina, sam)
    assert not may_hear(lena, nina)
    assert not may_hear(sam, loner)
    assert not may_hear(loner, person("agent"))
    assert not any(may_hear(other, nina) for other in others)

    with app.app_context():
        everybody = db.session.query(Person).all()
        for asking in everybody:
            found = {p.id for p in db.session.query(Person).filter(heard_by(asking))}
            assert found == {p.id for p in everybody if may_hear(asking, p)}


@pytest.mark.parametrize(
    ("role", "goes"),
    [
        ("agent", "/practise"),
        ("supervisor", "/quality"),
        ("qa", "/quality"),
        ("planner", "/practise"),
        ("administrator", "/people"),
    ],
)
def test_home_by_role(
    app: Flask, signed_in: Callable[[str], FlaskClient], role: str, goes: str
) -> None:
    if "scenarios.library" not in app.view_functions:
        app.add_url_rule("/practise", "scenarios.library", lambda: "")
    assert signed_in(role).get("/").headers["Location"] == goes


def test_a_stranger_is_led_to_the_door_and_back(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/login"
    answer = client.get("/people?role=qa")
    assert answer.headers["Location"] == "/login?next=/people?role%3Dqa"
    assert client.get("/people", headers=JSON).status_code == 401


@pytest.mark.parametrize(
    ("origin", "stopped"),
    [("http://localhost", False), (None, False), ("https://evil.example", True), ("null", True)],
)
def test_only_our_pages_open_sockets(
    client: FlaskClient, person: MakePerson, sign_in: SignIn, origin: str | None, stopped: bool
) -> None:
    sign_in(client, person("agent"))
    headers = {"Upgrade": "websocket", **({"Origin": origin} if origin else {})}
    answer = client.get("/account", headers=headers)
    assert (answer.status_code == 403) is stopped


def test_leads_are_of_use_to_supervisors_only(person: MakePerson) -> None:
    for role, leads in product(Role, [("North",)]):
        someone = person(role, leads=leads)
        assert [team.name for team in someone.leads] == (
            ["North"] if role is Role.SUPERVISOR else []
        )
