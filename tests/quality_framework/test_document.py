"""The document: what it takes, what it refuses, what is missing before it is published."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.quality.frameworks.document import Framework, Metric, Policy, Targets, Trusted
from app.quality.frameworks.example import example
from app.quality.frameworks.prose import prose
from app.quality.frameworks.publishing import problems


def test_the_example_is_ready_to_be_published() -> None:
    assert problems(example()) == []


def test_an_empty_draft_may_be_kept_and_says_what_is_missing() -> None:
    draft = Framework(
        policies=(Policy(id="p"),),
        metrics=(Metric(id="m", name="FCR"),),
        trusted=(Trusted(id="t", card_id=1, criterion="greets"),),
    )
    assert [one.where for one in problems(draft)] == [
        "mission",
        "policies-p",
        "metrics-m",
        "trusted-t",
    ]


def test_the_hash_is_of_the_words_not_of_their_writing() -> None:
    again = Framework.model_validate(example().to_dict())
    assert again.content_hash == example().content_hash
    other = again.model_copy(update={"mission": again.mission + " "})
    assert other.content_hash != again.content_hash


def test_a_level_without_a_target_takes_the_general_one() -> None:
    metric = Metric(id="m", target=80, by_level=Targets(new=60))
    assert [metric.target_of(level) for level in ("new", "practised")] == [60, 80]


def test_figures_come_as_a_form_sends_them() -> None:
    metric = Metric.model_validate({"id": "m", "target": " 85,5 ", "by_level": {"new": ""}})
    assert metric.target == 85.5
    assert metric.by_level.new is None


@pytest.mark.parametrize("bad", ["much", "inf", "nan", "1e400"])
def test_what_is_no_figure_is_refused(bad: str) -> None:
    with pytest.raises(ValidationError):
        Metric.model_validate({"id": "m", "target": bad})


def test_two_parts_do_not_share_an_id() -> None:
    with pytest.raises(ValidationError, match="its own id"):
        Framework(policies=(Policy(id="a"), Policy(id="a")))


def test_where_the_machine_may_count_alone() -> None:
    framework = Framework(trusted=(Trusted(id="t", card_id=3, criterion="greets", reason="58/60"),))
    assert framework.machine_may_score(3, "greets")
    assert not framework.machine_may_score(3, "listens")
    assert not framework.machine_may_score(4, "greets")


def test_prose_runs_nothing() -> None:
    html = prose("<script>x</script> [y](javascript:alert(1)) ![p](http://x/p.png)\n\n# Head")
    assert "<script" not in html
    assert "<img" not in html
    assert "<h1" not in html
    assert 'href="javascript' not in html
