"""What the page of retention shows, and the sentence that says what is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.config import Settings
from app.db import db
from app.errors import NotFound
from app.recordings import retention
from app.recordings.models import ERASED, PRACTICE, UPLOAD, Recording, RetentionRun
from app.services import services

RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of recording: how many there are, how old, what goes next, what stays and why."""

    source: str
    label: str
    days: int
    """Kept for so many days; 0: until somebody decides."""
    setting: str
    many: int
    oldest: datetime | None
    due: int
    held: int
    exemplars: int


def kinds(settings: Settings, at: datetime) -> list[Kind]:
    going = [each.source for each in retention.due(settings, at)]
    labels = source_labels()
    return [
        _kind(source, labels[source], days, going.count(source))
        for source, days in retention.days_of(settings).items()
    ]


def _kind(source: str, label: str, days: int, due: int) -> Kind:
    there = (Recording.source == source, Recording.status != ERASED)
    many, oldest = db.session.execute(
        select(func.count(Recording.id), func.min(Recording.happened_at)).where(*there)
    ).one()
    held = _count(*there, Recording.held)
    exemplars = _count(*there, Recording.exemplar_at.is_not(None))
    setting = f"CALLWRIGHT_KEEP_{source.upper()}_DAYS"
    return Kind(source, label, days, setting, many, oldest, due, held, exemplars)


def _count(*where: Any) -> int:
    return db.session.scalar(select(func.count(Recording.id)).where(*where)) or 0


def source_labels() -> dict[str, str]:
    return {PRACTICE: _("Practice calls"), UPLOAD: _("Uploads")}


def reason_labels() -> dict[str, str]:
    """The reasons to keep what is too old, by name."""
    return {keeper.name: keeper.label() for keeper in retention.keepers()}


def last_runs() -> Sequence[RetentionRun]:
    chosen = select(RetentionRun).order_by(RetentionRun.id.desc()).limit(RUNS_SHOWN)
    return db.session.scalars(chosen).all()


def find(run_id: int) -> RetentionRun:
    """Raises ``NotFound``."""
    run = db.session.get(RetentionRun, run_id)
    if run is None:
        raise NotFound(_("There is no such report."))
    return run


def items_of(run: RetentionRun) -> list[dict[str, Any]]:
    """The recordings a report names, with the moment as a moment."""
    return [
        {**item, "happened_at": datetime.fromisoformat(item["happened_at"])}
        for item in run.report["items"]
    ]


def consent() -> str:
    """That the call is recorded, who may hear it, and for how long: before it begins."""
    days = retention.days_of(services().settings)[PRACTICE]
    who: str = _(
        "Your call is recorded. You can hear it afterwards, and so can your supervisor and "
        "whoever scores or calibrates calls for quality; nobody else."
    )
    return f"{who} {_until(days)}"


def kept_words(recording: Recording) -> str:
    """For how long this recording is kept, unless something keeps it."""
    return _until(retention.days_of(services().settings)[recording.source])


def _until(days: int) -> str:
    if not days:
        return str(_("It is kept until an administrator decides otherwise."))
    return str(
        ngettext(
            "It is erased after %(num)s day, unless somebody has a reason to keep it.",
            "It is erased after %(num)s days, unless somebody has a reason to keep it.",
            days,
        )
    )
