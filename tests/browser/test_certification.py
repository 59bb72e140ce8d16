"""Gold calls, a certificate earned over them, and what a session gives out, and to whom."""

from __future__ import annotations

import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from playwright.sync_api import Route, expect

from app import create_app
from app.accounts import service as people
from app.accounts.models import Person
from app.calibration import service as sessions
from app.calibration import session_events as happen
from app.calibration import store
from app.calibration.session_plan import AlphaAtLeast, PlannedCriterion, SessionPlan
from app.config import Settings
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.cards.service import Publishing
from app.quality.evaluations import machine
from app.quality.evaluations import service as evaluating
from app.quality.scale import YES_NO
from app.quality.sent_mark import sent_mark
from app.recordings import access, keeping
from app.recordings.models import Recording
from app.services import now
from tests.browser.calls import silent_call
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.test_pages import look_over

AGENTS = ("nina", "omar", "mei")
RATERS = "/quality/raters"
CALIBRATION = "/quality/calibration"
FORM = "**/js/marking/form.js*"
BODY = {
    "title": "Certified",
    "pass_mark": 70,
    "sections": [
        {
            "id": "call",
            "title": "The call",
            "criteria": [
                {"id": "greets", "title": "Greets", "weight": 40},
                {"id": "listens", "title": "Listens", "weight": 30},
                {"id": "safe", "title": "Keeps data safe", "weight": 30, "critical": "card"},
            ],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Seeded:
    """Ids. The session is Sam's: scored by Quinn and herself, closed for scoring.

    ``rules``: the card of the scenario, by which Sam scored what the machine had scored."""

    card: int
    rules: int
    recordings: tuple[int, ...]
    evaluations: tuple[int, ...]
    session: int


@pytest.fixture(scope="module")
def seeded(house: House) -> Seeded:
    """Three calls of the team North, scored by Quinn on a card for certified raters alone."""
    with ThreadPoolExecutor() as pool:
        calls = list(pool.map(lambda login: silent_call(house, login, "lost-card"), AGENTS))
    app = create_app(Settings(data_dir=house.home))
    with app.app_context():
        found = [keeping.find_key(call) for call in calls]
        recordings = [each for each in found if each is not None]
        made = _seed(recordings)
        db.session.remove()
        db.engine.dispose()
    return made


def _seed(recordings: list[Recording]) -> Seeded:
    quinn, sam = people.by_login("quinn"), people.by_login("sam")
    assert quinn
    assert sam
    draft = cards.create(quinn, "For certified raters", BODY, now())
    version = cards.publish(draft, quinn, now(), Publishing("The first.", draft.revision, None))
    ids = tuple(each.id for each in recordings)
    access.grant([quinn.id], "plan:gold", at=now(), recordings=ids)
    evaluations = tuple(_scored(quinn, each, version) for each in recordings)
    cards.set_certified_only(version.card, quinn, True)
    rules = _beside_the_machine(sam, recordings)
    return Seeded(version.card_id, rules, ids, evaluations, _session(sam, quinn, version, ids))


def _scored(rater: Person, recording: Recording, version: CardVersion) -> int:
    made = evaluating.start(rater, recording, version, now())
    for name in ("greets", "listens", "safe"):
        evaluating.mark(made, sent_mark({"criterion": name, "answer": 1}), now())
    return evaluating.submit(made, now()).id


def _beside_the_machine(sam: Person, recordings: list[Recording]) -> int:
    judged = [found for each in recordings if (found := machine.of_machine(each))]
    for each in judged:
        own = evaluating.start(sam, each.recording, each.card_version, now())
        for criterion in cards.card_of(each.card_version).criteria:
            evaluating.mark(own, sent_mark({"criterion": criterion.id, "answer": 1}), now())
        evaluating.submit(own, now())
    return judged[0].card_version.card_id


def _session(sam: Person, quinn: Person, version: CardVersion, recordings: tuple[int, ...]) -> int:
    plan = SessionPlan(
        title="For R",
        host=sam.id,
        recordings=recordings,
        card_version=str(version.id),
        criteria=(PlannedCriterion("greets", YES_NO.values, "nominal"),),
        raters=(sam.id, quinn.id),
        target=AlphaAtLeast(0.8),
        due=now() + timedelta(days=7),
    )
    with transaction():
        number = store.begin(happen.Planned(sam.id, now(), plan)).id
    sessions.open_scoring(sam, number, at=now())
    for rater in (sam, quinn):
        for at, recording in enumerate(recordings):
            mark = sent_mark({"criterion": "greets", "answer": at % 2, "comment": "Heard it"})
            sessions.mark(rater, number, recording, mark, at=now())
            sessions.submit(rater, number, recording, at=now())
    sessions.close_scoring(sam, number, at=now())
    return number


def test_a_supervisor_certifies_herself_over_gold_calls(
    open_desk: OpenDesk, seeded: Seeded
) -> None:
    quinn, sam = open_desk(), open_desk()
    quinn.sign_in("quinn")
    sam.sign_in("sam")
    offered = f"/quality/evaluate/{seeded.recordings[0]}?card={seeded.card}"
    sam.page.goto(offered)
    expect(sam.get(f"card-{seeded.card}")).to_contain_text("For certified raters")
    expect(sam.get(f"start-{seeded.card}")).to_have_count(0)

    make_gold(quinn, seeded)
    sam.get(f"certify-first-{seeded.card}").click()
    sam.page.wait_for_url(f"**{RATERS}?card={seeded.card}")
    look_over(sam)
    sam.get("certify").click()
    look_over(sam)
    run = sam.page.url
    sam.get("call-1").get_by_role("link").click()
    expect(sam.get("sound-play")).to_be_enabled()
    look_over(sam)
    score_one(sam, 1)
    # The second call is answered before its script has come: nothing of it is lost.
    held: list[Route] = []
    sam.page.route(FORM, lambda route: held.append(route))
    sam.get("hand-in").click(no_wait_after=True)
    answer_one(sam, 2)
    held[0].continue_()
    sam.page.unroute(FORM)
    expect(sam.get("marking-count")).to_have_text("3 of 3 answered")
    expect(sam.get("marking-state")).to_have_text("Everything is kept")
    sam.get("hand-in").click()
    score_one(sam, 3)
    sam.get("hand-in").click()
    expect(sam.get("verdict")).to_contain_text("Passed: ready to score live calls")
    look_over(sam)
    nobody_else(open_desk, run, seeded)

    sam.page.goto(offered)
    sam.get(f"start-{seeded.card}").click()
    sam.page.wait_for_url("**/score")

    quinn.page.goto(f"{RATERS}?card={seeded.card}")
    quinn.page.get_by_role("link", name="Quinn Reyes").click()
    look_over(quinn)
    quinn.page.goto(f"{RATERS}/machine?card={seeded.rules}")
    expect(quinn.page.locator("[data-test^=figures-]").first).to_be_visible()
    look_over(quinn)


def answer_one(sam: Desk, number: int) -> None:
    expect(sam.page.get_by_role("heading", level=1)).to_have_text(f"Call {number} of 3")
    for criterion in ("greets", "listens", "safe"):
        sam.get(f"point-{criterion}-1").click()


def score_one(sam: Desk, number: int) -> None:
    answer_one(sam, number)
    expect(sam.get("marking-state")).to_have_text("Everything is kept")
    # Whose call it is would say too much.
    assert not any(name in sam.page.content() for name in ("Nina", "Omar Haddad", "Mei Lin"))


def make_gold(quinn: Desk, seeded: Seeded) -> None:
    """Three of her evaluations, each with the reason why it can be relied on."""
    quinn.page.goto(f"{RATERS}?card={seeded.card}")
    quinn.get("gold").click()
    expect(quinn.get("empty")).to_be_visible()
    for number, evaluation in enumerate(seeded.evaluations, 1):
        quinn.get("field-evaluation").select_option(str(evaluation))
        quinn.get("field-why").fill("Heard by two of us, who agreed on everything.")
        quinn.get("from-evaluation").click()
        expect(quinn.page.locator("[data-test^=gold-]")).to_have_count(number)
    look_over(quinn)


def nobody_else(open_desk: OpenDesk, run: str, seeded: Seeded) -> None:
    """Her run is hers, gold calls are for QA, and neither agents nor planners certify."""
    refused: Mapping[str, Mapping[str, int]] = {
        "lena": {run: 404, f"{RATERS}/gold": 403},
        "nina": {run: 403, RATERS: 403, f"{RATERS}/machine": 403},
        "pat": {run: 403, RATERS: 403, f"/quality/evaluate/{seeded.recordings[0]}": 404},
    }
    for login, pages in refused.items():
        desk = open_desk()
        desk.sign_in(login)
        for page, status in pages.items():
            assert desk.page.request.get(page).status == status, (login, page)
        desk.page.goto("/account")
        token = desk.page.locator("[name=csrf_token]").first.input_value()
        form: dict[str, str | float | bool] = {"card": str(seeded.card), "csrf_token": token}
        if login != "lena":
            answer = desk.page.request.post(f"{RATERS}/certify", form=form)
            assert answer.status == 403, login


def test_what_a_session_gives_out(open_desk: OpenDesk, seeded: Seeded) -> None:
    sam = open_desk()
    sam.sign_in("sam")
    address = f"{CALIBRATION}/{seeded.session}"
    sam.page.goto(f"{address}/check")
    sam.page.locator("summary", has_text="Export").click()
    with sam.page.expect_download() as csv:
        sam.get("export-csv").click()
    lines = csv.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "criterion" in lines[0]
    assert len(lines) == 1 + 2 * len(seeded.recordings)
    assert sam.page.request.get(f"{address}/minutes").text().count("For R")
    book = sam.page.request.get(f"{address}/export.xlsx")
    assert len(load_workbook(io.BytesIO(book.body())).sheetnames) > 1
    words = f"/recordings/{seeded.recordings[0]}/transcript.vtt"
    assert sam.page.request.get(words).text().startswith("WEBVTT")

    given = [f"{address}/{each}" for each in ("export.csv", "export.xlsx", "minutes", "check")]
    for login, status in (("lena", 404), ("omar", 403), ("ada", 403)):
        desk = open_desk()
        desk.sign_in(login)
        for page in given:
            assert desk.page.request.get(page).status == status, (login, page)
        assert desk.page.request.get(words).status in (403, 404), login
    watching = open_desk()
    watching.sign_in("ada")
    watching.page.goto("/audit")
    expect(watching.page.get_by_role("row").filter(has_text="calibration.exported")).to_have_count(
        2
    )
