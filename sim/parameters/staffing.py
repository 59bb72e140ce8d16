"""Who is there: groups, skills, shifts, breaks, and what keeps people away."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from sim.parameters.demand import Service
from sim.parameters.distributions import STRICT, Distribution
from sim.parameters.units import (
    DAY,
    ClockTime,
    Factor,
    Head,
    Money,
    Name,
    PositiveSeconds,
    Seconds,
    SharePart,
    show_clock,
)

ShiftEnd = Literal["finish", "hand back", "disconnect", "drain"]
LONG_SHIFT = 12.5 * 3600


@dataclass(frozen=True, config=STRICT)
class Skill:
    """That a group serves a call type, and how.

    call_type: name of the call type
    level: 1 for those who serve it first; read by the rule ``skill-levels``
    after: seconds the contact must have waited (overflow)
    reserve: agents the group keeps idle for its other work; read by the rule ``reserve``
    handle_time_factor: proficiency: 0.9 is ten per cent quicker than the call type's service
    service: how long it takes this group, instead of the call type's service
    """

    call_type: Name
    level: Annotated[int, Field(ge=1, le=100)] = 1
    after: Seconds = 0.0
    reserve: Head = 0
    handle_time_factor: Factor = 1.0
    service: Service | None = None


@dataclass(frozen=True, config=STRICT)
class Break:
    """An absence inside a shift; ``paid`` breaks cost money. A contact in hand is finished first,
    and the break keeps its length.

    start: time of day at which it begins
    length: seconds
    paid: whether it costs money
    name: what it is called
    """

    start: ClockTime
    length: PositiveSeconds
    paid: bool = True
    name: Name = "break"


@dataclass(frozen=True, config=STRICT)
class Shift:
    """Some agents who work the same hours; an ``end`` not after ``start`` is on the next day.

    start: time of day at which it begins
    end: time of day at which it is over
    agents: how many work it
    breaks: when they are away meanwhile
    days: the days of the plan (first is 0) on which it is worked; every day when left out
    """

    start: ClockTime
    end: ClockTime
    agents: Head = 1
    breaks: tuple[Break, ...] = ()
    days: tuple[Annotated[int, Field(ge=0, le=366)], ...] | None = None

    @property
    def until(self) -> float:
        """End in seconds since midnight of the day it starts on."""
        return self.end if self.end > self.start else self.end + DAY

    @property
    def looks_swapped(self) -> bool:
        """Over midnight and longer than people work: 16:00 to 08:00 is a night of sixteen hours."""
        return self.end < self.start and self.until - self.start > LONG_SHIFT

    @model_validator(mode="after")
    def _breaks_inside(self) -> Shift:
        if self.start == self.end:
            raise ValueError(f"a shift must last, got {show_clock(self.start)} to the same time")
        if self.until - self.start > DAY:
            raise ValueError("a shift must not be longer than a day")
        last = self.start
        for pause in sorted(self.breaks, key=lambda pause: self.moment(pause.start)):
            start = self.moment(pause.start)
            outside = start + pause.length > self.until
            if outside and self.looks_swapped:
                raise ValueError(
                    f"the shift from {show_clock(self.start)} to {show_clock(self.end)} lasts "
                    f"{(self.until - self.start) / 3600:g} hours over midnight, and the "
                    f"{pause.name} at {show_clock(pause.start)} is not in it: are start and end "
                    "swapped?"
                )
            if outside or start < last:
                raise ValueError(
                    f"the {pause.name} at {show_clock(pause.start)} must lie inside the shift "
                    f"{show_clock(self.start)}-{show_clock(self.end)} and overlap no other"
                )
            last = start + pause.length
        return self

    def moment(self, clock: float) -> float:
        """A time of day inside this shift, which may be after midnight."""
        return clock if clock >= self.start else clock + DAY


@dataclass(frozen=True, config=STRICT)
class Adherence:
    """How far people stray from their shifts: seconds late at its start, early at its end.

    late: seconds each comes late at the start of a shift
    early: seconds each goes early at its end
    """

    late: Distribution | None = None
    early: Distribution | None = None


@dataclass(frozen=True, config=STRICT)
class PullOff:
    """Agents taken off the phones, for a training or a meeting; ends on time in any case.

    start: time of day at which it begins
    end: time of day at which it is over
    agents: how many are taken off
    name: what it is called
    """

    start: ClockTime
    end: ClockTime
    agents: Head
    name: Name = "training"

    @model_validator(mode="after")
    def _ordered(self) -> PullOff:
        if self.start >= self.end:
            raise ValueError(
                f"end must be after start, got {show_clock(self.start)} to {show_clock(self.end)}"
            )
        return self


@dataclass(frozen=True, config=STRICT)
class OffPhone:
    """Minutes in between that no shift plans: for ``share`` of her time on duty each agent is off
    the phones, paid, in pieces of about ``length`` seconds at moments by chance, the shift's ends
    as likely as its middle. A contact in hand is finished first, and the piece keeps its length.

    share: share of her time on duty
    length: seconds of each absence
    """

    share: SharePart
    length: PositiveSeconds = 300.0


@dataclass(frozen=True, config=STRICT)
class LearningCurve:
    """What experience does, by weeks on the floor: straight lines between the points given.

    weeks: weeks of each point, rising
    handle_time_factor: for each point, times as long as the experienced take
    resolution_factor: for each point, times as often resolved as by the experienced; left out,
        just as often
    """

    weeks: Annotated[tuple[Annotated[float, Field(ge=0, le=520)], ...], Field(min_length=1)]
    handle_time_factor: tuple[Factor, ...]
    resolution_factor: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()

    @model_validator(mode="after")
    def _aligned(self) -> LearningCurve:
        lengths = {len(self.weeks), len(self.handle_time_factor)}
        if self.resolution_factor:
            lengths.add(len(self.resolution_factor))
        if len(lengths) > 1:
            raise ValueError("weeks, handle_time_factor and resolution_factor must be as many")
        if any(
            later <= earlier for earlier, later in zip(self.weeks, self.weeks[1:], strict=False)
        ):
            raise ValueError("weeks must rise from point to point")
        return self


@dataclass(frozen=True, config=STRICT)
class Group:
    """Agents with the same skills. A single agent is a group of one.

    name: what it is called everywhere else in the plan
    skills: the call types it serves
    agents: on duty in each interval from the opening on; one number holds all day. Give either
        this or ``shifts``.
    shifts: who works from when to when
    concurrency: chats one agent may have at once
    slowdown: how much longer each takes while 1, 2, 3 … chats are in hand, one figure for each
    shrinkage: share of the agents planned who are not there at all that day, each by chance
    adherence: how late they come and how early they go
    off_phone: minutes off the phones in between
    pull_offs: trainings and meetings
    overtime: seconds the last ``overtime_agents`` of each shift stay longer
    overtime_agents: how many stay longer
    early_leave: seconds the last ``early_leave_agents`` of each shift go earlier
    early_leave_agents: how many go earlier
    shift_end: what an agent does with the contact in hand when her shift is over
    weeks: experience, in weeks on the plan's learning curve
    cost_per_hour: money for each hour on duty or on a paid break
    """

    name: Name
    skills: Annotated[tuple[Skill, ...], Field(min_length=1)]
    agents: Head | tuple[Head, ...] | None = None
    shifts: tuple[Shift, ...] = ()
    concurrency: Annotated[int, Field(ge=1, le=20)] = 1
    slowdown: tuple[Factor, ...] = ()
    shrinkage: SharePart = 0.0
    adherence: Adherence | None = None
    off_phone: OffPhone | None = None
    pull_offs: tuple[PullOff, ...] = ()
    overtime: Seconds = 0.0
    overtime_agents: Head = 0
    early_leave: Seconds = 0.0
    early_leave_agents: Head = 0
    shift_end: ShiftEnd = "finish"
    weeks: Annotated[float, Field(ge=0, le=520)] | None = None
    cost_per_hour: Money = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> Group:
        if (self.agents is None) == (not self.shifts):
            raise ValueError("give either agents (a number for each interval) or shifts")
        names = [skill.call_type for skill in self.skills]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the skill {name} is there {names.count(name)} times")
        if self.slowdown and len(self.slowdown) != self.concurrency:
            raise ValueError(
                f"slowdown needs one figure for each of the {self.concurrency} contacts at once, "
                f"got {len(self.slowdown)}"
            )
        return self

    @property
    def slowest(self) -> float:
        """How much longer a chat takes while as many are in hand as may be."""
        return self.slowdown[-1] if self.slowdown else 1.0

    @property
    def on_phone(self) -> float:
        """The share of those planned who are on the phones on average, breaks not counted."""
        return (1 - self.shrinkage) * (1 - (self.off_phone.share if self.off_phone else 0.0))
