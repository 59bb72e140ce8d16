"""The page of gaps: whose marks count, what is expected, what may be opened from it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import AuditEntry, Person
from app.db import db
from app.quality.answers import Left
from app.quality.evaluations.models import DRAFT, MACHINE, SELF, SUBMITTED
from app.quality.frameworks import service as frameworks
from app.quality.frameworks.example import example
from app.quality.gaps import reading
from app.quality.gaps.figures import By
from app.quality.gaps.reading import GapQuery
from app.quality.proposals.models import Proposal
from app.recordings import access
from tests.conftest import SignIn, TestClock, post
from tests.quality_gaps.material import card, evaluation


@pytest.fixture
def scored(app: Flask, lead: Person, nina: Person, omar: Person, clock: TestClock) -> int:
    """Twelve evaluations of Nina, who verifies in three of them; one of Omar. The card's id."""
    with app.app_context():
        version = card(lead, clock())
        for n in range(12):
            marks: dict[str, float | Left] = {
                "greets": 1.0,
                "verifies": float(n < 3),
                "listens": 4.0 if n % 2 else Left.NOT_APPLICABLE,
            }
            evaluation(version, nina, lead, clock(), marks)
        evaluation(version, omar, lead, clock(), {"greets": 0.0})
        return version.card_id


def counted(person: Person, clock: TestClock, **query: object) -> dict[str, int]:
    """Marks by criterion that ``person`` sees."""
    rows = reading.marks(person, GapQuery(**query), at=clock()).rows  # type: ignore[arg-type]
    return {name: sum(r.criterion == name for r in rows) for name in {r.criterion for r in rows}}


def test_who_sees_whose_marks(
    app: Flask, scored: int, lead: Person, sam: Person, nina: Person, omar: Person, clock: TestClock
) -> None:
    with app.app_context():
        assert counted(sam, clock) == {"greets": 12, "verifies": 12, "listens": 6}
        assert counted(lead, clock) == {}
        access.grant([lead.id], "plan:1", at=clock(), agents=[omar.id])
        assert counted(lead, clock) == {"greets": 1}
        assert counted(sam, clock, agent_id=omar.id) == {}


def test_only_what_people_handed_in_counts(
    app: Flask, lead: Person, sam: Person, nina: Person, clock: TestClock
) -> None:
    with app.app_context():
        version = card(lead, clock())
        marks: dict[str, float | Left] = {"greets": 1.0, "listens": Left.NOT_SURE}
        evaluation(version, nina, lead, clock(), marks, status=DRAFT)
        evaluation(version, nina, nina, clock(), marks, kind=SELF)
        evaluation(version, nina, None, clock(), marks, kind=MACHINE)
        assert counted(sam, clock) == {}
        evaluation(version, nina, lead, clock(), marks, status=SUBMITTED)
        assert counted(sam, clock) == {"greets": 1}
        clock.advance(days=7 * 13)
        assert counted(sam, clock) == {}
        assert counted(sam, clock, weeks=0) == {"greets": 1}


def test_what_is_expected(
    app: Flask, scored: int, lead: Person, sam: Person, clock: TestClock
) -> None:
    with app.app_context():
        told = reading.marks(sam, GapQuery(), at=clock())
        assert (set(told.targets.values()), told.by_framework) == ({0.8}, None)
        draft = frameworks.draft(example(), by=lead, at=clock())
        frameworks.publish(draft.id, reason="x", saw=1, by=lead, at=clock())
        told = reading.marks(sam, GapQuery(), at=clock())
        assert told.by_framework == 1
        assert told.targets[scored, "verifies"] == 0.98
        assert told.targets[scored, "greets"] == 0.85


@pytest.mark.parametrize("view", ["", "table"])
@pytest.mark.parametrize("by", list(By))
def test_the_page_in_all_its_views(
    app: Flask, scored: int, sam: Person, sign_in: SignIn, by: By, view: str
) -> None:
    client = sign_in(app.test_client(), sam)
    page = unescape(client.get(f"/quality/gaps?by={by}&view={view}").text)
    assert "“Verifies identity”: 25 % of its weight is earned, 80 % is expected" in page
    assert "surely below" in page
    assert "Omar" not in page


def test_from_a_cell_to_the_calls_to_a_proposal(
    app: Flask, scored: int, sam: Person, nina: Person, sign_in: SignIn
) -> None:
    client = sign_in(app.test_client(), sam)
    page = client.get("/quality/gaps").text
    found = re.search(rf'href="([^"]+)"[^>]*data-test="cell-{scored}-verifies-{nina.id}"', page)
    if found is None:
        found = re.search(rf'href="([^"]+)"[^>]*cell-{scored}-verifies-{nina.id}"', page)
    assert found
    behind = client.get(unescape(found[1])).text
    assert behind.count('data-test="evidence-') == 12
    coaching = re.search(r'href="([^"]+)" data-test="propose-1"', behind)
    assert coaching
    form = client.get(unescape(coaching[1])).text
    assert "“Verifies identity”, Nina: 25 % of its weight" in unescape(form)
    source = re.search(r'name="source_id" value="([^"]+)"', form)
    assert source
    sent = {
        "kind": "coaching",
        "person_id": nina.id,
        "card_id": scored,
        "criterion": "verifies",
        "reason": "25 %",
        "source_id": unescape(source[1]),
    }
    assert post(client, "/quality/proposals/new", sent).status_code == 302
    with app.app_context():
        made = db.session.query(Proposal).one()
        assert (made.source_kind, made.person_id, made.criterion) == ("gap", nina.id, "verifies")
    listed = client.get("/quality/proposals").text
    back = re.search(r'href="([^"]+)">From a gap', listed)
    assert back
    assert client.get(unescape(back[1])).status_code == 200


def test_a_stranger_learns_nothing_from_an_address(
    app: Flask, scored: int, sam: Person, omar: Person, sign_in: SignIn
) -> None:
    client = sign_in(app.test_client(), sam)
    address = f"/quality/gaps/evidence?card={scored}&criterion=greets&by=agent&column={omar.id}"
    assert client.get(address).status_code == 404
    assert (
        client.get("/quality/gaps/evidence?card=x&criterion=%27&by=no&column=1").status_code == 404
    )


def test_export(app: Flask, scored: int, sam: Person, nina: Person, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), sam)
    answer = client.get("/quality/gaps.csv?by=agent")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    [hers] = [r for r in rows if r["criterion"] == "Verifies identity" and r["column"] == "Nina"]
    assert (hers["evaluations"], hers["earned_percent"], hers["state"]) == ("12", "25.0", "below")
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="gaps.exported").count() == 1


@pytest.mark.parametrize("role", ["agent", "planner", "administrator"])
def test_who_has_no_business_here(signed_in: Callable[[str], FlaskClient], role: str) -> None:
    client = signed_in(role)
    for path in ("/quality/gaps", "/quality/gaps.csv", "/quality/gaps/evidence"):
        assert client.get(path).status_code == 403


def test_empty(signed_in: Callable[[str], FlaskClient]) -> None:
    assert "No evaluations yet" in signed_in("qa").get("/quality/gaps").text
    assert "No evaluation fits" in signed_in("qa").get("/quality/gaps?weeks=4").text
