"""The pages of people and teams, as an administrator uses them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry, Person, Role, Team
from app.db import db
from tests.conftest import PASSWORD, MakePerson, SignIn, post, token_of

NEW = {"login": "mei", "name": "Mei Lin", "role": "agent", "team": ""}


@pytest.fixture
def ada(person: MakePerson) -> Person:
    return person("administrator", login="ada", name="Ada")


@pytest.fixture
def admin(client: FlaskClient, ada: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(client, ada)


def one_time(page: str) -> str:
    found = re.search(r'data-test="one-time-password">([^<]+)<', page)
    assert found
    return found[1]


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/people/\d+">([^<]+)</a>', page)


def test_a_new_person_signs_in_once_and_chooses_a_password(app: Flask, admin: FlaskClient) -> None:
    answer = post(admin, "/people/new", NEW)
    password = one_time(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"

    mei = app.test_client()
    data = {"name": "mei", "password": password, "csrf_token": token_of(mei)}
    assert mei.post("/login", data=data).status_code == 302
    assert mei.get("/").headers["Location"] == "/account"
    assert mei.get("/practise").status_code in (302, 404)

    chosen = {"old": password, "new": "four calm rivers", "again": "four calm rivers"}
    assert post(mei, "/account/password", chosen).status_code == 302
    assert mei.get("/").headers["Location"] == "/practise"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"login": "m"}, "A log-in name has"),
        ({"login": "me i"}, "A log-in name has"),
        ({"login": "ADA"}, "Somebody signs in as “ada” already"),
        ({"name": "  "}, "A name has 1 to 120"),
        ({"name": "x" * 121}, "A name has 1 to 120"),
        ({"role": "boss"}, "Choose a role"),
        ({"team": "abc"}, "Choose a team"),
        ({"team": "999"}, "no longer there"),
    ],
)
def test_bad_input_is_told_beside_its_field(
    app: Flask, admin: FlaskClient, change: dict[str, str], words: str
) -> None:
    answer = post(admin, "/people/new", {**NEW, **change})
    assert answer.status_code == 400
    assert words in answer.text
    kept = {**NEW, **change}["login"]
    assert f'value="{kept}"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(Person).where(Person.name == "Mei Lin")) is None


def test_changing_a_person_is_told_in_the_audit_log(
    app: Flask, admin: FlaskClient, person: MakePerson
) -> None:
    nina = person("agent", team="North")
    with app.app_context():
        north = db.session.scalars(select(Team)).one().id
    form = {
        "login": nina.login,
        "name": "Nina B.",
        "role": "supervisor",
        "team": "",
        "leads": north,
    }
    assert post(admin, f"/people/{nina.id}", form).status_code == 302
    with app.app_context():
        changed = db.session.get_one(Person, nina.id)
        assert (changed.name, changed.role, changed.team) == ("Nina B.", Role.SUPERVISOR, None)
        assert [team.name for team in changed.leads] == ["North"]
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert entry.action == "person.changed"
        assert entry.details["role"] == ["agent", "supervisor"]
        assert entry.details["leads"] == [[], ["North"]]
    # A role she no longer has leaves no teams behind.
    assert post(admin, f"/people/{nina.id}", {**form, "role": "agent"}).status_code == 302
    with app.app_context():
        assert db.session.get_one(Person, nina.id).leads == []


def test_deactivating_ends_sessions_and_can_be_undone(
    app: Flask, admin: FlaskClient, person: MakePerson, sign_in: SignIn
) -> None:
    nina = person("agent")
    hers = sign_in(app.test_client(), nina)
    assert post(admin, f"/people/{nina.id}/deactivate").status_code == 302
    assert hers.get("/account").status_code == 302
    data = {"name": nina.login, "password": PASSWORD, "csrf_token": token_of(hers)}
    assert hers.post("/login", data=data).status_code == 400
    assert nina.name not in names(admin.get("/people").text)
    assert nina.name in names(admin.get("/people?active=no").text)
    post(admin, f"/people/{nina.id}/reactivate")
    sign_in(hers, nina)


def test_nobody_deactivates_herself(admin: FlaskClient, ada: Person, person: MakePerson) -> None:
    person("administrator")
    answer = post(admin, f"/people/{ada.id}/deactivate")
    assert answer.status_code == 409
    assert "cannot deactivate yourself" in answer.text


def test_the_last_administrator_stays(
    app: Flask, admin: FlaskClient, ada: Person, person: MakePerson
) -> None:
    form = {"login": "ada", "name": "Ada", "role": "agent", "team": ""}
    answer = post(admin, f"/people/{ada.id}", form)
    assert answer.status_code == 400
    assert "is the last administrator" in answer.text

    off = person("administrator")
    post(admin, f"/people/{off.id}/deactivate")
    assert "is the last administrator" in post(admin, f"/people/{ada.id}", form).text

    post(admin, f"/people/{off.id}/reactivate")
    assert post(admin, f"/people/{ada.id}", form).status_code == 302
    assert admin.get("/people").status_code == 403


def test_a_password_reset_signs_out_and_is_for_one_time(
    app: Flask, admin: FlaskClient, person: MakePerson, sign_in: SignIn
) -> None:
    nina = person("agent")
    hers = sign_in(app.test_client(), nina)
    password = one_time(post(admin, f"/people/{nina.id}/password").text)
    assert hers.get("/account").status_code == 302
    data = {"name": nina.login, "password": password, "csrf_token": token_of(hers)}
    assert hers.post("/login", data=data).status_code == 302
    assert "Choose a password of your own" in hers.get("/account").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old": "wrong"}, "not your present password"),
        ({"again": "other words here"}, "two new passwords differ"),
        ({"new": "short", "again": "short"}, "at least 10 characters"),
        ({"new": "welcome123", "again": "welcome123"}, "first anybody would guess"),
        ({"new": "nina.berg1", "again": "nina.berg1"}, "little more than the name"),
        ({"new": PASSWORD, "again": PASSWORD}, "is the old one"),
    ],
)
def test_ones_own_password(
    client: FlaskClient, person: MakePerson, sign_in: SignIn, change: dict[str, str], words: str
) -> None:
    sign_in(client, person("agent", login="nina.berg"))
    form = {"old": PASSWORD, "new": "four calm rivers", "again": "four calm rivers", **change}
    answer = post(client, "/account/password", form)
    assert answer.status_code == 400
    assert words in answer.text
    assert form["new"] not in answer.text or form["new"] == PASSWORD


def test_language_and_zone(client: FlaskClient, person: MakePerson, sign_in: SignIn) -> None:
    sign_in(client, person("agent"))
    assert 'dir="ltr"' in client.get("/account").text
    wanted = {"locale": "fa", "timezone": "Asia/Tehran"}
    assert post(client, "/account/preferences", wanted).status_code == 302
    page = client.get("/account").text
    assert '<html lang="fa" dir="rtl">' in page
    bad = post(client, "/account/preferences", {"locale": "xx", "timezone": "Mars/Base"})
    assert bad.status_code == 400
    assert "Choose a language" in bad.text
    assert 'value="Mars/Base"' in bad.text


def test_finding_people(admin: FlaskClient, person: MakePerson) -> None:
    person("agent", name="Öznur Şahin", login="oz", team="North")
    person("qa", name="100% Quality", login="q")
    person("agent", name="Мария Иванова", login="maria")
    assert names(admin.get("/people?text=öznur").text) == ["Öznur Şahin"]
    assert names(admin.get("/people?text=МАРИЯ").text) == ["Мария Иванова"]
    assert names(admin.get("/people?text=%25").text) == ["100% Quality"]
    assert names(admin.get("/people?role=qa").text) == ["100% Quality"]
    assert names(admin.get("/people?role=qa&text=zzz").text) == []
    assert "Nobody fits" in admin.get("/people?text=zzz").text
    assert names(admin.get("/people?sort=login&direction=desc").text)[0] == "100% Quality"
    assert len(names(admin.get("/people?sort=nonsense&page=-3&team=x").text)) == 4


def test_pages_of_people(admin: FlaskClient, person: MakePerson) -> None:
    for n in range(60):
        person("agent", login=f"agent.{n:02d}", name=f"Agent {n:02d}")
    first, second = admin.get("/people?role=agent"), admin.get("/people?role=agent&page=2")
    assert [len(names(page.text)) for page in (first, second)] == [50, 10]
    assert "role=agent" in first.text.split("page-next")[0].rsplit("href", 1)[1]
    assert names(admin.get("/people?role=agent&page=99").text) == names(second.text)


def test_teams(app: Flask, admin: FlaskClient, person: MakePerson) -> None:
    assert post(admin, "/teams", {"name": " North  side "}).status_code == 302
    assert "a team “north SIDE” already" in post(admin, "/teams", {"name": "north SIDE"}).text
    assert "A team&#39;s name has" in post(admin, "/teams", {"name": " "}).text
    person("agent", team="Full")
    with app.app_context():
        ids = {team.name: team.id for team in db.session.scalars(select(Team))}
    assert set(ids) == {"North side", "Full"}
    assert post(admin, f"/teams/{ids['North side']}", {"name": "full"}).status_code == 400
    assert post(admin, f"/teams/{ids['North side']}", {"name": "South"}).status_code == 302
    assert post(admin, f"/teams/{ids['Full']}/delete").status_code == 409
    assert post(admin, f"/teams/{ids['North side']}/delete").status_code == 302
    assert post(admin, f"/teams/{ids['North side']}/delete").status_code == 404
    with app.app_context():
        assert [team.name for team in db.session.scalars(select(Team))] == ["Full"]


def test_the_audit_log_can_be_narrowed(admin: FlaskClient, ada: Person, person: MakePerson) -> None:
    nina = person("agent")
    post(admin, f"/people/{nina.id}/deactivate")

    def shown(query: str) -> int:
        return admin.get(f"/audit?{query}").text.count('data-test="entry-')

    assert shown("action=person.deactivated") == 1
    assert shown(f"subject=person:{nina.id}") == 2
    assert shown(f"person={ada.id}&action=sign_in") == 1
    assert shown("since=2026-03-02&until=2026-03-02") == shown("") > 3
    assert shown("until=2026-03-01") == 0
    assert shown("since=nonsense&person=x") == shown("")


def test_the_audit_log_cannot_be_changed(app: Flask, ada: Person) -> None:
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).first()
        assert entry is not None
        entry.action = "nothing"
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.flush()
        db.session.rollback()
        db.session.delete(entry)
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.flush()
        db.session.rollback()


def test_a_person_who_is_not_there(admin: FlaskClient) -> None:
    assert admin.get("/people/4711").status_code == 404
    assert post(admin, "/people/4711/password").status_code == 404


@pytest.mark.parametrize("number", [0, 2**31, 10**20, 10**400])
def test_numbers_no_row_can_have(admin: FlaskClient, number: int) -> None:
    assert admin.get(f"/people/{number}").status_code == 404
    for page in ("people", "audit"):
        asked = f"/{page}?page={number}&person={number}&team={number}&subject=person:{number}"
        assert admin.get(asked).status_code == 200
