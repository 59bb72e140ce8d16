"""A person at her desk: the pages as somebody uses them, and what they complained of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
)

from app.accounts.demo import PASSWORD
from tests.browser.tape import Tape

WATCH = Path(__file__).with_name("watch.js")
PATIENCE = 30_000
"""Milliseconds a page gets on a machine that is busy with other tests."""
GREETED = re.compile("good morning|green valley|northfield|name is|can i help", re.IGNORECASE)
"""What is heard of a greeting: not every word of it, every time."""
TRIES = 5
"""How often a tape is begun again when the machine was too slow for it."""

expect.set_options(timeout=PATIENCE)


class Desk:
    def __init__(self, context: BrowserContext, tape: Tape | None) -> None:
        self.context = context
        self.tape = tape
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=WATCH)
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))
        self.page = context.new_page()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.text} ({where})")

    def forgive(self, *parts: str) -> None:
        """The test wanted this to go wrong: what contains all of ``parts`` is no complaint."""
        kept = [told for told in self.complaints if not all(part in told for part in parts)]
        assert kept != self.complaints, f"nothing complained of {parts}: {kept}"
        self.complaints = kept

    def get(self, test: str, on: Page | None = None) -> Locator:
        return (on or self.page).get_by_test_id(test)

    # ---- getting there -------------------------------------------------------------------------

    def sign_in(self, name: str) -> None:
        self.page.goto("/login")
        self.get("field-name").fill(name)
        self.get("field-password").fill(PASSWORD)
        self.get("sign-in").click()
        expect(self.get("account")).to_be_visible()

    def start(
        self, scenario: str, *, seed: int, mode: str = "voice", purpose: str = "practice"
    ) -> str:
        """From the briefing of this variation to the call's page; its id."""
        self.page.goto(f"/practise/{scenario}?seed={seed}")
        self.get(f"purpose-{purpose}").check()
        self.get(f"mode-{mode}").check()
        self.get("start").click()
        self.page.wait_for_url("**/calls/*")
        return self.call

    @property
    def call(self) -> str:
        return self.page.url.split("/calls/")[1].split("/")[0]

    # ---- the check and the call ----------------------------------------------------------------

    @property
    def tape_at(self) -> float:
        """Seconds since the microphone began to play the tape."""
        gone: float = self.page.evaluate("performance.now() - window.callwrightSeen.microphone")
        return gone / 1000

    def turn_on(self) -> None:
        """Opens the microphone: the tape begins."""
        self.get("check-start").click()
        # Once the level is shown, the server listens and its model is loaded.
        expect(self.get("check-level")).to_have_attribute("data-verdict", re.compile("."))

    def take_call(self) -> None:
        """At the moment that the tape is made for; too late for it, the tape begins again."""
        assert self.tape is not None
        for _ in range(TRIES):
            if self.tape_at <= self.tape.take_at:
                break
            self.page.reload()
            self.turn_on()
        self.page.wait_for_timeout((self.tape.take_at - self.tape_at) * 1000)
        self.get("take-call").click()
        expect(self.get("phase-call")).to_be_visible()

    def hang_up(self) -> None:
        """Twice: at once."""
        self.get("btn-hangup").click()
        self.get("btn-hangup").click()
        expect(self.get("phase-wrap")).to_be_visible()

    def wrap_up(self, disposition: str, note: str) -> None:
        self.get("field-disposition").select_option(disposition)
        self.get("field-note").fill(note)
        self.get("wrap-submit").click()
        self.page.wait_for_url("**/debrief")

    # ---- afterwards ----------------------------------------------------------------------------

    def log(self, call: str) -> list[dict[str, Any]]:
        """The journal of a call that is over."""
        events: list[dict[str, Any]] = self.page.request.get(f"/calls/{call}/log.json").json()[
            "events"
        ]
        return events

    def seen(self) -> dict[str, Any]:
        """What ``watch.js`` saw in this page."""
        seen: dict[str, Any] = self.page.evaluate("window.callwrightSeen")
        return seen
