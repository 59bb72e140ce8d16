"""The facts of one call, drawn by its seed: the same seed gives the same customer."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.scenarios import spoken
from app.scenarios.schema import Computed, Facts, FactValue, Scenario

MAX_STEPS = 20  # of computed facts made of computed facts


def draw(scenario: Scenario, seed: int) -> Mapping[str, FactValue]:
    """Every fact by its name. Each is drawn from its own stream, so that a fact
    added to a scenario leaves the others as they were."""
    facts = scenario.facts
    drawn: dict[str, FactValue] = {"company": scenario.company, **facts.fixed}
    for name, rows in facts.records.items():
        drawn.update(_stream(scenario, seed, name).choice(rows))
    for name, values in facts.choices.items():
        drawn[name] = _stream(scenario, seed, name).choice(values)
    for name, span in facts.numbers.items():
        numbers = range(span.start, span.to + 1, span.step)
        drawn[name] = _stream(scenario, seed, name).choice(numbers)
    for name in facts.computed:
        drawn[name] = _computed(name, facts, drawn, MAX_STEPS)
    return MappingProxyType(drawn)


def names(facts: Facts) -> frozenset[str]:
    """The name of every fact a scenario has, without drawing any."""
    rows = [key for table in facts.records.values() for row in table for key in row]
    return frozenset(
        (
            "company",
            *facts.fixed,
            *rows,
            *facts.choices,
            *facts.numbers,
            *facts.computed,
        )
    )


def as_text(facts: Mapping[str, FactValue]) -> Mapping[str, str]:
    """The facts as texts, for whoever compares them with what was said."""
    return MappingProxyType({name: str(value) for name, value in facts.items()})


def _stream(scenario: Scenario, seed: int, name: str) -> random.Random:
    return random.Random(f"{scenario.id}:{seed}:{name}")


def _computed(name: str, facts: Facts, drawn: Mapping[str, FactValue], steps: int) -> FactValue:
    if name not in facts.computed or steps == 0:
        return drawn.get(name, name)
    rule = facts.computed[name]
    return _compute(rule, [_computed(of, facts, drawn, steps - 1) for of in rule.of])


def _compute(rule: Computed, of: list[FactValue]) -> FactValue:
    if rule.how == "map":
        return rule.to.get(str(of[0]), str(of[0]))
    if rule.how == "join":
        return " ".join(str(value) for value in of)
    if rule.how in ("sum", "difference"):
        first, *rest = (float(value) for value in of)
        total = first + sum(rest) if rule.how == "sum" else first - sum(rest)
        return int(total) if total.is_integer() else round(total, 2)
    return _SAID[rule.how](of[0])


_SAID: dict[str, Callable[[FactValue], str]] = {
    "money": lambda value: spoken.money(float(value)),
    "digits": lambda value: spoken.digits(str(value)),
    "date": lambda value: spoken.day(str(value)),
    "number": lambda value: spoken.cardinal(int(value)),
    "ordinal": lambda value: spoken.ordinal(int(value)),
}
