"""Gaps as figures: intervals, words, order, trend."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.quality.gaps.figures import (
    ENOUGH,
    By,
    Row,
    State,
    Trend,
    figure,
    interval,
    table,
    trend,
    week_of,
    worst,
)
from app.quality.gaps.wording import percent

MONDAY = date(2026, 3, 2)


def rows(
    shares: list[float], *, agent: int = 1, criterion: str = "greets", **more: int
) -> list[Row]:
    yes_no = set(shares) <= {0.0, 1.0}
    step = more.get("days", 0)
    return [
        Row(n, 1, 1, criterion, agent, 7, MONDAY + timedelta(days=step * n), share, yes_no)
        for n, share in enumerate(shares)
    ]


def test_wilson_as_scipy_has_it() -> None:
    shares = [1.0] * 17 + [0.0] * 7
    known = stats.binomtest(17, 24).proportion_ci(method="wilson")
    assert interval(shares, yes_no=True) == pytest.approx((known.low, known.high), abs=1e-6)


def test_t_as_scipy_has_it() -> None:
    shares = [0.25, 0.5, 0.75, 0.5, 0.5, 1.0, 0.25]
    known = stats.t.interval(0.95, 6, loc=sum(shares) / 7, scale=stats.sem(shares))
    assert interval(shares, yes_no=False) == pytest.approx(known, abs=1e-9)


SHARES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40)


@given(SHARES, st.floats(0, 1))
def test_a_figure_is_of_one_piece(shares: list[float], target: float) -> None:
    found = figure(rows(shares), target)
    assert 0 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= 1
    assert found.low < found.high  # however alike the marks are, few calls are sure of nothing
    assert (found.state is State.FEW) == (len(shares) < ENOUGH)
    if found.state is State.BELOW:
        assert found.high < target
    if found.state is State.MET:
        assert found.gap == 0


@given(SHARES)
def test_more_of_the_same_narrows_the_interval(shares: list[float]) -> None:
    low, high = interval(shares, yes_no=False)
    more_low, more_high = interval(shares * 4, yes_no=False)
    assert more_high - more_low < high - low + 1e-9


def test_too_few_is_no_gap() -> None:
    few = table(rows([0.0] * (ENOUGH - 1)), By.AGENT, lambda _place: 0.9)
    assert few[0].overall.state is State.FEW
    assert worst(few) == []


def test_the_biggest_gap_comes_first_and_too_few_last() -> None:
    lines = table(
        [
            *rows([1.0] * 20, criterion="met"),
            *rows([0.0] * 5, criterion="few"),
            *rows([1.0, 0.0] * 15, criterion="half"),
            *rows([0.0] * 28 + [1.0] * 2, criterion="never"),
        ],
        By.AGENT,
        lambda _place: 0.9,
    )
    assert [line.place[1] for line in lines] == ["never", "half", "met", "few"]
    assert [(cell.place[1], cell.column) for cell in worst(lines)][:2] == [
        ("never", ""),
        ("never", "1"),
    ]


def test_columns_by_agent_team_week_version() -> None:
    some = [*rows([1.0, 0.0], agent=1, days=7), *rows([1.0], agent=2)]
    told = {by: set(table(some, by, lambda _place: 0.9)[0].cells) for by in By}
    assert told == {
        By.AGENT: {"1", "2"},
        By.TEAM: {"7"},
        By.WEEK: {"2026-03-02", "2026-03-09"},
        By.VERSION: {"1"},
    }


def test_somebody_unknown_counts_over_all_only() -> None:
    unknown = Row(1, 1, 1, "greets", None, None, MONDAY, 1.0, True)
    [line] = table([unknown], By.AGENT, lambda _place: 0.9)
    assert (line.cells, line.overall.n) == ({}, 1)


def test_weeks_begin_on_monday() -> None:
    assert {week_of(MONDAY + timedelta(days=n)) for n in range(7)} == {"2026-03-02"}


@pytest.mark.parametrize(
    ("shares", "days", "told"),
    [
        ([0.0] * 8 + [1.0] * 8, 4, Trend.RISING),
        ([1.0] * 8 + [0.0] * 8, 4, Trend.FALLING),
        ([1.0, 0.0] * 8, 4, Trend.STEADY),
        ([1.0] * 16, 4, Trend.STEADY),
        ([0.0] * 8 + [1.0] * 8, 0, Trend.UNKNOWN),
        ([0.0, 1.0], 30, Trend.UNKNOWN),
    ],
)
def test_trend(shares: list[float], days: int, told: Trend) -> None:
    assert trend(rows(shares, days=days)) is told


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0"), (0.001, "<1"), (0.614, "61"), (0.999, ">99"), (1.0, "100")]
)
def test_percent_rounds_nothing_away(share: float, told: str) -> None:
    assert percent(share) == told
