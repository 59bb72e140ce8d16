"""The best calls, released for everybody to learn from, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput
from app.paging import Page, page_of
from app.recordings import access, sounding
from app.recordings.models import ERASED, READY, Recording

LONGEST_WHY = 400
LONGEST_SKILL = 80


@dataclass(frozen=True, slots=True)
class Release:
    """``why`` it is worth hearing; ``no_names``: she listened, and nobody's name is in it."""

    why: str
    skill: str
    no_names: bool = False


def release(person: Person, recording: Recording, wanted: Release, at: datetime) -> None:
    """Everybody who is signed in may hear it. Raises ``InvalidInput`` beside its field."""
    access.require_handle(person, recording)
    why, skill = wanted.why.strip(), " ".join(wanted.skill.split())
    if recording.status != READY:
        raise Conflict(_("This recording is not ready yet."), remedy=_("Come back in a minute."))
    if not why:
        raise InvalidInput(_("Say what can be learned from it."), field="why")
    if len(why) > LONGEST_WHY:
        raise InvalidInput(_("At most %(most)s characters, please.", most=LONGEST_WHY), field="why")
    if not skill or len(skill) > LONGEST_SKILL:
        raise InvalidInput(_("Say in a word or two which skill it shows."), field="skill")
    if not wanted.no_names and not sounding.active(recording):
        raise InvalidInput(
            _("Nothing is hidden in it. Hide names and numbers first, or say that there are none."),
            field="no_names",
        )
    with transaction():
        recording.exemplar_at, recording.exemplar_by_id = at, person.id
        recording.exemplar_why, recording.exemplar_skill = why, skill
        audit.record(person, "recording.released", recording, skill=skill, why=why)


def take_back(person: Person, recording: Recording) -> None:
    """Only who may hear it anyway goes on hearing it."""
    access.require_handle(person, recording)
    with transaction():
        recording.exemplar_at, recording.exemplar_by_id = None, None
        recording.exemplar_why, recording.exemplar_skill = "", ""
        audit.record(person, "recording.taken_back", recording)


def released(skill: str = "", page: int = 1) -> Page[Recording]:
    """The exemplars, the newest first."""
    chosen = select(Recording).where(*_RELEASED)
    if skill:
        chosen = chosen.where(Recording.exemplar_skill == skill)
    return page_of(chosen.order_by(Recording.exemplar_at.desc(), Recording.id.desc()), page)


def skills() -> Sequence[str]:
    """The skills there are exemplars of."""
    chosen = select(Recording.exemplar_skill).where(*_RELEASED).distinct()
    return db.session.scalars(chosen.order_by(Recording.exemplar_skill)).all()


_RELEASED = (Recording.exemplar_at.is_not(None), Recording.status != ERASED)
