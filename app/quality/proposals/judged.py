"""The criteria of cards in force that the machine can judge, for whoever writes the framework."""

from __future__ import annotations

from app.quality.cards import service as cards
from app.quality.frameworks.judged import Judged


def with_rules() -> list[Judged]:
    return [
        Judged(version.card_id, version.card.name, criterion.id, criterion.title)
        for version in cards.in_force()
        for criterion in cards.card_of(version).criteria
        if criterion.rule is not None
    ]
