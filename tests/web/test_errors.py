"""Every error has one shape, as a page and as JSON, and never a stack trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import errors
from app.accounts import rights
from app.db import db
from app.errors import AppError
from tests.conftest import MakePerson, SignIn, token_of

JSON = {"Accept": "application/json"}
SHAPE = {"code", "message", "field", "remedy", "request_id"}


@pytest.fixture
def raising(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], FlaskClient]:
    """A browser, and a page /raise that raises what one asks for."""

    def prepare(error: Exception) -> FlaskClient:
        def fail() -> str:
            raise error

        app.add_url_rule("/raise", "raise", fail)
        app.add_url_rule("/raise.json", "raise", fail)
        monkeypatch.setattr(rights, "TABLE", {**rights.TABLE, "raise": rights.PUBLIC})
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return app.test_client()

    return prepare


def every_error() -> list[type[AppError]]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return [kind for kind in kinds if issubclass(kind, AppError)]


@pytest.mark.parametrize("kind", every_error())
def test_each_error_as_json_and_as_a_page(
    raising: Callable[[Exception], FlaskClient], kind: type[AppError]
) -> None:
    client = raising(kind("A <thing> is wrong.", field="thing", remedy="Mend it."))
    answer = client.get("/raise", headers={**JSON, "X-Request-ID": "from-the-proxy-1"})
    assert answer.status_code == kind.status
    assert answer.json == {
        "error": {
            "code": kind.code,
            "message": "A <thing> is wrong.",
            "field": "thing",
            "remedy": "Mend it.",
            "request_id": "from-the-proxy-1",
        }
    }
    page = client.get("/raise", headers={"Accept": "text/html"})
    if kind is errors.NotSignedIn:
        assert page.headers["Location"] == "/login?next=/raise"
    else:
        assert page.status_code == kind.status
        assert "A &lt;thing&gt; is wrong." in page.text
        assert "Mend it." in page.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/raise.json", {}),
        ("/raise", {"Accept": "application/json"}),
        ("/raise", {"X-Requested-With": "XMLHttpRequest", "Accept": "*/*"}),
        ("/raise", {"Upgrade": "websocket"}),
    ],
)
def test_programs_get_json(
    raising: Callable[[Exception], FlaskClient], path: str, headers: dict[str, str]
) -> None:
    answer = raising(errors.NotFound("gone")).get(path, headers=headers)
    assert answer.is_json
    assert set(answer.json["error"]) == SHAPE  # type: ignore[index]


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/json;q=0.9", "*/*", ""])
def test_people_get_a_page(raising: Callable[[Exception], FlaskClient], accept: str) -> None:
    answer = raising(errors.NotFound("gone")).get("/raise", headers={"Accept": accept})
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize("headers", [{}, JSON])
def test_our_own_fault_shows_no_trace(
    raising: Callable[[Exception], FlaskClient],
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
) -> None:
    answer = raising(ZeroDivisionError("the secret of /etc/passwd")).get("/raise", headers=headers)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "secret of" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "the secret of /etc/passwd" in caplog.text


def test_a_database_that_is_away(raising: Callable[[Exception], FlaskClient]) -> None:
    away = OperationalError("SELECT secret", {}, Exception("database is locked"))
    answer = raising(away).get("/raise", headers=JSON)
    assert answer.status_code == 503
    assert answer.json["error"]["code"] == "unavailable"  # type: ignore[index]
    assert "SELECT" not in answer.text


def test_what_http_itself_knows(client: FlaskClient) -> None:
    missing = client.get("/nothing/here", headers=JSON)
    assert (missing.status_code, missing.json["error"]["code"]) == (404, "not_found")  # type: ignore[index]
    wrong = client.put("/login", headers=JSON)
    assert (wrong.status_code, wrong.json["error"]["code"]) == (405, "method_not_allowed")  # type: ignore[index]
    assert "GET" in wrong.headers["Allow"]
    assert "There is no such page" in client.get("/nothing").text


def test_too_large(client: FlaskClient) -> None:
    form = {"name": "x" * (3 * 1024 * 1024), "csrf_token": token_of(client)}
    answer = client.post("/login", data=form, headers=JSON)
    assert answer.status_code == 413
    assert set(answer.json["error"]) == SHAPE  # type: ignore[index]


@pytest.mark.parametrize("token", [None, "", "forged", "IjEi.Z.x"])
def test_forms_without_a_good_token_change_nothing(
    app: Flask, client: FlaskClient, person: MakePerson, sign_in: SignIn, token: str | None
) -> None:
    sign_in(client, person("administrator"))
    before = rows(app)
    form = {"name": "North"} if token is None else {"name": "North", "csrf_token": token}
    answer = client.post("/teams", data=form, headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "csrf")  # type: ignore[index]
    assert "too old" in client.post("/teams", data=form).text
    assert rows(app) == before


def test_another_sessions_token_is_none(
    app: Flask, client: FlaskClient, person: MakePerson, sign_in: SignIn
) -> None:
    sign_in(client, person("administrator"))
    foreign = token_of(app.test_client())
    answer = client.post("/teams", data={"name": "North", "csrf_token": foreign}, headers=JSON)
    assert answer.status_code == 400


def rows(app: Flask) -> int:
    with app.app_context():
        return int(
            db.session.connection().exec_driver_sql("SELECT count(*) FROM teams").scalar_one()
        )
