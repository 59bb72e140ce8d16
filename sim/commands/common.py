"""What several commands share: reading plans, options, where results go."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from sim.commands.parameters import Share
from sim.errors import PlanError
from sim.parameters import Plan
from sim.report import files

# Contacts in all: fewer take less time than starting processes does.
WORTH_PROCESSES = 100_000
Function = TypeVar("Function", bound=Callable[..., Any])


class OutFile(click.ParamType):  # type: ignore[type-arg]
    """A file to write, refused before anything runs; ``-`` is standard output."""

    name = "file"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        files.check_target(value)
        return str(value)


def several(*decorators: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def apply(function: Function) -> Function:
        for one in reversed(decorators):
            function = one(function)
        return function

    return apply


def experiment_options(function: Function) -> Function:
    """How often, from which seed, on how many processors, kept where."""
    return several(
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Instead of the plan's."),
        click.option(
            "--replications", "-n", type=click.IntRange(1, 100_000), help="How many days to run."
        ),
        click.option(
            "--precision",
            type=Share(0.99, some=True),
            help="Run until each service level is known to ± this, e.g. 0.01 or 1%.",
        ),
        click.option(
            "--at-most",
            type=click.IntRange(1, 100_000),
            help="Days after which a --precision is given up; by default the plan's, or 1,000.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 256),
            help="Processes at once; results don't depend on it. By default as many as help.",
        ),
        click.option(
            "--folder",
            type=click.Path(file_okay=False),
            help="Keep finished replications there; what was stopped goes on from them.",
        ),
    )(function)


OUTPUTS = {
    "json": "Everything as JSON; - for stdout.",
    "csv": "A row for each figure; - for stdout.",
    "xlsx": "An Excel workbook.",
    "html": "A report in one file, with charts.",
}


def output_options(*kinds: str) -> Callable[[Function], Function]:
    """Files beside the table on the terminal; ``-`` writes to standard output instead of it."""
    return several(
        *(
            click.option(f"--{kind}", f"{kind}_file", type=OutFile(), help=OUTPUTS[kind])
            for kind in kinds or OUTPUTS
        )
    )


class Outputs:
    """Where results go, as the options say: ``json_file`` and so on, None where none is wanted."""

    def __init__(self, **files_by_option: str | None) -> None:
        self._files = {
            option.removesuffix("_file"): name
            for option, name in files_by_option.items()
            if name is not None
        }
        places: dict[str, str] = {}
        for kind, name in self._files.items():
            place = name if name == files.STDOUT else os.path.realpath(name)
            other = places.setdefault(place, kind)
            if other != kind and name == files.STDOUT:
                raise click.UsageError("only one result can go to standard output")
            if other != kind:
                raise click.UsageError(f"--{other} and --{kind} would write the same file, {name}")

    def give(self, show: Callable[[], object], **writers: files.Writer) -> None:
        """Writes the files that were asked for, by kind (the others are never made), then shows the
        table, unless standard output belongs to a file format.

        Files come first: a reader of the table who has seen enough ends us. The table is shown all
        the same when a file cannot be written after all, but not when Ctrl-C ends it.
        """
        last = [kind for kind, name in self._files.items() if name == files.STDOUT]
        failed: Exception | None = None
        try:
            for kind, name in self._files.items():
                if kind not in last:
                    files.write(name, writers[kind])
        except Exception as problem:
            failed = problem
        for kind in last:
            files.write(files.STDOUT, writers[kind])
        if not last:
            show()
        if failed is not None:
            raise failed


class Output(Console):
    """A reader who has seen enough is told of like any other end."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Colours only on a terminal and without NO_COLOR; as wide as the terminal."""
    return Output(highlight=False, soft_wrap=False)


def read_plan(name: str) -> Plan:
    """A file, or ``-`` for standard input. Figures that may be meant otherwise go to stderr."""
    from sim import plan_file

    source, doubts = "standard input" if name == "-" else name, list[str]()
    path = Path(name)
    if name == "-":
        plan = plan_file.loads(sys.stdin.read(), source=source, doubts=doubts)
    elif path.is_dir():
        raise PlanError([f"{name} is a folder: name the plan file in it"])
    elif not path.exists():
        raise PlanError([f"there is no file {name}{_instead(path)}"])
    else:
        plan = plan_file.load(path, doubts=doubts)
    for line in doubts:
        click.echo(f"warning: {source}: {line}", err=True)
    return plan


def _instead(path: Path) -> str:
    """What was meant by the name of a plan that is not there."""
    from sim.plan_files import packaged

    if path.name == "plan.yaml":
        return "; python -m sim example > plan.yaml writes one"
    if path.name in packaged.names():
        return f"; python -m sim example {path.name} > {path.name}.yaml writes the example"
    near = packaged.beside(path.parent, path.name)
    return f": did you mean {path.with_name(near)}?" if near else ""


def usual_workers(plan: Plan, replications: int | None, plans: int = 1) -> int:
    """As many processes as there are processors for us, one where it is done before they start."""
    from sim import expected

    days = plan.days * (replications or plan.experiment.replications) * plans
    if expected.contacts(plan).sum() * days < WORTH_PROCESSES:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def as_asked(
    plan: Plan,
    seed: int | None,
    replications: int | None,
    precision: float | None,
    at_most: int | None,
) -> Plan:
    """With the seed and the most replications that the options say, if they do.

    Raises UsageError for a limit where there is no precision that could be given up.
    """
    own = plan.experiment
    if at_most is not None:
        if precision is None and (own.precision is None or replications is not None):
            raise click.UsageError("--at-most belongs to --precision")
        own = dataclasses.replace(own, at_most=at_most)
    return dataclasses.replace(plan, seed=plan.seed if seed is None else seed, experiment=own)


def look_over(source: str, plan: Plan) -> None:
    """What looks odd goes to stderr. Raises PlanError for what would stop a run at once."""
    from sim import check

    faults = check.errors(plan)
    if faults:
        raise PlanError(faults, source)
    for line in check.warnings(plan):
        click.echo(f"warning: {source}: {line}", err=True)
