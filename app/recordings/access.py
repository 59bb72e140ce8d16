"""Who may hear a recording: one rule, as a question and as a condition for lists.

Her own; those of the teams she leads; those she uploaded; what was granted to her by a
monitoring plan or a calibration session; and, everybody, exemplars. Nobody else,
administrators included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, or_, select

from app.accounts import rights
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import NotFound
from app.recordings.models import ERASED, HearingGrant, Recording


def heard_by(person: Person) -> ColumnElement[bool]:
    """``may_hear`` as a condition on ``Recording``."""
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
    )
    return or_(
        Recording.agent_id.in_(select(Person.id).where(rights.heard_by(person))),
        Recording.uploaded_by_id == person.id,
        Recording.exemplar_at.is_not(None),
        granted.exists(),
    ) & (Recording.status != ERASED)


def may_hear(person: Person, recording: Recording) -> bool:
    found = select(Recording.id).where(Recording.id == recording.id, heard_by(person))
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
    things: list[dict[str, int | bool]] = [
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
