from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios.guard import GuardError, Value, holds, names, parse, table

VALUES: dict[str, dict[str, Value]] = {
    "": {"verified": True, "mood": -1, "asked": 0, "objection": "fee"},
    "facts": {"amount": 80},
    "authority": {"credit": 50.0},
    "heard": {"greet": 2},
    "said": {"amount": 45.5},
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", True),
        ("verified", True),
        ("not verified", False),
        ("unknown", False),
        ("verified and mood > -2", True),
        ("verified and mood > -1", False),
        ("asked or verified", True),
        ("not (asked or verified)", False),
        ("not asked and not asked", True),
        ("facts.amount <= authority.credit", False),
        ("said.amount <= authority.credit", True),
        ("objection == 'fee'", True),
        ("objection != 'fee'", False),
        ('objection == "fee" and heard.greet >= 2', True),
        ("asked or verified and mood == 3", False),
        ("(asked or verified) and mood == -1", True),
        ("objection > 3", False),
        ("1.5 < 2", True),
        ("true and not false", True),
    ],
)
def test_a_guard_holds_or_does_not(source: str, expected: bool) -> None:
    assert holds(source, table(VALUES)) is expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("and", "expected a name"),
        ("a b", "expected the end"),
        ("a >", "got the end"),
        ("(a", "expected '\\)'"),
        ("a = b", "cannot read"),
        ("a; b", "cannot read"),
        ("__import__('os')", "expected the end"),
        ("os.system", "before a dot"),
        ("- b", "a number after"),
        ("not " * 30 + "a", "nests at most"),
        ("a or " * 100 + "a", "at most 300"),
        (" ", "got nothing"),
    ],
)
def test_what_cannot_be_read_is_told(source: str, words: str) -> None:
    with pytest.raises(GuardError, match=words):
        parse(source)


def test_a_guard_names_what_it_reads() -> None:
    found = [(n.group, n.name) for n in names(parse("a and not (b < authority.c or 'd' == e)"))]
    assert found == [("", "a"), ("", "b"), ("authority", "c"), ("", "e")]


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_and_never_run(source: str) -> None:
    try:
        parse(source)
    except GuardError:
        return
    assert holds(source, table(VALUES)) in (True, False)
