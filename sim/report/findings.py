"""What a result says, in two or three plain sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.estimates import more_replications
from sim.parameters import Group, Target
from sim.report import words
from sim.report.view import ALL, View
from sim.results import Estimate

TIRING = 0.9
# Who is turned away is told from one in two thousand on.
HARDLY = 0.0005
# A share of the agents on duty that is worth a word.
MANY = 0.2
# So many call types in one sentence have their intervals there too.
MOST_SPANS = 3
# So many call types are told of by name.
MOST_TOLD = 3
# A share of the days that is nearly all of them.
NEARLY = 0.8


def findings(view: View, column: int = ALL) -> list[str]:
    """Sentences, the most important first; of one call type and of the groups where it is named."""
    if column != ALL:
        return [
            *_stopped(view),
            *(_nobody(view, [column]) or _levels(view, [column])),
            *_waiting(view, column),
            *_busy(view),
            *_staying(view),
        ]
    return [
        *_stopped(view),
        *_nobody(view, range(len(view.plan.call_types))),
        *_levels(view, worst_first(view)),
        *_waiting(view),
        *_turned_away(view),
        *_called_back(view),
        *_busy(view),
        *_staying(view),
        *_left(view),
    ]


def _stopped(view: View) -> list[str]:
    return [f"Stopped early, {view.stopped}."] if view.stopped else []


def headline(view: View, column: int = ALL) -> str:
    """One sentence on the service level of a call type; without one, of that which does worst."""
    told = [one for one in worst_first(view) if column in (ALL, one)]
    if not told:
        return "Nobody was offered, so there is no service level."
    return _level(view, told[:1])


def worst_first(view: View) -> list[int]:
    """What is judged, by how far it is below its target."""
    found = [(gap, one) for one in view.judged if (gap := _gap(view, one)) is not None]
    return [one for _gap, one in sorted(found)]


def verdict(estimate: Estimate, target: Target) -> str:
    """``reached``, ``missed``, or how many more replications it may take to say."""
    if not math.isfinite(estimate.low):
        met = estimate.mean >= target.share
        return f"{'reached' if met else 'missed'} on {words.number_of(estimate.n, 'day')} only"
    if estimate.low >= target.share:
        return "reached"
    if estimate.high < target.share:
        return "missed"
    more = more_replications(estimate, target.share)
    if more is None:
        return "can't tell yet, it is too close to the target"
    return f"can't tell yet: about {words.number_of(more, 'more replication')}"


def definition(target: Target, channel: str = "voice") -> str:
    """How service level is counted, for the foot of a table."""
    short = target.short_abandon
    note = f", short is up to {words.seconds(short)}" if "short" in target.definition else ""
    done = "done within {} of arrival, nights included" if channel == "email" else "within {}"
    in_time = done.format(words.seconds(target.within))
    return f"{target.definition}, in time is {in_time}{note}"


def definitions(view: View) -> list[str]:
    """One line when all types are counted alike, else one for each kind of target."""
    lines: dict[str, list[str]] = {}
    for column, call_type in enumerate(view.plan.call_types):
        target = view.target(column)
        if target is not None and call_type.channel != "outbound":
            counted = definition(target, call_type.channel)
            lines.setdefault(counted, []).append(call_type.name)
    if len(lines) == 1:
        told = [f"Service level is {line}." for line in lines]
    else:
        told = [f"Service level of {words.listed(names)} is {one}." for one, names in lines.items()]
    return [*told, *_promise(view), *_together(view)]


def _promise(view: View) -> list[str]:
    promised = [one.callback.promised for one in view.plan.call_types if one.callback]
    if not promised:
        return []
    spoken = words.seconds(promised[0]) if len(set(promised)) == 1 else "the promised time"
    return [f"A callback is in time when it is made at most {spoken} after it was due."]


def _together(view: View) -> list[str]:
    """What "all" means where e-mails and calls are in one plan."""
    if not _mixed(view):
        return []
    return [
        "All together: contacts, service level and hung up are of e-mails too; ASA, waits and the "
        "queue leave e-mails and outbound contacts out."
    ]


def _mixed(view: View) -> bool:
    """Are there contacts whose waits are not pooled with those of calls and chats?"""
    channels = {one.channel for one in view.plan.call_types}
    return "email" in channels and bool(channels & {"voice", "chat"})


def _gap(view: View, column: int) -> float | None:
    target = view.target(column)
    level = view.of_type("service_level", column=column).mean
    return level - target.share if target and math.isfinite(level) else None


def _levels(view: View, columns: Sequence[int]) -> list[str]:
    """Of each call type; those that are well, and of which no interval is to be told, share a
    sentence where they share a target and a verdict."""
    told: list[str] = []
    well: dict[str, list[int]] = {}
    for column in columns:
        if _gap(view, column) is None or (column != ALL and _unserved(view, column)):
            continue  # nobody came, or nobody was answered: that is told of by itself
        lowest = _worst(view, column, alone=len(columns) == 1)
        if lowest and column == ALL:
            told += [_level(view, [column]), *lowest]
        elif lowest:  # of several each has one line
            told.append(" ".join([_level(view, [column]), *lowest]))
        else:
            well.setdefault(_end(view, column), []).append(column)
    return [*told, *(_level(view, columns) for columns in well.values())]


def _level(view: View, columns: Sequence[int]) -> str:
    """One sentence on the service level of call types with the same target and verdict."""
    told = []
    for column in columns:
        level = view.of_type("service_level", column=column)
        name = "" if column == ALL else f"{view.names('call type')[column]} "
        span = words.interval("share", level) if len(columns) <= MOST_SPANS else ""
        told.append(f"{name}{words.percent(level.mean)}" + (f" ({span})" if span else ""))
    of = "" if columns[0] == ALL else " of"
    return f"Service level{of} {words.listed(told)}, {_end(view, columns[0])}."


def _end(view: View, column: int) -> str:
    """``target 80 % in 20 s: reached``."""
    target = view.target(column)
    assert target is not None
    found = verdict(view.of_type("service_level", column=column), target)
    return f"target {words.target_percent(target.share)} in {words.seconds(target.within)}: {found}"


def _nobody(view: View, columns: Sequence[int]) -> list[str]:
    """Call types of which contacts come and none is ever answered."""
    told = []
    for place in columns:
        if not _unserved(view, place):
            continue
        kind = view.plan.call_types[place]
        groups = [one for one in view.plan.groups if kind.name in {s.call_type for s in one.skills}]
        why = "" if groups else ": no group has the skill"
        offered = words.count(view.of_type("offered", column=place).mean)
        told.append(f"Of {kind.name} nobody was answered, {offered} were offered{why}.")
    return told


def _unserved(view: View, column: int) -> bool:
    if view.plan.call_types[column].channel == "outbound":
        return False
    offered, answered = (view.of_type(one, column=column).mean for one in ("offered", "answered"))
    return offered > 0 and answered == 0


def _worst(view: View, column: int, alone: bool) -> list[str]:
    """The lowest interval; one that is well is told of only where its call type is ``alone``."""
    target, row = view.target(column), view.worst(column)
    if target is None or row is None:
        return []
    level = view.of_type("service_level", row, column)
    missed, of = view.below(row, column)
    often = f"it missed the target {_often(view, missed, of)}"
    digits = 1 if level.half_width < 0.01 else 0
    span = f" ({words.interval('share', level, digits)})" if math.isfinite(level.low) else ""
    mean = words.percent(level.mean, digits)
    when = view.intervals[row] + _of(view, column)
    if level.low <= target.share <= level.high:
        lowest = f"The lowest {view.interval_word}, {when}, was {mean}"
        if level.mean >= target.share:
            return [f"{lowest}{span}, which is not sure to reach the target; {often}."]
        if missed < NEARLY * of:
            return [f"{lowest}{span}: it may be chance; {often}."]
        # Low day by day, though the mean of many days might still reach the target.
        days = words.number_of(of, _thing(view))
        return [
            f"{lowest} and missed the target {_often(view, missed, of)}, but {days} leave its mean "
            f"open{span}: more of them tell."
        ]
    if level.mean < target.share:
        met = view.of_type("service_level", column=column).mean >= target.share
        start = "But" if met else f"Worst {view.interval_word}:"
        return [f"{start} {when} was {mean}{span}; {often}."]
    if not alone:
        return []
    return [f"Even the lowest {view.interval_word}, {when}, was {mean}{span}; {often}."]


def _of(view: View, column: int) -> str:
    """The call type's name where there are several."""
    return "" if column == ALL else f" of {view.names('call type')[column]}"


def _thing(view: View) -> str:
    """What one replication is."""
    return "day" if view.plan.days == 1 else "run"


def _often(view: View, times: int, of: int) -> str:
    thing = _thing(view)
    if of == 1:
        return f"on the one {thing} simulated" if times else f"on no {thing}"
    return f"on {times} of {of} {thing}s" if times else f"on none of {of} {thing}s"


LOST = (
    ("busy", "heard the busy signal"),
    ("full", "found the queue full"),
    ("closed", "came when it was closed"),
    ("balked", "would not wait"),
)


def _waiting(view: View, column: int = ALL) -> list[str]:
    """How long the answered had waited, and what became of the others."""
    asa = view.of_type("asa", column=column).mean
    if math.isfinite(asa) and _channels(view, column) == {"email"}:
        waited = words.figure("seconds", asa)
        return [f"E-mails had waited {waited} on average when an agent took them."]
    mixed = column == ALL and _mixed(view)
    if not math.isfinite(asa):
        start = f"Nobody{_of(view, column)} was answered"
    else:
        who = f"The {_spoken_to(view)} that" if mixed else f"Those{_of(view, column)} who"
        start = f"{who} were answered had waited {words.figure('seconds', asa)} on average"
    lost = [
        f"{words.percent(share)} {what}"
        for measure, what in LOST
        if (share := view.share(measure, column).mean) >= HARDLY
    ]
    gone = view.share("abandoned") if mixed else view.of_type("abandonment", column=column)
    if gone.mean > 0:
        span = words.interval("share", gone)
        lost.append(words.percent(gone.mean) + (f" ({span})" if span else "") + " hung up")
    if not lost and not math.isfinite(asa):
        return []
    return [f"{start}; {words.listed(lost) if lost else 'nobody hung up'}."]


def _channels(view: View, column: int) -> set[str]:
    kinds = view.plan.call_types
    return {one.channel for one in (kinds if column == ALL else [kinds[column]])}


def _turned_away(view: View) -> list[str]:
    """Whom it befalls, where there are several call types: all together hide that."""
    found = [
        (share, name)
        for column, name in enumerate(view.names("call type")[:-1])
        if (share := view.share("turned_away", column)).mean >= HARDLY
    ]
    if not found or len(view.plan.call_types) == 1:
        return []
    found.sort(key=lambda one: one[0].mean, reverse=True)
    told = [
        f"{words.percent(share.mean)}{f' ({span})' if span else ''} of {name}"
        for share, name in found[:MOST_TOLD]
        for span in [words.interval("share", share)]
    ]
    rest = len(found) - len(told)
    more = f", and some of {words.number_of(rest, 'other call type')}" if rest else ""
    return [f"Turned away were {words.listed(told)}{more}."]


def _spoken_to(view: View) -> str:
    """What is neither e-mail nor outbound, together."""
    channels = {one.channel for one in view.plan.call_types}
    named = {"voice": "calls", "chat": "chats"}
    return words.listed([name for channel, name in named.items() if channel in channels])


def _called_back(view: View) -> list[str]:
    promised = view.of_type("callbacks").mean
    if not promised >= 1:
        return []
    kept = view.of_type("callbacks_kept").mean
    made = f", {words.percent(kept, 0)} of them made in time" if math.isfinite(kept) else ""
    return [f"{words.count(promised)} callbacks were promised in a {_thing(view)}{made}."]


def _busy(view: View) -> list[str]:
    levels = [
        (view.of_group(_measure_of_work(view, group), column=column).mean, group.name, column)
        for column, group in enumerate(view.plan.groups)
    ]
    tired = sorted((one for one in levels if one[0] > TIRING), reverse=True)
    if not tired:
        return []
    level, name, column = tired[0]
    others = len(tired) - 1
    more = f", and {words.number_of(others, 'other group')} nearly as much" if others else ""
    at_once = _measure_of_work(view, view.plan.groups[column]) == "utilisation"
    had = (
        f"had {words.percent(level, 0)} of the contacts in hand that it may have at once"
        if at_once
        else f"had work in hand {words.percent(level, 0)} of the time on duty"
    )
    return [
        f"{name} {had}{more}: above {words.target_percent(TIRING)} nobody keeps up for long. Plan "
        "more agents, or give part of the work to others."
    ]


def _measure_of_work(view: View, group: Group) -> str:
    """Who has one of three chats in hand is busy all the time and has room for two more."""
    chats = {one.name for one in view.plan.call_types if one.channel == "chat"}
    several = group.concurrency > 1 and any(one.call_type in chats for one in group.skills)
    return "utilisation" if several else "occupancy"


def _staying(view: View) -> list[str]:
    """Where more are on duty than the shifts say, because contacts outlast them."""
    late, there = (view.means("group", name) for name in ("overtime", "agents"))
    late = np.nan_to_num(late)
    row = int(np.argmax(late))
    if late[row] < 1 or late[row] < MANY * there[row]:
        return []
    return [
        f"At {view.intervals[row]} {words.count(late[row])} of the {words.count(there[row])} "
        "agents on duty were past their shift's end and finished what they had in hand."
    ]


def _left(view: View) -> list[str]:
    """How many were left over, as in the records, and what it means for a target in hours."""
    waiting = view.of_type("backlog").mean
    if not waiting >= 1:
        return []
    told = f"{words.count(waiting)} contacts in the mean were still waiting at the end"
    mails = [
        kind.name
        for column, kind in enumerate(view.plan.call_types)
        if kind.channel == "email" and view.of_type("backlog", column=column).mean >= 1
    ]
    if not mails:
        return [f"{told}."]
    return [
        f"{told}: those of {words.listed(mails)} count as missed, though their time may not have "
        "been over; with more days in the plan they are a smaller part."
    ]
