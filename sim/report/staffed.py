"""What ``staff`` found: sentences, a line for each kind of day, and its half hours as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim import expected
from sim.arrays import Bools, Floats, Ints
from sim.measures.grid import clock_labels
from sim.parameters import Plan
from sim.report import words
from sim.report.alike import EVERY, Alike, alike
from sim.report.terminal import WORST, fits, fitting, plain_table
from sim.staffing import Requirement

# Agents who are missing; a smaller part of one is nobody.
_SHORT = 0.5


@dataclass(frozen=True)
class Staffed:
    """A requirement and the plan it is of.

    given: the shrinkage is not the plan's own
    """

    plan: Plan
    found: Requirement
    given: bool

    @cached_property
    def kinds(self) -> list[Alike]:
        """Days with the same agents."""
        return alike(self.plan, self.found.on_duty, self.found.scheduled)

    @cached_property
    def short(self) -> Bools:
        """(days, intervals) where agents are missing."""
        return np.asarray(np.nan_to_num(self.found.missing) >= _SHORT)

    @cached_property
    def worst(self) -> Alike:
        """The kind of day on which most are missing in an interval; where nobody is, the one with
        the fewest to spare."""
        spare = np.nan_to_num(self.found.on_duty - self.found.total, nan=np.inf).min(axis=1)
        missing = np.nan_to_num(self.found.missing).max(axis=1)

        def badness(one: Alike) -> tuple[float, float]:
            return float(missing[one.days[0]]), -float(spare[one.days[0]])

        return max(self.kinds, key=badness)

    @property
    def shrinks(self) -> bool:
        """Are fewer on duty than scheduled, so that it is worth telling?"""
        there = self.found.scheduled - self.found.on_duty
        return self.found.shrinkage >= 0.0005 or bool((np.nan_to_num(there) >= 0.05).any())

    def peak(self, day: int) -> int:
        """The interval of a day in which most are missing."""
        return int(np.nan_to_num(self.found.missing[day]).argmax())


def finding(staffed: Staffed) -> str:
    """The first line."""
    plan, found = staffed.plan, staffed.found
    many = int(staffed.short.sum())
    of = int(np.isfinite(found.missing).sum())
    days = "" if plan.days == 1 else f" of {plan.days} days"
    if not many:
        every = "every interval" if plan.days == 1 else f"every interval of all {plan.days} days"
        return f"The agents planned are as many as the formulas ask for in {every}."
    day = staffed.worst.days[0]
    place = staffed.peak(day)
    when = "" if plan.days == 1 else f"{_on(staffed.worst)} "
    more = (
        f", {words.decimal(float(found.to_add[day, place]))} more to schedule"
        if staffed.shrinks
        else ""
    )
    return (
        f"Too few agents in {many:,} of {words.number_of(of, 'interval')}{days}, most {when}at "
        f"{clock_labels(plan)[place]}: {words.decimal(float(found.missing[day, place]))} missing "
        f"on duty{more}."
    )


def _on(days: Alike) -> str:
    return days.name if days.name == EVERY else f"on {days.name}"


def show(console: Console, staffed: Staffed, all_days: bool) -> None:
    """Everything ``staff`` prints.

    all_days: the half hours of each kind of day, not only of the worst
    """
    kinds = staffed.kinds
    console.print(Text(finding(staffed), style="bold"))
    if len(kinds) > 1:
        console.print(_by_day(staffed))
    dropped = False
    for one in kinds if all_days else [staffed.worst]:
        tables, less = _interval_tables(console, staffed, one)
        dropped |= less
        for table in tables:
            console.print(table)
    for line in _notes(staffed, len(kinds) > 1 and not all_days, dropped):
        console.print(Text(line, style="dim"))


def _by_day(staffed: Staffed) -> Table:
    """A line for each kind of day."""
    found = staffed.found
    hours = np.diff(expected.edges(staffed.plan)) / 3600
    table = plain_table("By day")
    table.padding = (0, 1, 0, 0)
    table.add_column("", max_width=34, overflow="fold")
    heads = ["\nDays", "Intervals\nshort", "Most\nat", "On duty\nmissing"]
    heads += ["Scheduled\nmissing"] if staffed.shrinks else []
    for head in (*heads, "Hours\nneeded", "Hours\non duty"):
        table.add_column(head, justify="right", no_wrap=True)
    for kind in staffed.kinds:
        day = kind.days[0]
        open_then = np.isfinite(found.on_duty[day])
        short, place = int(staffed.short[day].sum()), staffed.peak(day)
        figures = [found.missing] + ([found.to_add] if staffed.shrinks else [])
        cells = [
            str(len(kind.days)),
            f"{short} of {open_then.sum()}",
            clock_labels(staffed.plan)[place] if short else "",
            *(words.decimal(float(one[day, place])) if short else "" for one in figures),
            words.count(float((found.total * hours)[open_then].sum())),
            words.count(float((found.on_duty[day] * hours)[open_then].sum())),
        ]
        mark = WORST if short and kind is staffed.worst else " "
        table.add_row(f"{mark} {kind.name}", *cells, style="bold" if mark == WORST else "")
    return table


@dataclass(frozen=True)
class _Column:
    """cell: what stands in the row of an interval."""

    head: str
    cell: Callable[[int], str]
    breaks: bool = False


def _interval_tables(console: Console, staffed: Staffed, kind: Alike) -> tuple[list[Table], bool]:
    """The half hours of a kind of day, and whether contacts and erlangs had no room.

    What each call type needs is never left out: it gets a table of its own sooner.
    """
    work, types, agents = _columns(staffed, kind.days[0])
    name = "" if staffed.plan.days == 1 else f": {kind.name}"
    rows = f"{words.INTERVALS[staffed.plan.interval]}{name}"
    short = staffed.short[kind.days[0]]

    def make(title: str, chosen: Sequence[_Column], _: int = 0) -> Table:
        table = plain_table(title)
        table.add_column("", no_wrap=True)
        for one in chosen:
            table.add_column(
                one.head,
                justify="right",
                no_wrap=not one.breaks,
                overflow="fold",
                vertical="bottom",
            )
        for place, label in enumerate(clock_labels(staffed.plan)):
            cells = [one.cell(place) for one in chosen]
            mark = WORST if short[place] else " "
            table.add_row(f"{mark} {label}", *cells, style="bold" if short[place] else "")
        return table

    for columns, gap in ((work + types + agents, 1), (types + agents, 1), (types + agents, 0)):
        table = make(f"By {rows}", columns)
        table.padding = (0, gap, 0, 0)
        if fits(console, table):
            return [table], len(columns) == len(types + agents)
    needed = fitting(console, partial(make, f"Needed by {rows}"), work + types)
    return [*needed, *fitting(console, partial(make, f"Agents by {rows}"), agents)], False


def _columns(staffed: Staffed, day: int) -> tuple[list[_Column], list[_Column], list[_Column]]:
    """The work, what each call type needs of it, and the agents beside those of the plan."""
    plan, found = staffed.plan, staffed.found

    def figure(values: Floats) -> Callable[[int], str]:
        return lambda place: words.decimal(float(values[place]))

    def whole(values: Floats | Ints) -> Callable[[int], str]:
        return lambda place: words.decimal(float(values[place]), 0)

    def lacking(values: Floats) -> Callable[[int], str]:
        return lambda place: (
            words.decimal(float(values[place])) if staffed.short[day, place] else ""
        )

    contacts, erlangs = found.contacts.sum(axis=0), found.erlangs.sum(axis=0)
    work = [
        _Column("Contacts", lambda place: words.count(float(contacts[place]))),
        _Column("Erlangs", figure(erlangs)),
    ]
    kinds = [one.name for one in plan.call_types] if len(plan.call_types) > 1 else []
    types = [
        _Column(f"{'' if row else 'Needed:'}\n{name}", whole(found.needed[row]), breaks=True)
        for row, name in enumerate(kinds)
    ]
    agents = [
        _Column("needed", whole(found.total)),
        _Column("On duty\nplanned", figure(found.on_duty[day])),
        _Column("missing", lacking(found.missing[day])),
    ]
    if staffed.shrinks:
        agents += [
            _Column("needed", whole(found.to_schedule[day])),
            _Column("Scheduled\nplanned", figure(found.scheduled[day])),
            _Column("missing", lacking(found.to_add[day])),
        ]
    return work, types, agents


def _notes(staffed: Staffed, hidden: bool, dropped: bool) -> Iterator[str]:
    """hidden: the half hours of some days are not shown; dropped: nor is the work"""
    plan = staffed.plan
    if hidden:
        yield "The half hours of the other days: --all-days, or --csv."
    elif len(staffed.kinds) == 1 and plan.days > 1:
        yield f"All {plan.days} days are alike."
    if dropped:
        yield "Contacts and erlangs have no room here: make the window wider, or --csv."
    patient = all(one.patience for one in plan.call_types if one.channel in ("voice", "chat"))
    yield (
        f"Needed on duty by {'Erlang A' if patient else 'Erlang A or C'}, each interval and "
        "each call type by itself. Where skills are shared fewer may do; trying again, calling "
        "again and busy days are not in it: python -m sim run tells."
    )
    if any(one.channel == "email" for one in plan.call_types):
        yield "E-mails, the night's too, are done at an even pace within their target's time."
    yield from _currencies(staffed)
    yield (
        "Missing: however those planned are put to what they have the skill for. Who may only help "
        "after the target's time is of no help in it, and a slow agent counts for less than one."
    )


def _currencies(staffed: Staffed) -> Iterator[str]:
    scheduled = "by the shifts, without breaks and trainings"
    if not staffed.shrinks:
        none = (
            "--shrinkage 0"
            if staffed.given
            else "the plan has no shrinkage; --shrinkage 30% gives it some"
        )
        yield f"Planned is {scheduled}; all of them are on duty ({none})."
        return
    share = words.target_percent(round(staffed.found.shrinkage, 3))
    if staffed.given:
        yield (
            f"Scheduled is {scheduled}; on duty are those whom --shrinkage {share} leaves of them "
            "(the plan's own, if it has any, is not counted)."
        )
    else:
        yield (
            f"Scheduled is {scheduled}; on duty are those of them whom the plan's own shrinkage, "
            f"lateness and time off the phones leave, each interval's by itself ({share} are not "
            "on duty in all)."
        )
