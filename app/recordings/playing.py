"""A recording as a page plays it: what is heard, read and pinned, as this reader may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.accounts.models import Person
from app.recordings import keeping, remarks, sounding
from app.recordings.models import FAILED, READY, Recording, Remark
from app.recordings.redaction import Spans, fingerprint, hides, redacted
from app.recordings.timeline import Mark, Speaker, Timeline, Utterance, Word
from app.recordings.vtt import webvtt
from app.services import services

SHOWN = ("hold", "silence", "interrupted", "move", "mute", "cut_off")
"""Kinds of marks that are worth a pin."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript. ``hidden``: some of it is redacted."""

    start: float
    end: float
    speaker: str
    name: str
    text: str
    words: tuple[Word, ...] = ()
    hidden: bool = False
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """Something at one second. ``kind`` names its shape: mark, remark, or a page's own
    (``met``, ``not_met``, ``undetermined``)."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """A redacted span, and why."""

    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class Sound:
    """What ``_player.html`` needs. Without sound (a chat, not yet there) the addresses are
    empty and ``silent_why`` says it in words."""

    recording_id: int
    title: str
    seconds: float
    mode: str
    lanes: tuple[tuple[str, str], ...]
    """(speaker, name) of each channel, in the file's order."""
    audio_url: str
    peaks_url: str
    transcript_url: str
    silent_why: str
    lines: tuple[Line, ...]
    hidden: tuple[Hidden, ...]
    marks: tuple[Pin, ...]
    remarks: tuple[Remark, ...]
    original: bool = False
    spans: Spans = ()

    def with_marks(self, pins: Iterable[Pin]) -> Sound:
        """The same with a page's own pins as well, such as the evidence of a score."""
        marks = sorted((*self.marks, *pins), key=lambda pin: pin.at)
        return replace(self, marks=tuple(marks))

    def hides(self, start: float, end: float) -> bool:
        """Whether words from there must not be shown: evidence kept before a redaction."""
        return hides(self.spans, start, end)


def sound_of(
    recording: Recording, reader: Person, *, hide_names: bool = False, original: bool = False
) -> Sound:
    """What ``reader``, who may hear it, plays. Rights are asked before.

    ``hide_names``: "Agent" instead of a name, no title, no remarks of others. ``original``:
    nothing is redacted; whoever asks for it has checked that she may (``access.may_handle``)
    and written it into the audit log.
    """
    root = services().settings.recordings_dir
    spans = sounding.spans_of(recording)
    shown = () if original else spans
    timeline = redacted(keeping.timeline_of(recording, root), shown)
    names = names_of(recording, hide_names=hide_names)
    why = silent_why(recording)
    of = _version(spans, original)
    return Sound(
        recording_id=recording.id,
        title=title_of(recording, hide_names=hide_names),
        seconds=recording.seconds or timeline.duration,
        mode=recording.mode,
        lanes=_lanes(recording, names),
        audio_url="" if why else _address("audio", recording, original, of=of),
        peaks_url="" if why else _address("peaks", recording, original, of=of),
        transcript_url=_address("transcript", recording, original) if timeline.utterances else "",
        silent_why=why,
        lines=tuple(_line(each, names, shown) for each in timeline.utterances if each.text),
        hidden=tuple(
            Hidden(each.start, each.end, each.reason) for each in sounding.active(recording)
        ),
        marks=_marks(timeline),
        remarks=tuple(remarks.seen_by(reader, recording, own_only=hide_names)),
        original=original,
        spans=shown,
    )


def webvtt_of(recording: Recording, *, hide_names: bool = False, original: bool = False) -> str:
    """Its transcript as WebVTT, with speakers, as it may be read."""
    timeline = keeping.timeline_of(recording, services().settings.recordings_dir)
    if not original:
        timeline = redacted(timeline, sounding.spans_of(recording))
    return webvtt(timeline, names_of(recording, hide_names=hide_names))


def title_of(recording: Recording, *, hide_names: bool = False) -> str:
    """Its title; a title may hold a name, so where names are hidden it is a number."""
    if hide_names:
        return str(_("Recording %(number)s", number=recording.id))
    return recording.title


def names_of(recording: Recording, *, hide_names: bool = False) -> dict[Speaker, str]:
    """Who speaks, by speaker."""
    known = recording.agent is not None and not hide_names
    return {
        "trainee": recording.agent.name if known and recording.agent else str(_("Agent")),
        "customer": str(_("Customer")),
        "unknown": str(_("Speaker")),
    }


def silent_why(recording: Recording) -> str:
    """Why there is nothing to hear; empty when there is."""
    if recording.mode == "chat":
        return str(_("A chat: there is nothing to hear, only to read."))
    if recording.status == FAILED:
        return str(_("This recording could not be read."))
    if recording.status != READY:
        return str(_("This recording is still being prepared."))
    if not sounding.exists(recording):
        return str(_("The sound of this recording is not there."))
    return ""


def _address(what: str, recording: Recording, original: bool, **more: str) -> str:
    asked: dict[str, Any] = {"original": "1", **more} if original else dict(more)
    return url_for(f"listening.{what}", recording_id=recording.id, **asked)


def _version(spans: Spans, original: bool) -> str:
    """A part of the address that changes with the redactions, so no old sound is played on."""
    return "original" if original else fingerprint(spans) or "whole"


def _lanes(recording: Recording, names: dict[Speaker, str]) -> tuple[tuple[str, str], ...]:
    if recording.channels < 2 or not recording.agent_channel:
        return (("unknown", str(_("Both speakers"))),) * min(recording.channels, 2)
    lanes = (("trainee", names["trainee"]), ("customer", names["customer"]))
    return lanes if recording.agent_channel == "left" else (lanes[1], lanes[0])


def _line(said: Utterance, names: dict[Speaker, str], spans: Spans) -> Line:
    return Line(
        start=round(said.start, 3),
        end=round(said.end, 3),
        speaker=said.speaker,
        name=names[said.speaker],
        text=said.text,
        words=said.words,
        hidden=hides(spans, said.start, said.end),
        cut_off=said.cut_off,
    )


def _marks(timeline: Timeline) -> tuple[Pin, ...]:
    return tuple(
        Pin(mark.at, "mark", _mark_words(mark)) for mark in timeline.marks if mark.kind in SHOWN
    )


def _mark_words(mark: Mark) -> str:
    words = {
        "hold": _("On hold"),
        "silence": _("Silence"),
        "interrupted": _("Both spoke at once"),
        "move": _("Handed on"),
        "mute": _("Microphone muted"),
        "cut_off": _("Cut off here"),
    }
    return str(words[mark.kind])
