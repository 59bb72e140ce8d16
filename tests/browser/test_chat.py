"""A whole call by chat, by the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from app.accounts.demo import PASSWORD
from app.scenarios import messages
from app.scenarios.mind import Mind
from app.scenarios.schema import Scenario
from app.scenarios.walk import SayThis
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.tape import Studio

SCENARIO = "first-day-appointment"
SEED = 7
MOST_TABS = 60


def test_a_call_by_chat_with_the_keyboard_alone(open_desk: OpenDesk, studio: Studio) -> None:
    desk = open_desk()
    page = desk.page
    page.goto("/login")
    page.keyboard.type("jonas")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(desk.get("account")).to_be_visible()

    page.goto(f"/practise/{SCENARIO}?seed={SEED}")
    _tab_to(page, "mode-voice")
    page.keyboard.press("ArrowDown")
    expect(desk.get("mode-chat")).to_be_checked()
    _tab_to(page, "start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*")
    # The cursor stands where one writes.
    expect(desk.get("chat-text")).to_be_focused()
    _chat(desk, studio.scenario(SCENARIO))

    # After the call the focus is on the wrap-up, not on a button that is gone.
    expect(desk.get("phase-wrap")).to_be_visible()
    _tab_to(page, "field-disposition")
    page.keyboard.type("First app")
    expect(desk.get("field-disposition")).to_have_value("booked")
    page.keyboard.press("Tab")
    page.keyboard.type("Headaches; Tuesday; a reminder by e-mail.")
    _tab_to(page, "wrap-submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/debrief")

    assert int(desk.get("score").locator(".big").inner_text()) >= 70
    expect(desk.get("transcript")).to_contain_text("Good morning")
    expect(desk.get("play")).to_have_count(0)
    expect(desk.get("result-asks_reason")).to_have_attribute("data-outcome", "met")
    expect(desk.get("path")).to_contain_text("Opening")
    assert page.request.get(f"/calls/{desk.call}/audio.flac").status == 404


def _chat(desk: Desk, scenario: Scenario) -> None:
    """Says what the automatic trainee would, to what is seen on the page."""
    page = desk.page
    mind = Mind(scenario, SEED)
    acts = re.compile("understood: (.*)")
    for turn in range(40):
        act = mind.next()
        if act is None:
            break
        assert isinstance(act, SayThis), act
        page.keyboard.type(act.text)
        page.keyboard.press("Enter")
        # After the goodbye the page goes on to the wrap-up, which shows what was said.
        kept = desk.get("wrap-said").get_by_text(act.text)
        mine = desk.get("bubble-you").nth(turn).or_(kept).first
        expect(mine).to_contain_text(act.text)
        found = acts.search(mine.inner_text())
        # Asked last: the page may go on at any moment, and the wrap-up shows no acts.
        if kept.count():
            break
        heard = [name.strip().replace(" ", "_") for name in found[1].split(",")] if found else []
        mind.take(messages.Said(act.text, 1.0, 1.0, heard))
        if mind.state.ending:
            break
    expect(desk.get("phase-wrap")).to_be_visible()


def _tab_to(page: Page, test: str) -> None:
    """Tab, as somebody without a mouse would, until the control has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.dataset.test") == test:
            return
    raise AssertionError(f"{test} is not reached with the Tab key")
