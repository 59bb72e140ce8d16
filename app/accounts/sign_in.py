"""Signing in and out. A session is a row; the browser holds the only copy of its token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.accounts import audit, passwords
from app.accounts.models import Person, SignIn, SignInAttempt
from app.db import db, transaction
from app.errors import InvalidInput, TooMany

WINDOW = timedelta(minutes=15)
TRIES_PER_LOGIN = 5
"""Failed attempts on one name from one address within the window."""
TRIES_PER_ADDRESS = 100
"""A whole floor may share one address; somebody trying many names does not pass."""
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from."""

    address: str
    user_agent: str


def sign_in(
    login: str, password: str, browser: Browser, *, at: datetime, lasts: timedelta
) -> tuple[Person, str]:
    """The person and the token of her new session.

    Raises ``InvalidInput`` for a wrong name or password (the same for both, after the
    same time) and ``TooMany`` after ``TRIES_PER_LOGIN`` failures.
    """
    login = login.strip().lower()[:254]
    _count_attempt(login, browser.address, at)
    person = db.session.scalar(select(Person).where(Person.login == login))
    if not _is_right(person, password):
        with transaction():
            audit.record(None, "sign_in.failed", ("login", login[:60]))
        raise InvalidInput(
            _("This name and password do not go together."),
            field="password",
            remedy=_("Check both; an administrator can give you a new password."),
        )
    assert person is not None
    with transaction():
        token = _start(person, browser, at, lasts)
        if passwords.is_outdated(person.password_hash):
            person.password_hash = passwords.hash_of(password)
        _forget(login, browser.address, at)
        audit.record(person, "sign_in", person)
    return person, token


def _is_right(person: Person | None, password: str) -> bool:
    if person is None:
        passwords.match_nobody(password)
        return False
    return passwords.matches(password, person.password_hash) and person.active


def _count_attempt(login: str, address: str, at: datetime) -> None:
    """Count first and check the password after: attempts side by side cannot slip through."""
    recent = select(func.count()).where(
        SignInAttempt.address == address, SignInAttempt.at > at - WINDOW
    )
    with transaction() as session:
        on_login = session.scalar(recent.where(SignInAttempt.login == login)) or 0
        if on_login >= TRIES_PER_LOGIN or (session.scalar(recent) or 0) >= TRIES_PER_ADDRESS:
            raise TooMany(
                _("There were too many attempts that did not fit."),
                remedy=_("Wait %(n)s minutes, then try again.", n=WINDOW.seconds // 60),
            )
        session.add(SignInAttempt(login=login, address=address, at=at))


def _forget(login: str, address: str, at: datetime) -> None:
    """A success clears the name's attempts; what is older than the window is of no use."""
    mine = (SignInAttempt.login == login) & (SignInAttempt.address == address)
    db.session.execute(delete(SignInAttempt).where(mine | (SignInAttempt.at <= at - WINDOW)))
    db.session.execute(delete(SignIn).where(SignIn.expires_at <= at))


def _start(person: Person, browser: Browser, at: datetime, lasts: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            token_hash=_hash(token),
            person=person,
            created_at=at,
            last_seen_at=at,
            expires_at=at + lasts,
            user_agent=browser.user_agent[:200],
            address=browser.address[:64],
        )
    )
    person.last_seen_at = at
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(token: str, *, at: datetime) -> SignIn | None:
    """The session ``token`` opens, unless it has ended or its person may not sign in."""
    found = db.session.scalar(select(SignIn).where(SignIn.token_hash == _hash(token)))
    if found is None or found.expires_at <= at or not found.person.active:
        return None
    if at - found.last_seen_at > SEEN_EVERY:
        with transaction():
            found.last_seen_at = found.person.last_seen_at = at
    return found


def sign_out(session: SignIn) -> None:
    with transaction():
        audit.record(session.person, "sign_out", session.person)
        db.session.execute(delete(SignIn).where(SignIn.id == session.id))


def sign_out_elsewhere(person: Person, keep: SignIn | None) -> int:
    """End every session of ``person`` but ``keep``; how many there were."""
    others = SignIn.person_id == person.id
    if keep is not None:
        others &= SignIn.id != keep.id
    with transaction() as session:
        ended = len(session.scalars(delete(SignIn).where(others).returning(SignIn.id)).all())
        if ended:
            audit.record(person, "sign_out.elsewhere", person, sessions=ended)
    return ended


def sessions_of(person: Person, *, at: datetime) -> Sequence[SignIn]:
    """Where ``person`` is signed in, the latest used first."""
    mine = select(SignIn).where(SignIn.person_id == person.id, SignIn.expires_at > at)
    return db.session.scalars(mine.order_by(SignIn.last_seen_at.desc())).all()
