"""Sentences are rendered in the reader's language, plurals included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from ruamel.yaml import YAML

from app.quality.act_words import ACT_WORDS
from app.quality.text import Text, both, counted, either, named, text
from app.quality.wording import wording

from .calls import call, judged, mark, trainee


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def test_a_rule_reads_as_a_sentence() -> None:
    rule = {"kind": "count", "what": {"act": "use_name"}, "at_least": 3}
    result = judged(rule, call(trainee(0, 1, "hello")))
    assert wording(result.rule) == "At least 3 times: use name"
    assert wording(result.reason) == "It happened 0 times."


def test_one_and_many() -> None:
    assert wording(counted("{n} time", "{n} times", 1)) == "1 time"
    assert wording(counted("{n} time", "{n} times", 2)) == "2 times"


def test_every_act_of_the_shared_bank_has_words() -> None:
    bank = Path(__file__).parents[2] / "scenario_library" / "acts"
    acts = {
        act for path in bank.glob("*.yaml") for act in YAML(typ="safe").load(path).get("acts", {})
    }
    assert acts - set(ACT_WORDS) == set(), "give them words in app/quality/act_words.py"


def test_lists() -> None:
    names = [named(name) for name in ("ask_to_hold", "greet", "thank")]
    assert wording(either(names)) == "ask to hold, greet or thank"
    assert wording(both(names[:2])) == "ask to hold and greet"


def test_a_closing_says_its_order() -> None:
    result = judged({"kind": "closing"}, call(trainee(0, 1, "hello")))
    assert wording(result.rule) == (
        "Close in this order: sum up the next steps, "
        "then offer more help or ask whether everything is settled, "
        "then say goodbye or thank for the call"
    )


def test_what_people_say_is_never_taken_for_a_placeholder() -> None:
    sentence = text("You said {words}.", words="{n} % of {x}")
    assert wording(sentence) == "You said {n} % of {x}."
    assert wording(Text("say {literally}")) == "say {literally}"


def test_seconds_are_rounded() -> None:
    result = judged(
        {"kind": "no_dead_air", "seconds": 4}, call(trainee(5.123, 6, "hello"), mark(7, "help"))
    )
    assert wording(result.evidence[0].note or Text("")) == "5.1 s of silence"
