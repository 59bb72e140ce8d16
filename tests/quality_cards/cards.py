"""Short ways to write cards in tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.quality.answers import Answer, Left
from app.quality.card import Scorecard

SCALES: tuple[Any, ...] = ("yes_no", "1-5", "1-10")


def criterion(name: str, weight: float, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"Criterion {name}", "weight": weight, **more}


def body(*criteria: dict[str, Any], pass_mark: float = 80, **section: Any) -> dict[str, Any]:
    """A card of one section."""
    return {
        "title": "Service call",
        "pass_mark": pass_mark,
        "sections": [{"id": "only", "title": "Only", "criteria": list(criteria), **section}],
    }


def card(*criteria: dict[str, Any], **more: Any) -> Scorecard:
    return Scorecard.model_validate(body(*criteria, **more))


TWO = body(criterion("greets", 40), criterion("helps", 60, scale="1-5"))


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """1 to 8 criteria in 1 or 2 sections: any scales, criticality, conditions, weights."""
    shares = draw(st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any))
    criteria: list[dict[str, Any]] = []
    for i, share in enumerate(shares):
        made = criterion(f"c{i}", min(100.0, 100 * share / sum(shares)))
        made["scale"] = draw(st.sampled_from(SCALES))
        made["critical"] = draw(st.sampled_from(["none", "none", "criterion", "section", "card"]))
        if i and draw(st.booleans()):
            named = draw(st.sampled_from(criteria))
            values = Scorecard.model_validate(body({**named, "weight": 100, "asked_if": None}))
            points = values.criteria[0].scale.values
            asked = draw(st.lists(st.sampled_from(points), min_size=1, unique=True))
            made["asked_if"] = {"criterion": named["id"], "values": asked}
        criteria.append(made)
    cut = draw(st.integers(0, len(criteria) - 1))
    groups = [group for group in (criteria[:cut], criteria[cut:]) if group]
    sections = [
        {"id": f"s{i}", "title": "S", "fail_zeroes": draw(st.booleans()), "criteria": group}
        for i, group in enumerate(groups)
    ]
    return Scorecard.model_validate({"title": "Card", "pass_mark": 80, "sections": sections})


@st.composite
def marked(draw: st.DrawFn) -> tuple[Scorecard, dict[str, Answer]]:
    """A card and answers to some of it."""
    made = draw(cards())
    answers: dict[str, Answer] = {}
    for each in made.criteria:
        found = draw(st.sampled_from([None, *Left, *each.scale.values]))
        if found is not None:
            answers[each.id] = found
    return made, answers
