"""PocketSphinx: the recogniser that needs no download. The only module that imports it.

Its English model comes with its package. It hears worse than Vosk; it is what is
left when no Vosk model can be had.
"""

from __future__ import annotations

import re
from typing import Any

from app.recordings.timeline import Word
from app.speech.ports import RATE, Recognition

FRAMES_A_SECOND = 100
NOT_A_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
VARIANT = re.compile(r"\(\d+\)$")


class PocketsphinxRecognizer:
    """The English model of the package. Each ear has a decoder of its own (0.3 s)."""

    name = "pocketsphinx"

    def open(self) -> Recognition:
        return PocketsphinxRecognition()


class PocketsphinxRecognition:
    """One open ear."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder: Any = Decoder(samprate=RATE, loglevel="FATAL")
        self._samples = 0
        self._start_utterance()

    def feed(self, pcm: bytes) -> None:
        if pcm:
            self._decoder.process_raw(pcm, False, False)
            self._samples += len(pcm) // 2

    def partial(self) -> str:
        best = self._decoder.hyp() if self._samples > self._started else None
        return "" if best is None else best.hypstr

    def final(self) -> tuple[Word, ...]:
        self._decoder.end_utt()
        heard = self._samples > self._started
        # seg() is None when nothing could be made of the sound.
        segments = (self._decoder.seg() or ()) if heard else ()
        words = tuple(self._word(s) for s in segments if not NOT_A_WORD.match(s.word))
        self._start_utterance()
        return words

    def close(self) -> None:
        self._decoder = None

    def _start_utterance(self) -> None:
        self._decoder.start_utt()
        self._started = self._samples

    def _word(self, segment: Any) -> Word:
        begin = self._started / RATE
        return Word(
            text=VARIANT.sub("", segment.word),
            start=round(begin + segment.start_frame / FRAMES_A_SECOND, 3),
            end=round(begin + (segment.end_frame + 1) / FRAMES_A_SECOND, 3),
            confidence=max(0.0, min(1.0, self._decoder.logmath.exp(segment.prob))),
        )
