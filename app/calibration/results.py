"""What the Check of a session shows one person: marks, statistics, gaps, what is over the target.

Nothing is in it that ``blind`` keeps from the viewer. Pure; names and sentences come later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.calibration.act import Consensus, Resolution
from app.calibration.blind import sheets_for
from app.calibration.check import CriterionCheck, Standing, Why, check
from app.calibration.gaps import Against, Gaps, Lean, anchor, gaps
from app.calibration.leaning import Leaning, leaning
from app.calibration.session_figures import CriterionFigures, SessionFigures
from app.calibration.session_plan import PlannedCriterion
from app.calibration.session_state import Phase, SessionState, Sheet, SheetKey
from app.calibration.session_tables import Floats, Table
from app.calibration.statistics import is_paradox
from app.quality.answers import Answer, Left

MOST_OF_IT = 0.6
"""The share of all that lies apart which is called most of it."""


@dataclass(frozen=True, slots=True)
class ShownMark:
    """One mark as it may be seen. ``apart``: from the anchor, a share of the scale's width."""

    rater: int
    answer: Answer
    comment: str
    seconds: tuple[float, ...]
    apart: float | None = None


@dataclass(frozen=True, slots=True)
class CallMarks:
    """The marks of one criterion on one recording. ``number``: the how-manieth of the plan.

    ``anchor``: the point the marks are held against, None where there is none. ``widest``:
    between the two marks furthest apart, a share of the scale. ``split``: some say that it does
    not apply, others gave it a mark. ``late``: whose mark is missing.
    """

    recording: int
    number: int
    marks: tuple[ShownMark, ...]
    reference: ShownMark | None
    agreed: Answer | None
    anchor: float | None
    widest: float | None
    split: bool
    late: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """Of one criterion; ``calls`` are ordered by how far their marks lie apart, widest first.

    ``burden``: its part of all that lies apart in this session, 0..1. ``raters``: how each lies
    from the anchor. ``near``: the share of ``pairs`` that agree.
    """

    planned: PlannedCriterion
    round: int
    standing: Standing
    why: tuple[Why, ...]
    figures: CriterionFigures
    paradox: bool
    calls: tuple[CallMarks, ...]
    against: Against
    lean: Lean
    raters: tuple[tuple[int, Lean], ...]
    near: float | None
    pairs: int
    burden: float
    resolution: Resolution | None

    @property
    def id(self) -> str:
        return self.planned.id

    @property
    def apart(self) -> float:
        return self.lean.apart or 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """``criteria``: over the threshold first, then unknown, then within; in each what lies
    furthest apart comes first. ``recordings``: those whose marks lie furthest apart first.
    ``hidden``: criteria that are being scored again."""

    criteria: tuple[CriterionResult, ...]
    hidden: tuple[str, ...]
    raters: tuple[tuple[int, Lean], ...]
    recordings: tuple[tuple[int, Lean], ...]
    figures: SessionFigures
    leaning: Leaning

    def standing(self, which: Standing) -> tuple[CriterionResult, ...]:
        return tuple(each for each in self.criteria if each.standing is which)

    @property
    def main_causes(self) -> tuple[CriterionResult, ...]:
        """The fewest criteria over the threshold that carry most of what lies apart, the heaviest
        first; empty when they carry less, or when it takes more than half of all criteria."""
        heaviest = sorted(self.standing(Standing.OVER), key=lambda each: -each.burden)
        carried = 0.0
        for count, each in enumerate(heaviest, 1):
            carried += each.burden
            if carried >= MOST_OF_IT:
                few = count <= max(1, len(self.criteria) // 2)
                return tuple(heaviest[:count]) if few else ()
        return ()


ORDER = (Standing.OVER, Standing.UNKNOWN, Standing.WITHIN)


def results_for(state: SessionState, viewer: int, figures: SessionFigures) -> Results:
    """What this person may see of the compared marks; a stranger sees no mark at all.

    Criteria that are being scored a second time are left out, since their first marks are
    hidden meanwhile. At least one round must be closed.
    """
    hidden = state.criteria if state.phase is Phase.DO else ()
    checks = [
        each
        for each in check(state, statistics=lambda criterion: ())
        if each.table.criterion.id not in hidden
    ]
    if not checks:
        return Results((), hidden, (), (), figures, Leaning((), 0.0))
    look = _look(state, viewer, checks)
    criteria = [_criterion(look, at, figures.criteria) for at in range(len(checks))]
    recordings = zip(look.gaps.recordings, look.gaps.of_recordings(), strict=True)
    criteria.sort(key=lambda each: (ORDER.index(each.standing), -each.burden, -each.apart))
    return Results(
        tuple(criteria),
        hidden,
        tuple(zip(look.gaps.raters, look.gaps.of_raters(), strict=True)),
        tuple(sorted(recordings, key=lambda each: -(each[1].apart or 0.0))),
        figures,
        leaning(look.gaps),
    )


def majority(call: CallMarks) -> Answer | None:
    """What most chose on this recording; None when two answers are as common, or nobody chose."""
    answers = [each.answer for each in call.marks if each.answer is not Left.NOT_SURE]
    counts = {answer: answers.count(answer) for answer in answers}
    most = [answer for answer, count in counts.items() if count == max(counts.values())]
    return most[0] if len(most) == 1 else None


@dataclass(frozen=True, eq=False)
class _Look:
    """What is worked out once for all criteria; ``anchors`` and ``burdens`` as ``checks``."""

    state: SessionState
    sheets: Mapping[SheetKey, Sheet]
    checks: Sequence[CriterionCheck]
    anchors: Sequence[Floats]
    gaps: Gaps
    burdens: Sequence[float]


def _look(state: SessionState, viewer: int, checks: Sequence[CriterionCheck]) -> _Look:
    tables = [each.table for each in checks]
    anchors = [
        anchor(of, _against(state, of.criterion.id), _consensus(state, of.criterion.id))
        for of in tables
    ]
    found = gaps(tables, anchors)
    return _Look(state, sheets_for(state, viewer), checks, anchors, found, _burdens(tables))


def _against(state: SessionState, criterion: str) -> Against:
    if _consensus(state, criterion):
        return Against.CONSENSUS
    return Against.MIDDLE if state.plan.reference is None else Against.REFERENCE


def _consensus(state: SessionState, criterion: str) -> Consensus | None:
    found = state.resolutions.get(criterion)
    return found if isinstance(found, Consensus) else None


def _burdens(tables: Sequence[Table]) -> list[float]:
    """Each criterion's part of all distances between two marks of one call; "does not apply"
    against a mark counts as the whole scale."""
    sums = [_distance(of) for of in tables]
    total = sum(sums)
    return [each / total if total else 0.0 for each in sums]


def _distance(of: Table) -> float:
    apart = np.abs(of.values[:, :, None] - of.values[:, None, :]) / of.criterion.width
    if of.criterion.level == "nominal":
        apart = np.where(np.isnan(apart), np.nan, apart > 0)
    marked = ~np.isnan(of.values)
    split = (of.not_applicable.sum(axis=1) * marked.sum(axis=1)).sum()
    return float(np.nansum(apart) / 2 + split)


def _criterion(look: _Look, at: int, figures: Mapping[str, CriterionFigures]) -> CriterionResult:
    checked, of = look.checks[at], look.checks[at].table
    name, here = of.criterion.id, slice(at, at + 1)
    mine, found = figures[name], look.gaps
    one = Gaps((name,), of.recordings, of.raters, found.signed[here], found.apart[here])
    calls = [_call(look, at, row) for row in range(len(of.recordings))]
    calls.sort(key=lambda each: (not each.split, -(each.widest or 0.0)))
    return CriterionResult(
        planned=of.criterion,
        round=of.round,
        standing=checked.standing,
        why=checked.why,
        figures=mine,
        paradox=is_paradox(mine.percent, mine.alpha),
        calls=tuple(calls),
        against=_against(look.state, name),
        lean=one.of_criteria()[0],
        raters=tuple(zip(of.raters, one.of_raters(), strict=True)),
        near=checked.near,
        pairs=checked.pairs,
        burden=look.burdens[at],
        resolution=look.state.resolutions.get(name),
    )


def _call(look: _Look, at: int, row: int) -> CallMarks:
    of, plan = look.checks[at].table, look.state.plan
    name, recording = of.criterion.id, of.recordings[row]
    apart = look.gaps.apart[at, row]
    marks = [
        _shown(look.sheets.get(SheetKey(of.round, rater, recording)), rater, name, gap)
        for rater, gap in zip(of.raters, apart.tolist(), strict=True)
    ]
    reference = None
    if plan.reference is not None:
        sheet = look.sheets.get(SheetKey(of.round, plan.reference, recording))
        reference = _shown(sheet, plan.reference, name)
    consensus = _consensus(look.state, name)
    return CallMarks(
        recording=recording,
        number=row + 1,
        marks=tuple(each for each in marks if each is not None),
        reference=reference,
        agreed=consensus.answer(recording) if consensus else None,
        anchor=_known(float(look.anchors[at][row])),
        widest=_known(float(look.checks[at].widest[row]) / of.criterion.width),
        split=bool(of.not_applicable[row].any() and not np.isnan(of.values[row]).all()),
        late=tuple(of.raters[column] for column in np.flatnonzero(of.missing[row])),
    )


def _shown(
    sheet: Sheet | None, rater: int, criterion: str, apart: float = math.nan
) -> ShownMark | None:
    """Only of sheets that were handed in: one's own unfinished marks are compared with nobody's."""
    mark = sheet.marks.get(criterion) if sheet and sheet.submitted else None
    if mark is None:
        return None
    return ShownMark(rater, mark.answer, mark.comment, mark.seconds, _known(apart))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
