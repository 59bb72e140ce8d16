"""Scoring: a mark is set, changed, handed in. What was handed in stays as it is."""

from __future__ import annotations

import math
from dataclasses import replace

from app.calibration import session_events as happen
from app.calibration.session_checks import check_answer, check_length, check_recording, having
from app.calibration.session_errors import MarkConflict, NotNow, WrongInput
from app.calibration.session_state import Mark, SessionState, Sheet, SheetKey, sheet_of
from app.quality.text import N_, text


def mark(state: SessionState, event: happen.Marked) -> SessionState:
    _check_mark(state, event)
    sheet = _open_sheet(state, event.by, event.recording)
    stored = sheet.marks.get(event.criterion)
    version = stored.version if stored else 0
    sent = Mark(event.answer, event.comment, event.seconds, event.at, event.saw + 1)
    if event.saw != version:
        # Sent once more after a lost connection: it is stored already.
        if stored and replace(stored, at=sent.at) == sent:
            return state
        raise MarkConflict(stored, sent)
    return _with_sheet(state, event.by, event.recording, _marked(sheet, event.criterion, sent))


def _check_mark(state: SessionState, event: happen.Marked) -> None:
    check_recording(state, event.recording)
    if event.criterion not in state.criteria:
        words = text(N_("{criterion} is not scored in this round."), criterion=event.criterion)
        raise WrongInput(words, field="criterion")
    check_answer(state, event.criterion, event.answer, "answer")
    check_length(event.comment, "comment")
    if not all(math.isfinite(second) and second >= 0 for second in event.seconds):
        words = text(N_("The seconds of a recording begin at 0."))
        raise WrongInput(words, field="seconds")


def submit(state: SessionState, event: happen.Submitted) -> SessionState:
    check_recording(state, event.recording)
    sheet = sheet_of(state, event.by, event.recording)
    if sheet.submitted:
        return state
    lacking = [criterion for criterion in state.criteria if criterion not in sheet.marks]
    if lacking:
        words = text(
            N_("Still without a mark: {names}. “Not sure” and “does not apply” are marks too."),
            names=", ".join(lacking),
        )
        raise WrongInput(words, field="criterion")
    return _with_sheet(state, event.by, event.recording, replace(sheet, submitted=event.at))


def _open_sheet(state: SessionState, rater: int, recording: int) -> Sheet:
    sheet = sheet_of(state, rater, recording)
    if sheet.submitted:
        raise NotNow(text(N_("You have handed in this recording, so its marks stay as they are.")))
    return sheet


def _marked(sheet: Sheet, criterion: str, mark: Mark) -> Sheet:
    return replace(sheet, marks=having(sheet.marks, criterion, mark))


def _with_sheet(state: SessionState, rater: int, recording: int, sheet: Sheet) -> SessionState:
    key = SheetKey(state.round, rater, recording)
    return replace(state, sheets=having(state.sheets, key, sheet))
