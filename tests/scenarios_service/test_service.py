"""Calls from their start to the wrap-up, and finding them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import AuditEntry, Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.scenarios import service
from app.scenarios.models import CUT_OFF, DONE, READY, WRAP_UP, Call, ScenarioVersion
from app.scenarios.schema import Scenario
from app.scenarios.service import Search, Wanted, WrapUp
from app.services import now
from tests.conftest import START, MakePerson, TestClock
from tests.scenarios_service.conftest import CUT, GOOD, POOR, Play

Row = Callable[[str], Call]


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


# ---- starting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"mode": "fax"}, "mode"),
        ({"purpose": "fun"}, "purpose"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
    ],
)
def test_a_call_nobody_can_make(wanted: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput, match="got") as told:
        Wanted(**wanted)  # type: ignore[arg-type]
    assert told.value.field == field


@pytest.mark.usefixtures("here")
def test_a_started_call_waits_under_the_version_of_the_moment(
    person: MakePerson, small: Scenario
) -> None:
    nina = person()
    first = service.start_call(nina, small, Wanted(), now())
    second = service.start_call(nina, small, Wanted(seed=0), now())
    assert (first.status, first.mode, first.purpose) == (READY, "voice", "practice")
    assert 1 <= first.seed <= service.MOST_SEEDS
    assert second.seed == 0
    assert first.version_id == second.version_id
    assert first.version.content_hash == small.version
    assert db.session.scalar(select(func.count()).select_from(ScenarioVersion)) == 1
    assert service.scenario_of(first) == small
    assert service.calls_of(nina, Search()).total == 0
    assert service.standings(nina) == {}


@pytest.mark.usefixtures("here")
def test_a_call_is_picked_up_once(person: MakePerson, small: Scenario) -> None:
    call = service.start_call(person(), small, Wanted(), now())
    service.open_line(call, "vosk", now())
    with pytest.raises(Conflict, match="made already"):
        service.open_line(call, "vosk", now())


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("call_id", ["", "x", "0" * 32, "0" * 33, "é" * 32, "../" * 10 + "xx"])
def test_no_such_call(call_id: str) -> None:
    with pytest.raises(NotFound):
        service.find_call(call_id)


# ---- what a call counts for -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "cut", "seconds", "counts", "status"),
    [
        (GOOD, "", 4.0, True, WRAP_UP),
        (POOR, "", 59.0, False, WRAP_UP),
        (POOR, "", 61.0, True, WRAP_UP),
        (CUT, "connection", 300.0, False, CUT_OFF),
    ],
    ids=["a good end", "a bad end soon", "a bad end late", "cut off"],
)
def test_what_burns_an_attempt(
    person: MakePerson,
    play: Play,
    row: Row,
    words: tuple[str, ...],
    cut: str,
    seconds: float,
    counts: bool,
    status: str,
) -> None:
    call = row(play(person(), words, cut=cut, seconds=seconds))
    assert (call.counts, call.status, call.cut_reason) == (counts, status, cut)
    assert (call.total is None) == (call.passed is None) == (status == CUT_OFF)
    assert call.score


@pytest.mark.usefixtures("here")
def test_how_somebody_stands(person: MakePerson, play: Play) -> None:
    nina, omar = person(), person()
    play(nina, CUT, cut="server")
    assert service.standings(nina)["small"] == service.Standing(0, None, START, False)
    play(nina, POOR)
    play(nina, GOOD)
    play(omar, GOOD)
    db.session.rollback()  # a new look at the database
    mine = service.standings(nina)["small"]
    assert (mine.attempts, mine.passed, mine.last_at) == (1, True, START)
    assert mine.best is not None
    left = service.unfinished(nina, "small")
    assert left is not None
    assert left.person_id == nina.id
    assert service.unfinished(person(), "small") is None


# ---- after-call work --------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("work", "field"),
    [
        (WrapUp("", "A note."), "disposition"),
        (WrapUp("nonsense", "A note."), "disposition"),
        (WrapUp("helped", ""), "note"),
        (WrapUp("helped", " \n "), "note"),
        (WrapUp("helped", "x" * 5001), "note"),
    ],
)
def test_after_call_work_that_is_not_done(
    person: MakePerson, play: Play, small: Scenario, work: WrapUp, field: str
) -> None:
    call = service.find_call(play(person()))
    with pytest.raises(InvalidInput) as told:
        service.wrap_up(call, small, work, now())
    assert told.value.field == field
    assert (call.status, call.acw_seconds) == (WRAP_UP, None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("disposition", "right"), [("helped", True), ("other", False)])
def test_after_call_work(
    person: MakePerson,
    play: Play,
    small: Scenario,
    clock: TestClock,
    disposition: str,
    right: bool,
) -> None:
    call = service.find_call(play(person()))
    service.draft_wrap_up(call, WrapUp("", "Half a"))
    clock.advance(seconds=42)
    assert (call.note, call.status) == ("Half a", WRAP_UP)
    service.wrap_up(call, small, WrapUp(disposition, "Half a note."), now())
    assert (call.status, call.note, call.acw_seconds) == (DONE, "Half a note.", 42.0)
    assert call.disposition_right is right
    for again in (
        lambda: service.wrap_up(call, small, WrapUp("helped", "x"), now()),
        lambda: service.draft_wrap_up(call, WrapUp("helped", "x")),
    ):
        with pytest.raises(Conflict):
            again()
    assert call.note == "Half a note."


@pytest.mark.usefixtures("here")
def test_a_call_that_was_cut_off_has_no_after_call_work(
    person: MakePerson, play: Play, small: Scenario
) -> None:
    call = service.find_call(play(person(), CUT, cut="microphone"))
    with pytest.raises(Conflict):
        service.wrap_up(call, small, WrapUp("helped", "A note."), now())


# ---- finding calls again ----------------------------------------------------------------------


@pytest.fixture
def many(app: Flask, person: MakePerson, play: Play, clock: TestClock) -> list[Person]:
    """120 calls of two agents of a team, every fourth of them of the second."""
    people = [person(name="Zoe", team="North"), person(name="Abe", team="North")]
    pattern = play(people[0])
    with app.app_context():
        first = service.find_call(pattern)
        with transaction() as session:
            for number in range(1, 120):
                session.add(
                    Call(
                        id=f"{number:032x}",
                        person_id=people[number % 4 == 0].id,
                        version_id=first.version_id,
                        scenario_id="small" if number % 3 else "other",
                        title="A small scenario" if number % 3 else "Another",
                        seed=number,
                        mode="voice",
                        purpose="practice",
                        status=(CUT_OFF, DONE, WRAP_UP, READY)[number % 4],
                        created_at=clock.now + timedelta(minutes=number),
                        seconds=float(number * 7 % 100),
                        total=None if number % 4 == 0 else float(number % 90),
                        passed=None if number % 4 == 0 else number % 90 > 40,
                    )
                )
    return people


@pytest.mark.usefixtures("here")
def test_pages_hold_every_call_once(many: list[Person], person: MakePerson) -> None:
    sam = person("supervisor", leads=("North",))
    pages = [service.calls_of(sam, Search(page=number)) for number in (1, 2)]
    found = [call.id for page in pages for call in page.items]
    assert (pages[0].pages, pages[0].total) == (2, 90)
    assert len(found) == len(set(found)) == 90
    assert [call.created_at for call in pages[0].items] == sorted(
        (call.created_at for call in pages[0].items), reverse=True
    )
    assert service.calls_of(sam, Search(page=-5)).number == 1
    assert service.calls_of(sam, Search(page=10**6)).number == pages[0].pages


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", ["created", "title", "person", "seconds", "total", "nonsense"])
def test_sorting(many: list[Person], person: MakePerson, sort: str, descending: bool) -> None:
    sam = person("supervisor", leads=("North",))
    items = service.calls_of(sam, Search(sort=sort, descending=descending)).items
    key = {
        "title": lambda call: call.title,
        "person": lambda call: call.person.name,
        "seconds": lambda call: call.seconds,
        "total": lambda call: call.total,
    }.get(sort, lambda call: call.created_at)
    values = [key(call) for call in items]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=descending)
    assert values[: len(known)] == known, "what is unknown comes last"


@pytest.mark.usefixtures("here")
def test_filters(many: list[Person], person: MakePerson) -> None:
    sam = person("supervisor", leads=("North",))
    zoe, abe = many

    def found(**what: object) -> list[Call]:
        return list(service.calls_of(sam, Search(**what)).items)  # type: ignore[arg-type]

    assert {call.person_id for call in found(person_id=abe.id)} == {abe.id}
    assert {call.scenario_id for call in found(scenario_id="other")} == {"other"}
    assert {call.status for call in found(outcome="cut_off")} == {CUT_OFF}
    assert {call.status for call in found(outcome="unfinished")} == {WRAP_UP}
    assert {call.passed for call in found(outcome="passed")} == {True}
    assert {call.passed for call in found(outcome="failed")} == {False}
    assert found(person_id=sam.id) == []
    assert found(scenario_id="none") == []
    assert len(found(outcome="nonsense")) == len(found())
    assert service.calls_of(abe, Search(person_id=zoe.id)).total == 0
    assert {call.person_id for call in service.calls_of(abe, Search()).items} == {abe.id}


# ---- who heard what ---------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_hearing_is_audited_once_a_sitting(
    person: MakePerson, play: Play, clock: TestClock
) -> None:
    nina, sam = person(team="North"), person("supervisor", leads=("North",))
    call = service.find_call(play(nina))

    def noted() -> list[tuple[int | None, str, str]]:
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_kind == "call").order_by(AuditEntry.id)
        )
        return [(each.person_id, each.action, each.subject_id) for each in rows]

    service.note_access(nina, call, "call.heard", now())
    assert noted() == []
    for _ in range(3):
        service.note_access(sam, call, "call.heard", now())
        clock.advance(minutes=3)
    assert noted() == [(sam.id, "call.heard", call.id)]
    service.note_access(sam, call, "call.log", now())
    clock.advance(minutes=11)
    service.note_access(sam, call, "call.heard", now())
    assert [action for _, action, _ in noted()] == ["call.heard", "call.log", "call.heard"]
