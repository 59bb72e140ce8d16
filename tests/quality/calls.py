"""Short ways to write calls and cards in tests."""

from __future__ import annotations

from typing import Any

from app.quality.card import RuledScorecard
from app.quality.result import CriterionResult
from app.quality.scoring import score
from app.recordings.history import spread
from app.recordings.timeline import ActHeard, Mark, Timeline, Utterance

FACTS = {"name": "Margaret Ellis", "amount": "$48.20"}


def trainee(
    start: float,
    end: float,
    text: str,
    *acts: str,
    state: str = "",
    confidence: float = 1.0,
) -> Utterance:
    """A turn of the trainee; an act written ``?greet`` is undetermined."""
    heard = tuple(
        ActHeard(
            act=act.lstrip("?"),
            probability=0.5 if act.startswith("?") else 0.95,
            verdict="undetermined" if act.startswith("?") else "met",
            start=start,
            end=end,
            words=text,
        )
        for act in acts
    )
    return Utterance(
        "trainee", start, end, text, spread(text, start, end, confidence), heard, state
    )


def customer(start: float, end: float, text: str = "my card is gone") -> Utterance:
    return Utterance("customer", start, end, text)


def mark(at: float, kind: str, **data: object) -> Mark:
    return Mark(at, kind, data)


def move(at: float, kind: str, target: str = "", **data: object) -> Mark:
    return Mark(at, "move", {"kind": kind, "target": target, **data})


def call(*parts: Utterance | Mark, mode: Any = "voice", ended: str | None = "solved") -> Timeline:
    """A whole call; it ends well a second after its last part unless ``ended`` is None."""
    said = [part for part in parts if isinstance(part, Utterance)]
    marks = [part for part in parts if isinstance(part, Mark)]
    last = max([each.end for each in said] + [each.at for each in marks], default=0.0)
    if ended is not None:
        last += 1
        marks.append(mark(last, "ended", ending=ended, good=True))
    return Timeline(
        tuple(sorted(said, key=lambda each: each.start)),
        tuple(sorted(marks, key=lambda each: each.at)),
        last,
        mode,
    )


def criterion(rule: dict[str, Any], name: str = "it", weight: float = 100, **more: Any) -> Any:
    return {"id": name, "title": name, "weight": weight, "rule": rule, **more}


def card(*criteria: dict[str, Any], pass_mark: float = 80, **section: Any) -> RuledScorecard:
    one = {"id": "all", "title": "All", "criteria": list(criteria), **section}
    return RuledScorecard.model_validate(
        {"title": "Card", "pass_mark": pass_mark, "sections": [one]}
    )


def judged(rule: dict[str, Any], timeline: Timeline, **more: Any) -> CriterionResult:
    """The result of a card with this one rule."""
    return score(card(criterion(rule, **more)), timeline, FACTS).results[0]
