"""Calls: started, opened, closed, wrapped up, found again. No request, no sound.

Whoever calls these has checked the rights; each function that changes something is
one transaction.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.accounts import audit
from app.accounts.models import Person
from app.accounts.rights import heard_by
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound, StorageError
from app.paging import Page, page_of
from app.quality.result import Score
from app.quality.scoring import score
from app.recordings import history, journal, keeping, search
from app.recordings.finalise import finalise, recover
from app.recordings.folders import JOURNAL, erase, folder_of
from app.recordings.timeline import Timeline
from app.scenarios import facts as fact
from app.scenarios import verdicts
from app.scenarios.check import Findings
from app.scenarios.line import Outcome
from app.scenarios.models import CUT_OFF, DONE, LIVE, READY, WRAP_UP, Call, ScenarioVersion
from app.scenarios.schema import Scenario

log = logging.getLogger(__name__)
_finishing = threading.Lock()

MODES = ("voice", "chat")
PURPOSES = ("practice", "test")
SHORTEST_COUNTED = 60.0
LONGEST_NOTE = 5_000
MOST_SEEDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call somebody wants to make. ``seed`` None: a variation she has not met by chance."""

    mode: str = "voice"
    purpose: str = "practice"
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InvalidInput(f"mode must be voice or chat, got {self.mode!r}", field="mode")
        if self.purpose not in PURPOSES:
            raise InvalidInput(
                f"purpose must be practice or test, got {self.purpose!r}", field="purpose"
            )
        if self.seed is not None and not 0 <= self.seed <= MOST_SEEDS:
            raise InvalidInput(f"seed must be 0 to {MOST_SEEDS}, got {self.seed}", field="seed")


def start_call(
    person: Person, scenario: Scenario, wanted: Wanted, now: datetime, *, call_id: str = ""
) -> Call:
    """A call that waits to be picked up, under the scenario's version of this moment.

    ``call_id`` (32 hexadecimal digits) is drawn by chance unless given.
    """
    seed = fresh_seed() if wanted.seed is None else wanted.seed
    with transaction() as session:
        call = Call(
            id=call_id or secrets.token_hex(16),
            person_id=person.id,
            version_id=_version_id(scenario, now),
            scenario_id=scenario.id,
            title=scenario.title,
            seed=seed,
            mode=wanted.mode,
            purpose=wanted.purpose,
            status=READY,
            created_at=now,
        )
        session.add(call)
    return call


def fresh_seed() -> int:
    """A variation drawn by chance, 1 to ``MOST_SEEDS``."""
    return 1 + secrets.randbelow(MOST_SEEDS)


def _version_id(scenario: Scenario, now: datetime) -> int:
    """The row of this very content, made when it is new."""
    known = select(ScenarioVersion.id).where(ScenarioVersion.content_hash == scenario.version)
    found = db.session.scalar(known)
    if found is not None:
        return found
    row = ScenarioVersion(
        scenario_id=scenario.id,
        content_hash=scenario.version,
        body=json.loads(scenario.canonical()),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def find_call(call_id: str) -> Call:
    """Raises ``NotFound``."""
    call = db.session.get(Call, call_id) if len(call_id) == 32 else None
    if call is None:
        raise NotFound("There is no such call.", remedy="Look in your calls.")
    return call


def discard_call(call: Call, root: Path) -> None:
    """As if the call had never been made: its recording and its row are gone."""
    erase(root, call.id)
    with transaction() as session:
        verdicts.forget(call)
        keeping.forget(call.id)
        session.delete(call)


def scenario_of(call: Call) -> Scenario:
    """The scenario as it was when the call was started."""
    return Scenario.from_canonical(json.dumps(call.version.body))


def facts_of(scenario: Scenario, seed: int) -> Mapping[str, str]:
    """The customer's facts in this variation, as text."""
    return fact.as_text(fact.draw(scenario, seed))


def keep_check(call: Call, findings: Findings) -> None:
    """What the microphone check found, kept with the call; a later check replaces it."""
    with transaction():
        if findings.word_accuracy is not None:
            call.word_accuracy = findings.word_accuracy
        if findings.speech_db is not None:
            call.speech_db = findings.speech_db
        if findings.noise_db is not None:
            call.noise_db = findings.noise_db


def open_line(call: Call, recognizer: str, now: datetime) -> None:
    """The trainee picks up. Raises ``Conflict`` when the call is over or on the line already."""
    if call.status != READY:
        raise Conflict(
            "This call has been made already.",
            remedy="Start a new one from the scenario's page.",
        )
    with transaction():
        call.status = LIVE
        call.started_at = now
        call.recognizer = recognizer


def close_line(call: Call, outcome: Outcome, root: Path, now: datetime) -> None:
    """The line is down: the recording is finished, the call scored, the row brought up to date.

    Raises ``StorageError`` when there is no room for it; ``recover_call`` does it later.
    """
    if outcome.cut_reason:
        # Known from here on, even when the journal cannot be written any more.
        with transaction():
            call.cut_reason = outcome.cut_reason
    folder = folder_of(root, call.id)
    if outcome.ending:
        _log_end(folder, outcome)
    _settle(call, folder, now, outcome.cut_reason)


def _log_end(folder: Path, outcome: Outcome) -> None:
    events = journal.read(folder / JOURNAL).events
    if not any(event["kind"] == "ended" for event in events):
        with journal.Journal(folder / JOURNAL) as book:
            book.append(outcome.seconds, "ended", ending=outcome.ending, good=outcome.good)


def _settle(call: Call, folder: Path, now: datetime, reason: str) -> None:
    finished = recover(folder, reason) if reason else finalise(folder)
    timeline = timeline_of(folder)
    ended = next((mark for mark in timeline.marks if mark.kind == "ended"), None)
    scenario = scenario_of(call)
    result = score(scenario.scorecard, timeline, facts_of(scenario, call.seed))
    with transaction():
        call.ended_at = now
        call.seconds = timeline.duration
        call.audio_sha256 = finished.sha256
        call.status = WRAP_UP if ended else CUT_OFF
        call.cut_reason = "" if ended else reason
        call.ending = str(ended.data.get("ending", "")) if ended else ""
        call.good = bool(ended.data.get("good")) if ended else None
        call.counts = bool(ended) and (bool(call.good) or call.seconds >= SHORTEST_COUNTED)
        _keep_score(call, result, complete=ended is not None)
        keep_recording(call, timeline, now)
        verdicts.keep(call, scenario, now)


def keep_recording(call: Call, timeline: Timeline, now: datetime) -> None:
    """A call in which anything happened is a recording, and what was said in it is found."""
    if not timeline.duration:
        return
    kept = keeping.keep_practice(
        key=call.id,
        agent=call.person,
        scenario_id=call.scenario_id,
        title=call.title,
        happened_at=call.started_at,
        seconds=timeline.duration,
        mode=call.mode,
        language=str(call.version.body.get("language", "en")),
        audio_sha256=call.audio_sha256,
        recognizer=call.recognizer,
        at=now,
    )
    search.index(kept, timeline, keeping.standing_redactions(kept))


def _keep_score(call: Call, result: Score, *, complete: bool) -> None:
    call.score = result.to_dict()
    call.total = result.total if complete else None
    call.passed = result.passed if complete else None


def timeline_of(folder: Path) -> Timeline:
    """What happened, from the journal in a call's folder; empty when nothing ever did."""
    try:
        return history.timeline_of(journal.read(folder / JOURNAL).events)
    except StorageError:
        return Timeline((), (), 0.0)


def recover_calls(root: Path, now: datetime) -> int:
    """At the server's start: every call still marked live was cut off with the last server.

    Returns how many are finished now; one that cannot be is left for the next time.
    """
    finished = 0
    for call in db.session.scalars(select(Call).where(Call.status == LIVE)).all():
        try:
            recover_call(call, root, now)
            finished += 1
        except StorageError as error:
            log.warning("call %s cannot be finished: %s %s", call.id, error.message, error.remedy)
    return finished


def recover_call(call: Call, root: Path, now: datetime) -> None:
    """Finish a call that is marked live and is on no line any more. Raises ``StorageError``.

    Two that come at once (the server's start, somebody who opens the debrief) finish it once.
    """
    with _finishing:
        # What the other one has written is seen only by a transaction that begins after it.
        db.session.rollback()
        if call.status == LIVE:
            _settle(call, folder_of(root, call.id), now, call.cut_reason or "server")
            log.info("call %s was left unfinished; what was said is kept", call.id)


def record_of(call: Call, folder: Path) -> dict[str, Any]:
    """A finished call as plain values: what happened (nothing, once erased), and its score."""
    path = folder / JOURNAL
    return {
        "call": call.id,
        "scenario": call.scenario_id,
        "version": call.version.content_hash,
        "seed": call.seed,
        "mode": call.mode,
        "purpose": call.purpose,
        "status": call.status,
        "seconds": call.seconds,
        "ending": call.ending,
        "good": call.good,
        "score": call.score,
        "events": list(journal.read(path).events) if path.exists() else [],
    }


def note_access(person: Person, call: Call, action: str, now: datetime) -> None:
    """Who heard or read whose call is in the audit log, once for each sitting."""
    audit.record_once(person, action, call, owner=call.person_id, at=now)


@dataclass(frozen=True, slots=True)
class WrapUp:
    """After-call work as it is sent in: a disposition's key and the note."""

    disposition: str
    note: str


def draft_wrap_up(call: Call, draft: WrapUp) -> None:
    """Keep what is typed so far; the clock goes on."""
    _require_wrap_up(call)
    with transaction():
        call.disposition = draft.disposition[:64]
        call.note = draft.note[:LONGEST_NOTE]


def wrap_up(call: Call, scenario: Scenario, work: WrapUp, now: datetime) -> None:
    """Finish the after-call work. Raises ``InvalidInput`` beside the field it is about."""
    _require_wrap_up(call)
    choices = scenario.wrap_up.dispositions
    if work.disposition not in choices:
        raise InvalidInput("Choose what the call was about.", field="disposition")
    if len(work.note) > LONGEST_NOTE:
        raise InvalidInput(
            f"A note has at most {LONGEST_NOTE} characters; this one has {len(work.note)}.",
            field="note",
        )
    if not work.note.strip():
        raise InvalidInput("Write a line for the colleague who comes after you.", field="note")
    with transaction():
        call.disposition = work.disposition
        call.note = work.note
        right = scenario.wrap_up.right.get(call.ending, ())
        call.disposition_right = work.disposition in right if right else None
        call.acw_seconds = (now - call.ended_at).total_seconds() if call.ended_at else None
        call.status = DONE


def _require_wrap_up(call: Call) -> None:
    if call.status != WRAP_UP:
        raise Conflict(
            "The after-call work of this call is done, or not yet due.",
            remedy="Open the call's debrief.",
        )


# ---- finding calls again ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """What to list. ``outcome``: passed | failed | cut_off | unfinished; empty means any."""

    person_id: int | None = None
    scenario_id: str = ""
    outcome: str = ""
    sort: str = "created"
    descending: bool = True
    page: int = 1


SORTS: Mapping[str, Any] = {
    "created": Call.created_at,
    "title": Call.title,
    "person": Person.name,
    "seconds": Call.seconds,
    "total": Call.total,
}
OUTCOMES: Mapping[str, ColumnElement[bool]] = {
    "passed": Call.passed.is_(True),
    "failed": Call.passed.is_(False),
    "cut_off": Call.status == CUT_OFF,
    "unfinished": Call.status.in_((LIVE, WRAP_UP)),
}


def calls_of(person: Person, search: Search) -> Page[Call]:
    """The calls ``person`` may hear that fit ``search``, those never picked up left out."""
    column = SORTS.get(search.sort, Call.created_at)
    order = column.desc() if search.descending else column.asc()
    # Only ids are sorted: a call's row is long, and most of them are not shown.
    fitting = (
        select(Call.id)
        .join(Call.person)
        .where(heard_by(person), Call.status != READY, *_where(search))
        .order_by(order.nulls_last(), Call.created_at.desc())
    )
    found = page_of(fitting, search.page)
    rows = db.session.scalars(select(Call).where(Call.id.in_(found.items))).unique()
    by_id = {call.id: call for call in rows}
    items = [by_id[each] for each in found.items]
    return Page(items, found.number, found.pages, found.total)


def _where(search: Search) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if search.person_id is not None:
        where.append(Call.person_id == search.person_id)
    if search.scenario_id:
        where.append(Call.scenario_id == search.scenario_id)
    if search.outcome in OUTCOMES:
        where.append(OUTCOMES[search.outcome])
    return where


def people_heard(person: Person) -> Sequence[Person]:
    """Whose calls ``person`` may hear, by name."""
    return db.session.scalars(select(Person).where(heard_by(person)).order_by(Person.name)).all()


def scenarios_heard(person: Person) -> Sequence[str]:
    """The scenarios of the calls ``person`` may hear, by id."""
    owners = select(Person.id).where(heard_by(person))
    query = select(Call.scenario_id).where(Call.person_id.in_(owners)).distinct()
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands in one scenario."""

    attempts: int = 0
    best: float | None = None
    last_at: datetime | None = None
    passed: bool = False


def standings(person: Person) -> dict[str, Standing]:
    """By scenario: attempts that counted, best score, when last tried."""
    rows = db.session.execute(
        select(
            Call.scenario_id,
            func.count().filter(Call.counts),
            func.max(Call.total).filter(Call.counts),
            func.max(Call.created_at),
            func.max(Call.passed).filter(Call.counts),
        )
        .where(Call.person_id == person.id, Call.status != READY)
        .group_by(Call.scenario_id)
    )
    return {name: Standing(n, best, last, bool(ok)) for name, n, best, last, ok in rows}


def unfinished(person: Person, scenario_id: str) -> Call | None:
    """Her newest call of this scenario whose after-call work is still to be done."""
    query = select(Call).where(
        Call.person_id == person.id, Call.scenario_id == scenario_id, Call.status == WRAP_UP
    )
    return db.session.scalar(query.order_by(Call.created_at.desc()).limit(1))
