"""The list of recordings somebody hears by her place or a plan, filtered, sorted, searched.

What she hears only as an exemplar, or blind in a session, is found there: this list has names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.accounts.queries import day_begins, day_ends, page_in
from app.db import db
from app.paging import Page, page_of
from app.recordings import search
from app.recordings.access import known_to
from app.recordings.models import PRACTICE, READY, UPLOAD, Recording
from app.recordings.search import Hit
from app.typed import whole

SOURCES = (PRACTICE, UPLOAD)
FILTERS = ("q", "agent", "source", "skill", "since", "until", "exemplars", "sort", "direction")
SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "happened": Recording.happened_at,
    "title": Recording.title,
    "agent": Person.name,
    "seconds": Recording.seconds,
}
HITS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; empty means any. ``until`` is not included."""

    words: str = ""
    agent_id: int | None = None
    source: str = ""
    skill: str = ""
    since: datetime | None = None
    until: datetime | None = None
    exemplars: bool = False
    sort: str = "happened"
    descending: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A recording in which something was found: the first hits, and how many more there are."""

    recording: Recording
    hits: Sequence[Hit]
    more: int


def wanted(args: Mapping[str, str]) -> Wanted:
    """Read an address; what makes no sense there is left out. Days are the reader's own."""
    sort = args.get("sort", "")
    return Wanted(
        words=args.get("q", "").strip()[:200],
        agent_id=whole(args.get("agent", "")),
        source=args.get("source", "") if args.get("source") in SOURCES else "",
        skill=args.get("skill", ""),
        since=day_begins(args.get("since", "")),
        until=day_ends(args.get("until", "")),
        exemplars=args.get("exemplars") == "1",
        sort=sort if sort in SORTS else "happened",
        descending=args.get("direction") != "asc",
        page=page_in(args),
    )


def recordings_for(person: Person, query: Wanted) -> Page[Recording]:
    """The ready recordings known to ``person`` that fit."""
    column = SORTS[query.sort]
    order = column.desc() if query.descending else column.asc()
    chosen = (
        select(Recording)
        .outerjoin(Person, Person.id == Recording.agent_id)
        .where(*_fitting(person, query))
        .order_by(order.nulls_last(), Recording.happened_at.desc(), Recording.id.desc())
    )
    return page_of(chosen, query.page)


def found_in(person: Person, query: Wanted) -> list[Found]:
    """Where ``query.words`` are said, by recording, the newest first."""
    found: dict[int, list[Hit]] = {}
    for hit in search.search(query.words, and_(*_fitting(person, query))):
        found.setdefault(hit.recording.id, []).append(hit)
    return [
        Found(hits[0].recording, hits[:HITS_SHOWN], len(hits[HITS_SHOWN:]))
        for hits in found.values()
    ]


def agents_heard(person: Person) -> Sequence[Person]:
    """The agents of the recordings known to ``person``, by name."""
    ids = select(Recording.agent_id).where(Recording.status == READY, known_to(person))
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.name)
    return db.session.scalars(query).unique().all()


def skills_heard(person: Person) -> Sequence[str]:
    """The skills of the recordings known to ``person``."""
    query = select(Recording.skill).where(
        Recording.status == READY, Recording.skill != "", known_to(person)
    )
    return db.session.scalars(query.distinct().order_by(Recording.skill)).all()


def _fitting(person: Person, query: Wanted) -> list[ColumnElement[bool]]:
    where = [known_to(person), Recording.status == READY]
    if query.agent_id is not None:
        where.append(Recording.agent_id == query.agent_id)
    if query.source:
        where.append(Recording.source == query.source)
    if query.skill:
        where.append(Recording.skill == query.skill)
    if query.since is not None:
        where.append(Recording.happened_at >= query.since)
    if query.until is not None:
        where.append(Recording.happened_at < query.until)
    if query.exemplars:
        where.append(Recording.exemplar_at.is_not(None))
    return where
