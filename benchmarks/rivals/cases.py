"""The centres that are simulated, as plans; the rivals read their numbers from the same ones."""

from __future__ import annotations

from sim.parameters import (
    Break,
    CallType,
    ConstantArrivals,
    Exponential,
    Gamma,
    Group,
    LogNormal,
    Patience,
    Plan,
    PoissonArrivals,
    Retrial,
    Service,
    Shift,
    Skill,
)

HOUR = 3600.0


def single_queue(
    agents: int = 95,
    per_hour: float = 2000.0,
    handle: float = 180.0,
    patience: float = 120.0,
    days: int = 21,
) -> Plan:
    """M/M/n+M round the clock. As it stands: 100 erlangs on 95 agents, 1,008,000 calls."""
    calls = CallType(
        name="calls",
        service=Service(talk=Exponential(handle)),
        arrivals=ConstantArrivals(per_hour=per_hour),
        patience=Patience(time=Exponential(patience)),
    )
    team = Group(name="team", skills=(Skill("calls"),), agents=agents)
    return Plan(
        name="single queue",
        call_types=(calls,),
        groups=(team,),
        opens=0.0,
        closes=24 * HOUR,
        days=days,
    )


def sized(agents: int, days: int) -> Plan:
    """Any number of agents with the same load for each: 160 calls in twelve hours, 0.89 erlangs."""
    calls = CallType(
        name="calls",
        service=Service(talk=LogNormal(200.0, 160.0), after_call=Exponential(40.0)),
        arrivals=ConstantArrivals(per_hour=agents * 160 / 12),
        patience=Patience(time=Exponential(180.0)),
    )
    team = Group(name="team", skills=(Skill("calls"),), agents=agents)
    return Plan(name=f"{agents} agents", call_types=(calls,), groups=(team,), days=days)


# Calls of a day, talk and its deviation, after-call work, patience (seconds).
TYPES = {
    "orders": (14_000, 130.0, 90.0, 25.0, 90.0),
    "billing": (16_000, 120.0, 80.0, 30.0, 150.0),
    "support": (15_000, 150.0, 130.0, 30.0, 180.0),
    "technical": (9_000, 200.0, 170.0, 40.0, 240.0),
    "complaints": (6_000, 170.0, 110.0, 60.0, 200.0),
}

# Share of the day's calls in each half hour from 08:00 to 20:00: a morning peak, a second one.
PROFILE = (
    *(3.4, 3.9, 4.4, 4.8, 5.0, 5.0, 4.9, 4.7, 4.4, 4.2, 4.1, 4.1),
    *(4.2, 4.4, 4.6, 4.6, 4.5, 4.3, 4.0, 3.7, 3.5, 3.3, 3.1, 2.9),
)

# Seats, and skills: call type, level, seconds after which it helps, factor of the handle time.
GROUPS: dict[str, tuple[int, tuple[tuple[str, int, float, float], ...]]] = {
    "orders": (56, (("orders", 1, 0.0, 1.0),)),
    "billing": (62, (("billing", 1, 0.0, 1.0),)),
    "support": (70, (("support", 1, 0.0, 1.0),)),
    "technical": (68, (("technical", 1, 0.0, 1.0), ("support", 2, 20.0, 1.1))),
    "complaints": (46, (("complaints", 1, 0.0, 1.0), ("billing", 2, 30.0, 1.1))),
    "front office": (16, (("orders", 2, 10.0, 1.1), ("billing", 2, 10.0, 1.1))),
    "back office": (16, (("billing", 2, 10.0, 1.1), ("support", 2, 10.0, 1.1))),
    "seniors": (
        16,
        (
            ("technical", 2, 10.0, 0.9),
            ("complaints", 2, 10.0, 0.9),
            ("orders", 3, 40.0, 1.0),
            ("billing", 3, 40.0, 1.0),
            ("support", 3, 40.0, 1.0),
        ),
    ),
}

# Share of the seats, start, end, and when a break of 15, one of 30 and one of 15 minutes begin.
SHIFTS = (
    (0.34, 8.0, 14.5, (9.25, 11.0, 13.0)),
    (0.34, 8.0, 14.5, (9.75, 11.75, 13.5)),
    (0.16, 9.5, 18.0, (11.5, 13.25, 16.0)),
    (0.16, 9.5, 18.0, (12.25, 14.25, 16.5)),
    (0.34, 14.0, 20.5, (15.5, 17.0, 19.0)),
    (0.34, 14.0, 20.5, (16.25, 17.75, 19.5)),
)


def multi_skill(scale: float = 1.0) -> Plan:
    """Five call types, eight groups, overflow by time, breaks, after-call work, retrials.

    As it stands about 60,000 calls and 300 agents at once; ``scale`` shrinks calls and agents.
    The late shift stays half an hour after closing, so that nobody is left in a line.
    """
    return Plan(
        name="multi-skill",
        call_types=tuple(_call_type(name, scale) for name in TYPES),
        groups=tuple(_group(name, scale) for name in GROUPS),
    )


def _call_type(name: str, scale: float) -> CallType:
    calls, talk, deviation, after_call, patience = TYPES[name]
    share = scale * calls / sum(PROFILE)
    return CallType(
        name=name,
        service=Service(
            talk=LogNormal(talk, deviation), after_call=Gamma(after_call, after_call / 2)
        ),
        arrivals=PoissonArrivals(per_interval=tuple(share * part for part in PROFILE)),
        patience=Patience(time=Exponential(patience)),
        retrial=Retrial(delay=Exponential(900.0), after_abandoning=0.5, attempts=3),
    )


def _group(name: str, scale: float) -> Group:
    seats, skills = GROUPS[name]
    return Group(
        name=name,
        skills=tuple(
            Skill(call_type, level=level, after=after, handle_time_factor=factor)
            for call_type, level, after, factor in skills
        ),
        shifts=tuple(
            _shift(round(scale * seats * share), start * HOUR, end * HOUR, pauses)
            for share, start, end, pauses in SHIFTS
        ),
    )


def _shift(agents: int, start: float, end: float, pauses: tuple[float, ...]) -> Shift:
    lengths = (900.0, 1800.0, 900.0)
    breaks = tuple(
        Break(start=at * HOUR, length=length) for at, length in zip(pauses, lengths, strict=True)
    )
    return Shift(start=start, end=end, agents=agents, breaks=breaks)
