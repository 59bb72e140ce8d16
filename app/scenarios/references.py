"""That everything a scenario names exists: states, endings, flags, facts, acts, targets. Pure.

These are errors: a scenario that names what is not there is not used. What is
merely odd is for ``lint.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from app.quality.card_mentions import Mention, mentions
from app.scenarios import facts as fact
from app.scenarios.guard import BUILTIN, names, parse
from app.scenarios.parts import Effect, Transition
from app.scenarios.places import conditions, effects, strings, texts
from app.scenarios.problems import Finding, did_you_mean
from app.scenarios.schema import Scenario, TraineeLine, TraineeLines
from app.scenarios.template import TemplateError, holes
from app.yaml_file import Place


def check(scenario: Scenario, known_acts: AbstractSet[str] | None = None) -> Iterator[Finding]:
    """Every name that leads nowhere. Without ``known_acts`` acts are taken on trust."""
    yield from _ways(scenario)
    yield from _conditions(scenario)
    yield from _templates(scenario)
    yield from _facts(scenario)
    yield from _moods(scenario)
    yield from _transitions(scenario)
    yield from _never_for_ever(scenario)
    yield from _wrap_up(scenario)
    yield from _trainee(scenario)
    yield from _card(scenario, known_acts)
    if known_acts is not None:
        yield from _acts(scenario, known_acts)


def flags_set(scenario: Scenario) -> frozenset[str]:
    """Every flag that something sets or counts."""
    found = {name for _, effect in effects(scenario) for name in (*effect.set, *effect.add)}
    found.update(name for check in scenario.hold.checks for name in check.set)
    found.update(item.set for item in scenario.menu if item.set)
    return frozenset(found)


def acts_used(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every act the scenario speaks of outside its scorecard."""
    for name, state in scenario.states.items():
        yield from ((("states", name, "expects", i), a) for i, a in enumerate(state.expects))
    for place, effect in effects(scenario):
        if isinstance(effect, Transition):
            yield from (((*place, "when"), act) for act in effect.when.acts)
    yield from ((("mood", "acts", act), act) for act in scenario.mood.acts)
    for i, item in enumerate(scenario.menu):
        yield from ((("menu", i, "acts"), act) for act in item.acts)
    yield from ((("phrases", act), act) for act in scenario.phrases)
    for place, line in trainee_lines(scenario):
        yield from (((*place, "acts"), act) for act in line.acts)


def trainee_lines(scenario: Scenario) -> Iterator[tuple[Place, TraineeLine]]:
    """Every line of the automatic trainee, good runs and bad."""
    for place, table in _trainee_tables(scenario):
        for state, lines in table.items():
            yield from (((*place, state, i), line) for i, line in enumerate(lines))


def _trainee_tables(scenario: Scenario) -> Iterator[tuple[Place, TraineeLines]]:
    yield ("trainee", "lines"), scenario.trainee.lines
    for name, bad in scenario.trainee.bad.items():
        yield ("trainee", "bad", name, "lines"), bad.lines


def _unknown(place: Place, what: str, name: str, known: Iterable[str], plural: str) -> Finding:
    return Finding(place, f"there is no {what} `{name}`", did_you_mean(name, known, what=plural))


def _ways(scenario: Scenario) -> Iterator[Finding]:
    def state(place: Place, name: str) -> Iterator[Finding]:
        if name not in scenario.states:
            yield _unknown(place, "state", name, scenario.states, "the states are")

    def ending(place: Place, name: str) -> Iterator[Finding]:
        if name not in scenario.endings:
            yield _unknown(place, "ending", name, scenario.endings, "the endings are")

    yield from state(("start",), scenario.start)
    for place, effect in effects(scenario):
        if effect.go:
            yield from state((*place, "go"), effect.go)
        if effect.end:
            yield from ending((*place, "end"), effect.end)
    for place, name in _named_states(scenario):
        yield from state(place, name)
    yield from ending(("mood", "lost", "end"), scenario.mood.lost.end)
    yield from ending(("limits", "end"), scenario.limits.end)
    yield from ending(("hold", "lost"), scenario.hold.lost)
    for name in scenario.trainee.ending:
        yield from ending(("trainee", "ending"), name)
    for i, rule in enumerate(scenario.hang_up):
        yield from ending(("hang_up", i, "end"), rule.end)
    for run, bad in scenario.trainee.bad.items():
        for name in bad.ending:
            yield from ending(("trainee", "bad", run, "ending"), name)


def _named_states(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for i, rule in enumerate(scenario.anywhere):
        yield from ((("anywhere", i, "in"), name) for name in rule.states)
        yield from ((("anywhere", i, "except"), name) for name in rule.but)
    for target, move in scenario.moves.items():
        yield from ((("moves", target, "in"), name) for name in move.states)
    for i, check in enumerate(scenario.hold.checks):
        yield from ((("hold", "checks", i, "in"), name) for name in check.states)


def _conditions(scenario: Scenario) -> Iterator[Finding]:
    flags, facts = flags_set(scenario), fact.names(scenario.facts)
    known = {
        "": {*flags, *facts, *BUILTIN},
        "facts": set(facts),
        "authority": set(scenario.briefing.authority),
        "visits": set(scenario.states),
        "said": {"amount", "day"},
    }
    for place, source in conditions(scenario):
        for name in names(parse(source)):
            if name.group in known and name.name not in known[name.group]:
                dotted = f"{name.group}.{name.name}" if name.group else name.name
                remedy = did_you_mean(name.name, known[name.group], what="known here are")
                message = f"nothing is called `{dotted}` in the condition `{source}`"
                if not name.group:
                    message = f"no flag or fact is called `{dotted}` in `{source}`"
                    remedy = remedy or "set it somewhere"
                yield Finding(place, message, remedy)


def _templates(scenario: Scenario) -> Iterator[Finding]:
    facts = fact.names(scenario.facts)
    for place, text in texts(scenario):
        try:
            unknown = [name for name in holes(text) if name not in facts]
        except TemplateError as error:
            yield Finding(place, str(error), "write {fact} for a fact")
            continue
        for name in unknown:
            yield _unknown(place, "fact", name, facts, "the facts are")


def _facts(scenario: Scenario) -> Iterator[Finding]:
    facts = scenario.facts
    known = fact.names(facts)
    if "name" not in known:
        yield Finding(
            ("facts",), "the customer has no name", "add the fact `name` (records or fixed)"
        )
    for table, rows in facts.records.items():
        for i, row in enumerate(rows):
            if set(row) != set(rows[0]):
                odd = ", ".join(sorted(set(row) ^ set(rows[0])))
                yield Finding(
                    ("facts", "records", table, i),
                    f"this row has other keys than the first one ({odd})",
                    "give every row of a table the same keys",
                )
    for name, span in facts.numbers.items():
        if span.to < span.start:
            yield Finding(
                ("facts", "numbers", name),
                f"`to` ({span.to}) is below `from` ({span.start})",
                "swap them",
            )
    for name, rule in facts.computed.items():
        for of in rule.of:
            if of not in known:
                place = ("facts", "computed", name, "of")
                yield _unknown(place, "fact", of, known, "the facts are")
        if name in _made_of(name, scenario):
            yield Finding(
                ("facts", "computed", name), f"`{name}` is made of itself", "break the circle"
            )


def _made_of(name: str, scenario: Scenario) -> set[str]:
    found: set[str] = set()
    waiting = list(scenario.facts.computed[name].of)
    while waiting:
        of = waiting.pop()
        if of not in found:
            found.add(of)
            rule = scenario.facts.computed.get(of)
            waiting.extend(rule.of if rule else ())
    return found


def _moods(scenario: Scenario) -> Iterator[Finding]:
    words = scenario.mood.words
    for place, text in strings(scenario):
        if place[-1] == "mood" and text and text not in words:
            where = (*place[:-2], text)  # by mood word, the word is a key of `say`
            yield _unknown(where, "mood", text, words, "the words for moods are")


def _transitions(scenario: Scenario) -> Iterator[Finding]:
    for place, effect in effects(scenario):
        if effect.go and effect.end:
            yield Finding(
                (*place, "end"), "both `go` and `end` are here", "a call that ends goes nowhere"
            )
        if not isinstance(effect, Transition) or effect.when.acts:
            continue
        if not effect.guard:
            yield Finding(place, "nothing says when this happens", "add `when:` with an act")
        elif not (effect.go or effect.end or effect.once):
            yield Finding(
                place,
                "without `when` this would happen again and again",
                "add `once: true`, `go` or `end`",
            )


def _never_for_ever(scenario: Scenario) -> Iterator[Finding]:
    if scenario.silence and not scenario.silence[-1].end:
        yield Finding(
            ("silence", len(scenario.silence) - 1),
            "after the last silence nothing ends the call",
            "add `end: <ending>` to it",
        )
    tables: list[tuple[Place, tuple[Effect, ...]]] = [(("fallback",), scenario.fallback)]
    for name, state in scenario.states.items():
        tables.append((("states", name, "fallback"), state.fallback))
        if not state.fallback and not scenario.fallback:
            yield Finding(("states", name), "nothing happens when nothing fits", "add a `fallback`")
    for place, steps in tables:
        if steps and not (steps[-1].go or steps[-1].end):
            yield Finding(
                (*place, len(steps) - 1),
                "after the last fallback it would go round in circles",
                "add `go: <state>` or `end: <ending>` to it",
            )


def _wrap_up(scenario: Scenario) -> Iterator[Finding]:
    wrap_up = scenario.wrap_up
    for ending, right in wrap_up.right.items():
        place: Place = ("wrap_up", "right", ending)
        if ending not in scenario.endings:
            yield _unknown(place, "ending", ending, scenario.endings, "the endings are")
        for name in right:
            if name not in wrap_up.dispositions:
                known = wrap_up.dispositions
                yield _unknown(place, "disposition", name, known, "the dispositions are")
    for ending in scenario.endings:
        if ending not in wrap_up.right:
            yield Finding(
                ("wrap_up", "right"),
                f"no disposition is right for the ending `{ending}`",
                f"add `{ending}: [<disposition>]`",
            )


def _trainee(scenario: Scenario) -> Iterator[Finding]:
    criteria = {criterion.id for criterion in scenario.scorecard.criteria}
    for name, bad in scenario.trainee.bad.items():
        for wrong in (each for each in bad.fails if each not in criteria):
            place: Place = ("trainee", "bad", name, "fails")
            yield _unknown(place, "criterion", wrong, criteria, "the criteria are")
    for place, table in _trainee_tables(scenario):
        for state in (each for each in table if each not in scenario.states):
            known = scenario.states
            yield _unknown((*place, state), "state", state, known, "the states are")
    for place, line in trainee_lines(scenario):
        if line.move and line.move not in scenario.moves:
            where = (*place, "move")
            yield _unknown(where, "move", line.move, scenario.moves, "the moves are")
        if not (line.say or line.move or line.hold or line.hang_up):
            yield Finding(
                place,
                "the trainee does nothing here",
                "give `say`, `move`, `hold` or `hang_up`",
            )


def _acts(scenario: Scenario, known_acts: AbstractSet[str]) -> Iterator[Finding]:
    for place, act in acts_used(scenario):
        if act not in known_acts:
            yield _unknown(place, "act", act, known_acts, "acts are, for example")


def _card(scenario: Scenario, known_acts: AbstractSet[str] | None) -> Iterator[Finding]:
    known: dict[str, Iterable[str] | None] = {
        "act": known_acts,
        "fact": fact.names(scenario.facts),
        "flag": flags_set(scenario),
        "state": scenario.states,
        "target": scenario.moves,
        "ending": scenario.endings,
    }
    for mention in mentions(scenario.scorecard):
        names_known = known.get(mention.kind)
        if names_known is not None and mention.name not in names_known:
            place = _criterion_place(scenario, mention)
            yield _unknown(place, mention.kind, mention.name, names_known, "there are")


def _criterion_place(scenario: Scenario, mention: Mention) -> Place:
    for i, section in enumerate(scenario.scorecard.sections):
        for j, criterion in enumerate(section.criteria):
            if criterion.id == mention.criterion:
                return ("scorecard", "sections", i, "criteria", j)
    return ("scorecard",)
