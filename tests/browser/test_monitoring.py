"""QA makes a plan and draws; a supervisor finds her work; an agent is refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app import create_app
from app.accounts import service as people
from app.config import Settings
from app.db import db, transaction
from app.recordings.models import PRACTICE, READY, Recording
from app.services import now
from tests.browser.conftest import OpenDesk
from tests.browser.house import House
from tests.browser.test_pages import look_over
from tests.monitoring.conftest import make_card


@pytest.fixture(scope="module")
def seeded(house: House) -> None:
    """A card, and six calls of Jonas, of the team South."""
    app = create_app(Settings(data_dir=house.home))
    with app.app_context():
        make_card(now(), name="Service (monitoring)")
        jonas = people.by_login("jonas")
        with transaction() as session:
            for number in range(6):
                session.add(
                    Recording(
                        key=f"monitored{number}",
                        source=PRACTICE,
                        status=READY,
                        title=f"Moving house {number}",
                        agent_id=jonas.id,
                        happened_at=now() - timedelta(minutes=number + 1),
                        seconds=200.0 + number,
                        skill="moving",
                        facts={},
                    )
                )
        db.engine.dispose()


@pytest.mark.usefixtures("seeded")
def test_a_plan_from_its_form_to_a_supervisors_work(open_desk: OpenDesk) -> None:
    qa = open_desk()
    qa.sign_in("quinn")
    qa.page.goto("/quality/monitoring")
    qa.get("new-plan").click()
    qa.get("field-title").fill("South, two a month")
    qa.get("field-card").select_option(label="Service (monitoring)")
    qa.get("who-some").check()
    qa.page.get_by_label("Jonas Weber").check()
    qa.get("field-period").select_option("month")
    expect(qa.get("preview-told")).to_contain_text(re.compile("chosen 2 of [6-9]"))
    look_over(qa)
    # Sam alone scores.
    qa.page.get_by_label("Quinn Reyes").uncheck()
    qa.page.get_by_label("Sam Okafor").check()
    qa.get("save").click()
    qa.page.wait_for_url(re.compile(r"/quality/monitoring/\d+$"))
    plan = qa.page.url
    qa.get("start").click()
    qa.get("draw").click()
    expect(qa.page.get_by_text("2 calls were chosen.")).to_be_visible()
    look_over(qa)

    sam = open_desk()
    sam.sign_in("sam")
    sam.page.goto("/quality")
    work = sam.get("my-work")
    expect(work.get_by_role("row")).to_have_count(3)
    look_over(sam)
    first = work.get_by_role("row").nth(1)
    first.get_by_role("button", name="Skip").click()
    first.get_by_role("textbox").fill("Nothing to hear in it")
    first.get_by_role("button", name="Skip it").click()
    expect(sam.page.get_by_text("another was chosen")).to_be_visible()
    expect(sam.get("my-work").get_by_role("row")).to_have_count(3)
    sam.get("my-work").get_by_role("button", name="Score it").first.click()
    sam.page.wait_for_url("**/quality/evaluations/*/score")

    qa.page.goto("/quality/monitoring")
    look_over(qa)

    agent = open_desk()
    agent.sign_in("omar")
    for path in ("/quality/monitoring", plan):
        answer = agent.page.goto(path)
        assert answer is not None
        assert answer.status == 403
    agent.forgive("403")


def test_an_administrator_looks_at_retention(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.sign_in("ada")
    desk.page.goto("/retention")
    expect(desk.get("kind-practice")).to_contain_text("Kept until you decide")
    look_over(desk)
    desk.get("dry-run").click()
    expect(desk.get("report-total")).to_contain_text("0 recordings would go")
    look_over(desk)
