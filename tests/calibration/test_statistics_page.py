"""The figures on the page are those of its example."""

from __future__ import annotations

import re

import pytest

from app.calibration import agreement, check_words
from app.calibration.statistics import (
    Word,
    fleiss_kappa,
    gwet_ac,
    icc,
    in_words,
    krippendorff_alpha,
    percent_agreement,
)
from app.calibration.verdict import BANDS
from app.config import REPOSITORY
from app.quality.text import in_english

PAGE = (REPOSITORY / "docs" / "calibration.md").read_text(encoding="utf-8")


def example() -> list[list[float]]:
    found = re.search(r"```scores\n.*\n((?:\d.*\n)+)```", PAGE)
    assert found
    rows = [row.split()[1:] for row in found[1].splitlines()]
    return [[float("nan") if cell == "-" else float(cell) for cell in row] for row in rows]


def in_the_table(name: str) -> float:
    found = re.search(rf"^\|.*\| {re.escape(name)}.*\| ([\d.]+)( %)? \|$", PAGE, re.MULTILINE)
    assert found, name
    return float(found[1]) / (100 if found[2] else 1)


def test_every_figure_of_the_example() -> None:
    scores = example()
    told = {
        "percent agreement": percent_agreement(scores),
        "Krippendorff's alpha": krippendorff_alpha(scores, "ordinal"),
        "Gwet's AC2": gwet_ac(scores, "quadratic", scale=range(1, 6)),
        "Fleiss' kappa": fleiss_kappa(scores),
        "intraclass correlation, ICC(2,1)": icc(scores, "2,1"),
        "ICC(2,k)": icc(scores, "2,k"),
    }
    for name, found in told.items():
        assert found.estimate == pytest.approx(in_the_table(name), abs=5e-3), name
    as_names = krippendorff_alpha(scores, "nominal").estimate
    assert f"the example's alpha is {as_names:.2f}" in PAGE


def test_the_verdict_of_the_example() -> None:
    found = krippendorff_alpha(example(), "ordinal")
    verdict = in_words(found)
    assert verdict.interval is not None
    said = in_english(check_words.verdict(found)).partition(" (")[0]
    assert (
        f"**{said}** (α {verdict.estimate:.2f}, likely between "
        f"{verdict.interval.low:.2f} and {verdict.interval.high:.2f}; "
        f"{verdict.units} calls, {verdict.raters} raters"
    ) in PAGE
    assert (verdict.more, verdict.low_word, verdict.high_word) == (4, Word.POOR, Word.GOOD)


def test_limits_are_those_of_the_program() -> None:
    for least, word in BANDS:
        assert f"{least:.2f}" in PAGE
        assert f"*{word}*" in PAGE
    assert f"fewer than {agreement.MIN_UNITS} calls" in PAGE
    assert f"wider than {agreement.SURE_WIDTH}" in PAGE
