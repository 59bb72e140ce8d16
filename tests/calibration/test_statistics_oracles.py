"""Against other people's programs, on random tables with holes, to 1e-6."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pytest

from app.calibration.agreement import Interval
from app.calibration.intraclass import complete
from app.calibration.pairs import closeness
from app.calibration.ratings import Floats, as_ratings
from app.calibration.statistics import (
    Form,
    Level,
    Sampling,
    Weights,
    bootstrap_interval,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    icc,
    krippendorff_alpha,
    percent,
    percent_agreement,
)

TABLES = 1000
NO_DRAWS = Sampling(draws=0)
FORMS = dict(
    zip(
        ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"),
        get_args(Form),
        strict=True,
    )
)


def tables(many: int = TABLES, *, holes: float = 0.3) -> Iterator[Floats]:
    """Raters who mostly see the same, on scales of two to ten points, with scores missing."""
    rng = np.random.default_rng(20)
    while many:
        units, raters = rng.integers(3, 16), rng.integers(2, 7)
        points = rng.integers(2, 11)
        seen = rng.integers(1, points + 1, size=(units, 1)) + rng.normal(size=(units, raters))
        table = np.clip(np.round(seen), 1, points)
        table[rng.random(table.shape) < rng.uniform(0, holes)] = np.nan
        paired = table[(~np.isnan(table)).sum(axis=1) > 1]
        if len(paired) > 1 and np.nanmin(paired) < np.nanmax(paired):
            many -= 1
            yield table


@pytest.mark.parametrize("level", get_args(Level))
def test_alpha_is_that_of_krippendorff_the_package(level: Level) -> None:
    import krippendorff

    for table in tables():
        found = krippendorff_alpha(table, level, sampling=NO_DRAWS).estimate
        oracle = krippendorff.alpha(table.T, level_of_measurement=level)
        assert found == pytest.approx(oracle, abs=1e-6)


def test_fleiss_kappa_is_that_of_statsmodels() -> None:
    from statsmodels.stats.inter_rater import aggregate_raters
    from statsmodels.stats.inter_rater import fleiss_kappa as oracle

    rng = np.random.default_rng(3)
    for table in tables(holes=0):
        holes = np.full((len(table), 3), np.nan)
        # Different raters missing for each unit, equally many: all that the oracle knows.
        ours = rng.permuted(np.hstack([table, holes]), axis=1)
        found = fleiss_kappa(ours, sampling=NO_DRAWS).estimate
        assert found == pytest.approx(oracle(aggregate_raters(table.astype(int))[0]), abs=1e-6)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_cohen_kappa_is_that_of_statsmodels(weights: Weights | None) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    for table in tables():
        a, b = table[:, 0], table[:, 1]
        both = table[:, :2][~np.isnan(table[:, :2]).any(axis=1)].astype(int)
        found = cohen_kappa(a, b, weights, scale=range(1, 11), sampling=NO_DRAWS).estimate
        if found is None:
            continue
        counts = np.zeros((10, 10))
        np.add.at(counts, (both[:, 0] - 1, both[:, 1] - 1), 1)
        with warnings.catch_warnings():
            # Its standard errors, which nobody asked for, may divide by zero.
            warnings.simplefilter("ignore", RuntimeWarning)
            oracle = cohens_kappa(counts, wt=weights, return_results=False)
        assert found == pytest.approx(oracle, abs=1e-6)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of pandas, which it is a user of
@pytest.mark.parametrize(
    "many", [200, pytest.param(TABLES, marks=pytest.mark.long)], ids=["few", "all"]
)
def test_icc_and_its_interval_are_those_of_pingouin(many: int) -> None:
    import pingouin as pg

    options = {"round": None, "round.column.CI95": None}
    before = {key: pg.options[key] for key in options}
    pg.options.update(options)
    try:
        compared = sum(compare_with_pingouin(pg, table) for table in tables(many, holes=0.15))
    finally:
        pg.options.update(before)
    assert compared > many * 0.7


def compare_with_pingouin(pg: Any, table: Floats) -> bool:
    import pandas as pd

    kept = complete(as_ratings(table))
    if len(kept) < 3 or np.ptp(kept, axis=1).max() == 0 or np.ptp(kept.mean(axis=1)) == 0:
        # Raters or calls that do not differ: the oracle divides by zero.
        return False
    unit, rater = np.indices(kept.shape)
    frame = pd.DataFrame({"u": unit.ravel(), "r": rater.ravel(), "x": kept.ravel()})
    oracle = pg.intraclass_corr(frame, targets="u", raters="r", ratings="x")
    if "Type" in oracle:
        oracle = oracle.set_index("Type")
    if not oracle["F"].between(1e-9, 1e9).all() or oracle["ICC"].isna().any():
        # Calls or raters who do not differ but by rounding: no limits here, whatever there.
        return False
    for kind, form in FORMS.items():
        found = icc(table, form)
        assert (found.units, found.raters) == kept.shape
        if found.estimate is None or found.interval is None:
            # An average's figure below minus one and such: no answer here, a wild one there.
            assert form.endswith("k")
            continue
        assert found.estimate == pytest.approx(oracle.loc[kind, "ICC"], abs=1e-6, rel=1e-6)
        limits = (found.interval.low, found.interval.high)
        assert limits == pytest.approx(tuple(oracle.loc[kind, "CI95"]), abs=1e-6, rel=1e-6)
    return True


@pytest.mark.parametrize("weights", [None, "linear", "quadratic", "ordinal"])
def test_pairs_one_by_one(weights: Weights | None) -> None:
    """Gwet's and Fleiss' formulas as one would write them from the page, score by score."""
    for table in tables(150):
        scale = [float(point) for point in np.unique(table[~np.isnan(table)])]
        close = closeness(np.array(scale), weights)
        rows = [[scale.index(x) for x in row if x == x] for row in table]
        rows = [row for row in rows if row]
        each = [[close[i, j] for i, j in combinations(row, 2)] for row in rows if len(row) > 1]
        observed = np.mean([np.mean(pairs) for pairs in each])
        shares = [np.mean([row.count(p) / len(row) for row in rows]) for p in range(len(scale))]
        some = sum(share * (1 - share) for share in shares)
        guess = close.sum() / (len(scale) * (len(scale) - 1)) * some
        found = gwet_ac(table, weights, sampling=NO_DRAWS).estimate
        assert found == pytest.approx((observed - guess) / (1 - guess), abs=1e-9)
        if weights is None:
            same = sum(share**2 for share in shares)
            kappa = fleiss_kappa(table, sampling=NO_DRAWS).estimate
            assert kappa == pytest.approx((observed - same) / (1 - same), abs=1e-9)
            shared = percent_agreement(table, sampling=NO_DRAWS).estimate
            assert shared == pytest.approx(observed, abs=1e-9)


def test_ordinal_weights_are_gwets() -> None:
    """Of three points 1, 2/3, 0, as irrCAC prints them."""
    close = closeness(np.array([1.0, 2, 3]), "ordinal")
    assert close == pytest.approx(np.array([[1, 2 / 3, 0], [2 / 3, 1, 2 / 3], [0, 2 / 3, 1]]))


def test_bca_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    table = np.random.default_rng(4).integers(0, 2, size=(40, 5)).astype(float)
    ones = table.sum(axis=1)
    shares = (ones * (ones - 1) + (5 - ones) * (4 - ones)) / 20
    oracle = bootstrap((shares,), np.mean, n_resamples=20_000, rng=np.random.default_rng(5))
    found = bootstrap_interval(percent, table, 20_000)
    assert isinstance(found, Interval)
    limits = (oracle.confidence_interval.low, oracle.confidence_interval.high)
    assert (found.low, found.high) == pytest.approx(limits, abs=0.006)
