"""What holds for every run of every plan, whatever its features; each check names what it found."""

from __future__ import annotations

import itertools

import numpy as np

from sim.metrics import figures
from sim.parameters import Plan
from sim.parameters.units import DAY
from sim.records import Origin, Outcome, Records
from sim.roster import Stint, roster
from sim.streams import Streams

LOST_BEFORE_RETRIAL = (Outcome.ABANDONED, Outcome.BALKED, Outcome.BUSY, Outcome.FULL)
NEVER_QUEUED = (Outcome.BUSY, Outcome.CONTAINED, Outcome.LEFT_MENU, Outcome.CLOSED)
SERVED_BY_AGENT = (
    Outcome.ANSWERED,
    Outcome.TRANSFERRED,
    Outcome.HANDED_BACK,
    Outcome.CUT_OFF,
    Outcome.NO_ANSWER,
)
PARENTS = {
    Origin.RETRIAL: LOST_BEFORE_RETRIAL,
    Origin.REPEAT: (Outcome.ANSWERED, Outcome.CUT_OFF),
    Origin.TRANSFER: (Outcome.TRANSFERRED,),
    Origin.CONSULT: SERVED_BY_AGENT,
    Origin.CALLBACK: (Outcome.CALLBACK, Outcome.NO_ANSWER),
    Origin.HANDED_BACK: (Outcome.HANDED_BACK,),
    Origin.DIAL: (Outcome.NO_ANSWER,),
}
EPSILON = 1e-6


def check(plan: Plan, records: Records) -> None:
    every_row_ends_once(records)
    times_are_in_order(records)
    agents_have_the_skill(plan, records)
    nobody_has_too_much_in_hand(plan, records)
    agents_work_only_when_present(records)
    nobody_begins_anything_after_her_shift(plan, records)
    children_fit_their_parents(records)
    trunks_suffice(plan, records)


def every_row_ends_once(records: Records) -> None:
    assert (records.outcome != Outcome.OPEN).all(), "some rows never ended"
    assert np.isfinite(records.left).all(), "some rows have no end"
    served = np.isin(records.outcome, SERVED_BY_AGENT)
    assert (served == np.isfinite(records.answered)).all()
    assert (served == (records.agent >= 0)).all()
    assert (served == (records.group >= 0)).all()
    assert (served == np.isfinite(records.released)).all()
    unqueued = np.isnan(records.queued)
    assert np.isin(records.outcome[unqueued], NEVER_QUEUED).all()


def times_are_in_order(records: Records) -> None:
    for before, after in (
        (records.arrived, records.queued),
        (records.queued, records.answered),
        (records.queued, records.left),
        (records.answered, records.left),
        (records.left, records.released),
    ):
        both = np.isfinite(before) & np.isfinite(after)
        assert (before[both] <= after[both] + EPSILON).all()
    assert (records.left <= records.ended + EPSILON).all()
    served = records.agent >= 0
    total = records.talk + records.hold + records.after_call
    held = np.where(served, records.released - records.answered, 0.0)
    assert np.allclose(total, held, atol=1e-5)
    for part in (records.talk, records.hold, records.after_call):
        assert (part >= -1e-5).all()


def agents_have_the_skill(plan: Plan, records: Records) -> None:
    for index, group in enumerate(plan.groups):
        skills = {skill.call_type for skill in group.skills}
        types = np.unique(records.call_type[records.group == index])
        assert {plan.call_types[kind].name for kind in types} <= skills
    served = records.agent >= 0
    assert (records.agent_group[records.agent[served]] == records.group[served]).all()


def nobody_has_too_much_in_hand(plan: Plan, records: Records) -> None:
    chat = np.array([kind.channel == "chat" for kind in plan.call_types])
    for agent in range(len(records.agent_group)):
        mine = np.flatnonzero(records.agent == agent)
        if not len(mine):
            continue
        limit = plan.groups[records.agent_group[agent]].concurrency
        share = np.where(chat[records.call_type[mine]], 1.0 / limit, 1.0)
        starts, ends = records.answered[mine], records.released[mine]
        for moment in starts:
            open_then = (starts <= moment + EPSILON) & (ends > moment + EPSILON)
            assert share[open_then].sum() <= 1 + EPSILON, f"agent {agent} at {moment}"


def agents_work_only_when_present(records: Records) -> None:
    for agent in range(len(records.agent_group)):
        mine = records.agent == agent
        present = records.present_agent == agent
        starts, ends = records.present_start[present], records.present_end[present]
        for begin, end in zip(records.answered[mine], records.released[mine], strict=True):
            inside = (starts <= begin + EPSILON) & (end <= ends + EPSILON)
            assert inside.any() or end - begin < EPSILON, (
                f"agent {agent} worked off duty at {begin}"
            )
        order = np.argsort(starts)
        assert (ends[order][:-1] <= starts[order][1:] + EPSILON).all()


def nobody_begins_anything_after_her_shift(plan: Plan, records: Records) -> None:
    """Nor in a break, unless the plan says that she stays when her shift is over."""
    closings = {plan.moment(day, plan.closes) for day in range(plan.days)}
    written = np.array([kind.channel in ("email", "outbound") for kind in plan.call_types])
    for agent, duties in enumerate(duties_of(plan, records)):
        stays = plan.groups[records.agent_group[agent]].shift_end == "drain"
        mine = np.flatnonzero(records.agent == agent)
        moments = records.answered[mine]
        outside = np.ones(len(mine), dtype=bool)
        for came, gone, stint in duties:
            closes = plan.at_closing == "drain" and stint.end in closings
            late = stint.last & (stays | (closes & ~written[records.call_type[mine]]))
            until = np.where(late, gone, min(stint.end, gone))
            outside &= (moments < came - EPSILON) | (moments > until + EPSILON)
        assert not outside.any(), f"agent {agent} began {mine[outside]} when she was off"


def duties_of(plan: Plan, records: Records) -> list[list[tuple[float, float, Stint]]]:
    """For each agent when she came and went, and the stint for which she had come."""
    stints_of = roster(plan, Streams(records.seed, records.replication)).agents
    return [
        [
            (came, gone, next(stint for stint in stints if stint.end > came))
            for came, gone in zip(
                records.present_start[records.present_agent == agent],
                records.present_end[records.present_agent == agent],
                strict=True,
            )
        ]
        for agent, stints in enumerate(stints_of)
    ]


def children_fit_their_parents(records: Records) -> None:
    child = records.parent >= 0
    assert (child == (records.origin != Origin.FIRST)).all()
    for origin, outcomes in PARENTS.items():
        parents = records.parent[records.origin == origin]
        assert np.isin(records.outcome[parents], outcomes).all(), origin.name
        if origin != Origin.CONSULT:
            assert len(np.unique(parents)) == len(parents), f"two children of one {origin.name}"
    for outcome, origin in (
        (Outcome.TRANSFERRED, Origin.TRANSFER),
        (Outcome.HANDED_BACK, Origin.HANDED_BACK),
        (Outcome.CALLBACK, Origin.CALLBACK),
    ):
        promised = np.flatnonzero(records.outcome == outcome)
        assert set(promised) <= set(records.parent[records.origin == origin]), outcome.name
    later = np.flatnonzero(child)
    assert (records.root[later] == records.root[records.parent[later]]).all()
    assert (records.attempt[later] == records.attempt[records.parent[later]] + 1).all()
    assert (records.arrived[later] >= records.arrived[records.parent[later]] - EPSILON).all()


def trunks_suffice(plan: Plan, records: Records) -> None:
    if plan.trunks is None:
        return
    voice = np.array([kind.channel == "voice" for kind in plan.call_types])[records.call_type]
    # Calls that the centre makes, and what becomes of them, go out by other lines.
    caller = ~np.isin(records.origin, (Origin.CALLBACK, Origin.CONSULT))
    for row in np.flatnonzero(records.parent >= 0):
        caller[row] &= caller[records.parent[row]]
    on_line = voice & caller & (records.outcome != Outcome.BUSY)
    on_line &= records.left > records.arrived
    starts, ends = np.sort(records.arrived[on_line]), np.sort(records.left[on_line])
    taken = np.arange(1, len(starts) + 1) - np.searchsorted(ends, starts, side="right")
    assert (taken <= plan.trunks).all(), "more callers than trunks"


def first_come_first_served(records: Records) -> None:
    """Inside a call type, for those who went to the end of the line."""
    ordinary = ~np.isin(records.origin, (Origin.TRANSFER, Origin.HANDED_BACK))
    for kind in np.unique(records.call_type):
        mine = (records.call_type == kind) & ordinary & (records.agent >= 0)
        queued, answered = records.queued[mine], records.answered[mine]
        moments, group = np.unique(queued, return_inverse=True)
        first, last = np.full(len(moments), np.inf), np.full(len(moments), -np.inf)
        np.minimum.at(first, group, answered)
        np.maximum.at(last, group, answered)
        assert (first[1:] >= last[:-1] - EPSILON).all(), f"call type {kind} overtook"


def nobody_waits_while_somebody_idles(plan: Plan, records: Records) -> None:
    """For work-conserving routing: no waiting while an agent with the skill has nothing in hand."""
    waited = np.flatnonzero(records.waited > EPSILON)
    for agent in range(len(records.agent_group)):
        skills = {skill.call_type for skill in plan.groups[records.agent_group[agent]].skills}
        serves = [kind.name in skills for kind in plan.call_types]
        theirs = waited[np.array(serves)[records.call_type[waited]]]
        for start, end in idle_spans(records, agent):
            until = np.where(
                np.isnan(records.answered[theirs]), records.left[theirs], records.answered[theirs]
            )
            overlap = np.minimum(until, end) - np.maximum(records.queued[theirs], start)
            assert (overlap <= EPSILON).all(), f"agent {agent} idled {start}-{end} while one waited"


def no_chat_waits_while_somebody_has_room(plan: Plan, records: Records) -> None:
    """For work-conserving routing: an agent who chats takes more, up to her concurrency."""
    chats = np.array([kind.channel == "chat" for kind in plan.call_types])[records.call_type]
    waited = chats & (records.waited > EPSILON)
    until = np.where(np.isnan(records.answered), records.left, records.answered)
    for agent, duties in enumerate(duties_of(plan, records)):
        group = plan.groups[records.agent_group[agent]]
        skills = {skill.call_type for skill in group.skills}
        serves = np.array([kind.name in skills for kind in plan.call_types])
        theirs = np.flatnonzero(waited & serves[records.call_type])
        mine = np.flatnonzero(records.agent == agent)
        moments = np.unique((records.answered[mine], records.released[mine]))
        for start, end in itertools.pairwise(moments):
            middle = (start + end) / 2
            held = mine[(records.answered[mine] <= middle) & (middle < records.released[mine])]
            on_duty = any(came < start and end < stint.end for came, _, stint in duties)
            if on_duty and 0 < len(held) < group.concurrency and chats[held].all():
                overlap = np.minimum(until[theirs], end) - np.maximum(records.queued[theirs], start)
                assert (overlap <= EPSILON).all(), f"agent {agent} had room {start}-{end}"


def queues_are_arrivals_times_waits(plan: Plan, records: Records) -> None:
    """Little's law, of each day's opening hours: what the metrics say the mean queue was."""
    whole = figures(plan, records).by_type["queue_length"][-1]
    hours = [
        (plan.moment(day, plan.opens), plan.moment(day, plan.closes)) for day in range(plan.days)
    ]
    for kind in range(len(plan.call_types)):
        mine = (records.call_type == kind) & ~np.isnan(records.queued)
        since, waited = records.queued[mine], records.waited[mine]
        within = [
            np.clip(np.minimum(since + waited, end) - np.maximum(since, start), 0, None).sum()
            for start, end in hours
        ]
        assert np.isclose(whole[kind] * sum(end - start for start, end in hours), sum(within))


def intervals_go_by_the_clock(plan: Plan, records: Records) -> None:
    """Contacts and agents are counted where the clock on the wall shows the interval, minute by
    minute: both times where it comes twice. For plans whose edges are whole minutes."""
    found = figures(plan, records)
    open_then = [
        (plan.moment(day, plan.opens), plan.moment(day, plan.closes)) for day in range(plan.days)
    ]
    offered, staffed = np.zeros(plan.intervals * plan.days), np.zeros(plan.intervals * plan.days)
    minutes = np.zeros(len(offered))
    for day, (opens, closes) in enumerate(open_then):
        for minute in np.arange(opens, closes, 60):
            shown = plan.clock_at(minute) - day * DAY - plan.opens
            row = day * plan.intervals + int(shown // plan.interval)
            minutes[row] += 1
            inside = (records.arrived >= minute) & (records.arrived < minute + 60)
            offered[row] += inside.sum()
            starts = np.maximum(records.present_start, minute)
            ends = np.minimum(records.present_end, minute + 60)
            staffed[row] += np.clip(ends - starts, 0, None).sum() / 60
    assert found.by_type["offered"][:-1, -1].tolist() == offered.tolist()
    assert np.isnan(found.by_group["agents"][:-1, -1]).tolist() == (minutes == 0).tolist()
    there = minutes > 0
    assert np.allclose(found.by_group["agents"][:-1, -1][there], (staffed / minutes.clip(1))[there])


def idle_spans(records: Records, agent: int) -> list[tuple[float, float]]:
    mine = records.agent == agent
    busy = sorted(zip(records.answered[mine], records.released[mine], strict=True))
    spans: list[tuple[float, float]] = []
    present = records.present_agent == agent
    for start, end in zip(
        records.present_start[present], records.present_end[present], strict=True
    ):
        at = start
        for begin, done in busy:
            if begin >= end or done <= start:
                continue
            if begin > at + EPSILON:
                spans.append((at, begin))
            at = max(at, done)
        if end > at + EPSILON:
            spans.append((at, end))
    return spans
