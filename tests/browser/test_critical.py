"""In a test, a trainee asks for the PIN: one thing decides the whole call, and she sees why."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.tape import Studio

SEED = 3
PIN = "I need the PIN of your card, please."


def test_asking_for_the_pin_fails_the_call_and_says_why(
    open_desk: OpenDesk, studio: Studio
) -> None:
    desk = open_desk(studio.until("lost-card", SEED, "asks_pin", "asked_pin", PIN))
    page = desk.page
    desk.sign_in("omar")
    call = desk.start("lost-card", seed=SEED, purpose="test")
    desk.turn_on()
    desk.take_call()

    # A test: nothing to lean on.
    expect(desk.get("connection")).to_contain_text("vosk")
    for hidden in ("script", "btn-help", "btn-pause"):
        expect(desk.get(hidden)).to_have_count(0)
    asked = desk.get("bubble-you").filter(has_text=re.compile(r"\bpin\b"))
    expect(asked.first).to_be_visible(timeout=120_000)
    expect(page.get_by_text("understood:")).to_have_count(0)
    # She answers what she was asked, however she takes it.
    expect(desk.get("bubble-customer").last).to_contain_text(re.compile("PIN", re.IGNORECASE))
    desk.hang_up()
    desk.wrap_up("not_verified", "Asked the caller for her PIN, then broke off.")

    expect(desk.get("score").locator(".big")).to_have_text("0")
    expect(desk.get("verdict")).to_contain_text("Not yet")
    decided = desk.get("auto-failed")
    expect(decided).to_contain_text("One thing decided the whole call.")
    expect(decided).to_contain_text("Never asks for the PIN or a password")
    result = desk.get("result-never_asks_pin")
    expect(result).to_have_attribute("data-outcome", "not_met")
    expect(result).to_contain_text("critical")
    expect(result.locator("q").first).to_contain_text(re.compile(r"\bpin\b"))
    expect(desk.get("instead-never_asks_pin")).to_contain_text("security word")
    decided.get_by_role("link").click()
    expect(result).to_be_in_viewport()
    # The words themselves are marked, where they were said.
    marked = page.locator(".line.you .w[data-mark=not_met]", has_text=re.compile("^pin$"))
    expect(marked.first).to_be_visible()
    assert any(event["kind"] == "hung_up" for event in desk.log(call))
