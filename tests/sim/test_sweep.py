"""Plans with figures changed step by step."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click import Context

from sim.commands import cli
from sim.errors import PlanError
from sim.estimates import column
from sim.experiment import run
from sim.parameters import Exponential, LogNormal, Mix, PoissonArrivals
from sim.plan_file import example, loads
from sim.report.swept import Swept
from sim.results import Result
from sim.sweep import Axis, plans, sweep, vary
from tests.sim.experiment_plans import same, small


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("groups.front.agents=5,7,6", "groups.front.agents", (5, 7, 6)),
        ("groups.front.agents=10:16:3", "groups.front.agents", (10, 13, 16)),
        ("groups.front.agents=10:12", "groups.front.agents", (10, 11, 12)),
        ("target.share=0.7:0.9:0.1", "target.share", (0.7, 0.8, 0.9)),
        ("volume=+0 %, +10 %", "volume", ("+0 %", "+10 %")),
        ("handle_time=+30, -30", "handle_time", ("+30", -30)),
        ("groups.front.adherence=none", "groups.front.adherence", (None,)),
        ("opens=08:00,09:00", "opens", ("08:00", "09:00")),
    ],
)
def test_an_axis_is_read(text: str, path: str, values: tuple[object, ...]) -> None:
    assert Axis.parse(text) == Axis(path, values)


@pytest.mark.parametrize(
    "text", ["groups.front.agents", "=3", "a=", "a=5:1", "a=1:5:0", "a=1:1e9:1", "a=1:99999"]
)
def test_an_axis_that_is_none_is_refused(text: str) -> None:
    if text == "a=1:1e9:1":
        # No number a range may have: a text, which no figure of a plan takes.
        assert Axis.parse(text).values == ("1:1e9:1",)
        return
    with pytest.raises(PlanError, match="write"):
        Axis.parse(text)


def test_a_range_that_goes_down_is_told_how_to_be_written() -> None:
    with pytest.raises(PlanError, match=r"from low to high, .*: 48:36:-6"):
        Axis.parse("agents=48:36:6")
    assert Axis.parse("agents=48:36:-6").values == (48, 42, 36)


def test_a_figure_is_found_by_names() -> None:
    plan = small()
    assert vary(plan, "groups.front.agents", 9).groups[0].agents == 9
    assert vary(plan, "groups.front.agents", [1, 2, 3, 4]).groups[0].agents == (1, 2, 3, 4)
    assert vary(plan, "groups.front.skills.sales.level", 2).groups[0].skills[0].level == 2
    assert vary(plan, "groups.*.shrinkage", 0.2).groups[0].shrinkage == 0.2
    by_interval = vary(plan, "groups.front.agents", [1, 2, 3, 4])
    assert vary(by_interval, "groups.front.agents.2", 9).groups[0].agents == (1, 9, 3, 4)
    found = vary(plan, "call_types.sales.patience.time.mean", "1.5 min").call_types[0].patience
    assert found is not None
    assert found.time == Exponential(90)
    talk = vary(plan, "call_types.sales.service.talk", LogNormal(200, 80)).call_types[0].service
    assert talk.talk == LogNormal(200, 80)
    assert vary(plan, "target.within", 30).target.within == 30
    assert plan == small()


def test_a_figure_in_a_mapping_is_found() -> None:
    arrivals = PoissonArrivals(per_interval=(50, 60, 70, 60))
    plan = vary(small(), "call_types.sales.arrivals", None)
    plan = vary(plan, "mix", Mix(arrivals, {"sales": 1.0}))
    with pytest.raises(PlanError, match="add up to 1"):
        vary(plan, "mix.shares.sales", 0.5)


def test_a_what_if_is_found_by_its_name() -> None:
    arrivals = vary(small(), "volume", "+10 %").call_types[0].arrivals
    assert isinstance(arrivals, PoissonArrivals)
    assert arrivals.per_interval == pytest.approx((55, 66, 77, 66))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("groups.frnt.agents", 3, "there is no frnt in groups: did you mean front?"),
        ("groups.front.agent", 3, "there is no agent in groups.front: did you mean agents?"),
        ("volum", 3, "there is no volum in a plan, and no what-if: did you mean volume?"),
        ("call_types.sales.callback.accepted", 1, "call_types.sales.callback is not in this plan"),
        ("groups.front.agents.first", 1, "groups.front.agents is a single figure"),
        (
            "groups.front.agents",
            -1,
            "groups.front.agents = -1: must be greater than or equal to 0",
        ),
        (
            "groups.front.agents",
            "10-14",
            'groups.front.agents = 10-14: must be a whole number or a list, got "10-14": '
            "write 10:14 for all from 10 to 14",
        ),
        ("groups.front.shrinkage", 30, 'must be less than 1: write 0.3 or "30 %"'),
        ("groups.front.skills", 3, "vary a figure in it, as in groups.front.skills.sales.level"),
        ("groups.front.agents.0", 3, "groups.front.agents is a single figure"),
        ("shrinkage", 30, 'shrinkage = 30: must be less than 1: write 0.3 or "30 %"'),
        ("volume", 20, 'volume = 20: write the change in per cent, as "+20 %"'),
        ("call_types.sales.patience", 90, "vary one of them, as in call_types.sales.patience.time"),
        ("agents", -2, "agents = -2: of which group? Write groups.front.agents"),
        ("opens", 8, "opens = 8: that is seconds past midnight: write 08:00"),
        ("volume", "much", "volume"),
    ],
)
def test_a_path_or_value_that_does_not_fit_is_told(path: str, value: object, said: str) -> None:
    with pytest.raises(PlanError) as caught:
        vary(small(), path, value)
    assert said in str(caught.value)


def test_agents_of_a_group_with_shifts_keep_their_proportions() -> None:
    day = loads(example("day"))
    shifts = vary(day, "groups.Calls.agents", 21).groups[0].shifts
    assert [shift.agents for shift in shifts] == [9, 5, 7]
    one = vary(day, "groups.Calls.shifts.2.agents", 12).groups[0].shifts
    assert [shift.agents for shift in one] == [18, 12, 14]
    for path, value, said in (
        ("groups.Calls.agents", "10-14", "write 10:14 for all from 10 to 14, or name a shift"),
        ("groups.Calls.agents", -1, "groups.Calls.shifts.1.agents (1 begins at 08:00, 2 begins"),
        ("groups.Calls.shifts", 3, "as in groups.Calls.shifts.1.agents (there are 1, 2, 3)"),
        ("groups.Calls.shifts.0.agents", 3, "counted from 1, and there are 3"),
    ):
        with pytest.raises(PlanError) as caught:
            vary(day, path, value)
        assert said in str(caught.value)


def test_the_example_on_the_help_screen_fits_the_example_plan() -> None:
    day = loads(example())
    command = cli.get_command(Context(cli), "sweep")
    assert command is not None
    for text in (cli.help, command.help):
        lines = [shlex.split(one) for one in (text or "").splitlines() if " --set " in one]
        assert lines
        for parts in lines:
            axes = [after for before, after in pairwise(parts) if before == "--set"]
            assert plans(day, [Axis.parse(one) for one in axes])


def test_two_axes_make_every_pair() -> None:
    found = plans(small(), [Axis("groups.front.agents", (5, 6)), Axis("volume", ("+0 %", "+5 %"))])
    assert [one.name for one in found] == [
        "groups.front.agents=5, volume=+0 %",
        "groups.front.agents=5, volume=+5 %",
        "groups.front.agents=6, volume=+0 %",
        "groups.front.agents=6, volume=+5 %",
    ]
    assert [one.groups[0].agents for one in found] == [5, 5, 6, 6]
    for wrong in ([], [Axis("seed", (1,))] * 3):
        with pytest.raises(PlanError, match="one figure or two"):
            plans(small(), wrong)
    with pytest.raises(PlanError, match="volume is varied twice: give all its values at once"):
        plans(small(), [Axis("volume", ("+5 %",)), Axis("volume", ("+9 %",))])


def test_long_names_keep_what_tells_them_apart() -> None:
    path = "call_types.sales.patience.time.mean"
    axes = [Axis(path, (60,)), Axis("call_types.sales.service.talk.mean", (100, 200))]
    first, second = plans(small(), axes)
    assert len(first.name) <= 80
    assert first.name != second.name


def test_every_plan_is_run_as_by_itself_and_more_agents_help(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    results = sweep(
        small(),
        [Axis("groups.front.agents", (5, 7, 9))],
        replications=4,
        workers=2,
        folder=tmp_path,
        progress=lambda done, expected, left: told.append((done, expected)),
    )
    assert same(results[1], run(small(agents=7), replications=4))
    levels = [column(one, "service_level").mean() for one in results]
    assert levels == sorted(levels)
    assert told[0] == (0, 12)
    assert told[-1] == (12, 12)
    assert len(list(tmp_path.glob("*/experiment.json"))) == 3
    # With another value it goes on from those there.
    told.clear()
    more = sweep(
        small(),
        [Axis("groups.front.agents", (5, 6))],
        replications=4,
        folder=tmp_path,
        progress=lambda done, expected, left: told.append((done, expected)),
    )
    assert told[0] == (4, 8)
    assert same(more[0], results[0])
    assert len(list(tmp_path.glob("*/experiment.json"))) == 4


def test_a_sweep_that_is_stopped_gives_the_plans_that_have_all_their_days() -> None:
    def control_c(done: int, expected: int, left: float | None) -> None:
        if done == 5:
            raise KeyboardInterrupt

    axes = [Axis("groups.front.agents", (5, 7, 9))]
    found = sweep(small(), axes, replications=2, progress=control_c, partial=True)
    assert [one.replications for one in found] == [2, 2]
    with pytest.raises(KeyboardInterrupt):
        sweep(small(), axes, replications=2, progress=control_c)
    with pytest.raises(KeyboardInterrupt):
        sweep(small(), axes, replications=6, progress=control_c, partial=True)


@pytest.mark.parametrize(
    ("done", "firsts", "lasts", "stopped"),
    [
        (6, (1, 2), (7, 8, 9), ""),
        (5, (1,), (7, 8, 9), "after 3 of 6 values"),
        (3, (1,), (7, 8, 9), "after 3 of 6 values"),
        (2, (1,), (7, 8), "after 2 of 6 values"),
    ],
)
def test_of_pairs_whole_rows_are_shown(
    done: int, firsts: tuple[int, ...], lasts: tuple[int, ...], stopped: str
) -> None:
    """Or what there is of the first."""
    axes = (Axis("volume", (1, 2)), Axis("groups.front.agents", (7, 8, 9)))
    results = [Result(small(seed=place), ()) for place in range(done)]
    swept = Swept.of_those_done("small", axes, results)
    assert [axis.values for axis in swept.axes] == [firsts, lasts]
    assert len(swept.results) == len(swept.steps) == len(firsts) * len(lasts)
    assert swept.results == tuple(results[: len(swept.results)])
    assert swept.stopped == stopped
