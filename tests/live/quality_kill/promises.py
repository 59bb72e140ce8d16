"""Whether everything that was answered with success is still there."""

from __future__ import annotations

import json
from typing import Any

from app.calibration.session_state import SheetKey
from app.quality.card import Scorecard, body_of
from tests.live.quality_kill.consistency import Disk, Row
from tests.live.quality_kill.memory import Key, Memory, Told

PHASES = ("plan", "do", "check", "act", "closed")
REACHED = {"plan": 0, "open": 1, "close scoring": 2, "go on": 3, "close": 4}
"""How far a session is at least, by what was answered for."""


def check(disk: Disk, memory: Memory) -> None:
    """Raises ``AssertionError`` naming what was promised and is not there."""
    assert not memory.faults, memory.faults
    _evaluations(disk, memory)
    _sessions(disk, memory)
    _drafts(disk, memory)
    _published(disk, memory)
    titles = {row["title"] for row in disk.table("recordings").values()}
    for (title,) in memory.all_done("uploaded"):
        assert title in titles or title in memory.sent["remove",], f"{title} is gone"
    for (title,) in memory.all_done("removed"):
        assert title not in titles, f"{title} is there again"


def _held(key: Key, told: Told, version: int, words: str, sent: set[str]) -> None:
    """That version with those words, or a later one with words that were sent."""
    assert version >= told.version, f"{key}: {told} was promised, {version} is there"
    if version == told.version:
        assert words == told.words, f"{key}: {told} was promised, {words} is there"
    assert words in sent, f"{key}: nobody ever sent {words}"


def _evaluations(disk: Disk, memory: Memory) -> None:
    marks = {
        (row["evaluation_id"], row["criterion"]): row
        for row in disk.table("evaluation_marks").values()
    }
    for key, told in memory.kept("mark"):
        row = marks[key[0], key[1]]
        words = json.dumps([row["value"], row["comment"], json.loads(row["seconds"])])
        _held(key, told, row["version"], words, memory.sent["mark", *key])
    evaluations, disputes = disk.table("evaluations"), disk.table("disputes")
    for (number,) in memory.all_done("started"):
        assert number in evaluations
    for (number,) in memory.all_done("submitted"):
        assert evaluations[number]["status"] in ("submitted", "released"), number
    for (number,) in memory.all_done("released"):
        assert evaluations[number]["status"] == "released", number
    for (number,) in memory.all_done("accepted"):
        assert evaluations[number]["response"] == "accepted", number
    for number, evaluation, criterion in memory.all_done("disputed"):
        row = disputes[number]
        assert (row["evaluation_id"], row["criterion"]) == (evaluation, criterion)
    for (number,) in memory.all_done("decided"):
        assert disputes[number]["status"] == "upheld", number


def _sessions(disk: Disk, memory: Memory) -> None:
    rows = disk.table("calibration_sessions")
    states = {number: disk.state(number) for number in rows}
    for kind, phase in REACHED.items():
        for (number,) in memory.all_done(kind):
            assert PHASES.index(rows[number]["phase"]) >= phase, f"{kind} {number}"
    for key, told in memory.kept("blind mark"):
        session, recording, rater, criterion = key
        mark = states[session].sheets[SheetKey(1, rater, recording)].marks[criterion]
        words = json.dumps([mark.answer, mark.comment, list(mark.seconds)])
        _held(key, told, mark.version, words, memory.sent["blind mark", *key])
    for session, recording, rater in memory.all_done("handed in"):
        assert states[session].sheets[SheetKey(1, rater, recording)].submitted


def _drafts(disk: Disk, memory: Memory) -> None:
    for kind, table in (("card", "scorecard_versions"), ("framework", "framework_versions")):
        rows = disk.table(table)
        for key, told in memory.kept(f"{kind} draft"):
            row, sent = rows[key[0]], memory.sent[f"{kind} draft", *key]
            if row["status"] == "published" and kind == "card":
                told, sent = Told(told.version, _as_kept(told.words)), set(map(_as_kept, sent))
            words = json.dumps(json.loads(row["body"]), sort_keys=True)
            _held(key, told, row["revision"], words, sent)


def _as_kept(words: str) -> str:
    """A card that was typed, as a published version has it."""
    return json.dumps(body_of(Scorecard.model_validate_json(words)), sort_keys=True)


def _published(disk: Disk, memory: Memory) -> None:
    """Published is published, and from then on never changes."""
    for kind, table in (("card", "scorecard_versions"), ("framework", "framework_versions")):
        rows = disk.table(table)
        for number in (key[2] for key in memory.done if key[:2] == ("published", kind)):
            assert rows[number]["status"] == "published"
        for row in rows.values():
            if row["status"] == "published":
                first = memory.frozen.setdefault((kind, row["id"]), _facts(row))
                assert _facts(row) == first, f"{kind} {row['id']} changed after it was published"
        gone = {key[1] for key in memory.frozen if key[0] == kind} - rows.keys()
        assert not gone, f"{kind} {gone} are gone"


def _facts(row: Row) -> tuple[Any, ...]:
    names = ("number", "content_hash", "body", "reason", "published_by_id", "published_at")
    return tuple(row[name] for name in names)
