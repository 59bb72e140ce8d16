"""The pages about the simulator are true: every plan in them runs, every command, every program,
and nothing a plan can say is left out."""

from __future__ import annotations

import dataclasses
import itertools
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import sim.parameters
from sim import plan_file, what_if
from sim.arrays import Floats
from sim.centre import simulate
from sim.commands import COMMANDS, main
from sim.experiment import run
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES, figures
from sim.parameters import Plan, units
from sim.plan_files.history import From
from sim.records import Origin, Outcome, Records
from sim.report.compared import Compared
from sim.report.compared_files import compared_data
from sim.report.data import run_data
from sim.report.swept import Swept
from sim.report.swept_files import swept_data
from sim.report.view import View
from sim.routing import RULES, Rule
from sim.streams import Streams
from sim.sweep import Axis
from sim.traffic import arrivals
from tests.sim import laws

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "simulation.md", *sorted((DOCS / "simulation").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    page: str
    language: str
    file: str
    text: str

    @property
    def name(self) -> str:
        found = re.search(r"^name: (.*)$", self.text, re.MULTILINE)
        return found[1] if found else f"{self.page}: {self.text.splitlines()[0]}"


def blocks(language: str) -> list[Block]:
    return [
        Block(page.stem, *found)
        for page in PAGES
        for found in FENCE.findall(page.read_text(encoding="utf-8"))
        if found[0] == language
    ]


PLANS = blocks("yaml")


@cache
def words() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files the pages tell to write, in the folder in which a command is started."""
    for block in (*blocks("python"), *blocks("csv")):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for block in blocks("python"):
        sys.modules.pop(block.file.removesuffix(".py"), None)


def has(*outcomes: Outcome) -> Callable[[Plan, Records], bool]:
    return lambda _, records: bool(np.isin(outcomes, records.outcome).all())


def came_of(*origins: Origin) -> Callable[[Plan, Records], bool]:
    return lambda _, records: bool(np.isin(origins, records.origin).all())


def longer_than_talk(part: str) -> Callable[[Plan, Records], bool]:
    return lambda _, records: bool(getattr(records, part).any())


def idle(records: Records, group: int, moment: float, who_is_freed: bool = False) -> int:
    """Agents of a group with nothing in hand before this moment, or with who is freed at it."""
    end = moment + 1e-6 if who_is_freed else moment - 1e-6
    here = (records.present_start <= moment) & (moment < records.present_end)
    busy = records.agent[(records.answered < moment - 1e-6) & (end < records.released)]
    there = np.setdiff1d(records.present_agent[here], busy)
    return int((records.agent_group[there] == group).sum())


def levels_overflow_and_reserve(_: Plan, records: Records) -> bool:
    """Sellers take English calls that waited half a minute, bilinguals while two more are idle."""
    over = (records.call_type == 0) & (records.group == 2)
    helped = (records.call_type == 0) & (records.group == 3)
    kept = [idle(records, 3, moment, who_is_freed=True) for moment in records.answered[helped]]
    return records.waited[over].min() >= 30 - 1e-6 and min(kept) == 3


def quickest_then_least_skilled(plan: Plan, records: Records) -> bool:
    """Nobody of the desk was idle when a seller took a call at once, no seller when others did."""
    english = (records.call_type == 0) & (records.waited == 0)
    taken = [records.answered[english & (records.group == group)] for group in range(4)]
    in_order = dataclasses.replace(plan, routing=plan.routing[:-1])
    return (
        max(idle(records, 0, moment) for moment in taken[2]) == 0
        and max(idle(records, 2, moment) for moment in taken[3]) == 0
        and not np.array_equal(simulate(in_order).agent, records.agent)
    )


def three_idle_at_each_dial(_: Plan, records: Records) -> bool:
    dials = records.answered[records.call_type == 1]
    found = [idle(records, 0, moment, True) for moment in dials[dials == dials]]
    return min(found) == 3


def pace(plan: Plan, records: Records) -> Floats:
    """How long each talk took, over what it would have taken somebody of ordinary pace."""
    luck = Streams(plan.seed, 0).uniforms("talk/calls", len(records))
    return records.talk / plan.call_types[0].service.talk.quantile(luck)


def usual(plan: Plan, *clock: str) -> Floats:
    """Contacts between these times on a mean day, by call type: (call types, spans)."""
    edges = [float(units.clock(one)) for one in clock]
    days = [arrivals(plan, Streams(1, run)) for run in range(60)]
    kinds = range(len(plan.call_types))
    return np.mean(
        [[np.histogram(one.times[one.call_types == k], edges)[0] for k in kinds] for one in days],
        axis=0,
    )


def near(found: Floats, *expected: float) -> bool:
    """Within four standard errors of the mean of sixty Poisson counts."""
    wanted = np.array(expected)
    return bool(np.all(np.abs(found - wanted) <= 4 * np.sqrt(wanted / 60)))


def busy_together(plan: Plan, _: Records) -> bool:
    """Days of both types differ by more than chance, mostly in the same direction."""
    days = [arrivals(plan, Streams(1, run)).call_types for run in range(60)]
    counts = np.array([np.bincount(one, minlength=2)[:2] for one in days])
    scatter = counts.var(axis=0) / counts.mean(axis=0)
    return bool(scatter.min() > 3 and np.corrcoef(counts.T)[0, 1] > 0.4)


def a_bad_morning(plan: Plan, records: Records) -> bool:
    """A surge of 2.5, lines that are down, and longer contacts while the systems are."""
    surge = near(usual(plan, "09:30", "10:00", "10:30", "11:00")[0], 60, 150, 60)
    down = (records.arrived >= 11 * 3600) & (records.arrived < 11 * 3600 + 600)
    slow = (records.answered >= 13 * 3600) & (records.answered < 14 * 3600)
    longer = pace(plan, records)
    return bool(
        surge
        and (records.outcome[down] == Outcome.BUSY).all()
        and np.allclose(longer[slow], 1.5)
        and np.allclose(longer[~slow & (records.agent >= 0)], 1)
    )


# What an example is there to show must be seen in its run.
SHOWS: dict[str, Callable[[Plan, Records], bool]] = {
    "the day": lambda plan, records: plan.intervals == 16 and records.arrived.max() < 12 * 3600,
    "two nights": lambda plan, records: (
        plan.moment(1, plan.closes) - plan.moment(1, plan.opens) == 7 * 3600
        and {int(plan.clock_at(one) // 3600) for one in records.arrived if one > 40 * 3600}
        == {46, 47, 48, 49, 51, 52, 53}
    ),
    "warm-up": lambda plan, records: figures(plan, records).by_type["offered"][0, 0] == 0,
    "nobody is kept": has(Outcome.CLOSED, Outcome.CALLBACK),
    "expected contacts by half hour": lambda plan, _: near(
        usual(plan, "09:00", "09:30", "10:00", "10:30", "11:00")[0], 40, 55, 75, 90
    ),
    "straight lines": lambda plan, _: near(
        usual(plan, "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00")[0],
        *(0, 30, 45, 75, 78.75, 56.25, 45),
    ),
    "one rate": lambda plan, _: near(
        usual(plan, "09:00", "09:30", "10:00", "15:30", "16:00", "17:00")[0], 0, 75, 825, 75, 0
    ),
    "busy days": busy_together,
    "no chance at all": lambda _, records: np.allclose(np.diff(records.arrived), 30),
    "what really came": lambda _, records: (
        records.arrived - 9 * 3600 == np.array([7, 31, 120, 120])
    ).all(),
    "buses arrive": lambda _, records: len(np.unique(records.arrived)) * 5 == len(records),
    "another mix": lambda plan, _: near(
        usual(plan, "10:00", "12:00")[:, 0], 0.5 * 440, 0.35 * 440, 0.15 * 440
    ),
    "a bad morning": a_bad_morning,
    "chat": lambda plan, records: bool(
        figures(plan, records).by_group["occupancy"][-1, 0]
        > 1.2 * figures(plan, records).by_group["utilisation"][-1, 0]
    ),
    "a list to call": lambda _, records: bool(
        np.isin(records.outcome[records.call_type == 1], (Outcome.NO_ANSWER,)).any()
    ),
    "handle times": longer_than_talk("hold"),
    "measured, even and fixed": longer_than_talk("after_call"),
    "impatient": has(Outcome.BALKED, Outcome.ABANDONED),
    "a day that was": lambda _, records: 250 < len(records) < 450,
    "few lines": has(Outcome.BUSY),
    "a short queue": has(Outcome.FULL),
    "they try again": came_of(Origin.RETRIAL),
    "call me back": came_of(Origin.CALLBACK),
    "call me later": lambda _, records: (
        len(later := np.flatnonzero(records.origin == Origin.CALLBACK)) > 0
        and bool((records.due[later] == records.left[records.parent[later]] + 3600).all())
    ),
    "who serves whom": levels_overflow_and_reserve,
    "the quickest, and then who can do least": quickest_then_least_skilled,
    "careful blending": three_idle_at_each_dial,
    "a menu first": has(Outcome.CONTAINED, Outcome.LEFT_MENU),
    "not resolved at once": came_of(Origin.REPEAT),
    "sent on": came_of(Origin.TRANSFER),
    "ask a colleague": came_of(Origin.CONSULT),
    "who pays": lambda plan, records: figures(plan, records).by_type["revenue"][-1, 0] > 100,
    "fewer writers": lambda plan, records: bool(
        # Some wait for the next morning, which the target of eight hours of their own forgives few.
        (records.answered // 86400 > records.arrived // 86400).sum() > 20
        and 0.9 < figures(plan, records).by_type["service_level"][-1, 0] < 0.99
    ),
    "by half hour": lambda plan, records: bool(
        (figures(plan, records).by_group["agents"][:5, 0] == (8, 10, 12, 14, 14)).all()
    ),
    "shifts": lambda _, records: set(records.away_paid.tolist()) == {0, 1},
    "helping out": lambda _, records: bool(((records.call_type == 0) & (records.group == 1)).any()),
    "without television": lambda _, records: (
        {
            (int(records.call_type[one]), int(records.group[one]))
            for one in np.flatnonzero(records.group >= 0)
        }
        == {(0, 0), (0, 1), (1, 1)}
        and not (records.outcome[records.call_type == 0] == Outcome.ABANDONED).any()
    ),
    "one by one": lambda plan, records: bool(
        all(
            np.allclose(pace(plan, records)[records.group == place], factor)
            for place, factor in enumerate((1.0, 0.8, 1.3))
        )
        and records.answered[records.group == 2].max() < 13 * 3600
    ),
    "a real floor": lambda _, records: (
        len(np.unique(records.present_agent)) < len(np.unique(records.planned_agent))
        # Three are in the training, everybody is off the phones five times or so.
        and len(records.away_start) > 50
    ),
    "the last hour": lambda _, records: (records.planned_end == 18 * 3600).sum() == 5,
    "handed back": came_of(Origin.HANDED_BACK),
    "a moment to settle": lambda _, records: bool(
        np.nanmin((records.answered - records.queued)[records.call_type == 0]) > 15 - 1e-6
    ),
    "new hires": lambda _, records: (
        records.talk[records.group == 1].mean() > 1.2 * records.talk[records.group == 0].mean()
        and records.resolved[records.group == 1].mean()
        < records.resolved[records.group == 0].mean()
    ),
}


@pytest.mark.parametrize("block", PLANS, ids=lambda block: block.name)
def test_every_plan_in_the_pages_runs_and_differs_from_its_base(
    block: Block, own_rules: Path
) -> None:
    plan = plan_file.loads(block.text, folder=own_rules)
    records = simulate(plan)
    laws.check(plan, records)
    assert figures(plan, records).by_type["offered"][-1, -1] > 0
    base = re.search(r"^base: (\S+)$", block.text, re.MULTILINE)
    assert base is not None, "a plan in the pages names the example it is based on"
    assert plan_file.differences(plan_file.loads(plan_file.example(base[1])), plan)
    assert SHOWS.get(block.name, lambda *_: True)(plan, records)


def test_what_examples_must_show_has_an_example() -> None:
    names = [block.name for block in PLANS]
    assert set(SHOWS) <= set(names)
    assert len(set(names)) == len(names)


def test_every_command_in_the_pages_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    used = set()
    for block, line in [(one, line) for one in blocks("sh") for line in one.text.splitlines()]:
        parts = shlex.split(line)
        assert parts[:3] == [".venv/bin/python", "-m", "sim"], block
        command, *options = parts[3:]
        options, target = (options[:-2], options[-1]) if ">" in options else (options, "")
        if command in ("run", "compare") and not {"-n", "--replications"} & set(options):
            options += ["--replications", "5"]  # enough to see that it runs
        if "--workers" in options:
            options[options.index("--workers") + 1] = "1"
        with pytest.raises(SystemExit) as ended:
            main([command, *options])
        out, error = capsys.readouterr()
        assert not ended.value.code, f"{line}: {error}"
        assert out.strip(), line
        if target:
            (tmp_path / target).write_text(out, encoding="utf-8")
        used.add(command)
    assert used >= set(COMMANDS) - {"schema"}
    assert {"report.html", "report.xlsx"} <= {file.name for file in tmp_path.iterdir()}


PROGRAMS = [block for block in blocks("python") if not block.file]


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda one: one.text.splitlines()[0])
def test_every_program_in_the_pages_runs(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = block.text
    scope: dict[str, object] = {"__name__": "pages"}
    if '"tcp://scheduler:8786"' in text:
        distributed = pytest.importorskip("distributed")
        with distributed.LocalCluster(
            n_workers=1, processes=False, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster:
            exec(text.replace('"tcp://scheduler:8786"', "address"), scope | {"address": cluster})
        return
    # Started by itself it would take processes; those are tested where processes are.
    exec(text.replace("workers=2", "workers=1").replace('"__main__"', '"pages"'), scope)


def test_the_rule_of_the_page_does_what_it_says(own_rules: Path) -> None:
    text = next(block.text for block in PLANS if block.name == "my own rule")
    plan = plan_file.loads(text)
    records = simulate(plan)
    english, sales = 0, 2
    waits = records.waited
    sellers = [index for index, group in enumerate(plan.groups) if group.name == "Sellers"]
    theirs = (records.call_type == english) & np.isin(records.group, sellers) & (waits >= 0)
    ends = np.where(np.isnan(records.answered), records.left, records.answered)
    of_sales = records.call_type == sales
    for moment in records.answered[theirs]:
        waiting = of_sales & (records.queued < moment - 1e-6) & (ends > moment + 1e-6)
        assert not waiting.any()
    lines = next(one.text for one in blocks("python") if one.file).strip().splitlines()
    assert len([line for line in lines if line.strip()]) <= 15


def test_a_rule_is_found_in_the_current_folder_by_the_command_line(
    own_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = next(block.text for block in PLANS if block.name == "my own rule")
    (own_rules / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["run", "mine.yaml", "-n", "2", "--workers", "1"])
    assert ended.value.code == 0, capsys.readouterr().err


def test_what_other_programs_may_import_is_there_and_nothing_else_is_offered() -> None:
    table = re.findall(r"^\| `(sim\.[\w.]+)` \|(.*)\|$", words(), re.MULTILINE)
    assert {module.split(".")[1] for module, _ in table} == set(sim.__all__)
    for module, told in table:
        names = re.findall(r"`(\w+)`", told)
        assert names
        for name in names:
            found = getattr(import_module(module), name, None)
            assert found is not None or name == "problems", f"{module}.{name}"


# --- nothing is left out ------------------------------------------------------------------------


def mentioned(name: str) -> bool:
    return bool(re.search(rf"`[^`\n]*\b{re.escape(name)}\b[^`\n]*`|\b{re.escape(name)}:", words()))


def test_every_field_of_every_parameter_is_in_the_pages() -> None:
    kinds = [getattr(sim.parameters, name) for name in sim.parameters.__all__]
    fields = {
        f"{kind.__name__}.{field.name}"
        for kind in (*kinds, From)
        if dataclasses.is_dataclass(kind)
        for field in dataclasses.fields(kind)
    }
    assert len(fields) > 100
    assert [one for one in sorted(fields) if not mentioned(one.partition(".")[2])] == []


def test_every_choice_measure_rule_and_change_is_in_the_pages() -> None:
    schema = repr(plan_file.schema())
    choices = set(itertools.chain(*(re.findall(r"'enum': \[(.*?)\]", schema))))
    assert choices
    named = [
        *(one.name for one in (*TYPE_MEASURES, *GROUP_MEASURES)),
        *RULES,
        *what_if.CHANGES,
        *(name for name in vars(Rule) if not name.startswith("_")),
    ]
    assert [one for one in named if not mentioned(one)] == []
    enums = [one.name.lower().replace("_", " ") for one in (*Origin, *Outcome)]
    assert [one for one in enums if one != "open" and f"*{one}*" not in words()] == []
    for options in re.findall(r"'enum': \[(.*?)\]", schema):
        for choice in re.findall(r"'([^']+)'", options):
            assert choice in words(), choice


def keys(data: Any) -> Iterator[str]:
    """Of JSON, all the way down; names of measures and call types are no keys of their own."""
    for name, value in data.items() if isinstance(data, dict) else ():
        yield name
        named = isinstance(value, dict) and (name == "figures" or name.endswith("_by_type"))
        yield from keys(list(value.values()) if named else value)
    for one in data if isinstance(data, list) else ():
        yield from keys(one)


def test_every_key_of_json_is_in_the_pages() -> None:
    plan = plan_file.loads(plan_file.example("small"))
    base = run(plan, replications=2)
    other = dataclasses.replace(base, plan=dataclasses.replace(plan, name="other"))
    axes = (Axis("groups.agents.agents", (12,)),)
    found = {
        *keys(run_data(View(base))),
        *keys(compared_data(Compared((base, other), {}))),
        *keys(swept_data(Swept("agents", axes, (base,)))),
        *keys(swept_data(Swept("two groups", (*axes, Axis("groups.more.agents", (1,))), (base,)))),
    }
    assert {"worst_call_type", "differences", "p10", "every_interval"} <= found
    assert [one for one in sorted(found) if not mentioned(one)] == []


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text):
            other = (page.parent / target) if target else page
            assert other.exists(), f"{page.name}: {target}"
            heads = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in heads}
            assert not anchor or anchor in slugs, f"{page.name}: {target}#{anchor}"
