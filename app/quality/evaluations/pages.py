"""The page of one evaluation, gathered: who says what, side by side, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import render_template

from app.accounts.models import Person
from app.quality.cards import service as cards
from app.quality.evaluations import listing, seeing, service, words
from app.quality.evaluations.hearing import sound_for
from app.quality.evaluations.marks import marks_of
from app.quality.evaluations.models import ACCEPTED, MACHINE, PERSON, SELF, WITHDRAWN, Evaluation
from app.quality.evaluations.side_by_side import Said, compare
from app.quality.frameworks import service as frameworks
from app.quality.tally import answers_of, tally
from app.recordings.playing import Pin, Sound

ORDER = (PERSON, SELF, MACHINE)


def evaluation_page(
    person: Person, evaluation: Evaluation, at: datetime, typed: Mapping[str, str]
) -> str:
    """``typed``: what was sent and not taken, with ``error`` or ``when`` in words."""
    card = cards.card_of(evaluation.card_version)
    others = listing.others_of(person, evaluation, at)
    columns = [evaluation, *_beside(evaluation, others)]
    said = [_said(each) for each in columns]
    result = tally(card, answers_of(said[0].marks))
    sound = _with_pins(sound_for(person, evaluation.recording), evaluation)
    seen = evaluation.kind != SELF and seeing.is_released(evaluation, at)
    answers = evaluation.agent_id == person.id and seen and evaluation.response != ACCEPTED
    return render_template(
        "quality/evaluations/evaluation.html",
        evaluation=evaluation,
        card=card,
        columns=columns,
        parts=compare(said),
        elsewhere=_by_other_cards(person, evaluation, others),
        result=result,
        sound=sound,
        reasons=[words.reasons_of(each, sound) for each in columns],
        alone=_counting_alone(evaluation),
        disputes=evaluation.disputes,
        standing={d.criterion: d for d in evaluation.disputes if d.status != WITHDRAWN},
        released=seeing.is_released(evaluation, at),
        may_release=service.may_release(person, evaluation) and not seen,
        may_reopen=evaluation.rater_id == person.id and evaluation.kind == PERSON and not seen,
        may_answer=answers,
        own=evaluation.agent_id == person.id,
        state=words.state_of(evaluation, at, person),
        by=words.by_whom,
        title=words.answer_title,
        meaning=words.meaning,
        failed=[card.criterion(each).title for each in result.auto_failed],
        causes=words.cause_titles,
        badge=words.dispute_badge,
        typed=typed,
    )


def _beside(evaluation: Evaluation, others: Sequence[Evaluation]) -> Sequence[Evaluation]:
    """The same call by the same card: a person, the agent, the machine, one of each kind that
    this one is not; raters meet each other's marks in calibration."""
    found = [each for each in others if _card(each) == _card(evaluation)]
    kinds = [kind for kind in ORDER if kind != evaluation.kind]
    firsts = (next((each for each in found if each.kind == kind), None) for kind in kinds)
    return [each for each in firsts if each is not None]


def _by_other_cards(
    person: Person, evaluation: Evaluation, others: Sequence[Evaluation]
) -> Sequence[Evaluation]:
    """The same call by another card: the machine's, and for the agent whatever she may read."""
    own = evaluation.agent_id == person.id
    return [
        each
        for each in others
        if _card(each) != _card(evaluation) and (own or each.kind == MACHINE)
    ]


def _card(evaluation: Evaluation) -> int:
    return evaluation.card_version.card_id


def _said(evaluation: Evaluation) -> Said:
    return Said(cards.card_of(evaluation.card_version), marks_of(service.marks(evaluation)))


def _counting_alone(evaluation: Evaluation) -> frozenset[str]:
    """The criteria for which the framework in force lets the automatic rater count alone."""
    framework = frameworks.in_force()
    if framework is None:
        return frozenset()
    document, version = frameworks.document(framework), evaluation.card_version
    names = (each.id for each in cards.card_of(version).criteria)
    return frozenset(name for name in names if document.machine_may_score(version.card_id, name))


def _with_pins(sound: Sound | None, evaluation: Evaluation) -> Sound | None:
    if sound is None:
        return None
    card = cards.card_of(evaluation.card_version)
    return sound.with_marks(
        Pin(second, "mark", card.criterion(row.criterion).title)
        for row in service.marks(evaluation)
        for second in row.seconds
    )
