"""What the demo's supervisors think of a call: what was really said in it, seen through the eyes
of each, the same every time. Pure.

The demo's people do not exist, so their marks are made: from what the scenario's own card found in
the call, with the second at which it is heard. Where a mark is a matter of how it is read, Quinn
reads it strictly and Lena kindly, until they have talked about it. Everything computed from the
marks is computed as for anybody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from app.calibration.demo_words import CAUSES, WORDS
from app.quality.answers import Answer, Left, Mark
from app.quality.card import Criterion, Scorecard
from app.quality.result import CriterionResult

EYES: Mapping[str, int] = {"quinn": -1, "sam": 0, "lena": 1}
"""By log-in: a point stricter or kinder, where it is a matter of how one reads it."""
READ = "empathy"
"""Everybody reads its guidance in her own way, until they have talked about it."""
DOUBTFUL: Mapping[str, float] = {"understanding": 0.35, "solution": 0.25, "close": 0.15}
"""How often somebody sees a point more or less, as her eyes are."""
TALKED = 0.4
"""What is left of that after the talk."""
SAYS = 0.4
"""How often somebody says why without being asked."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the scenario's card found in a call, by the ids of its criteria."""

    met: frozenset[str]
    broken: frozenset[str]
    seconds: Mapping[str, float]
    last: tuple[float, ...] = ()
    """The last second at which anything was heard; nothing where nothing was."""

    @classmethod
    def of(cls, results: Iterable[CriterionResult]) -> Facts:
        found = list(results)
        return cls(
            frozenset(each.id for each in found if each.outcome == "met"),
            frozenset(each.id for each in found if each.outcome == "not_met"),
            {each.id: round(each.evidence[0].start, 1) for each in found if each.evidence},
            tuple(sorted(round(one.start, 1) for each in found for one in each.evidence)[-1:]),
        )

    def at(self, *ids: str) -> tuple[float, ...]:
        """The second of the first of these that can be heard."""
        return next(((self.seconds[each],) for each in ids if each in self.seconds), ())


@dataclass(frozen=True, slots=True)
class Heard:
    """What there is to be heard for a criterion: the mark most would give, and where."""

    answer: Answer
    seconds: tuple[float, ...] = ()
    why: str = ""
    """Which words say it, where more than the mark decides (a key of ``WORDS``)."""


def heard(facts: Facts) -> dict[str, Heard]:
    """By criterion of the card for service calls."""
    return {
        "greeting": _greeting(facts),
        "verification": _verification(facts),
        "understanding": _understanding(facts),
        READ: _empathy(facts),
        "solution": _solution(facts),
        "next_steps": _next_steps(facts),
        "close": _close(facts),
    }


def marks(
    card: Scorecard, call: str, there: Mapping[str, Heard], rater: str, *, talked: bool
) -> dict[str, Mark]:
    """By criterion, as ``rater`` (a log-in) marks the call of which ``there`` is to be heard."""
    return {
        each.id: _mark(each, call, there[each.id], rater, talked=talked) for each in card.criteria
    }


def agreed(given: Sequence[Answer]) -> Answer:
    """What a talk ends on: the middle one of what was chosen, or what most left."""
    points = [each for each in given if not isinstance(each, Left)]
    return median_low(points) if 2 * len(points) > len(given) else Left.NOT_APPLICABLE


# ---- what there is to be heard ---------------------------------------------------------------


def _greeting(facts: Facts) -> Heard:
    met = "greeting_in_time" in facts.met and "full_greeting" not in facts.broken
    return Heard(5.0 if met else 2.0, facts.at("full_greeting", "greeting_in_time"))


def _verification(facts: Facts) -> Heard:
    if "never_asks_pin" in facts.broken:
        return Heard(0.0, facts.at("never_asks_pin"), "pin")
    if "verify_before_disclosing" in facts.broken:
        return Heard(0.0, facts.at("verify_before_disclosing"), "too_late")
    if {"verifies", "registers"} & facts.met:
        return Heard(1.0, facts.at("verifies", "registers"))
    return Heard(Left.NOT_APPLICABLE)


def _understanding(facts: Facts) -> Heard:
    if _insults(facts):
        return Heard(1.0, facts.at("never_rude", "never_blames"), "insults")
    if "asks_reason" in facts.broken:
        return Heard(2.0, facts.at("asks_reason"), "offers_first")
    if "checks_first" in facts.broken:
        return Heard(2.0, facts.at("checks_first"), "looked_nothing_up")
    if {"says_back", "asks_reason"} & facts.met:
        return Heard(5.0, facts.at("says_back", "asks_reason"))
    return Heard(4.0, facts.at("payments", "explains_check"))


def _empathy(facts: Facts) -> Heard:
    if _insults(facts):
        return Heard(1.0, facts.at("never_rude", "never_blames"), "insults")
    if "checks_first" in facts.broken:
        return Heard(3.0, facts.at("takes_up_anger"), "once")
    if {"empathy", "takes_up_anger"} & facts.met:
        return Heard(5.0, facts.at("empathy", "takes_up_anger"))
    if "kind_words" in facts.met:
        return Heard(4.0, facts.at("kind_words"))
    if "empathy" in facts.broken:
        return Heard(3.0, facts.at("never_blames"), "late")
    return Heard(2.0, facts.at("asks_wish", "closes_well"), "hurried")


def _solution(facts: Facts) -> Heard:
    if _insults(facts):
        return Heard(1.0, facts.at("never_rude", "never_blames"))
    if "within_authority" in facts.broken:
        return Heard(1.0, facts.at("within_authority"), "promised")
    if "resolves" in facts.broken:
        return Heard(1.0, facts.at("resolves"))
    if "preparation" in facts.broken:
        return Heard(2.0, facts.at("closes_well"), "preparation")
    return Heard(5.0, facts.at("blocks", "confirms", "resolves"))


def _next_steps(facts: Facts) -> Heard:
    told = {"bridges", "location_and_reminder"} & facts.met or {
        "resolves",
        "closes_well",
    } <= facts.met
    if told:
        return Heard(1.0, facts.at("bridges", "location_and_reminder", "closes_well"))
    return Heard(0.0, facts.last)


def _close(facts: Facts) -> Heard:
    if "closes_well" in facts.met:
        return Heard(5.0, facts.at("closes_well"))
    return Heard(1.0, facts.last)


def _insults(facts: Facts) -> bool:
    return bool({"never_rude", "never_blames"} & facts.broken)


# ---- and how somebody marks it ---------------------------------------------------------------


def _mark(criterion: Criterion, call: str, there: Heard, rater: str, *, talked: bool) -> Mark:
    answer = _seen(criterion, call, there, rater, talked=talked)
    asked = not isinstance(answer, Left) and criterion.scale.share(answer) <= 0.5
    says = asked or _chance(rater, call, criterion.id, "says") < SAYS
    words = _words(criterion.id, answer, there.why) if says else ""
    causes = CAUSES.get((criterion.id, there.why), ()) if asked else ()
    return Mark(answer, words, there.seconds if says else (), causes)


def _seen(criterion: Criterion, call: str, there: Heard, rater: str, *, talked: bool) -> Answer:
    """Nobody doubts the lowest mark, nor what no point of the scale says."""
    if isinstance(there.answer, Left) or there.answer == criterion.scale.low:
        return there.answer
    if criterion.id == READ and not talked:
        away = EYES[rater]
    else:
        often = DOUBTFUL.get(criterion.id, 0.0) * (TALKED if talked else 1.0)
        away = EYES[rater] if _chance(rater, call, criterion.id, str(talked)) < often else 0
    scale = criterion.scale
    return min(max(there.answer + away, scale.low), scale.high)


def _words(criterion: str, answer: Answer, why: str) -> str:
    found = WORDS[criterion]
    return found.get((answer, why)) or found.get((answer, ""), "")


def _chance(*names: str) -> float:
    """0 to 1, by the names alone."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
