"""Two versions side by side: no word is lost, a renamed part is one part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.quality.frameworks.comparison import Passage, compare, words_differ
from app.quality.frameworks.document import Framework, Metric, Policy
from app.quality.frameworks.example import example

TEXTS = st.text(alphabet="ab c.\nقж", max_size=30)


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_side_are_its_text(before: str, after: str) -> None:
    left, right = words_differ(before, after)
    assert "".join(piece.words for piece in left) == before
    assert "".join(piece.words for piece in right) == after
    assert {piece.kind for piece in left} <= {"same", "gone"}
    assert {piece.kind for piece in right} <= {"same", "new"}
    shared = ["".join(p.words for p in side if p.kind == "same") for side in (left, right)]
    assert shared[0] == shared[1]


def test_one_changed_word_is_one_piece() -> None:
    left, right = words_differ("Come back within 60 seconds.", "Come back within 45 seconds.")
    assert [p.words for p in left if p.kind == "gone"] == ["60"]
    assert [p.words for p in right if p.kind == "new"] == ["45"]


def changed(before: Framework, after: Framework) -> list[Passage]:
    return [one for one in compare(before, after) if one.change != "same"]


def test_a_version_differs_in_nothing_from_itself() -> None:
    assert changed(example(), example()) == []
    assert compare(example(), example())


def test_a_renamed_part_is_changed_not_gone_and_new() -> None:
    before = Framework(policies=(Policy(id="a", name="Identity first", text="Ask."),))
    after = Framework(policies=(Policy(id="a", name="Identity before all", text="Ask."),))
    [only] = changed(before, after)
    assert (only.field, only.change, only.part) == ("name", "changed", "Identity before all")


def test_gone_and_new_parts_stand_in_their_section() -> None:
    before = Framework(mission="Help.", policies=(Policy(id="a", name="A", text="x"),))
    after = Framework(mission="Help.", metrics=(Metric(id="m", name="FCR", target=75),))
    told = [(one.section, one.field, one.change) for one in changed(before, after)]
    assert told == [
        ("policies", "name", "gone"),
        ("policies", "text", "gone"),
        ("metrics", "name", "new"),
        ("metrics", "direction", "new"),
        ("metrics", "target", "new"),
    ]


def test_a_new_target_is_seen() -> None:
    low, high = (Framework(metrics=(Metric(id="m", name="FCR", target=t),)) for t in (70, 75.5))
    [only] = changed(low, high)
    assert only.field == "target"
    assert [p.words for p in only.after] == ["75.5"] or only.after[-1].kind == "new"
