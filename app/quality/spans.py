"""Stretches of time, and the stretches of a call: speech, hold, pauses, silence. Pure.

All in seconds of the call's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.recordings.stretches import joined
from app.recordings.timeline import Speaker, Timeline


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order; touching spans become one."""
    return tuple(Span(*each) for each in joined((span.start, span.end) for span in spans))


def total(spans: Iterable[Span]) -> float:
    """Seconds covered by any of them."""
    return sum(span.seconds for span in union(spans))


def gaps(busy: Iterable[Span], start: float, end: float) -> tuple[Span, ...]:
    """The parts of ``start``..``end`` that no span covers."""
    free: list[Span] = []
    at = start
    for span in union(busy):
        if span.start > at:
            free.append(Span(at, min(span.start, end)))
        at = max(at, span.end)
        if at >= end:
            break
    if at < end:
        free.append(Span(at, end))
    return tuple(span for span in free if span.seconds > 0)


def speech(timeline: Timeline, speaker: Speaker | None = None) -> tuple[Span, ...]:
    """When ``speaker`` (or anybody) speaks."""
    return union(
        Span(each.start, each.end)
        for each in timeline.utterances
        if speaker is None or each.speaker == speaker
    )


def between(timeline: Timeline, on: str, off: str) -> tuple[Span, ...]:
    """From each mark ``on`` to the next mark ``off``, or to the end of the call."""
    spans: list[Span] = []
    since: float | None = None
    for mark in timeline.marks:
        if mark.kind == on and since is None:
            since = mark.at
        elif mark.kind == off and since is not None:
            spans.append(Span(since, mark.at))
            since = None
    if since is not None:
        spans.append(Span(since, max(timeline.duration, since)))
    return tuple(spans)


def holds(timeline: Timeline) -> tuple[Span, ...]:
    return between(timeline, "hold", "unhold")


def pauses(timeline: Timeline) -> tuple[Span, ...]:
    """Practice only: the whole call stood still."""
    return between(timeline, "pause", "resume")


def dead_air(timeline: Timeline, longer_than: float) -> tuple[Span, ...]:
    """Silences of both, longer than so many seconds, hold and pauses aside.

    Counted from the opening of the line to the last word: who lingers after the
    goodbye leaves nobody waiting.
    """
    said = speech(timeline)
    if not said:
        return ()
    quiet = gaps((*said, *holds(timeline), *pauses(timeline)), 0.0, said[-1].end)
    return tuple(span for span in quiet if span.seconds > longer_than)
