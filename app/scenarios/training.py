"""Learning to read: bank of acts -> classifier, kept on disk by the bank's content.

The fit is the same every time for the same bank. A fifth of the phrases is first
kept apart to choose the thresholds; then all are learnt.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from app.scenarios.bank import Bank, Phrase, load_bank
from app.scenarios.classifier import Classifier, load, save, sigmoid, word_matrix
from app.scenarios.composing import composed, singles
from app.scenarios.embedding import Matrix, embed
from app.scenarios.negation import cancelled
from app.scenarios.understanding import ActReader
from app.scenarios.windows import combine, ngrams, spans

log = logging.getLogger(__name__)

RECIPE = 1
"""Raise it when this module learns differently, so that old fits are not taken."""

COMPOSED, CHECKED = 4000, 800
STEPS = 60
RIDGE = 0.05
NEGATIVE_WEIGHT = 1.0
STRICT_LEAST, STRICT_MOST = 0.65, 0.85
BAND = 0.6
"""An act is undetermined from this share of its threshold upwards."""


def load_reader(bank_dir: Path, cache_dir: Path) -> ActReader:
    """The reader of the bank in ``bank_dir``; learnt now when ``cache_dir`` lacks it.

    A damaged stored fit is learnt again. Raises ``ScenarioError`` for a bad bank.
    """
    bank = load_bank(bank_dir)
    path = cache_dir / f"{bank.fingerprint}-{RECIPE}.npz"
    model = _stored(path, bank)
    if model is None:
        with _alone(cache_dir):
            model = _stored(path, bank) or _learn_and_keep(path, bank)
    return ActReader(model, bank.acts)


def _stored(path: Path, bank: Bank) -> Classifier | None:
    model = load(path)
    return model if model is not None and model.acts == learnt_acts(bank) else None


def _learn_and_keep(path: Path, bank: Bank) -> Classifier:
    began = time.monotonic()
    log.info("learning %d phrases of %d acts", len(bank.phrases), len(bank.acts))
    # Several threads would only spin where other processes work, and learn no faster.
    with threadpool_limits(limits=1, user_api="blas"):
        model = fit(bank)
    save(model, path)
    log.info("learnt in %.0f seconds", time.monotonic() - began)
    return model


@contextmanager
def _alone(cache_dir: Path) -> Iterator[None]:
    """One process learns at a time; the others then find what it stored."""
    cache_dir.mkdir(parents=True, exist_ok=True)
    with (cache_dir / "learning.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def learnt_acts(bank: Bank) -> tuple[str, ...]:
    """The acts that have phrases; the others are found in other ways."""
    return tuple(sorted({act for phrase in bank.phrases for act in phrase.acts}))


def fit(bank: Bank) -> Classifier:
    """Learn all of the bank, with thresholds chosen on a fifth that was kept apart."""
    held = [i % 5 == 2 for i in range(len(bank.phrases))]
    kept = [p for p, h in zip(bank.phrases, held, strict=True) if not h]
    apart = [p for p, h in zip(bank.phrases, held, strict=True) if h]
    trial = _learn(bank, kept, bank.negatives[::2] + bank.negatives[1::4], COMPOSED // 2)
    met = _thresholds(trial, bank, apart, bank.negatives[3::4])
    model = _learn(bank, bank.phrases, bank.negatives, COMPOSED)
    return Classifier(
        acts=model.acts,
        vocabulary=model.vocabulary,
        dense=model.dense,
        sparse=model.sparse,
        bias=model.bias,
        idf=model.idf,
        met=met,
        maybe=(met * BAND).astype(np.float32),
    )


def _learn(
    bank: Bank, phrases: Sequence[Phrase], negatives: Sequence[Phrase], count: int
) -> Classifier:
    rng = np.random.default_rng(int(bank.fingerprint[:8], 16))
    samples = singles(phrases, bank.slots, rng) + singles(negatives, bank.slots, rng)
    samples += composed(phrases, negatives, bank.slots, count, rng)
    texts = [s.text for s in samples]
    acts = learnt_acts(bank)
    truth = _labels(samples, acts)
    vocabulary, idf = _vocabulary(texts)
    words = word_matrix(texts, vocabulary, idf)
    dense, word_weights, bias = _minimise(embed(texts), words, truth)
    nothing = np.zeros(len(acts), dtype=np.float32)
    return Classifier(acts, vocabulary, dense, word_weights, bias, idf, nothing, nothing)


def _labels(samples: Sequence[Phrase], acts: Sequence[str]) -> Matrix:
    column = {act: i for i, act in enumerate(acts)}
    truth = np.zeros((len(samples), len(acts)), dtype=np.float32)
    for row, sample in enumerate(samples):
        for act in sample.acts:
            truth[row, column[act]] = 1.0
    return truth


def _vocabulary(texts: Sequence[str]) -> tuple[dict[str, int], Matrix]:
    """Words found in at least two texts, runs of words in three; and how telling each is."""
    counts = Counter(g for text in texts for g in {g for _, _, g in ngrams(text.split())})
    known = sorted(g for g, n in counts.items() if n >= (2 if " " not in g else 3))
    idf = np.array([1.0 + np.log(len(texts) / counts[g]) for g in known], dtype=np.float32)
    return {g: i for i, g in enumerate(known)}, idf


def _minimise(
    vectors: Matrix, words: sparse.csr_matrix, truth: Matrix
) -> tuple[Matrix, Matrix, Matrix]:
    """Logistic regression of every act at once: L-BFGS on cross-entropy plus a ridge."""
    d, v, a = vectors.shape[1], words.shape[1], truth.shape[1]
    transposed = words.T.tocsr()
    # A rare act's sentences weigh a little more, or it would hardly ever be believed.
    weight = np.where(truth > 0, 3.0, NEGATIVE_WEIGHT).astype(np.float32)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat.astype(np.float32).reshape(d + v + 1, a)
        z = vectors @ w[:d] + words @ w[d:-1] + w[-1]
        cost = float((weight * (np.logaddexp(0.0, z) - truth * z)).sum(dtype=np.float64))
        slope = weight * (sigmoid(z) - truth)
        gradient = np.vstack([vectors.T @ slope, transposed @ slope, slope.sum(axis=0)])
        gradient[:-1] += RIDGE * w[:-1]
        cost += 0.5 * RIDGE * float((w[:-1] ** 2).sum(dtype=np.float64))
        return cost, gradient.astype(np.float64).ravel()

    start = np.zeros((d + v + 1, a))
    start[-1] = -4.0
    options = {"maxiter": STEPS, "maxcor": 8}
    found = optimize.minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    w = found.x.astype(np.float32).reshape(d + v + 1, a)
    return w[:d], w[d:-1], w[-1]


def _thresholds(
    model: Classifier,
    bank: Bank,
    phrases: Sequence[Phrase],
    negatives: Sequence[Phrase],
) -> Matrix:
    """The threshold with the best micro F1, raised for strict acts until none is false."""
    rng = np.random.default_rng(7)
    samples = singles(phrases, bank.slots, rng) + singles(negatives, bank.slots, rng)
    samples += composed(phrases, negatives, bank.slots, CHECKED, rng)
    truth = _labels(samples, model.acts) > 0
    found = np.stack([turn_probabilities(model, s.text.split()) for s in samples])
    grid = np.arange(0.2, 0.8, 0.02)
    scores = [_micro_f1(found >= t, truth) for t in grid]
    met = np.full(len(model.acts), grid[int(np.argmax(scores))], dtype=np.float32)
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


def turn_probabilities(model: Classifier, tokens: Sequence[str]) -> Matrix:
    """The acts' probabilities of a turn, before rules and expectations."""
    found = spans(len(tokens))
    logits, _ = model.logits([span.of(tokens) for span in found])
    return combine(sigmoid(logits), found)


def _micro_f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    right = float((said & truth).sum())
    return 2 * right / max(1.0, float(said.sum() + truth.sum()))
