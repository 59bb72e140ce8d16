"""What a person's form says, read and checked: every problem at once, each with its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import available_timezones

from flask_babel import gettext as _

from app.accounts.models import Role
from app.errors import AppError, InvalidInput
from app.i18n import LANGUAGES
from app.typed import whole, wholes

LOGIN = re.compile(r"[^\W_][\w.+@-]{1,253}")


class Submitted(Protocol):
    """A submitted form (werkzeug's MultiDict)."""

    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


class Problems(InvalidInput):
    """A form with several things wrong: ``fields`` maps each field to what to mend."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        name, message = next(iter(fields.items()))
        super().__init__(message, field=name)
        self.fields = dict(fields)


def problems_of(error: AppError) -> dict[str, str]:
    """The problems by field; one that belongs to no field is under the empty name."""
    if isinstance(error, Problems):
        return error.fields
    words = " ".join(part for part in (error.message, error.remedy) if part)
    return {error.field or "": words}


@dataclass(frozen=True, slots=True)
class PersonInput:
    """A person as an administrator describes her."""

    login: str
    name: str
    role: Role
    team_id: int | None = None
    leads: frozenset[int] = frozenset()
    """Ids of the teams she leads; of meaning for supervisors only."""


def person_input(form: Submitted) -> PersonInput:
    """Read the form of a person. Raises ``Problems``."""
    problems: dict[str, str] = {}
    login = form.get("login", "").strip().lower()
    name = " ".join(form.get("name", "").split())
    role = form.get("role", "")
    if not LOGIN.fullmatch(login):
        problems["login"] = _(
            "A log-in name has 2 to 254 letters, digits or . _ + @ -, without blanks."
        )
    if not 1 <= len(name) <= 120:
        problems["name"] = _("A name has 1 to 120 characters.")
    if role not in set(Role):
        problems["role"] = _("Choose a role.")
    team, led = form.get("team", ""), form.getlist("leads")
    leads = wholes(led)
    if team and whole(team) is None:
        problems["team"] = _("Choose a team of the list.")
    if len(leads) < len(led):
        problems["leads"] = _("Choose teams of the list.")
    if problems:
        raise Problems(problems)
    return PersonInput(login, name, Role(role), whole(team), frozenset(leads))


def team_name(form: Submitted) -> str:
    """Read the name of a team. Raises ``InvalidInput``."""
    name = " ".join(form.get("name", "").split())
    if not 1 <= len(name) <= 80:
        raise InvalidInput(_("A team's name has 1 to 80 characters."), field="name")
    return name


def preferences(form: Submitted) -> tuple[str, str]:
    """Read language and time zone; empty means the browser's and UTC. Raises ``Problems``."""
    locale, zone = form.get("locale", ""), form.get("timezone", "").strip()
    problems: dict[str, str] = {}
    if locale and locale not in LANGUAGES:
        problems["locale"] = _("Choose a language of the list.")
    if zone and zone not in available_timezones():
        problems["timezone"] = _("A time zone is named like Europe/Berlin or Asia/Tehran.")
    if problems:
        raise Problems(problems)
    return locale, zone
