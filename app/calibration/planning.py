"""The plan of a session from its form and back. Pure.

What was typed is kept as it was (``PlanForm``), so that a page with a mistake loses nothing;
``plan_from`` makes a ``SessionPlan`` of it, or says for each field what to mend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol

from app.calibration.session_plan import (
    REMINDERS,
    AlphaAtLeast,
    SessionPlan,
    Target,
    WithinPoints,
    criteria_of,
)
from app.quality.card import Scorecard
from app.quality.text import N_, Text, text
from app.typed import whole, wholes

MOST_TITLE = 200
USUAL_DAYS = 7
FOLLOW_UP_DAYS = 28
"""So long that nobody remembers the marks of the session before."""
USUAL_HOUR = time(17, 0)
FAR_AWAY = timedelta(days=730)
LISTENING = 1.2
"""Scoring a recording takes a little longer than it lasts: one goes back here and there."""
SECONDS_A_MARK = 12.0
FEW_CALLS = 10
"""With fewer recordings an interval of agreement spans nearly everything."""


class Submitted(Protocol):
    """A submitted form (werkzeug's MultiDict)."""

    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The form as it was filled in. ``interval``: criteria whose points lie equally far apart."""

    title: str = ""
    recordings: tuple[int, ...] = ()
    card: int | None = None
    criteria: tuple[str, ...] = ()
    interval: tuple[str, ...] = ()
    raters: tuple[int, ...] = ()
    reference: int | None = None
    target: str = "alpha"
    alpha: str = "0.8"
    points: str = "1"
    share: str = "100"
    due: str = ""
    hide_agents: bool = True
    hide_raters: bool = False
    remind: bool = True


@dataclass(frozen=True, slots=True)
class Framing:
    """What a plan has that is not in its form: who leads it, and where it comes from."""

    host: int
    seed: int = 0
    follows: int | None = None


class Unfit(Exception):
    """The form does not make a plan: ``fields`` says for each field what to mend."""

    def __init__(self, fields: Mapping[str, Text]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


def read(form: Submitted) -> PlanForm:
    """What was sent, without a word on whether it is right."""
    return PlanForm(
        title=" ".join(form.get("title", "").split()),
        recordings=_numbers(form.getlist("recordings")),
        card=whole(form.get("card", "")),
        criteria=tuple(dict.fromkeys(form.getlist("criteria"))),
        interval=tuple(dict.fromkeys(form.getlist("interval"))),
        raters=_numbers(form.getlist("raters")),
        reference=whole(form.get("reference", "")),
        target=form.get("target", "alpha"),
        alpha=form.get("alpha", "").strip(),
        points=form.get("points", "").strip(),
        share=form.get("share", "").strip(),
        due=form.get("due", "").strip(),
        hide_agents=bool(form.get("hide_agents", "")),
        hide_raters=bool(form.get("hide_raters", "")),
        remind=bool(form.get("remind", "")),
    )


def form_of(plan: SessionPlan, zone: tzinfo) -> PlanForm:
    """A stored plan as its form."""
    usual, target = PlanForm(), plan.target
    within = target if isinstance(target, WithinPoints) else None
    return PlanForm(
        title=plan.title,
        recordings=plan.recordings,
        card=int(plan.card_version),
        criteria=plan.criterion_ids,
        interval=tuple(each.id for each in plan.criteria if each.level == "interval"),
        raters=plan.raters,
        reference=plan.reference,
        target=target.kind,
        alpha=f"{target.value:g}" if isinstance(target, AlphaAtLeast) else usual.alpha,
        points=f"{within.points:g}" if within else usual.points,
        share=f"{100 * within.share:g}" if within else usual.share,
        due=in_field(plan.due, zone),
        hide_agents=plan.hide_agents,
        hide_raters=plan.hide_raters,
        remind=bool(plan.reminders),
    )


def plan_from(
    form: PlanForm, card: Scorecard | None, framing: Framing, zone: tzinfo, now: datetime
) -> SessionPlan:
    """The plan of a form, complete or not (``session_plan.shortcomings`` says that).

    ``zone``: the one its due date was typed in. Raises ``Unfit`` for what cannot be kept.
    """
    problems: dict[str, Text] = {}
    if not 1 <= len(form.title) <= MOST_TITLE:
        problems["title"] = text(N_("A title has 1 to {most} characters."), most=MOST_TITLE)
    if form.card is None or card is None:
        problems["card"] = text(N_("Choose a scorecard."))
    due = _due(form.due, zone, now, problems)
    target = _target(form, problems)
    if problems or card is None or due is None or target is None:
        raise Unfit(problems)
    known = {criterion.id for criterion in card.criteria}
    return SessionPlan(
        title=form.title,
        host=framing.host,
        recordings=form.recordings,
        card_version=str(form.card),
        # A criterion of another card, chosen before the card was changed, is no mistake.
        criteria=criteria_of(card, known & set(form.criteria), form.interval),
        raters=form.raters,
        target=target,
        due=due,
        reference=form.reference,
        hide_agents=form.hide_agents,
        hide_raters=form.hide_raters,
        reminders=REMINDERS if form.remind else (),
        seed=framing.seed,
        follows=framing.follows,
    )


def usual_due(now: datetime, zone: tzinfo, days: int = USUAL_DAYS) -> str:
    """So many days from now, at the end of the day, as its field shows it."""
    day = (now.astimezone(zone) + timedelta(days=days)).date()
    return datetime.combine(day, USUAL_HOUR).isoformat(timespec="minutes")


def in_field(moment: datetime, zone: tzinfo) -> str:
    """A moment as a field of date and time shows it."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def due_from(typed: str, zone: tzinfo, now: datetime) -> datetime:
    """A due date alone. Raises ``Unfit``."""
    problems: dict[str, Text] = {}
    due = _due(typed, zone, now, problems)
    if due is None:
        raise Unfit(problems)
    return due


def minutes_each(seconds: Iterable[float], criteria: int) -> int:
    """About how long one rater needs for these recordings, in minutes; at least 1."""
    lengths = list(seconds)
    needed = LISTENING * sum(lengths) + SECONDS_A_MARK * criteria * len(lengths)
    return max(1, round(needed / 60))


def with_card(form: PlanForm, card: Scorecard) -> Sequence[str]:
    """The criteria to tick: those chosen if any is of this card, else all of it."""
    known = [criterion.id for criterion in card.criteria]
    chosen = [each for each in known if each in form.criteria]
    return chosen or known


def _due(typed: str, zone: tzinfo, now: datetime, problems: dict[str, Text]) -> datetime | None:
    try:
        due = datetime.fromisoformat(typed).replace(tzinfo=zone)
        far = due - now > FAR_AWAY
    except (ValueError, OverflowError):
        problems["due"] = text(N_("Choose a date and a time."))
        return None
    if far:
        problems["due"] = text(N_("Choose a date within the next two years."))
        return None
    return due


def _target(form: PlanForm, problems: dict[str, Text]) -> Target | None:
    if form.target == "within":
        points, share = _figure(form.points), _figure(form.share)
        if points is None or points < 0:
            problems["points"] = text(N_("The points that marks may lie apart must be 0 or more."))
        if share is None or not 0 < share <= 100:
            problems["share"] = text(N_("The share of pairs must be above 0 % and at most 100 %."))
        if points is None or share is None:
            return None
        return WithinPoints(points, share / 100)
    alpha = _figure(form.alpha)
    if alpha is None or not 0 < alpha <= 1:
        problems["alpha"] = text(N_("The target for alpha must be above 0 and at most 1."))
        return None
    return AlphaAtLeast(alpha)


def _figure(typed: str) -> float | None:
    """A number, with a point or a comma before its decimals."""
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _numbers(typed: Iterable[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(wholes(typed)))
