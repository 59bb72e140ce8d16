"""The figures a supervisor reads in docs/raters.md are what the product computes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.calibration.raters import certification, rater_severity
from app.config import REPOSITORY

PAGE = (REPOSITORY / "docs" / "raters.md").read_text(encoding="utf-8")


def test_severities_and_fair_averages() -> None:
    lines = re.findall(r"^\| \d+ \|(.*)\|$", PAGE, re.MULTILINE)
    scores = [[float(cell) if cell.strip() else np.nan for cell in row.split("|")] for row in lines]
    result = rater_severity(scores)
    printed = re.findall(r"^(?:Ana|Bea|Cem|Dana) .*?(-?\d\.\d\d)$", PAGE, re.MULTILINE)
    found = [each.severity.value for each in result.raters if each.severity]
    assert [float(each) for each in printed] == pytest.approx(found, abs=5e-3)
    for unit, observed, fair in ((2, "4.67", "4.40"), (1, "2.67", "2.90")):
        one = result.units[unit]
        assert one.fair is not None
        assert (f"{one.observed:.2f}", f"{one.fair.value:.2f}") == (observed, fair)
        assert observed in PAGE
        assert fair in PAGE


def test_the_calls_still_needed() -> None:
    own = np.ones((7, 1))
    own[0] = 0
    more = certification(own, np.ones((7, 1))).more_calls
    assert "6 of 7 right" in PAGE
    assert f"{more} more calls" in PAGE
