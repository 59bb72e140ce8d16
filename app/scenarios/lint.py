"""What is odd in a scenario that can be used: each finding with its place and a remedy. Pure.

``references.py`` finds what is wrong in names; this finds what is wrong in sense:
states nobody comes to, transitions that never fire, flags nobody reads, runs that
do not lead where they should.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from app.quality.card_mentions import mentions
from app.scenarios import facts as fact
from app.scenarios import graph
from app.scenarios.guard import names, parse
from app.scenarios.library import load_file
from app.scenarios.outcome import score_of
from app.scenarios.parts import Transition
from app.scenarios.places import conditions, effects, texts
from app.scenarios.problems import Finding, Problem
from app.scenarios.references import acts_used, flags_set
from app.scenarios.schema import Scenario
from app.scenarios.template import fill, holes
from app.scenarios.walk import GOOD, endings_meant, good_run
from app.yaml_file import Place

SEEDS = range(12)
KNOWN_TO_OTHERS = frozenset({"company", "name", "first_name", "last_name"})
"""Facts that understanding and pages read without a scenario naming them."""


def lint_file(path: Path, known_acts: AbstractSet[str] | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong or odd in a scenario file, by line."""
    loaded = load_file(path, known_acts)
    if loaded.scenario is None:
        return loaded.problems
    odd = [loaded.problem(finding) for finding in lint(loaded.scenario)]
    return tuple(sorted({*loaded.problems, *odd}, key=lambda each: (each.line, each.message)))


def lint(scenario: Scenario) -> Iterator[Finding]:
    """What is odd in a scenario that loads."""
    yield from _reach(scenario)
    yield from _shadows(scenario)
    yield from _expects(scenario)
    yield from _silent(scenario)
    yield from _flags(scenario)
    yield from _facts(scenario)
    yield from _script(scenario)
    yield from _speakable(scenario)
    yield from _trainee_lines(scenario)
    yield from _runs(scenario)
    yield from _criteria(scenario)


def _reach(scenario: Scenario) -> Iterator[Finding]:
    reached = graph.reached(scenario)
    good = graph.leads_to_good(scenario)
    for name in scenario.states:
        if name not in reached:
            yield Finding(
                ("states", name), f"no way leads to the state `{name}`", f"add a `go: {name}`"
            )
        elif name not in graph.leads_to_end(scenario):
            yield Finding(
                ("states", name),
                f"from `{name}` no ending can be reached but by silence",
                "add a transition with `go` or `end`",
            )
        elif name not in good:
            yield Finding(
                ("states", name),
                f"from `{name}` no good ending can be reached",
                "add a way out, or end the call there",
                "warning",
            )
    for name in set(scenario.endings) - graph.endings(scenario):
        yield Finding(
            ("endings", name), f"nothing leads to the ending `{name}`", "add `end:`, or drop it"
        )


def _shadows(scenario: Scenario) -> Iterator[Finding]:
    for state, (base, rules) in _rule_lists(scenario):
        for i, rule in enumerate(rules):
            for j, earlier in enumerate(rules[:i]):
                if _covers(earlier, rule):
                    yield Finding(
                        (*base, i),
                        f"this can never fire{state}: the rule of number {j + 1} takes "
                        f"{', '.join(rule.when.any)} first",
                        "put it before, or give the earlier one an `if`",
                    )
                    break


def _rule_lists(scenario: Scenario) -> Iterator[tuple[str, tuple[Place, tuple[Transition, ...]]]]:
    for name, state in scenario.states.items():
        yield f" in `{name}`", (("states", name, "on"), state.on)
    yield "", (("anywhere",), scenario.anywhere)


def _covers(earlier: Transition, later: Transition) -> bool:
    """Whether the earlier rule takes every act of the later one, always."""
    sure = (
        not earlier.once
        and earlier.guard in ("", later.guard)
        and getattr(earlier, "states", ()) == ()
        and set(getattr(earlier, "but", ())) <= set(getattr(later, "but", ()))
    )
    return sure and bool(later.when.any) and set(later.when.any) <= set(earlier.when.any)


def _expects(scenario: Scenario) -> Iterator[Finding]:
    everywhere = {act for rule in scenario.anywhere for act in rule.when.acts}
    felt = set(scenario.mood.acts)
    for name, state in scenario.states.items():
        answered = {act for rule in state.on for act in rule.when.acts}
        for i, act in enumerate(state.expects):
            if act not in answered | everywhere | felt:
                yield Finding(
                    ("states", name, "expects", i),
                    f"`{name}` expects {act}, and nothing comes of it",
                    f"add `on: - when: {act}`, or take it away",
                    "warning",
                )


def _silent(scenario: Scenario) -> Iterator[Finding]:
    """Rules that do nothing at all."""
    for place, effect in effects(scenario):
        if not isinstance(effect, Transition) or effect.again:
            continue
        does = (effect.say, effect.go, effect.end, effect.set, effect.add, effect.tell, effect.mood)
        if not any(does):
            yield Finding(place, "nothing happens here", "add `say` or `go`", "warning")


def _flags(scenario: Scenario) -> Iterator[Finding]:
    read = {name.name for _, source in conditions(scenario) for name in names(parse(source))}
    read |= {each.name for each in mentions(scenario.scorecard) if each.kind == "flag"}
    for place, effect in effects(scenario):
        for flag in sorted({*effect.set, *effect.add} - read):
            yield _unread((*place, "set"), flag)
    for i, item in enumerate(scenario.menu):
        if item.set and item.set not in read:
            yield _unread(("menu", i, "set"), item.set)


def _unread(place: Place, flag: str) -> Finding:
    return Finding(
        place,
        f"nothing ever reads the flag `{flag}`",
        "use it in an `if` or in the scorecard, or take it away",
        "warning",
    )


def _facts(scenario: Scenario) -> Iterator[Finding]:
    used = {hole for _, text in texts(scenario) for hole in holes(text)}
    used |= {name.name for _, source in conditions(scenario) for name in names(parse(source))}
    used |= {each.name for each in mentions(scenario.scorecard) if each.kind == "fact"}
    used |= {of for rule in scenario.facts.computed.values() for of in rule.of}
    for name in sorted(fact.names(scenario.facts) - used - KNOWN_TO_OTHERS):
        yield Finding(
            _fact_place(scenario, name),
            f"nothing uses the fact `{name}`",
            f"write {{{name}}} somewhere, or take it away",
            "warning",
        )


def _fact_place(scenario: Scenario, name: str) -> Place:
    facts = scenario.facts
    for kind in ("fixed", "choices", "numbers", "computed"):
        if name in getattr(facts, kind):
            return ("facts", kind, name)
    table = next(t for t, rows in facts.records.items() if any(name in row for row in rows))
    return ("facts", "records", table, 0, name)


def _script(scenario: Scenario) -> Iterator[Finding]:
    for name, state in scenario.states.items():
        if not state.script:
            yield Finding(
                ("states", name),
                f"`{name}` shows no script line",
                "add `script:` with a line the trainee might say",
                "warning",
            )


def _speakable(scenario: Scenario) -> Iterator[Finding]:
    """Customer lines are spoken: figures and signs sound wrong."""
    facts = {seed: fact.draw(scenario, seed) for seed in SEEDS}
    for place, effect in _spoken(scenario):
        for text in {fill(effect, drawn) for drawn in facts.values()}:
            if found := re.search(r"[\d$%@#/<>*_]", text):
                yield Finding(
                    place,
                    f"{found[0]!r} cannot be spoken: {text[:60]!r}",
                    "write it as it is said, for a fact with `computed`",
                    "warning",
                )
                break


def _spoken(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for place, effect in effects(scenario):
        yield from (((*place, "say", i), line.text) for i, line in enumerate(effect.say))
    for name, state in scenario.states.items():
        for i, line in enumerate(state.say):
            yield ("states", name, "say", i), line.text


def _trainee_lines(scenario: Scenario) -> Iterator[Finding]:
    for name in graph.reached(scenario):
        if name not in scenario.trainee.lines:
            yield Finding(
                ("trainee", "lines"),
                f"the automatic trainee has nothing to say in `{name}`",
                f"add lines for `{name}`",
                "warning",
            )
    said = {act for lines in scenario.trainee.lines.values() for line in lines for act in line.acts}
    if not said:
        yield Finding(("trainee",), "the automatic trainee means nothing", "give its lines `acts`")


def _runs(scenario: Scenario) -> Iterator[Finding]:
    for run in (GOOD, *scenario.trainee.bad):
        place: Place = ("trainee",) if run == GOOD else ("trainee", "bad", run)
        meant = endings_meant(scenario, run)
        reached = Counter(good_run(scenario, seed, run).ending for seed in SEEDS)
        for ending in sorted(set(reached) - set(meant)):
            where = f"ends in `{ending}`" if ending else "comes to no end"
            yield Finding(
                place,
                f"the {run} run {where} instead of {' or '.join(meant)} "
                f"({reached[ending]} of {len(SEEDS)} seeds)",
                "walk it with `callwright scenarios walk` and mend its lines",
            )


def _criteria(scenario: Scenario) -> Iterator[Finding]:
    """Criteria that even a perfect run does not meet, and bad runs that break nothing."""
    runs = {run: _outcomes(scenario, run) for run in (GOOD, *scenario.trainee.bad)}
    for place, criterion in _criterion_places(scenario):
        if missed := runs[GOOD][criterion]["not_met"]:
            yield Finding(
                place,
                f"the good run does not meet `{criterion}` ({missed} of {len(SEEDS)} seeds)",
                "mend the rule, or the lines of the automatic trainee",
            )
        met = any(outcomes[criterion]["met"] for outcomes in runs.values())
        if not met and not _speaks_of_used_acts(scenario, criterion):
            yield Finding(
                place, f"no path can meet `{criterion}`", "use an act that some state expects"
            )
    for run, bad in scenario.trainee.bad.items():
        for criterion in bad.fails:
            if not runs[run][criterion]["not_met"]:
                yield Finding(
                    ("trainee", "bad", run, "fails"),
                    f"the run {run} does not fail `{criterion}`",
                    "mend its lines, or the rule",
                )


def _outcomes(scenario: Scenario, run: str) -> dict[str, Counter[str]]:
    """How often each criterion came out how in a run, over the seeds."""
    found: dict[str, Counter[str]] = {c.id: Counter() for c in scenario.scorecard.criteria}
    for seed in SEEDS:
        for result in score_of(scenario, seed, run).results:
            found[result.id][result.outcome] += 1
    return found


def _speaks_of_used_acts(scenario: Scenario, criterion: str) -> bool:
    used = {act for _, act in acts_used(scenario)} | flags_set(scenario)
    named = [
        each.name
        for each in mentions(scenario.scorecard)
        if each.criterion == criterion and each.kind in ("act", "flag")
    ]
    return not named or any(name in used for name in named)


def _criterion_places(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for i, section in enumerate(scenario.scorecard.sections):
        for j, criterion in enumerate(section.criteria):
            yield ("scorecard", "sections", i, "criteria", j), criterion.id
