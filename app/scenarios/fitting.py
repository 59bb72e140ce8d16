"""How the classifier is learnt from the bank. Loaded only when there is something to learn.

Single phrases and composed sentences are embedded once. A trial is learnt without a
fifth of the phrases, which then choose the thresholds; from its weights all is learnt.
The same bank gives the same fit every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from app.scenarios.bank import Bank, Phrase, learnt_acts
from app.scenarios.classifier import Classifier, sigmoid, word_rows
from app.scenarios.composing import composed, fragments, singles
from app.scenarios.embedding import Matrix, embed
from app.scenarios.negation import cancelled
from app.scenarios.windows import SIZES, combine, ngrams, spans

COMPOSED, CUT, CHECKED = 3000, 1500, 300
TRIAL_STEPS, STEPS = 60, 30
RIDGE = 0.05
POSITIVE_WEIGHT = 3.0
"""A rare act's sentences weigh a little more, or it would hardly ever be believed."""

STRICT_LEAST, STRICT_MOST = 0.65, 0.85
RECALL_WEIGHT = 0.9
"""A false act is worse than one left undetermined: the beta of the F that thresholds seek."""

PLATEAU = 0.985
"""The F hardly changes over a wide range of thresholds: the middle is taken of those that
reach this share of the best, or chance would decide."""

BAND = 0.55
"""An act is undetermined from this share of its threshold upwards."""

Weights = NDArray[np.float64]
"""Rows of embedding, words and bias, one column an act; flattened."""


@dataclass(frozen=True, eq=False, slots=True)
class _Lessons:
    """Texts as vectors and rows of words, the acts in them, and what each answer weighs."""

    vectors: Matrix
    words: sparse.csr_matrix
    truth: Matrix
    weight: Matrix

    def first(self, count: int) -> _Lessons:
        t = slice(count)
        return _Lessons(self.vectors[t], self.words[t], self.truth[t], self.weight[t])


def fit(bank: Bank) -> Classifier:
    """Learn all of the bank, with thresholds chosen on phrases that were kept apart."""
    rng = np.random.default_rng(int(bank.fingerprint[:8], 16))
    said = singles(bank.phrases, bank.slots, rng)
    nothing = singles(bank.negatives, bank.slots, rng)
    kept, apart = _split(said, 5)
    silent, silent_apart = _split(nothing, 4)
    trial = [*kept, *silent, *composed(kept, silent, COMPOSED // 2, rng)]
    trial_cut = fragments(trial, SIZES, CUT // 2, rng)
    more = [*apart, *silent_apart, *composed(said, nothing, COMPOSED // 2, rng)]
    more_cut = fragments(more, SIZES, CUT // 2, rng)

    acts = learnt_acts(bank)
    vocabulary, idf = _vocabulary([phrase.text for phrase in said + nothing])
    texts = [phrase.text for phrase in (*trial, *trial_cut, *more, *more_cut)]
    words = _sparse(word_rows(texts, vocabulary, idf), len(vocabulary))
    answers = [_answers(trial, trial_cut, acts), _answers(more, more_cut, acts)]
    truth, weight = (np.vstack(part) for part in zip(*answers, strict=True))
    lessons = _Lessons(embed(texts), words, truth, weight)

    def classifier(weights: Weights, met: Matrix) -> Classifier:
        w = weights.astype(np.float32).reshape(-1, len(acts))
        d = lessons.vectors.shape[1]
        maybe = (met * BAND).astype(np.float32)
        return Classifier(acts, vocabulary, w[:d], w[d:-1], w[-1], idf, met, maybe)

    tried = _minimise(lessons.first(len(trial) + len(trial_cut)), None, TRIAL_STEPS)
    checked = [*apart, *silent_apart, *composed(apart, silent_apart, CHECKED, rng)]
    met = _thresholds(classifier(tried, np.zeros(len(acts), dtype=np.float32)), bank, checked)
    return classifier(_minimise(lessons, tried, STEPS), met)


def _split(phrases: Sequence[Phrase], every: int) -> tuple[list[Phrase], list[Phrase]]:
    """The phrases that are learnt in the trial, and each ``every``-th, kept apart."""
    kept = [phrase for i, phrase in enumerate(phrases) if i % every != 2]
    return kept, list(phrases[2::every])


def _answers(
    whole: Sequence[Phrase], cut: Sequence[Phrase], acts: Sequence[str]
) -> tuple[Matrix, Matrix]:
    """The truth of each act in each text, and the weight it is given.

    What a fragment shows of its sentence's acts is unknown, so that weighs nothing.
    """
    truth, perhaps = _labels(whole, acts), _labels(cut, acts)
    weight = np.where(truth > 0, np.float32(POSITIVE_WEIGHT), np.float32(1.0))
    return np.vstack([truth, np.zeros_like(perhaps)]), np.vstack([weight, 1.0 - perhaps])


def _labels(samples: Sequence[Phrase], acts: Sequence[str]) -> Matrix:
    column = {act: i for i, act in enumerate(acts)}
    truth = np.zeros((len(samples), len(acts)), dtype=np.float32)
    for row, sample in enumerate(samples):
        for act in sample.acts:
            truth[row, column[act]] = 1.0
    return truth


def _vocabulary(texts: Sequence[str]) -> tuple[dict[str, int], Matrix]:
    """Words and runs of words found in at least two phrases, and how telling each is."""
    counts = Counter(g for text in texts for g in {g for _, _, g in ngrams(text.split())})
    known = sorted(g for g, n in counts.items() if n >= 2)
    idf = np.array([1.0 + np.log(len(texts) / counts[g]) for g in known], dtype=np.float32)
    return {g: i for i, g in enumerate(known)}, idf


def _sparse(rows: Sequence[tuple[NDArray[np.int64], Matrix]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))


def _minimise(lessons: _Lessons, start: Weights | None, steps: int) -> Weights:
    """Logistic regression of every act at once: L-BFGS on cross-entropy plus a ridge."""
    vectors, words = lessons.vectors, lessons.words
    truth, weight = lessons.truth, lessons.weight
    d, v, a = vectors.shape[1], words.shape[1], truth.shape[1]
    transposed = words.T.tocsr()

    def loss(flat: Weights) -> tuple[float, Weights]:
        w = flat.astype(np.float32).reshape(d + v + 1, a)
        z = vectors @ w[:d] + words @ w[d:-1] + w[-1]
        cost = float((weight * (np.logaddexp(0.0, z) - truth * z)).sum(dtype=np.float64))
        slope = weight * (sigmoid(z) - truth)
        gradient = np.vstack([vectors.T @ slope, transposed @ slope, slope.sum(axis=0)])
        gradient[:-1] += RIDGE * w[:-1]
        cost += 0.5 * RIDGE * float((w[:-1] ** 2).sum(dtype=np.float64))
        return cost, gradient.astype(np.float64).ravel()

    if start is None:
        start = np.zeros((d + v + 1) * a)
        start[-a:] = -4.0
    options = {"maxiter": steps, "maxcor": 8}
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    weights: Weights = found.x
    return weights


def _thresholds(model: Classifier, bank: Bank, samples: Sequence[Phrase]) -> Matrix:
    """One threshold by the micro F of all acts, raised for strict acts until none is false."""
    truth = _labels(samples, model.acts) > 0
    found = _turn_probabilities(model, [sample.text.split() for sample in samples])
    grid = np.arange(0.2, 0.8, 0.02)
    scores = np.array([_micro_f(found >= t, truth) for t in grid])
    good = float(np.mean(grid[scores >= PLATEAU * scores.max()]))
    met = np.full(len(model.acts), good, dtype=np.float32)
    # What the rules take away anyway needs no higher threshold, nor what is bad in another way.
    strict = np.array([bank.acts[act].strict for act in model.acts])
    clean = ~truth[:, strict].any(axis=1)
    meant = np.array([not any(cancelled(s.text.split())) for s in samples])
    for i, act in enumerate(model.acts):
        if bank.acts[act].strict:
            counted = clean & (meant | bank.acts[act].keeps)
            highest = float(found[counted, i].max(initial=0.0))
            met[i] = min(STRICT_MOST, max(STRICT_LEAST, highest + 0.02))
    return met


def _turn_probabilities(model: Classifier, turns: Sequence[Sequence[str]]) -> Matrix:
    """The acts' probabilities of each turn, before rules and expectations."""
    looks = [spans(len(tokens)) for tokens in turns]
    texts = [span.of(turn) for turn, look in zip(turns, looks, strict=True) for span in look]
    logits, _ = model.logits(texts)
    ends = np.cumsum([len(look) for look in looks])[:-1]
    parts = np.split(sigmoid(logits), ends)
    return np.stack([combine(part, look) for part, look in zip(parts, looks, strict=True)])


def _micro_f(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    right = float((said & truth).sum())
    b = RECALL_WEIGHT**2
    return (1 + b) * right / max(1.0, float(said.sum() + b * truth.sum()))
