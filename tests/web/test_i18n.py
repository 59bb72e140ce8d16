"""Durations, numbers and times as the reader is used to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Person
from app.i18n import ago, choose_timezone, duration, number, percent
from tests.conftest import START


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (7.4, "0:07"),
        (247, "4:07"),
        (3599.6, "1:00:00"),
        (3847, "1:04:07"),
        (-61, "-1:01"),
        (-0.2, "0:00"),
        (timedelta(minutes=2), "2:00"),
        (None, "–"),
    ],
)
def test_duration(seconds: float | timedelta | None, shown: str) -> None:
    assert duration(seconds) == shown


@given(st.integers(0, 10**6))
def test_a_duration_reads_back(seconds: int) -> None:
    total = 0
    for part in duration(seconds).split(":"):
        total = total * 60 + int(part)
    assert total == seconds


def test_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context():
        assert number(12345.678, 1) == "12,345.7"
        assert number(None) == percent(None) == "–"
        assert percent(0.826) == "83%"
        assert percent(0.826, 1) == "82.6%"
        shown = ago(START - timedelta(hours=3))
        assert "3 hours ago" in shown
        assert 'datetime="2026-03-02T06:00:00+00:00"' in shown
        assert 'title="Mar 2, 2026, 6:00:00' in shown
        assert "just now" in ago(START)
        assert "never" in ago(None)
    with app.test_request_context():
        g.person = Person(locale="ru", timezone="Asia/Tehran")
        assert number(1234) == "1\xa0234"
        assert choose_timezone() == "Asia/Tehran"
    with app.test_request_context():
        g.person = Person(locale="", timezone="No/Where")
        assert choose_timezone() == "UTC"
    with app.test_request_context(headers={"Accept-Language": "fa, en;q=0.5"}):
        assert number(1234) == "1,234"  # the Persian texts are not whole yet
