"""Agents come, take breaks and go; what happens to the contact in hand when a shift is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import COMES, GOES, NOTHING, Happening
from sim.floor import Agent
from sim.records import Origin, Outcome

if TYPE_CHECKING:
    from sim.centre import Centre

CALLERS = frozenset({"voice", "chat"})
NOBODY: frozenset[str] = frozenset()


class Shifts:
    """The roster of one replication, as it is kept."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.stints = centre.roster.agents
        plan = centre.plan
        self.closings = {plan.moment(day, plan.closes) for day in range(plan.days)}
        self.on_come = (self._come,)
        self.on_end = (self._stint_over,)

    def begin(self) -> None:
        """Everybody's first stint is put into the event list. An absence before it is as planned:
        nobody has a contact in hand then."""
        attendance, roster = self.centre.attendance, self.centre.roster
        attendance.away += [
            (agent, away.start, away.end, away.paid) for agent, away in roster.away_first
        ]
        for agent, stints in zip(self.centre.agents, self.stints, strict=True):
            agent.event = Happening(agent, NOTHING)
            if stints:
                agent.stint = 0
                self.centre.clock.at(stints[0].start, Happening(agent, self.on_come), COMES)

    def goes(self, agent: Agent) -> bool:
        """Whether she, whose stint is over, may go now that her hands are empty."""
        channels = self.stays_for(agent)
        return not any(
            (line.waiting or line.front)
            and (channels is None or line.call_type.channel in channels)
            for line in agent.group.lines
        )

    def stays_for(self, agent: Agent) -> frozenset[str] | None:
        """The channels she serves although her stint is over; None is all of them."""
        stint = self.stints[agent.index][agent.stint]
        if not stint.last:
            return NOBODY
        if agent.group.plan.shift_end == "drain":
            return None
        if self.centre.plan.at_closing == "drain" and stint.end in self.closings:
            return CALLERS
        return NOBODY

    def go(self, agent: Agent, now: float) -> None:
        """She is away until her next stint, if there is one.

        What fell due while she finished her contact, or falls due before she is back, is taken in
        a row, each absence once: those that keep their length are owed to her whole, and the time
        on duty that was planned between them is not. The end of the shift cuts them off.
        """
        agent.group.staffed -= 1
        attendance = self.centre.attendance
        if now > agent.on_since:
            attendance.present.append((agent.index, agent.on_since, now))
        back = now
        stints = self.stints[agent.index]
        for following in range(agent.stint + 1, len(stints) + 1):
            stint = stints[following - 1]
            for away in stint.aways:
                begun, back = back, max(back, min(away.over(back), stint.until))
                if back > begun:
                    attendance.away.append((agent.index, begun, back, away.paid))
            if following < len(stints) and stints[following].end > back:
                agent.stint = following
                back = max(back, stints[following].start)
                self.centre.clock.at(back, Happening(agent, self.on_come), COMES)
                return

    def _come(self, event: Happening) -> None:
        agent: Agent = event.what
        centre, now = self.centre, self.centre.clock._now
        stints = self.stints[agent.index]
        if agent.stint == 0 or stints[agent.stint - 1].until < stints[agent.stint].until:
            agent.busy = 0.0
        agent.wanted_away = False
        agent.on_since = now
        agent.group.staffed += 1
        event.callbacks = self.on_end
        centre.clock.at(stints[agent.stint].end, event, GOES)
        centre.release(agent)

    def _stint_over(self, event: Happening) -> None:
        agent: Agent = event.what
        centre, now = self.centre, self.centre.clock._now
        last = self.stints[agent.index][agent.stint].last
        rule = agent.group.plan.shift_end if last else "finish"
        if rule == "hand back" and self._keeps(agent):
            rule = "finish"
        agent.wanted_away = True
        if agent.hands:
            centre.chats.shift_over(agent, now, rule)
        elif agent.row < 0:
            agent.group.idle.remove(agent)
            self.go(agent, now)
        elif rule in ("hand back", "disconnect") and self._in_talk(agent, now):
            back = rule == "hand back"
            self._interrupt(agent, now, Outcome.HANDED_BACK if back else Outcome.CUT_OFF)
            centre.release(agent)
        if centre.watching:
            centre.reconsider(now)

    def _keeps(self, agent: Agent) -> bool:
        """Whether what she has in hand is of a kind that she stays for in any case."""
        row = agent.hands[0].row if agent.hands else agent.row
        if row < 0:
            return False
        channels = self.stays_for(agent)
        kind = self.centre.plan.call_types[self.centre.ledger.kind[row]]
        return channels is None or kind.channel in channels

    def _in_talk(self, agent: Agent, now: float) -> bool:
        ledger, row = self.centre.ledger, agent.row
        return (
            ledger.outcome[row] == Outcome.ANSWERED
            and ledger.left[row] > now
            and ledger.origin_of(row) != Origin.CONSULT
        )

    def _interrupt(self, agent: Agent, now: float, outcome: Outcome) -> None:
        """Her shift is over in the middle of a contact, and the plan says not to finish it."""
        centre, ledger, row = self.centre, self.centre.ledger, agent.row
        speed = agent.speed[ledger.kind[row]]
        rest = ledger.left[row] - now
        wrap = ledger.released[row] - ledger.left[row]
        agent.event.call_off()
        agent.event = Happening(agent, NOTHING)
        ledger.left[row] = ledger.released[row] = now
        ledger.outcome[row] = int(outcome)
        if outcome == Outcome.HANDED_BACK:
            centre.journey.hand_back(row, rest / speed, wrap / speed, now)
        else:
            centre.journey.hang_up(row)
