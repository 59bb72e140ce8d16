"""People: found, added, changed, deactivated, given a new password."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts import audit, passwords
from app.accounts.forms import PersonInput
from app.accounts.models import Person, Role, SignIn, Team
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.paging import Page, page_of

SORTS = {
    "name": Person.name,
    "login": Person.login,
    "role": Person.role,
    "team": Team.name,
    "seen": Person.last_seen_at,
    "since": Person.created_at,
}


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which people to show, in which order. ``sort`` is a key of ``SORTS``."""

    text: str = ""
    role: Role | None = None
    team_id: int | None = None
    active: bool | None = True
    sort: str = "name"
    backwards: bool = False
    page: int = 1


def find(query: PeopleQuery) -> Page[Person]:
    column = SORTS[query.sort]
    order = column.desc() if query.backwards else column.asc()
    chosen = _matching(query).order_by(order.nulls_last(), Person.id)
    return page_of(chosen, query.page)


def _matching(query: PeopleQuery) -> Select[Person]:
    chosen = select(Person).outerjoin(Team, Person.team_id == Team.id)
    if text := query.text.strip():
        in_name = Person.name.icontains(text, autoescape=True)
        chosen = chosen.where(or_(in_name, Person.login.icontains(text, autoescape=True)))
    if query.role is not None:
        chosen = chosen.where(Person.role == query.role)
    if query.team_id is not None:
        chosen = chosen.where(Person.team_id == query.team_id)
    if query.active is not None:
        chosen = chosen.where(Person.active == query.active)
    return chosen


def get(person_id: int) -> Person:
    """Raises ``NotFound``."""
    person = db.session.get(Person, person_id, options=[joinedload(Person.team)])
    if person is None:
        raise NotFound(_("There is no such person."))
    return person


def by_login(login: str) -> Person:
    """Raises ``NotFound``."""
    person = db.session.scalar(select(Person).where(Person.login == login.strip().lower()))
    if person is None:
        raise NotFound(_("Nobody signs in as “%(login)s”.", login=login), field="login")
    return person


def add(
    actor: Person | None, wanted: PersonInput, password: str, *, at: datetime, temporary: bool
) -> Person:
    """A new person. A ``temporary`` password must be changed at the first sign-in."""
    passwords.check_new(password, wanted.login, wanted.name)
    kept = passwords.hash_of(password)
    with transaction() as session:
        _refuse_taken(wanted.login)
        person = Person(password_hash=kept, must_change_password=temporary, created_at=at)
        person.active, person.locale, person.timezone = True, "", ""
        _describe(person, wanted)
        session.add(person)
        session.flush()
        audit.record(actor, "person.added", person, login=person.login, role=str(person.role))
    return person


def change(actor: Person, person: Person, wanted: PersonInput) -> None:
    """Give ``person`` the described name, role and teams.

    Raises ``Conflict`` for a taken log-in name and for the last administrator.
    """
    with transaction():
        _refuse_taken(wanted.login, but=person.id)
        if person.role is Role.ADMINISTRATOR and wanted.role is not Role.ADMINISTRATOR:
            _refuse_last(person)
        before = _facts(person)
        _describe(person, wanted)
        after = _facts(person)
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        if changed:
            audit.record(actor, "person.changed", person, **changed)


def _describe(person: Person, wanted: PersonInput) -> None:
    person.login, person.name, person.role = wanted.login, wanted.name, wanted.role
    person.team = _team(wanted.team_id, "team") if wanted.team_id is not None else None
    led = sorted(wanted.leads) if wanted.role is Role.SUPERVISOR else []
    person.leads = [_team(team_id, "leads") for team_id in led]


def _team(team_id: int, field: str) -> Team:
    team = db.session.get(Team, team_id)
    if team is None:
        raise InvalidInput(_("This team is no longer there; choose another."), field=field)
    return team


def _facts(person: Person) -> dict[str, object]:
    return {
        "login": person.login,
        "name": person.name,
        "role": str(person.role),
        "team": person.team.name if person.team else None,
        "leads": sorted(team.name for team in person.leads),
    }


def _refuse_taken(login: str, but: int | None = None) -> None:
    with db.session.no_autoflush:
        taken = db.session.scalar(select(Person.id).where(Person.login == login))
    if taken is not None and taken != but:
        raise InvalidInput(
            _("Somebody signs in as “%(login)s” already.", login=login), field="login"
        )


def _refuse_last(person: Person) -> None:
    """Without an administrator nobody could make one again."""
    others = select(func.count()).where(
        Person.role == Role.ADMINISTRATOR, Person.active, Person.id != person.id
    )
    if not db.session.scalar(others):
        raise Conflict(
            _("%(name)s is the last administrator.", name=person.name),
            remedy=_("Make somebody else an administrator first."),
        )


def deactivate(actor: Person | None, person: Person) -> None:
    """``person`` can no longer sign in; her calls stay. Ends her sessions at once."""
    if actor is not None and actor.id == person.id:
        raise Conflict(
            _("You cannot deactivate yourself."), remedy=_("Ask another administrator to do it.")
        )
    with transaction():
        if person.role is Role.ADMINISTRATOR:
            _refuse_last(person)
        if person.active:
            person.active = False
            _end_sessions(person)
            audit.record(actor, "person.deactivated", person)


def reactivate(actor: Person | None, person: Person) -> None:
    with transaction():
        if not person.active:
            person.active = True
            audit.record(actor, "person.reactivated", person)


def reset_password(actor: Person | None, person: Person) -> str:
    """A new one-time password for ``person``; the old one and her sessions end."""
    password = passwords.one_time()
    set_password(actor, person, password, temporary=True)
    return password


def set_password(
    actor: Person | None, person: Person, password: str, *, temporary: bool = False
) -> None:
    """Give ``person`` this password, end her sessions. Raises ``InvalidInput`` for a weak one."""
    passwords.check_new(password, person.login, person.name)
    with transaction():
        person.password_hash = passwords.hash_of(password)
        person.must_change_password = temporary
        _end_sessions(person)
        audit.record(actor, "person.password_reset", person)


def _end_sessions(person: Person, but: SignIn | None = None) -> None:
    ended = delete(SignIn).where(SignIn.person_id == person.id)
    db.session.execute(ended if but is None else ended.where(SignIn.id != but.id))


def change_own_password(person: Person, here: SignIn, old: str, new: str, again: str) -> None:
    """The person's own change: asks for the old one; every other session of hers ends."""
    if not passwords.matches(old, person.password_hash):
        raise InvalidInput(_("This is not your present password."), field="old")
    if new != again:
        raise InvalidInput(_("The two new passwords differ."), field="again")
    if new == old:
        raise InvalidInput(_("The new password is the old one."), field="new")
    passwords.check_new(new, person.login, person.name, field="new")
    with transaction():
        person.password_hash = passwords.hash_of(new)
        person.must_change_password = False
        _end_sessions(person, but=here)
        audit.record(person, "person.password_changed", person)


def set_preferences(person: Person, locale: str, timezone: str) -> None:
    with transaction():
        person.locale, person.timezone = locale, timezone


def names(ids: Iterable[int]) -> dict[int, str]:
    """What these people are called; without those there are none of."""
    known = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in known}


def everybody() -> Sequence[Person]:
    """All people by name, for a choice."""
    return db.session.scalars(select(Person).order_by(Person.name)).all()
