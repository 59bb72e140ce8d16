"""Whether the customer was called by her name, found from her facts.

Names are what recognisers get wrong most, so they are compared by letters and by
sound, over one to three neighbouring words ("cow all ski" is Kowalski).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from rapidfuzz import fuzz

from app.recordings.timeline import ActHeard, Word

SURE, POSSIBLE = 0.88, 0.76
LOW_CONFIDENCE = 0.3
_KEYS = ("first_name", "last_name", "full_name")
_TITLES = {
    "mr": "mister",
    "mr.": "mister",
    "mrs": "missus",
    "mrs.": "missus",
    "ms": "miss",
    "ms.": "miss",
    "dr": "doctor",
    "dr.": "doctor",
    "prof": "professor",
}
_TITLE_WORDS = frozenset({*_TITLES, *_TITLES.values(), "sir", "madam", "mistress", "misses"})
# The speaker's own name, or somebody else's, follows these.
_OWN = re.compile(
    r"(my name is|my name's|my name|name is|i'm|i am|this is|it's|called|colleague|manager|"
    r"supervisor|doctor|speaking with|talk to|speak to)$"
)
_SPEAKING = frozenset({"speaking", "here"})
# First or last names that are also everyday words need a sign that a person is meant.
_EVERYDAY = frozenset(
    "will mark may grace bill rich art jack frank grant faith hope joy rose lily dawn june april "
    "august sue pat rob nick chase drew miles dean young long short brown white black green gray "
    "grey king page price banks bank bell day may read wood woods hill stone field fields moon "
    "park parks hall cook baker carter case cash church fox wolf bird best good love rice ray "
    "summer autumn skip don max van penny ruby pearl sunny ward west north moss snow waters "
    "wells".split()
)
_VOCATIVE_BEFORE = frozenset(
    "thanks you okay right sorry hello hi alright morning afternoon evening bye goodbye so dear "
    "perfect great sure yes no course problem ma'am well then".split()
)

_CODES = (
    ("ough", "o"),
    ("augh", "a"),
    ("sch", "s"),
    ("tch", "s"),
    ("ch", "s"),
    ("sh", "s"),
    ("ph", "f"),
    ("gh", "k"),
    ("ck", "k"),
    ("kn", "n"),
    ("wr", "r"),
    ("qu", "kw"),
    ("th", "t"),
    ("dg", "j"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("x", "ks"),
    ("v", "f"),
    ("d", "t"),
    ("b", "p"),
    ("g", "k"),
    ("j", "s"),
)


def name_given_back(words: Sequence[Word], facts: Mapping[str, str]) -> tuple[ActHeard, ...]:
    """``give_name_back`` once, where the customer's name was best heard; empty when nowhere."""
    best: tuple[float, int, int] | None = None
    tokens = [word.text.lower().strip(".,;:!?") for word in words]
    for name, titled in _wanted(facts):
        for size in (1, 2, 3):
            for start in range(len(tokens) - size + 1):
                score = _likeness(name, "".join(tokens[start : start + size]), size)
                if score < POSSIBLE or not _addressed(tokens, start, start + size, name, titled):
                    continue
                if best is None or score > best[0]:
                    best = (score, start, start + size)
    if best is None:
        return ()
    score, start, end = best
    if start and tokens[start - 1] in _TITLE_WORDS:
        start -= 1
    confidence = sum(w.confidence for w in words[start:end]) / (end - start)
    sure = score >= SURE and confidence >= LOW_CONFIDENCE
    verdict: Literal["met", "undetermined"] = "met" if sure else "undetermined"
    text = " ".join(word.text for word in words[start:end])
    heard = ActHeard(
        "give_name_back",
        round(score, 4),
        verdict,
        words[start].start,
        words[end - 1].end,
        text,
    )
    return (heard,)


def sound(name: str) -> str:
    """How a name sounds, roughly: consonants folded to their kin, vowels to one sign."""
    text = re.sub(r"[^a-z]", "", name.lower())
    for spelt, heard in _CODES:
        text = text.replace(spelt, heard)
    text = text[:1] + re.sub(r"[hw]", "", text[1:])
    text = re.sub(r"[aeiouy]+", "a", text)
    return re.sub(r"(.)\1+", r"\1", text)


def _wanted(facts: Mapping[str, str]) -> list[tuple[str, bool]]:
    """The names to look for, and whether a title goes before them."""
    found: dict[str, bool] = {}
    for key in _KEYS:
        for part in facts.get(key, "").lower().replace("-", " ").split():
            if part not in _TITLE_WORDS and len(part) > 1:
                found[part] = key == "last_name" or found.get(part, False)
    return list(found.items())


def _likeness(name: str, heard: str, size: int) -> float:
    """0..1; several words count only when they make up the name together."""
    if size > 1 and (len(name) < 5 or abs(len(heard) - len(name)) > 3):
        return 0.0
    if heard == name:
        return 1.0
    letters = fuzz.ratio(name, heard) / 100
    if len(name) < 4 or letters < 0.5:
        return 0.0
    sounds = fuzz.ratio(sound(name), sound(heard)) / 100
    if sounds == 1.0:
        return 0.93 if letters >= 0.6 and size == 1 else 0.85
    mixed = 0.5 * (letters + sounds)
    return mixed if size == 1 else mixed - 0.05


def _addressed(tokens: Sequence[str], start: int, end: int, name: str, titled: bool) -> bool:
    """Whether the word stands where a person is spoken to, not where one is introduced."""
    before = tokens[start - 1] if start else ""
    if titled and before in _TITLE_WORDS:
        return True
    if _OWN.search(" ".join(tokens[:start])) or (end < len(tokens) and tokens[end] in _SPEAKING):
        return False
    if name not in _EVERYDAY:
        return True
    last = end == len(tokens)
    return before in _VOCATIVE_BEFORE or before in _TITLE_WORDS or (last and start > 0)
