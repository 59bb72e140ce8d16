"""When something is due that is counted in working days. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

SATURDAY = 5


def after(start: datetime, days: int) -> datetime:
    """The same time of day, ``days`` working days (Monday to Friday) on."""
    due, left = start, days
    while left > 0:
        due += timedelta(days=1)
        if due.weekday() < SATURDAY:
            left -= 1
    return due
