"""Whose supervisor hears a call, and what everybody else gets."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.calls import silent_call
from tests.browser.conftest import OpenDesk
from tests.browser.house import House

TITLE = "Lost card"


@pytest.fixture(scope="module")
def call(house: House) -> str:
    """A call by voice that Omar, of the team North, has made."""
    return silent_call(house, "omar", "lost-card")


def test_her_supervisor_finds_the_call_and_hears_it(open_desk: OpenDesk, call: str) -> None:
    desk = open_desk()
    page = desk.page
    desk.sign_in("sam")
    page.goto("/calls")
    row = desk.get(f"call-{call}")
    expect(row).to_contain_text("Omar Haddad")
    row.get_by_role("link", name=TITLE).click()
    page.wait_for_url(f"**/calls/{call}/debrief")
    desk.get("play").click()
    expect(page.locator("#now")).not_to_have_text("0:00")
    # She looks on: the call is not hers to make again.
    expect(desk.get("again")).to_have_count(0)
    sound = page.request.get(f"/calls/{call}/audio.flac")
    assert sound.status == 200
    assert sound.body()[:4] == b"fLaC"

    # Who heard it stands in the audit log.
    watching = open_desk()
    watching.sign_in("ada")
    watching.page.goto("/audit")
    entries = watching.page.get_by_role("row").filter(has_text="Sam Okafor")
    expect(entries.filter(has_text="call.heard").filter(has_text=call)).to_have_count(1)


@pytest.mark.parametrize("name", ["lena", "ada", "mei"])
def test_nobody_else_gets_page_or_sound(open_desk: OpenDesk, call: str, name: str) -> None:
    """Another team's supervisor, an administrator, a colleague of the same team."""
    desk = open_desk()
    desk.sign_in(name)
    answer = desk.page.goto(f"/calls/{call}/debrief")
    assert answer is not None
    assert answer.status == 404
    desk.forgive("404", "/debrief")
    for path in ("audio.flac", "peaks.json", "transcript.vtt", "log.json"):
        assert desk.page.request.get(f"/calls/{call}/{path}").status == 404
    desk.page.goto("/calls")
    expect(desk.get(f"call-{call}")).to_have_count(0)
