"""A calibration session after the other: its lead plans, opens, closes; raters score blind."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from tests.live.quality_kill.scoring import CRITERIA, mark_of, words_of
from tests.live.quality_kill.visitors import Member, number_in

HOME = "/quality/calibration"
RECORDINGS = 2
SHEETS = """
    SELECT json_extract(body, '$.recording') AS recording, kind,
      json_extract(body, '$.criterion') AS criterion, count(*) AS version
    FROM calibration_events
    WHERE session_id = ? AND by_id = ? AND kind IN ('Marked', 'Submitted')
    GROUP BY 1, 2, 3"""


class Lead:
    """Plans the next session, opens it, leads it through to its end when all are done."""

    def __init__(self, member: Member, raters: list[Member]) -> None:
        self.member, self.raters = member, raters

    def step(self) -> None:
        found = self.member.books.one(
            "SELECT id, phase, card_version_id FROM calibration_sessions WHERE host_id = ?"
            " AND phase != 'closed' ORDER BY id LIMIT 1",
            self.member.id,
        )
        if found is None:
            self._plan()
            return
        session = int(found["id"])
        match found["phase"]:
            case "plan":
                self._say("open", session, f"{HOME}/{session}/open")
            case "do":
                if self._all_in(session):
                    self._say("close scoring", session, f"{HOME}/{session}/close-scoring")
            case "check":
                self._say("go on", session, f"{HOME}/{session}/go-on")
            case _:
                self._end(session)

    def _plan(self) -> None:
        ready = self.member.books.rows(
            "SELECT id FROM recordings WHERE status = 'ready' AND source = 'upload'"
            " ORDER BY random() LIMIT ?",
            RECORDINGS,
        )
        version = self.member.books.one(
            "SELECT v.id FROM scorecard_versions v JOIN scorecards c ON c.id = v.card_id"
            " WHERE v.status = 'published' AND c.scenario_id IS NULL ORDER BY v.id DESC LIMIT 1"
        )
        if len(ready) < RECORDINGS or version is None:
            return
        form = {
            "title": "What do we call empathy?",
            "recordings": [str(row["id"]) for row in ready],
            "card": str(version["id"]),
            "criteria": list(CRITERIA),
            "raters": [str(each.id) for each in self.raters],
            "target": "alpha",
            "alpha": "0.8",
            "due": f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%dT%H:%M}",
            "hide_agents": "1",
            "do": "open",
        }
        answer = self.member.post("plan", f"{HOME}/new", data=form)
        if answer is not None:
            self.member.memory.note("plan", number_in(answer, f"{HOME}/"))

    def _all_in(self, session: int) -> bool:
        found = self.member.books.one(
            "SELECT count(*) AS number FROM calibration_events"
            " WHERE session_id = ? AND kind = 'Submitted'",
            session,
        )
        return found is not None and found["number"] >= RECORDINGS * len(self.raters)

    def _end(self, session: int) -> None:
        """Every criterion is settled, one change is proposed, then it is closed."""
        rows = self.member.books.rows(
            "SELECT kind, json_extract(body, '$.criterion') AS criterion"
            " FROM calibration_events WHERE session_id = ?",
            session,
        )
        settled = {row["criterion"] for row in rows if row["kind"] == "Resolved"}
        left = [each for each in CRITERIA if each not in settled]
        act = f"{HOME}/{session}/act"
        if left:
            form = {"criterion": left[0], "outcome": "none", "reason": "We differ."}
            self._say("settle", session, f"{act}/settle", form)
        elif not any(row["kind"] == "Proposed" for row in rows):
            form = {"kind": "rater", "rater": str(self.raters[0].id), "reason": "Talk it over."}
            self._say("propose", session, f"{act}/propose", form)
        else:
            self._say("close", session, f"{act}/close")

    def _say(self, kind: str, session: int, path: str, form: dict[str, str] | None = None) -> None:
        if self.member.post(kind, path, data=form or {}) is not None:
            self.member.memory.note(kind, session)


class Rater:
    """Scores what is open in the session at work, one mark at a time."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        found = self.member.books.one(
            "SELECT s.id FROM calibration_sessions s JOIN calibration_parts p"
            " ON p.session_id = s.id WHERE s.phase = 'do' AND p.person_id = ? AND p.part = 'rater'",
            self.member.id,
        )
        if found is None:
            return
        session = int(found["id"])
        rows = self.member.books.rows(SHEETS, session, self.member.id)
        over = {row["recording"] for row in rows if row["kind"] == "Submitted"}
        kept = {
            (row["recording"], row["criterion"]): int(row["version"])
            for row in rows
            if row["kind"] == "Marked"
        }
        left = [each for each in self._recordings(session) if each not in over]
        if left:
            self._score(session, left[0], kept)

    def _recordings(self, session: int) -> list[int]:
        rows = self.member.books.rows(
            "SELECT j.value AS recording FROM calibration_events e,"
            " json_each(e.body, '$.plan.recordings') j WHERE e.session_id = ? AND e.number = 1",
            session,
        )
        return [int(row["recording"]) for row in rows]

    def _score(self, session: int, recording: int, kept: dict[tuple[int, str], int]) -> None:
        sheet = f"{HOME}/{session}/scoring/{recording}"
        left = [each for each in CRITERIA if (recording, each) not in kept]
        if not left and self.chance.random() < 0.6:
            answer = self.member.post("hand in", f"{sheet}/hand-in")
            if answer is not None and "check=1" not in answer.headers["Location"]:
                self.member.memory.note("handed in", session, recording, self.member.id)
            return
        criterion = self.chance.choice(left or list(CRITERIA))
        mark = mark_of(self.chance, criterion, kept.get((recording, criterion), 0))
        key = ("blind mark", session, recording, self.member.id, criterion)
        self.member.memory.sending(key, words_of(mark))
        answer = self.member.post("blind mark", f"{sheet}/mark", json=mark)
        if answer is not None:
            self.member.memory.keep(key, answer.json()["version"], words_of(mark))
