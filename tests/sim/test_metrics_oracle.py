"""Random records, counted once more the slow and obvious way: minute by minute, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures.steps import Steps, union
from sim.metrics import figures, outside
from sim.parameters import Plan
from sim.records import SERVED, Origin, Outcome, Records
from sim.results import Figures
from tests.sim.records_by_hand import Row, call_type, plan, records

MINUTE = 60.0
DAY = 24 * 60
OPENS, CLOSES = 8 * 60, 9 * 60 + 15
EDGES = [
    (day * DAY + a, day * DAY + b)
    for day in (0, 1)
    for a, b in ((480, 510), (510, 540), (540, 555))
]
TYPES = (call_type("calls"), call_type("more calls"), call_type("mail", channel="email"))
AGENT_GROUP = (0, 0, 1, 1)
PLAN = plan(
    TYPES,
    groups=({"concurrency": 3, "cost_per_hour": 20.0}, {"cost_per_hour": 10.0}),
    days=2,
    opens=OPENS * MINUTE,
    closes=CLOSES * MINUTE,
)
CONCURRENCY = (3, 1)

minutes = st.builds(
    lambda day, minute: day * DAY + minute, st.integers(0, 1), st.integers(OPENS - 20, CLOSES + 20)
)
lengths = st.integers(0, 40)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    arrived, wait, talk, wrap = draw(minutes), draw(lengths), draw(lengths), draw(st.integers(0, 9))
    kind, origin = draw(st.integers(0, 2)), draw(st.sampled_from((*Origin,)[:4]))
    queued = arrived + draw(st.integers(0, 2))
    if draw(st.booleans()):
        outcome = draw(st.sampled_from((Outcome.ABANDONED, Outcome.LEFT_OVER, Outcome.BALKED)))
        times = {"left": (queued + wait) * MINUTE}
    else:
        outcome = draw(st.sampled_from((Outcome.ANSWERED, Outcome.TRANSFERRED)))
        answered = queued + wait
        ends = {"answered": answered, "left": answered + talk, "released": answered + talk + wrap}
        times = {name: moment * MINUTE for name, moment in ends.items()}
        times["agent"] = draw(st.integers(0, 3))
    return Row(
        arrived * MINUTE,
        outcome,
        queued=queued * MINUTE,
        call_type=kind,
        origin=origin,
        resolved=draw(st.integers(-1, 1)),
        **times,
    )


def no_overlap(spans: list[tuple[int, int, int]]) -> list[tuple[int, float, float]]:
    kept: list[tuple[int, int, int]] = []
    for agent, start, length in spans:
        if all(agent != a or start + length <= s or start >= e for a, s, e in kept):
            kept.append((agent, start, start + length))
    return [(agent, start * MINUTE, end * MINUTE) for agent, start, end in kept]


spans = st.lists(st.tuples(st.integers(0, 3), minutes, st.integers(1, 60)), max_size=8).map(
    no_overlap
)
days = st.builds(
    lambda contacts, present, planned, away: records(
        contacts,
        AGENT_GROUP,
        present,
        planned,
        [(*span, paid % 2) for paid, span in enumerate(away)],
        ended=2 * DAY * MINUTE,
    ),
    st.lists(rows(), max_size=14),
    spans,
    spans,
    spans,
)


def clock(start: float, end: float) -> set[int]:
    """The minutes a span lasts."""
    return set(range(round(start / MINUTE), round(end / MINUTE)))


def interval_of(minute: float) -> int:
    """The nearest interval to one outside the hours."""
    return min(
        range(len(EDGES)),
        key=lambda place: (
            max(EDGES[place][0] - minute, 0, minute - EDGES[place][1] + 1e-9),
            -place,
        ),
    )


def in_no_interval(found: Records) -> np.ndarray:
    """E-mails that arrive outside the hours."""
    open_then = [
        any(a <= moment / MINUTE < b for a, b in EDGES) for moment in found.arrived.tolist()
    ]
    return (found.call_type == 2) & ~np.array(open_then, dtype=bool)


def queue_spans(found: Records, kinds: Iterable[int]) -> list[set[int]]:
    ends = np.where(np.isnan(found.answered), found.left, found.answered)
    return [
        clock(start, end)
        for kind, start, end in zip(found.call_type, found.queued, ends, strict=True)
        if kind in kinds
    ]


def by_minute(table: np.ndarray, count: Callable[[int], float], column: int) -> None:
    """Time averages of a table against a count for each minute."""
    means = [np.mean([count(minute) for minute in range(a, b)]) for a, b in EDGES]
    whole = np.mean([count(minute) for a, b in EDGES for minute in range(a, b)])
    assert table[:, column] == pytest.approx([*means, whole])


@settings(max_examples=120, deadline=None)
@given(days)
def test_queues(found: Records):
    table = figures(PLAN, found).by_type
    for column, kinds in enumerate(((0,), (1,), (2,), (0, 1))):
        lasting = queue_spans(found, kinds)

        def waiting(minute: int, lasting: list[set[int]] = lasting) -> int:
            return sum(minute in one for one in lasting)

        by_minute(table["queue_length"], waiting, column)
        for place, (a, b) in enumerate(EDGES):
            peak = max(waiting(minute) for minute in range(a, b))
            assert table["queue_max"][place, column] == peak
        peak = max((waiting(minute) for one in lasting for minute in one), default=0)
        assert table["queue_max"][-1, column] == peak


NIGHTS = {
    "spring": plan(
        opens=3600.0, closes=4 * 3600.0, date="2026-03-29", timezone="Europe/Berlin", days=2
    ),
    "autumn": plan(
        opens=3600.0, closes=4 * 3600.0, date="2026-10-25", timezone="Europe/Berlin", days=2
    ),
    "autumn, every hour": plan(
        opens=1.5 * 3600.0,
        closes=4.5 * 3600.0,
        interval=3600,
        date="2026-10-25",
        timezone="Europe/Berlin",
    ),
}


@pytest.mark.parametrize("night", NIGHTS)
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(50, 320), lengths), max_size=12))
def test_nights_in_which_clocks_change(night: str, waits: list[tuple[int, int, int]]):
    """Which minutes an interval is made of says the clock."""
    there = NIGHTS[night]
    minutes: list[list[int]] = [[] for _ in range(there.intervals * there.days)]
    for day in range(there.days):
        opens, closes = (there.moment(day, at) / MINUTE for at in (there.opens, there.closes))
        for minute in range(round(opens), round(closes)):
            shown = there.clock_at(minute * MINUTE) - day * DAY * MINUTE
            step = int((shown - there.opens) // there.interval)
            minutes[day * there.intervals + step].append(minute)
    inside = [minute for one in minutes for minute in one]
    spans = [(day * DAY + start, length) for day, start, length in waits if day < there.days]
    spans = [(start, length) for start, length in spans if start in inside]
    found = figures(
        there,
        records(
            [
                Row(start * MINUTE, Outcome.ABANDONED, left=(start + length) * MINUTE)
                for start, length in spans
            ]
        ),
    ).by_type

    def waiting(minute: int) -> int:
        return sum(start <= minute < start + length for start, length in spans)

    assert sum(found["offered"][:-1, 0]) == len(spans) == found["offered"][-1, 0]
    for row, mine in enumerate(minutes):
        assert found["offered"][row, 0] == sum(start in mine for start, _ in spans)
        queue, peak = found["queue_length"][row, 0], found["queue_max"][row, 0]
        expected = np.mean([waiting(one) for one in mine]) if mine else np.nan
        assert queue == pytest.approx(expected, nan_ok=True)
        highest = max((waiting(one) for one in mine), default=np.nan)
        assert peak == pytest.approx(highest, nan_ok=True)
    everybody = np.mean([waiting(minute) for minute in inside])
    assert found["queue_length"][-1, 0] == pytest.approx(everybody)


def selected(found: Records, place: int, column: int, kinds: tuple[int, ...]) -> np.ndarray:
    home = np.array([interval_of(moment / MINUTE) for moment in found.arrived], dtype=int)
    home[in_no_interval(found)] = -1
    here = np.ones(len(found), dtype=bool) if place == len(EDGES) else home == place
    return here & np.isin(found.call_type, kinds if column == 3 else (column,))


@settings(max_examples=120, deadline=None)
@given(days)
def test_waits_and_counts(found: Records):
    table = figures(PLAN, found).by_type
    served = np.isin(found.outcome, SERVED)
    for place in range(len(EDGES) + 1):
        for column in range(4):
            mine = selected(found, place, column, (0, 1))
            waits = found.waited[mine]
            for name, share in (("wait_p50", 0.5), ("wait_p80", 0.8), ("wait_max", 1.0)):
                expected = np.quantile(waits, share) if len(waits) else np.nan
                assert table[name][place, column] == pytest.approx(expected, nan_ok=True)
            answered = found.waited[mine & served]
            asa = answered.mean() if len(answered) else np.nan
            assert table["asa"][place, column] == pytest.approx(asa, nan_ok=True)
            everybody = selected(found, place, column, (0, 1, 2))
            assert table["offered"][place, column] == everybody.sum()
            assert table["answered"][place, column] == (everybody & served).sum()
            work = (found.talk + found.hold + found.after_call)[everybody & served]
            aht = work.mean() if len(work) else np.nan
            assert table["aht"][place, column] == pytest.approx(aht, nan_ok=True)
            assert table["retrials"][place, column] == np.sum(
                everybody & (found.origin == Origin.RETRIAL)
            )


class Floor:
    """What each agent does, minute by minute."""

    def __init__(self, found: Records) -> None:
        self.on_duty = self.spans(found.present_agent, found.present_start, found.present_end)
        self.planned = self.spans(found.planned_agent, found.planned_start, found.planned_end)
        paid = found.away_paid == 1
        self.paid = self.spans(found.away_agent[paid], found.away_start[paid], found.away_end[paid])
        taken = found.agent >= 0
        self.hands = self.spans(found.agent[taken], found.answered[taken], found.released[taken])

    @staticmethod
    def spans(agents: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> list[list[set[int]]]:
        return [
            [clock(a, b) for who, a, b in zip(agents, starts, ends, strict=True) if who == agent]
            for agent in range(len(AGENT_GROUP))
        ]


def minutes_of(spans: list[set[int]], within: set[int] | None) -> int:
    return sum(len(one if within is None else one & within) for one in spans)


def part(above: float, below: float) -> float:
    return above / below if below else np.nan


@settings(max_examples=120, deadline=None)
@given(days)
def test_agents(found: Records):
    table = figures(PLAN, found).by_group
    floor = Floor(found)
    hours = set().union(*(range(a, b) for a, b in EDGES))
    for column, groups in enumerate(((0,), (1,), (0, 1))):
        agents = [agent for agent, group in enumerate(AGENT_GROUP) if group in groups]
        for place in range(len(EDGES) + 1):
            last = place == len(EDGES)
            within = None if last else set(range(*EDGES[place]))
            inside = hours if last else within
            duty = sum(minutes_of(floor.on_duty[agent], within) for agent in agents)
            room = sum(
                CONCURRENCY[AGENT_GROUP[agent]] * minutes_of(floor.on_duty[agent], within)
                for agent in agents
            )
            busy = planned = kept = missed = held = paid = late = 0
            for agent in agents:
                there = set().union(*floor.on_duty[agent])
                said = set().union(*floor.planned[agent])
                hands = floor.hands[agent]
                several = CONCURRENCY[AGENT_GROUP[agent]] > 1
                busy += minutes_of([set().union(*hands)] if several else hands, within)
                held += minutes_of(hands, within)
                planned += minutes_of([said], within)
                kept += minutes_of([said & there], within)
                missed += minutes_of([said - there], inside)
                late += minutes_of([there - said], inside)
                paid += minutes_of(floor.paid[agent], within) + minutes_of([there], within)
            assert table["occupancy"][place, column] == pytest.approx(part(busy, duty), nan_ok=True)
            assert table["utilisation"][place, column] == pytest.approx(
                part(held, room), nan_ok=True
            )
            assert table["adherence"][place, column] == pytest.approx(
                part(kept, planned), nan_ok=True, abs=1e-9
            )
            assert table["absent"][place, column] == pytest.approx(missed / len(inside), abs=1e-9)
            assert table["overtime"][place, column] == pytest.approx(late / len(inside), abs=1e-9)
            assert table["paid_hours"][place, column] == pytest.approx(paid / 60)
            staffed = sum(minutes_of(floor.on_duty[agent], inside) for agent in agents)
            assert table["agents"][place, column] == pytest.approx(staffed / len(inside))


COUNTS = ("offered", "answered", "answered_in_time", "abandoned", "short_abandons", "balked")


@settings(max_examples=80, deadline=None)
@given(days)
def test_totals_and_shares_belong_together(found: Records):
    table = figures(PLAN, found).by_type
    for name in COUNTS:
        whole = table[name][:-1].sum(axis=0) + outside(figures(PLAN, found), name)
        assert table[name][-1] == pytest.approx(whole)
        assert outside(figures(PLAN, found), name)[:2].tolist() == [0, 0], "e-mails only"
        assert table[name][:, -1] == pytest.approx(table[name][:, :-1].sum(axis=1))
    at_night = in_no_interval(found).sum()
    assert outside(figures(PLAN, found), "offered").tolist() == [0, 0, at_night, at_night]
    told = table["offered"] > 0
    assert np.array_equal(np.isfinite(table["service_level_of_offered"]), told)
    assert np.array_equal(np.isfinite(table["abandonment"]), told)
    for name in ("service_level", "abandonment", "service_level_with_short"):
        assert (table[name][told] >= 0).all()
        assert (table[name][told] <= 1).all()
    assert np.array_equal(np.isfinite(table["aht"]), table["answered"] > 0)
    widths = np.array([(b - a) * MINUTE for a, b in EDGES])
    pooled = (table["queue_length"][:-1] * widths[:, None]).sum(axis=0) / widths.sum()
    assert table["queue_length"][-1] == pytest.approx(pooled)


@settings(max_examples=80, deadline=None)
@given(days)
def test_a_day_is_its_intervals_together(found: Records):
    """By the definitions, with intervals that are as long as the opening hours: no figure of a
    whole day is a mean of half hours."""
    tables = figures(PLAN, found)
    assert tables.days is not None
    by_day, by_interval = tables.days.by_type, tables.by_type
    for name in COUNTS:
        halves = by_interval[name][:-1].reshape(2, 3, -1).sum(axis=1)
        assert by_day[name][:-1] == pytest.approx(halves)
        assert by_day[name][-1] == pytest.approx(by_interval[name][-1])
    widths = np.array([30.0, 30.0, 15.0])[None, :, None]
    for one, name in ((by_day, "queue_length"), (tables.days.by_group, "agents")):
        table = (by_interval if name == "queue_length" else tables.by_group)[name]
        mean = (table[:-1].reshape(2, 3, -1) * widths).sum(axis=1) / widths.sum()
        assert one[name][:-1] == pytest.approx(mean)
    home = np.array([interval_of(moment / MINUTE) for moment in found.arrived], dtype=int) // 3
    home[in_no_interval(found)] = -1
    for day in range(2):
        for kind in range(3):
            waits = found.waited[(home == day) & (found.call_type == kind)]
            expected = np.quantile(waits, 0.8) if len(waits) else np.nan
            assert by_day["wait_p80"][day, kind] == pytest.approx(expected, nan_ok=True)
    peaks = by_interval["queue_max"][:-1].reshape(2, 3, -1).max(axis=1)
    assert by_day["queue_max"][:-1].tolist() == peaks.tolist()


@settings(max_examples=80, deadline=None)
@given(days)
def test_littles_law(found: Records):
    """Seconds waited are the mean queue times the hours, once all waiting is inside them."""
    open_all_along = plan(TYPES, opens=0.0, closes=48 * 3600.0, interval=3600)
    table: Figures = figures(open_all_along, found)
    for kind in range(len(TYPES)):
        waited = found.waited[found.call_type == kind].sum()
        assert table.by_type["queue_length"][-1, kind] * 2 * DAY * MINUTE == pytest.approx(waited)


moments = st.floats(0, 1e5)
pairs = st.lists(st.tuples(moments, moments).map(sorted), max_size=12)


@given(pairs, st.lists(moments, min_size=2, max_size=6).map(sorted))
def test_areas_of_steps_are_the_overlaps(found: list[list[float]], cuts: list[float]):
    starts, ends = np.array(found, dtype=np.float64).reshape(-1, 2).T
    steps = Steps.of(starts, ends)
    expected = [
        sum(max(0.0, min(b, end) - max(a, start)) for start, end in found)
        for a, b in pairwise(cuts)
    ]
    assert steps.areas(np.array(cuts)) == pytest.approx(expected, abs=1e-6)
    assert steps.area() == pytest.approx(sum(end - start for start, end in found))
    begin = cuts[0]
    late = sum(max(0.0, end - max(begin, start)) for start, end in found)
    assert steps.area(begin) == pytest.approx(late, abs=1e-6)
    peaks = [sum(start <= moment < end for start, end in found) for moment, _ in found]
    assert steps.peak() == max(peaks, default=0)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 9)), max_size=12))
def test_unions_cover_each_second_once(found: list[tuple[int, int, int]]):
    owners, starts, lengths = np.array(found, dtype=np.int64).reshape(-1, 3).T
    who, first, last = union(owners, 3, starts * 1.0, (starts + lengths) * 1.0)
    for owner in range(3):
        seconds = {
            second
            for one, start, length in found
            if one == owner
            for second in range(start, start + length)
        }
        mine = who == owner
        assert (last[mine] - first[mine]).sum() == len(seconds)
        assert (first[mine][1:] > last[mine][:-1]).all()


def test_a_long_year_keeps_its_precision():
    """Half a million waits a year away from midnight: the area is still right to a millisecond."""
    rng = np.random.default_rng(3)
    starts = 3.15e7 + np.sort(rng.uniform(0, 86400, 500_000))
    lengths = rng.exponential(30.0, 500_000)
    cuts = 3.15e7 + np.arange(0, 2 * 86400 + 1, 1800.0)
    areas = Steps.of(starts, starts + lengths).areas(cuts)
    assert areas.sum() == pytest.approx(((starts + lengths) - starts).sum(), abs=1e-3)


def test_the_plan_of_this_page_has_these_intervals():
    the_plan: Plan = PLAN
    edges = [
        (the_plan.moment(day, a * MINUTE) / MINUTE, the_plan.moment(day, b * MINUTE) / MINUTE)
        for day in (0, 1)
        for a, b in ((480, 510), (510, 540), (540, 555))
    ]
    assert edges == EDGES
