"""A plan from its form: what is kept, what is refused, and beside which field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.calibration import planning
from app.calibration.planning import Framing, PlanForm, Unfit, form_of, plan_from
from app.calibration.session_plan import (
    REMINDERS,
    AlphaAtLeast,
    SessionPlan,
    WithinPoints,
    shortcomings,
)
from app.quality.card import Scorecard
from tests.calibration_service.house import CARD
from tests.conftest import START

CARD_READ = Scorecard.model_validate(CARD)
BERLIN = ZoneInfo("Europe/Berlin")
FORM = PlanForm(
    title="March",
    recordings=(11, 12),
    card=3,
    criteria=("empathy", "greeting"),
    raters=(2, 3),
    due="2026-03-09T17:00",
)


def planned(form: PlanForm) -> SessionPlan:
    return plan_from(form, CARD_READ, Framing(1, seed=5), BERLIN, START)


def test_a_plan_from_its_form() -> None:
    plan = planned(FORM)
    assert plan.due == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert plan.criterion_ids == ("greeting", "empathy")
    assert [each.level for each in plan.criteria] == ["nominal", "ordinal"]
    assert plan.criteria[1].values == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert plan.target == AlphaAtLeast(0.8)
    assert shortcomings(plan, START) == {}


def test_points_may_lie_equally_far_apart() -> None:
    plan = planned(replace(FORM, interval=("empathy", "greeting")))
    assert [each.level for each in plan.criteria] == ["nominal", "interval"]


def test_within_points_with_a_comma() -> None:
    plan = planned(replace(FORM, target="within", points="1,5", share="90"))
    assert plan.target == WithinPoints(1.5, 0.9)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"card": None}, "card"),
        ({"due": "tomorrow"}, "due"),
        ({"due": "2999-01-01T10:00"}, "due"),
        ({"alpha": "much"}, "alpha"),
        ({"alpha": "1.2"}, "alpha"),
        ({"alpha": "nan"}, "alpha"),
        ({"target": "within", "points": "-1"}, "points"),
        ({"target": "within", "share": "0"}, "share"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as caught:
        planned(replace(FORM, **changes))  # type: ignore[arg-type]
    assert list(caught.value.fields) == [field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Unfit) as caught:
        planned(PlanForm(alpha=""))
    assert set(caught.value.fields) == {"title", "card", "due", "alpha"}


def test_a_plan_may_be_kept_before_it_is_complete() -> None:
    plan = planned(replace(FORM, recordings=(), criteria=("of another card",), raters=(2,)))
    assert set(shortcomings(plan, START)) == {"recordings", "criteria", "raters"}
    assert "due" in shortcomings(plan, START + timedelta(days=9))


def test_what_was_sent_is_read_as_it_is() -> None:
    sent = MultiDict(
        [("title", "  A \n b "), ("recordings", "3"), ("recordings", "x"), ("recordings", "3"),
         ("raters", "9" * 30), ("reference", ""), ("remind", "1"), ("alpha", " zero ")]
    )  # fmt: skip
    form = planning.read(sent)
    assert (form.title, form.recordings, form.raters, form.reference) == ("A b", (3,), (), None)
    assert (form.remind, form.hide_agents, form.alpha) == (True, False, "zero")


@given(
    alpha=st.integers(1, 100).map(lambda n: n / 100),
    points=st.integers(0, 20).map(lambda n: n / 2),
    share=st.integers(1, 100),
    within=st.booleans(),
    hidden=st.booleans(),
    days=st.integers(1, 600),
    chosen=st.sets(st.sampled_from(["greeting", "empathy", "closing"])),
)
def test_form_and_plan_are_inverse(
    alpha: float, points: float, share: int, within: bool, hidden: bool, days: int,
    chosen: set[str],
) -> None:  # fmt: skip
    plan = replace(
        planned(replace(FORM, criteria=tuple(chosen))),
        target=WithinPoints(points, share / 100) if within else AlphaAtLeast(alpha),
        hide_raters=hidden,
        due=START + timedelta(days=days),
        reminders=() if hidden else REMINDERS,
    )
    assert planned(form_of(plan, BERLIN)) == plan


def test_minutes_grow_with_recordings_and_criteria() -> None:
    assert planning.minutes_each([], 0) == 1
    assert planning.minutes_each([300.0] * 6, 9) == 47
    assert planning.usual_due(START, BERLIN) == "2026-03-09T17:00"
