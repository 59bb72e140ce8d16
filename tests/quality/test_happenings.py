"""What overlaps is one happening, and its words are those of its seconds."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.quality.rules.call import Occurrence
from app.quality.rules.happenings import merged

SAID = "good morning you are through to green valley i am alex what can i do".split()


def part(first: int, last: int, *, sure: bool = True) -> Occurrence:
    """Words ``first`` up to but not including ``last``, a second each."""
    return Occurrence(float(first), float(last), " ".join(SAID[first:last]), sure, "trainee")


def test_two_acts_in_the_same_words_are_shown_with_all_of_them() -> None:
    assert merged([part(0, 2), part(0, 11)]) == (part(0, 11),)
    assert merged([part(0, 4), part(2, 6)]) == (part(0, 6),)
    assert merged([part(0, 8), part(2, 4)]) == (part(0, 8),)
    assert merged([part(0, 2), part(2, 4)]) == (part(0, 2), part(2, 4))


def test_one_that_is_sure_makes_both_so() -> None:
    assert merged([part(0, 8, sure=False), part(2, 4)])[0].sure
    assert not merged([part(0, 8, sure=False), part(2, 4, sure=False)])[0].sure


@given(
    st.lists(st.tuples(st.integers(0, len(SAID) - 1), st.integers(1, 6), st.booleans()), max_size=8)
)
def test_the_words_are_always_those_of_the_seconds(parts: list[tuple[int, int, bool]]) -> None:
    occurrences = [part(at, min(at + long, len(SAID)), sure=sure) for at, long, sure in parts]
    found = merged(occurrences)
    for each in found:
        assert each.words == " ".join(SAID[int(each.start) : int(each.end)])
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert {second for each in found for second in range(int(each.start), int(each.end))} == {
        second for each in occurrences for second in range(int(each.start), int(each.end))
    }
