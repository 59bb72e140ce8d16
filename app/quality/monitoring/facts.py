"""The facts of a call that a plan's rules ask for, from its timeline. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.quality import figures, phrases
from app.quality.monitoring.candidate import Facts
from app.quality.monitoring.plan import Rules
from app.quality.spans import dead_air, holds
from app.recordings.history import spread
from app.recordings.timeline import Timeline

SIMILARITY = 85
"""How alike (of 100) heard words must be to a phrase of the plan."""


def facts_of(timeline: Timeline, rules: Rules, failed: Iterable[str] = ()) -> Facts:
    """What ``rules`` ask of this call. ``failed``: see ``failed_criteria``.

    A call whose two speakers share one channel has no talk-over: nobody can tell.
    """
    heard = [word.confidence for said in timeline.utterances for word in said.words]
    return Facts(
        silence=max((span.seconds for span in dead_air(timeline, 0.0)), default=0.0),
        hold=max((span.seconds for span in holds(timeline)), default=0.0),
        talk_over=len(figures.overlaps(timeline)),
        confidence=sum(heard) / len(heard) if heard else None,
        phrases=frozenset(each for each in rules.phrases if _said(timeline, each)),
        acts=frozenset(
            act.act
            for said in timeline.utterances
            if said.speaker == "trainee"
            for act in said.acts
            if act.verdict == "met"
        ),
        failed=frozenset(failed),
    )


def _said(timeline: Timeline, phrase: str) -> bool:
    return any(
        match.sure
        for said in timeline.utterances
        for match in phrases.find_phrase(
            said.words or spread(said.text, said.start, said.end), phrase, SIMILARITY
        )
    )


def failed_criteria(score: Mapping[str, Any] | None) -> frozenset[str]:
    """Ids of the criteria that a stored ``Score`` found not met."""
    results = (score or {}).get("results", ())
    return frozenset(str(each["id"]) for each in results if each.get("outcome") == "not_met")
