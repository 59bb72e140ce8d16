"""What Check says, as sentences for somebody who never heard of kappa. Pure; see ``wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.calibration.change import Change, Outcome
from app.calibration.check import Standing, Why
from app.calibration.gaps import Against, Lean
from app.calibration.results import CriterionResult, Results
from app.calibration.session_plan import AlphaAtLeast, Target
from app.calibration.statistics import (
    Agreement,
    Interval,
    Reason,
    Word,
    clear_of,
    in_words,
    more_to_tell,
    sure_of,
)
from app.quality.text import N_, Text, both, counted, text

Named = Callable[[str], str]
Called = Callable[[int], str]
EVEN = 0.025
"""A mean gap this small, a fortieth of the scale, is called even."""

_WORDS: Mapping[Word, str] = {
    Word.CHANCE: N_("Agreement is no better than chance"),
    Word.POOR: N_("Agreement is poor"),
    Word.FAIR: N_("Agreement is fair"),
    Word.GOOD: N_("Agreement is good"),
    Word.EXCELLENT: N_("Agreement is excellent"),
}
_BETWEEN: Mapping[tuple[Word, Word], str] = {
    (Word.CHANCE, Word.POOR): N_("Agreement is poor at best"),
    (Word.CHANCE, Word.FAIR): N_("Agreement is fair at best"),
    (Word.POOR, Word.FAIR): N_("Agreement is poor to fair"),
    (Word.FAIR, Word.GOOD): N_("Agreement is fair to good"),
    (Word.FAIR, Word.EXCELLENT): N_("Agreement is at least fair"),
    (Word.GOOD, Word.EXCELLENT): N_("Agreement is good to excellent"),
}
"""What the two ends of an interval allow to be said; of all others nothing."""
OPEN_WORD = N_("How good the agreement is cannot be told yet")
_REASONS: Mapping[Reason, str] = {
    Reason.NO_SCORES: N_("Nobody has handed in a mark."),
    Reason.ONE_RATER: N_("Only one person has scored, so there is nobody to agree with."),
    Reason.NO_PAIRS: N_("No call was scored by two people."),
    Reason.ONE_UNIT: N_("Of one call alone, chance cannot be told from agreement."),
    Reason.NO_VARIATION: N_(
        "Everybody gave every call the same mark. That is perfect, but nothing shows that you "
        "would notice a bad call: choose calls that differ next time."
    ),
    Reason.ALIKE: N_("The calls do not differ, so no interval can be told."),
    Reason.UNSTABLE: N_(
        "One or two calls carry all of the difference, so no interval can be told."
    ),
}
_WHY: Mapping[Why, str] = {
    Why.LOW_ALPHA: N_("Agreement is below the target."),
    Why.DIFFERENT: N_("The marks differ, and of so few calls no agreement can be computed."),
    Why.FAR: N_("Too many marks on the same call lie further apart than the target allows."),
    Why.APPLIES: N_("On one call some say that it does not apply, and others gave it a mark."),
    Why.FIRST_ROUND: N_("It was over the threshold before, and hardly anybody scored it again."),
}
_STANDING: Mapping[Standing, str] = {
    Standing.OVER: N_("Short of the target"),
    Standing.WITHIN: N_("Target met"),
    Standing.UNKNOWN: N_("Cannot tell yet"),
}
_FOR_SURE: Mapping[bool, str] = {
    True: N_("It meets the target of {target} for sure."),
    False: N_("It is short of the target of {target} for sure."),
}
_OF_FEW: Mapping[bool, str] = {
    True: N_("It meets the target of {target}, as far as {calls} can tell."),
    False: N_("It is short of the target of {target}, as far as {calls} can tell."),
}
_OPEN: Mapping[bool, str] = {
    True: N_("It meets the target of {target} on these calls, which may be chance{more}."),
    False: N_("It is short of the target of {target} on these calls, which may be chance{more}."),
}
_JUST_SHORT = N_("It is only just short of the target of {target}, which may be chance{more}.")
_AGAINST: Mapping[Against, str] = {
    Against.CONSENSUS: N_("what you agreed on"),
    Against.REFERENCE: N_("the reference"),
    Against.MIDDLE: N_("the middle of all marks"),
}
PARADOX = text(
    N_(
        "This is no contradiction: where nearly every answer is the same, dice would agree nearly "
        "as often as you do, so alpha has nothing left to measure. Read Gwet's figure here, and "
        "choose some calls next time that are not so good."
    )
)


def figure(value: float) -> str:
    """A figure of agreement as it is printed everywhere."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _end(value: float) -> Text:
    """The end of an interval around 0: never printed as the 0 that it is not."""
    if value and figure(value) == "0.00":
        return text(N_("just above 0") if value > 0 else N_("just below 0"))
    return Text(figure(value))


def headline(results: Results, named: Named, called: Called) -> Text:
    """Where the difference is: between people first, unless a few criteria carry most of it."""
    people, over = results.leaning, results.standing(Standing.OVER)
    where = _where(results, named)
    if not over or not people.raters:
        return where
    leans = both(
        [_leaner(called(rater), lean, not at) for at, (rater, lean) in enumerate(people.raters)]
    )
    if people.mostly:
        words = N_("Most of the difference lies between people: {leans}. {where}")
    elif results.main_causes:
        words = N_("{where} You also differ as people: {leans}.")
    else:
        words = N_("You differ as people: {leans}. {where}")
    return text(words, leans=leans, where=where)


def _leaner(name: str, lean: float, first: bool) -> Text:
    """The first of a list says what the share is of."""
    higher = N_("{name} {size} of the scale higher") if first else N_("{name} {size} higher")
    lower = N_("{name} {size} of the scale lower") if first else N_("{name} {size} lower")
    return text(higher if lean > 0 else lower, name=name, size=f"{round(abs(lean) * 100)}%")


def _where(results: Results, named: Named) -> Text:
    over = len(results.standing(Standing.OVER))
    if not results.criteria:
        return text(N_("Everything is being scored again. The marks are hidden until then."))
    if not over and len(results.standing(Standing.UNKNOWN)) == len(results.criteria):
        return text(N_("There is nothing to compare yet: hardly anybody handed in marks."))
    if not over:
        return counted(
            N_("The one criterion that could be compared meets the target on these calls."),
            N_("All {n} criteria that could be compared meet the target on these calls."),
            len(results.standing(Standing.WITHIN)),
        )
    short = counted(
        N_("One criterion is short of the target"), N_("{n} criteria are short of the target"), over
    )
    causes = results.main_causes
    if not causes or len(results.criteria) == 1:
        return text(N_("{short}."), short=short)
    again = any(each.figures.first for each in results.criteria)
    words = N_("{short}; most of what lies apart lies in {names}.")
    left = N_("{short}; most of what still lies apart lies in {names}.")
    names = both([Text(named(each.id)) for each in causes])
    return text(left if again else words, short=short, names=names)


def verdict(result: Agreement) -> Text:
    """“Agreement is fair to good (α 0.58, likely between 0.41 and 0.72; 6 calls, 5 raters).”

    A word stands there only when both ends of the interval allow it.
    """
    parts = in_words(result)
    if parts.estimate is None or parts.word is None:
        return because(result)
    return text(
        N_("{word} (α {figure}{likely}; {calls}, {raters})."),
        word=_word(result, parts.low_word, parts.high_word),
        figure=figure(parts.estimate),
        likely=likely(result),
        calls=calls(result.units),
        raters=counted(N_("one rater"), N_("{n} raters"), result.raters),
    )


def _word(result: Agreement, low: Word | None, high: Word | None) -> Text:
    if _perfect(result):
        return text(N_("All marks are the same on each call"))
    if low is None or high is None:
        return text(OPEN_WORD)
    return text(_WORDS[low] if low is high else _BETWEEN.get((low, high), OPEN_WORD))


def _perfect(result: Agreement) -> bool:
    return result.estimate is not None and result.estimate > 1 - 1e-9


def judged(result: CriterionResult, wanted: Target) -> Text:
    """The standing, and whether that is how it is or how it looks so far."""
    if result.why == (Why.APPLIES,):
        return text(N_("Does it apply?"))
    if result.standing is Standing.WITHIN and not _sure(result.figures.alpha, wanted):
        return text(N_("Target met so far"))
    return standing(result.standing)


def _sure(result: Agreement, wanted: Target) -> bool:
    return isinstance(wanted, AlphaAtLeast) and sure_of(result, wanted.value)


def held_against(result: Agreement, wanted: Target) -> Text:
    """Alpha against the target, how sure that is, and what would tell; empty where the target
    is of another kind, or there is no alpha."""
    if result.estimate is None or not isinstance(wanted, AlphaAtLeast):
        return Text("")
    met = result.estimate >= wanted.value
    if sure_of(result, wanted.value):
        words = _FOR_SURE[met]
    elif clear_of(result, wanted.value) or _perfect(result):
        words = _OF_FEW[met]
    elif not met and figure(result.estimate) == figure(wanted.value):
        words = _JUST_SHORT
    else:
        words = _OPEN[met]
    return text(
        words, target=figure(wanted.value), calls=calls(result.units), more=_more(result, wanted)
    )


def because(result: Agreement) -> Text:
    """Why there is no figure, or no interval; empty when there is both."""
    return text(_REASONS[result.reason]) if result.reason else Text("")


def likely(result: Agreement | Change) -> Text:
    if result.interval is None:
        return Text("")
    low, high = _end(result.interval.low), _end(result.interval.high)
    return text(N_(", likely between {low} and {high}"), low=low, high=high)


def calls(n: int) -> Text:
    return counted(N_("one call"), N_("{n} calls"), n)


def _more(result: Agreement, wanted: AlphaAtLeast) -> Text:
    more = more_to_tell(result, wanted.value)
    if more is None:
        return (
            text(N_(", and it would take too many calls to tell")) if result.interval else Text("")
        )
    return counted(
        N_("; about one more call would tell"), N_("; about {n} more calls would tell"), more
    )


def rounds(first: Agreement, second: Agreement) -> Text:
    """“α −0.10 in the first round, 0.78 in the second.”"""
    if first.estimate is None or second.estimate is None:
        return text(N_("In one of the two rounds no agreement can be computed."))
    return text(
        N_("α {first} in the first round, {second} in the second."),
        first=figure(first.estimate),
        second=figure(second.estimate),
    )


def same_point(result: CriterionResult) -> Text:
    """Percent agreement in a sentence."""
    share = result.figures.percent.estimate
    if share is None:
        return Text("")
    return text(
        N_("Of two people who scored the same call, {share} chose the very same point."),
        share=f"{round(share * 100)}%",
    )


def why(reason: Why) -> Text:
    return text(_WHY[reason])


def standing(value: Standing) -> Text:
    return text(_STANDING[value])


def target(value: Target) -> Text:
    if isinstance(value, AlphaAtLeast):
        return text(N_("target: α at least {figure}"), figure=figure(value.value))
    return text(
        N_("target: {share} of all pairs of marks at most {points} apart"),
        share=f"{round(value.share * 100)}%",
        points=f"{value.points:g}",
    )


def against(value: Against) -> Text:
    return text(_AGAINST[value])


def lean(of: Lean, value: Against, width: float | None = None) -> Text:
    """How somebody's marks lie; ``width`` of the scale for points, None: percent of the scale."""
    if not of.n or of.apart is None:
        return text(N_("nothing to hold against each other"))
    anchor = against(value)
    if of.lean is None:
        return text(
            N_("{share} of the marks are others than {anchor}"),
            share=f"{round(of.apart * 100)}%",
            anchor=anchor,
        )
    if abs(of.lean) < EVEN:
        words = (
            N_("even with {anchor}")
            if of.apart < EVEN
            else N_("as often above {anchor} as below, {size} away")
        )
        return text(words, anchor=anchor, size=_size(of.apart, width))
    words = N_("{size} above {anchor}") if of.lean > 0 else N_("{size} below {anchor}")
    return text(words, size=_size(abs(of.lean), width), anchor=anchor)


def _size(share: float, width: float | None) -> Text:
    if width is None:
        return text(N_("{share} of the scale"), share=f"{round(share * 100)}%")
    points = f"{share * width:.1f}"
    return text(N_("{points} points"), points=points)


def change(found: Change) -> Text:
    """“Closer by 0.31, likely between 0.12 and 0.48; 8 calls.”"""
    if found.difference is None or found.before is None or found.after is None:
        if found.reason is Reason.NO_VARIATION:
            return text(
                N_("Everybody gave the same mark in one of the two, so no change can be told.")
            )
        return text(_REASONS[found.reason]) if found.reason else Text("")
    if found.interval is None:
        alike = found.reason is Reason.ALIKE
        return text(
            N_("α {before} before, {after} after. The calls are alike, so nobody can say how sure.")
            if alike
            else N_("α {before} before, {after} after. Too few calls to say how sure."),
            before=figure(found.before),
            after=figure(found.after),
        )
    words = {
        Outcome.CLOSER: N_("Closer by {size}{likely}; {calls}{few}."),
        Outcome.FURTHER: N_("Further apart by {size}{likely}; {calls}{few}."),
        Outcome.OPEN: N_("This may be chance: {size}{likely}; {calls}{few}."),
    }[found.outcome]
    open_ended = found.outcome is Outcome.OPEN
    size = f"{found.difference:+.2f}" if open_ended else figure(abs(found.difference))
    return text(
        words,
        size=size.replace("-", "−"),
        likely=_change_interval(found, found.interval),
        calls=calls(found.recordings),
        few=text(N_(", which are few")) if found.too_few else Text(""),
    )


def _change_interval(found: Change, interval: Interval) -> Text:
    ends = [interval.low, interval.high]
    if found.outcome is Outcome.FURTHER:
        ends = [-each for each in reversed(ends)]
    low, high = (_end(each) for each in ends)
    return text(N_(", likely between {low} and {high}"), low=low, high=high)
