"""What a comparison says in one line: which plan to take, for how much, and who pays for it."""

from __future__ import annotations

from collections.abc import Sequence

from sim.comparison import compare
from sim.report import words
from sim.report.compared import MEASURE, NEGLIGIBLE, Compared, in_words, is_told
from sim.report.findings import HARDLY, MOST_TOLD
from sim.report.other_contacts import other_contacts
from sim.report.turned_away import MEASURE as TURNED_AWAY
from sim.report.view import MEASURES
from sim.results import Difference

# What a better service level may be paid with, as it is said of so many more or fewer.
LOSSES = {
    TURNED_AWAY: "are turned away",
    "balked": "would not wait",
    "abandonment": "hang up",
}


def headline(compared: Compared) -> str:
    """The finding of all: which plan to take, or that it can't be told."""
    early = f"Stopped early, {compared.stopped}. " if compared.stopped else ""
    plans = [view.plan for view in compared.views]
    return f"{early}{_which(compared)}{other_contacts(plans[0], plans[1:])}"


def _which(compared: Compared) -> str:
    found = [
        one
        for view in compared.views[1:]
        if (one := compared.difference(view.plan.name)) is not None
    ]
    base = compared.base.plan.name
    better = [one for one in found if one.verdict == "better"]
    if better:
        best = max(better, key=lambda one: one.difference.mean)
        equals = _equals(compared, best, better)
        if equals:
            names = [best.plan, *(one.plan for one in equals)]
            return (
                f"{words.listed(names)} are better than {base}, by "
                f"{_gains(compared, [best, *equals])}; "
                "between them there is no difference that can be told" + _but(compared, names)
            )
        gain = f"{best.plan}: service level {in_words(best)} than {base}"
        return gain + compared.cost_clause(best.plan) + _but(compared, [best.plan])
    open_ones = [one for one in found if not is_told(one, compared.negligible)]
    spared = _spared(compared, [one.plan for one in found])
    traded = _traded(compared)
    whole = " on the whole" if traded else ""
    if not open_ones and found and all(one.verdict == "worse" for one in found):
        return f"{base} is the best{whole}: every other plan is worse{spared}{traded}"
    if not open_ones:
        return f"No plan is better than {base}{whole}{spared}{traded}"
    more = compared.more
    hint = "" if more is None else f": about {words.number_of(more, 'more replication')} may show"
    return (
        f"It can't be told yet whether any plan is better than {base}{whole}{hint}{spared}{traded}"
    )


def _traded(compared: Compared) -> str:
    """``; other is better for calls by 2.1 points and worse for sales by 3.0 points``: what a plan
    that is no better on the whole does to single call types. That one which is worse is so for them
    is no news."""
    told = []
    for view in compared.views[1:]:
        plan = view.plan.name
        better, worse = (_for_types(compared, plan, one) for one in ("better", "worse"))
        one = compared.difference(plan)
        if better or (worse and one is not None and one.verdict != "worse"):
            told.append(f"; {plan} is {words.listed([each for each in (better, worse) if each])}")
    return "".join(told)


def _for_types(compared: Compared, plan: str, verdict: str) -> str:
    """``worse for sales by 3.0 points``; empty where the plan is so for no call type."""
    found = compared.told_of_types(plan, verdict)
    if not found:
        return ""
    told = [
        f"{name} by {words.sizes('share', one.difference)[0]}" for name, one in found[:MOST_TOLD]
    ]
    told[-1] += " points"
    rest = len(found) - len(told)
    more = [words.number_of(rest, "more call type")] if rest else []
    return f"{verdict} for {words.listed([*told, *more])}"


def _but(compared: Compared, plans: Sequence[str]) -> str:
    """Who pays for it: call types, judged by themselves, for which any of the plans is worse, and
    who is lost."""
    paid = [
        f"{worse}{_under(one, plans)}"
        for one in plans
        if (worse := _for_types(compared, one, "worse"))
    ]
    losses = [("", one) for one in _losses(compared, plans, "worse")]
    if not any(one.measure == TURNED_AWAY for _of, one in losses):
        # Fewer of one call type may make up for more of another.
        losses += _hidden(compared, plans)
    for of, one in losses:
        paid.append(f"{_so_many(one)} more{of} {LOSSES[one.measure]}{_under(one.plan, plans)}")
    return f", but {words.listed(paid)}" if paid else ""


def _under(plan: str, plans: Sequence[str]) -> str:
    return f" under {plan}" if len(plans) > 1 else ""


def _spared(compared: Compared, plans: Sequence[str]) -> str:
    """Who is lost under the base and not under another plan, though its level is no better, and
    which plan of the same level costs less; of plans that lose others instead nothing is said."""
    plans = [one for one in plans if not _losses(compared, [one], "worse")]
    told = [
        f"{_so_many(one)} fewer {LOSSES[one.measure]} under {one.plan}"
        for one in _losses(compared, plans, "better")
    ]
    told += _cheaper(compared, plans)
    return f", but {words.listed(told)}" if told else ""


def _cheaper(compared: Compared, plans: Sequence[str]) -> list[str]:
    """Of those that surely cost less and whose level is no other than the base's, the cheapest."""
    found = [
        one
        for one in compared.differences
        if (one.measure, one.verdict) == ("cost", "better") and one.plan in plans
        if (level := compared.difference(one.plan)) is not None
        if level.verdict == "can't tell" and is_told(level, compared.negligible)
    ]
    if not found:
        return []
    best = min(found, key=lambda one: one.difference.mean)
    return [f"{best.plan} costs {compared.in_words(best)}"]


def _losses(compared: Compared, plans: Sequence[str], verdict: str) -> list[Difference]:
    """Of each kind of loss the largest difference that surely is one and not a trifle."""
    largest = []
    offered = compared.base.of_type("offered").mean
    for measure in LOSSES:
        trifle = NEGLIGIBLE if measure == "abandonment" else HARDLY * offered
        found = [
            one
            for one in compared.differences
            if (one.measure, one.verdict) == (measure, verdict) and one.plan in plans
            if abs(one.difference.mean) >= trifle
        ]
        if found:
            largest.append(max(found, key=lambda one: abs(one.difference.mean)))
    return largest


def _hidden(compared: Compared, plans: Sequence[str]) -> list[tuple[str, Difference]]:
    """Call types of which surely more are turned away, the largest difference of each."""
    trifle = HARDLY * compared.base.of_type("offered").mean
    found = []
    for turned in compared.turned_away:
        worse = [
            one
            for one in turned.against
            if one.plan in plans and one.verdict == "worse" and one.difference.mean >= trifle
        ]
        if worse:
            found.append((f" of {turned.name}", max(worse, key=lambda one: one.difference.mean)))
    return found


def _so_many(one: Difference) -> str:
    unit = MEASURES["call type"][one.measure].unit
    points = words.points(unit) if unit == "share" else ""
    return f"{words.size(unit, abs(one.difference.mean))}{points}"


def _equals(compared: Compared, best: Difference, better: Sequence[Difference]) -> list[Difference]:
    """Others that are better than the base and not surely worse than the best: who is first among
    them may be luck."""
    others = [one for one in better if one is not best]
    if not others:
        return []
    results = {one.plan.name: one for one in compared.results}
    named = (best.plan, *(one.plan for one in others))
    found = compare([results[name] for name in named], [MEASURE])
    worse = {one.plan for one in found if one.verdict == "worse"}
    return [one for one in others if one.plan not in worse]


def _gains(compared: Compared, found: Sequence[Difference]) -> str:
    """``10.0 and 11.0 points``; with what each costs, where plans say."""
    sizes = [words.decimal(one.difference.mean * 100) for one in found]
    paid = [compared.cost_clause(one.plan).removeprefix(", ") for one in found]
    if len(set(paid)) == 1:
        return f"{words.listed(sizes)} points" + (f", each {paid[0]}" if paid[0] else "")
    told = [f"{size} points {cost}" for size, cost in zip(sizes, paid, strict=True)]
    return words.listed(told)
