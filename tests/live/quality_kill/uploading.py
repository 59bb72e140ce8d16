"""Whoever uploads: little recordings of two people, each like no other, sent in pieces."""

from __future__ import annotations

import io
import json
import random
import time

import numpy as np
import soundfile

from app.speech.ports import RATE
from tests.live.quality_kill.visitors import Member
from tests.recordings_intake.conftest import Samples, spoken

AGENT = "good morning how can i help you"
CUSTOMER = "i lost my card"
MOST_WAITING = 4
PIECE = 16_384


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
    """Sends one recording after the other, as long as not too many wait."""

    def __init__(self, member: Member, chance: random.Random) -> None:
        self.member, self.chance = member, chance

    def step(self) -> None:
        waiting = self.member.books.rows(
            "SELECT id FROM recordings WHERE status IN ('waiting', 'working')"
        )
        if len(waiting) < MOST_WAITING:
            self.send()

    def send(self) -> None:
        data = conversation(self.chance)
        head = {
            "name": "call.wav",
            "consent": True,
            "title": f"Call {self.chance.getrandbits(32):08x}",
            "agent": "nina",
        }
        body = InPieces(json.dumps(head).encode() + b"\n" + data, self.chance.choice((0, 0.01)))
        answer = self.member.post("upload", "/recordings/uploads", data=body)
        if answer is not None:
            self.member.memory.note("uploaded", answer.json()["recording"]["id"], head["title"])
