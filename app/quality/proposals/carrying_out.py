"""What taking a proposal up begins: a draft of the scorecard or of the framework.

Coaching begins nothing here; it is the taker's own to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db
from app.quality.cards import service as cards
from app.quality.cards.models import DRAFT, CardVersion
from app.quality.frameworks import service as frameworks
from app.quality.proposals.models import CARD, FRAMEWORK, GUIDANCE, OPEN, TAKEN, Proposal

MOST_GUIDANCE = 2000


def begin(proposal: Proposal, *, by: Person, at: datetime) -> None:
    """Begin the draft the proposal asks for and note it there. Inside ``transaction()``."""
    if proposal.kind == FRAMEWORK:
        made = frameworks.draft_from(frameworks.in_force(), by=by, at=at, reason=_told(proposal))
        proposal.framework_id = made.id
    elif proposal.kind in (CARD, GUIDANCE) and not _in_a_draft(proposal):
        proposal.card_version_id = _card_draft(proposal, by, at)


def published(version: CardVersion, by: Person, at: datetime) -> None:
    """What was in this version is done: its open proposals are taken up by publishing it."""
    chosen = select(Proposal).where(Proposal.card_version_id == version.id, Proposal.status == OPEN)
    for each in db.session.scalars(chosen).unique():
        each.status, each.decided_by_id, each.decided_at = TAKEN, by.id, at
        each.decision = _("Published with version %(n)s of the card.", n=version.number)
        audit.record(by, f"proposal.{TAKEN}", each, decision=each.decision)


def _in_a_draft(proposal: Proposal) -> bool:
    """Whether a session has put it into a draft already, which still is one."""
    number = proposal.card_version_id
    return number is not None and cards.version(number).status == DRAFT


def _card_draft(proposal: Proposal, by: Person, at: datetime) -> int | None:
    newest = cards.newest(proposal.card_id or 0)
    if newest is None:
        return None
    draft = cards.draft_from(newest, by, at, _told(proposal), session_id=_session_of(proposal))
    if proposal.kind == GUIDANCE and proposal.words:
        body = with_guidance(draft.body, proposal.criterion, proposal.words)
        draft = cards.save_draft(draft, body, draft.revision, at)
    return draft.id


def with_guidance(body: Mapping[str, Any], criterion: str, words: str) -> dict[str, Any]:
    """The same card, with other guidance at one criterion. Other criteria stay as they are."""
    changed = deepcopy(dict(body))
    for section in changed.get("sections", ()):
        for each in section.get("criteria", ()):
            if each.get("id") == criterion:
                each["guidance"] = words[:MOST_GUIDANCE]
    return changed


def _told(proposal: Proposal) -> str:
    return f"{proposal.words}\n{proposal.reason}".strip()


def _session_of(proposal: Proposal) -> int | None:
    number = proposal.source_id.split(":")[0]
    return int(number) if proposal.source_kind == "session" and number.isdigit() else None
