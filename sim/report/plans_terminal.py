"""Several results on a terminal, a row each: what comparisons and sweeps both show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report import words
from sim.report.compared import measures
from sim.report.compared_costs import any_cost, cost
from sim.report.terminal import cell, fitting, plain_table
from sim.report.view import Of, View
from sim.report.worst import worst_words

# How much of a call type's name is the head of a column.
NAME = 12


class Told(NamedTuple):
    """A column. ``cell`` gets a result and how little room there is, from 0 on; with less than
    ``until`` it goes."""

    head: str | Text
    cell: Callable[[View, int], str]
    until: int = 9
    justify: Literal["left", "right"] = "right"


def shortened(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def share(head: str, of: Of, measure: str) -> Told:
    """With its interval where there is room."""
    return Told(head, lambda view, room: cell("share", view.estimate(of, measure), room == 0))


def usual(views: Sequence[View], worst: str) -> list[Told]:
    """What follows the service level; ``worst``: the head of the last."""
    turned = [
        Told(
            "Turned\naway",
            lambda view, room: cell("contacts", view.of_type("turned_away"), room == 0),
        )
    ]
    paid = [Told("Cost", lambda view, _room: words.decimal(cost(view).mean, 0))]
    return [
        Told("ASA\nm:s", lambda view, room: cell("seconds", view.of_type("asa"), room == 0)),
        share("Hung\nup %", "call type", "abandonment"),
        *(turned if "turned_away" in measures(views) else []),
        share("Busy\n%", "group", "occupancy"),
        *(paid if any_cost(views) else []),
        Told(worst, lambda view, _room: worst_words(view)),
    ]


def plan_tables(
    console: Console,
    begin: Callable[[Table, int], None],
    names: Sequence[Sequence[str]],
    views: Sequence[View],
    columns: Sequence[Told],
) -> list[Table]:
    """One table, or several where there is no room for one. begin: adds the columns of ``names``,
    which every table has."""

    def make(chosen: Sequence[Told], room: int) -> Table:
        table = plain_table("")
        table.title = None
        begin(table, room)
        kept = [one for one in chosen if room <= one.until]
        for one in kept:
            table.add_column(one.head, justify=one.justify, no_wrap=True)
        for own, view in zip(names, views, strict=True):
            table.add_row(*map(Text, own), *(Text(one.cell(view, room)) for one in kept))
        return table

    return fitting(console, make, columns)
