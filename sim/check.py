"""What is odd about a plan that can be run: one line each, saying what, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from sim import check_durations, check_long_times, check_staffing, expected, own_rules
from sim.arrays import Floats
from sim.errors import RoutingError
from sim.parameters import CallType, Group, Plan
from sim.parameters.units import show_clock
from sim.routing import RULES, Blend, Priority, Reserve, SkillLevels, make_rule

_HUGE = 10
_MOST_BALK = 0.5
_MOST_ABSENT = 0.2


def warnings(plan: Plan) -> list[str]:
    """Everything that looks like a slip. Begins with ``errors``."""
    found = [
        *errors(plan),
        *check_durations.short_times(plan),
        *check_long_times.long_times(plan),
        *_people_and_work(plan),
        *_unread(plan),
        *_hours(plan),
        *check_staffing.overload(plan),
        *_endless(plan),
        *_without_effect(plan),
    ]
    return list(dict.fromkeys(found))


def errors(plan: Plan) -> list[str]:
    """What will stop a run: routing rules that are not there, do not take their options, or do not
    like the plan's call types and groups."""
    found, rules = [], []
    for choice in plan.routing:
        try:
            rules.append(make_rule(choice))
        except RoutingError as error:
            found.append(f"routing: {error}")
    if not found and own_rules.modules(plan):
        try:
            own_rules.try_out(plan, rules)
        except RoutingError as error:
            found.append(f"routing: {error}")
    return found


def _served(plan: Plan) -> set[str]:
    return {skill.call_type for group in plan.groups for skill in group.skills}


def _coming(plan: Plan) -> dict[str, bool]:
    """By call type: does anything of it ever come, from outside or from another call type?"""
    total = _expected(plan)
    coming = {
        one.name: bool(total[row] > 0 or (one.dialling and one.dialling.contacts))
        for row, one in enumerate(plan.call_types)
    }
    for _ in plan.call_types:  # as many rounds as the longest chain of transfers
        for one in plan.call_types:
            if coming[one.name]:
                coming |= {to.to: True for to in one.transfers if to.share}
                if one.consult is not None and one.consult.share:
                    coming[one.consult.to] = True
    return coming


def _expected(plan: Plan) -> Floats:
    """First contacts of a day by call type, those outside opening hours too."""
    total: Floats = expected.contacts(plan).sum(axis=1)
    for row, one in enumerate(plan.call_types):
        if one.arrivals is not None and _any(one):
            total[row] = max(total[row], 1e-9)
    return total


def _any(kind: CallType) -> bool:
    return kind.arrivals is not None and check_durations.any_come(kind.arrivals)


def _people_and_work(plan: Plan) -> Iterator[str]:
    served, coming = _served(plan), _coming(plan)
    for one in plan.call_types:
        if one.name not in served:
            yield f"{one.name}: no group serves it: add it to the skills of a group"
        if not coming[one.name]:
            yield f"{one.name}: nothing of it ever comes: give it arrivals or leave it out"
    for group in plan.groups:
        idle = [skill.call_type for skill in group.skills if not coming[skill.call_type]]
        if len(idle) == len(group.skills):
            yield f"group {group.name}: has nothing to do, for nothing comes of {', '.join(idle)}"
        if not _heads(group):
            yield f"group {group.name}: has no agents: give it some or leave it out"


def _heads(group: Group) -> int:
    if group.shifts:
        return sum(shift.agents for shift in group.shifts)
    return max(group.agents) if isinstance(group.agents, tuple) else int(group.agents or 0)


def _unread(plan: Plan) -> Iterator[str]:
    """What only some routing rules read; a planner's own class may read anything."""
    if any(choice.rule not in RULES for choice in plan.routing):
        return
    rules = {RULES[choice.rule] for choice in plan.routing}
    skills = [(group, skill) for group in plan.groups for skill in group.skills]
    for group, skill in skills:
        where = f"group {group.name}: skill {skill.call_type}"
        if SkillLevels not in rules and (skill.level != 1 or skill.after):
            what = "after" if skill.after else "level"
            yield f"{where}: no rule reads {what}: add skill-levels to routing"
        if Reserve not in rules and skill.reserve:
            yield f"{where}: no rule reads reserve: add reserve to routing"
    for one in plan.call_types:
        if Priority not in rules and (one.priority or one.ageing):
            what = "priority" if one.priority else "ageing"
            yield f"{one.name}: no rule reads {what}: add priority to routing"
    if Reserve in rules and not any(skill.reserve for _, skill in skills):
        yield "routing: reserve has nothing to keep free: no skill has a reserve"
    yield from _unblended(plan, Blend in rules or Priority in rules)


def _unblended(plan: Plan, kept_apart: bool) -> Iterator[str]:
    channels = {one.name: one.channel for one in plan.call_types}
    for group in plan.groups:
        names = {channels[skill.call_type] for skill in group.skills}
        levels = {
            channels[skill.call_type] in ("voice", "chat"): skill.level for skill in group.skills
        }
        if (
            "outbound" in names
            and len(names) > 1
            and not kept_apart
            and len(set(levels.values())) < 2
        ):
            yield (
                f"group {group.name}: dials its outbound list before it answers those who called "
                "later: add the rule blend in front of the routing"
            )


def _hours(plan: Plan) -> Iterator[str]:
    yield from check_staffing.unattended(plan)
    yield from check_durations.long_shifts(plan)
    for group in plan.groups:
        late = [day for shift in group.shifts for day in shift.days or () if day >= plan.days]
        if late:
            yield (
                f"group {group.name}: a shift has days: [{late[0]}], which is day {late[0] + 1} "
                f"of the plan (there they count from 0), but it has {plan.days}: set the plan's "
                "days"
            )
    staffed = expected.agents(plan).sum(axis=(0, 2))
    for column, group in enumerate(plan.groups):
        if _heads(group) and not staffed[column]:
            yield (
                f"group {group.name}: nobody is there during opening hours "
                f"({show_clock(plan.opens)}-{show_clock(plan.closes)}): look at its shifts"
            )
    yield from check_durations.lists_and_hours(plan)
    yield from check_durations.night_before(plan)


def _endless(plan: Plan) -> Iterator[str]:
    """Transfers in a loop that nobody ever leaves, and issues that are never resolved."""
    kinds = {one.name: one for one in plan.call_types}
    stuck = set(kinds)
    while True:
        left = {
            name
            for name in stuck
            if sum(to.share for to in kinds[name].transfers if to.to in stuck) < 1 - 1e-9
        }
        if not left:
            break
        stuck -= left
    if stuck:
        yield (
            f"{', '.join(sorted(stuck))}: transferred round and round for ever: the shares of "
            "these transfers must leave some who are served"
        )
    for one in plan.call_types:
        resolution = one.resolution
        if resolution and resolution.first_contact == 0 and resolution.repeat == 1:
            yield (
                f"{one.name}: nothing is ever resolved, everybody comes back "
                f"{resolution.attempts} times: raise first_contact or lower repeat"
            )


def _without_effect(plan: Plan) -> Iterator[str]:
    served = _served(plan)
    for one in plan.call_types:
        yield from _odd_type(plan, one, served)
    for group in plan.groups:
        yield from _odd_group(plan, group)
    if plan.trunks == 0:
        yield "trunks: 0 lines, so everybody hears the busy signal: give some or leave it out"
    if plan.learning_curve is not None and all(group.weeks is None for group in plan.groups):
        yield "learning_curve: no group has weeks, so nobody is on it"
    yield from _huge_factors(plan)
    if plan.at_closing == "call back" and plan.days == 1:
        yield "at_closing: call back is at the next opening, which is not in a plan of one day"
    whole = (plan.days - 1) * 86400 + plan.closes
    if plan.warm_up >= whole:
        yield "warm_up: is as long as the whole run, so no results are left: shorten it"
    spans = [("surges", one.start, one.end) for one in plan.surges]
    spans += [("outages", one.start, one.end) for one in plan.outages]
    for what, start, end in spans:
        if end <= plan.opens or start >= plan.closes:
            hours = f"{show_clock(start)}-{show_clock(end)}"
            yield f"{what}: {hours} is outside the opening hours: it changes nothing"


def _huge_factors(plan: Plan) -> Iterator[str]:
    """100 for "as long as usual", which is 1."""
    curve = plan.learning_curve
    found = {"learning_curve": max(curve.handle_time_factor)} if curve is not None else {}
    for group in plan.groups:
        for skill in group.skills:
            where = f"group {group.name}: skill {skill.call_type}"
            found[where] = skill.handle_time_factor
    for where, factor in found.items():
        if factor >= _HUGE:
            yield (
                f"{where}: handle_time_factor {factor:g} is {factor:g} times as long: is it meant "
                f"in per cent? Write {factor / 100:g}"
            )


def _odd_type(plan: Plan, one: CallType, served: set[str]) -> Iterator[str]:
    if one.capacity == 0:
        yield (
            f"{one.name}: capacity 0 means that whoever is not answered at once hears the busy "
            "signal"
        )
    target = one.target or plan.target
    if one.channel == "outbound" and one.target is not None:
        yield f"{one.name}: nobody waits for outbound, so its target says nothing: leave it out"
    elif one.channel == "email" and one.target is None:
        yield (
            f"{one.name}: is judged by the plan's target of {target.within:g} seconds: give e-mail "
            'a target of its own, like {share: 0.9, within: "4 h"}'
        )
    elif target.share in (0.0, 1.0):
        yield (
            f"{one.name}: a target of {target.share:.0%} is "
            + ("always met" if target.share == 0 else "never met for sure: 95 % is hard already")
        )
    if one.callback is not None:
        if one.name not in served or not one.callback.accepted or not one.callback.reached:
            why = (
                "nobody serves it"
                if one.name not in served
                else ("nobody accepts" if not one.callback.accepted else "nobody picks up")
            )
            yield f"{one.name}: callbacks come to nothing, for {why}"
        if one.channel != "voice":
            yield f"{one.name}: callbacks are for voice, this is {one.channel}"
    if one.patience is not None and one.patience.balk > _MOST_BALK:
        yield (
            f"{one.name}: balk: {one.patience.balk:.0%} hang up at once unless answered at once: "
            f'is it meant in per cent? Write "{one.patience.balk:g} %"'
        )
    busy = one.capacity is not None or plan.trunks is not None or plan.outages
    retrial = one.retrial
    if (
        retrial
        and not (retrial.after_abandoning and one.patience)
        and not (retrial.after_busy and busy)
    ):
        yield (
            f"{one.name}: retrial: nobody hangs up or hears the busy signal, so nobody tries again"
        )


def _odd_group(plan: Plan, group: Group) -> Iterator[str]:
    where = f"group {group.name}"
    channels = {one.name: one.channel for one in plan.call_types}
    if group.concurrency > 1 and not any(channels[s.call_type] == "chat" for s in group.skills):
        yield f"{where}: concurrency is for chats, and it serves none"
    for what in ("overtime", "early_leave"):
        time, heads = getattr(group, what), getattr(group, f"{what}_agents")
        if bool(time) != bool(heads):
            missing = f"{what}_agents" if time else what
            yield f"{where}: {what} needs both how long and how many: give {missing}"
    if group.shrinkage > _MOST_ABSENT:
        yield (
            f"{where}: shrinkage is those who are away all day, by chance: with "
            f"{group.shrinkage:.0%} days differ a lot; breaks, training and minutes in between are "
            "breaks, pull_offs and off_phone"
        )
    for away in group.pull_offs:
        if away.agents > _heads(group):
            yield (
                f"{where}: {away.name} at {show_clock(away.start)} takes {away.agents} agents, and "
                f"there are {_heads(group)}"
            )
