"""A visitor without a browser: signs in, starts a call, opens its line, fetches what is left.

Speaks to a running server as a browser would, over HTTP and a WebSocket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from simple_websocket import Client

from app.errors import InvalidInput, NotAllowed, Unavailable

TIMEOUT = 30
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Started:
    """A call that waits to be picked up."""

    call: str
    seed: int


class Visitor:
    """One signed-in session. Raises ``AppError`` with what the server said."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self._url = url.rstrip("/")
        self.http = requests.Session()
        page = self._get("/login")
        answer = self.http.post(
            f"{self._url}/login",
            data={"csrf_token": _token(page.text), "name": login, "password": password},
            timeout=TIMEOUT,
        )
        if urlsplit(answer.url).path == "/login":
            raise NotAllowed(f"{login} could not sign in at {self._url}")

    def start(self, scenario: str, *, mode: str, purpose: str, seed: int | None) -> Started:
        token = _token(self._get(f"/practise/{scenario}").text)
        form = {"csrf_token": token, "mode": mode, "purpose": purpose}
        if seed is not None:
            form["seed"] = str(seed)
        body = self._post(f"/practise/{scenario}/calls", form)
        return Started(body["call"], body["seed"])

    def socket(self, path: str) -> Client:
        """An open WebSocket with this session's cookie."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        address = "ws" + self._url.removeprefix("http") + path
        return Client(address, headers={"Cookie": cookies})

    def wrap_up(self, call: str, disposition: str, note: str) -> None:
        token = _token(self._get(f"/calls/{call}").text)
        form = {"csrf_token": token, "disposition": disposition, "note": note}
        self._post(f"/calls/{call}/wrap-up", form)

    def log(self, call: str) -> dict[str, Any]:
        """The finished call: its events and its score."""
        body: dict[str, Any] = self._get(f"/calls/{call}/log.json").json()
        return body

    def audio(self, call: str) -> bytes:
        """The recording, FLAC."""
        return self._get(f"/calls/{call}/audio.flac").content

    def close(self) -> None:
        """Let go of the connections. The session stays good until it ends by itself."""
        self.http.close()

    def _get(self, path: str) -> requests.Response:
        try:
            answer = self.http.get(f"{self._url}{path}", timeout=TIMEOUT)
        except requests.ConnectionError as error:
            raise Unavailable(
                f"no server answers at {self._url}", remedy="Start one with: make run"
            ) from error
        if not answer.ok:
            raise InvalidInput(f"{path} answered {answer.status_code}: {_said(answer)}")
        return answer

    def _post(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        answer = self.http.post(
            f"{self._url}{path}",
            data=form,
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
        )
        if not answer.ok:
            raise InvalidInput(f"{path} answered {answer.status_code}: {_said(answer)}")
        body: dict[str, Any] = answer.json()
        return body


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise InvalidInput("the page has no form to send: is this a Callwright server?")
    return found.group(1)


def _said(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason
