"""A call as the rules look at it: the timeline, its facts, and where something may happen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.quality import phrases
from app.quality.result import Evidence
from app.quality.text import N_, Text, text
from app.recordings.timeline import Timeline, Utterance

UNCLEAR_WORDS = 2
"""A turn needs so many words to have been more than a cough."""


@dataclass(frozen=True)
class Call:
    """``facts`` are the customer's facts as drawn for this call."""

    timeline: Timeline
    facts: Mapping[str, str]

    @cached_property
    def trainee(self) -> tuple[Utterance, ...]:
        return tuple(each for each in self.timeline.utterances if each.speaker == "trainee")

    @cached_property
    def customer(self) -> tuple[Utterance, ...]:
        return tuple(each for each in self.timeline.utterances if each.speaker == "customer")

    @cached_property
    def is_chat(self) -> bool:
        return self.timeline.mode == "chat"

    @cached_property
    def cut_off(self) -> bool:
        """The line broke: what was still to come cannot be judged."""
        kinds = {mark.kind for mark in self.timeline.marks}
        return "cut_off" in kinds and "ended" not in kinds

    @cached_property
    def end(self) -> float:
        """Seconds at which the call itself ended."""
        ended = [mark.at for mark in self.timeline.marks if mark.kind in ("ended", "hung_up")]
        return ended[-1] if ended else self.timeline.duration

    def unclear(self, window: Window) -> tuple[Utterance, ...]:
        """The trainee's turns in ``window`` that the recogniser could hardly make out."""
        return tuple(
            each
            for each in self.trainee
            if len(each.words) >= UNCLEAR_WORDS
            and phrases.confidence(each.words) < phrases.CLEAR
            and window.holds(each.start, each.state)
        )


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` up to but not including ``end``; in ``states`` only when any are given."""

    start: float = -math.inf
    end: float = math.inf
    states: tuple[str, ...] = ()

    def holds(self, at: float, state: str = "") -> bool:
        return self.start <= at < self.end and (not self.states or state in self.states)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened, or (not ``sure``) perhaps did."""

    start: float
    end: float
    words: str
    sure: bool = True
    speaker: str = ""
    state: str = ""

    def evidence(self, note: Text | None = None) -> Evidence:
        if note is None and not self.sure:
            note = text(N_("Perhaps: the recognition was not sure."))
        return Evidence(self.start, self.end, self.speaker, self.words, note)


def spoken(utterance: Utterance, note: Text | None = None) -> Evidence:
    """A whole utterance as evidence."""
    return Evidence(utterance.start, utterance.end, utterance.speaker, utterance.text, note)
