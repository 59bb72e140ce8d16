"""Who may see what of a session, and when. One rule for everybody, also for whoever leads it.

Marks of others are seen when their round has been closed, and hidden again while the same
criteria are scored a second time. What was never handed in stays its writer's alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.calibration.session_state import (
    Frozen,
    Part,
    Phase,
    SessionState,
    Sheet,
    SheetKey,
    parts,
    sheet_of,
    to_do,
)
from app.quality.text import N_, Text, text


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is, in counts only: recordings handed in, and marks set in the others.

    Shown to the lead by name, also where raters are hidden: she has to know who is late.
    """

    rater: int
    done: int
    of: int
    marks_in_work: int


def sheets_for(state: SessionState, viewer: int) -> Mapping[SheetKey, Sheet]:
    """The sheets as this person may see them; a stranger sees none."""
    if not parts(state.plan, viewer):
        return Frozen({})
    seen = {key: _shown(state, viewer, key, sheet) for key, sheet in state.sheets.items()}
    return Frozen({key: sheet for key, sheet in seen.items() if sheet.marks})


def compared(state: SessionState) -> Mapping[SheetKey, Sheet]:
    """The sheets that Check compares: handed in, of rounds that were closed."""
    return Frozen(
        {
            key: sheet
            for key, sheet in state.sheets.items()
            if sheet.submitted and key.round <= state.checked
        }
    )


def progress_for(state: SessionState, viewer: int) -> tuple[Progress, ...]:
    """Everybody's for whoever leads the session, one's own for whoever scores."""
    lead = Part.HOST in parts(state.plan, viewer)
    return tuple(_progress(state, rater) for rater in state.plan.scorers if lead or rater == viewer)


def agents_named(state: SessionState, viewer: int) -> bool:
    """Whether the agents' names are shown; if hidden, only the lead sees them, from Act on."""
    return _named(state, viewer, state.plan.hide_agents)


def label(state: SessionState, viewer: int, rater: int) -> Text | None:
    """What stands for a scorer's name beside her marks, None when her name may be shown.

    Where the plan hides raters, the lead sees their names from Act on, where coaching is
    proposed. The reference scorer is always called by that.
    """
    if rater == viewer:
        return text(N_("You"))
    if rater == state.plan.reference:
        return text(N_("Reference"))
    if _named(state, viewer, state.plan.hide_raters):
        return None
    return text(N_("Rater {n}"), n=_shuffled(state).index(rater) + 1)


def _shown(state: SessionState, viewer: int, key: SheetKey, sheet: Sheet) -> Sheet:
    if key.rater == viewer:
        return sheet
    if sheet.submitted is None or key.round > state.checked:
        return Sheet()
    if state.phase is not Phase.DO:
        return sheet
    left = {name: mark for name, mark in sheet.marks.items() if name not in state.criteria}
    return replace(sheet, marks=Frozen(left))


def _named(state: SessionState, viewer: int, hidden: bool) -> bool:
    mine = parts(state.plan, viewer)
    if not hidden:
        return bool(mine)
    return Part.HOST in mine and state.phase in (Phase.ACT, Phase.CLOSED)


def _shuffled(state: SessionState) -> list[int]:
    """The raters in an order that tells nothing of the list they were chosen from."""

    def key(rater: int) -> bytes:
        return hashlib.sha256(f"{state.plan.seed} {rater}".encode()).digest()

    return sorted(state.plan.raters, key=key)


def _progress(state: SessionState, rater: int) -> Progress:
    left = to_do(state, rater)
    in_work = sum(len(sheet_of(state, rater, recording).marks) for recording in left)
    total = len(state.plan.recordings)
    return Progress(rater, total - len(left), total, in_work)
