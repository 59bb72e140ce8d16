"""What docs/scorecards.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.quality import card_file
from app.quality.answers import Answer
from app.quality.card import MOST_CRITERIA, Asked, Cause, Criterion, Section
from app.quality.scale import MOST_POINTS, Point, Scale
from app.quality.tally import tally

PAGE = (Path(__file__).parents[2] / "docs" / "scorecards.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml card\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        ({"promised": 1, "time_named": 2, "friendly": 4}, 65),
        ({"promised": 0, "friendly": 4}, 75),
        ({"promised": 1, "time_named": 1, "friendly": 4}, 45),
    ],
)
def test_the_example_and_its_totals(answers: dict[str, Answer], total: float) -> None:
    file = card_file.read(EXAMPLE)
    assert file.wrong == ()
    assert file.card is not None
    assert tally(file.card, answers).total == total
    assert f"{total}" in PAGE


@pytest.mark.parametrize("model", [Criterion, Section, Scale, Point, Asked, Cause])
def test_every_key_is_named(model: type[Criterion]) -> None:
    known = {"criteria", "points", "criterion", "values"}  # shown in the example
    assert [key for key in model.model_fields if key not in known and f"`{key}" not in PAGE] == []


def test_the_limits() -> None:
    assert f"at most {MOST_CRITERIA} criteria" in PAGE
    assert f"2 to {MOST_POINTS} points" in PAGE
