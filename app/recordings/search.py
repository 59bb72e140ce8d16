"""Search in what was said: one door before SQLite's FTS5 and PostgreSQL's full text.

``passages`` holds only what may be read; on SQLite triggers keep the index ``passages_fts``
in step with it (see the migration), so whatever changes a passage changes what is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)

from app.db import db, transaction
from app.recordings.history import spread
from app.recordings.models import Passage, Recording
from app.recordings.timeline import Timeline, Utterance

MOST_TERMS = 12
MOST_HITS = 200
SQLITE_INDEX = "passages_fts"
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w+")


class Span(Protocol):
    """What a redaction is here: seconds."""

    @property
    def start(self) -> float: ...

    @property
    def end(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; the last may go on unless it was quoted."""

    words: tuple[str, ...]
    prefix: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. ``parts`` are its words, and whether they were looked for."""

    recording: Recording
    start: float
    speaker: str
    parts: tuple[tuple[str, bool], ...]


def index(recording: Recording, timeline: Timeline, redactions: Iterable[Span] = ()) -> None:
    """Make the recording's passages anew, without the words said inside ``redactions``.

    Give it only redactions that stand, none that was taken back.
    """
    spans = [(each.start, each.end) for each in redactions]
    with transaction() as session:
        session.flush()
        session.execute(delete(Passage).where(Passage.recording_id == recording.id))
        rows = [
            {
                "recording_id": recording.id,
                "number": number,
                "speaker": said.speaker,
                "start": said.start,
                "end": max(said.end, said.start),
                "words": words,
            }
            for number, (said, words) in enumerate(_readable(timeline, spans), start=1)
        ]
        if rows:
            session.execute(insert(Passage), rows)


def _readable(
    timeline: Timeline, spans: Sequence[tuple[float, float]]
) -> Iterator[tuple[Utterance, str]]:
    for said in timeline.utterances:
        words = said.text.strip()
        if any(start < said.end and said.start < end for start, end in spans):
            timed = said.words or spread(said.text, said.start, said.end)
            words = " ".join(
                word.text
                for word in timed
                if not any(start < word.end and word.start < end for start, end in spans)
            )
        if words:
            yield said, words


def terms(words: str) -> tuple[Term, ...]:
    """What somebody typed -> terms that must all be there; signs and blanks mean nothing.

    Words between quotation marks stay together. The same for every database.
    """
    found: list[Term] = []
    for quoted, plain in _TERM.findall(words):
        parts = tuple(_WORD.findall((quoted or plain).lower()))
        if parts:
            found.append(Term(parts, prefix=not quoted))
    return tuple(found[:MOST_TERMS])


def search(words: str, where: ColumnElement[bool]) -> list[Hit]:
    """The passages in which all of ``words`` are said, newest recording first.

    ``where`` is a condition on ``Recording``: who may hear it (``access.heard_by``) and what
    else is filtered by. At most ``MOST_HITS``; nothing for words without a letter or digit.
    """
    wanted = terms(words)
    if not wanted:
        return []
    query = (
        _matching(wanted)
        .join(Recording, Recording.id == Passage.recording_id)
        .where(where)
        .order_by(Recording.happened_at.desc(), Recording.id.desc(), Passage.number)
        .limit(MOST_HITS)
        .add_columns(Recording)
    )
    rows = db.session.execute(query).unique().all()
    return [
        Hit(recording, passage.start, passage.speaker, highlighted(passage.words, wanted))
        for passage, recording in rows
    ]


def _matching(wanted: Sequence[Term]) -> Select[Passage]:
    if db.engine.dialect.name == "sqlite":
        fts = table(SQLITE_INDEX, column("rowid"))
        match = text(f"{SQLITE_INDEX} MATCH :words").bindparams(words=sqlite_query(wanted))
        return select(Passage).where(Passage.id.in_(select(fts.c.rowid).where(match)))
    vector = func.to_tsvector(literal_column("'simple'"), Passage.words)
    asked = func.to_tsquery(literal_column("'simple'"), postgresql_query(wanted))
    return select(Passage).where(vector.op("@@")(asked))


def sqlite_query(wanted: Sequence[Term]) -> str:
    """As FTS5 wants it: every word quoted, so that none of it is syntax."""
    return " AND ".join(
        '"' + " ".join(term.words) + '"' + ("*" if term.prefix else "") for term in wanted
    )


def postgresql_query(wanted: Sequence[Term]) -> str:
    """As ``to_tsquery`` wants it: letters and digits alone, so that none of it is syntax."""
    return " & ".join(
        "(" + " <-> ".join(term.words) + (":*" if term.prefix else "") + ")" for term in wanted
    )


def highlighted(words: str, wanted: Sequence[Term]) -> tuple[tuple[str, bool], ...]:
    """``words`` cut where what was looked for begins or ends; joined they are ``words`` again."""
    found = list(_WORD.finditer(words))
    said = [each[0].lower() for each in found]
    shown = sorted(
        {
            at + step
            for term in wanted
            for at in range(len(said) - len(term.words) + 1)
            if _stands(term, said[at : at + len(term.words)])
            for step in range(len(term.words))
        }
    )
    parts: list[tuple[str, bool]] = []
    at = 0
    for number in shown:
        start, end = found[number].span()
        if start > at:
            parts.append((words[at:start], False))
        parts.append((words[start:end], True))
        at = end
    if at < len(words):
        parts.append((words[at:], False))
    return tuple(parts)


def _stands(term: Term, said: Sequence[str]) -> bool:
    *first, last = term.words
    begins = said[-1].startswith(last) if term.prefix else said[-1] == last
    return list(said[:-1]) == first and begins
