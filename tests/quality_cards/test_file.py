"""Cards as YAML: out and in again, mistakes with their lines, the ready ones, the schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from app.quality import card_file
from app.quality.card import Scorecard
from tests.quality_cards.cards import cards

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)


@st.composite
def wordy(draw: st.DrawFn) -> Scorecard:
    """A card with any words in it."""
    body: dict[str, Any] = json.loads(draw(cards()).model_dump_json())
    body["title"] = draw(WORDS)
    for section in body["sections"]:
        for each in section["criteria"]:
            each["guidance"] = draw(WORDS)
            each["causes"] = [{"id": "why", "title": draw(WORDS)}]
            each["scale"]["points"][0]["anchor"] = draw(WORDS)
            each["comment_for"] = [each["scale"]["points"][0]["value"]]
            if draw(st.booleans()):
                each["rule"] = {"kind": "says", "any_of": ["greet"]}
    return Scorecard.model_validate(body)


@settings(max_examples=40)
@given(wordy())
def test_what_is_written_is_read_again(made: Scorecard) -> None:
    file = card_file.read(card_file.written(made))
    assert (file.card, file.wrong) == (made, ())


TEXT = """\
# A scenario carries its card under this key.
scorecard:
  title: Small
  pass_mark: 80
  sections:
    - id: one
      title: One
      criteria:
        - id: greets
          title: Greets
          weight: 60
          scale: 1-4
        - id: helps
          title: Helps
          wieght: 40
          scale:
            - {value: 1}
            - {value: two}
"""


def test_every_mistake_has_its_line() -> None:
    assert [str(each) for each in card_file.read(TEXT).wrong] == [
        "12: sections[0].criteria[0].scale: a scale is yes_no, 1-5, 1-10 or a list of points, "
        "got 1-4",
        "13: sections[0].criteria[1].weight: this is missing",
        "15: sections[0].criteria[1].wieght: wieght is not known here; did you mean weight?",
        "18: sections[0].criteria[1].scale[1].value: expected a number, got “two”",
    ]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("- a\n- b\n", 1, "a scorecard is keys and values"),
        ("title: a: b\n", 1, "this is not YAML"),
        ("title: a\ntitle: b\n", 2, "stands here twice"),
        ("title: &x a\n", 1, "anchors"),
        ("a: " + "[" * 60 + "]" * 60, 1, "nested more than"),
        ("x" * 500_000, 1, "a scorecard has at most 400,000 bytes"),
    ],
)
def test_what_is_no_card_is_told(source: str, line: int, words: str) -> None:
    file = card_file.read(source)
    assert file.card is None
    assert file.wrong[0].number == line
    assert words in str(file.wrong[0])


def test_the_ready_cards() -> None:
    ready = card_file.starters()
    assert set(ready) == {"service-call", "compliance"}
    anchored = [c for c in ready["service-call"].criteria if c.scale.word == "1-5"]
    assert anchored
    for each in anchored:
        assert each.scale.points[0].anchor
        assert each.scale.points[-1].anchor
    assert {c.scale.word for c in ready["compliance"].criteria} == {"yes_no"}


def test_the_schema_takes_what_is_read() -> None:
    schema = card_file.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    for path in sorted(card_file.STARTERS.glob("*.yaml")):
        checker.validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    assert not checker.is_valid({"title": "x"})
