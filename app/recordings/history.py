"""The events of a journal -> the call as a ``Timeline``. Pure: no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from app.recordings.timeline import ActHeard, Mark, Timeline, Utterance, Word

Event = Mapping[str, Any]
"""``at`` (seconds, float), ``kind`` (str) and the kind's own keys."""

MARKS = frozenset(
    [
        "hold",
        "unhold",
        "mute",
        "unmute",
        "pause",
        "resume",
        "help",
        "repeat",
        "move",
        "silence",
        "interrupted",
        "mood",
        "state",
        "flag",
        "tell",
        "hung_up",
        "ended",
        "cut_off",
    ]
)


def timeline_of(events: Iterable[Event]) -> Timeline:
    """What happened in a call, by its journal. The same events give the same timeline.

    A customer's line without its ``customer_end`` is cut off. When the call never
    came to its ``ended``, the trainee's words that were still being heard (the last
    ``partial``) stand at the end, cut off, with no confidence in them.
    """
    building = _Building()
    for event in events:
        building.take(event)
    return building.timeline()


@dataclass(slots=True)
class _Building:
    mode: Literal["voice", "chat"] = "voice"
    utterances: list[Utterance] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    open_lines: dict[object, int] = field(default_factory=dict)
    """Line number -> index in ``utterances`` of a customer's line that still sounds."""
    partial: Event | None = None
    state: str = ""
    last: float = 0.0

    def take(self, event: Event) -> None:
        kind = event["kind"]
        self.last = max(self.last, float(event["at"]))
        if kind == "started":
            self.mode = "chat" if event.get("mode") == "chat" else "voice"
        elif kind == "customer":
            self._customer(event)
        elif kind == "customer_end":
            self._customer_end(event)
        elif kind == "partial":
            self.partial = event
        elif kind == "heard":
            self.partial = None
            self.utterances.append(_heard(event))
        elif kind in MARKS:
            self.marks.append(_mark(event))
            if kind == "state":
                self.state = str(event.get("name", ""))

    def _customer(self, event: Event) -> None:
        at = float(event["at"])
        self.open_lines[event.get("line")] = len(self.utterances)
        self.utterances.append(
            Utterance(
                speaker="customer",
                start=at,
                end=at + number_in(event, "seconds", 0.0),
                text=str(event.get("text", "")),
                state=str(event.get("state", "")),
                cut_off=self.mode == "voice",
            )
        )

    def _customer_end(self, event: Event) -> None:
        index = self.open_lines.pop(event.get("line"), None)
        if index is None:
            return
        line = self.utterances[index]
        self.utterances[index] = replace(
            line,
            end=max(line.start, float(event["at"])),
            cut_off=bool(event.get("cut", False)),
        )

    def timeline(self) -> Timeline:
        said = [self._heard_to_its_end(each) for each in self.utterances]
        if not any(mark.kind == "ended" for mark in self.marks):
            said += self._unfinished()
        ends = [self.last, *(each.end for each in said)]
        return Timeline(
            utterances=tuple(sorted(said, key=lambda each: (each.start, each.end))),
            marks=tuple(sorted(self.marks, key=lambda mark: mark.at)),
            duration=max(ends),
            mode=self.mode,
        )

    def _heard_to_its_end(self, line: Utterance) -> Utterance:
        """A line nobody saw end sounded no longer than the journal goes on."""
        if line.speaker == "customer" and line.cut_off and line.end > self.last:
            return replace(line, end=max(line.start, self.last))
        return line

    def _unfinished(self) -> list[Utterance]:
        text = str(self.partial.get("text", "")).strip() if self.partial else ""
        if not self.partial or not text:
            return []
        end = float(self.partial["at"])
        start = min(number_in(self.partial, "start", end), end)
        words = spread(text, start, end, confidence=0.0)
        return [Utterance("trainee", start, end, text, words, state=self.state, cut_off=True)]


def spread(text: str, start: float, end: float, confidence: float = 1.0) -> tuple[Word, ...]:
    """The words of ``text`` with times spread evenly by their length, for want of real ones."""
    words = text.split()
    letters = sum(map(len, words))
    result: list[Word] = []
    before = 0
    for word in words:
        after = before + len(word)
        times = [start + (end - start) * part / letters for part in (before, after)]
        result.append(Word(word, times[0], times[1], confidence))
        before = after
    return tuple(result)


def _heard(event: Event) -> Utterance:
    end = number_in(event, "end", float(event["at"]))
    start = min(number_in(event, "start", end), end)
    text = str(event.get("text", ""))
    words = tuple(
        Word(str(word), float(begin), float(stop), float(confidence))
        for word, begin, stop, confidence in event.get("words", ())
    )
    acts = tuple(
        ActHeard(
            act=str(act),
            probability=float(probability),
            verdict="met" if verdict == "met" else "undetermined",
            start=float(begin),
            end=float(stop),
            words=str(shown),
        )
        for act, probability, verdict, begin, stop, shown in event.get("acts", ())
    )
    words = words or spread(text, start, end)
    return Utterance("trainee", start, end, text, words, acts, str(event.get("state", "")))


def _mark(event: Event) -> Mark:
    data = {key: value for key, value in event.items() if key not in ("at", "kind")}
    if event["kind"] == "move":
        data["kind"] = data.pop("move", "")
    return Mark(float(event["at"]), event["kind"], MappingProxyType(data))


def number_in(event: Event, key: str, default: float) -> float:
    """What an event says under ``key``, if that is a number."""
    value = event.get(key)
    return float(value) if isinstance(value, int | float) else default
