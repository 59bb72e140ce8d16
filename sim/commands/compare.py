"""``python -m sim compare``: which plan is better, by how much, or that it can't be told yet."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from sim.commands.common import (
    Outputs,
    console,
    experiment_options,
    look_over,
    output_options,
    read_plan,
    usual_workers,
)
from sim.commands.progress import shown
from sim.commands.stopping import stopped, told_when_stopped
from sim.errors import Cancelled, PlanError
from sim.experiment import Pool, run
from sim.folder_lock import locked
from sim.parameters import Plan, Rule
from sim.plan_file import differences
from sim.report import words
from sim.report.compared import NEGLIGIBLE, Compared
from sim.report.compared_files import (
    COLUMNS,
    compared_data,
    compared_rows,
    write_compared,
)
from sim.report.compared_page import compared_page
from sim.report.compared_terminal import show_compared
from sim.report.files import texts
from sim.report.formats import as_csv, as_json
from sim.results import Result


@click.command("compare")
@click.argument("plan_files", metavar="BASE [OTHER]...", nargs=-1, required=True)
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="RULE,RULE",
    help="The base plan once more with these routing rules; may be given several times.",
)
@experiment_options
@output_options()
def command(
    plan_files: tuple[str, ...],
    policies: tuple[str, ...],
    seed: int | None,
    replications: int | None,
    precision: float | None,
    at_most: int | None,
    workers: int | None,
    folder: str | None,
    **outputs: str | None,
) -> None:
    """Compare plans on the same days: same callers, same patience, same handle times.

    The first plan is the base; differences are the others minus the base, with intervals that hold
    for all plans at once. With --precision it runs until each plan is better, worse, or no more
    than that apart.

    \b
    Examples:
      python -m sim compare plan.yaml more-agents.yaml
      python -m sim compare plan.yaml --policy skill-levels,longest-wait --policy longest-wait
      python -m sim compare plan.yaml cheaper.yaml --precision 0.005 --html compared.html
    """
    out = Outputs(**outputs)
    if at_most is not None and precision is None:
        raise click.UsageError("--at-most belongs to --precision")
    plans = _plans(plan_files, policies, seed)
    for plan in plans:
        look_over(plan.name, plan)
    for plan in plans[1:]:
        if not differences(plans[0], plan):
            same = (
                f"{plan.name}: is the same plan as {plans[0].name}: look at what it was to change"
            )
            click.echo(f"warning: {same}", err=True)

    runs = Runs(plans, workers or usual_workers(plans[0], replications, len(plans)), folder)
    compared = runs.until_told(replications, precision, at_most)
    out.give(
        lambda: show_compared(console(), compared),
        json=texts(lambda: as_json(compared_data(compared))),
        csv=texts(lambda: as_csv(compared_rows(compared), COLUMNS)),
        xlsx=lambda file: write_compared(compared, file),
        html=texts(lambda: compared_page(compared)),
    )
    if compared.stopped:
        raise stopped(folder, compared.stopped)


def _plans(names: tuple[str, ...], policies: tuple[str, ...], seed: int | None) -> list[Plan]:
    """All with the base's seed, and with names that tell them apart."""
    if len(names) + len(policies) < 2:
        raise click.UsageError("give another plan, or a --policy, to compare the base with")
    if names.count("-") > 1:
        raise click.UsageError("only one plan can come from standard input")
    read = [(name, read_plan(name)) for name in names]
    base = read[0][1]
    own = [plan.name for _file, plan in read]
    labels = [
        plan.name if own.count(plan.name) == 1 else f"{plan.name} ({Path(file).stem})"
        for file, plan in read
    ]
    found = [plan for _file, plan in read]
    for text in policies:
        found.append(_with_policy(base, text, Path(names[0]).parent))
        labels.append(" + ".join(rule.rule for rule in found[-1].routing))
    unique = [
        label if labels.count(label) == 1 else f"{label} [{place}]"
        for place, label in enumerate(labels, start=1)
    ]
    common = base.seed if seed is None else seed
    return [
        dataclasses.replace(plan, name=label[:80], seed=common)
        for plan, label in zip(found, unique, strict=True)
    ]


def _with_policy(base: Plan, text: str, folder: Path) -> Plan:
    """The base plan with other routing; options of rules it has already are kept, and a planner's
    own are found in the folder of the plan."""
    from sim.own_rules import look_beside
    from sim.routing import make_rule

    old = {rule.rule: rule for rule in base.routing}
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise PlanError(["--policy wants names of rules with commas between"])
    rules = tuple(old.get(name, Rule(name)) for name in names)
    changed = dataclasses.replace(base, routing=rules)
    look_beside(changed, folder)
    for rule in rules:
        make_rule(rule)
    return changed


@dataclasses.dataclass(frozen=True)
class Runs:
    """Runs the same number of days of every plan and compares them."""

    plans: list[Plan]
    workers: int
    folder: str | None

    def until_told(
        self, replications: int | None, precision: float | None, at_most: int | None
    ) -> Compared:
        """Once, or with ``precision`` again and again with more days until nothing is open. When it
        is stopped, what can be compared by then; raises Cancelled when nothing can."""
        settings = self.plans[0].experiment
        count = replications or max(2, settings.replications)
        last = count if precision is None else max(count, at_most or settings.at_most)
        compared: Compared | None = None
        pool = Pool(self.workers) if self.workers > 1 else nullcontext(None)
        with pool as shared, _kept(self.folder, count < last) as place:
            while compared is None or (count < last and not compared.told):
                if compared is not None:
                    # Twice as many at most: what "about so many more" says is rough at first.
                    count = min(last, count + max(5, min(compared.more or count, count)))
                results = self._results(count, place, shared)
                if len(results) == len(self.plans) and results[-1].finished:
                    compared = self._compared(results, precision or NEGLIGIBLE)
                elif compared is None:
                    return self._of_those_done(results, count, precision or NEGLIGIBLE)
                else:
                    before = compared.base.result.replications
                    return dataclasses.replace(compared, stopped=words.so_far(before, count))
        return compared

    def _compared(self, results: list[Result], negligible: float, stopped: str = "") -> Compared:
        base, *others = (one.plan for one in results)
        changes = {plan.name: tuple(differences(base, plan)) for plan in others}
        return Compared(tuple(results), changes, negligible, stopped)

    def _results(self, replications: int, folder: str | None, pool: Pool | None) -> list[Result]:
        """Of each plan; when it is stopped, of those before, and the days there are of the last."""
        results: list[Result] = []
        for place, plan in enumerate(self.plans, start=1):
            own = None if folder is None else str(Path(folder) / str(place))
            try:
                with shown(plan.name) as done, told_when_stopped(self.folder, done):
                    results.append(
                        run(
                            plan,
                            replications=replications,
                            executor=pool,
                            folder=own,
                            progress=done,
                            partial=True,
                        )
                    )
            except Cancelled:
                if not results:
                    raise
                break
            if not results[-1].finished:
                break
        return results

    def _of_those_done(self, results: list[Result], wanted: int, negligible: float) -> Compared:
        """The plans that have all their days, if there are two; else the days that two have."""
        chosen = [one for one in results if one.finished]
        days = wanted
        if len(chosen) < 2 <= len(results):
            days = results[-1].replications
            chosen = [dataclasses.replace(one, figures=one.figures[:days]) for one in results]
        if len(chosen) < 2:
            base = results[0]
            what = f"replications of {base.plan.name}"
            raise stopped(self.folder, words.so_far(base.replications, wanted, what))
        when = [words.so_far(days, wanted)] if days < wanted else []
        if lacking := [plan.name for plan in self.plans[len(chosen) :]]:
            when.append(f"without {words.listed(lacking)}")
        return self._compared(chosen, negligible, ", ".join(when))


@contextmanager
def _kept(folder: str | None, several: bool) -> Iterator[str | None]:
    """Where finished days are kept; if nowhere, a place for those that are run in several rounds,
    so that none is run twice."""
    if folder is not None:
        with locked(folder):
            yield folder
    elif several:
        with tempfile.TemporaryDirectory(prefix="callwright-") as place:
            yield place
    else:
        yield None
