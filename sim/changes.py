"""The changes that what-ifs are made of: each a pure function Plan -> Plan.

``Volume("+20 %")(plan)`` is the plan with a fifth more calls. A change that does not fit the
plan raises ValueError. How a plan file writes them is in ``sim.what_if``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sim.parameters import CallType, Group, Plan, PullOff, SelfService
from sim.parameters.distributions import STRICT, Distribution
from sim.parameters.plan import NamedRule
from sim.parameters.units import ClockTime, Name, PositiveSeconds, Share, SharePart, show_clock
from sim.spelling import unknown
from sim.stretching import (
    AnyChange,
    Change,
    Percent,
    PositiveHead,
    longer,
    longer_service,
    peak,
    scaled,
    scaled_mix,
    with_heads,
)

Part = Literal["all", "talk", "hold", "after_call"]
Names = tuple[Name, ...]


@dataclass(frozen=True, config=STRICT)
class Volume:
    """More or fewer contacts, of all call types that arrive or of some; an outbound list only
    when it is named, since its length is the centre's own choice.

    by: like ``"+20 %"`` or ``"-10 %"``
    call_types: names of those concerned; all when left out
    """

    by: Percent
    call_types: Names = ()

    def __call__(self, plan: Plan) -> Plan:
        chosen = _chosen(plan, self.call_types)
        mixed = [name for name in chosen if plan.mix and name in plan.mix.shares]
        mix = scaled_mix(plan.mix, mixed, self.by.factor) if plan.mix and mixed else plan.mix
        return replace(_each(plan, chosen, self._one), mix=mix)

    def _one(self, kind: CallType) -> CallType:
        if kind.dialling is not None and self.call_types:
            contacts = round(kind.dialling.contacts * self.by.factor)
            return replace(kind, dialling=replace(kind.dialling, contacts=contacts))
        if kind.arrivals is None:
            return kind
        return replace(kind, arrivals=scaled(kind.arrivals, self.by.factor))


@dataclass(frozen=True, config=STRICT)
class HandleTime:
    """Longer or shorter AHT ("+30 s", "+10 %"), or one part of it; also where a group has its own
    handle times. Call types without the part are left alone unless they are named.

    by: like ``"+20 %"``, ``"-10 %"``, ``"+30 s"``
    call_types: names of those concerned; all when left out
    part: ``talk``, ``hold`` or ``after_call``; ``all`` when left out
    """

    by: AnyChange
    call_types: Names = ()
    part: Part = "all"

    def __call__(self, plan: Plan) -> Plan:
        chosen = _chosen(plan, self.call_types)
        if self.part != "all":
            having = [
                one.name
                for one in plan.call_types
                if one.name in chosen and getattr(one.service, self.part) is not None
            ]
            lacking = [name for name in chosen if name not in having]
            if lacking and (self.call_types or not having):
                raise ValueError(f"{lacking[0]} has no {self.part} to change")
            chosen = having
        groups = tuple(self._group(group, chosen) for group in plan.groups)
        return replace(
            _each(
                plan,
                chosen,
                lambda one: replace(one, service=longer_service(one.service, self.by, self.part)),
            ),
            groups=groups,
        )

    def _group(self, group: Group, chosen: Sequence[str]) -> Group:
        return replace(
            group,
            skills=tuple(
                replace(skill, service=longer_service(skill.service, self.by, self.part))
                if skill.service is not None
                and skill.call_type in chosen
                and (self.part == "all" or getattr(skill.service, self.part) is not None)
                else skill
                for skill in group.skills
            ),
        )


@dataclass(frozen=True, config=STRICT)
class Contained:
    """Another share of callers served by the menu; ``time`` where there is no menu yet.

    contained: share served by the menu
    call_types: names of those concerned; all when left out
    time: seconds in the menu
    """

    contained: Share
    call_types: Names = ()
    time: Distribution | None = None

    def __call__(self, plan: Plan) -> Plan:
        return _each(plan, self._which(plan), self._one)

    def _which(self, plan: Plan) -> list[str]:
        if self.call_types or self.time is not None:
            return _chosen(plan, self.call_types)
        having = [one.name for one in plan.call_types if one.self_service is not None]
        if not having:
            raise ValueError("no call type has a self_service yet: give the menu's time as well")
        return having

    def _one(self, kind: CallType) -> CallType:
        menu = kind.self_service
        if menu is None and self.time is None:
            raise ValueError(f"{kind.name} has no self_service yet: give the menu's time as well")
        if menu is None:
            assert self.time is not None
            return replace(kind, self_service=SelfService(self.time, self.contained))
        time = menu.time if self.time is None else self.time
        return replace(kind, self_service=replace(menu, contained=self.contained, time=time))


@dataclass(frozen=True, config=STRICT)
class NewHires:
    """Newcomers beside a group, with its skills and hours: a group of their own, ``weeks`` along
    the plan's learning curve. ``agents`` at the group's busiest, or in all over its shifts.

    group: name of the group they join
    agents: how many
    weeks: how long they have been there
    name: what the newcomers are called
    """

    group: Name
    agents: PositiveHead
    weeks: Annotated[float, Field(ge=0, le=520, json_schema_extra={"unit": "weeks"})] = 0.0
    name: Name | None = None

    def __call__(self, plan: Plan) -> Plan:
        if plan.learning_curve is None:
            raise ValueError("new hires need a learning_curve in the plan")
        old = _group(plan, self.group)
        most = peak(old)
        if most == 0:
            raise ValueError(f"{old.name} has no agents whose hours the new hires could share")
        hired = replace(
            with_heads(old, Change(factor=self.agents / most)),
            name=self.name or f"{old.name} new hires"[:80],
            weeks=self.weeks,
            pull_offs=(),
            overtime=0.0,
            overtime_agents=0,
            early_leave=0.0,
            early_leave_agents=0,
        )
        return replace(plan, groups=(*plan.groups, hired))


@dataclass(frozen=True, config=STRICT)
class Attrition:
    """So large a share of the agents has left, of all groups or of one.

    share: share that has left
    group: its name; all groups when left out
    """

    share: Share
    group: Name | None = None

    def __call__(self, plan: Plan) -> Plan:
        left = Change(factor=1 - self.share)
        return _groups(plan, self.group, lambda group: with_heads(group, left))


@dataclass(frozen=True, config=STRICT)
class Overtime:
    """The last ``agents`` of each shift (without shifts: of the day) stay ``time`` longer; all of
    them where no number stands.

    time: seconds
    group: its name; all groups when left out
    agents: how many stay
    """

    time: PositiveSeconds
    group: Name | None = None
    agents: PositiveHead | None = None

    def __call__(self, plan: Plan) -> Plan:
        def stay(group: Group) -> Group:
            return replace(group, overtime=self.time, overtime_agents=self.agents or _all(group))

        return _groups(plan, self.group, stay)


@dataclass(frozen=True, config=STRICT)
class EarlyLeave:
    """The last ``agents`` of each shift (without shifts: of the day) go ``time`` earlier; all of
    them where no number stands.

    time: seconds
    group: its name; all groups when left out
    agents: how many go
    """

    time: PositiveSeconds
    group: Name | None = None
    agents: PositiveHead | None = None

    def __call__(self, plan: Plan) -> Plan:
        def leave(group: Group) -> Group:
            agents = self.agents or _all(group)
            return replace(group, early_leave=self.time, early_leave_agents=agents)

        return _groups(plan, self.group, leave)


@dataclass(frozen=True, config=STRICT)
class Training:
    """Agents of a group are pulled off their work for a while.

    group: its name
    start: time of day at which it begins
    end: time of day at which it is over
    agents: how many are taken off
    name: what it is called
    """

    group: Name
    start: ClockTime
    end: ClockTime
    agents: PositiveHead
    name: Name = "training"

    def __call__(self, plan: Plan) -> Plan:
        away = PullOff(self.start, self.end, self.agents, self.name)
        return _groups(
            plan, self.group, lambda group: replace(group, pull_offs=(*group.pull_offs, away))
        )


@dataclass(frozen=True, config=STRICT)
class PatienceChange:
    """Customers wait longer or shorter before they hang up ("+30 s", "-20 %").

    by: like ``"+20 %"``, ``"-10 %"``, ``"+30 s"``
    call_types: names of those concerned; all when left out
    """

    by: AnyChange
    call_types: Names = ()

    def __call__(self, plan: Plan) -> Plan:
        chosen = self.call_types and _chosen(plan, self.call_types)
        names = chosen or [one.name for one in plan.call_types if one.patience is not None]
        if not names:
            raise ValueError("no call type has a patience to change")
        return _each(plan, names, self._one)

    def _one(self, kind: CallType) -> CallType:
        if kind.patience is None:
            raise ValueError(f"{kind.name} has no patience to change")
        time = longer(kind.patience.time, self.by)
        return replace(kind, patience=replace(kind.patience, time=time))


@dataclass(frozen=True, config=STRICT)
class Shrinkage:
    """So large a share of the planned agents is not there, of all groups or of one; instead of
    the plan's shrinkage, not on top of it.

    share: share that is not there
    group: its name; all groups when left out
    """

    share: SharePart
    group: Name | None = None

    def __call__(self, plan: Plan) -> Plan:
        return _groups(plan, self.group, lambda group: replace(group, shrinkage=self.share))


@dataclass(frozen=True, config=STRICT)
class Agents:
    """More or fewer agents of a group ("+2", "-10 %"), all day or from ``start`` to ``end``.

    In a group with shifts the heads are spread over the shifts, in proportion to their sizes, or
    go to the ``shift`` that begins at that time.

    group: its name
    by: like ``"+2"``, ``"-1"`` or ``"+10 %"``
    start: time of day from which on; the opening when left out
    end: time of day until which; closing time when left out
    shift: time of day at which the shift begins that is meant
    """

    group: Name
    by: AnyChange
    start: ClockTime | None = None
    end: ClockTime | None = None
    shift: ClockTime | None = None

    def __call__(self, plan: Plan) -> Plan:
        return _groups(plan, self.group, lambda group: self._changed(plan, group))

    def _changed(self, plan: Plan, group: Group) -> Group:
        if self.shift is not None:
            return self._on_shift(self.shift, group)
        if self.start is None and self.end is None:
            return with_heads(group, self.by)
        if group.shifts:
            raise ValueError(
                f"{group.name} works in shifts: instead of start and end name one by its start, "
                f"shift: {_starts(group)}"
            )
        return self._part(plan, group)

    def _on_shift(self, start: float, group: Group) -> Group:
        chosen = [shift.start == start for shift in group.shifts]
        if self.start is not None or self.end is not None:
            raise ValueError("shift says when already: leave start and end out")
        if not group.shifts:
            raise ValueError(f"{group.name} has no shifts: give start and end instead of shift")
        if not any(chosen):
            raise ValueError(
                f"no shift of {group.name} begins at {show_clock(start)}: there are "
                f"{_starts(group)}"
            )
        shifts = tuple(one for one, wanted in zip(group.shifts, chosen, strict=True) if wanted)
        heads = iter(with_heads(replace(group, shifts=shifts), self.by).shifts)
        merged = zip(group.shifts, chosen, strict=True)
        return replace(
            group, shifts=tuple(next(heads) if wanted else one for one, wanted in merged)
        )

    def _part(self, plan: Plan, group: Group) -> Group:
        start = plan.opens if self.start is None else self.start
        end = plan.closes if self.end is None else self.end
        if isinstance(group.agents, tuple):
            heads = list(group.agents)
        else:
            heads = [group.agents or 0] * plan.intervals
        for i, before in enumerate(heads):
            begins = plan.opens + i * plan.interval
            if start <= begins < end:
                heads[i] = round(self.by.of(before))
        return replace(group, agents=tuple(heads))


@dataclass(frozen=True, config=STRICT)
class Routing:
    """Other routing rules instead of the plan's.

    rules: rules in the order in which they decide
    """

    rules: Annotated[tuple[NamedRule, ...], Field(min_length=1)]

    def __call__(self, plan: Plan) -> Plan:
        return replace(plan, routing=self.rules)


def _chosen(plan: Plan, names: Sequence[str]) -> list[str]:
    """The call types meant: those named, else all."""
    known = [one.name for one in plan.call_types]
    for name in names:
        if name not in known:
            raise ValueError(unknown("call type", name, known))
    return list(names) or known


def _each(plan: Plan, names: Sequence[str], change: Callable[[CallType], CallType]) -> Plan:
    kinds = tuple(change(one) if one.name in names else one for one in plan.call_types)
    return replace(plan, call_types=kinds)


def _group(plan: Plan, name: str) -> Group:
    for group in plan.groups:
        if group.name == name:
            return group
    known = [group.name for group in plan.groups]
    raise ValueError(unknown("group", name, known))


def _starts(group: Group) -> str:
    starts = dict.fromkeys(show_clock(shift.start) for shift in group.shifts)
    return " or ".join(f'"{start}"' for start in starts)


def _groups(plan: Plan, name: str | None, change: Callable[[Group], Group]) -> Plan:
    """A change to one group or to all."""
    chosen = plan.groups if name is None else (_group(plan, name),)
    names = {group.name for group in chosen}
    return replace(
        plan, groups=tuple(change(one) if one.name in names else one for one in plan.groups)
    )


def _all(group: Group) -> int:
    """As many as ever leave together."""
    return max(1, max((shift.agents for shift in group.shifts), default=peak(group)))
