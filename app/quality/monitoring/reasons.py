"""Which rules of a plan a call meets, and how that is said. Pure."""

from __future__ import annotations

from app.quality.act_words import act_text
from app.quality.monitoring.candidate import Candidate
from app.quality.monitoring.plan import Plan, Rules
from app.quality.text import N_, Text, counted, named, text


def reasons(candidate: Candidate, plan: Plan) -> tuple[Text, ...]:
    """Why ``plan`` would take this call, one sentence for each reason; empty: it would not."""
    if plan.selection == "skill":
        if candidate.skill not in plan.skills:
            return ()
        return (text(N_("A call of the kind “{skill}”"), skill=candidate.skill),)
    if plan.selection == "rules":
        return (*_waits(candidate, plan.rules), *_said(candidate, plan.rules))
    return (text(N_("Chosen by chance")),)


def _waits(candidate: Candidate, rules: Rules) -> list[Text]:
    facts, found = candidate.facts, []
    if rules.silence and facts.silence > rules.silence:
        found.append(text(N_("Silence of {seconds} s"), seconds=round(facts.silence)))
    if rules.hold and facts.hold > rules.hold:
        found.append(text(N_("On hold for {seconds} s"), seconds=round(facts.hold)))
    if rules.talk_over and facts.talk_over >= rules.talk_over:
        found.append(
            counted(
                N_("Both spoke at once {n} time"),
                N_("Both spoke at once {n} times"),
                facts.talk_over,
            )
        )
    if rules.longer and candidate.seconds > rules.longer:
        found.append(text(N_("Longer than {seconds} s"), seconds=rules.longer))
    if rules.shorter and candidate.seconds < rules.shorter:
        found.append(text(N_("Shorter than {seconds} s"), seconds=rules.shorter))
    return found


def _said(candidate: Candidate, rules: Rules) -> list[Text]:
    facts = candidate.facts
    found = [
        text(N_("“{words}” was said"), words=each)
        for each in rules.phrases
        if each in facts.phrases
    ]
    found += [
        text(N_("In this call: {act}"), act=act_text(each))
        for each in rules.acts
        if each in facts.acts
    ]
    found += [
        text(N_("Not met by the automatic rater: {criterion}"), criterion=named(each))
        for each in rules.failed
        if each in facts.failed
    ]
    if rules.unsure and facts.confidence is not None and facts.confidence < rules.unsure:
        percent = round(facts.confidence * 100)
        found.append(text(N_("Words recognised with {percent} % confidence"), percent=percent))
    return found
