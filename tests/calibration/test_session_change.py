"""Before and after on the same recordings: the change in agreement, and how sure it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.calibration import session_events as happen
from app.calibration.act import follow_up
from app.calibration.agreement import Reason
from app.calibration.change import Outcome, change, compare, widened
from app.calibration.session_plan import PlannedCriterion, SessionPlan
from app.calibration.session_state import SessionState
from app.calibration.session_tables import Floats, Table
from app.calibration.statistics import Alpha, IntraclassCorrelation, Sampling, percent
from app.errors import InvalidInput
from app.quality.answers import Answer

from .sessions import EMPATHY, GREETING, HOST, PLAN, RATERS, START, opened, plan, play, scored

SCALE = PlannedCriterion("empathy", (1.0, 2.0, 3.0, 4.0, 5.0), "interval")
ALPHA = Alpha("interval")
FEW_DRAWS = Sampling(draws=400)


def table(values: Floats, criterion: PlannedCriterion = SCALE, first: int = 0) -> Table:
    units, raters = values.shape
    nothing = np.zeros(values.shape, dtype=bool)
    return Table(
        criterion,
        1,
        tuple(range(first, first + units)),
        tuple(range(raters)),
        ((None,) * raters,) * units,
        values,
        nothing,
        nothing,
        np.full(units, np.nan),
    )


def marks(rng: np.random.Generator, truth: Floats, noise: float, raters: int = 4) -> Floats:
    drawn = truth[:, None] + rng.normal(0, noise, (len(truth), raters))
    return np.clip(np.round(drawn), 1, 5)


def two(units: int, noise: tuple[float, float], seed: int = 1) -> tuple[Table, Table]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, units).astype(float)
    return table(marks(rng, truth, noise[0])), table(marks(rng, truth, noise[1]))


def test_agreement_that_grew_is_seen() -> None:
    found = change([two(20, (1.5, 0.3))], [ALPHA])
    assert found.outcome is Outcome.CLOSER
    assert found.interval is not None
    assert found.difference is not None
    assert 0 < found.interval.low < found.difference < found.interval.high
    assert (found.recordings, found.too_few) == (20, False)


def test_agreement_that_shrank_is_seen() -> None:
    assert change([two(20, (0.3, 1.5))], [ALPHA]).outcome is Outcome.FURTHER


def test_the_same_marks_twice_are_no_change() -> None:
    before, _after = two(12, (1.0, 1.0))
    found = change([(before, before)], [ALPHA], FEW_DRAWS)
    assert (found.difference, found.interval, found.reason) == (0, None, Reason.ALIKE)
    assert found.outcome is Outcome.OPEN


def test_figures_are_those_of_each_session_alone() -> None:
    before, after = two(8, (1.2, 0.5))
    found = change([(before, after)], [percent], Sampling(draws=0))
    for values, figure in ((before.values, found.before), (after.values, found.after)):
        pairs = [a == b for row in values for i, a in enumerate(row) for b in row[i + 1 :]]
        assert figure == pytest.approx(np.mean(pairs))
    assert found.too_few


def test_only_recordings_that_two_scored_both_times_count() -> None:
    before, after = two(6, (1.0, 1.0))
    before.values[0, 1:] = np.nan
    after.values[5] = np.nan
    shifted = table(np.vstack([after.values[1:], after.values[:1]]), first=1)
    found = change([(before, shifted)], [percent], FEW_DRAWS)
    assert found.recordings == 4


@pytest.mark.parametrize(
    ("units", "reason"), [(1, Reason.ONE_UNIT), (2, Reason.UNSTABLE), (3, None)]
)
def test_too_few_recordings_have_no_interval(units: int, reason: Reason | None) -> None:
    before = np.array([[1.0, 2, 4], [3, 3, 5], [2, 2, 4]])[:units]
    after = np.array([[1.0, 1, 2], [3, 3, 3], [2, 3, 3]])[:units]
    found = change([(table(before), table(after))], [percent], FEW_DRAWS)
    assert found.difference is not None
    assert found.reason is reason
    assert (found.interval is None) is (reason is not None)
    assert found.too_few


def test_perfect_agreement_on_one_point_has_no_alpha_and_says_so() -> None:
    before, _after = two(6, (1.0, 1.0))
    found = change([(before, table(np.full((6, 4), 3.0)))], [ALPHA])
    assert (found.after, found.difference, found.reason) == (None, None, Reason.NO_VARIATION)
    assert found.before is not None


def test_nothing_shared_is_nothing_to_compare() -> None:
    before, after = two(4, (1.0, 1.0))
    other = table(after.values, first=10)
    assert change([(before, other)], [ALPHA]).reason is Reason.NO_PAIRS


def test_other_raters_may_score_the_second_time() -> None:
    before, after = two(12, (1.5, 0.2))
    assert change([(before, table(after.values[:, :2]))], [ALPHA]).difference is not None


def test_several_criteria_are_the_mean_of_their_agreements() -> None:
    first, second = two(12, (1.5, 0.5), 1), two(12, (1.5, 0.5), 2)
    both = change([first, second], [percent, percent], FEW_DRAWS)
    alone = [change([each], [percent], FEW_DRAWS).difference or 0 for each in (first, second)]
    assert both.difference == pytest.approx(np.mean(alone))


def test_the_same_seed_gives_the_same_interval() -> None:
    pair = two(10, (1.0, 0.8))
    assert change([pair], [ALPHA], FEW_DRAWS) == change([pair], [ALPHA], FEW_DRAWS)


def test_what_cannot_be_compared_is_refused() -> None:
    before, after = two(6, (1.0, 1.0))
    longer = PlannedCriterion("empathy", tuple(map(float, range(1, 11))), "interval")
    with pytest.raises(InvalidInput, match="same scale"):
        change([(before, table(after.values, longer))], [ALPHA])
    with pytest.raises(InvalidInput, match="statistic for each"):
        change([(before, after)], [])
    with pytest.raises(InvalidInput, match="same two sessions"):
        change([(before, after), (before, table(after.values, first=3))], [ALPHA, ALPHA])
    before.values[0, 0] = np.nan
    with pytest.raises(InvalidInput, match="leaves recordings out"):
        change([(before, after)], [IntraclassCorrelation("2,1")])


def test_fewer_recordings_ask_for_a_wider_interval() -> None:
    levels = [widened(0.95, units) for units in (3, 5, 10, 40, 4000)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == pytest.approx(0.95, abs=1e-3)


@pytest.mark.parametrize("units", [5, 12])
def test_the_interval_holds_no_change_about_as_often_as_it_says(units: int) -> None:
    rng = np.random.default_rng(7)
    held = tried = 0
    for _ in range(150):
        truth = rng.integers(1, 6, units).astype(float)
        pair = table(marks(rng, truth, 0.8)), table(marks(rng, truth, 0.8))
        found = change([pair], [percent], FEW_DRAWS)
        if found.interval:
            tried += 1
            held += found.interval.low <= 0 <= found.interval.high
    assert tried > 130
    assert held / tried > 0.9, f"{held} of {tried}"


def test_a_session_against_its_follow_up() -> None:
    calls = tuple(range(11, 21))
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 6, len(calls)).astype(float)

    def session(noise: float, of: SessionPlan) -> SessionState:
        drawn = marks(rng, truth, noise, len(RATERS))
        sheets: dict[int, dict[int, dict[str, Answer]]] = {
            rater: {
                call: {"greeting": float(row % 2), "empathy": float(drawn[row, column])}
                for row, call in enumerate(calls)
            }
            for column, rater in enumerate(RATERS)
        }
        return scored(opened(of), sheets, ["empathy"])

    def alpha(criterion: PlannedCriterion) -> Alpha:
        return Alpha(criterion.level)

    before = session(1.6, plan(recordings=calls))
    second = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=before)
    together = {rater: {call: {"empathy": 3.0} for call in calls} for rater in RATERS}
    before = scored(second, together)
    after = session(0.2, follow_up(before.plan, follows=1, due=PLAN.due))
    found = compare(before, after, alpha)
    changes = dict(found.changes)
    assert changes["empathy"].outcome is Outcome.CLOSER, "first rounds, not the talked-about second"
    assert changes["greeting"].difference == 0
    assert found.overall is not None
    assert found.overall.difference == pytest.approx((changes["empathy"].difference or 0) / 2)
    assert found.not_compared == ()
    other = replace(EMPATHY, values=(1.0, 2.0, 3.0))
    rescaled = opened(plan(recordings=calls, criteria=(GREETING, other)))
    assert compare(before, rescaled, alpha).not_compared == ("empathy",)
    assert compare(before, rescaled, alpha).overall is None
