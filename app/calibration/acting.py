"""What comes of a session: the talk, what was agreed on, proposals, closing with what follows.

A proposal is begun by nobody here: closing puts it on the list of proposals, drafts a version of
the card with the new guidance in it, and plans the follow-up session; people do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.accounts import audit
from app.accounts.models import Person
from app.calibration import session_events as happen
from app.calibration import store
from app.calibration.act import (
    CardChange,
    Coaching,
    FollowUp,
    GuidanceChange,
    Proposal,
    Resolution,
    follow_up,
)
from app.calibration.models import CalibrationSession
from app.calibration.planning import MOST_TITLE
from app.calibration.session_events import Event
from app.calibration.session_state import SessionState
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.proposals import service as proposals
from app.quality.proposals.models import CARD, COACHING, GUIDANCE
from app.quality.proposals.models import Proposal as Listed
from app.recordings import access
from app.recordings.models import Recording

SOURCE = "session"
CHANGES = (GuidanceChange, CardChange)


def attended(host: Person, session_id: int, people: Iterable[int], *, at: datetime) -> None:
    """Who, of those with a part in it, is in the room. Raises what ``step`` does, as all here."""
    plan, chosen = store.load(session_id).plan, set(people)
    known = tuple(each for each in dict.fromkeys((plan.host, *plan.scorers)) if each in chosen)
    _happen(host, session_id, happen.Attended(host.id, at, known))


def noted(host: Person, session_id: int, words: str, *, at: datetime) -> None:
    _happen(host, session_id, happen.Noted(host.id, at, words.strip()))


def ask_again(host: Person, session_id: int, criteria: Iterable[str], *, at: datetime) -> None:
    """A second blind round for these criteria, which are over the threshold."""
    with transaction():
        _happen(host, session_id, happen.SecondRoundOpened(host.id, at, tuple(criteria)))
        about = ("calibration", session_id)
        audit.record(host, "calibration.asked_again", about, criteria=list(criteria))


def go_on(host: Person, session_id: int, *, at: datetime) -> None:
    """From Check to Act."""
    _happen(host, session_id, happen.ActOpened(host.id, at))


def resolve(
    host: Person, session_id: int, criterion: str, resolution: Resolution, *, at: datetime
) -> None:
    _happen(host, session_id, happen.Resolved(host.id, at, criterion, resolution))


def propose(host: Person, session_id: int, proposal: Proposal, *, at: datetime) -> None:
    _happen(host, session_id, happen.Proposed(host.id, at, proposal))


def withdraw(host: Person, session_id: int, number: int, *, at: datetime) -> None:
    _happen(host, session_id, happen.Withdrawn(host.id, at, number))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What closing has begun: how many proposals are on the list, the draft of the card, the
    planned follow-up session."""

    proposals: int
    draft: CardVersion | None
    follow_up: CalibrationSession | None


def close(host: Person, session_id: int, *, at: datetime) -> Outcome:
    """Close it, and begin what was proposed; all of it or nothing.

    Raises ``NotNow`` while a criterion over the threshold is not settled. From now on nobody
    hears its recordings in its name.
    """
    with transaction():
        row = store.find(host, session_id)
        state = store.append(session_id, happen.Closed(host.id, at))
        ordered = [state.proposals[number] for number in sorted(state.proposals)]
        changes = [each for each in ordered if isinstance(each, CHANGES)]
        draft = _draft(host, row, changes, at) if changes else None
        made = sum(_listed(host, row, each, draft, at) for each in ordered)
        after = next((each for each in ordered if isinstance(each, FollowUp)), None)
        planned = _follow_up(host, row, state, after, at) if after else None
        access.revoke(f"{SOURCE}:{session_id}")
        audit.record(
            host,
            "calibration.closed",
            ("calibration", session_id),
            proposals=made,
            draft=draft.id if draft else None,
            follow_up=planned.id if planned else None,
        )
    return Outcome(made, draft, planned)


def draft_of(session_id: int) -> CardVersion | None:
    """The version of the card that this session asked for, as it stands now; it may hold what
    other sessions asked for as well."""
    named = select(Listed.card_version_id).where(
        Listed.source_kind == SOURCE, Listed.source_id == str(session_id)
    )
    chosen = select(CardVersion).where(
        or_(CardVersion.session_id == session_id, CardVersion.id.in_(named))
    )
    return db.session.scalars(chosen.order_by(CardVersion.id).limit(1)).unique().first()


def follow_up_of(session_id: int) -> CalibrationSession | None:
    """The session that scores the same recordings again."""
    chosen = select(CalibrationSession).where(CalibrationSession.follows_id == session_id)
    ordered = chosen.where(~CalibrationSession.cancelled).order_by(CalibrationSession.id)
    return db.session.scalars(ordered.limit(1)).unique().first()


def _happen(host: Person, session_id: int, event: Event) -> None:
    store.find(host, session_id)
    store.append(session_id, event)


def _listed(
    host: Person,
    row: CalibrationSession,
    proposal: Proposal,
    draft: CardVersion | None,
    at: datetime,
) -> int:
    """Put on the list of proposals; 0 where it concerns nobody the product knows."""
    card = row.card_version.card_id
    match proposal:
        case GuidanceChange(criterion=criterion, words=words, reason=reason):
            kind, person = GUIDANCE, None
        case CardChange(criterion=criterion, words=words, reason=reason):
            kind, person = CARD, None
        case Coaching(criterion=criterion, reason=reason):
            kind, person, words = COACHING, _coached(proposal), ""
            if person is None:
                return 0
        case FollowUp():
            return 0
    proposals.propose(
        kind,
        by=host,
        at=at,
        reason=reason,
        person_id=person,
        card_id=card,
        criterion=criterion,
        words=words,
        source_kind=SOURCE,
        source_id=row.id,
        card_version_id=draft.id if draft and isinstance(proposal, CHANGES) else None,
    )
    return 1


def _coached(proposal: Coaching) -> int | None:
    if proposal.whom == "rater":
        return proposal.rater
    recording = db.session.get(Recording, proposal.recording)
    return recording.agent_id if recording else None


def _draft(
    host: Person, row: CalibrationSession, changes: Iterable[Proposal], at: datetime
) -> CardVersion:
    """The next version of the card, with the new guidance in it; changes of the card itself are
    for whoever edits it, so they stand in its reason. What is drafted already is added to: of
    two drafts from one version the second cannot be published as it is."""
    titles = {each.id: each.title for each in cards.card_of(row.card_version).criteria}
    reasons = [f"{row.title}:"]
    guidance: dict[str, str] = {}
    for each in changes:
        if isinstance(each, GuidanceChange):
            guidance[each.criterion] = each.words
            reasons.append(f"{titles[each.criterion]}: {each.reason}")
        elif isinstance(each, CardChange):
            about = f"{titles[each.criterion]}: " if each.criterion else ""
            reasons.append(f"{about}{each.words} ({each.reason})")
    begun = next(iter(cards.drafts_of(row.card_version.card_id)), None)
    if begun is None:
        draft = cards.draft_from(row.card_version, host, at, "\n".join(reasons), session_id=row.id)
    else:
        draft, guidance = begun, _beside(begun.body, row.card_version.body, guidance)
        cards.add_reason(draft, "\n".join(reasons))
    if guidance:
        cards.save_draft(draft, with_guidance(draft.body, guidance), draft.revision, at)
    return draft


def _beside(
    begun: dict[str, object], scored_by: dict[str, object], wanted: dict[str, str]
) -> dict[str, str]:
    """The new guidance; after what somebody else has drafted for the same criterion, so that
    neither is lost."""
    drafted, known = _guidance(begun), _guidance(scored_by)
    return {
        name: f"{theirs}\n\n{words}"
        if (theirs := drafted.get(name, "")) not in ("", known.get(name, ""), words)
        else words
        for name, words in wanted.items()
    }


def _guidance(body: dict[str, object]) -> dict[str, str]:
    """By criterion, what the body of a card says of how to score it."""
    sections: object = body.get("sections", [])
    assert isinstance(sections, list)
    found = (each for section in sections for each in section["criteria"])
    return {each["id"]: each.get("guidance", "") for each in found}


def with_guidance(body: dict[str, object], guidance: dict[str, str]) -> dict[str, object]:
    """The body of a card with these criteria's guidance replaced."""
    sections: object = body.get("sections", [])
    assert isinstance(sections, list)
    return {
        **body,
        "sections": [
            {
                **section,
                "criteria": [
                    {**each, "guidance": guidance.get(each["id"], each.get("guidance", ""))}
                    for each in section["criteria"]
                ],
            }
            for section in sections
        ],
    }


def _follow_up(
    host: Person, row: CalibrationSession, state: SessionState, wanted: FollowUp, at: datetime
) -> CalibrationSession:
    plan = follow_up(state.plan, follows=row.id, due=wanted.due, seed=int(at.timestamp()))
    again = _("%(title)s (follow-up)", title=plan.title)
    return store.begin(happen.Planned(host.id, at, replace(plan, title=again[:MOST_TITLE])))
