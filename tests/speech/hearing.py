"""Feeding an ear as a call does, and measuring what it made of it."""

from __future__ import annotations

from jiwer import wer

from app.recordings.timeline import Word
from app.speech.ports import FRAME_BYTES, RATE, Recognition

SENTENCES = (
    "good morning how can i help you today",
    "i am very sorry that your card was lost",
    "could you tell me your date of birth please",
    "i will block the card right away so nobody can use it",
    "a new card will arrive within five working days",
    "is there anything else i can do for you",
)
EDGE = 0.03
"""Seconds of near-silence a finished line keeps before its first sound."""


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


def seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE


def stream(ear: Recognition, pcm: bytes) -> list[str]:
    """Feed in frames of 32 ms; the partial results on the way."""
    partials = []
    for at in range(0, len(pcm), FRAME_BYTES):
        ear.feed(pcm[at : at + FRAME_BYTES])
        if at % (FRAME_BYTES * 4) == 0:
            partials.append(ear.partial())
    return partials


def text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def error_rate(said: list[str], heard: list[str]) -> float:
    """Word error rate, 0..1, over all sentences together."""
    return float(wer(said, heard))
