"""Finding wording and names in recognised words, allowing for what a recogniser bends. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from text_to_num import alpha2digit

from app.quality.card_mentions import FACT_IN_BRACES
from app.recordings.timeline import Word

POSSIBLE = 15
"""So far below the wanted similarity (0..100) a phrase is possible: undetermined."""
CLEAR = 0.5
"""Mean confidence from which words count as heard."""

_NOT_WORDS = re.compile(r"[^\w' ]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d) +(?=\d)")
_SAME = {"mister": "mr", "missus": "mrs", "misses": "mrs", "ok": "okay"}
_WITH_NUMBERS = frozenset(
    [
        "and",
        "dollar",
        "dollars",
        "cent",
        "cents",
        "pound",
        "pounds",
        "pence",
        "euro",
        "euros",
        "point",
    ]
)
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "doctor"])
_SOUNDS = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}


@dataclass(frozen=True, slots=True)
class Match:
    """Words ``first`` up to but not including ``last``; ``sure`` or merely possible."""

    first: int
    last: int
    score: float
    sure: bool


def fill(template: str, facts: Mapping[str, str]) -> str:
    """``template`` with each ``{fact}`` replaced by its value."""
    return FACT_IN_BRACES.sub(lambda match: facts[match[1]], template)


def find_phrase(words: Sequence[Word], phrase: str, similarity: int) -> tuple[Match, ...]:
    """Where ``phrase`` is said, in order, without overlaps. To be sure, numbers must be exact."""
    wanted = _plain(phrase)
    if not wanted or not words:
        return ()
    length = len(wanted.split())
    numbers = bool(re.search(r"\d", wanted))
    longest = 3 * length + 4 if numbers else length + 2
    heard = [_plain(word.text) for word in words]
    found: list[Match] = []
    for first in range(len(heard)):
        for last in range(first + max(1, length - 2), min(first + longest, len(heard)) + 1):
            match = _compared(words, heard, first, last, wanted, similarity, numbers)
            if match:
                found.append(match)
    return _best(found)


def find_name(words: Sequence[Word], name: str, similarity: int = 85) -> tuple[Match, ...]:
    """Where a fact is said: all of it or, being a name, any part of it that is not a title.

    A word that merely sounds like a part of it is possible.
    """
    parts = [part for part in _plain(name).split() if part not in _TITLES]
    found = list(find_phrase(words, name, similarity))
    if len(parts) > 1 and not any(char.isdigit() for char in name):
        for part in parts:
            if len(part) > 2:
                found += find_phrase(words, part, similarity)
    if not any(char.isdigit() for char in name):
        found += _sounding_like(words, [part for part in parts if len(part) > 2])
    return _best(found)


def confidence(words: Sequence[Word]) -> float:
    """Mean confidence of words, 1.0 for none."""
    return sum(word.confidence for word in words) / len(words) if words else 1.0


def _compared(
    words: Sequence[Word],
    heard: Sequence[str],
    first: int,
    last: int,
    wanted: str,
    similarity: int,
    numbers: bool,
) -> Match | None:
    window = " ".join(part for part in heard[first:last] if part)
    if numbers:
        window, wanted = _digits(window), _digits(wanted)
    score = fuzz.ratio(window, wanted)
    if score < similarity - POSSIBLE:
        return None
    exact = not numbers or re.findall(r"\d+", window) == re.findall(r"\d+", wanted)
    sure = score >= similarity and exact and confidence(words[first:last]) >= CLEAR
    return Match(first, last, score, sure)


def _sounding_like(words: Sequence[Word], parts: Sequence[str]) -> list[Match]:
    keys = {key for key in map(_sound, parts) if len(key) > 1}
    return [
        Match(index, index + 1, 0.0, sure=False)
        for index, word in enumerate(words)
        if _sound(_plain(word.text)) in keys
        and any(fuzz.ratio(_plain(word.text), part) >= 40 for part in parts)
    ]


def _best(found: list[Match]) -> tuple[Match, ...]:
    """The best of overlapping matches: sure before possible, then alike, long and early."""
    chosen: list[Match] = []
    for match in sorted(found, key=lambda m: (not m.sure, -m.score, m.first - m.last, m.first)):
        if all(match.last <= other.first or other.last <= match.first for other in chosen):
            chosen.append(match)
    return tuple(sorted(chosen, key=lambda match: match.first))


def _plain(text: str) -> str:
    words = _NOT_WORDS.sub(" ", text.casefold().replace("’", "'")).split()
    return " ".join(_SAME.get(word, word) for word in words)


def _digits(text: str) -> str:
    """Numbers in words as digits, money and "and" left out: "forty eight dollars" -> "48"."""
    words = [word for word in alpha2digit(text, "en").split() if word not in _WITH_NUMBERS]
    return _BETWEEN_DIGITS.sub("", " ".join(words))


def _sound(word: str) -> str:
    """The classes of the word's consonants (as in Soundex), doubled ones once."""
    key = ""
    for letter in word:
        digit = str(_SOUNDS.get(letter, ""))
        if digit and not key.endswith(digit):
            key += digit
    return key
