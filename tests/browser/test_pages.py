"""Every page: no errors, nothing refused, readable in light and dark, narrow, by keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calls import silent_call, typed_call
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.tape import Studio

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 360, "height": 740}
MOST_BYTES = 300_000
MOST_STOPS = 120


@dataclass(frozen=True, slots=True)
class Calls:
    """Nina's calls: one with sound, one typed to its end."""

    spoken: str
    typed: str


@pytest.fixture(scope="module")
def calls(house: House, studio: Studio) -> Calls:
    scenario = studio.scenario("first-day-appointment")
    return Calls(silent_call(house, "nina", "lost-card"), typed_call(house, "nina", scenario, 7))


def test_sign_in_page(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.page.goto("/login")
    look_over(desk)
    desk.get("field-name").fill("nina")
    desk.get("field-password").fill("wrong")
    desk.get("sign-in").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    look_over(desk)
    desk.forgive("/login", "Failed to load resource")


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("nina", ["/practise", "/practise/lost-card", "/account", "/calls"]),
        ("nina", ["/calls/{spoken}/debrief", "/calls/{typed}/debrief"]),
        ("sam", ["/calls", "/calls/{spoken}/debrief"]),
        ("ada", ["/people", "/people/new", "/people/1", "/teams", "/audit", "/jobs"]),
    ],
    ids=["agent", "debrief", "supervisor", "administrator"],
)
def test_pages_of_a_role(open_desk: OpenDesk, calls: Calls, name: str, paths: list[str]) -> None:
    desk = open_desk()
    desk.sign_in(name)
    for path in paths:
        desk.page.goto(path.format(spoken=calls.spoken, typed=calls.typed))
        look_over(desk)


def test_call_phases(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.sign_in("mei")
    desk.start("lost-card", seed=3)
    look_over(desk)
    # With what it says when there is no microphone.
    desk.get("check-start").click()
    expect(desk.get("check-problem")).to_be_visible()
    look_over(desk)
    desk.start("lost-card", seed=3, mode="chat")
    desk.get("chat-text").fill("Good morning, my name is Alex. How can I help you?")
    desk.get("chat-send").click()
    expect(desk.get("bubble-customer").first).to_be_visible()
    desk.get("btn-hold").click()
    expect(desk.get("bubble-desk").first).to_be_visible()
    look_over(desk)
    elsewhere = open_desk()
    elsewhere.sign_in("mei")
    elsewhere.page.goto(desk.page.url)
    look_over(elsewhere)
    desk.get("btn-hold").click()
    desk.hang_up()
    look_over(desk)


def test_error_pages(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.sign_in("jonas")
    for path, status in (("/nowhere", 404), ("/people", 403)):
        answer = desk.page.goto(path)
        assert answer is not None
        assert answer.status == status
        look_over(desk)
        # The browser itself notes that the page was not a good answer.
        desk.forgive(str(status), path)


def look_over(desk: Desk) -> None:
    """Raises ``AssertionError`` with everything that is not right about the page."""
    page = desk.page
    found: list[str] = []
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.evaluate(AXE)
    found += _look(page, "frame()")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {told}" for told in _look(page, "rules", RULES)]
    page.emulate_media(color_scheme="light")
    found += _unseen_focus(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found += [f"narrow: {told}" for told in _look(page, "tooWide()")]
    found += [f"narrow: {told}" for told in _look(page, "rules", RULES)]
    size = _look(page, "bytes()")
    if size >= MOST_BYTES:
        found.append(f"{size} bytes of scripts and styles")
    found += desk.seen()["refused"]
    assert found == [], f"{page.url}:\n" + "\n".join(found)


def _look(page: Page, what: str, *wanted: Any) -> Any:
    """``what()`` of look.js, or ``what`` with an argument."""
    call = what if what.endswith(")") else f"{what}(wanted)"
    return page.evaluate(f"(wanted) => ({LOOK}).{call}", *wanted)


def _unseen_focus(page: Page) -> list[str]:
    """Tab through the page: every stop must show that it has the focus."""
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = _look(page, "focus()")
        if stop is None or stop["again"]:
            break
        if not stop["seen"]:
            found.append(f"the focus is not seen: {stop['html']}")
    return found
