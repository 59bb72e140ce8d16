"""``python -m sim sweep``: how many agents it takes, how much more volume is bearable."""

from __future__ import annotations

import math

import click

from sim.commands.common import (
    Outputs,
    as_asked,
    console,
    experiment_options,
    look_over,
    output_options,
    read_plan,
    usual_workers,
)
from sim.commands.progress import shown
from sim.commands.stopping import stopped, told_when_stopped
from sim.report.files import texts
from sim.report.formats import as_csv, as_json
from sim.report.swept import Swept
from sim.report.swept_files import (
    swept_columns,
    swept_data,
    swept_page,
    swept_rows,
)
from sim.report.swept_terminal import show_swept
from sim.report.swept_workbook import write_swept
from sim.sweep import Axis, sweep


@click.command("sweep")
@click.argument("plan_file", metavar="PLAN")
@click.option(
    "--set",
    "axes",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    help="What to vary: start:end:step, or values with commas between. Once or twice.",
)
@experiment_options
@output_options()
def command(
    plan_file: str,
    axes: tuple[str, ...],
    seed: int | None,
    replications: int | None,
    precision: float | None,
    at_most: int | None,
    workers: int | None,
    folder: str | None,
    **outputs: str | None,
) -> None:
    """Run a plan with a figure changed step by step, on the same days each time.

    A path names a figure of the plan, groups and call types by their names; or a what-if such as
    volume or handle_time. Agents of a group with shifts are all in its shifts together; of one
    shift: groups.Calls.shifts.1.agents.

    \b
    Examples:
      python -m sim sweep plan.yaml --set groups.Calls.agents=36:48:4
      python -m sim sweep plan.yaml --set "volume=+0 %,+10 %,+20 %"
      python -m sim sweep plan.yaml --set groups.Calls.agents=38:46:4 --set groups.Mails.agents=4,6
    """
    out = Outputs(**outputs)
    plan = as_asked(read_plan(plan_file), seed, replications, precision, at_most)
    varied = tuple(Axis.parse(text) for text in axes)
    look_over(plan.name if plan_file == "-" else plan_file, plan)
    steps = math.prod(len(axis.values) for axis in varied)
    with shown(plan.name) as done, told_when_stopped(folder, done):
        results = sweep(
            plan,
            varied,
            replications=replications,
            precision=precision,
            workers=workers or usual_workers(plan, replications, steps),
            folder=folder,
            progress=done,
            partial=True,
        )
    swept = Swept.of_those_done(plan.name, varied, results)
    out.give(
        lambda: show_swept(console(), swept),
        json=texts(lambda: as_json(swept_data(swept))),
        csv=texts(lambda: as_csv(swept_rows(swept), swept_columns(swept))),
        xlsx=lambda file: write_swept(swept, file),
        html=texts(lambda: swept_page(swept)),
    )
    if swept.stopped:
        raise stopped(folder, swept.stopped)
