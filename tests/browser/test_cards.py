"""A scorecard is written, published, changed and compared, mostly by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.test_pages import look_over


def test_a_scorecard_is_built_published_and_compared(open_desk: OpenDesk) -> None:
    desk = open_desk()
    page = desk.page
    desk.sign_in("quinn")
    page.goto("/quality/cards")
    desk.get("new-card").click()
    desk.get("start-empty").click()
    desk.get("field-name").fill("Call-back card")
    desk.get("create").click()

    # Written from the first field on.
    desk.get("section-0").get_by_test_id("title").first.fill("Opening")
    desk.get("add-criterion").click()
    first = desk.get("criterion-0-0")
    first.get_by_test_id("title").fill("Greets the customer")
    first.get_by_test_id("weight").fill("40")
    expect(desk.get("total")).to_have_text("Weights: 40, add 60")
    second = desk.get("criterion-0-1")
    second.get_by_test_id("title").focus()
    page.keyboard.type("Says when she calls back")
    desk.get("share").click()
    expect(desk.get("total")).to_have_text("Weights: 100 of 100")
    second.get_by_test_id("more").click()
    second.get_by_test_id("scale").select_option("1-5")
    second.get_by_test_id("anchor").first.fill("No time is named.")
    second.get_by_test_id("comment-for").first.check()
    second.get_by_test_id("condition").select_option("greets_the_customer")
    second.get_by_test_id("critical").select_option("section")
    expect(desk.get("kept")).to_have_text("Draft saved")

    # Moved by keyboard, the condition points downwards and the server says so beside it.
    second.get_by_test_id("title").focus()
    page.keyboard.press("Alt+ArrowUp")
    moved = desk.get("criterion-0-0")
    expect(moved.get_by_test_id("title")).to_have_value("Says when she calls back")
    expect(moved.locator("[data-error=asked_if]")).to_contain_text("further up")
    desk.get("publish-open").click()
    expect(desk.get("publish-yes")).to_be_disabled()
    page.keyboard.press("Escape")
    desk.get("undo").click()
    expect(desk.get("criterion-0-0").get_by_test_id("title")).to_have_value("Greets the customer")
    expect(desk.get("criterion-0-1").locator("[data-error=asked_if]")).to_be_empty()
    desk.get("criterion-0-0").get_by_test_id("remove").click()
    expect(desk.get("criterion-0-1")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(desk.get("criterion-0-1")).to_have_count(1)
    desk.get("preview-open").click()
    expect(desk.get("preview")).to_contain_text("No time is named.")
    look_over(desk)

    # Another tab saves: both are shown, and one is chosen.
    other = open_desk()
    other.sign_in("quinn")
    other.page.goto(page.url)
    other.get("criterion-0-0").get_by_test_id("title").fill("Greets, and gives a name")
    expect(other.get("kept")).to_have_text("Draft saved")
    page.set_viewport_size({"width": 1280, "height": 800})
    desk.get("title").first.fill("Call-back")
    expect(page.locator("#clash")).to_contain_text("Greets, and gives a name")
    desk.get("mine").click()
    expect(desk.get("kept")).to_have_text("Draft saved")
    desk.forgive("save", "409")
    other.get("title").first.fill("Called back")
    expect(other.page.locator("#clash")).to_contain_text("Greets the customer")
    other.get("theirs").click()
    expect(other.get("title").first).to_have_value("Call-back")
    expect(other.get("kept")).to_have_text("Draft saved")
    other.forgive("save", "409")

    desk.get("publish-open").click()
    desk.get("reason").fill("Call-backs were forgotten")
    desk.get("publish-yes").click()
    expect(desk.get("published")).to_be_visible()
    expect(desk.get("criterion-says_when_she_calls_back")).to_contain_text("No time is named.")
    look_over(desk)

    # The next version, compared with the first.
    page.set_viewport_size({"width": 1280, "height": 800})
    desk.get("begin-draft").click()
    desk.get("criterion-0-0").get_by_test_id("weight").fill("30")
    desk.get("criterion-0-1").get_by_test_id("weight").fill("70")
    expect(desk.get("total")).to_have_text("Weights: 100 of 100")
    desk.get("publish-open").click()
    desk.get("reason").fill("It matters more")
    desk.get("publish-yes").click()
    expect(page.get_by_role("heading", name="Call-back")).to_be_visible()
    desk.get("compare-base").click()
    change = desk.get("change-says_when_she_calls_back")
    expect(change).to_contain_text("60")
    expect(change).to_contain_text("70")
    look_over(desk)
    page.goto("/quality/cards")
    look_over(desk)
    expect(page.get_by_text(re.compile("Version 2"))).to_be_visible()
