"""Who may hear a recording: one rule, as a question and as a condition for lists.

Her own; those of the teams she leads; those she uploaded; what was granted to her by a
monitoring plan or a calibration session; and, everybody, exemplars. Nobody else,
administrators included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, or_, select

from app.accounts import rights
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import NotAllowed, NotFound
from app.recordings.models import ERASED, HearingGrant, Recording

_BLIND = or_(
    HearingGrant.source.startswith("session:"), HearingGrant.source.startswith("certification:")
)
"""Given to score without knowing whose call it is."""


def heard_by(person: Person) -> ColumnElement[bool]:
    """``may_hear`` as a condition on ``Recording``."""
    reached = or_(_by_place(person), _granted(person), Recording.exemplar_at.is_not(None))
    return reached & (Recording.status != ERASED)


def _by_place(person: Person) -> ColumnElement[bool]:
    """Her own, those of teams she leads, those she uploaded."""
    return or_(
        Recording.agent_id.in_(select(Person.id).where(rights.heard_by(person))),
        Recording.uploaded_by_id == person.id,
    )


def _granted(person: Person, *only: ColumnElement[bool]) -> ColumnElement[bool]:
    """What was given to her (by grants that fit ``only``)."""
    granted = select(HearingGrant.id).where(
        HearingGrant.person_id == person.id,
        or_(
            HearingGrant.recording_id == Recording.id,
            HearingGrant.agent_id == Recording.agent_id,
            HearingGrant.everybody,
            HearingGrant.team_id.in_(
                select(Person.team_id).where(Person.id == Recording.agent_id).correlate(Recording)
            ),
        ),
        *only,
    )
    return granted.exists()


def may_hear(person: Person, recording: Recording) -> bool:
    return _holds(recording, heard_by(person))


def is_known_to(person: Person, recording: Recording) -> bool:
    """Whether she hears it by her place or by a plan: not merely because it is an exemplar,
    which everybody hears, nor blind, as a rater of a calibration session.

    Nobody else learns from its page who the agent is, or writes remarks that others see.
    """
    return _holds(recording, known_to(person) & (Recording.status != ERASED))


def known_to(person: Person) -> ColumnElement[bool]:
    """By her place or by a plan, as a condition on ``Recording``; erased ones as well."""
    return or_(_by_place(person), _granted(person, ~_BLIND))


def may_handle(person: Person, recording: Recording) -> bool:
    """Whether she may redact it, open its original and release it as an exemplar."""
    return person.role in rights.RATERS and is_known_to(person, recording)


def may_erase(person: Person, recording: Recording) -> bool:
    """Whether she may erase the whole recording: QA, or whoever uploaded it."""
    if person.role in rights.QA:
        return may_handle(person, recording)
    return recording.uploaded_by_id == person.id and may_hear(person, recording)


def require_handle(person: Person, recording: Recording) -> None:
    """Raise ``NotAllowed`` unless ``may_handle``, to somebody who may hear it."""
    if not may_handle(person, recording):
        raise NotAllowed(
            _("This is for those who score the calls of this agent."),
            remedy=_("Ask the supervisor of the agent's team."),
        )


def _holds(recording: Recording, condition: ColumnElement[bool]) -> bool:
    found = select(Recording.id).where(Recording.id == recording.id, condition)
    return db.session.scalar(found) is not None


def require_hear(person: Person, recording: Recording) -> None:
    """Raise ``NotFound`` unless ``may_hear``: a stranger does not learn that it exists."""
    if not may_hear(person, recording):
        raise _not_there()


def find(person: Person, recording_id: int) -> Recording:
    """The recording, if ``person`` may hear it. Raises ``NotFound``."""
    found = db.session.get(Recording, recording_id)
    if found is None:
        raise _not_there()
    require_hear(person, found)
    return found


def _not_there() -> NotFound:
    return NotFound(
        _("There is no such recording among those you may hear."),
        remedy=_("Look in your recordings."),
    )


def grant(
    people: Iterable[int],
    source: str,
    *,
    at: datetime,
    recordings: Iterable[int] = (),
    agents: Iterable[int] = (),
    teams: Iterable[int] = (),
    everybody: bool = False,
) -> None:
    """Let ``people`` hear these, in the name of ``source`` (``plan:3``, ``session:5``).

    What this source gave before is replaced.
    """
    things: list[dict[str, Any]] = [
        *({"recording_id": each} for each in recordings),
        *({"agent_id": each} for each in agents),
        *({"team_id": each} for each in teams),
        *([{"everybody": True}] if everybody else []),
    ]
    with transaction() as session:
        revoke(source)
        session.add_all(
            HearingGrant(person_id=person, source=source, granted_at=at, **thing)
            for person in people
            for thing in things
        )


def revoke(source: str) -> None:
    """What ``source`` gave is taken back."""
    with transaction() as session:
        session.execute(delete(HearingGrant).where(HearingGrant.source == source))
