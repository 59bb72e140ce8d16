"""What can be done with the quality framework: draft, save, put aside, publish, drop, look up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts import audit, rights
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.frameworks.document import Framework
from app.quality.frameworks.models import DRAFT, DROPPED, PUBLISHED, FrameworkVersion
from app.quality.frameworks.publishing import problems

MOST_REASON = 1000


class SomebodySaved(Conflict):
    """A draft was saved by somebody else, or in another tab, since it was read."""

    def __init__(self, theirs: FrameworkVersion) -> None:
        super().__init__(
            _("This draft was saved somewhere else since you opened it."),
            remedy=_("Look at both and choose; what you do not choose is kept as a second draft."),
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Settled:
    """How two texts of a draft were settled: the draft as it stands, and the one put aside."""

    draft: FrameworkVersion
    aside: FrameworkVersion


def document(version: FrameworkVersion) -> Framework:
    return Framework.model_validate(version.body)


def in_force() -> FrameworkVersion | None:
    """The newest published version; None before the first."""
    newest = select(FrameworkVersion).where(FrameworkVersion.status == PUBLISHED)
    return db.session.scalars(newest.order_by(FrameworkVersion.number.desc()).limit(1)).first()


def find(person: Person, version_id: int) -> FrameworkVersion:
    """A version ``person`` may read: what is published everybody, the rest whoever edits.

    Raises ``NotFound``.
    """
    version = db.session.get(FrameworkVersion, version_id)
    if version is None or (version.status != PUBLISHED and not may_edit(person)):
        raise NotFound(_("There is no such version of the framework."))
    return version


def may_edit(person: Person) -> bool:
    return rights.may(person, "frameworks.edit")


def history() -> Sequence[FrameworkVersion]:
    """What was published, the newest first."""
    chosen = select(FrameworkVersion).where(FrameworkVersion.status == PUBLISHED)
    return db.session.scalars(chosen.order_by(FrameworkVersion.number.desc())).all()


def drafts(status: str = DRAFT) -> Sequence[FrameworkVersion]:
    """Open drafts (or ``DROPPED`` ones), the last changed first."""
    chosen = select(FrameworkVersion).where(FrameworkVersion.status == status)
    return db.session.scalars(chosen.order_by(FrameworkVersion.changed_at.desc())).all()


def draft(
    body: Framework,
    *,
    by: Person,
    at: datetime,
    reason: str = "",
    based_on: FrameworkVersion | None = None,
) -> FrameworkVersion:
    """A new draft with these words."""
    with transaction() as session:
        made = FrameworkVersion(
            status=DRAFT,
            body=body.to_dict(),
            based_on_id=based_on.id if based_on else None,
            reason=reason,
            created_by_id=by.id,
            created_at=at,
            changed_at=at,
        )
        session.add(made)
        audit.record(by, "framework.drafted", made, based_on=made.based_on_id, reason=reason)
        return made


def draft_from(
    version: FrameworkVersion | None, *, by: Person, at: datetime, reason: str = ""
) -> FrameworkVersion:
    """A draft that begins with the words of ``version`` (None: with nothing)."""
    body = document(version) if version else Framework()
    return draft(body, by=by, at=at, reason=reason, based_on=version)


def save(draft_id: int, body: Framework, *, saw: int, by: Person, at: datetime) -> FrameworkVersion:
    """Keep ``body`` as the draft's words. ``saw``: the revision the writer had before her.

    Raises ``SomebodySaved`` when the draft has gone on since, ``Conflict`` when it is no
    draft any more, ``NotFound``. The same words once more are no new revision.
    """
    with transaction():
        found = _open_draft(draft_id)
        if found.body == body.to_dict():
            return found
        if found.revision != saw:
            raise SomebodySaved(found)
        _put(found, body, at)
        return found


def settle(
    draft_id: int, mine: Framework, *, take: str, saw: int, by: Person, at: datetime
) -> Settled:
    """End a conflict: ``take`` is ``mine`` or ``theirs``; the other becomes a draft of its own.

    ``saw`` is the revision that was shown as theirs; raises ``SomebodySaved`` again when it
    has gone on since.
    """
    with transaction():
        found = _open_draft(draft_id)
        if found.revision != saw:
            raise SomebodySaved(found)
        theirs = document(found)
        if take == "mine":
            _put(found, mine, at)
        other = theirs if take == "mine" else mine
        note = _("Put aside when two people saved draft %(id)s at once.", id=found.id)
        base = db.session.get(FrameworkVersion, found.based_on_id) if found.based_on_id else None
        return Settled(found, draft(other, by=by, at=at, reason=note, based_on=base))


def publish(draft_id: int, *, reason: str, saw: int, by: Person, at: datetime) -> FrameworkVersion:
    """The draft comes into force: from now on it never changes.

    Raises ``InvalidInput`` (no reason, something is missing, nothing differs),
    ``SomebodySaved`` and ``Conflict``.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say why this version is needed."), field="reason")
    if len(reason) > MOST_REASON:
        raise InvalidInput(_("At most %(n)s characters, please.", n=MOST_REASON), field="reason")
    with transaction() as session:
        found = _open_draft(draft_id)
        if found.revision != saw:
            raise SomebodySaved(found)
        body = document(found)
        _refuse_unready(body)
        last = session.scalar(select(func.max(FrameworkVersion.number))) or 0
        found.status, found.number, found.reason = PUBLISHED, last + 1, reason
        found.content_hash = body.content_hash
        found.published_by_id, found.published_at = by.id, at
        audit.record(
            by,
            "framework.published",
            found,
            number=found.number,
            content_hash=found.content_hash,
            reason=reason,
        )
        return found


def drop(draft_id: int, *, by: Person, at: datetime) -> FrameworkVersion:
    """The draft is given up; its words stay and can be taken back."""
    with transaction():
        found = _open_draft(draft_id)
        found.status, found.changed_at = DROPPED, at
        audit.record(by, "framework.dropped", found)
        return found


def take_back(draft_id: int, *, by: Person, at: datetime) -> FrameworkVersion:
    """A dropped draft is open again."""
    with transaction() as session:
        found = session.get(
            FrameworkVersion,
            draft_id,
            with_for_update={"of": FrameworkVersion},
            populate_existing=True,
        )
        if found is None or found.status == PUBLISHED:
            raise NotFound(_("There is no such draft."))
        found.status, found.changed_at = DRAFT, at
        audit.record(by, "framework.taken_back", found)
        return found


def _open_draft(draft_id: int) -> FrameworkVersion:
    found = db.session.get(
        FrameworkVersion, draft_id, with_for_update={"of": FrameworkVersion}, populate_existing=True
    )
    if found is None:
        raise NotFound(_("There is no such draft."))
    if found.status != DRAFT:
        raise Conflict(
            _("This is no draft any more: it was published or dropped."),
            remedy=_("Look at the history, and begin a new draft from there."),
        )
    return found


def _put(found: FrameworkVersion, body: Framework, at: datetime) -> None:
    found.body = body.to_dict()
    found.revision += 1
    found.changed_at = at


def _refuse_unready(body: Framework) -> None:
    missing = problems(body)
    if missing:
        raise InvalidInput(
            _("Something is still missing in this draft."),
            field="body",
            remedy=_("Complete what is named below, then publish."),
        )
    newest = in_force()
    if newest is not None and newest.content_hash == body.content_hash:
        raise InvalidInput(_("This draft says the same as the version in force."), field="body")
