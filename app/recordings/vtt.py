"""The transcript of a call as WebVTT: one cue an utterance, with its speaker."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.recordings.timeline import Speaker, Timeline, Utterance

NAMES: Mapping[Speaker, str] = MappingProxyType(
    {"trainee": "Trainee", "customer": "Customer", "unknown": "Speaker"}
)
_SHORTEST = 0.1
"""Seconds; a cue must end after it starts (a chat line has no length)."""


def webvtt(timeline: Timeline, names: Mapping[Speaker, str] = NAMES) -> str:
    """WebVTT (W3C) of the whole call. ``names`` are the speakers' names as they shall be shown;
    a speaker who is not in it goes by the name in ``NAMES``.
    """
    cues = (
        _cue(number, utterance, names.get(utterance.speaker, NAMES[utterance.speaker]))
        for number, utterance in enumerate(
            (each for each in timeline.utterances if each.text.strip()), start=1
        )
    )
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _cue(number: int, utterance: Utterance, name: str) -> str:
    end = max(utterance.end, utterance.start + _SHORTEST)
    text = _escaped(utterance.text) + (" …" if utterance.cut_off else "")
    return f"{number}\n{_clock(utterance.start)} --> {_clock(end)}\n<v {_escaped(name)}>{text}</v>"


def _clock(seconds: float) -> str:
    millis = round(max(seconds, 0.0) * 1000)
    minutes, millis = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{millis // 1000:02}.{millis % 1000:03}"


def _escaped(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
