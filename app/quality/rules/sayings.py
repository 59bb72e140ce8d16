"""says, says_phrase, never_says, count: what the trainee says, and how often."""

from __future__ import annotations

from app.quality.act_words import act_text
from app.quality.kinds import Count, NeverSays, Says, SaysPhrase
from app.quality.result import Verdict
from app.quality.rules.call import Call, Occurrence, Window
from app.quality.rules.happenings import acts, happened, merged, window_of, wordings
from app.quality.rules.parts import Part, absent, judge_parts, within
from app.quality.rules.sentences import happening_text
from app.quality.text import N_, Text, counted, either, quoted, text

NO_OCCASION = text(N_("There was no occasion for it in this call."))


def judge_says(call: Call, rule: Says) -> Verdict:
    window = window_of(call, rule)
    if window is None:
        return Verdict("not_applicable", NO_OCCASION)
    parts = [Part(act_text(act), within(window, acts(call, [act]))) for act in rule.all_of]
    if rule.any_of:
        name = either([act_text(act) for act in rule.any_of])
        parts.append(Part(name, within(window, acts(call, rule.any_of))))
    return judge_parts(call, parts, window)


def judge_says_phrase(call: Call, rule: SaysPhrase) -> Verdict:
    window = window_of(call, rule)
    if window is None:
        return Verdict("not_applicable", NO_OCCASION)
    parts = [
        Part(quoted(phrase), within(window, wordings(call, [phrase], rule.similarity)))
        for phrase in rule.all_of
    ]
    if rule.any_of:
        name = either([quoted(phrase) for phrase in rule.any_of])
        parts.append(Part(name, within(window, wordings(call, rule.any_of, rule.similarity))))
    return judge_parts(call, parts, window)


def judge_never_says(call: Call, rule: NeverSays) -> Verdict:
    window = window_of(call, rule)
    if window is None:
        return Verdict("not_applicable", NO_OCCASION)
    found = merged([*acts(call, rule.acts), *wordings(call, rule.phrases, 85)])
    said = within(window, found)
    sure = [each for each in said if each.sure]
    if sure:
        return Verdict("not_met", text(N_("It was said.")), tuple(each.evidence() for each in sure))
    if said:
        reason = text(N_("It may have been said; the recognition was not sure."))
        return Verdict("undetermined", reason, tuple(each.evidence() for each in said))
    return Verdict("met", text(N_("Not said.")))


def judge_count(call: Call, rule: Count) -> Verdict:
    found = happened(call, rule.what)
    sure = sum(each.sure for each in found)
    most = len(found)
    evidence = tuple(each.evidence() for each in found)
    if rule.at_most is not None and sure > rule.at_most:
        return Verdict("not_met", _times(found), evidence)
    if rule.at_least is not None and most < rule.at_least:
        missing = absent(call, happening_text(rule.what), Window())
        reason = _times(found) if missing.outcome == "not_met" else missing.reason
        return Verdict(missing.outcome, reason, evidence + missing.evidence)
    enough = rule.at_least is None or sure >= rule.at_least
    few_enough = rule.at_most is None or most <= rule.at_most
    return Verdict("met" if enough and few_enough else "undetermined", _times(found), evidence)


def _times(found: tuple[Occurrence, ...]) -> Text:
    sure = sum(each.sure for each in found)
    surely = counted(N_("{n} time"), N_("{n} times"), sure)
    if sure == len(found):
        return text(N_("It happened {times}."), times=surely)
    perhaps = counted(N_("{n} time"), N_("{n} times"), len(found))
    return text(N_("It surely happened {times}, perhaps {more}."), times=surely, more=perhaps)
