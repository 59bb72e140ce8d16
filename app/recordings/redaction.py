"""What a redacted span takes away: arithmetic on spans, and words without those inside. Pure.

A word that touches a span is hidden whole, and so is a line whose words have no times of
their own: rather a word too many than half a name.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.errors import InvalidInput
from app.recordings.stretches import joined
from app.recordings.timeline import ActHeard, Mark, Timeline, Utterance, Word

HIDDEN = "[…]"
"""Stands where words were."""
SHORTEST = 0.05
"""Seconds; a shorter span is a slip of the hand."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Seconds from ``start`` up to ``end``."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise InvalidInput("a span begins and ends at a number of seconds", field="start")
        if not 0 <= self.start < self.end:
            raise InvalidInput(
                f"a span must end after it starts, got {self.start:g} to {self.end:g}",
                field="end",
            )

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def touches(self, start: float, end: float) -> bool:
        """Whether anything of ``start``..``end`` (which may be one moment) is inside."""
        if start == end:
            return self.start <= start < self.end
        return start < self.end and end > self.start


Spans = tuple[Span, ...]
"""In order of time, apart from each other: what ``merge`` returns."""


def merge(spans: Iterable[Span]) -> Spans:
    """The same seconds as few spans: those that overlap or touch become one."""
    return tuple(Span(*each) for each in joined((span.start, span.end) for span in spans))


def within(span: Span, seconds: float) -> Span:
    """``span`` cut to a recording of that length. Raises ``InvalidInput`` when little is left."""
    if span.start >= seconds:
        raise InvalidInput("a span begins before the end of the recording", field="start")
    cut = Span(span.start, min(span.end, seconds))
    if cut.seconds < SHORTEST:
        raise InvalidInput(f"a span lasts at least {SHORTEST:g} s", field="end")
    return cut


def hides(spans: Spans, start: float, end: float) -> bool:
    """Whether something of ``start``..``end`` is hidden."""
    return any(span.touches(start, end) for span in spans)


def samples(spans: Spans, rate: int, length: int) -> list[tuple[int, int]]:
    """``spans`` as samples [first, last) of a sound with ``length`` samples; never less."""
    cut = ((math.floor(s.start * rate), min(math.ceil(s.end * rate), length)) for s in spans)
    return [(first, last) for first, last in cut if first < last]


def fingerprint(spans: Spans) -> str:
    """A short name of exactly these spans; empty for none."""
    if not spans:
        return ""
    told = ";".join(f"{span.start!r}-{span.end!r}" for span in spans)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def redacted(timeline: Timeline, spans: Spans) -> Timeline:
    """The call as it may be read: no word, act or told text from inside the spans."""
    if not spans:
        return timeline
    return replace(
        timeline,
        utterances=tuple(_utterance(each, spans) for each in timeline.utterances),
        marks=tuple(_mark(each, spans) for each in timeline.marks),
    )


def words_inside(timeline: Timeline, spans: Spans) -> list[Utterance]:
    """What would vanish: the lines that lose words, each with just those words."""
    lost: list[Utterance] = []
    for said in timeline.utterances:
        if not said.text or not hides(spans, said.start, said.end):
            continue
        inside = tuple(word for word in said.words if hides(spans, word.start, word.end))
        if said.words and not inside:
            continue
        text = " ".join(word.text for word in inside) if said.words else said.text
        lost.append(replace(said, words=inside, text=text))
    return lost


def without_words(words: Iterable[Word], spans: Spans) -> tuple[Word, ...]:
    """The words outside; each run of words inside is one ``HIDDEN`` word."""
    kept: list[Word] = []
    hiding = False
    for word in words:
        inside = hides(spans, word.start, word.end)
        if not inside:
            kept.append(word)
        elif hiding:
            kept[-1] = replace(kept[-1], end=max(kept[-1].end, word.end))
        else:
            kept.append(Word(HIDDEN, word.start, word.end))
        hiding = inside
    return tuple(kept)


def _utterance(said: Utterance, spans: Spans) -> Utterance:
    if not hides(spans, said.start, said.end):
        return said
    if not said.words:
        return replace(said, text=HIDDEN if said.text else "", acts=())
    if not any(hides(spans, word.start, word.end) for word in said.words):
        return said
    words = without_words(said.words, spans)
    acts = tuple(act for act in said.acts if not _heard_inside(act, spans))
    return replace(said, words=words, text=" ".join(word.text for word in words), acts=acts)


def _heard_inside(act: ActHeard, spans: Spans) -> bool:
    return hides(spans, act.start, act.end)


def _mark(mark: Mark, spans: Spans) -> Mark:
    if mark.kind != "tell" or not hides(spans, mark.at, mark.at):
        return mark
    told: Mapping[str, object] = {"text": HIDDEN}
    return replace(mark, data=MappingProxyType(dict(told)))
