"""How long recordings are kept: what is too old, what is kept all the same, and erasing.

Age counts from the day of the call. Kept whatever their age: exemplars until they are
taken back, what is held, what somebody was let hear by itself (a calibration session,
work left by a plan), and what the rooms above say with ``keep_while``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts import audit
from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.recordings import removing
from app.recordings.models import (
    FAILED,
    PRACTICE,
    READY,
    UPLOAD,
    HearingGrant,
    Recording,
    RetentionRun,
)

KEEPERS = "callwright_keepers"
LISTED = 500
"""So many recordings a report names; the rest it counts."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A reason to keep a recording whatever its age. ``holds`` is a condition on ``Recording``."""

    name: str
    label: Callable[[], str]
    holds: Callable[[], ColumnElement[bool]]


def keep_while(app: Flask, keeper: Keeper) -> None:
    """A room above recordings says what it still needs."""
    app.extensions.setdefault(KEEPERS, []).append(keeper)


def keepers() -> list[Keeper]:
    granted = select(HearingGrant.id).where(HearingGrant.recording_id == Recording.id)
    return [
        Keeper("held", lambda: _("held by somebody"), lambda: Recording.held.is_(True)),
        Keeper(
            "exemplar",
            lambda: _("released as an exemplar"),
            lambda: Recording.exemplar_at.is_not(None),
        ),
        Keeper("in_use", lambda: _("in use by a session or a plan"), granted.exists),
        *current_app.extensions.get(KEEPERS, ()),
    ]


# -- what is too old ---------------------------------------------------------------


def days_of(settings: Settings) -> Mapping[str, int]:
    """By kind of recording, for how many days it is kept; 0 means until somebody decides."""
    return {PRACTICE: settings.keep_practice_days, UPLOAD: settings.keep_upload_days}


def too_old(settings: Settings, at: datetime) -> ColumnElement[bool]:
    """Older than its kind is kept, whether something keeps it or not."""
    kinds = [
        and_(Recording.source == kind, Recording.happened_at < at - timedelta(days=days))
        for kind, days in days_of(settings).items()
        if days
    ]
    if not kinds:
        return Recording.id.is_(None)
    return and_(Recording.status.in_((READY, FAILED)), or_(*kinds))


def due(settings: Settings, at: datetime) -> Sequence[Recording]:
    """What the next night erases, oldest first."""
    free = [~keeper.holds() for keeper in keepers()]
    chosen = select(Recording).where(too_old(settings, at), *free)
    ordered = chosen.order_by(Recording.happened_at, Recording.id)
    return db.session.scalars(ordered).unique().all()


def kept(settings: Settings, at: datetime) -> dict[str, int]:
    """How many recordings are too old and kept, by the name of the first reason."""
    reasons = keepers()
    found: Counter[str] = Counter()
    seen: set[int] = set()
    for keeper in reasons:
        chosen = select(Recording.id).where(too_old(settings, at), keeper.holds())
        ids = set(db.session.scalars(chosen)) - seen
        seen |= ids
        if ids:
            found[keeper.name] = len(ids)
    return dict(found)


# -- reports ---------------------------------------------------------------------------


def told(recording: Recording) -> dict[str, Any]:
    """A recording as a report names it: without a word of what was said."""
    return {
        "id": recording.id,
        "source": recording.source,
        "agent": recording.agent.name if recording.agent else "",
        "happened_at": recording.happened_at.isoformat(),
    }


def report_of(items: Sequence[Mapping[str, Any]], kept_by: Mapping[str, int]) -> dict[str, Any]:
    """``{"erased": {kind: n}, "kept": {reason: n}, "items": [...]}``."""
    many = Counter(str(item["source"]) for item in items)
    return {"erased": dict(many), "kept": dict(kept_by), "items": list(items[:LISTED])}


def dry_run(settings: Settings, by: Person, at: datetime) -> RetentionRun:
    """Exactly what the next night would erase, erased by nobody."""
    items = [told(each) for each in due(settings, at)]
    with transaction() as session:
        run = RetentionRun(
            at=at, dry=True, by_id=by.id, report=report_of(items, kept(settings, at))
        )
        session.add(run)
        audit.record(by, "retention.tried", run, recordings=len(items))
    return run


# -- erasing ---------------------------------------------------------------------------


def still_due(settings: Settings, recording_id: int, at: datetime) -> Recording | None:
    """The locked recording if it may be erased now: somebody may have held it meanwhile."""
    free = [~keeper.holds() for keeper in keepers()]
    chosen = select(Recording).where(Recording.id == recording_id, too_old(settings, at), *free)
    locked = chosen.with_for_update(of=Recording).execution_options(populate_existing=True)
    return db.session.scalars(locked).unique().one_or_none()


def erase(recording: Recording, *, by: Person | None, at: datetime, why: str) -> None:
    """Sound, words, remarks and whatever names somebody, for good; the row stays as erased.

    Evaluations keep their figures. The files go before the transaction ends: who is killed in
    between leaves a recording that is erased again.
    """
    with transaction():
        removing.forget(recording, at)
        if recording.source == UPLOAD:
            recording.title = recording.skill or recording.key
        recording.trouble = None
        audit.record(by, "recording.erased", recording, why=why)


# -- holding -----------------------------------------------------------------------------


def hold(person: Person, recording: Recording, wanted: bool, *, why: str = "") -> None:
    """Keep it whatever its age, or no longer. The caller has asked whether she may hear it."""
    with transaction():
        if recording.held == wanted:
            return
        recording.held = wanted
        audit.record(
            person, "recording.held" if wanted else "recording.let_go", recording, why=why[:400]
        )
