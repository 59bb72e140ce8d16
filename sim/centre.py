"""The centre as a SimPy model: contacts come in, wait, are served; agents come and go.

What becomes of a contact besides (menus, retrials, transfers, callbacks …) is in ``sim.journey``,
several chats in one agent's hands in ``sim.chats``, agents' coming and going in ``sim.shifts``.
The state is explicit and small: one number a contact, lines of waiting ones, idle agents, and the
columns of the ledger. No randomness is drawn while the clock runs, but for the choice among idle
agents where the plan wants it random.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from heapq import heappush
from typing import Any

from sim import own_rules, tampering
from sim.chats import Chats
from sim.clock import LAST, NOTHING, Clock, Happening
from sim.draws import Draws
from sim.errors import SimError
from sim.floor import Agent, Group, Line, lay_floor
from sim.journey import Journey
from sim.ledger import Attendance, Ledger, close
from sim.parameters import Plan
from sim.records import Origin, Outcome, Records
from sim.roster import Roster, roster
from sim.router import Router
from sim.routing import make_rule
from sim.shifts import Shifts
from sim.streams import Streams
from sim.traffic import Traffic, arrivals

ANSWERED = int(Outcome.ANSWERED)
INFINITE = math.inf
new = Happening.__new__


def simulate(plan: Plan, replication: int = 0, seed: int | None = None) -> Records:
    """Run the plan once. The same plan, seed and replication give the same records, bit for bit.

    Raises RoutingError for routing rules that are unknown, raise, answer nonsense or change what
    they look at, PlanError for what only shows when arrivals and rosters are made.
    """
    seed = plan.seed if seed is None else seed
    try:
        return _simulated(plan, replication, seed)
    except (SimError, MemoryError):
        raise
    except Exception:
        # We stumble over what a planner's own rule has changed much later than it did: once more
        # the same day, with an eye on the rules. Where they are innocent, it is our own fault.
        if own_rules.modules(plan):
            _simulated(plan, replication, seed, suspicious=True)
        raise


def _simulated(plan: Plan, replication: int, seed: int, suspicious: bool = False) -> Records:
    streams = Streams(seed, replication)
    # Nothing here makes cycles; looking for them again and again would cost a tenth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        centre = Centre(plan, streams, arrivals(plan, streams), roster(plan, streams))
        if suspicious:
            tampering.catch(centre.router.rules, centre.lines, centre.groups)
        centre.run()
        return centre.records(seed, replication)
    finally:
        if collecting:
            gc.enable()


class Centre:
    """One replication under way."""

    __slots__ = (
        "agents",
        "answered",
        "arrived",
        "assigned",
        "at_once",
        "attendance",
        "careful",
        "chats",
        "choosy",
        "clock",
        "consults",
        "firsts",
        "fussy",
        "groups",
        "journey",
        "kind",
        "knocks",
        "ledger",
        "left",
        "lines",
        "on_done",
        "on_look",
        "on_talk_over",
        "on_wake",
        "outcome",
        "own_work",
        "patience",
        "plan",
        "queue",
        "queued",
        "released",
        "roster",
        "router",
        "serve",
        "shifts",
        "simple",
        "special",
        "stories",
        "tick",
        "watching",
        "wrap",
    )

    def __init__(self, plan: Plan, streams: Streams, traffic: Traffic, planned: Roster) -> None:
        self.plan = plan
        self.roster = planned
        self.clock = Clock()
        self.queue: list[Any] = self.clock._queue
        self.tick: Callable[[], int] = self.clock._eid.__next__
        draws = Draws(plan.call_types, streams, traffic)
        self.ledger = ledger = Ledger(traffic, draws)
        self.attendance = Attendance()
        self.firsts, self.arrived = ledger.firsts, ledger.arrived
        self.kind, self.queued, self.answered = ledger.kind, ledger.queued, ledger.answered
        self.left, self.released, self.outcome = ledger.left, ledger.released, ledger.outcome
        self.assigned, self.patience = ledger.agent, ledger.patience
        self.serve, self.wrap = ledger.serve, ledger.wrap
        self.on_done = (self._done,)
        self.on_talk_over = (self._talk_over,)
        self.on_wake = (self._wake,)
        self.on_look = (self._look,)
        self.router = Router([make_rule(choice) for choice in plan.routing])
        self._lay_floor(streams)
        self.watching = self.router.watching
        self.at_once = self.router.at_once
        self.agents = [
            Agent(index, self.groups[group]) for index, group in enumerate(planned.groups.tolist())
        ]
        self.chats = Chats(self)
        self.shifts = Shifts(self)
        self.journey = Journey(self, draws, traffic)
        self.consults = self.journey.asking
        # What the hot path must know of each call type, decided once.
        self.knocks = [self.journey.knocks_first(kind) for kind in plan.call_types]
        self.choosy = [self.journey.is_choosy(kind) for kind in plan.call_types]
        self.own_work = [self.journey.has_own_work(line) for line in self.lines]
        self.special = [
            own or _shares_agents(line) for own, line in zip(self.own_work, self.lines, strict=True)
        ]
        self.simple = [
            not special and not self.journey.has_sequel(kind)
            for special, kind in zip(self.special, plan.call_types, strict=True)
        ]
        self.careful = [self.journey.minds_losses(kind) for kind in plan.call_types]
        self.stories = not all(self.simple)
        self.fussy = any(self.choosy) or not self.at_once

    def _lay_floor(self, streams: Streams) -> None:
        plan, router = self.plan, self.router
        self.lines, self.groups = lay_floor(plan, router.pool, streams.generator)
        router.start(self.lines, self.groups)
        for line in self.lines:
            line.late = router.late(line)
            if not _shares_agents(line):
                line.first_group = router.first_group(line)
        for group in self.groups:
            group.first_line = router.first_line(group)
            group.late_lines = tuple(
                line for line in group.lines if any(late is group for late, _ in line.late)
            )

    def run(self) -> None:
        """Let the clock run until nothing more can happen."""
        self.shifts.begin()
        if self.plan.at_closing != "drain":
            for day in range(self.plan.days):
                closing = self.plan.moment(day, self.plan.closes)
                self.clock.at(closing, Happening(day, (self._close,)), LAST)
        arrive = self._arrive if any(self.knocks) else self.join
        self.clock.run_out(self.ledger.arrived[: self.firsts], arrive)

    def records(self, seed: int, replication: int) -> Records:
        """What happened, once the clock has run out. Who still waits is left over."""
        last_closing = self.plan.moment(self.plan.days - 1, self.plan.closes)
        return close(
            self.ledger,
            self.attendance,
            self.roster,
            [row for line in self.lines for row in (*line.front, *line.waiting)],
            seed=seed,
            replication=replication,
            at_least=last_closing,
        )

    # --- contacts -------------------------------------------------------------------------------

    def _arrive(self, row: int, now: float) -> None:
        kind = self.kind[row]
        if self.knocks[kind]:
            self.journey.knock(row, kind, now)
        else:
            self.join(row, now)

    def join(self, row: int, now: float, ahead: bool = False) -> None:
        """A contact wants an agent: there is one for it, or it waits."""
        kind = self.kind[row]
        line = self.lines[kind]
        self.queued[row] = now
        group = line.first_group
        if group is not None and group.idle.agents:
            self.begin(row, group.idle.take(), now)
            return
        head = not (line.waiting or line.front)
        if head and group is None and self.at_once:
            agent = self.router.agent_at_once(line)
            if agent is not None:
                if not agent.hands:
                    agent.group.idle.remove(agent)
                self.begin(row, agent, now)
                return
        place = new(Happening)
        place.what = row
        place.callbacks = NOTHING
        place.since = self.journey.first_queued(row) if ahead else now
        (line.front if ahead else line.waiting)[row] = place
        if self.fussy and not self._stays(row, kind, line, now):
            return
        patience = self.patience[row]
        if patience < INFINITE:
            place.callbacks = self.on_wake
            heappush(self.queue, (now + patience, 1, self.tick(), place))
        if line.late and (head or ahead):
            self._look_later(line, now)
        if self.watching:
            self.reconsider(now)

    def _stays(self, row: int, kind: int, line: Line, now: float) -> bool:
        """Whether a contact put into its line waits there: not served, not turned away."""
        if not self.at_once and line.first_group is None:
            self.serve_line(line, now)
            if self.outcome[row]:
                return False
        return not (self.choosy[kind] and self.journey.turns_away(row, kind, line, now))

    def _wake(self, place: Happening) -> None:
        row: int = place.what
        now = self.clock._now
        self.lose(row, self.lines[self.kind[row]], Outcome.ABANDONED, now)
        if self.watching:
            self.reconsider(now)

    def _look_later(self, line: Line, now: float) -> None:
        """Somebody waits and somebody has room: look again when a rule may change its mind.

        Only the head of a line can be served, so one look at a time is enough; when it comes and
        the head is another by now, that one waits for a later look.
        """
        since = line.since
        waited = now - since
        for group, seconds in line.late:
            if seconds > waited and (group.idle.agents or (line.chat and group.spare)):
                break
        else:
            return
        moment = since + seconds
        if moment - since < seconds:  # rounded down, and so too early for who asks how long it was
            moment = math.nextafter(moment, INFINITE)
        look = line.look
        if look is not None:
            if look.since <= moment:
                return
            look.call_off()
        line.look = look = Happening(line, self.on_look)
        look.since = moment
        self.clock.at(moment, look)

    def _look(self, look: Happening) -> None:
        line: Line = look.what
        now = self.clock._now
        line.look = None
        self.serve_line(line, now)
        if line.waiting or line.front:
            self._look_later(line, now)

    def lose(self, row: int, line: Line, outcome: Outcome, now: float) -> None:
        """A waiting contact is gone from its line."""
        place = line.waiting.pop(row, None) or line.front.pop(row)
        place.callbacks = NOTHING  # her patience is called off
        self.ledger.end(row, outcome, now)
        if self.careful[line.index] or row >= self.ledger.firsts:
            self.journey.lost(row, line.index, outcome, now)

    def serve_line(self, line: Line, now: float) -> None:
        """Let idle agents take from this line as long as the rules find one."""
        while line.waiting or line.front:
            for group in line.groups:
                if group.idle.agents or (line.chat and group.spare):
                    break
            else:
                return
            agent = self.router.agent_for(line, now)
            if agent is None:
                return
            if not agent.hands:
                agent.group.idle.remove(agent)
            self.take(line, agent, now)

    def reconsider(self, now: float) -> None:
        """A rule that watches other lines may let somebody through now."""
        for line in self.lines:
            if line.waiting or line.front:
                self.serve_line(line, now)

    def take(self, line: Line, agent: Agent, now: float) -> None:
        """This agent, idle no more, serves the head of the line."""
        row, place = (line.front or line.waiting).popitem(False)
        place.callbacks = NOTHING  # her patience is called off
        self.begin(row, agent, now)

    def begin(self, row: int, agent: Agent, now: float) -> None:
        """An agent answers."""
        kind = self.kind[row]
        if self.stories and (not self.simple[kind] or row in self.consults):
            self._begin_story(row, kind, agent, now)
            return
        speed = agent.speed[kind]
        self.outcome[row] = ANSWERED
        self.answered[row] = now
        self.assigned[row] = agent.index
        self.left[row] = left = now + self.serve[row] * speed
        self.released[row] = released = left + self.wrap[row] * speed
        agent.row = row
        agent.busy += released - now
        event = agent.event
        event.callbacks = self.on_done
        heappush(self.queue, (released, 1, self.tick(), event))

    def _begin_story(self, row: int, kind: int, agent: Agent, now: float) -> None:
        """The same where something may follow when the talk is over, or the work is special."""
        self.outcome[row] = ANSWERED
        if self.special[kind]:
            if self.lines[kind].chat and agent.group.plan.concurrency > 1:
                self.chats.begin(row, agent, now)
                return
            serve, wrap = self.journey.own_work(row, kind, agent, now)
        else:
            speed = agent.speed[kind]
            serve, wrap = self.serve[row] * speed, self.wrap[row] * speed
        self.answered[row] = now
        self.assigned[row] = agent.index
        self.left[row] = left = now + serve
        self.released[row] = released = left + wrap
        agent.row = row
        agent.busy += released - now
        agent.event.callbacks = self.on_talk_over
        heappush(self.queue, (left, 1, self.tick(), agent.event))

    def _talk_over(self, event: Happening) -> None:
        agent: Agent = event.what
        now = self.clock._now
        if self.journey.talk_over(agent.row, agent, now):
            self.wrap_up(agent, now)

    def wrap_up(self, agent: Agent, now: float) -> None:
        """The customer is gone; after-call work, if there is any."""
        row = agent.row
        wrap = self.released[row] - self.left[row]
        self.left[row] = now
        self.released[row] = now + wrap
        if wrap > 0:
            agent.event.callbacks = self.on_done
            heappush(self.queue, (now + wrap, 1, self.tick(), agent.event))
        else:
            self.release(agent)

    def _done(self, event: Happening) -> None:
        """Nothing in hand any more: she goes if she should have, or is free."""
        agent: Agent = event.what
        now = self.clock._now
        agent.row = -1
        if agent.wanted_away:
            if self.shifts.goes(agent):
                self.shifts.go(agent, now)
            else:
                self._choose(agent, agent.group, now)
        else:
            group = agent.group
            line = group.first_line
            if line is not None and (line.waiting or line.front):
                row, place = (line.front or line.waiting).popitem(False)
                place.callbacks = NOTHING  # her patience is called off
                self.begin(row, agent, now)
            elif line is not None and len(group.lines) == 1:
                agent.free_since = now
                group.idle.add(agent)
            else:
                self._choose(agent, group, now)
        if self.watching:
            self.reconsider(now)

    def release(self, agent: Agent) -> None:
        """The same for an agent whose hands became empty in another way."""
        self._done(agent.event)

    def _choose(self, agent: Agent, group: Group, now: float) -> None:
        agent.free_since = now
        channels = self.shifts.stays_for(agent) if agent.wanted_away else None
        if self.router.vetoes:  # which may ask how many are idle
            group.idle.add(agent)
            line = self.router.line_for(agent, now, channels)
            if line is not None:
                group.idle.remove(agent)
        else:
            line = self.router.line_for(agent, now, channels)
            if line is None:
                group.idle.add(agent)
        if line is not None:
            self.take(line, agent, now)
        elif agent.wanted_away:  # she stayed to empty lines from which the rules let her take none
            group.idle.remove(agent)
            self.shifts.go(agent, now)
        else:
            self.look_later(group, now)

    def look_later(self, group: Group, now: float) -> None:
        """Somebody of this group could serve lines from which she may take nobody yet."""
        for line in group.late_lines:
            if line.waiting or line.front:
                self._look_later(line, now)

    # --- the day --------------------------------------------------------------------------------

    def _close(self, event: Happening) -> None:
        """Closing time for those on the line: cut off, or called back when the centre opens."""
        day: int = event.what
        now = self.clock._now
        call_back = self.plan.at_closing == "call back" and day + 1 < self.plan.days
        for line in self.lines:
            if line.call_type.channel not in ("voice", "chat"):
                continue
            for row in [*line.front, *line.waiting]:
                if self.ledger.origin_of(row) in (Origin.CALLBACK, Origin.CONSULT):
                    continue
                if call_back:
                    self.lose(row, line, Outcome.CALLBACK, now)
                    self.journey.call_back(row, self.plan.moment(day + 1, self.plan.opens))
                else:
                    self.lose(row, line, Outcome.CLOSED, now)


def _shares_agents(line: Line) -> bool:
    """A chat that may be one of several in an agent's hands."""
    return line.chat and any(group.plan.concurrency > 1 for group in line.groups)
