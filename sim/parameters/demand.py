"""What arrives: call types, how many and when, how patient, how long, and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from sim.parameters.distributions import STRICT, Distribution, Fixed
from sim.parameters.units import (
    ClockTime,
    Factor,
    Money,
    Name,
    PositiveSeconds,
    Rate,
    Seconds,
    Share,
    Variation,
    show_clock,
)

Channel = Literal["voice", "chat", "email", "outbound"]
ServiceLevelDefinition = Literal[
    "answered in time / offered",
    "answered in time / answered",
    "answered in time / (offered - short abandons)",
    "(answered in time + short abandons) / offered",
]


@dataclass(frozen=True, config=STRICT)
class Target:
    """A service level: the share answered ``within`` seconds, by one of the four definitions.

    A short abandon is a caller who hung up within ``short_abandon`` seconds.

    share: wanted share of contacts in time, 0.8 for 80 %
    within: seconds in which a contact must be answered to be in time; an e-mail, done
    definition: what is divided by what
    short_abandon: who hangs up within so many seconds is a short abandon
    """

    share: Share = 0.8
    within: Seconds = 20.0
    definition: ServiceLevelDefinition = "answered in time / offered"
    short_abandon: Seconds = 5.0


@dataclass(frozen=True, config=STRICT)
class Batch:
    """Contacts come in groups: each arrival brings ``mean`` contacts (geometric or fixed size).

    mean: contacts that come at the same moment, on average
    size: ``fixed``: always as many; ``geometric``: by chance
    """

    mean: Annotated[float, Field(ge=1, le=1000)]
    size: Literal["geometric", "fixed"] = "geometric"


@dataclass(frozen=True, config=STRICT)
class PoissonArrivals:
    """Expected contacts in each interval, from ``start`` (else the opening) onwards.

    ``shape`` ``steps``: the rate is constant inside an interval. ``linear``: it runs in straight
    lines from the middle of one interval to the middle of the next.

    per_interval: contacts expected in each interval, the first figure for the opening, or ``start``
    interval: seconds of an interval; the plan's when left out
    start: time of day at which the first interval begins; the opening when left out
    shape: ``steps`` or ``linear``
    batch: contacts come in groups
    """

    per_interval: Annotated[tuple[Rate, ...], Field(min_length=1)]
    interval: Literal[900, 1800, 3600] | None = None
    start: ClockTime | None = None
    shape: Literal["steps", "linear"] = "steps"
    batch: Batch | None = None
    pattern: Literal["poisson"] = "poisson"


@dataclass(frozen=True, config=STRICT)
class ConstantArrivals:
    """Poisson with one rate, from ``start`` (else the opening) to ``end`` (else closing).

    per_hour: contacts expected in an hour
    start: time of day from which on they come; the opening when left out
    end: time of day until which they come; closing time when left out
    batch: contacts come in groups
    """

    per_hour: Rate
    start: ClockTime | None = None
    end: ClockTime | None = None
    batch: Batch | None = None
    pattern: Literal["constant"] = "constant"


@dataclass(frozen=True, config=STRICT)
class EvenArrivals:
    """No chance at all: the contacts of each interval come evenly spaced.

    per_interval: contacts of each interval, the first figure for the opening, or ``start``
    interval: seconds of an interval; the plan's when left out
    start: time of day at which the first interval begins; the opening when left out
    """

    per_interval: Annotated[tuple[Annotated[int, Field(ge=0, le=10**7)], ...], Field(min_length=1)]
    interval: Literal[900, 1800, 3600] | None = None
    start: ClockTime | None = None
    pattern: Literal["even"] = "even"


@dataclass(frozen=True, config=STRICT)
class RecordedArrivals:
    """Real arrival times, used as they were (the same every day of the plan).

    times: time of day of each contact
    """

    times: tuple[ClockTime, ...]
    pattern: Literal["recorded"] = "recorded"


Arrivals = Annotated[
    PoissonArrivals | ConstantArrivals | EvenArrivals | RecordedArrivals,
    Field(discriminator="pattern"),
]


@dataclass(frozen=True, config=STRICT)
class Mix:
    """One stream of arrivals shared out among call types, each contact by chance.

    arrivals: when contacts come, all call types of the mix together
    shares: share of each call type, by its name; they add up to 1
    """

    arrivals: Arrivals
    shares: Annotated[dict[Name, Share], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Mix:
        total = sum(self.shares.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares must add up to 1, got {total:g}")
        return self


@dataclass(frozen=True, config=STRICT)
class Service:
    """Talking, holding and after-call work; their means add up to AHT.

    talk: seconds of talking, writing or working at it
    hold: seconds the customer holds
    after_call: seconds of work when the customer is gone
    """

    talk: Distribution
    hold: Distribution | None = None
    after_call: Distribution | None = None

    @property
    def mean(self) -> float:
        """AHT in seconds."""
        parts = (self.talk, self.hold, self.after_call)
        return sum(part.mean for part in parts if part is not None)


@dataclass(frozen=True, config=STRICT)
class Patience:
    """How long customers wait before they hang up.

    time: seconds each customer waits before she hangs up
    balk: share that would not wait at all (hangs up at once unless answered at once)
    announced: customers are told the wait to expect, and leave at once when it is longer than
        their own patience times this factor
    """

    time: Distribution
    balk: Share = 0.0
    announced: Factor | None = None


@dataclass(frozen=True, config=STRICT)
class SelfService:
    """The menu in front of the agents: some are served by it, some give up in it.

    time: seconds in the menu
    contained: share served by the menu
    abandoned: share that gives up in the menu
    """

    time: Distribution
    contained: Share = 0.0
    abandoned: Share = 0.0

    @model_validator(mode="after")
    def _possible(self) -> SelfService:
        if self.contained + self.abandoned > 1 + 1e-9:
            raise ValueError(
                "contained and abandoned are shares of the same callers and must not add up to "
                f"more than 1, got {self.contained + self.abandoned:g}"
            )
        return self


@dataclass(frozen=True, config=STRICT)
class Retrial:
    """Customers who did not get through and try again.

    delay: seconds until the next try
    after_abandoning: share of those who hung up, or would not wait, that tries again
    after_busy: share of those who heard the busy signal, or found the queue full, that tries again
    attempts: how often at most, the first try not counted
    """

    delay: Distribution
    after_abandoning: Share = 0.0
    after_busy: Share = 0.0
    attempts: Annotated[int, Field(ge=1, le=50)] = 5


@dataclass(frozen=True, config=STRICT)
class Resolution:
    """First-contact resolution, and the repeat contacts of those whose issue was not resolved.

    first_contact: share of contacts after which the issue is resolved
    repeat: share of the others that contacts again
    delay: seconds until then
    attempts: how often at most, the first contact not counted
    """

    first_contact: Share
    repeat: Share = 1.0
    delay: Distribution = Fixed(3600.0)
    attempts: Annotated[int, Field(ge=1, le=50)] = 5


@dataclass(frozen=True, config=STRICT)
class Transfer:
    """A share of the answered contacts goes on to another call type's queue after the talk.

    to: name of the call type whose queue it joins
    share: share of the answered contacts
    ahead: it goes ahead of those who wait, and counts as waiting since it joined its first line
    """

    to: Name
    share: Share
    ahead: bool = True


@dataclass(frozen=True, config=STRICT)
class Consult:
    """While the customer holds, the agent asks a colleague who serves another call type.

    to: name of the call type; who serves it is asked
    share: share of the answered contacts
    time: seconds for which the colleague is busy with it
    wait: seconds the agent waits for one before she goes on alone
    """

    to: Name
    share: Share
    time: Distribution
    wait: PositiveSeconds = 120.0


@dataclass(frozen=True, config=STRICT)
class Callback:
    """Instead of waiting, customers may be called back.

    offered_over: seconds; offered on joining the queue when the expected wait is longer
    accepted: share that takes the offer
    mode: ``keeps place`` (virtual queue) or ``scheduled`` (after ``delay``)
    delay: seconds until a scheduled callback is due
    reached: share that picks up when called
    attempts: how often one is called who does not pick up
    again: seconds between two attempts
    ring: the agent's seconds until somebody picks up, or does not
    promised: seconds; a callback is kept when it is made at most this long after it was due
    """

    offered_over: Seconds
    accepted: Share
    mode: Literal["keeps place", "scheduled"] = "keeps place"
    delay: Distribution = Fixed(3600.0)
    reached: Share = 1.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    again: Seconds = 1800.0
    ring: Seconds = 20.0
    promised: Seconds = 1800.0


@dataclass(frozen=True, config=STRICT)
class Dialling:
    """An outbound list, dialled by agents whom the routing rules leave free for it.

    contacts: how many there are to call each day
    right_party: share of dials that reach the person who can decide
    ring: the agent's seconds until it is clear who picked up
    start: time of day from which on they are called; the opening when left out
    attempts: how often one is dialled
    again: seconds between two attempts
    """

    contacts: Annotated[int, Field(ge=0, le=10**6)]
    right_party: Share
    ring: Distribution = Fixed(20.0)
    start: ClockTime | None = None
    attempts: Annotated[int, Field(ge=1, le=20)] = 1
    again: Seconds = 3600.0


@dataclass(frozen=True, config=STRICT)
class CallType:
    """One kind of contact and everything that can happen to it.

    name: what it is called everywhere else in the plan
    service: how long it takes
    arrivals: how many come, and when; none for a list to call, or with a share of the mix
    channel: voice, chat, email or outbound
    patience: how long customers wait; without it nobody hangs up
    target: its service level; the plan's when left out
    priority: points, read by the rule ``priority``
    ageing: points gained a minute of waiting, read by the rule ``priority``
    capacity: how many may wait at once; the next ones are turned away
    busyness: how days differ: coefficient of variation of a gamma factor on the day's volume
    self_service: the menu in front of the agents
    retrial: who did not get through and tries again
    resolution: first-contact resolution and repeat contacts
    transfers: contacts that go on to another call type
    consult: agents ask a colleague of another call type
    callback: customers may be called back instead of waiting
    dialling: the list to call, of an outbound call type
    revenue: money for each contact answered to the end
    cost_per_minute: money a minute for the line or the platform while the contact lasts
    """

    name: Name
    service: Service
    arrivals: Arrivals | None = None
    channel: Channel = "voice"
    patience: Patience | None = None
    target: Target | None = None
    priority: Annotated[float, Field(ge=-1e6, le=1e6)] = 0.0
    ageing: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    capacity: Annotated[int, Field(ge=0, le=10**6)] | None = None
    busyness: Variation = 0.0
    self_service: SelfService | None = None
    retrial: Retrial | None = None
    resolution: Resolution | None = None
    transfers: tuple[Transfer, ...] = ()
    consult: Consult | None = None
    callback: Callback | None = None
    dialling: Dialling | None = None
    revenue: Money = 0.0
    cost_per_minute: Money = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> CallType:
        if (self.channel == "outbound") != (self.dialling is not None):
            raise ValueError("the channel outbound and a dialling list belong together")
        if self.channel == "outbound" and self.arrivals is not None:
            raise ValueError("outbound contacts come from the dialling list, not from arrivals")
        if self.channel in ("email", "outbound") and self.patience is not None:
            raise ValueError(f"nobody waits on the line for {self.channel}: leave patience out")
        if self.consult is not None and self.channel != "voice":
            raise ValueError("a consult puts the caller on hold: it belongs to the channel voice")
        total = sum(transfer.share for transfer in self.transfers)
        if total > 1 + 1e-9:
            raise ValueError(f"the transfers' shares must not add up to more than 1, got {total:g}")
        return self


@dataclass(frozen=True, config=STRICT)
class Surge:
    """Between ``start`` and ``end`` the arrival rate is multiplied (0: nobody calls).

    start: time of day at which it begins
    end: time of day at which it is over
    factor: times as many contacts
    call_types: names of those concerned; all when left out
    """

    start: ClockTime
    end: ClockTime
    factor: Annotated[float, Field(ge=0, le=100)]
    call_types: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Surge:
        check_window(self.start, self.end)
        return self


@dataclass(frozen=True, config=STRICT)
class Outage:
    """Something is down: the ``lines`` (callers hear the busy signal) or the ``systems``
    (contacts answered meanwhile take ``handle_time_factor`` as long).

    start: time of day at which it begins
    end: time of day at which it is over
    what: ``lines`` or ``systems``
    handle_time_factor: while the systems are down contacts take so many times as long
    """

    start: ClockTime
    end: ClockTime
    what: Literal["lines", "systems"] = "lines"
    handle_time_factor: Factor = 1.5

    @model_validator(mode="after")
    def _ordered(self) -> Outage:
        check_window(self.start, self.end)
        return self


def check_window(start: float, end: float, where: str = "") -> None:
    """``where``: the place of both in the plan, for those that cannot be checked by themselves."""
    if start >= end:
        raise ValueError(
            f"{where}end must be after start, got {show_clock(start)} to {show_clock(end)}"
            " (after midnight goes on as 24:00, 25:00, …)"
        )
