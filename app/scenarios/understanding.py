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
from numpy.typing import NDArray

from app.recordings.timeline import ActHeard, Word
from app.scenarios.bank import Act
from app.scenarios.classifier import Classifier, sigmoid
from app.scenarios.embedding import Matrix, embed
from app.scenarios.names import name_given_back
from app.scenarios.negation import asked, negated, reported
from app.scenarios.reading import Expectation
from app.scenarios.windows import Span, combine, spans

GIVE_NAME_BACK = "give_name_back"
EXPECTED_LIFT = 0.8
"""Added to the log-odds of an act that the dialogue waits for."""

LOW_CONFIDENCE = 0.45
"""Deciding words heard less surely than this, on average, leave the act undetermined."""

TAKEN_BACK = 0.4
"""An act whose evidence has this share of its weight in words taken back was not done."""

TOUCHED = 0.2
"""A window with more than this share of words taken back shows nothing in its own right."""

SHOWN, DECIDING = 0.12, 0.25
"""Shares of the most telling word's weight at which a word is quoted, and at which it decides."""

NEAR, NEAR_STEEP = 0.8, 22.0
"""Similarity to a scenario's own phrase that means even odds, and how fast they rise."""

OWN_MET, OWN_MAYBE = 0.5, 0.3
"""Thresholds of acts that only a scenario's own phrases define."""


@dataclass(frozen=True, eq=False, slots=True)
class _Examples:
    """A scenario's own phrases: unit vectors and the act of each."""

    vectors: Matrix
    acts: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Turn:
    """A turn being read: its words, where it is looked at, and which words do not count.

    These are ``negated``, or ``reported`` of somebody else, or only ``asked``.
    """

    words: tuple[Word, ...]
    tokens: tuple[str, ...]
    spans: tuple[Span, ...]
    negated: NDArray[np.bool_]
    reported: NDArray[np.bool_]
    asked: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Words ``start`` to ``end`` (exclusive) of a turn show an act; ``core`` decide it.

    ``taken`` is the share of their weight in words that were taken back.
    """

    probability: float
    taken: float
    start: int
    end: int
    core: tuple[int, ...]


class ActReader:
    """Reads turns by a fitted classifier. Nothing in it changes: any thread may use it."""

    def __init__(
        self, model: Classifier, acts: Mapping[str, Act], examples: _Examples | None = None
    ) -> None:
        own = set(examples.acts if examples else ()) - set(model.acts)
        self._model = model
        self._bank = acts
        self._examples = examples
        self._names = model.acts + tuple(sorted(own))
        self._column = {name: i for i, name in enumerate(self._names)}
        self._met = np.append(model.met, [OWN_MET] * len(own))
        self._maybe = np.append(model.maybe, [OWN_MAYBE] * len(own))
        self.acts: frozenset[str] = frozenset(self._names) | {GIVE_NAME_BACK}

    def with_phrases(self, phrases: Mapping[str, Sequence[str]]) -> ActReader:
        """A reader that also knows a scenario's own ways to say an act, old or new.

        Cheap: the phrases are embedded and compared with, nothing is learnt anew.
        """
        pairs = [(act, text.lower()) for act, texts in phrases.items() for text in texts]
        if not pairs:
            return self
        vectors, acts = embed([text for _, text in pairs]), tuple(act for act, _ in pairs)
        if self._examples is not None:
            vectors = np.vstack([self._examples.vectors, vectors])
            acts = self._examples.acts + acts
        return ActReader(self._model, self._bank, _Examples(vectors, acts))

    def read(self, words: Sequence[Word], expected: Expectation) -> tuple[ActHeard, ...]:
        """The acts in ``words`` in the order they were said; unlikely ones are left out."""
        turn = _turn(words)
        if not turn.tokens:
            return ()
        by_span = self._probabilities(turn, expected.acts)
        likely = np.flatnonzero(combine(by_span, turn.spans) >= self._maybe)
        heard = list(name_given_back(turn.words, expected.facts))
        for column in likely.tolist():
            evidence = self._evidence(column, turn, by_span[:, column])
            if evidence is not None and evidence.probability >= self._maybe[column]:
                heard.append(self._heard(column, turn, evidence))
        return tuple(sorted(heard, key=lambda act: (act.start, act.end, act.act)))

    def probabilities(self, text: str) -> dict[str, float]:
        """Every act's probability in a turn by the words alone: to see why something was read."""
        turn = _turn([Word(word, 0.0, 0.0) for word in text.split()])
        if not turn.tokens:
            return dict.fromkeys(self._names, 0.0)
        whole = combine(self._probabilities(turn, frozenset()), turn.spans)
        return dict(zip(self._names, whole.tolist(), strict=True))

    def _probabilities(self, turn: _Turn, expected: frozenset[str]) -> Matrix:
        """Probabilities of shape (spans, acts), with what is expected lifted."""
        logits, vectors = self._model.logits([span.of(turn.tokens) for span in turn.spans])
        own = len(self._names) - logits.shape[1]
        logits = np.pad(logits, ((0, 0), (0, own)), constant_values=-30.0)
        if self._examples is not None:
            likeness = NEAR_STEEP * (vectors @ self._examples.vectors.T - NEAR)
            for i, act in enumerate(self._examples.acts):
                column = self._column[act]
                logits[:, column] = np.maximum(logits[:, column], likeness[:, i])
        for act in expected & self._column.keys():
            if not self._is(act, "strict"):
                logits[:, self._column[act]] += EXPECTED_LIFT
        return sigmoid(logits)

    def _evidence(self, column: int, turn: _Turn, odds: Matrix) -> _Evidence | None:
        """Where the act shows best; None when it was said only to be taken back."""
        back = self._taken_back(self._names[column], turn)
        found = self._within(column, turn, list(range(len(turn.spans))), odds, back)
        if found.taken < TAKEN_BACK:
            return found
        # Perhaps it is said once more, where nothing takes it back.
        clear = [i for i, s in enumerate(turn.spans) if np.mean(back[s.start : s.end]) <= TOUCHED]
        return self._within(column, turn, clear, odds, back) if clear else None

    def _taken_back(self, act: str, turn: _Turn) -> NDArray[np.bool_]:
        """Which words of a turn cannot show this act."""
        keeps, states = self._is(act, "keeps"), self._is(act, "states")
        back = np.zeros(len(turn.tokens), dtype=bool)
        if not keeps:
            back |= turn.negated
        if states or not keeps:
            back |= turn.reported
        if states:
            back |= turn.asked
        return back

    def _within(
        self, column: int, turn: _Turn, among: list[int], odds: Matrix, back: NDArray[np.bool_]
    ) -> _Evidence:
        """The evidence for an act in some of the spans, trimmed to the words that tell."""
        where = [turn.spans[i] for i in among]
        probability = float(combine(odds[among, None], where)[0])
        span = where[int(np.argmax(odds[among]))]
        weights = self._weights(column, turn, span)
        most = float(weights.max())
        shown = np.flatnonzero(weights > SHOWN * most) + span.start
        core = np.flatnonzero(weights > DECIDING * most) + span.start
        taken = float(weights @ back[span.start : span.end] / weights.sum())
        end = int(shown[-1]) + 1
        return _Evidence(probability, taken, int(shown[0]), end, tuple(core.tolist()))

    def _weights(self, column: int, turn: _Turn, span: Span) -> NDArray[np.float64]:
        """How much each word of a span speaks for an act; all alike when none stands out."""
        alike = np.ones(span.end - span.start)
        if column >= len(self._model.acts):
            return alike
        weights = self._model.word_weights(turn.tokens[span.start : span.end], column)
        weights = np.maximum(weights, 0.0)
        return weights if weights.max() > 0.0 else alike

    def _heard(self, column: int, turn: _Turn, evidence: _Evidence) -> ActHeard:
        quoted = turn.words[evidence.start : evidence.end]
        sure = float(np.mean([turn.words[i].confidence for i in evidence.core]))
        met = evidence.probability >= self._met[column] and sure >= LOW_CONFIDENCE
        verdict: Literal["met", "undetermined"] = "met" if met else "undetermined"
        return ActHeard(
            act=self._names[column],
            probability=round(evidence.probability, 4),
            verdict=verdict,
            start=quoted[0].start,
            end=quoted[-1].end,
            words=" ".join(word.text for word in quoted),
        )

    def _is(self, act: str, trait: Literal["strict", "keeps", "states"]) -> bool:
        return act in self._bank and bool(getattr(self._bank[act], trait))


def _turn(words: Sequence[Word]) -> _Turn:
    """Words one token each, lower case and without punctuation; empty ones are dropped."""
    kept = []
    for word in words:
        for part in word.text.split():
            text = part.lower().replace("\u2019", "'").strip('.,;:!?"()[]<>-\u2026')
            if text and text != "unk":
                kept.append(replace(word, text=text))
    tokens = tuple(word.text for word in kept)
    rules = (np.array(rule(tokens), dtype=bool) for rule in (negated, reported, asked))
    return _Turn(tuple(kept), tokens, spans(len(tokens)), *rules)
