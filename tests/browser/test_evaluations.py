"""Scoring while listening, release, answer and dispute; two tabs; the connection gone and back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from app.accounts import service as people
from app.config import Settings
from app.db import db
from app.quality.cards import service as cards
from app.quality.cards.service import Publishing
from app.recordings import keeping
from app.services import now
from tests.browser.calls import silent_call
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.test_pages import look_over
from tests.quality_evaluations.conftest import BODY


@dataclass(frozen=True, slots=True)
class Seeded:
    recordings: tuple[int, int]
    card: int


@pytest.fixture(scope="module")
def seeded(house: House) -> Seeded:
    """Two calls of Mei, of the team North, and a card."""
    calls = [silent_call(house, "mei", "lost-card") for _ in range(2)]
    app = create_app(Settings(data_dir=house.home))
    with app.app_context():
        quinn, at = people.by_login("quinn"), now()
        draft = cards.create(quinn, "Every call (evaluations)", BODY, at)
        cards.publish(draft, quinn, at, Publishing("For this test.", draft.revision, None))
        found = [keeping.find_key(call) for call in calls]
        made = Seeded((found[0].id, found[1].id), draft.card_id)  # type: ignore[union-attr]
        db.session.remove()
        db.engine.dispose()
    return made


def begin(desk: Desk, seeded: Seeded, which: int) -> None:
    desk.page.goto(f"/quality/evaluate/{seeded.recordings[which]}")
    desk.get(f"start-{seeded.card}").click()
    desk.page.wait_for_url("**/score")
    expect(desk.get("marking-count")).to_have_text("0 of 2 answered")


def kept(desk: Desk, page: Page | None = None) -> None:
    expect(desk.get("marking-state", page)).to_have_text("Everything is kept")


def test_from_listening_to_the_outcome_of_a_dispute(open_desk: OpenDesk, seeded: Seeded) -> None:
    sam = open_desk()
    sam.sign_in("sam")
    begin(sam, seeded, 0)
    # By keyboard: the first criterion is a no, which must be explained.
    sam.page.keyboard.press("n")
    sam.page.keyboard.press("1")
    expect(sam.get("marking-count")).to_contain_text("comments still needed: 1")
    sam.get("comment-greets").fill("She said nothing.")
    expect(sam.get("sound-play")).to_be_enabled()
    sam.page.evaluate(
        "document.querySelector('[data-player]').dispatchEvent("
        "new CustomEvent('callwright:seek', {detail: {seconds: 1.2}}))"
    )
    sam.get("second-greets").click()
    expect(sam.get("criterion-greets").locator(".second")).to_have_count(1)
    sam.get("submit").click()
    expect(sam.get("error-tone")).to_contain_text("This is not answered yet.")
    # The call stays where it was, and part of a card makes no total.
    expect(sam.get("sound-now")).to_have_text("0:01")
    expect(sam.get("marking-total")).to_have_text("the total comes at the end")
    sam.forgive("400")
    sam.get("point-tone-4").click()
    kept(sam)
    expect(sam.get("marking-total")).to_have_text("45 of 100")
    sam.get("note").fill("A quiet call.")
    look_over(sam)
    sam.get("submit").click()
    expect(sam.get("total")).to_have_text("45 of 100")
    evaluation = sam.page.url

    mei = open_desk()
    mei.sign_in("mei")
    answer = mei.page.goto(evaluation)
    assert answer is not None
    assert answer.status == 404
    mei.forgive("404")
    sam.get("release-now").click()
    expect(sam.get("release-now")).to_have_count(0)

    mei.page.goto("/quality")
    expect(mei.get("to-answer").get_by_role("link")).to_have_count(1)
    mei.page.goto(evaluation)
    expect(mei.page.get_by_text("A quiet call.")).to_be_visible()
    mei.get("dispute-open-greets").click()
    look_over(mei)
    mei.get("dispute-words-greets").fill("I did greet: at the very start.")
    mei.get("dispute-send-greets").click()
    expect(mei.get("dispute-words")).to_contain_text("at the very start")
    dispute = mei.page.url

    quinn = open_desk()
    quinn.sign_in("quinn")
    quinn.page.goto("/quality")
    quinn.get("to-decide").get_by_role("link", name="Greets").first.click()
    assert quinn.page.url == dispute
    look_over(quinn)
    quinn.get("mark-1").click()
    quinn.get("decide-words").fill("One hears it.")
    quinn.get("decide").click()
    expect(quinn.get("dispute-outcome")).to_contain_text("45 → 85")

    mei.page.goto(evaluation)
    expect(mei.get("total")).to_have_text("85 of 100")
    mei.get("accept-words").fill("Thank you.")
    mei.get("accept").click()
    expect(mei.get("accept")).to_have_count(0)
    for path in ("/quality/disputes", "/quality/evaluations"):
        sam.page.goto(path)
        look_over(sam)


def test_two_tabs_and_a_lost_connection(open_desk: OpenDesk, seeded: Seeded) -> None:
    sam = open_desk()
    sam.sign_in("sam")
    begin(sam, seeded, 1)
    second = sam.context.new_page()
    second.goto(sam.page.url)
    sam.get("point-tone-5").click()
    kept(sam)
    sam.get("point-tone-2", second).click()
    conflict = sam.get("conflict-tone", second)
    expect(conflict).to_be_visible()
    expect(conflict.get_by_text("5", exact=True)).to_be_visible()
    sam.get("mine-tone", second).click()
    kept(sam, second)
    sam.forgive("409")

    sam.context.set_offline(True)
    sam.get("comment-tone", second).fill("Out of breath.")
    sam.get("point-greets-1", second).click()
    expect(sam.get("marking-state", second)).to_contain_text("Kept on this device: 2")
    # Even the page may go meanwhile: this device has the marks.
    address = second.url
    second.close()
    sam.context.set_offline(False)
    sam.forgive("Failed to load resource")
    third = sam.context.new_page()
    third.goto(address)
    kept(sam, third)
    expect(sam.get("comment-tone", third)).to_have_value("Out of breath.")
    # The first tab still shows what it saw, and is asked before it writes over it.
    sam.get("left-greets-not_applicable").click()
    expect(sam.get("conflict-greets")).to_be_visible()
    sam.get("theirs-greets").click()
    expect(sam.get("point-greets-1").locator("input")).to_be_checked()
    kept(sam)
    sam.forgive("409")
