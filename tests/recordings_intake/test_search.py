"""What people type never breaks, finds what it should, and only what may be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, true, update

from app.accounts.models import Person
from app.db import transaction
from app.recordings import access, keeping, search
from app.recordings.models import Passage, Recording
from app.recordings.search import Term, highlighted, postgresql_query, terms
from app.recordings.timeline import Speaker, Timeline, Utterance, Word
from tests.conftest import START, MakePerson

pytestmark = pytest.mark.usefixtures("within")


@dataclass(frozen=True)
class Span:
    start: float
    end: float


def said(*lines: str, speaker: Speaker = "trainee") -> Timeline:
    """One line each ten seconds, one word each second."""
    utterances = []
    for number, line in enumerate(lines):
        words = tuple(
            Word(word, 10.0 * number + at, 10.0 * number + at + 0.9)
            for at, word in enumerate(line.split())
        )
        utterances.append(Utterance(speaker, 10.0 * number, 10.0 * number + 9, line, words))
    return Timeline(tuple(utterances), (), 10.0 * len(lines))


def kept(agent: Person, *lines: str, key: str = "a" * 32) -> Recording:
    made = keeping.keep_practice(
        key=key,
        agent=agent,
        scenario_id="lost-card",
        title="Lost card",
        happened_at=START,
        seconds=10.0 * len(lines),
        mode="voice",
        language="en",
        audio_sha256="",
        recognizer="vosk",
        at=START,
    )
    search.index(made, said(*lines))
    return made


def found(words: str) -> Sequence[str]:
    return ["".join(part for part, _looked in hit.parts) for hit in search.search(words, true())]


def test_words_prefixes_and_phrases(person: MakePerson) -> None:
    line = "I will block the card, right away"
    kept(person(), line, "Ist die Straße naß?", "Карта заблокирована", "我 丢 了 卡")
    for words in ("card", "CARD block", "blo", '"the card"', '"will block" awa', "  card!  "):
        assert found(words) == [line], words
    for words in ('"card the"', "cardigan", '"blo"', "block zebra", "", "!!", '"', "*"):
        assert found(words) == [], words
    assert found("straße") == ["Ist die Straße naß?"]
    assert found("карт") == ["Карта заблокирована"]
    assert found("丢") == ["我 丢 了 卡"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="\"*^:()-+ANDORNEAR{}\\'; \x00%_", max_size=30),
    )
)
@example('NEAR("a" b, 3)')
@example("words: -block* OR (card")
@example("\ud800")
def test_nothing_that_is_typed_is_syntax(app: Flask, words: str) -> None:
    search.search(words, true())
    asked = postgresql_query(terms(words))
    assert "'" not in asked
    assert all(word.isalnum() or "_" in word for term in terms(words) for word in term.words)


@given(st.text(max_size=60), st.text(max_size=12))
def test_highlighting_loses_nothing(words: str, looked_for: str) -> None:
    parts = highlighted(words, terms(looked_for))
    assert "".join(part for part, _looked in parts) == words


def test_only_the_phrase_is_marked() -> None:
    marked = [
        part
        for part, looked in highlighted(
            "I want to speak to a manager.", (Term(("speak", "to"), False), Term(("man",), True))
        )
        if looked
    ]
    assert marked == ["speak", "to", "manager"]


def test_redacted_words_are_not_found(person: MakePerson) -> None:
    made = kept(person(), "my number is four two and goodbye")
    search.index(made, said("my number is four two and goodbye"), [Span(2.95, 4.5)])
    assert found("four") == []
    assert found("two") == []
    assert found("goodbye") == ["my number is and goodbye"]
    search.index(made, said("my number is four two and goodbye"))
    assert found("four") != []


def test_redacted_words_without_times_of_their_own(person: MakePerson) -> None:
    """A line that was typed or spoken by the customer: its words are spread over it."""
    made = kept(person(), "x")
    line = Utterance("customer", 0.0, 8.0, "aaaa bbbb cccc dddd")
    search.index(made, Timeline((line,), (), 8.0), [Span(2.5, 3.5)])
    assert found("bbbb") == []
    assert found("cccc") == ["aaaa cccc dddd"]


def test_only_what_she_may_hear(person: MakePerson) -> None:
    nina, omar = person(team="North"), person(team="South")
    sam = person("supervisor", leads=("North",))
    kept(nina, "nina blocks the card", key="a" * 32)
    kept(omar, "omar blocks the card", key="b" * 32)

    def heard(who: Person) -> list[str]:
        hits = search.search("card", access.heard_by(who))
        return [hit.recording.key[0] for hit in hits]

    assert heard(nina) == ["a"]
    assert heard(omar) == ["b"]
    assert heard(sam) == ["a"]
    assert heard(person("administrator")) == []
    assert heard(person("qa")) == []


def test_the_index_follows_the_passages(person: MakePerson) -> None:
    """However a passage changes or goes: changed, deleted, gone with its recording."""
    kept(person(), "first words", "second words", "third words")
    with transaction() as session:
        session.execute(update(Passage).where(Passage.number == 1).values(words="other things"))
        session.execute(delete(Passage).where(Passage.number == 2))
    assert (found("first"), found("second")) == ([], [])
    assert found("other") == ["other things"]
    keeping.forget("a" * 32)
    assert found("third") == []
    check = "INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)"
    with transaction() as session:
        session.execute(text(check))


def test_indexed_again_it_is_there_once(person: MakePerson) -> None:
    made = kept(person(), "the same words")
    search.index(made, said("the same words"))
    assert found("same") == ["the same words"]
