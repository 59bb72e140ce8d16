"""Random plans with every feature, small enough that a run takes some milliseconds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

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
    OffPhone,
    Outage,
    Patience,
    Plan,
    PoissonArrivals,
    PullOff,
    RecordedArrivals,
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

HOUR = 3600.0
OPENS, CLOSES = 8 * HOUR, 11 * HOUR
RULES = (
    "skill-levels",
    "longest-wait",
    "priority",
    "longest-idle",
    "random-agent",
    "least-occupied",
    "least-skilled-first",
    "reserve",
    "best-proficiency",
    "blend",
)
# What is picked from a list comes evenly; of figures in a range the search likes the ends.
shares = st.sampled_from([0.3, 0.7, 0.0, 1.0]) | st.floats(0, 1)
small_shares = st.sampled_from([0.0, 0.1, 0.3, 0.5])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def durations(low: float, high: float) -> st.SearchStrategy[Any]:
    mean = st.floats(low, high)
    return st.one_of(
        st.builds(Exponential, mean),
        st.builds(LogNormal, mean, mean),
        st.builds(Gamma, mean, mean),
        st.builds(Erlang, mean, st.integers(1, 5)),
        st.builds(Fixed, mean),
        st.builds(lambda a, b: Uniform(min(a, b), max(a, b)), mean, mean),
        st.builds(Empirical, st.lists(mean, min_size=1, max_size=4).map(tuple)),
    )


arrivals = st.one_of(
    st.builds(
        ConstantArrivals,
        st.sampled_from([0.0, 5.0, 20.0, 40.0, 60.0]),
        batch=maybe(st.builds(Batch, st.floats(1, 3), st.sampled_from(["geometric", "fixed"]))),
    ),
    st.builds(
        PoissonArrivals,
        st.lists(st.sampled_from([0.0, 4.0, 12.0, 30.0]), min_size=6, max_size=6).map(tuple),
        shape=st.sampled_from(["steps", "linear"]),
    ),
    st.builds(EvenArrivals, st.lists(st.integers(0, 20), min_size=6, max_size=6).map(tuple)),
    st.builds(
        RecordedArrivals,
        st.lists(st.floats(7 * HOUR, 12 * HOUR), max_size=30).map(lambda at: tuple(sorted(at))),
    ),
)


def call_types(name: str, names: list[str], voices: list[str]) -> st.SearchStrategy[CallType]:
    service = st.builds(
        Service, durations(10, 400), maybe(durations(1, 60)), maybe(durations(1, 90))
    )
    shared = {
        "service": service,
        "priority": st.floats(0, 5),
        "ageing": st.floats(0, 2),
        "resolution": maybe(
            st.builds(Resolution, shares, shares, durations(10, 3000), st.integers(1, 3))
        ),
        "busyness": st.floats(0, 0.5),
    }
    caller = {
        "arrivals": arrivals,
        "patience": maybe(
            st.builds(Patience, durations(1, 300), small_shares, maybe(st.floats(0.1, 3)))
        ),
        "capacity": maybe(st.integers(0, 5)),
        "self_service": maybe(st.builds(SelfService, durations(1, 60), small_shares, small_shares)),
        "retrial": maybe(st.builds(Retrial, durations(1, 600), shares, shares, st.integers(1, 3))),
        "callback": maybe(
            st.builds(
                Callback,
                st.floats(0, 100),
                shares,
                st.sampled_from(["keeps place", "scheduled"]),
                durations(1, 2000),
                shares,
                st.integers(1, 3),
                st.floats(1, 600),
            )
        ),
    }
    transfers = st.lists(
        st.builds(Transfer, st.sampled_from(names), small_shares, st.booleans()), max_size=2
    ).map(tuple)
    voice = st.builds(
        CallType,
        st.just(name),
        **shared,
        **caller,
        transfers=transfers,
        consult=maybe(
            st.builds(Consult, st.sampled_from(names), shares, durations(1, 200), st.floats(1, 200))
        ),
    )
    chat = st.builds(CallType, st.just(name), channel=st.just("chat"), **shared, **caller)
    email = st.builds(
        CallType, st.just(name), channel=st.just("email"), arrivals=arrivals, **shared
    )
    outbound = st.builds(
        CallType,
        st.just(name),
        channel=st.just("outbound"),
        dialling=st.builds(
            Dialling,
            st.integers(0, 20),
            shares,
            durations(1, 30),
            attempts=st.integers(1, 3),
            again=st.floats(1, 3000),
        ),
        **shared,
    )
    return {"chats": chat, "other": st.one_of(email, outbound)}.get(name, voice)


def shifts() -> st.SearchStrategy[Shift]:
    def build(start: int, hours: int, agents: int, pause: bool) -> Shift:
        breaks = (Break(start * HOUR + 1800, 600),) if pause else ()
        return Shift(start * HOUR, ((start + hours) % 24) * HOUR, agents, breaks)

    return st.builds(
        build,
        st.sampled_from([6, 8, 9, 10]),
        st.sampled_from([1, 2, 3, 6]),
        st.sampled_from([0, 1, 2, 3]),
        st.booleans(),
    )


@st.composite
def groups(draw: st.DrawFn, name: str, names: list[str], learning: bool) -> Group:
    wanted = [one for one in names if draw(st.sampled_from([True, True, False]))] or names[-1:]
    skills = tuple(
        Skill(
            one,
            level=draw(st.integers(1, 3)),
            after=draw(st.sampled_from([0.0, 0.0, 5.0, 30.0])),
            reserve=draw(st.sampled_from([0, 0, 1, 2])),
            handle_time_factor=draw(st.floats(0.5, 2)),
            service=draw(maybe(st.builds(Service, durations(10, 200)))),
        )
        for one in wanted
    )
    concurrency = draw(st.sampled_from([1, 2, 3]))
    slowdown = tuple(1 + 0.3 * more for more in range(concurrency)) if draw(st.booleans()) else ()
    by_shift = draw(st.booleans())
    return Group(
        name,
        skills,
        agents=None if by_shift else draw(st.sampled_from([1, 2, 4, 0, (1, 2, 3, 2, 0, 1)])),
        shifts=tuple(draw(st.lists(shifts(), min_size=1, max_size=2))) if by_shift else (),
        concurrency=concurrency,
        slowdown=slowdown,
        shrinkage=draw(st.sampled_from([0.0, 0.3])),
        adherence=draw(maybe(st.builds(Adherence, durations(1, 300), durations(1, 300)))),
        off_phone=draw(st.sampled_from([None, OffPhone(0.1, 300.0)])),
        pull_offs=draw(st.sampled_from([(), (PullOff(9 * HOUR, 9.5 * HOUR, 1),)])),
        overtime=draw(st.sampled_from([0.0, 900.0])),
        overtime_agents=draw(st.integers(0, 2)),
        early_leave=draw(st.sampled_from([0.0, 900.0])),
        early_leave_agents=draw(st.integers(0, 2)),
        shift_end=draw(st.sampled_from(["finish", "hand back", "disconnect", "drain"])),
        weeks=draw(maybe(st.floats(0, 20))) if learning else None,
    )


CURVE = LearningCurve((0.0, 4.0, 12.0), (1.8, 1.3, 1.0), (0.7, 0.9, 1.0))
FIRST_COME = tuple(Rule(name) for name in ("longest-wait", "longest-idle"))


@st.composite
def plans(draw: st.DrawFn, routing: tuple[Rule, ...] | None = None) -> Plan:
    """Any plan at all."""
    voices = ["sales", "support"][: draw(st.integers(1, 2))]
    names = voices + draw(st.sampled_from([["chats"], ["chats", "other"], ["other"], []]))
    learning = draw(st.booleans())
    rules = draw(st.lists(st.sampled_from(RULES), unique=True, max_size=4))
    kinds = tuple(draw(call_types(name, names, voices)) for name in names)
    return Plan(
        call_types=kinds,
        groups=tuple(
            draw(groups(name, names, learning))
            for name in ["a", "b", "c"][: draw(st.integers(1, 3))]
        ),
        opens=OPENS,
        closes=CLOSES,
        days=draw(st.sampled_from([1, 1, 2])),
        correlation=draw(st.sampled_from([0.0, 0.5, 1.0])),
        surges=draw(st.sampled_from([(), (Surge(9 * HOUR, 9.5 * HOUR, 2.0),)])),
        outages=draw(
            st.sampled_from(
                [
                    (),
                    (Outage(9 * HOUR, 9.2 * HOUR),),
                    (Outage(9 * HOUR, 9.5 * HOUR, "systems", 2.0),),
                ]
            )
        ),
        trunks=draw(maybe(st.integers(1, 8))),
        learning_curve=CURVE if learning else None,
        routing=routing if routing is not None else tuple(Rule(name) for name in rules),
        at_closing=draw(st.sampled_from(["drain", "disconnect", "call back"])),
        seed=draw(st.integers(0, 2**32)),
    )
