from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from app.errors import ScenarioError
from app.scenarios.bank import SLOT, load_bank

SPOKEN = re.compile(r"[a-z' ]+")


def test_every_act_is_said_in_forty_ways_and_more(bank_dir: Path) -> None:
    bank = load_bank(bank_dir)
    ways = Counter(act for phrase in bank.phrases for act in phrase.acts)
    few = {a for a in bank.acts if ways[a] < 40} - {"give_name_back"}
    assert not few
    assert len(bank.negatives) >= 300
    assert all(act.means for act in bank.acts.values())


def test_phrases_are_written_as_they_are_heard(bank_dir: Path) -> None:
    bank = load_bank(bank_dir)
    texts = [p.text for p in bank.phrases + bank.negatives]
    assert [t for t in texts if not SPOKEN.fullmatch(SLOT.sub("x", t))] == []


def test_no_phrase_means_two_things(bank_dir: Path) -> None:
    bank = load_bank(bank_dir)
    meanings = defaultdict(set)
    for phrase in bank.phrases + bank.negatives:
        meanings[phrase.text].add(phrase.acts)
    assert {t for t, acts in meanings.items() if len(acts) > 1} == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("acts: {greet: {say: [hello]}}", "means"),
        ("acts: [greet]", "mapping"),
        ("acts: {greet: {means: x, say: hello}}", "list"),
        ("acts: {greet: {means: x, say: [12]}}", "a phrase is text"),
        ("acts: {greet: {means: x, say: [{hi: [grete]}]}}", "no act grete"),
        ("acts: {greet: {means: x, say: ['hi {nobody}']}}", "no slot nobody"),
        ("wrong: 1", "must be a mapping"),
        ("a: [", "not YAML"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=message):
        load_bank(tmp_path)


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"found no \.yaml"):
        load_bank(tmp_path)


def test_phrases_as_heard_are_learnt_too(tmp_path: Path) -> None:
    (tmp_path / "acts.yaml").write_text(
        "acts: {greet: {means: x, say: [hello]}, thank: {means: y}}"
    )
    (tmp_path / "heard.yaml").write_text("heard: {greet: [hell oh], greet+thank: [hello thinks]}")
    bank = load_bank(tmp_path)
    assert [(p.text, sorted(p.acts)) for p in bank.phrases] == [
        ("hello", ["greet"]),
        ("hell oh", ["greet"]),
        ("hello thinks", ["greet", "thank"]),
    ]
