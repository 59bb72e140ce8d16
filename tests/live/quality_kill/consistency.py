"""What must hold on the disk after a kill, while nobody runs: nothing half, nothing lost.

Read with SQLite alone and judged with the product's pure functions.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.calibration.session import replay
from app.calibration.session_events import from_json
from app.calibration.session_state import Phase, SessionState
from app.quality.answers import Left, Mark
from app.quality.card import Scorecard, body_of, hash_of
from app.quality.frameworks.document import Framework
from app.quality.tally import answers_of, open_questions, tally
from app.recordings import transcript

Row = sqlite3.Row
PUBLISHED_FACTS = ("number", "content_hash", "published_by_id", "published_at", "reason")


@dataclass
class Disk:
    """A data folder that nobody writes to at the moment."""

    home: Path

    def rows(self, question: str, *values: Any) -> list[Row]:
        with closing(sqlite3.connect(self.home / "callwright.db")) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(question, values).fetchall()

    def table(self, name: str) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows(f"SELECT * FROM {name}")}

    def audited(self, action: str) -> set[int]:
        found = self.rows("SELECT subject_id FROM audit_entries WHERE action = ?", action)
        return {int(row["subject_id"]) for row in found}

    def sources(self) -> set[str]:
        return {row["source"] for row in self.rows("SELECT source FROM hearing_grants")}

    def forget_leases(self) -> None:
        """As if the leases of dead workers had run out."""
        with closing(sqlite3.connect(self.home / "callwright.db")) as connection, connection:
            connection.execute("UPDATE jobs SET lease_until = created_at WHERE lease_until NOTNULL")

    def state(self, session: int) -> SessionState:
        """A calibration session as its events have it, which must be numbered without gaps."""
        question = "SELECT number, body FROM calibration_events WHERE session_id = ? ORDER BY 1"
        rows = self.rows(question, session)
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), session
        state = replay(from_json(json.loads(row["body"])) for row in rows)
        assert state is not None, f"session {session} has no plan"
        return state


def check(disk: Disk) -> None:
    """Raises ``AssertionError`` for whatever is half."""
    assert [row[0] for row in disk.rows("PRAGMA integrity_check")] == ["ok"]
    assert not disk.rows("PRAGMA foreign_key_check")
    _versions(disk, "scorecard_versions", "card.published", card_hash)
    _versions(disk, "framework_versions", "framework.published", framework_hash)
    _evaluations(disk)
    _disputes(disk)
    _sessions(disk)
    _recordings(disk)


# -- what is published ------------------------------------------------------------------------


def card_hash(body: dict[str, Any]) -> str:
    card = Scorecard.model_validate(body)
    assert body_of(card) == body
    return hash_of(card)


def framework_hash(body: dict[str, Any]) -> str:
    framework = Framework.model_validate(body)
    assert framework.to_dict() == body
    return framework.content_hash


def _versions(disk: Disk, table: str, action: str, hashed: Any) -> None:
    audited, numbers = disk.audited(action), Counter[Any]()
    for row in sorted(disk.table(table).values(), key=lambda row: row["number"] or 0):
        if row["status"] != "published":
            assert row["number"] is None, tuple(row)
            assert row["published_at"] is None, tuple(row)
            assert not row["content_hash"], tuple(row)
            continue
        owner = row["card_id"] if "card_id" in row.keys() else None  # noqa: SIM118
        if owner is not None and _of_scenario(disk, owner):
            continue
        numbers[owner] += 1
        assert row["number"] == numbers[owner], f"{table}: a number is missing"
        assert all(row[each] for each in PUBLISHED_FACTS), tuple(row)
        assert row["content_hash"] == hashed(json.loads(row["body"])), tuple(row)
        assert row["id"] in audited, f"{table} {row['id']} was published without a line of audit"


def _of_scenario(disk: Disk, card: int) -> bool:
    return disk.table("scorecards")[card]["scenario_id"] is not None


# -- evaluations --------------------------------------------------------------------------------


def marks_of(disk: Disk, evaluation: int) -> dict[str, Mark]:
    rows = disk.rows("SELECT * FROM evaluation_marks WHERE evaluation_id = ?", evaluation)
    return {
        row["criterion"]: Mark(
            Left(row["left"]) if row["left"] else row["value"],
            row["comment"],
            tuple(json.loads(row["seconds"])),
            tuple(json.loads(row["causes"])),
        )
        for row in rows
        if row["left"] or row["value"] is not None
    }


def _evaluations(disk: Disk) -> None:
    versions, released = disk.table("scorecard_versions"), disk.audited("evaluation.released")
    for row in disk.table("evaluations").values():
        if row["status"] == "draft":
            assert row["submitted_at"] is None, tuple(row)
            assert row["total"] is None, tuple(row)
            continue
        card = Scorecard.model_validate_json(versions[row["card_version_id"]]["body"])
        marks = marks_of(disk, row["id"])
        assert not open_questions(card, marks), f"evaluation {row['id']} was handed in unfinished"
        assert row["total"] == tally(card, answers_of(marks)).total
        assert row["submitted_at"], tuple(row)
        assert row["score"], tuple(row)
        if row["status"] == "released":
            assert row["released_at"], tuple(row)
            assert row["id"] in released, f"evaluation {row['id']}: its release is not in the audit"


def _disputes(disk: Disk) -> None:
    evaluations, sources = disk.table("evaluations"), disk.sources()
    decided = disk.audited("dispute.decided")
    for row in disk.table("disputes").values():
        evaluation = evaluations[row["evaluation_id"]]
        assert evaluation["status"] == "released"
        assert evaluation["response"] == "disputed", tuple(evaluation)
        is_open = row["status"] == "open"
        assert (f"dispute:{row['id']}" in sources) is is_open, "who decides hears it, until then"
        assert bool(row["outcome_words"]) is not is_open, tuple(row)
        assert (row["id"] in decided) is not is_open


# -- calibration --------------------------------------------------------------------------------


def _sessions(disk: Disk) -> None:
    sources, proposals = disk.sources(), Counter[str]()
    for proposal in disk.table("proposals").values():
        if proposal["source_kind"] == "session":
            proposals[proposal["source_id"].partition(":")[0]] += 1
    for row in disk.table("calibration_sessions").values():
        state, number = disk.state(row["id"]), row["id"]
        events = disk.rows("SELECT 1 FROM calibration_events WHERE session_id = ?", number)
        assert len(events) == row["last_number"]
        assert (row["phase"], row["round"]) == (state.phase, state.round)
        assert (row["title"], row["host_id"]) == (state.plan.title, state.plan.host)
        assert row["card_version_id"] == int(state.plan.card_version)
        due = datetime.fromisoformat(row["due_at"])
        assert due.replace(tzinfo=due.tzinfo or UTC) == state.plan.due
        heard = state.phase in (Phase.DO, Phase.CHECK, Phase.ACT)
        assert (f"session:{number}" in sources) is heard, f"session {number} in {state.phase}"
        expected = state.proposed if state.phase is Phase.CLOSED else 0
        assert proposals[str(number)] == expected, f"session {number}: its proposals"


# -- recordings ---------------------------------------------------------------------------------


def _recordings(disk: Disk) -> None:
    jobs, audited = disk.table("jobs"), disk.audited("recording.uploaded")
    for row in disk.table("recordings").values():
        if row["source"] != "upload":
            continue
        job = jobs[row["job_id"]]
        assert json.loads(job["arguments"]) == {"recording": row["id"]}
        assert row["id"] in audited
        upload = disk.home / "uploads" / row["key"] / "sound"
        match row["status"]:
            case "waiting" | "working":
                # A job that is over in vain is told to its owner as such: she can try again.
                assert job["state"] != "done", tuple(job)
                assert sha256(upload) == row["original_sha256"], "the uploaded file is not whole"
            case "ready":
                assert job["state"] == "done", tuple(job)
                _ready(disk, row)
            case status:
                assert status == "failed", tuple(row)
                assert job["state"] != "done", tuple(job)
                assert row["trouble"], tuple(row)


def _ready(disk: Disk, row: Row) -> None:
    folder = disk.home / "recordings" / row["key"]
    assert sha256(folder / "call.flac") == row["audio_sha256"]
    assert json.loads((folder / "peaks.json").read_text())
    heard = transcript.read(folder / "transcript.json").timeline(row["agent_channel"])
    question = "SELECT words FROM passages WHERE recording_id = ? ORDER BY number"
    indexed = " ".join(each["words"] for each in disk.rows(question, row["id"]))
    said = " ".join(each.text for each in heard.utterances)
    assert said, "somebody speaks in it"
    assert sorted(indexed.split()) == sorted(said.split()), "it is searched as it was heard"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
