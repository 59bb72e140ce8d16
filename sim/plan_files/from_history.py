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

_TALK, _AFTER_CALL, _PATIENCE = 240.0, 30.0, 180.0

_PLAN = """\
# One day of {file}: {day}, {total:,.0f} contacts.{scaled}
# Written by python -m sim example --history; everything in it is yours to change.
# Durations are in seconds (or "4:00" minutes, "2 h"); times of day like "09:30".
name: {name}
date: {date}                # for titles; nothing else depends on it without a timezone
opens: "{opens}"
closes: "{closes}"
interval: {interval}                   # seconds of each figure below and of each row of the results

target: {{share: 0.8, within: 20}}      # 80 % answered within 20 seconds, of all who called

call_types:
  - name: calls
    arrivals:
      pattern: poisson             # about so many in each interval, by chance
      per_interval: [
{counts}
      ]
    # The file says how many came, not how long they took: put your own figures here.
    service:
      talk: {{distribution: lognormal, mean: {talk:g}, sd: 200}}
      after_call: {after:g}                # a number alone: exponential with that mean
    patience: {{time: {patience:g}}}           # mean seconds until a caller would hang up

groups:
  - name: agents
    skills: [calls]
    # On duty in each interval: the fewest for 80/20 by Erlang A, each interval by itself.
    agents: [
{agents}
    ]

routing: [longest-wait, longest-idle]
"""


def plan_from_history(
    path: str | Path,
    date: dates.date | str,
    *,
    scale: float = 1.0,
    time_column: str = "timestamp",
    count_column: str = "calls",
) -> str:
    """A plan as commented YAML for one day of a CSV file of counts by interval.

    scale: every count times this. One call type with a log-normal talk of 240 s and 30 s of
    after-call work, patience of 180 s, and one group staffed to 80/20 by Erlang A.
    Raises PlanError for a file or a day that will not do.
    """
    file = Path(path)
    if not 0 < scale <= 1000:
        raise PlanError([f"scale must be more than 0 and at most 1000, got {scale:g}"])
    wanted = history.From(str(path), _date(date), scale, time_column, count_column)
    found = history.counts(wanted, file)
    figures = [round(one, 2) for one in found.counts]
    rates = [one / found.interval for one in figures]
    agents = [erlang.staff(rate, _TALK + _AFTER_CALL, patience=_PATIENCE).servers for rate in rates]
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
        talk=_TALK,
        after=_AFTER_CALL,
        patience=_PATIENCE,
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
