"""A session planned by its lead and scored blind by two people, each at her own desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app import create_app
from app.config import Settings
from app.db import db, transaction
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from tests.browser.calls import silent_call
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.test_pages import look_over

HOME = "/quality/calibration"
CARD = {
    "title": "Service",
    "pass_mark": 70,
    "sections": [
        {
            "id": "service",
            "title": "Service",
            "criteria": [
                {"id": "greeting", "title": "Greets", "weight": 30},
                {"id": "empathy", "title": "Shows empathy", "weight": 40, "scale": "1-5"},
                {"id": "closing", "title": "Closes well", "weight": 30},
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def card(house: House) -> str:
    """The name of a published card of the house."""
    app = create_app(Settings(data_dir=house.home, secret_key="s" * 32))
    at = datetime.now(UTC)
    with app.app_context():
        with transaction() as session:
            made = Card(name="Service, for calibration", created_at=at)
            version = CardVersion(
                card=made, number=1, status=PUBLISHED, body=CARD, content_hash="c" * 64,
                created_at=at, changed_at=at, published_at=at,
            )  # fmt: skip
            session.add_all((made, version))
        db.engine.dispose()
    return made.name


def test_a_session_is_planned_and_scored_blind(
    open_desk: OpenDesk, house: House, card: str
) -> None:
    for _ in range(2):
        silent_call(house, "nina", "lost-card")
    sam, lena, quinn = open_desk(), open_desk(), open_desk()
    for desk, login in ((sam, "sam"), (lena, "lena"), (quinn, "quinn")):
        desk.sign_in(login)
    address = plan(sam, card)
    score_first(lena, address)
    look_over(lena)
    score_first(quinn, address, mark="2", comment="Nobody was there")
    the_lead_sees_counts(sam, address)
    sam.page.goto(address)
    sam.get("close-scoring-open").click()
    sam.get("close-scoring-yes").click()
    expect(sam.get("flash").first).to_contain_text("The scoring is closed")


def plan(desk: Desk, card: str) -> str:
    """Sam leads and scores nothing; Lena and Quinn score two recordings on two criteria."""
    page = desk.page
    page.goto(HOME)
    desk.get("new-session").click()
    page.get_by_label("Title").fill("Empathy in March")
    desk.get("words").fill("lost")
    desk.get("words").press("Enter")
    expect(page.get_by_label("Title")).to_have_value("Empathy in March")
    picks = page.locator("[data-test^=pick-]")
    picks.nth(0).check()
    picks.nth(1).check()
    desk.get("field-card").select_option(label=f"{card}, version 1")
    expect(desk.get("criterion-closing")).to_be_checked()
    desk.get("criterion-closing").uncheck()
    page.get_by_role("checkbox", name="Sam Okafor").uncheck()
    page.get_by_role("checkbox", name="Lena Petrova").check()
    page.get_by_role("checkbox", name="Quinn Reyes").check()
    expect(desk.get("preview")).to_contain_text("2 raters × 2 recordings × 2 criteria ≈ 1 minute")
    look_over(desk)
    desk.get("save-and-open").click()
    expect(desk.get("ready")).to_contain_text("Quinn Reyes")
    look_over(desk)
    desk.get("open-scoring").click()
    expect(desk.get("flash")).to_contain_text("The scoring is open")
    return page.url


def score_first(desk: Desk, address: str, mark: str = "5", comment: str = "Very calm") -> None:
    """The first recording: marked with a comment and a second, handed in."""
    page = desk.page
    page.goto(HOME)
    page.locator("[data-test^=waiting-]", has_text="Empathy in March").get_by_role("link").click()
    assert "Nina" not in page.content()
    desk.get("begin").click()
    expect(desk.get("sound-play")).to_be_enabled()
    assert "Nina" not in page.content()
    desk.get("point-greeting-1").click()
    desk.get("hand-in").click()  # empathy has no mark yet
    expect(desk.get("error-empathy")).to_be_visible()
    desk.get(f"point-empathy-{mark}").click()
    desk.get("comment-empathy").fill(comment)
    desk.get("second-empathy").click()
    expect(desk.get("marking-state")).to_have_text("Everything is kept")
    if mark == "5":
        look_over(desk)
    page.reload()
    expect(desk.get("comment-empathy")).to_have_value(comment)
    desk.get("hand-in").click()
    expect(desk.get("flash")).to_contain_text("Here is the next one")
    page.goto(address)
    expect(page.get_by_text("1 of 2 handed in")).to_be_visible()


def the_lead_sees_counts(desk: Desk, address: str) -> None:
    page = desk.page
    page.goto(address)
    expect(page.locator("[data-test^=progress-]")).to_have_count(2)
    expect(page.locator("[data-test^=progress-]").first).to_contain_text("1 of 2")
    for words in ("Very calm", "Nobody was there"):
        assert words not in page.content()
    desk.get("remind").click()
    expect(desk.get("flash")).to_contain_text("2 people are reminded")
    desk.get("field-due").fill(f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%dT12:00}")
    desk.get("move-due").click()
    expect(desk.get("flash")).to_contain_text("due date is moved")
    look_over(desk)
    page.goto(HOME)
    expect(page.get_by_text("people: 0 of 2")).to_be_visible()
    look_over(desk)
