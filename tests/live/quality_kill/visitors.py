"""Somebody who works over HTTP, and a look into the database to choose what to do next."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from app.accounts.demo import PASSWORD
from app.scenarios.visitor import TOKEN, Visitor
from tests.live.quality_kill.memory import Memory

TIMEOUT = 60


class Gone(Exception):
    """Nobody answers any more."""


class Books:
    """The database of a running server, read from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, question: str, *values: Any) -> list[sqlite3.Row]:
        try:
            address = f"file:{self._path}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
                connection.row_factory = sqlite3.Row
                return connection.execute(question, values).fetchall()
        except sqlite3.OperationalError as error:
            raise Gone from error

    def one(self, question: str, *values: Any) -> sqlite3.Row | None:
        return next(iter(self.rows(question, *values)), None)


class Member:
    """One signed-in person. She signs in once: her session must outlive every server."""

    def __init__(self, url: str, login: str, memory: Memory, books: Books) -> None:
        self.login, self.memory, self.books = login, memory, books
        self._url = url
        self._http = Visitor(url, login, PASSWORD).http
        page = self._http.get(f"{url}/account", timeout=TIMEOUT)
        found = TOKEN.search(page.text)
        assert found, page.text[:2000]
        self._token = found.group(1)
        row = books.one("SELECT id FROM people WHERE login = ?", login)
        assert row is not None
        self.id = int(row["id"])

    def hang_up(self) -> None:
        """Let go of connections to a server that is dead; she stays signed in."""
        cookies = self._http.cookies
        self._http.close()
        self._http = requests.Session()
        self._http.cookies = cookies

    def post(self, kind: str, path: str, **sent: Any) -> requests.Response | None:
        """The answer if it is a success; None when it was refused. Raises ``Gone``."""
        head = {"X-CSRFToken": self._token}
        if "data" not in sent or not isinstance(sent["data"], dict):
            head["Accept"] = "application/json"
        try:
            answer = self._http.post(
                self._url + path, headers=head, timeout=TIMEOUT, allow_redirects=False, **sent
            )
        except requests.RequestException as error:
            if "refused" not in str(error):  # it was on its way, not too late
                self.memory.count(self.memory.cut_off, kind)
            raise Gone from error
        if answer.status_code >= 500:
            self.memory.fault(f"{kind} {path}: {answer.status_code} {answer.text[:500]}")
        lost = answer.is_redirect and "/login" in answer.headers["Location"]
        if lost or answer.status_code in (401, 403):
            self.memory.fault(f"{self.login} is signed out: {kind} {path} {answer.status_code}")
        if answer.status_code >= 400 or lost:
            self.memory.count(self.memory.refused, f"{kind} {answer.status_code}")
            return None
        self.memory.count(self.memory.did, kind)
        return answer


def number_in(answer: requests.Response, before: str) -> int:
    """The number behind ``before`` in the address an answer leads to."""
    tail = answer.headers["Location"].partition(before)[2]
    digits = tail[: next((i for i, sign in enumerate(tail) if not sign.isdigit()), len(tail))]
    return int(digits)
