"""Every run of any plan obeys the laws of ``laws.py``; the same seed gives the same run.

These searches are run again, ten times as long and by chance, in ``make test-long``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.centre import Centre, simulate
from sim.clock import SHORT
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Exponential,
    Fixed,
    Group,
    Patience,
    Plan,
    PoissonArrivals,
    Service,
    Skill,
)
from sim.records import Outcome
from sim.roster import roster
from sim.streams import Streams
from sim.traffic import arrivals
from tests.sim import laws
from tests.sim.strategies import FIRST_COME, durations, plans


class Ends(bytearray):
    """The outcomes of a run under way, each of which is written once and then only put right."""

    def __setitem__(self, row: Any, outcome: Any) -> None:
        served = self[row] == Outcome.ANSWERED and outcome in laws.SERVED_BY_AGENT[1:]
        assert self[row] == Outcome.OPEN or served, f"{row} ended again: {self[row]}, {outcome}"
        super().__setitem__(row, outcome)


@given(plans(), st.integers(0, 1000))
def test_every_run_obeys_the_laws(plan: Plan, replication: int) -> None:
    streams = Streams(plan.seed, replication)
    centre = Centre(plan, streams, arrivals(plan, streams), roster(plan, streams))
    centre.outcome = centre.ledger.outcome = Ends(centre.outcome)
    centre.run()
    records = centre.records(plan.seed, replication)
    laws.check(plan, records)
    laws.queues_are_arrivals_times_waits(plan, records)
    assert records.same_as(simulate(plan, replication))


@given(plans(routing=FIRST_COME))
def test_first_come_first_served_and_nobody_waits_for_nothing(plan: Plan) -> None:
    records = simulate(plan)
    laws.first_come_first_served(records)
    laws.nobody_waits_while_somebody_idles(plan, records)
    laws.no_chat_waits_while_somebody_has_room(plan, records)


single = st.builds(
    lambda counts, service, agents, seed: Plan(
        call_types=(CallType("calls", Service(service), PoissonArrivals(counts)),),
        groups=(Group("all", (Skill("calls"),), agents),),
        opens=8 * 3600.0,
        closes=11 * 3600.0,
        seed=seed,
    ),
    st.lists(st.floats(0, 40), min_size=6, max_size=6).map(tuple),
    durations(10, 400),
    st.integers(1, 8),
    st.integers(0, 10**6),
)


@given(single)
def test_one_agent_more_never_lengthens_a_wait_without_abandonment(plan: Plan) -> None:
    group = plan.groups[0]
    assert isinstance(group.agents, int)
    more = dataclasses.replace(plan, groups=(dataclasses.replace(group, agents=group.agents + 1),))
    before, after = simulate(plan), simulate(more)
    assert np.array_equal(before.arrived, after.arrived)
    served = before.agent >= 0
    assert (after.waited[served] <= before.waited[served] + 1e-6).all()


def test_called_off_patience_leaves_nothing_behind() -> None:
    kind = CallType(
        "calls",
        Service(Exponential(300.0)),
        ConstantArrivals(120.0),
        patience=Patience(Fixed(86400.0)),
    )
    plan = Plan(
        (kind,),
        (Group("all", (Skill("calls"),), 11, shift_end="drain"),),
        opens=0.0,
        closes=36000.0,
    )
    streams = Streams(1, 0)
    centre = Centre(plan, streams, arrivals(plan, streams), roster(plan, streams))
    longest = 0
    run_out = centre.clock.run_out

    def watched(moments: Iterable[float], arrive: Callable[[int, float], None]) -> None:
        def come(row: int, now: float) -> None:
            nonlocal longest
            arrive(row, now)
            longest = max(longest, len(centre.queue))

        run_out(moments, come)

    centre.clock.run_out = watched  # type: ignore[method-assign, assignment]
    centre.run()
    records = centre.records(1, 0)
    # A patience of a day is called off for everybody: none is left in the list, nobody waited on.
    assert (records.waited > 0).sum() > 300
    assert (records.outcome == 1).all()
    waiting_at_once = 60
    assert longest < 2 * (waiting_at_once + 12) + SHORT
