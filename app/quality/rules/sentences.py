"""Every rule as a sentence that tells the trainee what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.quality import kinds
from app.quality.act_words import act_text
from app.quality.kinds import Happening, Rule, Scope, WantedMove
from app.quality.text import N_, Text, both, counted, either, named, quoted, text, then


def rule_text(rule: Rule) -> Text:
    """The rule in the second person, without the title and weight of its criterion."""
    return _SENTENCES[type(rule)](rule)


def happening_text(what: Happening) -> Text:
    names = [act_text(act) for act in what.act]
    names += [quoted(phrase) for phrase in what.phrase]
    names += [text(N_("say the {fact}"), fact=named(fact)) for fact in what.fact]
    names += [text(N_("“{flag}”"), flag=named(flag)) for flag in what.flag]
    names += [text(N_("reach “{state}”"), state=named(state)) for state in what.state]
    names += [named(name) for name in (*what.mark, *what.move)]
    names += [text(N_("end with “{ending}”"), ending=named(ending)) for ending in what.ending]
    return either(names)


def move_text(wanted: WantedMove) -> Text:
    if wanted.target is None:
        return named(wanted.move)
    return text(N_("{move}: {target}"), move=named(wanted.move), target=named(wanted.target))


def _says(rule: kinds.Says) -> Text:
    wanted = [act_text(act) for act in rule.all_of]
    if rule.any_of:
        wanted.append(either([act_text(act) for act in rule.any_of]))
    return _scoped(text(N_("In your own words: {what}"), what=both(wanted)), rule)


def _says_phrase(rule: kinds.SaysPhrase) -> Text:
    wanted = [quoted(phrase) for phrase in rule.all_of]
    if rule.any_of:
        wanted.append(either([quoted(phrase) for phrase in rule.any_of]))
    return _scoped(text(N_("Say in these words: {what}"), what=both(wanted)), rule)


def _never_says(rule: kinds.NeverSays) -> Text:
    unwanted = [*map(act_text, rule.acts), *map(quoted, rule.phrases)]
    return _scoped(text(N_("Never {what}"), what=either(unwanted)), rule)


def _scoped(sentence: Text, scope: Scope) -> Text:
    if scope.within_states:
        states = either([named(state) for state in scope.within_states])
        sentence = text(N_("{rule}, while at “{states}”"), rule=sentence, states=states)
    if scope.after is not None:
        sentence = text(
            N_("{rule}, after this: {what}"),
            rule=sentence,
            what=happening_text(scope.after),
        )
    if scope.before is not None:
        sentence = text(
            N_("{rule}, before this: {what}"),
            rule=sentence,
            what=happening_text(scope.before),
        )
    return sentence


def _order(rule: kinds.Order) -> Text:
    first, second = happening_text(rule.first), happening_text(rule.second)
    return text(N_("First {first}, only then {second}"), first=first, second=second)


def _count(rule: kinds.Count) -> Text:
    what = happening_text(rule.what)
    if rule.at_most is None:
        least = counted(N_("{n} time"), N_("{n} times"), rule.at_least or 0)
        return text(N_("At least {times}: {what}"), times=least, what=what)
    most = counted(N_("{n} time"), N_("{n} times"), rule.at_most)
    if rule.at_least is None:
        return text(N_("At most {times}: {what}"), times=most, what=what)
    return text(N_("{least} to {times}: {what}"), least=rule.at_least, times=most, what=what)


def _within(rule: kinds.Within) -> Text:
    what = happening_text(rule.what)
    if rule.of is None:
        return text(
            N_("Within {seconds} s of the start: {what}"),
            seconds=rule.seconds,
            what=what,
        )
    return text(
        N_("Within {seconds} s of this: {of}. What: {what}"),
        seconds=rule.seconds,
        of=happening_text(rule.of),
        what=what,
    )


def _no_dead_air(rule: kinds.NoDeadAir) -> Text:
    return text(N_("No silence longer than {seconds} s outside of hold"), seconds=rule.seconds)


def _hold_procedure(rule: kinds.HoldProcedure) -> Text:
    parts = [
        (bool(rule.ask), text(N_("ask"))),
        (rule.consent, text(N_("wait for the answer"))),
        (bool(rule.explain), text(N_("say why"))),
        (bool(rule.thank), text(N_("thank on return"))),
        (True, text(N_("stay under {seconds} s"), seconds=rule.longest)),
    ]
    return text(N_("When you hold: {parts}"), parts=both([part for on, part in parts if on]))


def _closing(rule: kinds.Closing) -> Text:
    steps = [either([act_text(act) for act in step]) for step in rule.steps]
    if rule.in_order:
        return text(N_("Close in this order: {steps}"), steps=then(steps))
    return text(N_("Close with: {steps}"), steps=both(steps))


def _talk_share(rule: kinds.TalkShare) -> Text:
    return text(
        N_("Speak between {low} and {high} % of the talking time"),
        low=round((rule.at_least or 0) * 100),
        high=round((1 if rule.at_most is None else rule.at_most) * 100),
    )


def _pace(rule: kinds.Pace) -> Text:
    if rule.at_most is None:
        return text(N_("Speak at least {low} words a minute"), low=rule.at_least or 0)
    if rule.at_least is None:
        return text(N_("Speak at most {high} words a minute"), high=rule.at_most)
    return text(N_("Speak {low} to {high} words a minute"), low=rule.at_least, high=rule.at_most)


def _flag(rule: kinds.Flag) -> Text:
    if rule.value:
        return text(N_("By the end: “{flag}”"), flag=named(rule.flag))
    return text(N_("Not by the end: “{flag}”"), flag=named(rule.flag))


def _move(rule: kinds.Move) -> Text:
    if not rule.needed:
        return text(N_("Settle it yourself: no consulting, transfer or escalation"))
    what = both([move_text(wanted) for wanted in rule.needed])
    key = N_("Needed: {what}") if rule.others_allowed else N_("Needed, and nothing else: {what}")
    return text(key, what=what)


def _ending(rule: kinds.Ending) -> Text:
    if not rule.one_of:
        key = N_("Bring the call to a good ending") if rule.good else N_("No good ending is wanted")
        return text(key)
    return text(
        N_("Bring the call to this ending: {endings}"),
        endings=either([named(ending) for ending in rule.one_of]),
    )


def _interruptions(rule: kinds.Interruptions) -> Text:
    return counted(
        N_("Speak over the customer at most {n} time"),
        N_("Speak over the customer at most {n} times"),
        rule.at_most,
    )


_SENTENCES: dict[type[Any], Callable[[Any], Text]] = {
    kinds.Says: _says,
    kinds.SaysPhrase: _says_phrase,
    kinds.NeverSays: _never_says,
    kinds.Order: _order,
    kinds.Count: _count,
    kinds.Within: _within,
    kinds.NoDeadAir: _no_dead_air,
    kinds.HoldProcedure: _hold_procedure,
    kinds.Closing: _closing,
    kinds.TalkShare: _talk_share,
    kinds.Pace: _pace,
    kinds.Flag: _flag,
    kinds.Move: _move,
    kinds.Ending: _ending,
    kinds.Interruptions: _interruptions,
}
