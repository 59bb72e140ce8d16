"""What the form of a plan offers, and how a plan is told in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts import teams
from app.accounts.models import Person, Role
from app.db import db
from app.quality.act_words import ACT_WORDS, act_text
from app.quality.cards.models import PUBLISHED, CardVersion
from app.quality.monitoring import service
from app.quality.monitoring.form import PlanForm
from app.quality.monitoring.plan import Plan
from app.quality.text import named
from app.quality.wording import wording
from app.recordings.models import READY, Recording


def blank(person: Person) -> PlanForm:
    """The form of a new plan. The house's own card stands in it, if it has one alone: the card
    of a scenario fits the calls of that scenario only."""
    own = [each.id for each in service.cards_in_use() if each.scenario_id is None]
    values: dict[str, Any] = {
        "who": "everybody" if person.role is Role.QA else "some",
        "teams": [] if person.role is Role.QA else [str(team.id) for team in person.leads],
        "raters": [str(person.id)],
        "card": own[0] if len(own) == 1 else "",
        "method": "recording",
        "selection": "all",
        "per_agent": 2,
        "period": "week",
        "due_days": 7,
        "unheard_days": 30,
        "seed": 1,
    }
    return PlanForm(values | {key: [] for key in ("agents", "skills", "acts", "failed", "strata")})


def offered(person: Person) -> dict[str, Any]:
    """Everything to choose from, as (value, label)."""
    qa = person.role is Role.QA
    led = teams.every() if qa else person.leads
    return {
        "everybody": qa,
        "cards": [(card.id, card.name) for card in service.cards_in_use()],
        "team_options": [(str(team.id), team.name) for team in led],
        "agent_options": [(str(each.id), each.name) for each in service.agents_for(person)],
        "rater_options": [(str(each.id), each.name) for each in service.raters_for(person)],
        "skill_options": [(skill, wording(named(skill))) for skill in _skills()],
        "act_options": sorted(((act, wording(act_text(act))) for act in ACT_WORDS), key=_label),
        "criterion_options": sorted(_criteria(), key=_label),
        "periods": [("day", _("a day")), ("week", _("a week")), ("month", _("a month"))],
        "strata_options": list(strata_words().items()),
    }


def strata_words() -> dict[str, str]:
    return {
        "agent": _("agent"),
        "skill": _("kind of call"),
        "weekday": _("day of the week"),
        "length": _("length (under 2 minutes, under 8, longer)"),
    }


def _label(option: tuple[str, str]) -> str:
    return option[1].casefold()


def _skills() -> list[str]:
    chosen = select(Recording.skill).where(Recording.status == READY, Recording.skill != "")
    return list(db.session.scalars(chosen.distinct().order_by(Recording.skill)))


def _criteria() -> set[tuple[str, str]]:
    """Criteria of published cards that have a rule: those the automatic rater can fail."""
    bodies = db.session.scalars(
        select(CardVersion.body).where(CardVersion.status == PUBLISHED)
    ).all()
    return {
        (criterion["id"], criterion["title"])
        for body in bodies
        for section in body["sections"]
        for criterion in section["criteria"]
        if criterion.get("rule")
    }


def told(plan: Plan) -> list[tuple[str, str]]:
    """A plan as (what, words), for its page."""
    quota = plan.quota
    periods = {"day": _("a day"), "week": _("a week"), "month": _("a month")}
    many = ngettext("%(num)s call an agent", "%(num)s calls an agent", quota.per_agent)
    quotas = f"{many} {periods[quota.period]}"
    if quota.total is not None:
        quotas += ", " + _("%(n)s in all", n=quota.total)
    words, practice = strata_words(), _("practice calls, as they come")
    how = ", ".join(words[each] for each in plan.strata)
    return [
        (_("Calls"), practice if plan.method == "practice" else _("uploads and practice calls")),
        (_("Which"), _selection(plan)),
        (_("How many"), quotas),
        (_("Chosen"), _("evenly by %(how)s", how=how) if how else _("by chance")),
        (_("Due"), ngettext("after %(num)s day", "after %(num)s days", plan.due_days)),
    ]


def _selection(plan: Plan) -> str:
    if plan.selection == "skill":
        return ", ".join(wording(named(each)) for each in plan.skills)
    if plan.selection == "all":
        return str(_("every kind"))
    return "; ".join(_rule_words(plan))


def _rule_words(plan: Plan) -> list[str]:
    rules = plan.rules
    found = {
        _("silence over %(n)s s", n=_n(rules.silence)): rules.silence,
        _("on hold over %(n)s s", n=_n(rules.hold)): rules.hold,
        _("both speak at once %(n)s times or more", n=rules.talk_over): rules.talk_over,
        _("longer than %(n)s s", n=_n(rules.longer)): rules.longer,
        _("shorter than %(n)s s", n=_n(rules.shorter)): rules.shorter,
        _("confidence under %(n)s %%", n=_n((rules.unsure or 0) * 100)): rules.unsure,
    }
    said = [f"“{each}”" for each in rules.phrases]
    meant = [wording(act_text(each)) for each in rules.acts]
    failed = [_("not met: %(what)s", what=wording(named(each))) for each in rules.failed]
    return [words for words, given in found.items() if given] + said + meant + failed


def _n(value: float | None) -> str:
    return f"{value or 0:g}"
