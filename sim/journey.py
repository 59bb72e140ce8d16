"""What becomes of a contact besides waiting and being served: the sequels of its story.

Menus, busy signals, retrials, repeats, transfers, consults, callbacks, dialling: each makes new
rows in the ledger or lets them in. The centre calls in here only for call types that have them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.clock import HANDED_BACK, Happening
from sim.door import Door
from sim.draws import Draws
from sim.floor import Agent, Line
from sim.parameters import CallType, Distribution
from sim.records import Origin, Outcome
from sim.traffic import Traffic

if TYPE_CHECKING:
    from sim.centre import Centre

# Nobody is sent round for ever, whatever the shares of the plan say.
LONGEST_CHAIN = 100


class Journey:
    """The sequels of one replication."""

    def __init__(self, centre: Centre, draws: Draws, traffic: Traffic) -> None:
        self.centre = centre
        self.plan = centre.plan
        self.ledger = centre.ledger
        self.draws = draws
        self.retrial = [kind.retrial for kind in self.plan.call_types]
        self.door = Door(self.plan)
        self.index = {kind.name: at for at, kind in enumerate(self.plan.call_types)}
        moment = self.plan.moment
        self.slow = [
            (moment(day, one.start), moment(day, one.end), one.handle_time_factor)
            for one in self.plan.outages
            if one.what == "systems"
            for day in range(self.plan.days)
        ]
        self.outside_hours = self.door.types_outside(traffic)
        # A consult's row -> the agent who waits for it, and since when.
        self.asking: dict[int, tuple[Agent, float]] = {}

    # --- what a call type needs -----------------------------------------------------------------

    def knocks_first(self, kind: CallType) -> bool:
        """Something stands between arriving and the line."""
        if kind.channel in ("email", "outbound"):
            return False
        by_line = kind.channel == "voice" and (self.door.limited or bool(self.door.down))
        return (
            by_line or kind.self_service is not None or self.index[kind.name] in self.outside_hours
        )

    def is_choosy(self, kind: CallType) -> bool:
        """Some do not join the line although nobody is free."""
        patience = kind.patience
        return (
            kind.capacity is not None
            or kind.callback is not None
            or (patience is not None and (patience.balk > 0 or patience.announced is not None))
        )

    def has_sequel(self, kind: CallType) -> bool:
        """Something happens when the talk is over."""
        return bool(
            kind.transfers or kind.consult or kind.resolution or self.door.counts_lines(kind)
        )

    def minds_losses(self, kind: CallType) -> bool:
        """Something happens when a contact is lost."""
        return kind.retrial is not None or self.door.counts_lines(kind)

    def has_own_work(self, line: Line) -> bool:
        """How long it takes is not simply what the ledger has, at the group's speed."""
        kind = line.call_type
        skills = (group.skills[line.index] for group in line.groups)
        return bool(
            kind.callback
            or kind.dialling
            or self.slow
            or any(skill is not None and skill.service is not None for skill in skills)
        )

    # --- coming in ------------------------------------------------------------------------------

    def knock(self, row: int, kind: int, now: float) -> None:
        """At the door: opening hours, a trunk, the menu."""
        call_type = self.plan.call_types[kind]
        if not self.door.is_open(now):
            self.ledger.end(row, Outcome.CLOSED, now)
            return
        root = self.ledger.root_of(row)
        if call_type.channel == "voice" and not self.door.take_line(root, now):
            self.ledger.end(row, Outcome.BUSY, now)
            self._try_again(row, kind, Outcome.BUSY, now)
            return
        menu = call_type.self_service
        if menu is None:
            self.centre.join(row, now)
            return
        seconds = self._value("menu_time", row, menu.time)
        self.centre.clock.at(now + seconds, Happening(row, (self._menu_over,)))

    def _menu_over(self, event: Happening) -> None:
        row: int = event.what
        now = self.centre.clock._now
        kind = self.ledger.kind[row]
        menu = self.plan.call_types[kind].self_service
        assert menu is not None
        luck = self._chance("menu", row)
        if luck < menu.contained + menu.abandoned:
            contained = luck < menu.contained
            self.ledger.end(row, Outcome.CONTAINED if contained else Outcome.LEFT_MENU, now)
            self.hang_up(row)
        elif self.plan.at_closing == "drain" or self.door.is_open(now):
            self.centre.join(row, now)
        else:
            self.ledger.end(row, Outcome.CLOSED, now)
            self.hang_up(row)

    def turns_away(self, row: int, kind: int, line: Line, now: float) -> bool:
        """Whether this contact, just put into its line, does not stay in it."""
        origin = self.ledger.origin_of(row)
        if origin in (Origin.CALLBACK, Origin.CONSULT, Origin.HANDED_BACK):
            return False
        call_type = line.call_type
        centre = self.centre
        if call_type.capacity is not None and len(line) > call_type.capacity:
            centre.lose(row, line, Outcome.FULL, now)
            return True
        patience = call_type.patience
        if patience is not None:
            unwilling = patience.balk > 0 and self._chance("balk", row) < patience.balk
            told = patience.announced is not None and (
                self.expected_wait(line) > self.ledger.patience[row] * patience.announced
            )
            if unwilling or told:
                centre.lose(row, line, Outcome.BALKED, now)
                return True
        offer = call_type.callback
        if offer is not None:
            wait = self.expected_wait(line)
            if wait > offer.offered_over and self._chance("callback", row) < offer.accepted:
                centre.lose(row, line, Outcome.CALLBACK, now)
                if offer.mode == "keeps place":
                    promise = wait if wait < math.inf else 0.0
                    self.call_back(row, now, due=now + promise)
                else:
                    delay = self._value("callback_delay", row, offer.delay)
                    self.call_back(row, now + delay)
                return True
        return False

    def expected_wait(self, line: Line) -> float:
        """Seconds: those waiting, each for a mean handle time, shared by the agents on duty."""
        staffed = sum(group.staffed for group in line.groups)
        if not staffed:
            return math.inf
        return len(line) * line.call_type.service.mean / staffed

    # --- being served ---------------------------------------------------------------------------

    def own_work(self, row: int, kind: int, agent: Agent, now: float) -> tuple[float, float]:
        """Seconds with the customer and after, where the ledger's figures do not say it all."""
        ledger, call_type = self.ledger, self.plan.call_types[kind]
        origin = ledger.origin_of(row)
        serve, wrap = ledger.serve[row], ledger.wrap[row]
        skill = agent.group.skills[kind]
        if (
            skill is not None
            and skill.service is not None
            and origin
            not in (
                Origin.CONSULT,
                Origin.HANDED_BACK,
            )
        ):
            service = skill.service
            serve = self._value("talk", row, service.talk)
            hold = wrap = 0.0
            if service.hold is not None:
                hold = self._value("hold", row, service.hold)
            serve += hold
            ledger.set_hold_share(row, hold / serve if serve else 0.0)
            if service.after_call is not None:
                wrap = self._value("after_call", row, service.after_call)
        factor = agent.group.speed[kind]
        if origin != Origin.HANDED_BACK:  # the rest is as slow as the whole was already
            for start, end, slower in self.slow:
                if start <= now < end:
                    factor *= slower
        serve, wrap = serve * factor, wrap * factor
        if origin == Origin.CALLBACK:
            return self._ring_back(row, kind, serve, wrap, now)
        if call_type.dialling is not None and origin != Origin.HANDED_BACK:
            return self._dial(row, kind, serve, wrap, now)
        return serve, wrap

    def _ring_back(
        self, row: int, kind: int, serve: float, wrap: float, now: float
    ) -> tuple[float, float]:
        offer = self.plan.call_types[kind].callback
        if offer is None:  # called back because the centre closed
            return serve, wrap
        self.ledger.extra_hold[row] = offer.ring
        if self._chance("reached", row) < offer.reached:
            return offer.ring + serve, wrap
        self.ledger.outcome[row] = Outcome.NO_ANSWER
        tries = self.ledger.retrials.get(row, 0) + 1
        if tries < offer.attempts:
            again = self.call_back(row, now + offer.ring + offer.again)
            self.ledger.retrials[again] = tries
        return offer.ring, 0.0

    def _dial(
        self, row: int, kind: int, serve: float, wrap: float, now: float
    ) -> tuple[float, float]:
        dialling = self.plan.call_types[kind].dialling
        assert dialling is not None
        ring = self._value("ring", row, dialling.ring)
        self.ledger.extra_hold[row] = ring
        if self._chance("right_party", row) < dialling.right_party:
            return ring + serve, wrap
        self.ledger.outcome[row] = Outcome.NO_ANSWER
        tries = self.ledger.retrials.get(row, 0) + 1
        moment = now + ring + dialling.again
        if tries < dialling.attempts and moment < self.door.last_closing:
            self.ledger.retrials[row] = tries
            self._later(row, kind, Origin.DIAL, moment)
        return ring, 0.0

    def first_queued(self, row: int) -> float:
        """When a contact that goes ahead joined its first line: it counts as waiting since then."""
        ledger = self.ledger
        while ledger.origin_of(row) in (Origin.TRANSFER, Origin.HANDED_BACK):
            row = ledger.parent_of(row)
        return ledger.queued[row]

    # --- the talk is over -----------------------------------------------------------------------

    def talk_over(self, row: int, agent: Agent, now: float) -> bool:
        """What follows; False when the agent still waits for a colleague's advice."""
        ledger = self.ledger
        origin = ledger.origin_of(row)
        if origin == Origin.CONSULT:
            self._advised(row, now)
            return True
        if ledger.outcome[row] == Outcome.NO_ANSWER:
            return True
        kind = ledger.kind[row]
        consult = self.plan.call_types[kind].consult
        if consult is not None and self._chance("consult", row) < consult.share:
            self._ask_colleague(row, agent, now)
            return False
        self._sequel(row, kind, agent, now)
        return True

    def chat_over(self, row: int, agent: Agent, now: float) -> None:
        """The same for a chat, during which nobody is asked for advice."""
        if self.ledger.origin_of(row) == Origin.CONSULT:
            self._advised(row, now)
        elif self.ledger.outcome[row] != Outcome.NO_ANSWER:
            self._sequel(row, self.ledger.kind[row], agent, now)

    def _sequel(self, row: int, kind: int, agent: Agent, now: float) -> None:
        if not self._transfer(row, kind, now):
            self._resolve(row, kind, agent, now)
            self.hang_up(row)

    def _transfer(self, row: int, kind: int, now: float) -> bool:
        call_type = self.plan.call_types[kind]
        if not call_type.transfers or self.ledger.attempt_of(row) >= LONGEST_CHAIN:
            return False
        luck = self._chance("transfer", row)
        for transfer in call_type.transfers:
            luck -= transfer.share
            if luck < 0:
                self.ledger.outcome[row] = int(Outcome.TRANSFERRED)
                other = self.index[transfer.to]
                if self.plan.call_types[other].channel != "voice":
                    self.hang_up(row)
                child = self._child(row, other, Origin.TRANSFER, now)
                self.centre.join(child, now, ahead=transfer.ahead)
                return True
        return False

    def _resolve(self, row: int, kind: int, agent: Agent, now: float) -> None:
        resolution = self.plan.call_types[kind].resolution
        if resolution is None:
            return
        ledger = self.ledger
        share = resolution.first_contact * agent.group.resolution
        resolved = self._chance("resolved", row) < share
        ledger.resolved[row] = int(resolved)
        repeats = ledger.repeats.get(row, 0)
        if resolved or repeats >= resolution.attempts:
            return
        if self._chance("repeat", row) < resolution.repeat:
            delay = self._value("repeat_delay", row, resolution.delay)
            self._later(row, kind, Origin.REPEAT, now + delay)

    def hang_up(self, row: int) -> None:
        """The customer's line is free again."""
        if self.door.limited:
            self.door.leave(self.ledger.root_of(row))

    def _ask_colleague(self, row: int, agent: Agent, now: float) -> None:
        consult = self.plan.call_types[self.ledger.kind[row]].consult
        assert consult is not None
        other = self.index[consult.to]
        seconds = self._value("consult_time", row, consult.time)
        child = self.ledger.add(
            other, Origin.CONSULT, row, now, serve=seconds, wrap=0.0, patience=consult.wait
        )
        self.asking[child] = (agent, now)
        self.centre.join(child, now)

    def _advised(self, consult: int, now: float) -> None:
        agent, since = self.asking.pop(consult)
        row = agent.row
        wrap = self.ledger.released[row] - self.ledger.left[row]
        extra = self.ledger.extra_hold
        extra[row] = extra.get(row, 0.0) + now - since
        agent.busy += now - since
        self.ledger.left[row], self.ledger.released[row] = now, now + wrap
        self._sequel(row, self.ledger.kind[row], agent, now)
        self.centre.wrap_up(agent, now)

    # --- lost, and coming back ------------------------------------------------------------------

    def lost(self, row: int, kind: int, outcome: Outcome, now: float) -> None:
        """A contact has left its line unserved."""
        if row in self.asking:
            self._advised(row, now)
            return
        self.hang_up(row)
        if outcome is not Outcome.CLOSED and outcome is not Outcome.CALLBACK:
            self._try_again(row, kind, outcome, now)

    def _try_again(self, row: int, kind: int, outcome: Outcome, now: float) -> None:
        retrial = self.retrial[kind]
        if retrial is None:
            return
        busy = outcome is Outcome.BUSY or outcome is Outcome.FULL
        share = retrial.after_busy if busy else retrial.after_abandoning
        tries = self.ledger.retrials.get(row, 0)
        if tries < retrial.attempts and self._chance("retry", row) < share:
            delay = self._value("retry_delay", row, retrial.delay)
            self.ledger.retrials[row] = tries + 1
            self._later(row, kind, Origin.RETRIAL, now + delay)

    def call_back(self, row: int, moment: float, due: float | None = None) -> int:
        """This customer will be called at ``moment``, promised for ``due``; the new row."""
        kind = self.ledger.kind[row]
        child = self._child(row, kind, Origin.CALLBACK, moment, patience=math.inf)
        self.ledger.retrials.pop(child, None)
        self.ledger.due[child] = moment if due is None else due
        if moment <= self.centre.clock._now:
            self.centre.join(child, moment)
        else:
            self.centre.clock.at(moment, Happening(child, (self._turn_up,)))
        return child

    def hand_back(self, row: int, serve: float, wrap: float, now: float) -> None:
        """The rest of the work waits, ahead of the others, for another agent."""
        kind = self.ledger.kind[row]
        patience = self._fresh_patience(row, kind)
        child = self.ledger.add(
            kind,
            Origin.HANDED_BACK,
            row,
            now,
            serve=serve,
            wrap=wrap,
            patience=patience,
            hold_share=self.ledger.hold_share_of(row),
        )
        # Not at once: nobody who goes at the same moment may take it.
        self.centre.clock.at(now, Happening(child, (self._join_ahead,)), HANDED_BACK)

    def _join_ahead(self, event: Happening) -> None:
        self.centre.join(event.what, self.centre.clock._now, ahead=True)

    def _later(self, row: int, kind: int, origin: Origin, moment: float) -> None:
        """The customer comes back; hours in which the centre is closed do not count."""
        when = self._in_hours(moment, kind)
        if when is None or self.ledger.attempt_of(row) >= LONGEST_CHAIN:
            return
        child = self._child(row, kind, origin, when)
        if origin == Origin.REPEAT:
            self.ledger.repeats[child] = self.ledger.repeats.get(row, 0) + 1
            self.ledger.retrials.pop(child, None)
        self.centre.clock.at(when, Happening(child, (self._turn_up,)))

    def _in_hours(self, moment: float, kind: int) -> float | None:
        """When somebody comes who wants to at this moment; None: not any more."""
        if self.plan.call_types[kind].channel == "email":
            return moment if moment < self.door.last_closing else None
        return self.door.in_hours(moment)

    def _turn_up(self, event: Happening) -> None:
        row: int = event.what
        now = self.centre.clock._now
        kind = self.ledger.kind[row]
        inbound = self.ledger.origin_of(row) not in (Origin.CALLBACK, Origin.DIAL)
        if inbound and self.centre.knocks[kind]:
            self.knock(row, kind, now)
        else:
            self.centre.join(row, now)

    # --- draws ----------------------------------------------------------------------------------

    def _child(
        self, parent: int, kind: int, origin: Origin, moment: float, patience: float | None = None
    ) -> int:
        """A new row that comes of ``parent``, with draws of its own."""
        ledger = self.ledger
        root, step = ledger.root_of(parent), ledger.attempt_of(parent) + 1
        service = self.plan.call_types[kind].service
        talk = self.draws.value("talk", root, step, service.talk)
        hold = wrap = 0.0
        if service.hold is not None:
            hold = self.draws.value("hold", root, step, service.hold)
        if service.after_call is not None:
            wrap = self.draws.value("after_call", root, step, service.after_call)
        return ledger.add(
            kind,
            origin,
            parent,
            moment,
            serve=talk + hold,
            wrap=wrap,
            patience=self._fresh_patience(parent, kind) if patience is None else patience,
            hold_share=hold / (talk + hold) if talk + hold else 0.0,
        )

    def _fresh_patience(self, parent: int, kind: int) -> float:
        patience = self.plan.call_types[kind].patience
        if patience is None:
            return math.inf
        root, step = self.ledger.root_of(parent), self.ledger.attempt_of(parent) + 1
        return self.draws.value("patience", root, step, patience.time)

    def _chance(self, source: str, row: int) -> float:
        ledger = self.ledger
        return self.draws.chance(source, ledger.root_of(row), ledger.attempt_of(row))

    def _value(self, source: str, row: int, distribution: Distribution) -> float:
        ledger = self.ledger
        root, step = ledger.root_of(row), ledger.attempt_of(row)
        return self.draws.value(source, root, step, distribution)
