"""Stored days, one for each family of features: what a run gave once it must give again.

``golden/NAME.csv`` has the first and the last contacts of a day in a form one can read, and in its
first line a digest of all its records. Where a change of the engine is meant to change runs, write
them anew and read the difference:

    .venv/bin/python -m tests.sim.golden_days

Moments go into the digest with four digits: processors differ in the last bits of a logarithm.
"""

from __future__ import annotations

import dataclasses
import datetime as dates
import hashlib
from pathlib import Path

import numpy as np

from sim.centre import simulate
from sim.parameters import (
    Adherence,
    Batch,
    Break,
    Callback,
    CallType,
    ConstantArrivals,
    Consult,
    Dialling,
    Empirical,
    Erlang,
    EvenArrivals,
    Exponential,
    Fixed,
    Gamma,
    Group,
    LearningCurve,
    LogNormal,
    Mix,
    OffPhone,
    Outage,
    Patience,
    Plan,
    PoissonArrivals,
    PullOff,
    Resolution,
    Retrial,
    Rule,
    SelfService,
    Service,
    Shift,
    Skill,
    Surge,
    Transfer,
    Uniform,
)
from sim.records import Origin, Outcome, Records
from tests.sim.tiny import group, plan

FOLDER = Path(__file__).parent / "golden"
FIRST_ROWS, LAST_ROWS = 20, 18
TALK = Service(LogNormal(180.0, 120.0), Exponential(15.0), Gamma(30.0, 20.0))
CALM = ConstantArrivals(60.0)


def queue() -> Plan:
    calls = CallType(
        "calls",
        TALK,
        ConstantArrivals(90.0),
        patience=Patience(Exponential(60.0), balk=0.1, announced=2.0),
        capacity=4,
        retrial=Retrial(Uniform(60.0, 600.0), 0.5, 0.8, 3),
        busyness=0.2,
    )
    return plan(calls, group("all", "calls", (4, 5, 6, 5)), trunks=9)


def arrivals() -> Plan:
    kinds = [
        CallType("steps", Service(Erlang(90.0, 3)), PoissonArrivals((5.0, 20.0, 0.0, 10.0))),
        CallType("lines", Service(Fixed(60.0)), PoissonArrivals((5.0, 9.0), 3600, shape="linear")),
        CallType("even", Service(Empirical((30.0, 60.0, 200.0))), EvenArrivals((2, 2, 2, 2))),
        CallType("batches", Service(Fixed(20.0)), ConstantArrivals(5.0, batch=Batch(4.0))),
        CallType("mixed", Service(Fixed(50.0)), busyness=0.4),
        CallType("other", Service(Fixed(50.0)), busyness=0.4),
    ]
    return plan(
        kinds,
        group("all", [one.name for one in kinds], 5),
        mix=Mix(ConstantArrivals(20.0), {"mixed": 0.7, "other": 0.3}),
        correlation=0.5,
        surges=(Surge(1800.0, 2700.0, 3.0),),
    )


def shifts() -> Plan:
    team = Group(
        "team",
        (Skill("calls"),),
        shifts=(
            Shift(0.0, 5400.0, 3, (Break(1800.0, 600.0), Break(3600.0, 900.0, False, "lunch"))),
            Shift(1800.0, 7200.0, 2, (Break(4500.0, 600.0),)),
        ),
        shrinkage=0.2,
        adherence=Adherence(Exponential(90.0), Exponential(60.0)),
        pull_offs=(PullOff(2400.0, 3000.0, 1),),
        overtime=600.0,
        overtime_agents=1,
        early_leave=300.0,
        early_leave_agents=2,
        shift_end="hand back",
    )
    return plan(CallType("calls", TALK, CALM, patience=Patience(Fixed(300.0))), team)


def chats_and_mails() -> Plan:
    kinds = [
        CallType("chats", TALK, ConstantArrivals(80.0), "chat", Patience(Exponential(120.0))),
        CallType("mails", TALK, ConstantArrivals(15.0, 0.0, 86400.0), "email"),
        CallType("calls", TALK, ConstantArrivals(10.0)),
    ]
    team = group("all", "chats mails calls", 3, concurrency=3, slowdown=(1.0, 1.3, 1.7))
    return plan(kinds, team, days=2, routing=("blend", "longest-wait", "longest-idle"))


def journeys() -> Plan:
    first = CallType(
        "first",
        TALK,
        ConstantArrivals(70.0),
        self_service=SelfService(Fixed(30.0), 0.2, 0.1),
        transfers=(Transfer("second", 0.2), Transfer("third", 0.1, ahead=False)),
        consult=Consult("second", 0.15, Exponential(40.0), 60.0),
        resolution=Resolution(0.6, 0.5, Exponential(900.0), 2),
        patience=Patience(Exponential(200.0)),
    )
    others = [CallType("second", TALK, ConstantArrivals(20.0)), CallType("third", TALK)]
    teams = [group("a", "first", 4), group("b", "second third", 2)]
    return plan([first, *others], teams, trunks=12, outages=(Outage(3000.0, 3300.0),))


def callbacks() -> Plan:
    def kind(name: str, offer: Callback) -> CallType:
        return CallType(
            name, TALK, ConstantArrivals(40.0), patience=Patience(Exponential(300.0)),
            callback=offer,
        )  # fmt: skip

    kinds = [
        kind("virtual", Callback(60.0, 0.6, reached=0.7, again=300.0)),
        kind("scheduled", Callback(60.0, 0.5, "scheduled", Uniform(300.0, 1500.0), promised=60.0)),
    ]
    return plan(kinds, group("all", "virtual scheduled", 4, shift_end="drain"))


def outbound() -> Plan:
    sales = CallType(
        "sales", TALK, channel="outbound",
        dialling=Dialling(60, 0.3, Exponential(15.0), attempts=3, again=900.0),
    )  # fmt: skip
    rule = Rule("blend", {"idle": 2.0, "wait": 10.0})
    calls = CallType("calls", TALK, ConstantArrivals(50.0))
    return plan([sales, calls], group("all", "sales calls", 5), routing=(rule, "longest-wait"))


def skills() -> Plan:
    kinds = [
        CallType("gold", TALK, ConstantArrivals(30.0), priority=5.0),
        CallType("plain", TALK, ConstantArrivals(50.0), ageing=1.0),
        CallType("rare", TALK, ConstantArrivals(15.0)),
    ]
    teams = [
        group("first", [Skill("plain"), Skill("gold", level=2, after=30.0)], 3),
        group("both", [Skill("gold"), Skill("plain", level=2, reserve=1)], 2),
        group(
            "all",
            [
                Skill("rare"),
                Skill("gold", level=3, handle_time_factor=1.2),
                Skill("plain", level=3, service=Service(Gamma(150.0, 50.0))),
            ],
            2,
        ),
    ]
    rules = ("skill-levels", "reserve", "priority", "longest-wait", "random-agent")
    return plan(kinds, teams, routing=rules)


def nights() -> Plan:
    """Over two nights, in the second of which clocks are put forward."""
    team = Group(
        "night",
        (Skill("calls"),),
        shifts=(Shift(20 * 3600.0, 2 * 3600.0, 2), Shift(22 * 3600.0, 4 * 3600.0, 1)),
        shift_end="drain",
        weeks=3.0,
    )
    return plan(
        CallType("calls", TALK, ConstantArrivals(12.0), resolution=Resolution(0.8, 0.5)),
        team,
        opens=20 * 3600.0,
        closes=28 * 3600.0,
        days=2,
        date=dates.date(2026, 3, 27),
        timezone="Europe/Berlin",
        at_closing="call back",
        learning_curve=LearningCurve((0.0, 12.0), (1.6, 1.0), (0.7, 1.0)),
        outages=(Outage(21 * 3600.0, 22 * 3600.0, "systems", 1.5),),
    )


def newcomers() -> Plan:
    """Two levels of experience, both off the phones now and then."""
    calls = CallType("calls", TALK, ConstantArrivals(70.0), patience=Patience(Exponential(90.0)))
    off = OffPhone(0.15, 240.0)
    teams = [
        group("old hands", "calls", 3, off_phone=off),
        group("new", [Skill("calls", service=Service(Gamma(200.0, 90.0)))], 2, weeks=3.0,
              off_phone=off),
    ]  # fmt: skip
    curve = LearningCurve((0.0, 6.0), (1.5, 1.0), (0.7, 1.0))
    return plan(calls, teams, learning_curve=curve, routing=("best-proficiency", "longest-idle"))


def full_queues() -> Plan:
    """Hardly any places to wait, and a rule of the planner's own."""
    kinds = [
        CallType("calls", TALK, ConstantArrivals(80.0), capacity=2,
                 retrial=Retrial(Exponential(300.0), after_busy=0.8)),
        CallType("chats", TALK, ConstantArrivals(40.0), "chat", capacity=1),
    ]  # fmt: skip
    rules = (Rule("tests.sim.own_rules.After", {"call_type": "chats", "seconds": 10.0}), "priority")
    return plan(kinds, group("all", "calls chats", 3, concurrency=2), routing=rules)


def rules_of_agents() -> Plan:
    kinds = [CallType("a", TALK, CALM), CallType("b", TALK, ConstantArrivals(30.0))]
    teams = [
        group("one", "a", 3),
        group("two", [Skill("a", handle_time_factor=0.8), Skill("b")], 4, shift_end="disconnect"),
    ]
    rules = ("least-skilled-first", "best-proficiency", "least-occupied", "longest-wait")
    return plan(kinds, teams, routing=rules, at_closing="disconnect")


DAYS = {
    made.__name__: made
    for made in (
        queue,
        arrivals,
        shifts,
        chats_and_mails,
        journeys,
        callbacks,
        outbound,
        full_queues,
        skills,
        nights,
        newcomers,
        rules_of_agents,
    )
}


def digest(records: Records) -> str:
    """Of every column of the records, contacts' and agents'."""
    found = hashlib.sha256()
    for one in dataclasses.fields(records):
        column = np.asarray(getattr(records, one.name))
        if column.dtype == np.float64:
            column = np.round(column, 4) + 0.0
        found.update(f"{one.name} {column.dtype} {column.shape} ".encode())
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def written(given: Plan, records: Records) -> str:
    """The digest, and as a table the first contacts and the last, which mostly come of others."""

    def moment(column: np.ndarray, row: int) -> str:
        return "" if np.isnan(column[row]) else f"{column[row]:.1f}"

    lines = [
        f"# {len(records)} contacts, sha256 {digest(records)}",
        "row,call type,origin,parent,arrived,queued,answered,left,released,agent,outcome",
    ]
    for row in (*range(FIRST_ROWS), *range(len(records) - LAST_ROWS, len(records))):
        times = (records.arrived, records.queued, records.answered, records.left, records.released)
        cells = [
            str(row),
            given.call_types[records.call_type[row]].name,
            Origin(records.origin[row]).name.lower(),
            str(records.parent[row]),
            *(moment(column, row) for column in times),
            str(records.agent[row]),
            Outcome(records.outcome[row]).name.lower(),
        ]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def main() -> None:
    for name, made in DAYS.items():
        given = made()
        (FOLDER / f"{name}.csv").write_text(written(given, simulate(given)), encoding="utf-8")


if __name__ == "__main__":
    main()
