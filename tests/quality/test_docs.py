"""The pages on scoring and the field's words are complete, and their examples are valid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from app.quality.card import Scorecard
from app.quality.kinds import Happening, Rule

DOCS = Path(__file__).parents[2] / "docs"
SCORING = (DOCS / "scoring.md").read_text(encoding="utf-8")
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
MODELS = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(Rule)[0])
}


def examples(kind: str) -> list[Any]:
    return [
        YAML(typ="safe").load(block)
        for block in re.findall(rf"```yaml {kind}\n(.*?)```", SCORING, re.DOTALL)
    ]


def test_every_rule_kind_has_its_heading_and_a_valid_example() -> None:
    rules = [TypeAdapter(Rule).validate_python(example) for example in examples("rule")]
    assert {rule.kind for rule in rules} == set(MODELS)
    assert set(re.findall(r"^### `(\w+)`", SCORING, re.MULTILINE)) == set(MODELS)


def test_every_key_of_a_rule_is_in_its_chapter() -> None:
    chapters = dict(re.findall(r"^### `(\w+)`(.*?)(?=^##)", SCORING, re.MULTILINE | re.DOTALL))
    for kind, model in MODELS.items():
        scope = {"within_states", "before", "after"} if kind != "says" else set()
        missing = [
            key for key in model.model_fields if key not in scope and key not in chapters[kind]
        ]
        assert missing == [], kind


def test_the_example_card_is_valid() -> None:
    (example,) = examples("card")
    assert len(Scorecard.model_validate(example).criteria) == 3


@pytest.mark.parametrize("key", Happening.model_fields)
def test_every_way_to_happen_is_listed(key: str) -> None:
    assert f"| `{key}` |" in SCORING


def test_the_glossary_is_in_order_and_each_word_is_there_once() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", GLOSSARY, re.MULTILINE)
    assert words == sorted(set(words), key=lambda word: word.casefold())
    assert {"ACW", "AHT", "ASA", "barge-in", "Krippendorff's alpha", "shrinkage"} <= set(words)
