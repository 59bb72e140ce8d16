"""From marks as they were given to the figures of raters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.rater_answers import Trouble
from app.calibration.rater_scores import (
    ScoreRow,
    consistency,
    drifts,
    first_hearings,
    severity,
)

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def row(
    rater: int, recording: int, criterion: str, value: float, *, day: int = 0, occasion: str = "a"
) -> ScoreRow:
    """A mark on a scale from 1 to 5."""
    at = DAY + timedelta(days=day)
    return ScoreRow(rater, recording, criterion, value, (value - 1) / 4, at, occasion)


def test_who_gives_a_point_less_everywhere_is_stricter_by_half_of_it() -> None:
    rows = [
        row(rater, recording, each, 3 + recording % 2 - (rater == 2))
        for rater in (1, 2)
        for recording in range(6)
        for each in ("greets", "closes")
    ]
    found = severity(rows)
    assert found.raters == (1, 2)
    first, second = (each.severity for each in found.additive.raters)
    assert first
    assert second
    # One point of four is 25 of 100; severities sum to zero.
    assert first.value == pytest.approx(-12.5)
    assert second.value == pytest.approx(12.5)


def test_another_choice_of_criteria_makes_nobody_strict() -> None:
    """Rater 2 was asked the hard question too; only what both answered counts."""
    rows = [row(1, recording, "easy", 5) for recording in range(3)]
    for recording in range(3):
        rows += [row(2, recording, "easy", 5), row(2, recording, "hard", 1)]
    found = severity(rows)
    assert found.additive.trouble is Trouble.ALL_EQUAL
    assert all(each.observed == pytest.approx(100) for each in found.additive.units)


def test_drift_is_told_against_what_was_certified_before_the_others() -> None:
    rows = [row(1, n, "greets", 5, day=n) for n in range(4)]
    rows += [row(2, n, "greets", 3, day=n) for n in range(4)]
    by_others = drifts(rows, {})[1]
    assert [each.difference for each in by_others.chart.points] == pytest.approx([50] * 4)
    by_gold = drifts(rows, {(n, "greets"): 1.0 for n in range(4)})[1]
    assert [each.difference for each in by_gold.chart.points] == pytest.approx([0] * 4)
    assert by_gold.recordings == (0, 1, 2, 3)


def test_without_anybody_to_compare_with_there_is_no_chart() -> None:
    alone = drifts([row(1, 1, "greets", 5)], {})[1]
    assert alone.chart.trouble is Trouble.NOTHING_RATED


def test_the_same_twice_is_consistent() -> None:
    rows = [
        row(rater, n, "greets", 1 + (n + rater) % 5, day=day, occasion=str(day))
        for rater in (1, 2)
        for n in range(6)
        for day in (0, 30)
    ]
    found = consistency(rows)
    assert found.gauge.repeatability is not None
    assert found.gauge.repeatability.variance == pytest.approx(0)
    assert [each.within.estimate for each in found.answers.raters] == [1.0, 1.0]


def test_nobody_heard_anything_twice() -> None:
    found = consistency([row(1, 1, "greets", 5), row(2, 1, "greets", 4)])
    assert found.gauge.trouble is Trouble.NOTHING_RATED
    assert found.raters == ()


marks = st.builds(
    row,
    st.integers(1, 4),
    st.integers(1, 5),
    st.sampled_from(["greets", "asks", "closes"]),
    st.integers(1, 5).map(float),
    day=st.integers(0, 40),
    occasion=st.sampled_from(["a", "b"]),
)


@given(st.lists(marks, unique_by=lambda r: (r.rater, r.recording, r.criterion, r.occasion)))
def test_the_order_of_rows_says_nothing(rows: list[ScoreRow]) -> None:
    assert set(first_hearings(rows)) == set(first_hearings(rows[::-1]))
    forwards, back = severity(rows), severity(rows[::-1])
    assert forwards.raters == back.raters
    for one, other in zip(forwards.additive.raters, back.additive.raters, strict=True):
        assert (one.severity is None) == (other.severity is None)
        if one.severity and other.severity:
            assert one.severity.value == pytest.approx(other.severity.value, abs=1e-9)
    consistency(rows)
    assert tuple(drifts(rows, {})) == forwards.raters
