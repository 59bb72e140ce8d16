"""The linear model: embedding and words of a text -> a probability for every act.

Needs NumPy only. Stored as one ``.npz`` without pickle.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.scenarios.embedding import Matrix, embed
from app.scenarios.windows import ngrams

_ARRAYS = ("dense", "sparse", "bias", "idf", "met", "maybe")


@dataclass(frozen=True, eq=False, slots=True)
class Classifier:
    """``logit = embedding @ dense + words @ sparse + bias``, one column an act.

    ``met`` and ``maybe`` are the thresholds of each act's probability.
    """

    acts: tuple[str, ...]
    vocabulary: Mapping[str, int]
    dense: Matrix
    sparse: Matrix
    bias: Matrix
    idf: Matrix
    met: Matrix
    maybe: Matrix

    def logits(self, texts: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Logits of shape (texts, acts), and the embeddings they were made of."""
        vectors = embed(texts)
        logits = vectors @ self.dense + self.bias
        for i, (columns, weight) in enumerate(word_rows(texts, self.vocabulary, self.idf)):
            logits[i] += weight @ self.sparse[columns]
        return logits, vectors

    def word_weights(self, tokens: Sequence[str], act: int) -> NDArray[np.float64]:
        """How much each word of ``tokens`` speaks for the act, by its n-grams."""
        weights = np.zeros(len(tokens))
        for start, end, text in ngrams(tokens):
            index = self.vocabulary.get(text)
            if index is not None and end > start:
                weights[start:end] += self.sparse[index, act] * self.idf[index] / (end - start)
        return weights


def word_rows(
    texts: Sequence[str], vocabulary: Mapping[str, int], idf: Matrix
) -> list[tuple[NDArray[np.int64], Matrix]]:
    """Of every text its 1-3-grams' columns, and their weights: a sparse row of length one."""
    rows = []
    for text in texts:
        seen = {vocabulary[g] for _, _, g in ngrams(text.split()) if g in vocabulary}
        columns = np.array(sorted(seen), dtype=np.int64)
        weight = idf[columns]
        norm = float(np.sqrt((weight * weight).sum())) or 1.0
        rows.append((columns, (weight / norm).astype(np.float32)))
    return rows


def sigmoid(z: Matrix) -> Matrix:
    return (1.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0)))).astype(np.float32)


def save(model: Classifier, path: Path) -> None:
    """Write ``model`` to ``path`` so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(
                file,
                acts=np.array(model.acts),
                vocabulary=np.array(sorted(model.vocabulary, key=model.vocabulary.__getitem__)),
                **{key: getattr(model, key) for key in _ARRAYS},
            )
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> Classifier | None:
    """The stored model, or None when the file is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            words = stored["vocabulary"].tolist()
            model = Classifier(
                acts=tuple(stored["acts"].tolist()),
                vocabulary={word: i for i, word in enumerate(words)},
                **{key: stored[key] for key in _ARRAYS},
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    fits = (
        model.sparse.shape == (len(words), len(model.acts)) and model.met.shape == model.bias.shape
    )
    return model if fits else None
