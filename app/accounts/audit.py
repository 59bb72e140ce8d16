"""The audit log: who did what to what, when, from where. Entries are only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import AuditEntry, Person
from app.db import Base, db, transaction
from app.paging import Page, page_of
from app.request_facts import facts
from app.services import now

Subject = Base | tuple[str, object] | None
SITTING = timedelta(minutes=10)


def record(actor: Person | None, action: str, subject: Subject = None, **details: Any) -> None:
    """Note that ``actor`` did ``action`` (such as "person.changed") to ``subject``.

    Belongs inside the ``transaction()`` of what it tells about. ``subject`` is a row
    with an ``id`` or a pair (kind, id); ``details`` must be fit for JSON, and never
    hold a password. Address and request come from the request at work.
    """
    kind, key = _named(subject)
    request = facts()
    db.session.add(
        AuditEntry(
            at=now(),
            person_id=actor.id if actor else None,
            action=action,
            subject_kind=kind,
            subject_id=key,
            details=details,
            address=request.address,
            request_id=request.request_id,
        )
    )


def record_once(
    actor: Person, action: str, subject: Subject, *, owner: int | None, at: datetime
) -> None:
    """Note that ``actor`` heard or read what is ``owner``'s (a person's id), once a sitting.

    A player fetches sound in many pieces; hearing oneself is nobody else's business.
    """
    if owner != actor.id and not has_recent(actor, action, subject, at - SITTING):
        with transaction():
            record(actor, action, subject, owner=owner)


def _named(subject: Subject) -> tuple[str, str]:
    if subject is None:
        return "", ""
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    row: Any = subject
    if row.id is None:
        db.session.flush()
    return type(subject).__name__.lower(), str(row.id)


def has_recent(actor: Person, action: str, subject: Subject, since: datetime) -> bool:
    """Whether ``actor`` did just this to just that since then."""
    kind, key = _named(subject)
    same = select(AuditEntry.id).where(
        AuditEntry.subject_kind == kind,
        AuditEntry.subject_id == key,
        AuditEntry.person_id == actor.id,
        AuditEntry.action == action,
        AuditEntry.at > since,
    )
    return db.session.scalar(same.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries to show; empty means all."""

    person_id: int | None = None
    action: str = ""
    subject: str = ""
    """A kind ("person") or kind:id ("person:12")."""
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1


def find(query: AuditQuery) -> Page[AuditEntry]:
    """The entries asked for, the newest first."""
    return page_of(_matching(query).order_by(AuditEntry.id.desc()), query.page)


def _matching(query: AuditQuery) -> Select[AuditEntry]:
    chosen = select(AuditEntry)
    kind, _colon, key = query.subject.partition(":")
    if query.person_id is not None:
        chosen = chosen.where(AuditEntry.person_id == query.person_id)
    if query.action:
        chosen = chosen.where(AuditEntry.action.startswith(query.action, autoescape=True))
    if kind:
        chosen = chosen.where(AuditEntry.subject_kind == kind)
    if key:
        chosen = chosen.where(AuditEntry.subject_id == key)
    if query.since is not None:
        chosen = chosen.where(AuditEntry.at >= query.since)
    if query.until is not None:
        chosen = chosen.where(AuditEntry.at < query.until)
    return chosen


def actions() -> list[str]:
    """Every action there is an entry of, for the filter."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by("action")))
