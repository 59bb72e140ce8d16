"""The whole circle: four people, real recordings, a second round, Act, the follow-up, the change.

The recordings are calls by voice that the automatic trainee makes through this very server.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import create_app
from app.accounts import service, teams
from app.accounts.demo import PASSWORD
from app.accounts.forms import PersonInput
from app.accounts.models import Role
from app.config import Settings
from app.db import db, transaction
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.recordings.models import READY, Recording
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.test_pages import look_over

# Runs that end soon, half a minute each; the last two are made by chat.
CALLS = (
    ("nina", "lost-card", "unkind", 5),
    ("omar", "first-day-appointment", "rude", 5),
    ("mei", "lost-card", "unkind", 3),
    ("nina", "first-day-appointment", "rude", 2),
    ("omar", "lost-card", "good", 4, "--text"),
    ("mei", "first-day-appointment", "good", 3, "--text"),
)
CARD = {
    "title": "Service",
    "pass_mark": 70,
    "sections": [
        {
            "id": "service",
            "title": "Service",
            "criteria": [
                {"id": "greeting", "title": "Greets", "weight": 40},
                {"id": "empathy", "title": "Shows empathy", "weight": 60, "scale": "1-5"},
            ],
        }
    ],
}
Marks = Mapping[str, tuple[int, ...]]
# By criterion, the mark for each call in its order.
GREETING = (1, 0, 1, 0, 1, 0)
AGREED = (5, 2, 4, 1, 3, 5)
BEFORE: Mapping[str, Marks] = {
    "lena": {"greeting": GREETING, "empathy": (5, 2, 4, 1, 3, 5)},
    "quinn": {"greeting": GREETING, "empathy": (2, 4, 1, 5, 3, 2)},
    "vera": {"greeting": GREETING, "empathy": (3, 1, 5, 3, 1, 4)},
}
SECOND: Mapping[str, Marks] = {
    "lena": {"empathy": (5, 2, 4, 1, 3, 5)},
    "quinn": {"empathy": (4, 2, 3, 3, 3, 4)},
    "vera": {"empathy": (4, 1, 5, 2, 2, 5)},
}
AFTER: Mapping[str, Marks] = {
    "lena": {"greeting": GREETING, "empathy": AGREED},
    "quinn": {"greeting": GREETING, "empathy": AGREED},
    "vera": {"greeting": GREETING, "empathy": (5, 2, 4, 2, 3, 5)},
}


@pytest.fixture(scope="module")
def recorded(house: House) -> tuple[int, ...]:
    """The recordings of ``CALLS``, made at the same time; and Vera, who joins the house."""
    made = [_rehearse(house, *call) for call in CALLS]
    for each in made:
        told, _nothing = each.communicate(timeout=240)
        assert each.returncode == 0, told
    app = create_app(Settings(data_dir=house.home, secret_key="s" * 32))
    at = datetime.now(UTC)
    with app.app_context():
        east = teams.add(None, "East", at=at)
        vera = PersonInput("vera", "Vera Lindt", Role.SUPERVISOR, east.id, frozenset({east.id}))
        service.add(None, vera, PASSWORD, at=at, temporary=False)
        with transaction() as session:
            card = Card(name="Service, the whole circle", created_at=at)
            version = CardVersion(
                card=card, number=1, status=PUBLISHED, body=CARD, content_hash="d" * 64,
                created_at=at, changed_at=at, published_at=at,
            )  # fmt: skip
            session.add_all((card, version))
        chosen = select(Recording.id).where(Recording.status == READY)
        ids = tuple(db.session.scalars(chosen.order_by(Recording.id.desc()).limit(len(CALLS))))
        assert len(ids) == len(CALLS)
        db.engine.dispose()
    return tuple(sorted(ids))


def _rehearse(
    house: House, login: str, scenario: str, run: str, seed: int, *more: str
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.cli", "rehearse", scenario, "--url", house.url]
    command += ["--as", login, "--run", run, "--seed", str(seed), "--quiet", *more]
    env = {**os.environ, "CALLWRIGHT_DATA_DIR": str(house.home)}
    return subprocess.Popen(
        command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_the_circle_closes(open_desk: OpenDesk, recorded: tuple[int, ...]) -> None:
    sam, lena, quinn, vera = (open_desk() for _each in range(4))
    people = {"sam": sam, "lena": lena, "quinn": quinn, "vera": vera}
    for login, desk in people.items():
        desk.sign_in(login)
    raters = {name: people[name] for name in BEFORE}

    first = plan(sam, recorded)
    for name, desk in raters.items():
        score(desk, first, recorded, BEFORE[name])
    close_scoring(sam, first)

    # Check: greeting is agreed on, empathy is not; whoever scored sees the same picture.
    expect(sam.get("standing-greeting")).to_contain_text("Target met")
    expect(sam.get("standing-empathy")).to_contain_text("Short of the target")
    look_over(sam)
    vera.page.goto(first)
    expect(vera.get("headline")).to_have_text(sam.get("headline").inner_text())

    # The second round, blind again, of empathy alone.
    confirm(sam, "ask-again")
    for name, desk in raters.items():
        score(desk, first, recorded, SECOND[name])
    close_scoring(sam, first)
    expect(sam.get("criterion-empathy")).to_contain_text("in the first round")
    sam.get("note-words").fill("Said and not saved.")
    confirm(sam, "go-on")
    expect(sam.get("note-words")).to_have_value("Said and not saved.")

    act(sam)
    second = sam.get("follow-up").get_attribute("href")
    assert second

    # The follow-up: the same recordings, alone again.
    sam.page.goto(second)
    sam.get("save-and-open").click()
    sam.get("open-scoring").click()
    again = sam.page.url.removesuffix("/scoring")
    for name, desk in raters.items():
        score(desk, again, recorded, AFTER[name])
    close_scoring(sam, again)
    for desk in (sam, vera):
        desk.page.goto(again)
        desk.get("step-change").click()
        expect(desk.get("change-overall")).to_contain_text("closer", ignore_case=True)
        expect(desk.get("change-overall")).to_contain_text(re.compile(r"likely between"))
    look_over(sam)


def plan(desk: Desk, recordings: tuple[int, ...]) -> str:
    page = desk.page
    page.goto("/quality/calibration/new")
    page.get_by_label("Title").fill("Empathy, heard by three")
    for each in recordings:
        desk.get(f"pick-{each}").check()
    desk.get("field-card").select_option(label="Service, the whole circle, version 1")
    expect(desk.get("criterion-empathy")).to_be_checked()
    page.get_by_role("checkbox", name="Sam Okafor").uncheck()
    for name in ("Lena Petrova", "Quinn Reyes", "Vera Lindt"):
        page.get_by_role("checkbox", name=name).check()
    desk.get("save-and-open").click()
    desk.get("open-scoring").click()
    expect(desk.get("flash")).to_contain_text("The scoring is open")
    return page.url.removesuffix("/scoring")


def score(desk: Desk, session: str, recordings: tuple[int, ...], marks: Marks) -> None:
    """Every recording, on what is asked in this round, and handed in."""
    page = desk.page
    page.goto(session)
    desk.get("begin").click()
    spoken = 0
    for number, _recording in enumerate(recordings):
        if page.locator("[data-audio]").count():
            spoken += 1
            expect(desk.get("sound-play")).to_be_enabled()
        for criterion, values in marks.items():
            desk.get(f"point-{criterion}-{values[number]}").click()
        expect(desk.get("marking-state")).to_have_text("Everything is kept")
        before = page.url
        desk.get("hand-in").click()
        expect(page).not_to_have_url(before)
    assert spoken == sum("--text" not in call for call in CALLS)
    expect(page.get_by_text(f"{len(recordings)} of {len(recordings)} handed in")).to_be_visible()


def close_scoring(desk: Desk, session: str) -> None:
    desk.page.goto(session)
    confirm(desk, "close-scoring")
    expect(desk.get("headline")).to_be_visible()


def confirm(desk: Desk, what: str) -> None:
    desk.page.wait_for_load_state("load")  # a dialog opens by script
    desk.get(f"{what}-open").click()
    desk.get(f"{what}-yes").click()


def act(desk: Desk) -> None:
    """Consensus with its reason, better guidance, coaching, a follow-up; closed."""
    confirm(desk, "close")
    expect(desk.get("close-error")).to_be_visible()  # empathy is still to settle
    desk.forgive("400", "/act/close")
    for number, value in enumerate(AGREED, 1):
        desk.get(f"answer-empathy-{number}").select_option(str(value))
    desk.get("consensus-empathy").check()
    desk.get("reason-empathy").fill("Naming the feeling counts, being friendly alone does not.")
    desk.get("propose-guidance-open").click()
    desk.get("propose-guidance-reason").fill("Two of us scored the tone of voice.")
    desk.get("save-empathy").click()
    expect(desk.get("came-empathy")).to_have_text("Agreed")
    # What was typed in another form is still there, and its form open.
    expect(desk.get("propose-guidance-reason")).to_have_value("Two of us scored the tone of voice.")
    desk.get("propose-guidance-criterion").select_option("empathy")
    desk.get("propose-guidance-words").fill("5: names the feeling and what will be done about it.")
    desk.get("propose-guidance").click()
    desk.get("propose-follow_up-open").click()
    desk.get("propose-follow_up-reason").fill("To see whether the guidance helps.")
    desk.get("propose-follow_up").click()
    expect(desk.get("proposal-2")).to_be_visible()
    confirm(desk, "close")
    expect(desk.page.get_by_text("This session is closed").first).to_be_visible()
    expect(desk.get("draft")).to_be_visible()
