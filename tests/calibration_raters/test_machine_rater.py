"""What pairs of people and the machine say of counting alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.machine_rater import (
    ByCall,
    MachineAgreement,
    Worth,
    machine_agreement,
    worth_words,
)
from app.calibration.rater_pictures import share_line
from app.calibration.session_errors import in_english
from app.calibration.statistics import Sampling, as_ratings, gwet, measure

Table = tuple[int, int, int, int]


def of(met: int, missed: int, not_met: int, let_pass: int) -> MachineAgreement:
    """One pair for each call: both met, only the person met, both not met, only the machine met."""
    people = [True] * (met + missed) + [False] * (not_met + let_pass)
    machine = [True] * met + [False] * (missed + not_met) + [True] * let_pass
    return machine_agreement(range(len(people)), people, machine)


@pytest.mark.parametrize(
    ("table", "worth"),
    [
        ((0, 0, 0, 0), Worth.NOTHING),
        ((6, 6, 6, 6), Worth.BELOW),
        ((60, 0, 4, 0), Worth.ONE_SIDED),
        ((94, 0, 2, 4), Worth.BLIND),
        ((8, 0, 6, 0), Worth.MORE),
        ((18, 2, 12, 1), Worth.MORE),
        ((50, 2, 20, 1), Worth.EARNED),
    ],
)
def test_when_it_has_earned_to_count_alone(table: Table, worth: Worth) -> None:
    assert of(*table).worth is worth


def test_what_is_counted() -> None:
    found = of(18, 2, 12, 1)
    assert (found.same.hits, found.same.n, found.calls) == (30, 33, 33)
    assert (found.met.people, found.met.same) == (20, 18)
    assert (found.not_met.people, found.not_met.same) == (13, 12)
    assert found.more is not None
    assert f"{found.more} more calls" in in_english(worth_words(found))
    assert of(*(each * 4 for each in (18, 2, 12, 1))).worth is Worth.EARNED
    assert in_english(worth_words(of(0, 0, 0, 0))).startswith("No call")


def test_few_calls_are_not_enough_however_alike() -> None:
    """Twenty people who heard two calls make no 40 calls."""
    calls = [1] * 20 + [2] * 20
    met = [True] * 20 + [False] * 20
    found = machine_agreement(calls, met, met)
    assert (found.worth, found.calls, found.more) == (Worth.MORE, 2, 8)
    assert found.too_few


def test_several_people_make_the_interval_no_narrower_than_their_calls_do() -> None:
    calls = [call for call in range(12) for _person in range(3)]
    people = [call % 2 == 0 for call in calls]
    machine = [said != (call < 3) for call, said in zip(calls, people, strict=True)]
    thrice = machine_agreement(calls, people, machine)
    once = machine_agreement(range(12), people[::3], machine[::3])
    assert thrice.same.estimate == once.same.estimate
    assert thrice.same.low <= once.same.low + 0.02
    assert once.ac1.interval is not None
    assert thrice.ac1.interval == once.ac1.interval


def test_kappa_below_what_all_see_is_explained() -> None:
    assert of(95, 2, 0, 3).paradox
    assert not of(50, 2, 20, 1).paradox


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.booleans()), max_size=40))
def test_there_is_always_an_answer_in_words(rows: list[tuple[int, bool, bool]]) -> None:
    calls, people, machine = zip(*rows, strict=True) if rows else ((), (), ())
    found = machine_agreement(calls, people, machine)
    assert found.met.people + found.not_met.people == found.same.n == len(rows)
    assert found.met.same + found.not_met.same == found.same.hits
    assert 0 <= found.same.low <= (found.same.estimate or 0) <= found.same.high <= 1
    assert (found.same.estimate is None) == (found.worth is Worth.NOTHING)
    assert in_english(worth_words(found))
    picture = share_line(found.same, 0.8)
    assert (picture is None) == (not rows)
    if picture:
        assert picture.low <= picture.at <= picture.high


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_one_pair_a_call_is_the_plain_statistic(rows: list[tuple[bool, bool]]) -> None:
    table = as_ratings([[float(a), float(b)] for a, b in rows], (0.0, 1.0))
    some = Sampling(draws=200)
    by_call = ByCall(gwet(), tuple(range(len(rows))))
    assert measure(by_call, table, some) == measure(gwet(), table, some)
