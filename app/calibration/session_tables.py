"""The marks of one criterion as a table, recordings × raters: what statistics are computed of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.calibration.blind import compared
from app.calibration.session_plan import PlannedCriterion
from app.calibration.session_state import SessionState, Sheet, SheetKey
from app.quality.answers import Answer, Left

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Table:
    """One criterion in one round; rows are ``recordings``, columns ``raters``, in the plan's order.

    ``values``: (recordings, raters), NaN where there is no point on the scale. Why there is
    none is kept apart: ``not_applicable`` and ``not_sure`` are answers, ``missing`` is none.
    ``reference``: (recordings,), the reference scorer's, who is no column.
    """

    criterion: PlannedCriterion
    round: int
    recordings: tuple[int, ...]
    raters: tuple[int, ...]
    answers: tuple[tuple[Answer | None, ...], ...]
    values: Floats
    not_applicable: Flags
    not_sure: Flags
    reference: Floats

    @property
    def missing(self) -> Flags:
        """Nothing was handed in."""
        flags: Flags = np.isnan(self.values) & ~self.not_applicable & ~self.not_sure
        return flags

    def late(self) -> tuple[tuple[int, int], ...]:
        """The missing marks by name: recording and rater."""
        return tuple(
            (self.recordings[row], self.raters[column]) for row, column in np.argwhere(self.missing)
        )


def last_round(state: SessionState, criterion: str) -> int:
    """The last round that was closed and in which this criterion was scored; 0 for none yet."""
    if state.checked == state.round and criterion not in state.criteria:
        return min(state.checked, 1)
    return state.checked


def table(state: SessionState, criterion: str, round_: int | None = None) -> Table:
    """What was handed in for a criterion, of its last round unless another is named.

    Only of rounds that were closed: before, a table is empty. KeyError for a criterion that is
    not in the plan.
    """
    planned = state.plan.criterion(criterion)
    which = last_round(state, criterion) if round_ is None else round_
    sheets = compared(state)
    plan = state.plan
    answers = tuple(
        tuple(
            _answer(sheets, SheetKey(which, rater, recording), criterion) for rater in plan.raters
        )
        for recording in plan.recordings
    )
    by_reference = tuple(
        None
        if plan.reference is None
        else _answer(sheets, SheetKey(which, plan.reference, recording), criterion)
        for recording in plan.recordings
    )
    shape = (len(plan.recordings), len(plan.raters))
    return Table(
        planned,
        which,
        plan.recordings,
        plan.raters,
        answers,
        _values(answers).reshape(shape),
        _are(answers, Left.NOT_APPLICABLE).reshape(shape),
        _are(answers, Left.NOT_SURE).reshape(shape),
        _values((by_reference,))[0],
    )


def tables(state: SessionState) -> tuple[Table, ...]:
    """Every criterion's table of its last round, in the plan's order."""
    return tuple(table(state, criterion) for criterion in state.plan.criterion_ids)


def _answer(sheets: Mapping[SheetKey, Sheet], key: SheetKey, criterion: str) -> Answer | None:
    sheet = sheets.get(key)
    mark = sheet.marks.get(criterion) if sheet else None
    return mark.answer if mark else None


def _values(answers: tuple[tuple[Answer | None, ...], ...]) -> Floats:
    return np.array(
        [
            [np.nan if each is None or isinstance(each, Left) else each for each in row]
            for row in answers
        ],
        dtype=float,
    )


def _are(answers: tuple[tuple[Answer | None, ...], ...], left: Left) -> Flags:
    return np.array([[each is left for each in row] for row in answers], dtype=bool)
