"""By which version of the card a follow-up is scored: the newest one that can be compared.

A follow-up is to show whether the new words help. Scored by the old ones it would measure nothing.
"""

from __future__ import annotations

from sqlalchemy import func, select

from app.calibration import acting
from app.calibration.models import CalibrationSession, SessionEvent
from app.calibration.session_errors import WrongInput
from app.calibration.session_plan import SessionPlan, criteria_of
from app.db import db
from app.quality.cards import service as cards
from app.quality.cards.models import DRAFT, CardVersion


def draft_before(plan: SessionPlan) -> CardVersion | None:
    """What the session before asked to change, while that is not published."""
    if plan.follows is None:
        return None
    draft = acting.draft_of(plan.follows)
    return draft if draft and draft.status == DRAFT else None


def newer(row: CalibrationSession, plan: SessionPlan) -> CardVersion | None:
    """Of a follow-up: the version in force, when it is another than the plan's and the chosen
    criteria have the same scales in it, so that before and after can be compared."""
    if plan.follows is None:
        return None
    found = cards.newest(row.card_version.card_id)
    if found is None or found.id == row.card_version_id or not _same_scales(found, plan):
        return None
    return found


def is_news(row: CalibrationSession, version: CardVersion) -> bool:
    """Whether it was published since the plan was last kept; else the older one was chosen."""
    kept = select(func.max(SessionEvent.at)).where(SessionEvent.session_id == row.id)
    last = db.session.scalar(kept)
    return bool(last and version.published_at and version.published_at > last)


def _same_scales(version: CardVersion, plan: SessionPlan) -> bool:
    even = [each.id for each in plan.criteria if each.level == "interval"]
    try:
        return set(criteria_of(cards.card_of(version), plan.criterion_ids, even)) == set(
            plan.criteria
        )
    except WrongInput:  # a criterion is gone
        return False
