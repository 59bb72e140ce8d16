"""A journal or a kept transcript without the words said inside spans. Pure.

What is left reads as ``redaction.redacted`` would show the whole: redacting it again changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.recordings.history import Event, number_in
from app.recordings.redaction import HIDDEN, Spans, hides, without_words
from app.recordings.timeline import Word
from app.recordings.transcript import Stretch, Transcript

_HEARD = ("at", "kind", "start", "end", "state", "answered")
"""What is kept of a line that loses words, beside what is worked out anew."""


def journal_without(events: Iterable[Event], spans: Spans) -> list[dict[str, Any]]:
    """The events of a practice call, in their order; what touches no span stays as it is."""
    known = list(events)
    ends = {each.get("line"): float(each["at"]) for each in known if _ends_line(each)}
    return [_without(dict(each), ends, spans) for each in known]


def transcript_without(kept: Transcript, spans: Spans) -> Transcript:
    """The transcript of an upload."""
    return replace(
        kept,
        stretches=tuple(
            Stretch(each.channel, without_words(each.words, spans)) for each in kept.stretches
        ),
    )


def evidence_without(body: Any, spans: Spans) -> Any:
    """A stored score, or any JSON: wherever ``start``, ``end`` and ``words`` stand together and
    touch a span, the words are hidden."""
    if isinstance(body, list):
        return [evidence_without(each, spans) for each in body]
    if not isinstance(body, dict):
        return body
    told = {key: evidence_without(value, spans) for key, value in body.items()}
    if told.get("words") and _is_number(told.get("start")) and _is_number(told.get("end")):
        start = min(told["start"], told["end"])
        if hides(spans, start, max(told["start"], told["end"])):
            told["words"] = HIDDEN
    return told


def _ends_line(event: Event) -> bool:
    return bool(event["kind"] == "customer_end")


def _without(event: dict[str, Any], ends: Mapping[object, float], spans: Spans) -> dict[str, Any]:
    at = float(event["at"])
    match event["kind"]:
        case "heard":
            return _heard(event, spans)
        case "customer":
            end = ends.get(event.get("line"), at + number_in(event, "seconds", 0.0))
            return _hidden(event, at, end, spans)
        case "partial":
            return _hidden(event, number_in(event, "start", at), at, spans)
        case "tell":
            return _hidden(event, at, at, spans)
    return event


def _hidden(event: dict[str, Any], start: float, end: float, spans: Spans) -> dict[str, Any]:
    if event.get("text") and hides(spans, min(start, end), end):
        return {**event, "text": HIDDEN}
    return event


def _heard(event: dict[str, Any], spans: Spans) -> dict[str, Any]:
    end = number_in(event, "end", float(event["at"]))
    start = min(number_in(event, "start", end), end)
    if not event.get("text") or not hides(spans, start, end):
        return event
    told = [Word(str(w), float(s), float(e), float(c)) for w, s, e, c in event.get("words", ())]
    kept = {name: event[name] for name in _HEARD if name in event}
    if not told:
        return {**kept, "text": HIDDEN, "words": [[HIDDEN, start, end, 1.0]], "acts": []}
    words = without_words(told, spans)
    if words == tuple(told):
        return event
    return {
        **kept,
        "text": " ".join(word.text for word in words),
        "words": [[word.text, word.start, word.end, word.confidence] for word in words],
        "acts": [each for each in event.get("acts", ()) if not hides(spans, each[3], each[4])],
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
