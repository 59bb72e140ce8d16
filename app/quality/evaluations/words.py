"""Evaluations in words: answers, kinds, states, outcomes, what the machine says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.accounts.models import Person
from app.quality.answers import Answer, Left
from app.quality.card import Criterion
from app.quality.evaluations import seeing
from app.quality.evaluations.models import (
    ACCEPTED,
    CHANGED,
    DISPUTED,
    DRAFT,
    MACHINE,
    OPEN,
    PERSON,
    SELF,
    UPHELD,
    WITHDRAWN,
    Evaluation,
)
from app.quality.result import Score
from app.quality.wording import wording
from app.recordings.playing import Sound


def answer_title(criterion: Criterion, answer: Answer | None) -> str:
    """What a mark is called on its scale."""
    if answer is None:
        return str(_("not marked"))
    if isinstance(answer, Left):
        left = {Left.NOT_APPLICABLE: _("Does not apply"), Left.NOT_SURE: _("Not sure")}
        return str(left[answer])
    for point in criterion.scale.points:
        if point.value == answer and point.title:
            return str({"Yes": _("Yes"), "No": _("No")}.get(point.title, point.title))
    return str(format_decimal(answer))


def meaning(criterion: Criterion, answer: Answer | None) -> list[tuple[str, str]]:
    """What the card says of this mark, as (point, words): the point's own words, with an empty
    point; or those of its neighbours when it has none; empty when the scale has no words."""
    if answer is None or isinstance(answer, Left):
        return []
    told = [point for point in criterion.scale.points if point.anchor]
    own = [("", point.anchor) for point in told if point.value == answer]
    below = [point for point in told if point.value < answer][-1:]
    above = [point for point in told if point.value > answer][:1]
    return own or [(answer_title(criterion, p.value), p.anchor) for p in (*below, *above)]


def cause_titles(criterion: Criterion, causes: tuple[str, ...]) -> list[str]:
    return [cause.title for cause in criterion.causes if cause.id in causes]


def by_whom(evaluation: Evaluation) -> str:
    """Who scored it, for a heading."""
    if evaluation.kind == MACHINE:
        return str(_("The automatic rater"))
    name = evaluation.rater.name if evaluation.rater else str(_("Somebody"))
    return str(_("%(name)s, own call", name=name)) if evaluation.kind == SELF else name


def state_of(evaluation: Evaluation, at: datetime, reader: Person) -> tuple[str, str, str] | None:
    """Words, tone and shape of a badge. What others say of the reader's own call is new or not:
    releases are no agent's concern."""
    if evaluation.agent_id == reader.id and evaluation.kind != SELF:
        new = evaluation.kind == PERSON and not evaluation.response
        return (str(_("New")), "accent", "star") if new else None
    if evaluation.status == DRAFT:
        return str(_("Being scored")), "", "pencil"
    if evaluation.kind == SELF:
        return str(_("Handed in")), "good", "check-lg"
    if seeing.is_released(evaluation, at):
        return str(_("Released")), "good", "eye"
    if evaluation.release_at is not None:
        return str(_("To be released")), "accent", "clock"
    return str(_("Not released")), "warn", "eye-slash"


def response_badge(evaluation: Evaluation) -> tuple[str, str, str] | None:
    """What the agent said to it, and what came of that."""
    if evaluation.response == ACCEPTED:
        return str(_("Accepted")), "good", "check-lg"
    if evaluation.response != DISPUTED:
        return None
    statuses = {each.status for each in evaluation.disputes}
    if OPEN in statuses:
        return str(_("Disputed")), "accent", "chat-dots"
    if CHANGED in statuses:
        return str(_("Dispute decided: changed")), "good", "arrow-repeat"
    if UPHELD in statuses:
        return str(_("Dispute decided: stands")), "", "check-lg"
    return str(_("Dispute withdrawn")), "", "dash-lg"


def dispute_badge(status: str) -> tuple[str, str, str]:
    badges: Mapping[str, tuple[str, str, str]] = {
        OPEN: (str(_("Open")), "accent", "hourglass-split"),
        UPHELD: (str(_("The mark stands")), "", "check-lg"),
        CHANGED: (str(_("The mark was changed")), "good", "arrow-repeat"),
        WITHDRAWN: (str(_("Withdrawn")), "", "dash-lg"),
    }
    return badges[status]


def dispute_statuses() -> list[tuple[str, str]]:
    """(value, label) for the filter."""
    return [
        (OPEN, str(_("Open"))),
        ("overdue", str(_("Overdue"))),
        (UPHELD, str(_("Upheld"))),
        (CHANGED, str(_("Changed"))),
        (WITHDRAWN, str(_("Withdrawn"))),
    ]


def reasons_of(evaluation: Evaluation, sound: Sound | None) -> dict[str, str]:
    """Why the machine says what it says, by criterion; what is taken out of the recording is
    not told by its reason either."""
    if evaluation.kind != MACHINE or not evaluation.score:
        return {}
    found: dict[str, str] = {}
    for result in Score.from_dict(evaluation.score).results:
        heard = sound is not None and not any(
            sound.hides(each.start, each.end) for each in result.evidence
        )
        if heard or not result.evidence:
            found[result.id] = wording(result.reason)
    return found
