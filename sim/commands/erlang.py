"""``python -m sim erlang``: the exact formulas for one steady queue."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim import erlang
from sim.commands.common import Outputs, console, output_options
from sim.commands.parameters import Number, Seconds, ServiceLevel, Share, look_at_times
from sim.report import words
from sim.report.files import texts
from sim.report.formats import as_json

PER = {"15min": 900, "30min": 1800, "hour": 3600}
SPOKEN = {"15min": "15 minutes", "30min": "half an hour", "hour": "an hour"}


@dataclass(frozen=True)
class Question:
    """What was asked; seconds throughout."""

    calls: float
    per: str
    aht: float
    patience: float | None
    share: float
    within: float
    shrinkage: float
    max_occupancy: float | None
    max_abandon: float | None

    @property
    def rate(self) -> float:
        return self.calls / PER[self.per]

    @property
    def load(self) -> float:
        return self.rate * self.aht

    def answer(self, agents: int) -> erlang.Queue:
        return erlang.queue(self.rate, self.aht, agents, self.patience, self.within)

    def staff(self) -> erlang.Staffing:
        return erlang.staff(
            self.rate,
            self.aht,
            service_level=self.share,
            threshold=self.within,
            patience=self.patience,
            max_abandon=self.max_abandon,
            max_occupancy=self.max_occupancy,
            shrinkage=self.shrinkage,
        )


@click.command("erlang")
@click.option("--calls", type=Number(0, 1e9, min_open=True), required=True, help="How many come.")
@click.option(
    "--per", type=click.Choice(list(PER)), default="hour", show_default=True, help="In how long."
)
@click.option("--aht", type=Seconds(), required=True, help='Handle time: 240, "4:00" or "4 min".')
@click.option("--agents", type=click.IntRange(1, 10**6), help="On the phones. Else: the fewest.")
@click.option("--patience", type=Seconds(), help="Mean patience: callers hang up (Erlang A).")
@click.option(
    "--within", type=Seconds(none=True), help="Answered in time is within this.  [default: 20 s]"
)
@click.option("--service-level", type=ServiceLevel(), help="Target.  [default: 80/20]")
@click.option(
    "--shrinkage", type=Share(0.95), default=0.0, help="Share not on the phones: 0.3 or 30%."
)
@click.option("--max-occupancy", type=Share(some=True), help="E.g. 0.88 or 88%.")
@click.option("--max-abandonment", type=Share(some=True), help="E.g. 0.05 or 5%.")
@output_options("json")
def command(
    calls: float,
    per: str,
    aht: float,
    agents: int | None,
    patience: float | None,
    within: float | None,
    service_level: tuple[float, float] | None,
    shrinkage: float,
    max_occupancy: float | None,
    max_abandonment: float | None,
    **outputs: str | None,
) -> None:
    """Service level of a number of agents, or the fewest agents for a service level.

    \b
    Examples:
      python -m sim erlang --calls 100 --aht 4:00 --agents 10
      python -m sim erlang --calls 50 --per 30min --aht 4:00 --service-level 80/20 --shrinkage 0.3
      python -m sim erlang --calls 100 --aht 240 --patience 2:00
    """
    out = Outputs(**outputs)
    goals = {
        "--shrinkage": shrinkage,
        "--max-occupancy": max_occupancy,
        "--max-abandonment": max_abandonment,
    }
    given = [name for name, value in goals.items() if value]
    if agents is not None and given:
        raise click.UsageError(
            f"{' and '.join(given)} ask for the fewest agents, --agents for what so many agents "
            "reach: give one or the other"
        )
    if service_level and within not in (None, service_level[1]):
        raise click.UsageError(
            f"--service-level says {service_level[1]:g} seconds, --within {within:g}: give one of "
            "them, or the same"
        )
    look_at_times(aht, patience)
    share, threshold = service_level or (0.8, 20.0)
    question = Question(
        calls=calls,
        per=per,
        aht=aht,
        patience=patience,
        share=share,
        within=threshold if within is None else within,
        shrinkage=shrinkage,
        max_occupancy=max_occupancy,
        max_abandon=max_abandonment,
    )
    found = None if agents is not None else question.staff()
    servers = found.servers if found is not None else int(agents or 0)
    out.give(
        lambda: _show(question, servers, found),
        json=texts(lambda: as_json(_data(question, servers, found))),
    )


def _data(question: Question, servers: int, found: erlang.Staffing | None) -> dict[str, Any]:
    return {
        "kind": "erlang",
        "version": 1,
        "formula": _formula(question),
        "arrivals_per_second": question.rate,
        "handle_time_seconds": question.aht,
        "patience_seconds": question.patience,
        "within_seconds": question.within,
        "load_erlangs": question.load,
        "agents": servers,
        "scheduled": found.scheduled if found else None,
        "target": question.share if found else None,
        "queue": asdict(question.answer(servers)),
    }


def _show(question: Question, servers: int, found: erlang.Staffing | None) -> None:
    out = console()
    load = words.decimal(question.load, 2)
    aht = words.figure("seconds", question.aht)
    out.print(f"{question.calls:,g} calls in {SPOKEN[question.per]} of {aht} are {load} erlangs.")
    if found is not None:
        out.print(Text(_fewest(question, found), style="bold"))
    around = _around(question, servers) if found is not None else [servers]
    out.print(_table(question, around, servers if found is not None else None))
    for line in _notes(question, servers):
        out.print(Text(line, style="dim"))


def _fewest(question: Question, found: erlang.Staffing) -> str:
    target = f"{words.target_percent(question.share)} in {words.seconds(question.within)}"
    line = f"Fewest for {target}: {words.number_of(found.servers, 'agent')} on the phones"
    if question.shrinkage:
        shrinkage = words.target_percent(question.shrinkage)
        line += f", {found.scheduled:,} scheduled with {shrinkage} shrinkage"
    return line + "."


def _around(question: Question, servers: int) -> list[int]:
    """Some more and fewer, so that one sees what an agent is worth."""
    step = max(1, round(servers * 0.01))
    wanted = [servers + step * place for place in range(-3, 4)]
    return [
        agents
        for agents in wanted
        if agents >= 1 and (question.patience is not None or agents > question.load)
    ]


def _table(question: Question, rows: list[int], chosen: int | None) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    patient = question.patience is None
    for head in (
        "Agents",
        "Service\nlevel %",
        "ASA\nm:s",
        "Must\nwait %",
        *(() if patient else ("Hang\nup %",)),
        "Occupancy\n%",
    ):
        table.add_column(head, justify="right", no_wrap=True)
    for agents in rows:
        found = question.answer(agents)
        cells = [
            words.figure("share", found.service_level),
            _wait(found.asa),
            words.figure("share", found.p_wait),
            *(() if patient else (words.figure("share", found.p_abandon),)),
            words.figure("share", found.occupancy),
        ]
        mark = "► " if agents == chosen else ""
        table.add_row(f"{mark}{agents:,}", *cells, style="bold" if mark else "")
    return table


def _wait(value: float) -> str:
    return "endless" if value == float("inf") else words.figure("seconds", value)


def _formula(question: Question) -> str:
    return "Erlang C" if question.patience is None else "Erlang A"


def _notes(question: Question, servers: int) -> list[str]:
    lines = [
        f"{_formula(question)}; service level is answered in time / offered, in time is within "
        f"{words.seconds(question.within)}."
    ]
    if question.patience is None:
        lines.append(
            "With no more agents than erlangs the queue never ends."
            if servers <= question.load
            else "Nobody ever hangs up in it; give --patience if they do."
        )
    lines.append("One queue, one skill, steady traffic. For a real day: python -m sim run.")
    return lines
