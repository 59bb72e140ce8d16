"""Asks a plan's routing rules: which agent for this line, which line for this agent."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sim import answers
from sim.errors import RoutingError
from sim.floor import Agent, Group, Line
from sim.routing import Rule, fault_of

Pair = tuple[Line, Agent]
One = TypeVar("One", Group, Line)
# Groups for a line (or lines for a group): those which the rules about skills like best come first,
# those liked equally together; with each, the seconds the contact must have waited.
Tiers = tuple[tuple[tuple[One, float], ...], ...]


class Router:
    """Asks the rules.

    at_once: an agent for a contact that has just come can be chosen without looking at its line
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.every_agent = any(rule.every_agent for rule in rules)
        pools = [rule.pool for rule in rules if rule.pool]
        self.pool = pools[0] if pools else "longest-idle"

    def start(self, lines: Sequence[Line], groups: Sequence[Group]) -> None:
        """Look at the floor once, and decide what must be asked while the clock runs."""
        # Tuples: a rule that sorts or empties what it is given stops at its own line.
        lines, groups = tuple(lines), tuple(groups)
        for rule in self.rules:
            answers.start(rule, lines, groups)
        self.vetoes = [
            rule
            for rule in self.rules
            if type(rule).allows is not Rule.allows and answers.forbids(rule, groups)
        ]
        judges = [rule for rule in self.rules if type(rule).prefer is not Rule.prefer]
        about_groups = [rule for rule in judges if rule.looks_at != "line"]
        about_lines = [rule for rule in judges if rule.looks_at != "agent"]
        fixed = list(itertools.takewhile(_is_fixed, about_groups))
        self.agent_judges = about_groups[len(fixed) :]
        self.by_line: list[Tiers[Group]] = [
            self._tiers(fixed, ((group, line, group) for group in line.groups)) for line in lines
        ]
        fixed = list(itertools.takewhile(_is_fixed, about_lines))
        self.line_judges = about_lines[len(fixed) :]
        self.by_group: list[Tiers[Line]] = [
            self._tiers(fixed, ((line, line, group) for line in group.lines)) for group in groups
        ]
        self.watching = any(rule.watches for rule in self.vetoes)
        self.at_once = (
            not self.vetoes
            and not self.every_agent
            and all(rule.looks_at == "agent" for rule in self.agent_judges)
        )

    def _tiers(self, fixed: list[Rule], choices: Iterable[tuple[One, Line, Group]]) -> Tiers[One]:
        tiers: dict[tuple[float, ...], list[tuple[One, float]]] = {}
        for one, line, group in choices:
            someone = Agent(-1, group)
            rank = tuple(answers.prefers(rule, line, someone) for rule in fixed)
            after = max((answers.after(rule, line, group) for rule in self.rules), default=0)
            tiers.setdefault(rank, []).append((one, after))
        return tuple(tuple(tiers[rank]) for rank in sorted(tiers, reverse=True))

    def late(self, line: Line) -> tuple[tuple[Group, float], ...]:
        """Who may serve this line later than at once: a group, and after how many seconds.

        With rules that forbid, any group may, at every moment one of them names.
        """
        waits = {(group, after) for tier in self.by_line[line.index] for group, after in tier}
        if self.vetoes:
            asked = {at for rule in self.rules for at in answers.again(rule, line)}
            asked |= {after for _, after in waits}
            waits = {(group, at) for group in line.groups for at in asked}
        later = [(group, after) for group, after in waits if after]
        return tuple(sorted(later, key=lambda one: (one[1], one[0].index)))

    def agent_at_once(self, line: Line) -> Agent | None:
        """The agent who takes a contact that has not joined its empty line yet."""
        for tier in self.by_line[line.index]:
            found: list[Agent] | None = None
            for group, after in tier:
                if after:
                    continue
                if group.idle.agents:
                    agent = group.idle.first()
                elif line.chat and group.spare:
                    agent = group.spare.first()
                else:
                    continue
                if found is None:
                    found = [agent]
                else:
                    found.append(agent)
            if found is not None:
                if len(found) == 1:
                    return found[0]
                best = self._best([(line, agent) for agent in found], self.agent_judges, 0.0)
                return best[1] if best else None
        return None

    def agent_for(self, line: Line, now: float) -> Agent | None:
        """The agent who takes the head of this line, or None: it waits."""
        waited = now - line.since
        for tier in self.by_line[line.index]:
            pairs: list[Pair] = []
            for group, after in tier:
                if after > waited:
                    continue
                if group.idle.agents:
                    if self.every_agent:
                        pairs += [(line, agent) for agent in group.idle]
                    else:
                        pairs.append((line, group.idle.first()))
                elif line.chat and group.spare:
                    pairs.append((line, group.spare.first()))
            if pairs:
                best = self._best(pairs, self.agent_judges, now)
                if best:
                    return best[1]
        return None

    def line_for(
        self, agent: Agent, now: float, channels: frozenset[str] | None = None
    ) -> Line | None:
        """The line whose head this agent takes, of these channels; None: she takes nothing."""
        for tier in self.by_group[agent.group.index]:
            found: list[Pair] | None = None
            for line, after in tier:
                if not (line.waiting or line.front):
                    continue
                if channels is not None and line.call_type.channel not in channels:
                    continue
                if after and now - line.since < after:
                    continue
                if found is None:
                    found = [(line, agent)]
                else:
                    found.append((line, agent))
            if found is not None:
                if len(found) == 1 and not self.vetoes:
                    return found[0][0]
                best = self._best(found, self.line_judges, now)
                if best:
                    return best[0]
        return None

    def first_group(self, line: Line) -> Group | None:
        """The one group that serves newcomers of this line, if there is nothing to ask or choose.

        Others may help later: while somebody of this group is idle, nobody waits for them.
        """
        at_once = [group for tier in self.by_line[line.index] for group, after in tier if not after]
        if self.vetoes or self.every_agent or len(at_once) != 1:
            return None
        return at_once[0]

    def first_line(self, group: Group) -> Line | None:
        """The one line this group serves before all others, if there is nothing to ask."""
        tiers = self.by_group[group.index]
        if self.vetoes or not tiers or len(tiers[0]) != 1 or tiers[0][0][1]:
            return None
        return tiers[0][0][0]

    def _best(self, pairs: list[Pair], judges: list[Rule], now: float) -> Pair | None:
        rule = None
        try:
            for rule in self.vetoes:
                pairs = [pair for pair in pairs if answers.allows(rule, *pair, now)]
            if len(pairs) < 2:
                return pairs[0] if pairs else None
            for rule in judges:
                figures = [rule.prefer(line, agent, now) for line, agent in pairs]
                try:
                    sensible = math.isfinite(sum(figures))
                except (TypeError, OverflowError):
                    sensible = False
                if not sensible:
                    raise answers.nonsense(rule, "prefer", answers.A_NUMBER, figures)
                best = max(figures)
                pairs = [pair for pair, one in zip(pairs, figures, strict=True) if one == best]
                if len(pairs) == 1:
                    break
            return pairs[0]
        except RoutingError:
            raise
        except (Exception, SystemExit) as error:
            name = type(rule).__name__
            raise RoutingError(
                f"the routing rule {name} failed when asked: {fault_of(error)}"
            ) from error


def _is_fixed(rule: Rule) -> bool:
    return rule.looks_at == "skill"
