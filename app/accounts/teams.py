"""Teams: listed, created, renamed, deleted when nobody is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts import audit
from app.accounts.models import Person, Team, team_leads
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in the list: how many are in it, who leads it."""

    team: Team
    people: int
    leaders: tuple[str, ...]


def every() -> Sequence[Team]:
    return db.session.scalars(select(Team).order_by(Team.name)).all()


def lines() -> list[TeamLine]:
    sizes = select(Person.team_id, func.count()).group_by(Person.team_id)
    counts = {row[0]: row[1] for row in db.session.execute(sizes)}
    led: dict[int, list[str]] = {}
    leaders = select(team_leads.c.team_id, Person.name).join(
        Person, Person.id == team_leads.c.person_id
    )
    for team_id, name in db.session.execute(leaders.order_by(Person.name)):
        led.setdefault(team_id, []).append(name)
    return [TeamLine(team, counts.get(team.id, 0), tuple(led.get(team.id, ()))) for team in every()]


def get(team_id: int) -> Team:
    """Raises ``NotFound``."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound(_("There is no such team."))
    return team


def add(actor: Person | None, name: str, *, at: datetime) -> Team:
    """Raises ``InvalidInput`` when the name is taken."""
    with transaction() as session:
        _refuse_taken(name)
        team = Team(name=name, created_at=at)
        session.add(team)
        audit.record(actor, "team.added", team, name=name)
    return team


def rename(actor: Person, team: Team, name: str) -> None:
    with transaction():
        _refuse_taken(name, but=team.id)
        if team.name != name:
            audit.record(actor, "team.renamed", team, name=[team.name, name])
            team.name = name


def remove(actor: Person, team: Team) -> None:
    """Raises ``Conflict`` while somebody, active or not, is in it."""
    with transaction() as session:
        inside = session.scalar(select(func.count()).where(Person.team_id == team.id))
        if inside:
            raise Conflict(
                _("%(name)s still has %(n)s people.", name=team.name, n=inside),
                remedy=_("Move them to another team first."),
            )
        audit.record(actor, "team.deleted", team, name=team.name)
        session.delete(team)


def _refuse_taken(name: str, but: int | None = None) -> None:
    taken = db.session.scalar(select(Team.id).where(func.lower(Team.name) == name.lower()))
    if taken is not None and taken != but:
        raise InvalidInput(_("There is a team “%(name)s” already.", name=name), field="name")
