"""What a customer said first: it tells calls apart that share a title."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from app.db import db
from app.recordings.models import Passage

LONGEST = 90


def first_words(recordings: Collection[int]) -> dict[int, str]:
    """By recording's id, for those in which a customer said something that may be read.

    Where nobody knows who speaks, what was said first stands for it. Whoever asks has seen to it
    that the reader may hear these recordings.
    """
    first = (
        select(func.min(Passage.number).label("number"), Passage.recording_id)
        .where(Passage.recording_id.in_(recordings), Passage.speaker != "trainee")
        .group_by(Passage.recording_id)
        .subquery()
    )
    chosen = select(Passage.recording_id, Passage.words).join(
        first,
        (first.c.recording_id == Passage.recording_id) & (first.c.number == Passage.number),
    )
    return {recording: _short(words) for recording, words in db.session.execute(chosen)}


def _short(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
