"""A gap in a sentence. Pure; the sentences are values (``app.quality.text``)."""

from __future__ import annotations

from app.quality.gaps.figures import ENOUGH, Figure, State, Trend
from app.quality.text import N_, Param, Text, text

STATES = {
    State.FEW: N_("too few to tell"),
    State.BELOW: N_("surely below"),
    State.PERHAPS: N_("perhaps below"),
    State.MET: N_("met"),
}
TRENDS = {
    Trend.RISING: N_("rising"),
    Trend.FALLING: N_("falling"),
    Trend.STEADY: N_("no clear change"),
    Trend.UNKNOWN: N_("too few weeks to tell"),
}


def percent(share: float) -> str:
    """A whole percent; never rounded to 0 or 100 when it is neither."""
    whole = round(share * 100)
    if whole in (0, 100) and 0 < share < 1:
        return "<1" if whole == 0 else ">99"
    return str(whole)


def sentence(title: str, who: str, figure: Figure) -> Text:
    """``title`` is the criterion's, ``who`` an agent, a team, a week, a version, or empty."""
    facts: dict[str, Param] = {
        "title": title,
        "who": who,
        "mean": percent(figure.mean),
        "target": percent(figure.target),
        "low": percent(figure.low),
        "high": percent(figure.high),
        "n": str(figure.n),
        "state": Text(STATES[figure.state]),
        "enough": str(ENOUGH),
    }
    if figure.state is State.FEW:
        words = N_(
            "“{title}”, {who}: {mean} % of its weight in {n} evaluations; with fewer than"
            " {enough} that is too few to tell."
        )
        alone = N_(
            "“{title}”: {mean} % of its weight in {n} evaluations; with fewer than {enough}"
            " that is too few to tell."
        )
    else:
        words = N_(
            "“{title}”, {who}: {mean} % of its weight is earned, {target} % is expected"
            " (95 % interval {low} to {high} %, {n} evaluations): {state}."
        )
        alone = N_(
            "“{title}”: {mean} % of its weight is earned, {target} % is expected"
            " (95 % interval {low} to {high} %, {n} evaluations): {state}."
        )
    return text(words if who else alone, **facts)
