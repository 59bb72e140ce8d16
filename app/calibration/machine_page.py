"""What the page of the automatic rater shows of one card, criterion by criterion.

Only what was judged by the rule as it is now counts: a rule or a scale that was changed begins
anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.calibration.machine_rater import (
    TARGET,
    MachineAgreement,
    Worth,
    machine_agreement,
    worth_words,
)
from app.calibration.rater_pictures import ShareLine, share_line
from app.db import db
from app.quality.answers import Left
from app.quality.card import Criterion
from app.quality.cards import service as cards
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.evaluations.both_scored import pairs_of
from app.quality.evaluations.dispute_figures import Case, Figures, figures
from app.quality.evaluations.models import CHANGED, MACHINE, Dispute, Evaluation, EvaluationMark
from app.quality.evaluations.pairs import Pairs
from app.quality.frameworks import service as frameworks
from app.quality.text import N_, Text, text

Place = tuple[int, str]
"""A version of a card, and a criterion of it."""


@dataclass(frozen=True, slots=True)
class MachineLine:
    """One criterion with a rule. ``unsure`` of ``judged`` calls in which the rule could not
    tell; ``alone``: the framework in force lets it count without a person."""

    criterion: Criterion
    found: MachineAgreement
    picture: ShareLine | None
    words: Text
    judged: int
    unsure: int
    disputes: Figures
    alone: bool
    hint: Text
    tone: str

    @property
    def unsure_share(self) -> float | None:
        return self.unsure / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class MachinePage:
    """One card: ``lines`` in its order; ``framework`` is the number of the one in force."""

    card: Card
    version: CardVersion
    lines: tuple[MachineLine, ...]
    framework: int | None
    target: float

    @property
    def compared(self) -> bool:
        """Whether any call was scored by both."""
        return any(line.found.same.n for line in self.lines)


def cards_with_rules() -> list[Card]:
    """Cards in force with a criterion that the machine judges, by name."""
    return [
        version.card
        for version in cards.in_force()
        if any(each.rule is not None for each in cards.card_of(version).criteria)
    ]


def machine_page(card: Card, at: datetime) -> MachinePage:
    version = cards.newest(card.id)
    assert version is not None, "a card with rules in force has a version in force"
    ruled = [each for each in cards.card_of(version).criteria if each.rule is not None]
    alike = _alike(card.id, ruled)
    pairs = _by_criterion(pairs_of(card.id), alike)
    disputes = _disputes(card.id, alike)
    told = _told(card.id, alike, disputes)
    framework = frameworks.in_force()
    document = frameworks.document(framework) if framework else None
    lines = [
        _line(
            criterion,
            pairs.get(criterion.id, []),
            told,
            figures([_case(each) for each in disputes if each.criterion == criterion.id], at),
            document is not None and document.machine_may_score(card.id, criterion.id),
        )
        for criterion in ruled
    ]
    return MachinePage(card, version, tuple(lines), framework.number if framework else None, TARGET)


def _line(
    criterion: Criterion,
    pairs: Sequence[Pairs],
    told: Counter[tuple[str, str]],
    disputes: Figures,
    alone: bool,
) -> MachineLine:
    met = [
        (recording, not criterion.scale.fails(person), not criterion.scale.fails(machine))
        for each in pairs
        for recording, person, machine in zip(
            each.recordings, each.people, each.machine, strict=True
        )
    ]
    calls, people, machine = zip(*met, strict=True) if met else ((), (), ())
    found = machine_agreement(calls, people, machine)
    unsure = told[criterion.id, Left.NOT_SURE]
    hint, tone = _hint(found.worth, alone)
    return MachineLine(
        criterion=criterion,
        found=found,
        picture=share_line(found.same, TARGET),
        words=worth_words(found),
        judged=unsure + told[criterion.id, ""],
        unsure=unsure,
        disputes=disputes,
        alone=alone,
        hint=hint,
        tone=tone,
    )


def _hint(worth: Worth, alone: bool) -> tuple[Text, str]:
    """What follows for the framework, and the tone of its badge."""
    if worth is Worth.EARNED:
        return (
            (text(N_("counts alone, and has earned it")), "good")
            if alone
            else (text(N_("people decide; it could count alone")), "accent")
        )
    if alone:
        return text(N_("counts alone, and has not earned it")), "warn"
    return text(N_("people decide")), ""


# ---- out of the database ------------------------------------------------------------------------


def _alike(card_id: int, ruled: Sequence[Criterion]) -> set[Place]:
    """Where in all published versions the criterion is judged just as it is now."""
    now = {each.id: _judging(each) for each in ruled}
    versions = select(CardVersion).where(
        CardVersion.card_id == card_id, CardVersion.status == PUBLISHED
    )
    return {
        (version.id, criterion.id)
        for version in db.session.scalars(versions).unique()
        for criterion in cards.card_of(version).criteria
        if criterion.id in now and _judging(criterion) == now[criterion.id]
    }


def _judging(criterion: Criterion) -> dict[str, Any]:
    return criterion.model_dump(mode="json", include={"rule", "applies_when", "scale"})


def _by_criterion(found: Iterable[Pairs], alike: set[Place]) -> Mapping[str, list[Pairs]]:
    pairs: dict[str, list[Pairs]] = {}
    for each in found:
        if (each.version, each.criterion) in alike:
            pairs.setdefault(each.criterion, []).append(each)
    return pairs


def _disputes(card_id: int, alike: set[Place]) -> list[Dispute]:
    """Disputes of the machine's marks by this card."""
    chosen = (
        select(Dispute)
        .join(Evaluation, Evaluation.id == Dispute.evaluation_id)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .where(Evaluation.kind == MACHINE, CardVersion.card_id == card_id)
    )
    return [
        each
        for each in db.session.scalars(chosen).unique()
        if (each.evaluation.card_version_id, each.criterion) in alike
    ]


def _case(of: Dispute) -> Case:
    return Case(of.criterion, of.status, of.opened_at, of.due_at, of.decided_at)


def _told(card_id: int, alike: set[Place], disputes: Sequence[Dispute]) -> Counter[tuple[str, str]]:
    """How often the machine gave a point (``""``) or what is ``Left``, by criterion.

    A mark that a dispute changed counts as the machine gave it.
    """
    counts = (
        select(
            Evaluation.card_version_id, EvaluationMark.criterion, EvaluationMark.left, func.count()
        )
        .join(Evaluation, Evaluation.id == EvaluationMark.evaluation_id)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .where(Evaluation.kind == MACHINE, CardVersion.card_id == card_id)
        .group_by(Evaluation.card_version_id, EvaluationMark.criterion, EvaluationMark.left)
    )
    told: Counter[tuple[str, str]] = Counter()
    for version, criterion, left, count in db.session.execute(counts):
        if (version, criterion) in alike:
            told[criterion, left] += count
    for each in disputes:
        if each.status == CHANGED and each.after:
            told[each.criterion, _left(each.after)] -= 1
            told[each.criterion, _left(each.before)] += 1
    return told


def _left(kept: Mapping[str, Any]) -> str:
    answer = kept["answer"]
    return answer if isinstance(answer, str) else ""
