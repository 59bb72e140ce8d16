"""The form of a plan: from what was typed to a ``Plan``, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from app.quality.monitoring.plan import Plan
from app.quality.monitoring.service import PlanInput
from app.typed import whole, wholes

NUMBERS = ("new_for", "per_agent", "total", "due_days", "unheard_days", "seed", "talk_over")
SECONDS = ("silence", "hold", "longer", "shorter")
LISTS = ("teams", "agents", "skills", "acts", "failed", "strata", "raters")
# Where a part of the plan stands on the page.
PLACES = {"quota": 1, "rules": 1, "people": 1}


@dataclass(frozen=True, slots=True)
class PlanForm:
    """What the page shows: what was typed, and what is wrong with it by field."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    wanted: PlanInput | None = None
    saw: int = 0


def read(typed: MultiDict[str, str]) -> PlanForm:
    """The form as it was sent. ``wanted`` is None when something is wrong."""
    values: dict[str, Any] = {key: typed.get(key, "").strip() for key in typed}
    values.update({key: typed.getlist(key) for key in LISTS})
    errors = _missing(values)
    body = _body(values, errors)
    plan = None
    try:
        plan = Plan.model_validate(body)
    except ValidationError as problem:
        for each in problem.errors():
            errors.setdefault(_place(each["loc"], each["msg"]), _words(each))
    if errors or plan is None:
        return PlanForm(values, errors)
    raters = frozenset(wholes(values["raters"]))
    wanted = PlanInput(values["title"], int(values["card"]), raters, plan)
    return PlanForm(values, {}, wanted, whole(values.get("saw", "")) or 0)


def plan_alone(typed: MultiDict[str, str]) -> Plan | None:
    """The plan while its name, card or raters are still missing; None when it makes no sense."""
    named = MultiDict(typed)
    named["title"], named["card"] = "-", "1"
    named.setdefault("raters", "1")
    wanted = read(named).wanted
    return wanted.plan if wanted else None


def _missing(values: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    if not 1 <= len(values.get("title", "")) <= 200:
        errors["title"] = _("Give the plan a name.")
    if whole(values.get("card", "")) is None:
        errors["card"] = _("Choose a scorecard.")
    if not values["raters"]:
        errors["raters"] = _("Choose who scores.")
    return errors


def _body(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    number: dict[str, Any] = {}
    for key in (*NUMBERS, *SECONDS, "unsure"):
        raw = values.get(key, "").replace(",", ".")
        try:
            number[key] = (float(raw) if key not in NUMBERS else int(raw)) if raw else None
        except ValueError:
            errors[key] = _("This must be a number.")
            number[key] = None
    selection = values.get("selection", "all")
    everybody = values.get("who") != "some"
    body = {
        "people": {
            "everybody": everybody,
            "teams": [] if everybody else values["teams"],
            "agents": [] if everybody else values["agents"],
            "new_for": number["new_for"],
        },
        "method": values.get("method", "recording"),
        "selection": selection,
        "skills": values["skills"] if selection == "skill" else [],
        "rules": _rules(values, number) if selection == "rules" else {},
        "strata": values["strata"],
        "quota": _given(number, "per_agent", "total") | {"period": values.get("period", "week")},
    }
    return body | _given(number, "seed", "due_days", "unheard_days")


def _rules(values: Mapping[str, Any], number: Mapping[str, Any]) -> dict[str, Any]:
    lines = [" ".join(line.split()) for line in values.get("phrases", "").splitlines()]
    rules = _given(number, *SECONDS, "talk_over")
    rules |= {"phrases": [line for line in lines if line], "acts": values["acts"]}
    rules["failed"] = values["failed"]
    if number["unsure"] is not None:
        rules["unsure"] = number["unsure"] / 100
    return rules


def _given(number: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: number[key] for key in keys if number[key] is not None}


def _place(where: tuple[int | str, ...], message: str) -> str:
    """The field that part of the plan stands in."""
    names = [each for each in where if isinstance(each, str)]
    if len(names) > 1 and names[0] in PLACES:
        return names[1]
    if not names:
        return "skills" if "kind of call" in message else "rules"
    return names[0]


def _words(problem: Mapping[str, Any]) -> str:
    context = problem.get("ctx", {})
    if "ge" in context or "gt" in context:
        least = context.get("ge", context.get("gt"))
        return str(_("This must be at least %(least)s.", least=least))
    if "le" in context:
        return str(_("This must be at most %(most)s.", most=context["le"]))
    if problem["loc"] == ("people",):
        return str(_("Choose a team or a person."))
    if problem["loc"] == ():
        return str(_("Choose at least one."))
    return str(_("This is not one of the choices."))


def shown(title: str, card_id: int, raters: list[int], plan: Plan, revision: int) -> PlanForm:
    """A plan as its form shows it."""
    rules, people = plan.rules, plan.people
    values: dict[str, Any] = {
        "title": title,
        "card": card_id,
        "raters": [str(each) for each in raters],
        "who": "everybody" if people.everybody else "some",
        "teams": [str(each) for each in people.teams],
        "agents": [str(each) for each in people.agents],
        "new_for": people.new_for,
        "method": plan.method,
        "selection": plan.selection,
        "skills": list(plan.skills),
        "phrases": "\n".join(rules.phrases),
        "acts": list(rules.acts),
        "failed": list(rules.failed),
        "unsure": None if rules.unsure is None else _short(rules.unsure * 100),
        "talk_over": rules.talk_over,
        "strata": list(plan.strata),
        "per_agent": plan.quota.per_agent,
        "total": plan.quota.total,
        "period": plan.quota.period,
        "seed": plan.seed,
        "due_days": plan.due_days,
        "unheard_days": plan.unheard_days,
        "saw": revision,
    }
    for key in SECONDS:
        value = getattr(rules, key)
        values[key] = None if value is None else _short(value)
    return PlanForm(values, saw=revision)


def _short(value: float) -> str:
    return f"{round(value, 2):g}"
