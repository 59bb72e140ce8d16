"""What disputes say in numbers: how many, how many changed a mark, how long they took. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from app.quality.evaluations.models import CHANGED, OPEN, UPHELD, WITHDRAWN

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One dispute, as far as it is counted."""

    criterion: str
    status: str
    opened_at: datetime
    due_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """``changed_share`` is of those decided (upheld or changed), 0..1, None when none is;
    ``median_days`` from opening to decision, None when none is decided."""

    total: int
    open: int
    overdue: int
    upheld: int
    changed: int
    withdrawn: int
    changed_share: float | None
    median_days: float | None


def figures(cases: Sequence[Case], at: datetime) -> Figures:
    by_status = {
        status: [case for case in cases if case.status == status]
        for status in (OPEN, UPHELD, CHANGED, WITHDRAWN)
    }
    decided = [*by_status[UPHELD], *by_status[CHANGED]]
    days = [(case.decided_at - case.opened_at) / DAY for case in decided if case.decided_at]
    return Figures(
        total=len(cases),
        open=len(by_status[OPEN]),
        overdue=sum(case.due_at < at for case in by_status[OPEN]),
        upheld=len(by_status[UPHELD]),
        changed=len(by_status[CHANGED]),
        withdrawn=len(by_status[WITHDRAWN]),
        changed_share=len(by_status[CHANGED]) / len(decided) if decided else None,
        median_days=median(days) if days else None,
    )


def by_criterion(cases: Iterable[Case], at: datetime) -> tuple[tuple[str, Figures], ...]:
    """The same for each criterion, the most disputed first."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.criterion].append(case)
    found = [(name, figures(group, at)) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda each: (-each[1].total, each[0])))
