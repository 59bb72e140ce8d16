"""What-ifs: named differences from a base plan. Each change is a pure function Plan -> Plan.

``Volume("+20 %")(plan)`` is the plan with a fifth more calls; ``apply(plan, [...])`` makes several
changes one after the other, and takes them as a plan file writes them, too:
``apply(plan, [{"volume": "+20 %"}, {"outage": {"start": "10:00", "end": "10:30"}}])``.
A change that does not fit the plan raises PlanError.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from sim.errors import PlanError
from sim.parameters import CallType, Group, Outage, Plan, PullOff, Rule, SelfService, Surge
from sim.parameters.distributions import STRICT, Distribution
from sim.parameters.units import ClockTime, Name, PositiveSeconds, Share, SharePart, show_clock
from sim.plan_files import shapes
from sim.plan_files.differences import differences
from sim.plan_files.hints import share_of
from sim.plan_files.stretching import (
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
from sim.spelling import unknown

__all__ = ["CHANGES", "WhatIf", "apply", "differences"]

Part = Literal["all", "talk", "hold", "after_call"]
Names = tuple[Name, ...]


@dataclass(frozen=True, config=STRICT)
class Volume:
    """More or fewer contacts, of all call types that arrive or of some; an outbound list only
    when it is named, since its length is the centre's own choice."""

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
    handle times. Call types without the part are left alone unless they are named."""

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
    """Another share of callers served by the menu; ``time`` where there is no menu yet."""

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
    the plan's learning curve. ``agents`` at the group's busiest, or in all over its shifts."""

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
    """So large a share of the agents has left, of all groups or of one."""

    share: Share
    group: Name | None = None

    def __call__(self, plan: Plan) -> Plan:
        left = Change(factor=1 - self.share)
        return _groups(plan, self.group, lambda group: with_heads(group, left))


@dataclass(frozen=True, config=STRICT)
class Overtime:
    """The last ``agents`` of each shift (without shifts: of the day) stay ``time`` longer; all of
    them where no number stands."""

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
    them where no number stands."""

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
    """Agents of a group are pulled off their work for a while."""

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
    """Customers wait longer or shorter before they hang up ("+30 s", "-20 %")."""

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
    the plan's shrinkage, not on top of it."""

    share: SharePart
    group: Name | None = None

    def __call__(self, plan: Plan) -> Plan:
        return _groups(plan, self.group, lambda group: replace(group, shrinkage=self.share))


@dataclass(frozen=True, config=STRICT)
class Agents:
    """More or fewer agents of a group ("+2", "-10 %"), all day or from ``start`` to ``end``.

    In a group with shifts the heads are spread over the shifts, in proportion to their sizes, or
    go to the ``shift`` that begins at that time.
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
    """Other routing rules instead of the plan's."""

    rules: Annotated[
        tuple[Annotated[Rule, BeforeValidator(lambda v: _short(v, "rule"))], ...],
        Field(min_length=1),
    ]

    def __call__(self, plan: Plan) -> Plan:
        return replace(plan, routing=self.rules)


def _outage(plan: Plan, outage: Outage) -> Plan:
    return replace(plan, outages=(*plan.outages, outage))


def _surge(plan: Plan, surge: Surge) -> Plan:
    return replace(plan, surges=(*plan.surges, surge))


def _short(value: Any, key: str) -> Any:
    """``volume: "+20 %"`` is short for ``volume: {by: "+20 %"}``."""
    return value if value is None or isinstance(value, dict) else _unless_made(value, key)


def _unless_made(value: Any, key: str) -> Any:
    return value if dataclasses.is_dataclass(value) else {key: value}


def _shorthand(key: str) -> BeforeValidator:
    return BeforeValidator(lambda value: _short(value, key))


@dataclass(frozen=True, config=STRICT)
class WhatIf:
    """One change, as a plan file writes it: exactly one of these keys."""

    volume: Annotated[Volume | None, _shorthand("by")] = None
    handle_time: Annotated[HandleTime | None, _shorthand("by")] = None
    outage: Outage | None = None
    surge: Surge | None = None
    self_service: Annotated[Contained | None, _shorthand("contained")] = None
    new_hires: NewHires | None = None
    attrition: Annotated[Attrition | None, _shorthand("share")] = None
    overtime: Annotated[Overtime | None, _shorthand("time")] = None
    early_leave: Annotated[EarlyLeave | None, _shorthand("time")] = None
    training: Training | None = None
    patience: Annotated[PatienceChange | None, _shorthand("by")] = None
    shrinkage: Annotated[Shrinkage | None, _shorthand("share")] = None
    agents: Agents | None = None
    routing: Annotated[Routing | None, _shorthand("rules")] = None

    @model_validator(mode="after")
    def _one(self) -> WhatIf:
        given = [name for name in CHANGES if getattr(self, name) is not None]
        if len(given) != 1:
            got = " and ".join(given) or "none"
            raise ValueError(f"one change for each dash, got {got}")
        return self

    def __call__(self, plan: Plan) -> Plan:
        if self.outage is not None:
            return _outage(plan, self.outage)
        if self.surge is not None:
            return _surge(plan, self.surge)
        made: Callable[[Plan], Plan] = next(
            found for name in CHANGES if (found := getattr(self, name)) is not None
        )
        return made(plan)


CHANGES = tuple(field.name for field in dataclasses.fields(WhatIf))
"""What may be changed, by the keys of a plan file's ``what_if``."""

Made = Callable[[Plan], Plan]
_WRITTEN: TypeAdapter[WhatIf] = TypeAdapter(WhatIf)


def apply(plan: Plan, changes: Sequence[Made | Outage | Surge | Mapping[str, Any]]) -> Plan:
    """The plan after all the changes, in their order. Raises PlanError naming the first that is
    wrong or does not fit what the plan is by then."""
    for number, change in enumerate(changes, start=1):
        try:
            plan = _made(change)(plan)
        except (ValueError, ValidationError) as error:
            said = "; ".join(reasons(error))
            raise PlanError([f"what_if[{number}]: {said}"]) from error
    return plan


def reasons(error: ValueError) -> list[str]:
    """Why a change is not possible, one line each."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    lines = []
    for fault in error.errors(include_url=False):
        where = ".".join(str(part) for part in fault["loc"])
        text = fault["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ")
        text += share_of(_annotation(fault["loc"]), fault["input"])
        lines.append(f"{where}: {text}" if where else text)
    return lines


def _annotation(place: Sequence[str | int]) -> Any:
    """The type of the figure at a place of a change."""
    kinds = shapes.kinds_at(WhatIf, place[:-1])
    name = str(place[-1]) if place else ""
    return next((shapes.hints(kind)[name] for kind in kinds if name in shapes.hints(kind)), None)


def _made(change: Made | Outage | Surge | Mapping[str, Any]) -> Made:
    if isinstance(change, Outage):
        return WhatIf(outage=change)
    if isinstance(change, Surge):
        return WhatIf(surge=change)
    if isinstance(change, Mapping):
        return _WRITTEN.validate_python(dict(change))
    return change


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
