"""``python -m sim run``: a plan's day, many times over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import click

from sim.commands.common import (
    OutFile,
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
from sim.errors import SimError
from sim.parameters import Plan
from sim.report import words
from sim.report.files import texts
from sim.report.formats import as_csv, as_json
from sim.spelling import unknown


@click.command("run")
@click.argument("plan_file", metavar="PLAN")
@experiment_options
@click.option(
    "--interval-table/--no-interval-table",
    default=None,
    help="The half-hour table; by default for up to two days, else a table by day.",
)
@click.option(
    "--by",
    type=click.Choice(["all", "type", "group", "day"]),
    default="all",
    help="One half-hour table for all, one for each call type or group; or a table by day.",
)
@click.option("--call-type", help="The sentences and the half-hour table of this call type alone.")
@click.option("--measures", help="Columns: names with commas between; see --json for all.")
@output_options()
@click.option("--records", type=OutFile(), help="The first day's contacts, .npz or .csv.")
def command(
    plan_file: str,
    seed: int | None,
    replications: int | None,
    precision: float | None,
    at_most: int | None,
    workers: int | None,
    folder: str | None,
    interval_table: bool | None,
    by: str,
    call_type: str | None,
    measures: str | None,
    records: str | None,
    **outputs: str | None,
) -> None:
    """Run a plan and show its half hours, call types and groups, with confidence intervals.

    PLAN is a YAML file, or - for standard input.

    \b
    Examples:
      python -m sim run plan.yaml
      python -m sim run plan.yaml --precision 0.005 --workers 2 --html report.html
      python -m sim run plan.yaml --by type --measures offered,service_level,wait_p95
      python -m sim run week.yaml --by day
      python -m sim run plan.yaml --csv - | head
    """
    out = Outputs(**outputs, records=records)
    if call_type is not None and by in ("type", "group"):
        raise click.UsageError(f"--call-type shows one table, --by {by} several: give one of them")
    if interval_table is False and (call_type is not None or by != "all"):
        option = f"--by {by}" if call_type is None else "--call-type"
        raise click.UsageError(
            f"--no-interval-table leaves out the table that {option} is about: give one of them"
        )
    plan = as_asked(read_plan(plan_file), seed, replications, precision, at_most)
    if by == "day" and plan.days == 1:
        raise click.UsageError("the plan is of one day: --by day is for several")
    if by == "all" and interval_table is None and plan.days > 2:
        by = "day"
    _check_call_type(plan, call_type)
    if records is not None and not records.endswith((".npz", ".csv")):
        raise click.UsageError(f"--records wants a name that ends in .npz or .csv, got {records}")
    chosen = _measures(measures)
    look_over(plan.name if plan_file == "-" else plan_file, plan)

    from sim import plan_file as plans
    from sim.experiment import run
    from sim.report.view import View

    with shown(plan.name) as done, told_when_stopped(folder, done):
        result = run(
            plan,
            replications=replications,
            precision=precision,
            workers=workers or usual_workers(plan, replications),
            folder=folder,
            progress=done,
            partial=True,
        )
    view = View(result)
    _tell_missed(view)

    def show() -> None:
        from sim.report.terminal import show_run

        show_run(
            console(),
            view,
            interval_table=interval_table is not False,
            by=by,
            call_type=call_type,
            measures=chosen,
        )

    _give(out, show, view, plans.dump(plan), chosen, records)
    if view.stopped:
        raise stopped(folder, view.stopped)


def _tell_missed(view: Any) -> None:
    from sim.estimates import ALL
    from sim.experiment import MOST

    missed, count = view.result.precision_missed, view.result.replications
    if missed is None:
        return
    each = [view.of_type("service_level", column=column) for column in view.judged]
    worst = max(zip(each, view.judged, strict=True), key=lambda one: one[0].half_width)[1]
    of = "" if worst == ALL else f" of {view.names('call type')[worst]}"
    more = min(2 * count, MOST)
    click.echo(
        f"warning: after {count:,} replications the service level{of} is known to "
        f"±{words.percent(missed, 2)} only: --at-most {more}, or experiment: "
        f"{{at_most: {more}}} in the plan, allows more",
        err=True,
    )


def _give(
    out: Outputs,
    show: Callable[[], None],
    view: Any,
    plan_text: str,
    measures: list[str],
    records: str | None,
) -> None:
    from sim.report.data import run_data
    from sim.report.run_page import run_page
    from sim.report.view import COLUMNS, long_rows
    from sim.report.workbook import write_run

    out.give(
        show,
        json=texts(lambda: as_json(run_data(view, measures))),
        csv=texts(lambda: as_csv(long_rows(view, measures), COLUMNS)),
        xlsx=lambda file: write_run(view, plan_text, file),
        html=texts(lambda: run_page(view, plan_text)),
        records=lambda file: _write_records(view.plan, str(records), file),
    )


def _write_records(plan: Plan, name: str, file: BinaryIO) -> None:
    from sim.centre import simulate
    from sim.report.records_table import records_csv

    found = simulate(plan, 0)
    if name.endswith(".npz"):
        found.save(file)
    else:
        texts(lambda: records_csv(plan, found))(file)


def _check_call_type(plan: Plan, name: str | None) -> None:
    names = [one.name for one in plan.call_types]
    if name is not None and name not in names:
        raise SimError(unknown("call type", name, names))


def _measures(text: str | None) -> list[str]:
    """Names that exist, in the order given."""
    from sim.report.view import kind_of

    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    for name in names:
        kind_of(name)
    return names
