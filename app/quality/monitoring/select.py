"""Which calls a plan takes, and who hears them. Pure, and the same for the same seed.

Chance is a hash of seed, period and recording: a call that is added changes no other
call's luck.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.quality.monitoring.candidate import Candidate, Drawn, period_of, stratum_of
from app.quality.monitoring.plan import Plan
from app.quality.monitoring.reasons import reasons
from app.quality.text import Text


@dataclass(frozen=True, slots=True)
class Chosen:
    """A call taken: of which period's quota it is, for whom, and why."""

    recording: int
    agent: int
    period: str
    rater: int
    why: tuple[Text, ...]


def choose(
    candidates: Sequence[Candidate], plan: Plan, raters: Sequence[int], drawn: Sequence[Drawn] = ()
) -> tuple[Chosen, ...]:
    """What ``plan`` takes of ``candidates`` beyond what was ``drawn`` before.

    ``candidates`` may hold calls drawn before: these are not taken again, but their kind
    counts as served. Nobody gets her own call.
    """
    known = {each.recording: each for each in drawn}
    sharing = _Sharing(plan.seed, raters, drawn)
    by_period: dict[str, list[Candidate]] = {}
    for one in candidates:
        before = known.get(one.recording)
        period = before.period if before else period_of(one.at, plan.quota.period)
        by_period.setdefault(period, []).append(one)
    chosen: list[Chosen] = []
    for period in sorted(by_period):
        drawing = _Drawing(plan, period, drawn, sharing)
        chosen += drawing.run(by_period[period], known)
    return tuple(chosen)


class _Drawing:
    """The draw of one period."""

    def __init__(self, plan: Plan, period: str, drawn: Sequence[Drawn], sharing: _Sharing) -> None:
        self._plan, self._period, self._sharing = plan, period, sharing
        before = [each for each in drawn if each.period == period and each.counts]
        self._per_agent = Counter(each.agent for each in before)
        self._taken = len(before)

    def run(self, candidates: Sequence[Candidate], known: dict[int, Drawn]) -> list[Chosen]:
        served: Counter[tuple[str, ...]] = Counter()
        waiting: dict[tuple[str, ...], list[tuple[Candidate, tuple[Text, ...]]]] = {}
        for one in sorted(candidates, key=lambda each: self._luck(each.recording)):
            stratum = stratum_of(one, self._plan.strata)
            before = known.get(one.recording)
            if before is not None:
                served[stratum] += before.counts
            elif self._sharing.possible(one.agent) and (why := reasons(one, self._plan)):
                waiting.setdefault(stratum, []).append((one, why))
        chosen: list[Chosen] = []
        while (kind := self._next(waiting, served)) is not None:
            one, why = waiting[kind].pop(0)
            served[kind] += 1
            self._per_agent[one.agent] += 1
            self._taken += 1
            rater = self._sharing.give(one)
            chosen.append(Chosen(one.recording, one.agent, self._period, rater, why))
        return chosen

    def _next(
        self,
        waiting: dict[tuple[str, ...], list[tuple[Candidate, tuple[Text, ...]]]],
        served: Counter[tuple[str, ...]],
    ) -> tuple[str, ...] | None:
        """The kind of call least served that still has a call within the quotas."""
        quota = self._plan.quota
        if quota.total is not None and self._taken >= quota.total:
            return None
        for stratum, calls in waiting.items():
            waiting[stratum] = [
                each for each in calls if self._per_agent[each[0].agent] < quota.per_agent
            ]
        open_kinds = [stratum for stratum, calls in waiting.items() if calls]
        return min(open_kinds, key=lambda s: (served[s], self._luck(s)), default=None)

    def _luck(self, of: object) -> bytes:
        return luck(self._plan.seed, self._period, of)


class _Sharing:
    """Who hears what: evenly, never her own calls, not always the same rater for an agent."""

    def __init__(self, seed: int, raters: Sequence[int], drawn: Sequence[Drawn]) -> None:
        self._seed = seed
        self._raters = sorted(set(raters))
        counted = [each for each in drawn if each.counts]
        self._load = Counter(each.rater for each in counted)
        self._pairs = Counter((each.rater, each.agent) for each in counted)

    def possible(self, agent: int) -> bool:
        return any(rater != agent for rater in self._raters)

    def give(self, one: Candidate) -> int:
        rater = min(
            (each for each in self._raters if each != one.agent),
            key=lambda each: (
                self._load[each],
                self._pairs[each, one.agent],
                luck(self._seed, one.recording, each),
            ),
        )
        self._load[rater] += 1
        self._pairs[rater, one.agent] += 1
        return rater


def luck(*of: object) -> bytes:
    """Sixteen bytes that look like chance and are the same for the same values."""
    return hashlib.blake2b(repr(of).encode(), digest_size=16).digest()
