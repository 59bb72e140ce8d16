"""Figures as they were printed, to the digits that were printed."""

from __future__ import annotations

import numpy as np
import pytest

from app.calibration.ratings import Floats
from app.calibration.statistics import (
    Form,
    Level,
    Sampling,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    icc,
    is_paradox,
    krippendorff_alpha,
    percent_agreement,
)

N = float("nan")
NO_DRAWS = Sampling(draws=0)

# Krippendorff 2011, Computing Krippendorff's alpha-reliability, section C: 12 units, 4 observers.
# Gwet's R package irrCAC has the same table as cac.raw4raters.
FOUR_OBSERVERS = np.array(
    [
        [1, 1, N, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [N, 5, 5, 5],
        [N, N, 1, 1],
        [N, 3, N, N],
    ]
)
# Shrout & Fleiss 1979, table 2: 6 targets, 4 judges.
FOUR_JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
""".split()


def from_counts(rows: list[str]) -> Floats:
    """Each row: how many raters chose each category, one digit each."""
    return np.array(
        [[c for c, many in enumerate(row) for _ in range(int(many))] for row in rows], float
    )


def from_table(table: list[list[int]]) -> Floats:
    """Units × 2 from a square table of counts, the first rater's scores down."""
    cells = [((i, j), many) for i, row in enumerate(table) for j, many in enumerate(row)]
    return np.array([cell for cell, many in cells for _ in range(many)], float)


@pytest.mark.parametrize(
    ("level", "printed"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_krippendorff_2011_with_missing_data(level: Level, printed: float) -> None:
    found = krippendorff_alpha(FOUR_OBSERVERS, level, sampling=NO_DRAWS)
    assert found.estimate == pytest.approx(printed, abs=5e-4)
    assert (found.units, found.raters, found.missing) == (11, 4, 7)


def test_krippendorff_2011_two_observers() -> None:
    binary = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], float)
    letters = np.array([[ord(c) for c in "aabbdcccedda"], [ord(c) for c in "babbbccceddd"]])
    sections = [(binary, 0.095), (letters, 0.692)]
    for table, printed in sections:
        found = krippendorff_alpha(table.T, "nominal", sampling=NO_DRAWS)
        assert found.estimate == pytest.approx(printed, abs=5e-4)


def test_fleiss_1971() -> None:
    found = fleiss_kappa(from_counts(DIAGNOSES), sampling=NO_DRAWS)
    assert found.estimate == pytest.approx(0.430, abs=5e-4)
    # Its observed agreement (p. 380).
    shared = percent_agreement(from_counts(DIAGNOSES), sampling=NO_DRAWS)
    assert shared.estimate == pytest.approx(0.5556, abs=5e-4)


def test_fleiss_cohen_everitt_1969() -> None:
    """Psychological Bulletin 72, 323-327, table 1: kappa .429 of 200 subjects."""
    a, b = from_table([[106, 10, 4], [22, 28, 10], [2, 12, 6]]).T
    assert cohen_kappa(a, b, sampling=NO_DRAWS).estimate == pytest.approx(0.429, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "shared", "kappa"),
    [
        ([[40, 9], [6, 45]], 0.85, 0.70),
        ([[80, 10], [5, 5]], 0.85, 0.32),
        ([[45, 15], [25, 15]], 0.60, 0.13),
        ([[25, 35], [5, 35]], 0.60, 0.26),
    ],
)
def test_feinstein_and_cicchetti_1990(table: list[list[int]], shared: float, kappa: float) -> None:
    """J. Clinical Epidemiology 43, 543-549: the same agreement, quite another kappa."""
    ratings = from_table(table)
    assert percent_agreement(ratings, sampling=NO_DRAWS).estimate == pytest.approx(shared)
    found = cohen_kappa(*ratings.T, sampling=NO_DRAWS)
    assert found.estimate == pytest.approx(kappa, abs=6e-3)


def test_gwet_2002_the_paradox() -> None:
    """Kappa statistic is not satisfactory…: 94 % agreement, kappa below zero, AC1 .941."""
    ratings = from_table([[118, 5], [2, 0]])
    shared = percent_agreement(ratings, sampling=NO_DRAWS)
    kappa = cohen_kappa(*ratings.T, sampling=NO_DRAWS)
    ac1 = gwet_ac(ratings, sampling=NO_DRAWS)
    assert shared.estimate == pytest.approx(0.944)
    assert kappa.estimate == pytest.approx(-0.0234, abs=5e-5)
    assert ac1.estimate == pytest.approx(0.9408, abs=5e-5)
    assert is_paradox(shared, kappa)
    assert not is_paradox(shared, ac1)


def test_gwet_2014_two_abstractors() -> None:
    """Handbook of Inter-Rater Reliability, 4th ed.; irrCAC's cont3x3abstractors."""
    ratings = from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    assert cohen_kappa(*ratings.T, sampling=NO_DRAWS).estimate == pytest.approx(0.7964094)
    assert gwet_ac(ratings, sampling=NO_DRAWS).estimate == pytest.approx(0.8493305)


def test_gwet_2014_four_raters_with_missing_scores() -> None:
    """The figures irrCAC prints for cac.raw4raters."""
    assert gwet_ac(FOUR_OBSERVERS, sampling=NO_DRAWS).estimate == pytest.approx(0.77544, abs=5e-6)
    assert fleiss_kappa(FOUR_OBSERVERS, sampling=NO_DRAWS).estimate == pytest.approx(
        0.76117, abs=5e-6
    )
    assert percent_agreement(FOUR_OBSERVERS, sampling=NO_DRAWS).estimate == pytest.approx(0.8181818)


@pytest.mark.parametrize(
    ("form", "printed", "low", "high"),
    [
        ("1,1", 0.17, -0.13, 0.72),
        ("2,1", 0.29, 0.02, 0.76),
        ("3,1", 0.71, 0.34, 0.95),
        ("1,k", 0.44, -0.88, 0.91),
        ("2,k", 0.62, 0.07, 0.93),
        ("3,k", 0.91, 0.68, 0.99),
    ],
)
def test_shrout_and_fleiss_1979(form: Form, printed: float, low: float, high: float) -> None:
    """Their table 4; the limits as R's psych prints them for the same table."""
    found = icc(FOUR_JUDGES, form)
    assert found.estimate == pytest.approx(printed, abs=5e-3)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(low, abs=5e-3)
    assert found.interval.high == pytest.approx(high, abs=5e-3)
    assert (found.units, found.raters, found.missing) == (6, 4, 0)
