"""The people of the demo. Their one password is public: they are never made otherwise."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.accounts import service, teams
from app.accounts.forms import PersonInput
from app.accounts.models import Person, Role, Team
from app.db import db, transaction
from app.services import now

PASSWORD = "practise-makes-calm"
TEAMS = ("North", "South")
# Log-in, name, role, team, teams led.
PEOPLE: tuple[tuple[str, str, Role, str, tuple[str, ...]], ...] = (
    ("nina", "Nina Berg", Role.AGENT, "North", ()),
    ("omar", "Omar Haddad", Role.AGENT, "North", ()),
    ("mei", "Mei Lin", Role.AGENT, "North", ()),
    ("sam", "Sam Okafor", Role.SUPERVISOR, "North", ("North",)),
    ("jonas", "Jonas Weber", Role.AGENT, "South", ()),
    ("lena", "Lena Petrova", Role.SUPERVISOR, "South", ("South",)),
    ("quinn", "Quinn Reyes", Role.QA, "", ()),
    ("pat", "Pat Novak", Role.PLANNER, "", ()),
    ("ada", "Ada Rahimi", Role.ADMINISTRATOR, "", ()),
)


def add_people(app: Flask) -> bool:
    """Add whoever of the demo is missing; True when somebody was."""
    with app.app_context():
        known = set(db.session.scalars(select(Person.login)))
        missing = [entry for entry in PEOPLE if entry[0] not in known]
        if not missing:
            return False
        with transaction():
            ids = _teams()
            for login, name, role, team, led in missing:
                leads = frozenset(ids[one] for one in led)
                wanted = PersonInput(login, name, role, ids.get(team), leads)
                service.add(None, wanted, PASSWORD, at=now(), temporary=False)
    return True


def _teams() -> dict[str, int]:
    known = {team.name: team.id for team in db.session.scalars(select(Team))}
    for name in TEAMS:
        if name not in known:
            known[name] = teams.add(None, name, at=now()).id
    return known
