"""Whoever scores: evaluations, their release, disputes. Each ``step`` is one thing over HTTP."""

from __future__ import annotations

import json
import random
import sqlite3
from typing import Any

from tests.live.quality_kill.visitors import Member, number_in

CRITERIA: dict[str, tuple[float, ...]] = {
    "greeting": (0, 1),
    "empathy": (1, 2, 3, 4, 5),
    "closing": (0, 1),
}
"""The card that the crowd scores by: each criterion with its points."""
CARD: dict[str, Any] = {
    "pass_mark": 70,
    "sections": [
        {
            "id": "service",
            "title": "Service",
            "criteria": [
                {"id": "greeting", "title": "Greets", "weight": 30, "comment_for": [0]},
                {"id": "empathy", "title": "Shows empathy", "weight": 40, "scale": "1-5"},
                {"id": "closing", "title": "Closes well", "weight": 30},
            ],
        }
    ],
}
NEXT_TO_SCORE = """
    SELECT r.id AS recording, v.id AS version FROM recordings r, scorecard_versions v
    JOIN scorecards c ON c.id = v.card_id
    WHERE r.status = 'ready' AND r.source = 'upload' AND v.status = 'published'
      AND c.scenario_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM evaluations e WHERE e.recording_id = r.id
        AND e.card_version_id = v.id AND e.rater_id = ?)
    ORDER BY v.id DESC, r.id DESC LIMIT 1"""


def mark_of(chance: random.Random, criterion: str, saw: int) -> dict[str, Any]:
    """A mark whose comment is like no other."""
    return {
        "criterion": criterion,
        "answer": chance.choice(CRITERIA[criterion]),
        "comment": f"because {chance.getrandbits(48):012x}",
        "seconds": [round(chance.uniform(0, 3), 1)],
        "causes": [],
        "saw": saw,
    }


def words_of(mark: dict[str, Any]) -> str:
    """All that is kept of a mark, as one text to compare."""
    return json.dumps([float(mark["answer"]), mark["comment"], mark["seconds"]])


class Scorer:
    """A supervisor scores one call after the other, hands in, releases, decides disputes."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        rows = self.member.books.rows
        me = self.member.id
        disputes = rows("SELECT id FROM disputes WHERE owner_id = ? AND status = 'open'", me)
        mine = "SELECT id, status FROM evaluations WHERE rater_id = ? AND kind = 'person' "
        done = rows(mine + "AND status = 'submitted' AND session_id IS NULL", me)
        drafts = rows(mine + "AND status = 'draft'", me)
        if disputes:
            self._decide(disputes[0]["id"])
        elif done:
            self._release(done[0]["id"])
        elif drafts:
            self._score(drafts[0]["id"])
        else:
            self._begin()

    def _begin(self) -> None:
        found = self.member.books.one(NEXT_TO_SCORE, self.member.id)
        if found is not None:
            path = f"/quality/evaluate/{found['recording']}"
            answer = self.member.post("start", path, data={"version": str(found["version"])})
            if answer is not None:
                self.member.memory.note("started", number_in(answer, "/evaluations/"))

    def _score(self, evaluation: int) -> None:
        """Now and then a mark is changed again; when nothing is left it is handed in."""
        kept = self._versions(evaluation)
        left = [each for each in CRITERIA if each not in kept]
        if not left and self.chance.random() < 0.5:
            answer = self.member.post("submit", f"/quality/evaluations/{evaluation}/submit")
            if answer is not None:
                self.member.memory.note("submitted", evaluation)
            return
        criterion = self.chance.choice(left or list(CRITERIA))
        mark = mark_of(self.chance, criterion, kept.get(criterion, 0))
        key = ("mark", evaluation, criterion)
        self.member.memory.sending(key, words_of(mark))
        answer = self.member.post("mark", f"/quality/evaluations/{evaluation}/marks", json=mark)
        if answer is not None:
            self.member.memory.keep(key, answer.json()["version"], words_of(mark))

    def _versions(self, evaluation: int) -> dict[str, int]:
        question = "SELECT criterion, version FROM evaluation_marks WHERE evaluation_id = ?"
        found: list[sqlite3.Row] = self.member.books.rows(question, evaluation)
        return {row["criterion"]: row["version"] for row in found}

    def _release(self, evaluation: int) -> None:
        path = f"/quality/evaluations/{evaluation}/release"
        if self.member.post("release", path, data={"how": "now"}) is not None:
            self.member.memory.note("released", evaluation)

    def _decide(self, dispute: int) -> None:
        form = {"words": "I heard it again.", "mark": "uphold"}
        path = f"/quality/disputes/{dispute}/decide"
        if self.member.post("decide", path, data=form) is not None:
            self.member.memory.note("decided", dispute)


class Agent:
    """She answers what was released to her: accepts, or disputes one mark."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        found = self.member.books.one(
            "SELECT id FROM evaluations WHERE agent_id = ? AND status = 'released'"
            " AND kind = 'person' AND response = '' ORDER BY id LIMIT 1",
            self.member.id,
        )
        if found is None:
            return
        evaluation = int(found["id"])
        if self.chance.random() < 0.4:
            path = f"/quality/evaluations/{evaluation}/accept"
            if self.member.post("accept", path, data={"words": "Right."}) is not None:
                self.member.memory.note("accepted", evaluation)
            return
        criterion = self.chance.choice(list(CRITERIA))
        form = {"criterion": criterion, "words": "I did say that.", "seconds": "1.5"}
        path = f"/quality/evaluations/{evaluation}/disputes"
        answer = self.member.post("dispute", path, data=form)
        if answer is not None:
            number = number_in(answer, "/disputes/")
            self.member.memory.note("disputed", number, evaluation, criterion)
