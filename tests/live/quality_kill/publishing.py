"""Whoever leads quality: versions of the scorecard and of the framework, drafted and published."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.live.quality_kill.scoring import CARD
from tests.live.quality_kill.visitors import Member, number_in

NAME = "Service, under fire"


def text_of(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


class Publisher:
    """A draft, some edits, published; then the next one. Scorecard and framework in turn."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        if self.chance.random() < 0.5:
            self.card()
        else:
            self.framework()

    # -- the scorecard ---------------------------------------------------------------------------

    def card(self) -> None:
        one = self.member.books.one
        draft = one(
            "SELECT v.id, v.revision, v.body FROM scorecard_versions v JOIN scorecards c"
            " ON c.id = v.card_id WHERE v.status = 'draft' AND c.scenario_id IS NULL"
            " AND v.session_id IS NULL ORDER BY v.id LIMIT 1"
        )
        newest = one(
            "SELECT v.id FROM scorecard_versions v JOIN scorecards c ON c.id = v.card_id"
            " WHERE v.status = 'published' AND c.scenario_id IS NULL ORDER BY v.number DESC LIMIT 1"
        )
        if draft is not None:
            over = str(newest["id"]) if newest else ""
            if draft["revision"] == 1 or self.chance.random() < 0.6:
                self._save_card(draft["id"], draft["revision"])
            else:
                form = {"reason": "Clearer.", "revision": str(draft["revision"]), "over": over}
                path = f"/quality/cards/versions/{draft['id']}/publish"
                self._published("card", draft["id"], path, form)
        elif newest is not None:
            self.member.post("draft", f"/quality/cards/versions/{newest['id']}/draft")
        else:
            form = {"name": NAME, "start": ""}
            answer = self.member.post("draft", "/quality/cards/new", data=form)
            assert answer is None or number_in(answer, "/versions/")

    def _save_card(self, draft: int, revision: int) -> None:
        body = json.loads(json.dumps({"title": NAME, **CARD}))
        guidance = f"Version {self.chance.getrandbits(48):012x} of what we mean."
        body["sections"][0]["criteria"][0]["guidance"] = guidance
        key = ("card draft", draft)
        self.member.memory.sending(key, text_of(body))
        path = f"/quality/cards/versions/{draft}/save"
        answer = self.member.post("save", path, json={"body": body, "revision": revision})
        if answer is not None:
            self.member.memory.keep(key, answer.json()["revision"], text_of(body))

    # -- the framework ---------------------------------------------------------------------------

    def framework(self) -> None:
        draft = self.member.books.one(
            "SELECT id, revision, body FROM framework_versions WHERE status = 'draft'"
            " ORDER BY id LIMIT 1"
        )
        if draft is None:
            self.member.post("draft", "/quality/framework/drafts", data={"from": self._source()})
        elif draft["revision"] == 1 or self.chance.random() < 0.6:
            self._save_framework(draft["id"], draft["revision"], json.loads(draft["body"]))
        else:
            form = {"reason": "Said better.", "revision": str(draft["revision"])}
            path = f"/quality/framework/drafts/{draft['id']}/publish"
            self._published("framework", draft["id"], path, form)

    def _source(self) -> str:
        newest = self.member.books.one(
            "SELECT id FROM framework_versions WHERE status = 'published'"
            " ORDER BY number DESC LIMIT 1"
        )
        return str(newest["id"]) if newest else "example"

    def _save_framework(self, draft: int, revision: int, body: dict[str, Any]) -> None:
        body["mission"] = f"Every customer is helped {self.chance.getrandbits(48):012x}."
        key = ("framework draft", draft)
        self.member.memory.sending(key, text_of(body))
        path = f"/quality/framework/drafts/{draft}/save"
        answer = self.member.post("save", path, json={"body": body, "saw": revision})
        if answer is not None:
            self.member.memory.keep(key, answer.json()["revision"], text_of(body))

    def _published(self, kind: str, version: int, path: str, form: dict[str, str]) -> None:
        if self.member.post("publish", path, data=form) is not None:
            self.member.memory.note("published", kind, version)
