"""Evaluations in words: answers, kinds, states, outcomes, what the machine says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.quality.answers import Answer, Left
from app.quality.card import Criterion
from app.quality.evaluations import seeing
from app.quality.evaluations.models import (
    CHANGED,
    DRAFT,
    MACHINE,
    OPEN,
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


def cause_titles(criterion: Criterion, causes: tuple[str, ...]) -> list[str]:
    return [cause.title for cause in criterion.causes if cause.id in causes]


def by_whom(evaluation: Evaluation) -> str:
    """Who scored it, for a heading."""
    if evaluation.kind == MACHINE:
        return str(_("The automatic rater"))
    name = evaluation.rater.name if evaluation.rater else str(_("Somebody"))
    return str(_("%(name)s, of her own call", name=name)) if evaluation.kind == SELF else name


def state_of(evaluation: Evaluation, at: datetime) -> tuple[str, str, str]:
    """Words, tone and shape of a badge."""
    if evaluation.status == DRAFT:
        return str(_("Being scored")), "", "pencil"
    if evaluation.kind == SELF:
        return str(_("Handed in")), "good", "check-lg"
    if seeing.is_released(evaluation, at):
        return str(_("Released")), "good", "eye"
    if evaluation.release_at is not None:
        return str(_("To be released")), "accent", "clock"
    return str(_("Not released")), "warn", "eye-slash"


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
