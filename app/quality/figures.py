"""Figures of a call, one function each. Pure; seconds unless said otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median

from app.quality.spans import Span, speech, total
from app.recordings.timeline import Speaker, Timeline, Utterance

PAUSE = 1.0
"""A gap between two words from which on it is a pause and no speaking time."""
OVERLAP = 0.2
"""Both speaking for at least so long at once is an overlap."""
_NO_FILLER = {
    "like": "you i'd we'd you'd they'd would i we they do to looks sounds feels seems "
    "something anything nothing",
    "you know": "do did let letting if as when once",
}
"""Words before a filler that make it an ordinary word: "would you like", "I let you know"."""
_FILLER = re.compile(r"\b(?:um+|uh+|erm?|hmm+|like|you know)\b")


def trainee_words(timeline: Timeline) -> int:
    return sum(len(each.words) for each in _of(timeline, "trainee"))


def speaking_seconds(timeline: Timeline, speaker: Speaker | None = None) -> float:
    """How long ``speaker`` (or either) speaks; overlaps count once."""
    return total(speech(timeline, speaker))


def talk_share(timeline: Timeline) -> float | None:
    """The trainee's share (0..1) of both speakers' talking time. None when nobody spoke."""
    trainee = speaking_seconds(timeline, "trainee")
    everybody = trainee + speaking_seconds(timeline, "customer")
    return trainee / everybody if everybody > 0 else None


def words_per_minute(timeline: Timeline) -> float | None:
    """The trainee's pace over her speaking time, pauses of a second or more left out."""
    seconds = sum(_articulated(each) for each in _of(timeline, "trainee"))
    return 60 * trainee_words(timeline) / seconds if seconds > 0 else None


def longest_monologue(timeline: Timeline) -> Span | None:
    """The trainee's longest run of turns without a word from the customer between them."""
    runs: list[Span] = []
    before: Utterance | None = None
    for each in timeline.utterances:
        if each.speaker == "trainee":
            goes_on = before is not None and before.speaker == "trainee" and runs
            start = runs[-1].start if goes_on else each.start
            runs.append(Span(start, max(each.end, runs[-1].end if goes_on else 0.0)))
        before = each
    return max(runs, key=lambda span: (span.seconds, -span.start), default=None)


def overlaps(timeline: Timeline) -> tuple[Span, ...]:
    """When both speak at once."""
    both: list[Span] = []
    for one in speech(timeline, "trainee"):
        for other in speech(timeline, "customer"):
            span = Span(max(one.start, other.start), min(one.end, other.end))
            if span.seconds >= OVERLAP:
                both.append(span)
    return tuple(both)


def interruptions(timeline: Timeline, by: Speaker) -> tuple[float, ...]:
    """The moments at which ``by`` spoke over the other."""
    return tuple(
        mark.at
        for mark in timeline.marks
        if mark.kind == "interrupted" and mark.data.get("by") == by
    )


def response_latency(timeline: Timeline) -> float | None:
    """Median time from the customer's last word to the trainee's first; 0 for speaking over."""
    waits = [
        max(0.0, after.start - before.end)
        for before, after in zip(timeline.utterances, timeline.utterances[1:], strict=False)
        if before.speaker == "customer" and after.speaker == "trainee"
    ]
    return median(waits) if waits else None


def filler_words(timeline: Timeline) -> dict[str, int]:
    """How often the trainee said each filler; the most frequent first."""
    counts = Counter(
        found for each in _of(timeline, "trainee") for found in _fillers(each.text.casefold())
    )
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _fillers(text: str) -> Iterator[str]:
    """Each filler that is none of the ordinary uses of the same words."""
    for match in _FILLER.finditer(text):
        before = text[: match.start()].split()[-1:]
        if not before or before[0].strip(",.") not in _NO_FILLER.get(match[0], "").split():
            yield match[0]


def _of(timeline: Timeline, speaker: Speaker) -> list[Utterance]:
    return [each for each in timeline.utterances if each.speaker == speaker]


def _articulated(utterance: Utterance) -> float:
    pauses = (
        after.start - before.end
        for before, after in zip(utterance.words, utterance.words[1:], strict=False)
    )
    silent = sum(pause for pause in pauses if pause >= PAUSE)
    return max(0.0, utterance.end - utterance.start - silent)
