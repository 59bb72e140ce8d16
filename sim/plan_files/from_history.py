"""A complete plan for a day that really was: its arrivals, and Erlang A's staffing for them."""

from __future__ import annotations

import datetime as dates
import math
import textwrap
from pathlib import Path

from sim import erlang
from sim.errors import PlanError
from sim.parameters.units import show_clock
from sim.plan_files import history
from sim.plan_files.tree import one_line, show

_AHT, _PATIENCE = 270.0, 180.0
_OF_TALK, _OF_AFTER_CALL, _SPREAD = 8 / 9, 1 / 9, 5 / 6

_PLAN = """\
# One day of {file}: {day}, {total:,.0f} contacts.{scaled}
# Written by python -m sim example --history; everything in it is yours to change.
# Durations are in seconds (or "4:00" minutes, "2 h"); times of day like "09:30".
name: {name}
date: {date}                # for titles; nothing else depends on it without a timezone
opens: "{opens}"
closes: "{closes}"
interval: {interval}                   # seconds of each figure below and of each row of the results

target: {{share: {share:g}, within: {within:g}}}      # {goal}, of all who called

call_types:
  - name: calls
    arrivals:
      pattern: poisson             # about so many in each interval, by chance
      per_interval: [
{counts}
      ]
    # The file says how many came, not how long they took: put your own figures here.
    service:                       # talk and after-call work: {aht:g} seconds in all
      talk: {{distribution: lognormal, mean: {talk:g}, sd: {spread:g}}}
      after_call: {after:g}                # a number alone: exponential with that mean
    patience: {{time: {patience:g}}}           # mean seconds until a caller would hang up

groups:
  - name: agents
    skills: [calls]
    # {duty} in each interval: the fewest for {share_percent:g}/{within:g} by Erlang A,{bound}
    agents: [
{agents}
    ]{shrinkage}

routing: [longest-wait, longest-idle]
"""


def plan_from_history(
    path: str | Path,
    date: dates.date | str,
    *,
    scale: float = 1.0,
    time_column: str = "timestamp",
    count_column: str = "calls",
    aht: float = _AHT,
    patience: float = _PATIENCE,
    service_level: tuple[float, float] = (0.8, 20.0),
    shrinkage: float = 0.0,
    max_occupancy: float | None = None,
) -> str:
    """A plan as commented YAML for one day of a CSV file of counts by interval.

    scale: every count times this
    aht, patience: seconds; talk is log-normal and eight ninths of AHT, the rest after-call work
    service_level: a share and the seconds within which it is answered; one group is staffed to it
        by Erlang A, with agents no busier than max_occupancy, and with so many more as shrinkage
        keeps away

    Raises PlanError for a file or a day that will not do.
    """
    file = Path(path)
    if not 0 < scale <= 1000:
        raise PlanError([f"scale must be more than 0 and at most 1000, got {scale:g}"])
    wanted = history.From(str(path), _date(date), scale, time_column, count_column)
    found = history.counts(wanted, file)
    figures = [round(one, 2) for one in found.counts]
    rates = [one / found.interval for one in figures]
    share, within = service_level
    agents = [
        erlang.staff(
            rate,
            aht,
            service_level=share,
            threshold=within,
            patience=patience,
            max_occupancy=max_occupancy,
            shrinkage=shrinkage,
        ).scheduled
        for rate in rates
    ]
    busy = f"\n    # with at most {100 * max_occupancy:g} % occupancy," if max_occupancy else ""
    return _PLAN.format(
        file=one_line(file.name),
        name=f'"{wanted.date} of history"',
        day=f"{wanted.date:%A} {wanted.date}",
        date=wanted.date,
        total=math.fsum(figures),
        scaled="" if scale == 1 else f"\n# The file's counts times {scale:g}.",
        opens=show_clock(found.start),
        closes=show_clock(found.end),
        interval=found.interval,
        counts=_rows([f"{one:g}" if one < 1e5 else f"{one:.2f}" for one in figures], 8),
        agents=_rows([str(one) for one in agents], 6),
        aht=aht,
        talk=round(aht * _OF_TALK, 1),
        after=round(aht * _OF_AFTER_CALL, 1),
        spread=round(aht * _OF_TALK * _SPREAD),
        patience=patience,
        share=share,
        share_percent=100 * share,
        goal=f"{100 * share:g} % answered within {within:g} seconds",
        within=within,
        duty="Scheduled" if shrinkage else "On duty",
        bound=f"{busy} each interval by itself.",
        shrinkage=(
            "\n    # Leave, illness, breaks, training: so large a share of their time they"
            "\n    # are off the phones, at any moment. Write what you know in its place."
            f'\n    off_phone: {{share: {shrinkage:g}, length: "30 min"}}'
            if shrinkage
            else ""
        ),
    )


def _date(date: dates.date | str) -> dates.date:
    if isinstance(date, str):
        try:
            return dates.date.fromisoformat(date)
        except ValueError as error:
            raise PlanError([f"date must be like 2026-03-31, got {show(date)}"]) from error
    return date


def _rows(figures: list[str], indent: int) -> str:
    return textwrap.fill(
        ", ".join(figures), 90, initial_indent=" " * indent, subsequent_indent=" " * indent
    )
