"""Replaying a stored day gives the same records; how to store them anew is in ``golden_days``."""

from __future__ import annotations

import pytest

from sim.centre import simulate
from tests.sim import laws
from tests.sim.golden_days import DAYS, FOLDER, written


@pytest.mark.parametrize("name", DAYS)
def test_a_stored_day_is_the_same_again(name: str) -> None:
    plan = DAYS[name]()
    records = simulate(plan)
    laws.check(plan, records)
    stored = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    # The table first, since it shows where a run began to differ.
    now = written(plan, records).splitlines()
    assert now[1:] == stored[1:]
    assert now[0] == stored[0]
    assert records.same_as(simulate(plan))


def test_every_stored_day_has_a_plan() -> None:
    assert {file.stem for file in FOLDER.glob("*.csv")} == set(DAYS)
