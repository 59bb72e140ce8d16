"""Headers, request ids, the log line, static files, health."""

from __future__ import annotations

import json
import logging
import re
from collections import namedtuple
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import create_app, request_facts, web
from app.config import Settings
from app.db import db
from app.logs import JsonFormatter
from app.request_facts import RequestFacts
from tests.conftest import PASSWORD, MakePerson, SignIn, token_of


@pytest.mark.parametrize("path", ["/login", "/nothing", "/health", "/static/css/base.css"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=(self)" in headers["Permissions-Policy"]


def test_each_answer_has_a_nonce_of_its_own(client: FlaskClient) -> None:
    pages = [client.get("/login") for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", p.headers["Content-Security-Policy"]) for p in pages]
    assert all(nonces)
    first, second = (found[1] for found in nonces if found)
    assert first != second
    assert f'content="{first}"' in pages[0].text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abcDEF.123-x", True), ("short", False), ("x" * 65, False), ("in jection", False)],
)
def test_request_ids(client: FlaskClient, sent: str, kept: bool) -> None:
    got = client.get("/login", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert (got == sent) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", got)


def test_pages_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/login").headers["Cache-Control"] == "no-store"


def test_the_cookie(app: Flask, client: FlaskClient, person: MakePerson) -> None:
    nina = person("agent")
    for scheme, secure in (("http", False), ("https", True)):
        browser = app.test_client()
        base = f"{scheme}://localhost"
        page = browser.get("/login", base_url=base).text
        token = re.search(r'csrf_token" value="([^"]+)', page)
        assert token
        answer = browser.post(
            "/login",
            base_url=base,
            headers={"Referer": f"{base}/login"},
            data={"name": nina.login, "password": PASSWORD, "csrf_token": token[1]},
        )
        assert answer.status_code == 302
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_proxies_are_believed_only_when_set(settings: Settings) -> None:
    for hops, scheme in ((0, "http"), (1, "https")):
        made = create_app(
            Settings(data_dir=settings.data_dir, secret_key="s" * 32, proxy_hops=hops)
        )
        answer = made.test_client().get("/login", headers={"X-Forwarded-Proto": "https"})
        assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https")


def test_one_log_line_a_request(
    client: FlaskClient, person: MakePerson, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    nina = person("agent")
    sign_in(client, nina)
    seen: list[dict[str, object]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(json.loads(JsonFormatter().format(record)))

    handler = Keep()
    logger = logging.getLogger("callwright.request")
    logger.addHandler(handler)
    caplog.set_level(logging.INFO, "callwright.request")
    client.get("/account?secret=1", headers={"X-Request-ID": "request-0001"})
    logger.removeHandler(handler)
    (line,) = seen
    assert line["request_id"] == "request-0001"
    assert line["person_id"] == nina.id
    assert (line["method"], line["path"], line["status"]) == ("GET", "/account", 200)
    assert isinstance(line["ms"], float)
    assert "secret" not in json.dumps(line)
    assert request_facts.facts() == RequestFacts()


def test_the_log_keeps_exceptions_whole() -> None:
    try:
        raise ValueError("bad\nnews")
    except ValueError:
        import sys

        record = logging.LogRecord("x", logging.ERROR, "f", 1, "it %s", ("broke",), sys.exc_info())
    told = json.loads(JsonFormatter().format(record))
    assert told["message"] == "it broke"
    assert "ValueError: bad\nnews" in told["exception"]


def test_static_files_are_kept_while_they_are_the_same(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    sheet = tmp_path / "a.css"
    sheet.write_text("body { color: red }" * 100)
    client = app.test_client()
    static_url = app.jinja_env.globals["static_url"]

    def kept(address: str) -> str:
        with client.get(address) as answer:
            return answer.headers["Cache-Control"]

    with app.test_request_context():
        address = static_url("a.css")  # type: ignore[operator]
    assert kept(address) == "public, max-age=31536000, immutable"
    assert kept("/static/a.css") == "no-cache"

    sheet.write_text("body { color: blue }" * 100)
    assert kept(address) == "no-cache"
    with app.test_request_context():
        assert static_url("a.css") != address  # type: ignore[operator]
        assert static_url("no.css") == "/static/no.css"  # type: ignore[operator]

    with client.get("/static/a.css", headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert packed.headers["Content-Encoding"] == "br"
        assert len(packed.data) < 100


def test_health(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert answer.json["parts"]["database"] is True
    assert answer.json["disk_free_bytes"] > 0
    assert answer.json["recognizer"] in ("vosk", "pocketsphinx") or answer.json["lacking"]


def test_health_without_a_database(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", away)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["parts"]["database"] is False


def test_health_without_room(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(web.shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["parts"]["disk"] is False


def test_the_bar_shows_only_where_one_may_go(
    app: Flask, person: MakePerson, sign_in: SignIn
) -> None:
    assert "nav-" not in app.test_client().get("/login").text
    agent = sign_in(app.test_client(), person("agent")).get("/account").text
    admin = sign_in(app.test_client(), person("administrator")).get("/people").text
    assert "nav-accounts.people" not in agent
    assert re.search(r'aria-current="page" data-test="nav-accounts.people"', admin)
    assert token_of(app.test_client())
