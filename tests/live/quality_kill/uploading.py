"""Whoever uploads: little recordings of two people, each like no other, sent in pieces."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import time

import numpy as np
import soundfile

from app.speech.ports import RATE
from tests.live.quality_kill.visitors import Member
from tests.recordings_intake.conftest import Samples, spoken

AGENT = "good morning how can i help you"
CUSTOMER = "i lost my card"
MOST_WAITING = 2
PIECE = 16_384
MINE = """
    SELECT r.id, r.title, j.state, j.losses FROM recordings r JOIN jobs j ON j.id = r.job_id
    WHERE r.uploaded_by_id = ? AND r.status != 'ready' ORDER BY r.id"""


class InPieces(io.BytesIO):
    """A body that takes its time, so that a server can die in the middle of it."""

    def __init__(self, data: bytes, pause: float) -> None:
        super().__init__(data)
        self._pause, self._size = pause, len(data)

    def __len__(self) -> int:
        return self._size

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(self._pause)
        return super().read(min(size, PIECE) if size and size > 0 else PIECE)


def conversation(chance: random.Random) -> bytes:
    """An agent on the left, a customer on the right; a few seconds, a WAV or a FLAC."""
    agent, customer = spoken(AGENT), spoken(CUSTOMER, "rms")
    silence = [np.zeros(chance.randrange(RATE // 4, RATE), np.int16) for _ in range(2)]
    left = np.r_[agent, silence[0], 0 * customer, silence[1]]
    right = np.r_[0 * agent, silence[0], customer, silence[1]]
    samples: Samples = np.stack([left, right], axis=1)
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format=chance.choice(("WAV", "FLAC")), subtype="PCM_16")
    return out.getvalue()


class Uploader:
    """Sends one recording after the other; takes some back when too many wait."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        rows = self.member.books.rows(MINE, self.member.id)
        over = self._over()
        queued = [row for row in rows if row["state"] == "queued"]
        if over and over[-1]["losses"] == 0 and self.chance.random() < 0.7:
            self._remove(over[-1]["id"], over[-1]["title"])
        elif over:
            self.try_again()
        elif len(queued) >= MOST_WAITING:
            self.member.post("cancel", f"/recordings/{queued[-1]['id']}/cancel")
        else:
            self.send()

    def try_again(self) -> None:
        """What was cancelled, or was at work whenever a worker died."""
        for row in self._over():
            self.member.post("retry", f"/recordings/{row['id']}/retry")

    def clear_up(self) -> None:
        """What she cancelled is removed, the rest tried again."""
        for row in self._over():
            if row["losses"]:
                self.member.post("retry", f"/recordings/{row['id']}/retry")
            else:
                self._remove(row["id"], row["title"])

    def _over(self) -> list[sqlite3.Row]:
        rows = self.member.books.rows(MINE, self.member.id)
        return [row for row in rows if row["state"] in ("failed", "cancelled")]

    def _remove(self, recording: int, title: str) -> None:
        self.member.memory.sending(("remove",), title)
        if self.member.post("remove", f"/recordings/{recording}/remove") is not None:
            self.member.memory.note("removed", title)

    def send(self) -> None:
        title = f"Call {self.chance.getrandbits(32):08x}"
        head = {"name": "call.wav", "consent": True, "title": title, "agent": "nina"}
        data = json.dumps(head).encode() + b"\n" + conversation(self.chance)
        body = InPieces(data, self.chance.choice((0, 0.01)))
        if self.member.post("upload", "/recordings/uploads", data=body) is not None:
            self.member.memory.note("uploaded", title)
