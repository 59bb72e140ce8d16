"""Who is asking, and whether she may: one check before every request, sockets included."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import rights, sign_in
from app.accounts.models import Person, SignIn
from app.errors import InvalidInput, NotAllowed, NotSignedIn
from app.http import wants_json
from app.request_facts import facts
from app.services import now, services

TOKEN = "sign_in"
BEFORE_PASSWORD = {"accounts.me", "accounts.change_password", "accounts.logout", "static"}
"""What somebody with a one-time password may use until she has chosen her own."""


def init_app(app: Flask) -> None:
    app.before_request(_guard)
    app.context_processor(lambda: {"current_person": current_person()})


def current_person() -> Person | None:
    """Whoever is signed in, or None."""
    here = current_session()
    return here.person if here else None


def signed_in() -> Person:
    """Whoever is signed in. Raises ``NotSignedIn``."""
    person = current_person()
    if person is None:
        raise NotSignedIn(_("Please sign in first."))
    return person


def current_session() -> SignIn | None:
    """The session this request came with, if it is still good."""
    found: SignIn | None = g.get("sign_in")
    return found


def browser() -> sign_in.Browser:
    return sign_in.Browser(facts().address, str(request.user_agent))


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return None  # nothing is there: 404 or 405 answers without asking the database
    _find_person()
    if _is_socket():
        _refuse_strange_origin()
    person = current_person()
    rights.require(person, endpoint)
    if endpoint in rights.SOCKETS and not _is_socket():
        raise InvalidInput(_("This address is for WebSockets."), remedy=_("Open the call's page."))
    if person is not None and person.must_change_password and endpoint not in BEFORE_PASSWORD:
        return _first_your_password(endpoint)
    return None


def _find_person() -> None:
    token = session.get(TOKEN, "")
    found = sign_in.session_of(token, at=now()) if token else None
    g.sign_in = found
    g.person = found.person if found else None
    facts().person_id = found.person_id if found else None


def _is_socket() -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _refuse_strange_origin() -> None:
    """Browsers let any page open a socket with our cookies: only ours may. Programs send none."""
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin).netloc == request.host:
        return
    if origin.rstrip("/") not in {o.rstrip("/") for o in services().settings.trusted_origins}:
        raise NotAllowed(
            _("This page may not open a call here."),
            remedy=_("Open the call from this server's own address."),
        )


def _first_your_password(endpoint: str) -> Response | None:
    if rights.TABLE.get(endpoint) is rights.PUBLIC and endpoint != "web.home":
        return None
    if wants_json(request):
        raise NotAllowed(
            _("Choose a password of your own first."), remedy=_("Open your account page.")
        )
    return redirect(url_for("accounts.me"))
