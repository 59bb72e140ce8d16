"""Days that are alike have one name together."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from sim import plan_file
from sim.report.alike import alike

MONDAY = datetime.date(2026, 6, 15)


def names(figures: str, date: datetime.date | None = None) -> list[str]:
    """Of days with one figure each."""
    plan = dataclasses.replace(
        plan_file.loads(plan_file.example("small")), days=len(figures), date=date
    )
    return [one.name for one in alike(plan, np.array([[float(one)] for one in figures]))]


@pytest.mark.parametrize(
    ("figures", "date", "said"),
    [
        ("1", None, ["day 1"]),
        ("12", None, ["day 1", "day 2"]),
        ("111", None, ["every day"]),
        ("1121112", None, ["days 1, 2 and 4–6", "days 3 and 7"]),
        ("112", MONDAY, ["Mon 15 Jun and Tue 16 Jun", "Wed 17 Jun"]),
        ("1111122", MONDAY, ["Mon–Fri", "Sat and Sun"]),
        ("11111231111123", MONDAY, ["Mon–Fri", "Sat", "Sun"]),
        ("1111123", MONDAY, ["Mon–Fri", "Sat 20 Jun", "Sun 21 Jun"]),
        # One Friday is another: it is no longer every Friday.
        ("1111122" "1111322", MONDAY, None),
    ],
)  # fmt: skip
def test_days_are_called_by_what_they_share(figures, date, said) -> None:
    found = names(figures, date)
    if said is None:
        assert found == [
            "Mon 15 Jun–Fri 19 Jun and Mon 22 Jun–Thu 25 Jun",
            "Sat and Sun",
            "Fri 26 Jun",
        ]
    else:
        assert found == said


def test_days_that_differ_by_the_dust_of_sums_are_alike() -> None:
    plan = dataclasses.replace(plan_file.loads(plan_file.example("small")), days=3)
    (one,) = alike(plan, np.array([[0.0, np.nan], [-0.0, np.nan], [1e-12, np.nan]]))
    assert one.days == (0, 1, 2)
