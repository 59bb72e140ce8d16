"""What the pages of Check, the change and the minutes show, put together from a ``Look``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.calibration import check_words as words
from app.calibration import store
from app.calibration.change import Change, Comparison, compare
from app.calibration.check import Standing
from app.calibration.checking import Look
from app.calibration.pictures import (
    AgreementPicture,
    ChangePicture,
    DotPicture,
    agreement_picture,
    change_picture,
    dot_picture,
)
from app.calibration.results import CriterionResult
from app.calibration.session_events import ActOpened, SecondRoundOpened
from app.calibration.session_figures import alpha
from app.calibration.session_rules import possible
from app.calibration.session_state import MOST_ROUNDS, Phase, SessionState
from app.calibration.statistics import Agreement
from app.quality.cards import service as cards
from app.quality.text import Text

SHOWN_WHOLE = 4
"""Criteria whose marks are on the page at once, the worst ones; the others are a click away."""
ALL = "all"
TONES = {
    Standing.OVER: ("warn", "exclamation-triangle"),
    Standing.WITHIN: ("good", "check-lg"),
    Standing.UNKNOWN: ("", "question-lg"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion on the page; ``dots`` None: its marks are a click away."""

    result: CriterionResult
    title: str
    label: Text
    tone: str
    shape: str
    line: AgreementPicture
    dots: DotPicture | None
    statistics: tuple[tuple[str, Agreement], ...]


def page(look: Look, show: Sequence[str]) -> dict[str, Any]:
    """For ``check.html``. ``show``: further criteria whose marks are shown; "all" for all."""
    results, state = look.results, look.state
    over = results.standing(Standing.OVER)
    whole = {each.id for each in (over or results.criteria)[:SHOWN_WHOLE]} | set(show)
    parts = [_part(look, each, each.id in whole or ALL in show) for each in results.criteria]
    may = possible(state, look.viewer.id)
    overall = results.figures.overall
    hidden = bool(results.hidden)
    return {
        "look": look,
        "words": words,
        "parts": parts,
        "headline": words.headline(results, look.title, look.people.__getitem__),
        # Of all criteria, so not while some are scored again.
        "overall": None if hidden else overall,
        "overall_line": agreement_picture(overall, state.plan.target) if overall else None,
        "counts": {each: len(results.standing(each)) for each in Standing},
        "tones": TONES,
        "twice": [each for each in parts if each.result.figures.first],
        "again": over if SecondRoundOpened in may and state.round < MOST_ROUNDS else (),
        "may_go_on": ActOpened in may,
        "opened": list(show),
        "late": _late(look),
        "all_shown": all(each.dots for each in parts),
    }


def _part(look: Look, result: CriterionResult, whole: bool) -> Part:
    tone, shape = TONES[result.standing]
    figures = result.figures
    rows = [("alpha", figures.alpha), ("percent", figures.percent), ("gwet", figures.gwet)]
    if figures.icc is not None:
        rows.append(("icc", figures.icc))
    return Part(
        result,
        look.title(result.id),
        words.judged(result, look.state.plan.target),
        tone,
        shape,
        agreement_picture(figures.alpha, look.state.plan.target, figures.first),
        dot_picture(result, look.initials.__getitem__) if whole else None,
        tuple(rows),
    )


def _late(look: Look) -> str:
    """Whose marks are missing on which calls, by name."""
    missing: dict[int, dict[int, None]] = {}
    for result in look.results.criteria:
        for call in result.calls:
            for rater in call.late:
                missing.setdefault(rater, {})[call.recording] = None
    return "; ".join(
        f"{look.people[rater]} ({', '.join(look.calls[each] for each in calls)})"
        for rater, calls in missing.items()
    )


@dataclass(frozen=True, slots=True)
class MarkedHere:
    """A mark on the call that is listened to."""

    criterion: str
    who: str
    answer: str
    comment: str
    seconds: tuple[float, ...]


def marked_in(look: Look, recording: int) -> list[tuple[str, list[MarkedHere]]]:
    """The marks on one call, by criterion (its title), in the card's order."""
    order = look.state.plan.criterion_ids
    found = []
    for result in sorted(look.results.criteria, key=lambda each: order.index(each.id)):
        call = next(each for each in result.calls if each.recording == recording)
        marks = [*call.marks, *([call.reference] if call.reference else [])]
        shown = [
            MarkedHere(
                result.id,
                look.people[mark.rater],
                look.answer(result.id, mark.answer),
                mark.comment,
                mark.seconds,
            )
            for mark in marks
        ]
        found.append((look.title(result.id), shown))
    return found


@dataclass(frozen=True, slots=True)
class ChangeRow:
    title: str
    change: Change
    picture: ChangePicture


def change_page(look: Look) -> dict[str, Any]:
    """For ``change.html``; ``comparison`` is None for a session that follows none, or follows
    one that was never compared."""
    before = _followed(look)
    found = _compared(before, look.state) if before else None
    rows = [
        ChangeRow(look.title(name), each, change_picture(each))
        for name, each in (found.changes if found else ())
        if name not in look.results.hidden
    ]
    overall = found.overall if found and not look.results.hidden else None
    return {
        "look": look,
        "words": words,
        "before": before,
        "card_before": cards.version(int(before.plan.card_version)) if before else None,
        "comparison": found,
        "rows": rows,
        "overall": ChangeRow("", overall, change_picture(overall)) if overall else None,
        "not_compared": [look.title(each) for each in found.not_compared] if found else [],
        "left_out": _left_out(before, look.state) if before else 0,
    }


def _followed(look: Look) -> SessionState | None:
    """The session before this one, once both were compared."""
    follows = look.state.plan.follows
    if follows is None:
        return None
    before = store.load(follows)
    return before if before.checked else None


def _compared(before: SessionState, after: SessionState) -> Comparison:
    return compare(before, after, alpha)


def _left_out(before: SessionState, after: SessionState) -> int:
    """Recordings of this session that were not in the one before."""
    return len(set(after.plan.recordings) - set(before.plan.recordings))


def minutes_page(look: Look) -> dict[str, Any]:
    """For ``minutes.html``."""
    order = look.state.plan.criterion_ids
    by_id = {each.id: each for each in look.results.criteria}
    return {
        "look": look,
        "words": words,
        "results": [by_id[each] for each in order if each in by_id],
        "headline": words.headline(look.results, look.title, look.people.__getitem__),
        "tones": TONES,
        "open": [each for each in look.state.over if each not in look.state.resolutions],
        "closed": look.state.phase is Phase.CLOSED,
    }
