"""The evaluation of a call by a rater: begun, or found where it was begun before."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.rights import RATERS
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotAllowed
from app.quality.cards.models import PUBLISHED, CardVersion
from app.quality.evaluations import certificates, seeing
from app.quality.evaluations.models import DRAFT, PERSON, SELF, Evaluation
from app.quality.frameworks import service as frameworks
from app.recordings import access
from app.recordings.models import Recording


def start(rater: Person, recording: Recording, version: CardVersion, at: datetime) -> Evaluation:
    """The evaluation of this call by this rater under this version, begun or found.

    Raises ``NotFound`` when she does not know the call, ``NotAllowed`` without the certificate
    that the card asks for, ``InvalidInput`` for a draft of a card. Of her own call it is a
    self-evaluation.
    """
    if recording.agent_id == rater.id:
        return self_evaluation(rater, recording, version, at)
    if rater.role not in RATERS or not access.is_known_to(rater, recording):
        raise seeing.not_there()
    if not certificates.may_score(rater, version.card, at):
        raise NotAllowed(
            _("“%(card)s” is for raters who have certified for it.", card=version.card.name),
            remedy=_("Score its gold calls first: Quality, Raters, Certification."),
        )
    return _begin(PERSON, rater, recording, version, at)


def self_evaluation(
    agent: Person, recording: Recording, version: CardVersion, at: datetime
) -> Evaluation:
    """The same call by the same card, scored by whoever took it. Raises ``NotFound``."""
    if recording.agent_id != agent.id or not access.may_hear(agent, recording):
        raise seeing.not_there()
    return _begin(SELF, agent, recording, version, at)


def _begin(
    kind: str, rater: Person, recording: Recording, version: CardVersion, at: datetime
) -> Evaluation:
    if version.status != PUBLISHED:
        raise InvalidInput(
            _("Only a published version of a card can be scored by."), field="version"
        )
    try:
        with transaction() as session:
            found = _found(kind, rater, recording, version)
            if found is None:
                found = Evaluation(
                    recording_id=recording.id,
                    card_version_id=version.id,
                    framework_id=framework_id(),
                    agent_id=recording.agent_id,
                    rater_id=rater.id,
                    kind=kind,
                    status=DRAFT,
                    created_at=at,
                    changed_at=at,
                )
                session.add(found)
                session.flush()
        return found
    except Conflict:
        # Two clicks at once: the other one was first.
        found = _found(kind, rater, recording, version)
        if found is None:
            raise
        return found


def _found(
    kind: str, rater: Person, recording: Recording, version: CardVersion
) -> Evaluation | None:
    chosen = select(Evaluation).where(
        Evaluation.recording_id == recording.id,
        Evaluation.card_version_id == version.id,
        Evaluation.kind == kind,
        Evaluation.rater_id == rater.id,
    )
    return db.session.scalars(chosen).unique().one_or_none()


def framework_id() -> int | None:
    """Of the framework in force now."""
    framework = frameworks.in_force()
    return framework.id if framework else None
