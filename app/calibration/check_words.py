"""What Check says, as sentences for somebody who never heard of kappa. Pure; see ``wording``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.calibration.change import Change, Outcome
from app.calibration.check import Standing, Why
from app.calibration.gaps import Against, Lean
from app.calibration.results import CriterionResult, Results
from app.calibration.session_plan import AlphaAtLeast, Target
from app.calibration.statistics import Agreement, Reason, Word, in_words
from app.quality.text import N_, Text, both, counted, text

Named = Callable[[str], str]
EVEN = 0.025
"""A mean gap this small, a fortieth of the scale, is called even."""

_WORDS: Mapping[Word, str] = {
    Word.CHANCE: N_("Agreement is no better than chance"),
    Word.POOR: N_("Agreement is poor"),
    Word.FAIR: N_("Agreement is fair"),
    Word.GOOD: N_("Agreement is good"),
    Word.EXCELLENT: N_("Agreement is excellent"),
}
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
    Standing.OVER: N_("Over the threshold"),
    Standing.WITHIN: N_("Within the target"),
    Standing.UNKNOWN: N_("Cannot be told"),
}
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
    return f"{value:.2f}".replace("-", "−")


def headline(results: Results, named: Named) -> Text:
    """One sentence: where the difference is."""
    over = len(results.standing(Standing.OVER))
    if not results.criteria:
        return text(N_("Everything is being scored again. The marks are hidden until then."))
    if not over and len(results.standing(Standing.UNKNOWN)) == len(results.criteria):
        return text(N_("There is nothing to compare yet: hardly anybody handed in marks."))
    if not over:
        return text(N_("You agree closely enough on everything that could be compared."))
    causes = results.main_causes
    if not causes or len(results.criteria) == 1:
        return counted(
            N_("One criterion is over the threshold."),
            N_("{n} criteria are over the threshold, and the difference is spread over them."),
            over,
        )
    names = both([Text(named(each.id)) for each in causes])
    return counted(
        N_("One criterion causes most of it: {names}."),
        N_("{n} criteria cause most of it: {names}."),
        len(causes),
        names=names,
    )


def verdict(result: Agreement) -> Text:
    """“Agreement is fair (α 0.58, likely between 0.41 and 0.72; 6 calls, 5 raters: …).”"""
    parts = in_words(result)
    if parts.estimate is None or parts.word is None:
        return because(result)
    return text(
        N_("{word} (α {figure}{likely}; {calls}, {raters}{more})."),
        word=text(_WORDS[parts.word]),
        figure=figure(parts.estimate),
        likely=likely(result),
        calls=calls(result.units),
        raters=counted(N_("one rater"), N_("{n} raters"), result.raters),
        more=_more(parts.more),
    )


def because(result: Agreement) -> Text:
    """Why there is no figure, or no interval; empty when there is both."""
    return text(_REASONS[result.reason]) if result.reason else Text("")


def likely(result: Agreement | Change) -> Text:
    if result.interval is None:
        return Text("")
    low, high = figure(result.interval.low), figure(result.interval.high)
    return text(N_(", likely between {low} and {high}"), low=low, high=high)


def calls(n: int) -> Text:
    return counted(N_("one call"), N_("{n} calls"), n)


def _more(more: int | None) -> Text:
    if more is None:
        return text(N_(": too few to be sure"))
    if not more:
        return Text("")
    return counted(N_(": score one more to be sure"), N_(": score {n} more to be sure"), more)


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
    if found.difference is None:
        if found.reason is Reason.NO_VARIATION:
            return text(
                N_("Everybody gave the same mark in one of the two, so no change can be told.")
            )
        return text(_REASONS[found.reason]) if found.reason else Text("")
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
        likely=_change_interval(found),
        calls=calls(found.recordings),
        few=text(N_(", which are few")) if found.too_few else Text(""),
    )


def _change_interval(found: Change) -> Text:
    if found.interval is None:
        return text(N_(", and how sure that is cannot be told"))
    ends = [found.interval.low, found.interval.high]
    if found.outcome is Outcome.FURTHER:
        ends = [-each for each in reversed(ends)]
    low, high = (figure(each) for each in ends)
    return text(N_(", likely between {low} and {high}"), low=low, high=high)
