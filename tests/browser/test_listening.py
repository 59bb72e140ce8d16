"""A recording is heard by keyboard, remarked on and redacted; its agent hears silence there."""

from __future__ import annotations

import io
import re
import secrets

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from app import create_app
from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.recordings import keeping, search
from app.recordings.models import READY, UPLOAD, Recording
from app.services import now
from tests.browser.conftest import OpenDesk
from tests.browser.house import House
from tests.browser.test_pages import look_over
from tests.recordings_listening.conftest import RATE, SECONDS, lay_sound, lay_words, loud


@pytest.fixture(scope="module")
def recording(house: House) -> int:
    """A call of Omar's, of the team North, laid into the house."""
    settings = Settings(data_dir=house.home, secret_key="s" * 32)
    app = create_app(settings)
    with app.app_context():
        omar = db.session.query(Person).filter_by(login="omar").one()
        folder = settings.recordings_dir / secrets.token_hex(16)
        folder.mkdir(parents=True)
        lay_sound(folder)
        lay_words(folder, UPLOAD)
        with transaction() as session:
            row = Recording(key=folder.name, source=UPLOAD, status=READY, title="About her card")
            row.agent_id, row.happened_at, row.seconds, row.facts = omar.id, now(), SECONDS, {}
            session.add(row)
        search.index(row, keeping.timeline_of(row, settings.recordings_dir))
        number = row.id
        db.engine.dispose()
    return number


def test_keys_pressed_faster_than_the_sound_can_follow(open_desk: OpenDesk, recording: int) -> None:
    desk = open_desk()
    page = desk.page
    desk.sign_in("sam")
    page.goto(f"/recordings/{recording}#t=1.2")
    expect(desk.get("sound-play")).to_be_enabled()
    desk.get("sound-play").focus()
    # In one task: the sound has not even begun to go to the first place when the last is asked for.
    page.evaluate(
        """() => [["ArrowRight", false], ["ArrowLeft", true], ["ArrowLeft", false]].forEach(
            ([key, shiftKey]) => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key, shiftKey, bubbles: true })))"""
    )
    expect(desk.get("sound-now")).to_have_text("0:00")
    page.keyboard.press("Shift+ArrowRight")
    expect(desk.get("sound-now")).to_have_text("0:01")
    # Where it stands is where it goes on from.
    page.keyboard.press("Space")
    expect(desk.get("sound-now")).to_have_text(re.compile("0:0[2-9]"))


def test_by_keyboard_a_remark_and_a_redaction(open_desk: OpenDesk, recording: int) -> None:
    desk = open_desk()
    page, keys = desk.page, desk.page.keyboard
    desk.sign_in("sam")
    page.goto(f"/recordings/{recording}#t=1.2")
    at = desk.get("sound-now")
    expect(at).to_have_text("0:01")
    expect(desk.get("sound-play")).to_be_enabled()
    expect(page.locator(".sound-wave > div")).to_have_count(1)
    for key, shown in (("ArrowRight", "0:06"), ("Shift+ArrowLeft", "0:05"), ("ArrowLeft", "0:00")):
        keys.press(key)
        expect(at).to_have_text(shown)
    keys.press(">")
    expect(desk.get("sound-speed")).to_have_value("1.25")
    keys.press("<")
    keys.press("Space")
    expect(desk.get("sound-play")).to_have_attribute("aria-pressed", "true")
    expect(desk.get("sound-line-1")).to_have_class(re.compile("now"))
    keys.press("Space")
    expect(desk.get("sound-play")).to_have_attribute("aria-pressed", "false")

    # While she writes, keys are letters; the sound goes nowhere.
    stood = at.text_content()
    assert stood is not None
    desk.get("remark-words").press_sequentially("r > her name")
    expect(at).to_have_text(stood)
    desk.get("remark-save").click()
    expect(page.locator("[data-remarks]")).to_contain_text("r > her name")
    expect(page.locator(".sound-pin.remark")).to_have_count(1)
    desk.get("remark-words").fill("Well asked")
    desk.get("remark-shared").check()
    desk.get("remark-save").click()
    expect(page.locator(".remarks li")).to_have_count(2)
    first = page.locator(".remark-change").first
    first.locator("summary").click()
    first.locator("[type=submit]").last.click()
    desk.get("remark-back").click()
    expect(page.locator(".remarks li")).to_have_count(2)
    look_over(desk)

    # A span from where it begins to where it ends.
    page.locator(".sound-w", has_text="clara").click()
    keys.press("Space")
    expect(desk.get("sound-play")).to_have_attribute("aria-pressed", "false")
    page.evaluate("location.hash = '#t=2.5'")
    expect(at).to_have_text("0:02")
    keys.press("r")
    keys.press("Shift+ArrowRight")
    keys.press("r")
    expect(desk.get("field-start")).to_have_value("0:02.5")
    expect(desk.get("field-end")).to_have_value("0:03.5")
    expect(desk.get("vanish")).to_contain_text("clara whitfield")
    desk.get("field-reason").fill("her name")
    desk.get("redact-save").click()
    expect(desk.get("flash")).to_be_visible()
    expect(desk.get("sound-text")).not_to_contain_text("whitfield")
    look_over(desk)

    agent = open_desk()
    agent.sign_in("omar")
    agent.page.goto(f"/recordings/{recording}")
    expect(agent.get("sound-text")).to_contain_text("[…]")
    expect(agent.get("sound-text")).not_to_contain_text("whitfield")
    expect(agent.page.locator(".remarks li")).to_have_count(1)
    expect(agent.get("redact-form")).to_have_count(0)
    body = agent.page.request.get(f"/recordings/{recording}/audio.flac").body()
    heard, _rate = soundfile.read(io.BytesIO(body), dtype="int16", always_2d=True)
    assert not heard[round(2.7 * RATE) : round(3.3 * RATE)].any()
    assert np.array_equal(heard[: round(2.5 * RATE)], loud()[: round(2.5 * RATE)])
    assert agent.page.request.get(f"/recordings/{recording}/audio.flac?original=1").status == 403
    look_over(agent)

    stranger = open_desk()
    stranger.sign_in("mei")
    assert stranger.page.request.get(f"/recordings/{recording}").status == 404
