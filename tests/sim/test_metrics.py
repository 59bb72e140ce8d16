"""Small days whose every figure can be worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.errors import SimError
from sim.metrics import (
    GROUP_MEASURES,
    TYPE_MEASURES,
    figures,
    interval_labels,
    outside,
    wait_histogram,
    waits,
    worst_interval,
)
from sim.parameters import Callback, Dialling, Plan, Target
from sim.records import Origin, Outcome
from sim.results import Figures
from tests.sim.records_by_hand import OPEN, Row, call_type, plan, records

DEFINITIONS = {
    "service_level_of_offered": "answered in time / offered",
    "service_level_of_answered": "answered in time / answered",
    "service_level_less_short": "answered in time / (offered - short abandons)",
    "service_level_with_short": "(answered in time + short abandons) / offered",
}


def at(minutes: float) -> float:
    return OPEN + 60 * minutes


def call(minutes: float, wait: float, talk: float, wrap: float = 0.0, **more: object) -> Row:
    """A call answered by agent 0 after ``wait`` seconds."""
    start = at(minutes) + wait
    row = {"agent": 0, "answered": start, "left": start + talk, "released": start + talk + wrap}
    return Row(at(minutes), **{**row, **more})


def lost(minutes: float, wait: float, outcome: Outcome = Outcome.ABANDONED, **more: object) -> Row:
    return Row(at(minutes), outcome, left=at(minutes) + wait, **more)


def day(rows: list[Row], the_plan: Plan | None = None, **options: object) -> Figures:
    return figures(the_plan or plan(), records(rows, **options))


def told(found: Figures, measure: str, column: int = -1) -> list[float]:
    return found.by_type[measure][:, column].tolist()


def of_group(found: Figures, measure: str, column: int = -1) -> list[float]:
    return found.by_group[measure][:, column].tolist()


TWO_HALF_HOURS = [
    call(0, 0, 100),
    call(5, 20, 200, wrap=30),
    call(10, 25, 300, hold=60.0),
    lost(12, 5),
    lost(13, 40),
    call(40, 10, 60),
]


def test_every_measure_is_there_and_has_its_shape():
    found = day(TWO_HALF_HOURS)
    assert list(found.by_type) == [one.name for one in TYPE_MEASURES]
    assert list(found.by_group) == [one.name for one in GROUP_MEASURES]
    assert {table.shape for table in (*found.by_type.values(), *found.by_group.values())} == {
        (3, 2)
    }


def test_contacts_are_counted_where_they_arrived():
    found = day(TWO_HALF_HOURS)
    assert told(found, "offered") == [5, 1, 6]
    assert told(found, "answered") == [3, 1, 4]
    assert told(found, "answered_in_time") == [2, 1, 3]
    assert told(found, "abandoned") == [2, 0, 2]
    assert told(found, "short_abandons") == [1, 0, 1]
    assert told(found, "abandonment") == pytest.approx([2 / 5, 0, 2 / 6])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("service_level_of_offered", [2 / 5, 1, 3 / 6]),
        ("service_level_of_answered", [2 / 3, 1, 3 / 4]),
        ("service_level_less_short", [2 / 4, 1, 3 / 5]),
        ("service_level_with_short", [3 / 5, 1, 4 / 6]),
    ],
)
def test_the_four_definitions_and_the_target_s_own(measure: str, expected: list[float]):
    target = Target(definition=DEFINITIONS[measure])
    found = day(TWO_HALF_HOURS, plan(target=target))
    assert told(found, measure) == pytest.approx(expected)
    assert told(found, "service_level") == pytest.approx(expected)


def test_all_types_pool_numerators_and_denominators_each_by_its_own_definition():
    types = (
        call_type("quick", target=Target(within=10.0)),
        call_type(
            "slow", target=Target(within=60.0, definition=DEFINITIONS["service_level_of_answered"])
        ),
    )
    rows = [
        call(0, 9, 60),
        call(1, 11, 60),
        call(2, 12, 60),
        call(3, 50, 60, call_type=1),
        lost(4, 80, call_type=1),
    ]
    found = day(rows, plan(types))
    assert found.by_type["service_level"][0].tolist() == pytest.approx([1 / 3, 1, 2 / 4])


def test_a_wait_of_exactly_the_target_is_in_time():
    exactly = at(7) + 0.2
    assert exactly - at(7) > 0.2, "a difference of moments, a hair too long"
    rows = [Row(at(7), answered=exactly, left=at(8), agent=0)]
    assert told(day(rows, plan(target=Target(within=0.2))), "answered_in_time")[-1] == 1


def test_waits():
    found = day(TWO_HALF_HOURS)
    assert told(found, "asa") == pytest.approx([45 / 3, 10, 55 / 4])
    assert told(found, "mean_wait") == pytest.approx([90 / 5, 10, 100 / 6])
    assert told(found, "wait_p50") == pytest.approx([20, 10, 15])
    assert told(found, "wait_p80") == pytest.approx([28, 10, 25])
    assert told(found, "wait_p95") == pytest.approx([37, 10, 36.25])
    assert told(found, "wait_max") == [40, 10, 40]


def test_handling():
    found = day(TWO_HALF_HOURS)
    assert told(found, "talk") == pytest.approx([540 / 3, 60, 600 / 4])
    assert told(found, "hold") == pytest.approx([20, 0, 15])
    assert told(found, "after_call") == pytest.approx([10, 0, 7.5])
    assert told(found, "aht") == pytest.approx([210, 60, 172.5])


def test_queue_is_the_exact_time_average_in_the_interval_it_stood_in():
    rows = [call(29, 120, 60), lost(29.5, 60), call(10, 30, 60), call(59, 600, 60)]
    found = day(rows)
    # 8:29-8:31 and 8:29:30-8:30:30 straddle the border; after closing nobody counts.
    assert told(found, "queue_length") == pytest.approx([120 / 1800, 150 / 1800, 270 / 3600])
    assert told(found, "queue_max") == [2, 2, 2]


def test_a_queue_that_begins_on_the_border_is_of_the_next_interval():
    assert told(day([call(30, 60, 60)]), "queue_max") == [0, 1, 1]


def test_the_peak_of_the_whole_run_may_come_after_closing():
    rows = [
        call(59, 600, 60),
        call(59.5, 600, 60),
        call(50, 30, 60, queued=at(61), answered=at(65)),
    ]
    found = day(rows)
    assert told(found, "queue_max") == [0, 2, 3]


def test_blocked_balked_and_served_by_the_menu():
    nan = math.nan
    rows = [
        call(0, 0, 60),
        lost(1, 0, Outcome.BUSY, queued=nan),
        lost(2, 0, Outcome.FULL),
        lost(3, 0, Outcome.BALKED),
        lost(4, 30, Outcome.CONTAINED, queued=nan),
        lost(5, 10, Outcome.LEFT_MENU, queued=nan),
    ]
    found = day(rows)
    assert told(found, "offered")[-1] == 4
    assert [told(found, name)[-1] for name in ("busy", "full", "balked", "contained")] == [1] * 4
    for measure in ("abandoned", "short_abandons", "abandonment", "mean_wait"):
        assert told(found, measure)[-1] == 0
    assert waits(records(rows), plan()).tolist() == [0, 0]


def test_what_comes_of_a_contact():
    rows = [
        lost(0, 30),
        call(3, 0, 60, origin=Origin.RETRIAL, parent=0, resolved=0),
        call(20, 0, 60, origin=Origin.REPEAT, parent=1, resolved=1),
        call(31, 0, 60, outcome=Outcome.TRANSFERRED),
        call(32, 0, 90, origin=Origin.TRANSFER, parent=3),
        call(40, 0, 60, resolved=1),
        call(42, 0, 60, resolved=1),
        call(45, 0, 60, resolved=0),
    ]
    found = day(rows)
    assert told(found, "retrials") == [1, 0, 1]
    assert told(found, "repeats") == [1, 0, 1]
    assert told(found, "transfers") == [0, 1, 1]
    assert told(found, "offered") == [3, 5, 8]
    assert told(found, "answered") == [2, 5, 7]
    assert told(found, "first_contact_resolution")[1:] == pytest.approx([2 / 3, 2 / 3])
    assert math.isnan(told(found, "first_contact_resolution")[0])


def test_a_contact_handed_back_is_one_contact_with_all_its_work():
    rows = [
        call(0, 0, 100, outcome=Outcome.HANDED_BACK),
        call(2, 30, 200, wrap=50, origin=Origin.HANDED_BACK, parent=0, agent=1),
    ]
    found = day(rows, agent_group=(0, 0))
    assert told(found, "offered")[-1] == told(found, "answered")[-1] == 1
    assert told(found, "aht")[-1] == 350
    assert of_group(found, "handled")[-1] == 2


def test_consults_are_work_but_no_contact():
    rows = [
        call(0, 0, 300),
        call(1, 0, 120, origin=Origin.CONSULT, parent=0, agent=1),
    ]
    present = [(0, OPEN, at(30)), (1, OPEN, at(30))]
    found = day(rows, agent_group=(0, 0), present=present)
    assert told(found, "offered")[-1] == told(found, "answered")[-1] == 1
    assert told(found, "aht")[-1] == 300
    assert of_group(found, "handled")[-1] == 1
    assert of_group(found, "occupancy")[0] == pytest.approx(420 / 3600)


CALLED_BACK = call_type(callback=Callback(60.0, 1.0, promised=600.0), target=Target(within=20.0))


def test_callbacks_belong_to_the_contact_that_asked_for_them():
    rows = [
        lost(0, 0, Outcome.CALLBACK),
        lost(1, 0, Outcome.CALLBACK),
        lost(2, 0, Outcome.CALLBACK),
        lost(3, 0, Outcome.CALLBACK),
        call(9, 60, 100, origin=Origin.CALLBACK, parent=0, due=at(10)),
        call(25, 0, 100, origin=Origin.CALLBACK, parent=1, due=at(12)),
        call(21, 0, 20, outcome=Outcome.NO_ANSWER, origin=Origin.CALLBACK, parent=2, due=at(12)),
        call(51, 0, 80, origin=Origin.CALLBACK, parent=6, due=at(51)),
        lost(10, 3000, Outcome.LEFT_OVER, origin=Origin.CALLBACK, parent=3, due=at(14)),
    ]
    found = day(rows, plan((CALLED_BACK,)))
    assert told(found, "offered") == [4, 0, 4]
    assert told(found, "callbacks") == [4, 0, 4]
    assert told(found, "answered") == [3, 0, 3]  # rung, whether they picked up or not
    assert told(found, "answered_in_time") == [2, 0, 2]
    assert told(found, "service_level")[-1] == 0.5
    assert told(found, "callbacks_kept")[-1] == 0.5
    assert told(found, "aht") == pytest.approx([100, 80, 280 / 3])
    assert math.isnan(told(found, "mean_wait")[-1])  # nobody waited on the line


def test_waits_of_calls_and_chats_are_pooled():
    rows = [call(0, 10, 60), call(1, 30, 60, call_type=1)]
    found = day(rows, plan((call_type(), call_type("chat", channel="chat"))))
    assert found.by_type["asa"][-1].tolist() == [10, 30, 20]
    assert found.by_type["wait_max"][-1].tolist() == [10, 30, 30]


EMAIL = call_type("mail", channel="email", target=Target(within=3600.0))


def test_an_e_mail_is_in_time_when_it_is_done():
    rows = [
        call(0, 1800, 1800),  # done after exactly an hour
        call(1, 1800, 1860),
        call(2, 60, 60, outcome=Outcome.HANDED_BACK),
        call(4, 7200, 60, origin=Origin.HANDED_BACK, parent=2),
        lost(50, 600, Outcome.LEFT_OVER),
    ]
    found = day(rows, plan((EMAIL,)))
    assert told(found, "answered_in_time")[-1] == 1
    assert told(found, "email_age")[-1] == pytest.approx((3600 + 3660 + 7380) / 3)
    assert told(found, "offered")[-1] == 4
    # At 8:30 two e-mails and the rest of the third are open; at 9:00 one is done, one has come.
    # When the run ended only that one was still waiting.
    assert told(found, "backlog") == [3, 3, 1]


def test_an_e_mail_handed_back_twice_is_done_with_its_last_part():
    rows = [
        call(0, 60, 60, outcome=Outcome.HANDED_BACK),
        call(2, 60, 60, outcome=Outcome.HANDED_BACK, origin=Origin.HANDED_BACK, parent=0),
        call(4, 300, 60, origin=Origin.HANDED_BACK, parent=1),
    ]
    found = day(rows, plan((EMAIL,)))
    assert told(found, "email_age")[-1] == 600
    assert told(found, "answered")[-1] == told(found, "answered_in_time")[-1] == 1


def test_the_backlog_is_of_what_had_come_before_the_interval_was_over():
    """What comes or begins on the border is of the next interval."""
    rows = [
        lost(30, 3600, Outcome.LEFT_OVER),
        lost(30, 0, Outcome.FULL),  # gone as soon as it came
        call(5, 0, 25 * 60),  # done when the clock strikes half past
        lost(30, 3600, Outcome.LEFT_OVER, call_type=1),
    ]
    found = day(rows, plan((EMAIL, OUTBOUND)))
    assert told(found, "backlog", 0) == [0, 1, 1]
    assert told(found, "backlog", 1) == [0, 1, 1]


def test_e_mails_outside_the_hours_are_in_no_interval_but_in_the_whole_run():
    the_plan = plan((EMAIL, call_type()), days=2)
    night = [call(-60, 3600, 60), call(90, 3600, 60), call(24 * 60 - 10, 600, 1200), lost(1500, 60)]
    rows = [*night, call(10, 0, 60), call(70, 5, 60, call_type=1)]
    found = day(rows, the_plan)
    # The last e-mail came at nine o'clock of the second day: its hours are over then.
    assert told(found, "offered", 0) == [1, 0, 0, 0, 5]
    assert told(found, "offered", 1) == [0, 1, 0, 0, 1], "a call is of the nearest interval"
    assert told(found, "answered_in_time", 0) == [1, 0, 0, 0, 2]
    assert told(found, "email_age", 0)[0] == 60
    assert told(found, "email_age", 0)[-1] == pytest.approx((3660 + 3660 + 1800 + 60) / 4)
    assert told(found, "wait_max", 0)[0] == 0
    assert told(found, "wait_max", 0)[-1] == 3600
    assert told(found, "aht", 0)[-1] == pytest.approx((60 + 60 + 1200 + 60) / 4)
    assert outside(found, "offered").tolist() == [4, 0, 4]
    assert outside(found, "answered").tolist() == [3, 0, 3]
    assert outside(found, "abandoned").tolist() == [1, 0, 1]
    assert np.isnan(outside(found, "asa")).all()
    late = day(rows, plan((EMAIL, call_type()), days=2, warm_up=600.0))
    assert outside(late, "offered").tolist() == [3, 0, 3], "what came before the warm-up's end"


def test_who_was_turned_away():
    nan = math.nan
    rows = [
        lost(0, 0, Outcome.BUSY, queued=nan),
        lost(1, 0, Outcome.FULL),
        lost(2, 0, Outcome.FULL),
        lost(31, 60, Outcome.CLOSED),
        lost(32, 60, Outcome.ABANDONED),
    ]
    found = day(rows)
    assert told(found, "turned_away") == [3, 1, 4]
    assert [told(found, name)[-1] for name in ("busy", "full", "closed")] == [1, 2, 1]
    assert told(found, "closed") == [0, 1, 1]
    assert told(found, "offered") == [3, 2, 5]


def test_everything_still_waiting_is_the_whole_run_s_backlog():
    rows = [
        lost(0, 30, Outcome.CALLBACK),
        lost(9, 3600, Outcome.LEFT_OVER, origin=Origin.CALLBACK, parent=0, due=at(10)),
        lost(5, 3600, Outcome.LEFT_OVER, call_type=1),
    ]
    found = day(rows, plan((call_type(), EMAIL)))
    assert found.by_type["backlog"][-1].tolist() == [1, 1, 2]
    assert told(found, "backlog", 1) == [1, 1, 1]


def test_e_mails_do_not_drown_the_waits_of_callers():
    rows = [call(0, 10, 60), call(1, 9000, 60, call_type=1)]
    the_plan = plan((call_type(), EMAIL))
    found = day(rows, the_plan)
    assert found.by_type["asa"][-1].tolist() == [10, 9000, 10]
    assert found.by_type["wait_p95"][-1].tolist() == [10, 9000, 10]
    assert found.by_type["queue_max"][-1].tolist() == [1, 1, 1]
    assert found.by_type["offered"][-1].tolist() == [1, 1, 2]
    assert waits(records(rows), the_plan).tolist() == [10]
    assert waits(records(rows), the_plan, "mail").tolist() == [9000]
    chatting = plan((call_type(), call_type("chat", channel="chat"), EMAIL))
    of_all = [call(0, 10, 60), call(1, 40, 60, call_type=1), call(2, 9000, 60, call_type=2)]
    assert day(of_all, chatting).by_type["asa"][-1].tolist() == [10, 40, 9000, 25]


OUTBOUND = call_type(
    "list", channel="outbound", dialling=Dialling(4, 0.5), target=Target(within=300.0)
)


def test_outbound_contacts_count_where_they_were_dialled():
    rows = [
        call(0, 60, 200),
        call(0, 120, 20, outcome=Outcome.NO_ANSWER),
        call(35, 0, 100, origin=Origin.DIAL, parent=1),
        lost(0, 3600, Outcome.LEFT_OVER),
        call(1, 30, 60, call_type=1),
    ]
    found = day(rows, plan((OUTBOUND, call_type())))
    assert told(found, "offered", 0) == [2, 1, 3]
    assert told(found, "answered", 0) == [1, 1, 2]
    assert told(found, "answered_in_time", 0) == [0, 0, 0]
    assert told(found, "reached", 0) == pytest.approx([0.5, 1, 2 / 3])
    assert told(found, "reached") == pytest.approx([0.5, 1, 2 / 3])
    assert told(found, "backlog", 0) == [1, 1, 1]
    assert np.isnan(told(found, "asa", 0)).all()
    assert np.isnan(told(found, "service_level", 0)).all()
    assert told(found, "service_level")[-1] == 0  # the one call, answered late
    assert told(found, "aht", 0) == pytest.approx([200, 100, 150])


def test_money():
    kinds = (
        call_type(revenue=5.0, cost_per_minute=0.6),
        call_type("mail", channel="email", cost_per_minute=0.1, revenue=1.0),
    )
    rows = [
        call(0, 60, 120),
        lost(1, 30),
        call(2, 0, 60, outcome=Outcome.CUT_OFF),
        call(3, 3600, 600, call_type=1),
        call(4, 0, 60, origin=Origin.CONSULT, parent=0),
    ]
    found = day(rows, plan(kinds, groups=({"cost_per_hour": 30.0},)), present=[(0, OPEN, at(70))])
    assert found.by_type["revenue"][-1].tolist() == [5, 1, 6]
    assert found.by_type["cost"][-1].tolist() == pytest.approx([2.7, 1.0, 3.7])
    assert of_group(found, "paid_hours") == pytest.approx([0.5, 0.5, 7 / 6])
    assert of_group(found, "cost") == pytest.approx([15, 15, 35])


def test_lines_that_the_centre_takes_cost_while_an_agent_is_on_them():
    kinds = (
        call_type(cost_per_minute=1.0),
        call_type("list", channel="outbound", dialling=Dialling(4, 0.5), cost_per_minute=1.0),
    )
    rows = [
        lost(0, 60, Outcome.CALLBACK),
        call(9, 120, 180, origin=Origin.CALLBACK, parent=0, due=at(10)),
        call(0, 600, 240, call_type=1),
    ]
    assert day(rows, plan(kinds)).by_type["cost"][-1].tolist() == pytest.approx([1 + 3, 4, 8])


def test_agents_on_duty_absent_and_paid():
    present = [(0, at(-10), at(20)), (0, at(30), at(65)), (1, at(5), at(60))]
    planned = [(0, at(-10), at(20)), (0, at(30), at(60)), (1, at(0), at(60)), (2, at(0), at(60))]
    found = day(
        [],
        plan(groups=({}, {})),
        agent_group=(0, 0, 1),
        present=present,
        planned=planned,
        away=[(0, at(20), at(30), 1), (1, at(0), at(5), 0)],
    )
    assert of_group(found, "agents", 0) == pytest.approx([45 / 30, 2, 105 / 60])
    assert of_group(found, "absent", 0) == pytest.approx([5 / 30, 0, 5 / 60])
    assert of_group(found, "absent") == pytest.approx([35 / 30, 1, 65 / 60])
    # The whole run's adherence has the minutes before opening too: 115 of 120 planned.
    assert of_group(found, "adherence", 0) == pytest.approx([45 / 50, 1, 115 / 120])
    assert of_group(found, "adherence", 1) == [0, 0, 0]
    assert of_group(found, "overtime", 0) == pytest.approx([0, 0, 0]), "nobody stayed on in them"
    assert of_group(found, "paid_hours", 0) == pytest.approx([55 / 60, 1, 130 / 60])
    assert of_group(found, "idle", 0) == pytest.approx([1.5, 2, 1.75])
    assert np.isnan(of_group(found, "occupancy", 1)).all()


def test_occupancy_of_the_whole_run_has_the_overtime():
    rows = [call(10, 0, 600), call(55, 0, 900, wrap=60)]
    found = day(rows, present=[(0, OPEN, at(71))], planned=[(0, OPEN, at(50))])
    assert of_group(found, "overtime") == pytest.approx([0, 10 / 30, 10 / 60])
    assert of_group(found, "occupancy") == pytest.approx([600 / 1800, 300 / 1800, 1560 / 4260])
    assert of_group(found, "idle") == pytest.approx([1200 / 1800, 1500 / 1800, 2700 / 3600])
    assert of_group(found, "handled") == [1, 1, 2]
    assert of_group(found, "aht") == pytest.approx([600, 960, 780])


def test_work_is_of_the_interval_and_the_group_it_was_done_in_and_costs_what_that_costs():
    rows = [call(29, 120, 60), call(29, 300, 180, agent=1)]
    found = day(
        rows,
        plan(groups=({"cost_per_hour": 30.0}, {"cost_per_hour": 12.0})),
        agent_group=(0, 1),
        present=[(0, OPEN, at(60)), (1, OPEN, at(30))],
    )
    assert [of_group(found, "handled", column) for column in (0, 1, -1)] == [
        [0, 1, 1],
        [0, 1, 1],
        [0, 2, 2],
    ]
    assert of_group(found, "aht") == pytest.approx([math.nan, 120, 120], nan_ok=True)
    assert of_group(found, "cost", 0) == pytest.approx([15, 15, 30])
    assert of_group(found, "cost", 1) == pytest.approx([6, 0, 6])
    assert of_group(found, "cost") == pytest.approx([21, 15, 36])


def test_chats_that_overlap_are_one_busy_time_and_several_contacts_in_hand():
    chats = call_type("chat", channel="chat")
    rows = [call(0, 0, 600), call(5, 0, 600), call(20, 0, 300)]
    found = day(rows, plan((chats,), groups=({"concurrency": 2},)), present=[(0, OPEN, at(60))])
    assert of_group(found, "occupancy") == pytest.approx([1200 / 1800, 0, 1200 / 3600])
    assert of_group(found, "utilisation") == pytest.approx([1500 / 3600, 0, 1500 / 7200])
    assert of_group(found, "idle") == pytest.approx([600 / 1800, 1, 2400 / 3600])


def test_warm_up_is_left_out():
    rows = [call(5, 30, 60), call(14, 120, 600), call(20, 10, 60), lost(50, 10)]
    found = day(rows, plan(warm_up=900.0), present=[(0, OPEN, at(60))])
    assert told(found, "offered") == [1, 1, 2]
    assert told(found, "wait_max")[-1] == 10
    assert told(found, "queue_length") == pytest.approx([70 / 900, 10 / 1800, 80 / 2700])
    # The call that arrived at 8:14 was answered at 8:16 and is work of the interval.
    assert of_group(found, "handled") == [2, 0, 2]
    assert of_group(found, "occupancy") == pytest.approx([660 / 900, 0, 660 / 2700])
    assert told(day([lost(15, 9)], plan(warm_up=900.0)), "offered") == [1, 0, 1], "just over"
    late = day(rows, plan(warm_up=1800.0), present=[(0, OPEN, at(60))])
    assert told(late, "offered") == [0, 1, 1]
    assert math.isnan(told(late, "queue_length")[0])
    assert math.isnan(told(late, "queue_max")[0])
    assert math.isnan(of_group(late, "agents")[0])


def test_the_peak_of_the_whole_run_leaves_the_warm_up_out():
    rows = [call(5, 60, 60), call(5, 60, 60), call(40, 60, 60)]
    assert told(day(rows, plan(warm_up=900.0)), "queue_max") == [0, 1, 1]


def test_a_day_without_contacts_or_agents_has_nothing_to_tell():
    found = day([])
    for measure in ("service_level", "asa", "aht", "wait_p80", "email_age", "callbacks_kept"):
        assert np.isnan(found.by_type[measure]).all()
    for measure in ("occupancy", "utilisation", "adherence"):
        assert np.isnan(found.by_group[measure]).all()
    for measure in ("offered", "queue_length", "queue_max", "cost"):
        assert not found.by_type[measure].any()
    assert not found.by_group["agents"].any()


def test_outside_the_hours_the_nearest_interval_counts():
    the_plan = plan(days=2, opens=8 * 3600.0, closes=18 * 3600.0, interval=3600)
    moments = [1.0, 7.5, 8.0, 17.99, 18.5, 24.9, 25.1, 31.0, 45.0]
    rows = [Row(3600 * moment, Outcome.ABANDONED, left=3600 * moment + 9) for moment in moments]
    offered = told(day(rows, the_plan), "offered")
    assert {place: count for place, count in enumerate(offered[:-1]) if count} == {
        0: 3,
        9: 3,
        10: 2,
        19: 1,
    }
    assert sum(offered[:-1]) == offered[-1] == len(moments)


def test_a_last_interval_may_be_shorter():
    the_plan = plan(closes=OPEN + 2700.0)
    found = day([lost(40, 450)], the_plan)
    assert told(found, "queue_length") == pytest.approx([0, 300 / 900, 300 / 2700])


def test_days_on_which_clocks_change():
    night = {"timezone": "Europe/Berlin", "opens": 0.0, "closes": 4 * 3600.0, "interval": 3600}
    spring = plan(date="2026-03-29", **night)
    found = day([], spring, present=[(0, 0.0, 3 * 3600.0)])
    assert interval_labels(spring) == ["00:00", "01:00", "02:00", "03:00"]
    assert of_group(found, "paid_hours") == pytest.approx([1, 1, 0, 1, 3])
    assert math.isnan(of_group(found, "agents")[2])  # from two to three there was no time
    autumn = plan(date="2026-10-25", **night)
    found = day([], autumn, present=[(0, 0.0, 5 * 3600.0)])
    assert of_group(found, "paid_hours") == pytest.approx([1, 1, 2, 1, 5])


def test_an_interval_that_comes_twice_is_both_times_together():
    hour = 3600.0
    autumn = plan(
        date="2026-10-25", timezone="Europe/Berlin", opens=hour, closes=3 * hour, interval=1800
    )
    labels = ["01:00", "01:30", "02:00 (60 min)", "02:30 (60 min)"]
    assert interval_labels(autumn) == labels
    # At 02:10 for the first time, and so on; one waits from 02:25 to the second 02:05.
    moments = [2 * hour + 600, 2 * hour + 2400, 3 * hour + 600, 3 * hour + 900, 3 * hour + 2400]
    queue = Row(2 * hour + 1500, Outcome.ABANDONED, left=3 * hour + 300)
    rows = [*(Row(one, Outcome.ABANDONED, left=one + 60) for one in moments), queue]
    found = day(rows, autumn, present=[(0, 2 * hour, 2.5 * hour), (0, 3.5 * hour, 4 * hour)])
    assert told(found, "offered") == [0, 0, 4, 2, 6]
    waited = [0, 0, 3 * 60 + 300 + 300, 2 * 60 + 1800]
    assert told(found, "queue_length")[:-1] == pytest.approx([one / 3600 for one in waited])
    assert told(found, "queue_max") == [0, 0, 1, 2, 2]
    assert of_group(found, "agents") == pytest.approx([0, 0, 0.5, 0.5, 1 / 3])
    assert of_group(found, "paid_hours") == pytest.approx([0, 0, 0.5, 0.5, 1])


def test_labels_of_several_days():
    assert interval_labels(plan()) == ["08:00", "08:30"]
    assert interval_labels(plan(days=2))[1:3] == ["day 1 08:30", "day 2 08:00"]
    assert interval_labels(plan(days=2, date="2026-03-02"))[2] == "Tue 03 Mar 08:00"
    late = {"opens": 23.5 * 3600.0, "closes": 27 * 3600.0}
    assert interval_labels(plan(**late))[:2] == ["23:30", "00:00 (+1)"]
    night = plan(**late, days=2, date="2026-10-23", timezone="Europe/Berlin")
    assert interval_labels(night)[6:8] == ["Fri 23 Oct 02:30 (+1)", "Sat 24 Oct 23:30"]
    assert interval_labels(night)[-1] == "Sat 24 Oct 02:30 (+1, 60 min)"


def test_the_worst_interval_is_one_with_contacts_to_speak_of():
    busy = [call(minute, 100 if minute < 2 else 5, 10) for minute in range(10)]
    found = day([*busy, lost(45, 300)])
    assert told(found, "service_level")[:2] == [0.8, 0.0]
    assert worst_interval(found, "service_level") == (0, 0.8)
    assert worst_interval(found, "wait_max") == (0, 100)
    assert worst_interval(found, "aht", by_group=True) == (0, 10)
    assert worst_interval(found, "occupancy") is None  # nobody was on duty
    quiet = day([call(minute, 100, 10) for minute in range(3)])
    assert worst_interval(quiet, "service_level") == (0, 0.0)  # there is none with more
    types = (call_type(), call_type("sales"))
    good = [call(20 + minute, 5, 10, call_type=1) for minute in range(5)]
    bad = [lost(31 + minute, 60, call_type=1) for minute in range(5)]
    five, four = (day([*busy, *good, *bad[:number]], plan(types)) for number in (5, 4))
    assert worst_interval(five, "service_level", 0) == (0, 0.8)
    assert worst_interval(five, "service_level", 1) == (1, 0.0), "five are enough"
    assert worst_interval(four, "service_level", 1) == (0, 1.0)
    with pytest.raises(SimError, match="no measure is called asas"):
        worst_interval(found, "asas")


def test_the_histogram_holds_every_wait_once():
    found = wait_histogram(records(TWO_HALF_HOURS), plan(), bins=[0, 10, 20, 40])
    assert found.answered.tolist() == [1, 1, 2]
    assert found.lost.tolist() == [1, 0, 1]
    even = wait_histogram(records(TWO_HALF_HOURS), plan(), "calls", bins=4)
    assert even.edges.tolist() == [0, 10, 20, 30, 40]
    assert wait_histogram(records([]), plan(), bins=2).answered.tolist() == [0, 0]
    with pytest.raises(SimError, match="no call type is called sales: did you mean calls"):
        wait_histogram(records([]), plan(), "sales")


def test_measures_are_described():
    for one in (*TYPE_MEASURES, *GROUP_MEASURES):
        assert one.label
        assert one.unit in {"share", "seconds", "contacts", "agents", "money", "hours"}
        assert one.better in {"high", "low", ""}
