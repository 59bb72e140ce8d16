"""Several chats in one agent's hands, each slower the more there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import NOTHING, Happening
from sim.floor import Agent
from sim.records import Origin, Outcome

if TYPE_CHECKING:
    from sim.centre import Centre


CHAT = frozenset({"chat"})


class Chat:
    """A chat in hand: seconds of work left at ordinary speed, with the customer or after."""

    __slots__ = ("customer_there", "remaining", "row", "wrap")

    def __init__(self, row: int, serve: float, wrap: float) -> None:
        self.row = row
        self.remaining = serve
        self.wrap = wrap
        self.customer_there = True


class Chats:
    """What agents do who may have more than one chat at once.

    All chats of an agent advance together; what is left of each is brought up to date whenever
    their number changes, so that the times are exact.
    """

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.on_step = (self._step,)

    def begin(self, row: int, agent: Agent, now: float) -> None:
        """She takes another chat."""
        centre, ledger = self.centre, self.centre.ledger
        kind = ledger.kind[row]
        if centre.own_work[kind]:
            serve, wrap = centre.journey.own_work(row, kind, agent, now)
        else:
            speed = agent.group.speed[kind]
            serve, wrap = ledger.serve[row] * speed, ledger.wrap[row] * speed
        ledger.answered[row] = now
        ledger.agent[row] = agent.index
        self._advance(agent, now)
        agent.hands.append(Chat(row, serve, wrap))
        self._arrange(agent, now)
        self.fill(agent, now)

    def fill(self, agent: Agent, now: float) -> None:
        """She has room: let her take what waits."""
        group = agent.group
        while (
            0 < len(agent.hands) < group.plan.concurrency
            and (not agent.wanted_away or not self.centre.shifts.goes(agent))
            and any(line.waiting or line.front for line in group.chat_lines)
        ):
            line = self.centre.router.line_for(agent, now, CHAT)
            if line is None:
                self.centre.look_later(group, now)
                return
            self.centre.take(line, agent, now)

    def shift_over(self, agent: Agent, now: float, rule: str) -> None:
        """Her shift ends with chats in hand."""
        agent.group.spare.take_out(agent)
        if rule not in ("hand back", "disconnect"):
            return
        self._advance(agent, now)
        centre, ledger = self.centre, self.centre.ledger
        speed = agent.group.speed
        for chat in agent.hands:
            if not chat.customer_there:
                continue
            ledger.left[chat.row] = ledger.released[chat.row] = now
            if ledger.origin_of(chat.row) == Origin.CONSULT:
                centre.journey.chat_over(chat.row, agent, now)
            elif rule == "hand back":
                ledger.outcome[chat.row] = int(Outcome.HANDED_BACK)
                factor = speed[ledger.kind[chat.row]]
                centre.journey.hand_back(chat.row, chat.remaining / factor, chat.wrap / factor, now)
            else:
                ledger.outcome[chat.row] = int(Outcome.CUT_OFF)
                centre.journey.hang_up(chat.row)
        agent.hands = [chat for chat in agent.hands if not chat.customer_there]
        self._arrange(agent, now)
        if not agent.hands:
            centre.release(agent)

    def _step(self, event: Happening) -> None:
        agent: Agent = event.what
        centre, now = self.centre, self.centre.clock._now
        self._advance(agent, now)
        chat = min(agent.hands, key=lambda one: one.remaining)
        if chat.customer_there:
            chat.customer_there = False
            chat.remaining = chat.wrap
            centre.ledger.left[chat.row] = now
            centre.journey.chat_over(chat.row, agent, now)
        else:
            chat.remaining = 0.0
        if chat.remaining <= 0:
            centre.ledger.released[chat.row] = now
            agent.hands.remove(chat)
        self._arrange(agent, now)
        if agent.hands:
            self.fill(agent, now)
        else:
            centre.release(agent)
        if centre.watching:
            centre.reconsider(now)

    def _advance(self, agent: Agent, now: float) -> None:
        if agent.hands:
            passed = now - agent.stamp
            agent.busy += passed
            done = passed / self._slowdown(agent)
            for chat in agent.hands:
                chat.remaining -= done
        agent.stamp = now

    def _arrange(self, agent: Agent, now: float) -> None:
        """After any change: when the next chat is done, and whether she has room for another."""
        agent.event.call_off()
        group = agent.group
        group.spare.take_out(agent)
        agent.event = Happening(agent, NOTHING)
        if agent.hands:
            least = min(chat.remaining for chat in agent.hands)
            agent.event.callbacks = self.on_step
            moment = now + max(0.0, least) * self._slowdown(agent)
            self.centre.clock.at(moment, agent.event)
            if not agent.wanted_away:
                group.spare.put(agent, len(agent.hands))

    def _slowdown(self, agent: Agent) -> float:
        factors = agent.group.plan.slowdown
        return factors[len(agent.hands) - 1] if factors else 1.0
