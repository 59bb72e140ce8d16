"""How a call went, in figures, each with the range that is usual. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.quality import figures
from app.quality.spans import Span, dead_air, holds, total
from app.quality.text import N_, Text, text
from app.recordings.timeline import Timeline

DEAD_AIR = 3.0
"""Silences of both from so many seconds on are listed as dead air."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure on its scale, with the usual range, to be drawn as a dot on a band.

    ``value`` is None when the call gives none. ``unit`` is one of ``percent``,
    ``words/min``, ``s``, ``times``. ``source`` says where the usual range is from.
    """

    id: str
    label: Text
    value: float | None
    unit: str
    scale: tuple[float, float]
    usual: tuple[float, float]
    source: Text

    @property
    def is_usual(self) -> bool | None:
        """Within the usual range? None without a value."""
        return None if self.value is None else self.usual[0] <= self.value <= self.usual[1]


@dataclass(frozen=True, slots=True)
class Analytics:
    """All figures of a call. Spans and moments are seconds of the call's clock.

    ``mood`` holds (second, -5..5); ``path`` holds (second, state).
    """

    figures: tuple[Figure, ...]
    duration: float
    monologue: Span | None
    dead_air: tuple[Span, ...]
    holds: tuple[Span, ...]
    overlaps: tuple[Span, ...]
    interruptions: tuple[float, ...]
    interrupted_by_customer: tuple[float, ...]
    fillers: dict[str, int] = field(hash=False)
    mood: tuple[tuple[float, float], ...]
    path: tuple[tuple[float, str], ...]


def analyse(timeline: Timeline, dead_air_from: float = DEAD_AIR) -> Analytics:
    """All figures of a call. ``dead_air_from`` is the shortest silence listed, in seconds."""
    quiet = dead_air(timeline, dead_air_from)
    return Analytics(
        figures=_figures(timeline, quiet),
        duration=timeline.duration,
        monologue=figures.longest_monologue(timeline),
        dead_air=quiet,
        holds=holds(timeline),
        overlaps=figures.overlaps(timeline),
        interruptions=figures.interruptions(timeline, "trainee"),
        interrupted_by_customer=figures.interruptions(timeline, "customer"),
        fillers=figures.filler_words(timeline),
        mood=_mood(timeline),
        path=_path(timeline),
    )


def _figures(timeline: Timeline, quiet: tuple[Span, ...]) -> tuple[Figure, ...]:
    on_hold = total(holds(timeline))
    spoken = [
        _talk_share(timeline),
        _pace(timeline),
        _monologue(timeline),
        _latency(timeline),
    ]
    still = [_dead_air(quiet), _silence(timeline), _hold(on_hold)]
    counts = [_interruptions(timeline), _fillers(timeline)]
    if timeline.mode == "chat":
        return (_latency(timeline), _hold(on_hold))
    return (*spoken, *still, *counts)


_RULE_OF_THUMB = text(
    N_("A rule of thumb for service calls; your call's nature may ask for more or less.")
)


def _talk_share(timeline: Timeline) -> Figure:
    share = figures.talk_share(timeline)
    percent = None if share is None else round(share * 100, 1)
    label = text(N_("Your share of the talking"))
    return Figure("talk_share", label, percent, "percent", (0, 100), (35, 65), _RULE_OF_THUMB)


def _pace(timeline: Timeline) -> Figure:
    pace = figures.words_per_minute(timeline)
    source = text(
        N_("120 to 150 words a minute is comfortable to listen to; above 160 sounds rushed.")
    )
    value = None if pace is None else round(pace, 1)
    return Figure("pace", text(N_("Your pace")), value, "words/min", (60, 240), (120, 150), source)


def _monologue(timeline: Timeline) -> Figure:
    span = figures.longest_monologue(timeline)
    value = round(span.seconds, 1) if span else None
    label = text(N_("Your longest monologue"))
    return Figure("monologue", label, value, "s", (0, 60), (0, 25), _RULE_OF_THUMB)


def _latency(timeline: Timeline) -> Figure:
    wait = figures.response_latency(timeline)
    value = None if wait is None else round(wait, 2)
    label = text(N_("How soon you answer"))
    if timeline.mode == "chat":
        return Figure("latency", label, value, "s", (0, 120), (0, 45), _RULE_OF_THUMB)
    source = text(N_("Between people about 0.2 s is usual; 2 s feels like a breakdown."))
    return Figure("latency", label, value, "s", (0, 6), (0, 2), source)


def _dead_air(quiet: tuple[Span, ...]) -> Figure:
    label = text(N_("Dead air"))
    return Figure("dead_air", label, round(total(quiet), 1), "s", (0, 60), (0, 6), _RULE_OF_THUMB)


def _silence(timeline: Timeline) -> Figure:
    quiet = total(dead_air(timeline, 0.0))
    share = round(100 * quiet / timeline.duration, 1) if timeline.duration > 0 else None
    label = text(N_("Silence, hold aside"))
    return Figure("silence", label, share, "percent", (0, 100), (0, 30), _RULE_OF_THUMB)


def _hold(seconds: float) -> Figure:
    label = text(N_("On hold"))
    return Figure("hold", label, round(seconds, 1), "s", (0, 300), (0, 120), _RULE_OF_THUMB)


def _interruptions(timeline: Timeline) -> Figure:
    times = float(len(figures.interruptions(timeline, "trainee")))
    label = text(N_("You spoke over the customer"))
    return Figure("interruptions", label, times, "times", (0, 10), (0, 1), _RULE_OF_THUMB)


def _fillers(timeline: Timeline) -> Figure:
    times = float(sum(figures.filler_words(timeline).values()))
    label = text(N_("Filler words"))
    return Figure("fillers", label, times, "times", (0, 40), (0, 8), _RULE_OF_THUMB)


def _mood(timeline: Timeline) -> tuple[tuple[float, float], ...]:
    values = ((mark.at, mark.data.get("value")) for mark in timeline.marks if mark.kind == "mood")
    return tuple((at, float(value)) for at, value in values if isinstance(value, int | float))


def _path(timeline: Timeline) -> tuple[tuple[float, str], ...]:
    return tuple(
        (mark.at, str(mark.data.get("name", ""))) for mark in timeline.marks if mark.kind == "state"
    )
