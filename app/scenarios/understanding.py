"""Words -> acts: what the trainee has done with what she said.

The classifier gives every act a probability in the whole turn and in windows of
it; what the dialogue expects now lifts it; negation and reported speech take it
away; names are found by the customer's facts. Values in, values out: the same
words and expectation give the same acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from app.recordings.timeline import ActHeard, Word
from app.scenarios.bank import Act
from app.scenarios.classifier import Classifier
from app.scenarios.embedding import Matrix, embed
from app.scenarios.names import name_given_back
from app.scenarios.negation import cancelled
from app.scenarios.reading import Expectation
from app.scenarios.windows import Span, combine, spans

GIVE_NAME_BACK = "give_name_back"
EXPECTED_LIFT = 0.8
"""Added to the log-odds of an act that the dialogue waits for."""

LOW_CONFIDENCE = 0.45
"""Deciding words heard less surely than this leave the act undetermined."""

NEAR, NEAR_STEEP = 0.74, 22.0
"""Similarity to a scenario's own phrase that means even odds, and how fast they rise."""


@dataclass(frozen=True, eq=False, slots=True)
class _Examples:
    """A scenario's own phrases: unit vectors and the act of each."""

    vectors: Matrix
    acts: tuple[str, ...]


class ActReader:
    """Reads turns by a fitted classifier. Has no state that changes: any thread may use it."""

    def __init__(
        self,
        model: Classifier,
        acts: Mapping[str, Act],
        examples: _Examples | None = None,
    ) -> None:
        self._model = model
        self._bank = acts
        self._examples = examples
        extra = examples.acts if examples else ()
        self._names = model.acts + tuple(sorted(set(extra) - set(model.acts)))
        self.acts: frozenset[str] = frozenset(self._names) | {GIVE_NAME_BACK}

    def with_phrases(self, phrases: Mapping[str, Sequence[str]]) -> ActReader:
        """A reader that also knows a scenario's own ways to say an act (old or new).

        Cheap: the phrases are embedded and compared with, nothing is learnt anew.
        """
        pairs = [(act, text.lower()) for act, texts in phrases.items() for text in texts]
        if not pairs:
            return self
        examples = _Examples(embed([t for _, t in pairs]), tuple(a for a, _ in pairs))
        if self._examples is not None:
            examples = _Examples(
                np.vstack([self._examples.vectors, examples.vectors]),
                self._examples.acts + examples.acts,
            )
        return ActReader(self._model, self._bank, examples)

    def read(self, words: Sequence[Word], expected: Expectation) -> tuple[ActHeard, ...]:
        """The acts in ``words`` in the order they were said; unlikely ones are left out."""
        words, tokens = _normal(words)
        if not tokens:
            return ()
        found = spans(len(tokens))
        by_span = self._probabilities(tokens, found, expected)
        whole = combine(by_span, found)
        heard = []
        back = cancelled(tokens)
        for column in np.flatnonzero(whole >= self._maybe()):
            act = self._act(int(column), words, tokens, found, by_span[:, column], back)
            if act is not None:
                heard.append(act)
        heard += name_given_back(words, expected.facts)
        return tuple(sorted(heard, key=lambda a: (a.start, a.end, a.act)))

    def probabilities(self, text: str) -> dict[str, float]:
        """Every act's probability in a turn by the words alone; for looking inside."""
        tokens = text.lower().split()
        if not tokens:
            return dict.fromkeys(self._names, 0.0)
        found = spans(len(tokens))
        whole = combine(self._probabilities(tokens, found, Expectation()), found)
        return {name: float(p) for name, p in zip(self._names, whole, strict=True)}

    def _probabilities(
        self, tokens: Sequence[str], found: Sequence[Span], expected: Expectation
    ) -> Matrix:
        """Probabilities of shape (spans, acts), with what is expected lifted."""
        logits, vectors = self._model.logits([span.of(tokens) for span in found])
        more = len(self._names) - logits.shape[1]
        logits = np.pad(logits, ((0, 0), (0, more)), constant_values=-30.0)
        if self._examples is not None:
            likeness = NEAR_STEEP * (vectors @ self._examples.vectors.T - NEAR)
            for i, act in enumerate(self._examples.acts):
                column = self._names.index(act)
                logits[:, column] = np.maximum(logits[:, column], likeness[:, i])
        for column, act in enumerate(self._names):
            if act in expected.acts and not self._strict(act):
                logits[:, column] += EXPECTED_LIFT
        odds: Matrix = 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
        return odds

    def _act(
        self,
        column: int,
        words: Sequence[Word],
        tokens: Sequence[str],
        found: Sequence[Span],
        by_span: Matrix,
        back: Sequence[bool],
    ) -> ActHeard | None:
        """The act of ``column`` with the words that show it, unless they were taken back."""
        name = self._names[column]
        keeps = name not in self._bank or self._bank[name].keeps
        valid = by_span.copy()
        for attempt in np.argsort(-by_span, kind="stable"):
            if by_span[attempt] < self._maybe()[column]:
                return None
            start, end, core = self._evidence(column, found[attempt], tokens)
            if keeps or sum(back[i] for i in core) * 2 <= len(core):
                break
            valid[attempt] = 0.0
        else:
            return None
        probability = float(combine(valid[:, None], found)[0])
        if not keeps and valid.min() < by_span.min():
            probability = min(probability, float(by_span[attempt]))
        if probability < self._maybe()[column]:
            return None
        sure = float(np.mean([words[i].confidence for i in core]))
        met = probability >= self._met()[column] and sure >= LOW_CONFIDENCE
        verdict: Literal["met", "undetermined"] = "met" if met else "undetermined"
        text = " ".join(w.text for w in words[start:end])
        return ActHeard(
            name,
            round(probability, 4),
            verdict,
            words[start].start,
            words[end - 1].end,
            text,
        )

    def _evidence(
        self, column: int, span: Span, tokens: Sequence[str]
    ) -> tuple[int, int, tuple[int, ...]]:
        """The span without edges that say nothing for the act, and its deciding words."""
        inside = tokens[span.start : span.end]
        if column >= len(self._model.acts):
            return span.start, span.end, tuple(range(span.start, span.end))
        weights = self._model.word_weights(inside, column)
        telling = np.flatnonzero(weights > 0.25 * weights.max(initial=0.0))
        if weights.max(initial=0.0) <= 0.0 or not len(telling):
            return span.start, span.end, tuple(range(span.start, span.end))
        core = tuple(int(i) + span.start for i in telling)
        return core[0], core[-1] + 1, core

    def _strict(self, act: str) -> bool:
        return act in self._bank and self._bank[act].strict

    def _met(self) -> Matrix:
        return self._padded(self._model.met, 0.5)

    def _maybe(self) -> Matrix:
        return self._padded(self._model.maybe, 0.3)

    def _padded(self, values: Matrix, rest: float) -> Matrix:
        return np.pad(values, (0, len(self._names) - len(values)), constant_values=rest)


def _normal(words: Sequence[Word]) -> tuple[tuple[Word, ...], list[str]]:
    """Words one token each, lower case and without punctuation; empty ones are dropped."""
    kept = []
    for word in words:
        for part in word.text.split():
            text = part.lower().replace("\u2019", "'").strip('.,;:!?"()[]<>-\u2026')
            if text and text != "unk":
                kept.append(replace(word, text=text))
    return tuple(kept), [word.text for word in kept]
