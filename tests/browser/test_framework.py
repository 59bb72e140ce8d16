"""The framework through a browser: begun, written in two windows, compared, published, read."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.test_pages import look_over

MISSION = "We settle it in one call, and say so when we cannot."


def begin(desk: Desk) -> None:
    desk.page.goto("/quality/framework")
    for test in ("start-example", "edit"):
        if desk.get(test).count():
            desk.get(test).click()
            break
    desk.page.wait_for_url(re.compile(r"/drafts/\d+$"))


def kept(desk: Desk) -> None:
    expect(desk.get("kept")).to_have_text("All kept")


def write(desk: Desk, place: str, words: str) -> None:
    desk.get(f"field-{place}").fill(words)


def test_edited_compared_and_published(open_desk: OpenDesk, house: House) -> None:
    quinn, other, nina = open_desk(), open_desk(), open_desk()
    quinn.sign_in("quinn")
    other.sign_in("quinn")
    begin(quinn)
    look_over(quinn)
    draft = quinn.page.url
    other.page.goto(draft)

    write(quinn, "mission", MISSION)
    kept(quinn)
    quinn.get("add-policies").click()
    policy = quinn.get("part-policies").last
    policy.get_by_label("Name").fill("Callbacks are kept")
    policy.get_by_label("Text").fill("Whoever promises a call **makes** it.")
    quinn.get("part-policies").first.get_by_test_id("remove").click()
    quinn.get("undo").click()
    write(quinn, "expected-ordinary", "much")
    expect(quinn.get("kept")).to_contain_text("Not kept")
    expect(quinn.page.locator("#expected-ordinary-error")).to_have_text("This is not a number.")
    write(quinn, "expected-ordinary", "88,5")
    kept(quinn)

    # The other window has not seen any of it, and is offline when it writes.
    other.context.set_offline(True)
    write(other, "profile-attitudes", "- Asks early.")
    expect(other.get("kept")).to_contain_text("kept on this device")
    other.context.set_offline(False)
    expect(other.get("both-dialog")).to_be_visible()
    expect(other.get("both-dialog")).to_contain_text("Callbacks are kept")
    other.get("take-theirs").click()
    expect(other.get("flash")).to_contain_text("put aside")
    expect(other.get("field-mission")).to_have_value(MISSION)
    other.forgive("/save", "409")
    other.forgive("/save", "ERR_INTERNET_DISCONNECTED")
    quinn.forgive("/save", "400")

    quinn.get("review").click()
    expect(quinn.get("passage").filter(has_text="Callbacks are kept").first).to_be_visible()
    quinn.get("field-reason").fill("Callbacks were forgotten")
    quinn.get("publish").click()
    expect(quinn.get("flash")).to_contain_text("is in force")

    begin(quinn)
    write(quinn, "mission", MISSION.replace("one call", "one contact"))
    kept(quinn)
    quinn.page.goto("/quality/framework/history")
    quinn.page.get_by_role("link", name="See what changes").first.click()
    [row] = quinn.get("passage").all()
    expect(row.locator("del")).to_have_text("call")
    expect(row.locator("ins")).to_have_text("contact")
    look_over(quinn)

    nina.sign_in("nina")
    nina.page.goto("/quality/framework")
    expect(nina.get("section-policies").locator("strong", has_text="makes")).to_be_visible()
    expect(nina.get("edit")).to_have_count(0)
    look_over(nina)
