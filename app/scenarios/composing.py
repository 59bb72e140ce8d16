"""Training sentences: single phrases, and two to four of them said in one breath.

Nobody says one act at a time, so the classifier must see them run together, with
the small words people put around and between them; and cut at any word, as windows are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.scenarios.bank import SLOT, Phrase

_BEFORE = (
    "okay",
    "right",
    "alright",
    "okay so",
    "um",
    "uh",
    "so",
    "well",
    "now",
    "yeah",
    "yes",
    "of course",
    "certainly",
    "sure",
    "no problem",
    "perfect",
    "great",
    "lovely",
    "okay then",
    "i see",
    "and",
    "just",
    "the",
)
_AFTER = (
    "please",
    "for me",
    "sir",
    "madam",
    "if that's okay",
    "then",
    "okay",
    "for you",
    "today",
)
_BETWEEN = (
    "",
    "",
    "",
    "",
    "and",
    "so",
    "um",
    "okay",
    "and also",
    "but",
    "then",
    "right",
    "now",
)


def fill(text: str, slots: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    """``text`` with every ``{slot}`` replaced by one of its values."""
    return SLOT.sub(lambda m: str(rng.choice(list(slots[m.group(1)]))), text)


def singles(
    phrases: Sequence[Phrase],
    slots: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
) -> list[Phrase]:
    """Every phrase once, filled in."""
    return [Phrase(fill(p.text, slots, rng), p.acts) for p in phrases]


def composed(
    phrases: Sequence[Phrase],
    negatives: Sequence[Phrase],
    count: int,
    rng: np.random.Generator,
) -> list[Phrase]:
    """``count`` sentences of one to four (filled in) phrases; acts are drawn evenly."""
    by_act: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        for act in sorted(phrase.acts):
            by_act.setdefault(act, []).append(phrase)
    names = sorted(by_act)
    made = []
    for _ in range(count):
        size = int(rng.choice([1, 2, 3, 4], p=[0.3, 0.35, 0.25, 0.1]))
        parts = [_draw(names, by_act, negatives, rng) for _ in range(size)]
        text, acts = "", frozenset[str]()
        for part in parts:
            joint = str(rng.choice(_BETWEEN)) if text else ""
            text = " ".join(filter(None, [text, joint, part.text]))
            acts |= part.acts
        made.append(Phrase(_dressed(text, rng), acts))
    return made


def fragments(
    sentences: Sequence[Phrase], sizes: Sequence[int], count: int, rng: np.random.Generator
) -> list[Phrase]:
    """``count`` runs of words cut from longer sentences, with the acts of the sentence.

    Which of them a fragment still shows nobody knows; that it shows no other is sure.
    """
    cut = []
    longer = [s for s in sentences if len(s.text.split()) > min(sizes)]
    for _ in range(count if longer else 0):
        sentence = longer[int(rng.integers(len(longer)))]
        words = sentence.text.split()
        size = int(rng.choice([size for size in sizes if size < len(words)]))
        start = int(rng.integers(len(words) - size + 1))
        cut.append(Phrase(" ".join(words[start : start + size]), sentence.acts))
    return cut


def _draw(
    names: Sequence[str],
    by_act: Mapping[str, Sequence[Phrase]],
    negatives: Sequence[Phrase],
    rng: np.random.Generator,
) -> Phrase:
    if negatives and rng.random() < 0.2:
        return negatives[int(rng.integers(len(negatives)))]
    choices = by_act[names[int(rng.integers(len(names)))]]
    return choices[int(rng.integers(len(choices)))]


def _dressed(text: str, rng: np.random.Generator) -> str:
    if rng.random() < 0.35:
        text = f"{rng.choice(_BEFORE)} {text}"
    if rng.random() < 0.2:
        text = f"{text} {rng.choice(_AFTER)}"
    return text
