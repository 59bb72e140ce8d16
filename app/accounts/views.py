"""The pages of people: sign in, one's own account, people, teams, audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from app.accounts import audit, passwords, service, sign_in, teams
from app.accounts.forms import person_input, preferences, problems_of, team_name
from app.accounts.guard import TOKEN, browser, current_person, current_session, signed_in
from app.accounts.labels import role_label, role_options
from app.accounts.models import Person, SignIn
from app.accounts.queries import args_of, audit_query, people_query, safe_path
from app.errors import Conflict, InvalidInput, TooMany
from app.i18n import offered
from app.services import now, services
from app.typed import wholes

bp = Blueprint("accounts", __name__)
Answer = Response | str | tuple[str, int]


class RowId(IntegerConverter):
    """The id of a row, of a size that databases know: a longer number is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=2**31 - 1)


def init_app(app: Flask) -> None:
    app.url_map.converters["id"] = RowId
    app.register_blueprint(bp)
    app.add_template_filter(role_label)


def _tried(action: Callable[[], object]) -> dict[str, str]:
    """Do it; the problems by field, empty when it went well."""
    try:
        action()
    except (InvalidInput, Conflict) as error:
        return problems_of(error)
    return {}


# -- the door -----------------------------------------------------------------


@bp.get("/login")
def login() -> Answer:
    target = safe_path(request.args.get("next", ""))
    if current_person() is not None:
        return redirect(target or url_for("web.home"))
    return render_template("accounts/login.html", form_error="", name="", next_url=target)


@bp.post("/login")
def login_try() -> Answer:
    name, target = request.form.get("name", ""), safe_path(request.form.get("next", ""))
    lasts = timedelta(hours=services().settings.session_hours)
    try:
        _person, token = sign_in.sign_in(
            name, request.form.get("password", ""), browser(), at=now(), lasts=lasts
        )
    except (InvalidInput, TooMany) as error:
        words = f"{error.message} {error.remedy}"
        page = render_template("accounts/login.html", form_error=words, name=name, next_url=target)
        return page, error.status
    session.clear()
    session[TOKEN] = token
    return redirect(target or url_for("web.home"))


@bp.post("/logout")
def logout() -> Answer:
    here = current_session()
    if here is not None:
        sign_in.sign_out(here)
    session.clear()
    return redirect(url_for("accounts.login"))


# -- one's own account --------------------------------------------------------


def _here() -> SignIn:
    signed_in()
    here = current_session()
    assert here is not None
    return here


def _account_page(errors: dict[str, str]) -> Answer:
    person = signed_in()
    page = render_template(
        "accounts/me.html",
        person=person,
        sessions=sign_in.sessions_of(person, at=now()),
        here=_here(),
        locales=offered(person.locale),
        values=request.form or {"locale": person.locale, "timezone": person.timezone},
        errors=errors,
        shortest=passwords.SHORTEST,
    )
    return page, 400 if errors else 200


@bp.get("/account")
def me() -> Answer:
    return _account_page({})


@bp.post("/account/password")
def change_password() -> Answer:
    old, new, again = (request.form.get(key, "") for key in ("old", "new", "again"))
    errors = _tried(lambda: service.change_own_password(signed_in(), _here(), old, new, again))
    if errors:
        return _account_page(errors)
    flash(_("Your password is changed; other devices were signed out."), "success")
    return redirect(url_for("accounts.me"))


@bp.post("/account/preferences")
def change_preferences() -> Answer:
    errors = _tried(lambda: service.set_preferences(signed_in(), *preferences(request.form)))
    if errors:
        return _account_page(errors)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.me"))


@bp.post("/account/sign-out-elsewhere")
def sign_out_elsewhere() -> Answer:
    ended = sign_in.sign_out_elsewhere(signed_in(), keep=_here())
    flash(_("Signed out on %(n)s other devices.", n=ended), "success")
    return redirect(url_for("accounts.me"))


# -- people -------------------------------------------------------------------


@bp.get("/people")
def people() -> Answer:
    query = people_query(request.args)
    return render_template(
        "accounts/people.html",
        page=service.find(query),
        query=query,
        args=args_of(request.args, ("text", "role", "team", "active", "sort", "direction")),
        roles=role_options(),
        teams=teams.every(),
    )


def _person_page(person: Person | None, errors: dict[str, str]) -> Answer:
    page = render_template(
        "accounts/person.html",
        person=person,
        values=request.form or _values_of(person),
        led=_led(person),
        roles=role_options(),
        teams=teams.every(),
        errors=errors,
    )
    return page, 400 if errors else 200


def _values_of(person: Person | None) -> dict[str, object]:
    if person is None:
        return {"role": "agent"}
    return {
        "login": person.login,
        "name": person.name,
        "role": str(person.role),
        "team": person.team_id,
    }


def _led(person: Person | None) -> list[int]:
    """The teams ticked as led: as sent, else as kept."""
    if request.method == "POST":
        return wholes(request.form.getlist("leads"))
    return [team.id for team in person.leads] if person else []


def _password_page(person: Person, password: str) -> Answer:
    """Shown in the answer itself and nowhere else: no later page has it."""
    return render_template("accounts/password_once.html", person=person, password=password)


@bp.route("/people/new", methods=["GET", "POST"])
def person_new() -> Answer:
    if request.method == "GET":
        return _person_page(None, {})
    password = passwords.one_time()
    try:
        wanted = person_input(request.form)
        added = service.add(signed_in(), wanted, password, at=now(), temporary=True)
    except (InvalidInput, Conflict) as error:
        return _person_page(None, problems_of(error))
    return _password_page(added, password)


@bp.route("/people/<id:person_id>", methods=["GET", "POST"])
def person(person_id: int) -> Answer:
    found = service.get(person_id)
    if request.method == "GET":
        return _person_page(found, {})
    errors = _tried(lambda: service.change(signed_in(), found, person_input(request.form)))
    if errors:
        return _person_page(found, errors)
    flash(_("%(name)s is saved.", name=found.name), "success")
    return redirect(url_for("accounts.people"))


@bp.post("/people/<id:person_id>/deactivate")
def deactivate(person_id: int) -> Answer:
    found = service.get(person_id)
    service.deactivate(signed_in(), found)
    flash(_("%(name)s can no longer sign in. Her calls stay.", name=found.name), "success")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<id:person_id>/reactivate")
def reactivate(person_id: int) -> Answer:
    found = service.get(person_id)
    service.reactivate(signed_in(), found)
    flash(_("%(name)s can sign in again.", name=found.name), "success")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<id:person_id>/password")
def reset_password(person_id: int) -> Answer:
    found = service.get(person_id)
    return _password_page(found, service.reset_password(signed_in(), found))


# -- teams --------------------------------------------------------------------


def _teams_page(errors: dict[str, str], renamed: int | None = None) -> Answer:
    page = render_template(
        "accounts/teams.html",
        lines=teams.lines(),
        values=request.form,
        errors=errors,
        renamed=renamed,
    )
    return page, 400 if errors else 200


@bp.route("/teams", methods=["GET", "POST"], endpoint="teams")
def teams_page() -> Answer:
    if request.method == "GET":
        return _teams_page({})
    errors = _tried(lambda: teams.add(signed_in(), team_name(request.form), at=now()))
    return _teams_page(errors) if errors else redirect(url_for("accounts.teams"))


@bp.post("/teams/<id:team_id>")
def team_rename(team_id: int) -> Answer:
    team = teams.get(team_id)
    errors = _tried(lambda: teams.rename(signed_in(), team, team_name(request.form)))
    return _teams_page(errors, team_id) if errors else redirect(url_for("accounts.teams"))


@bp.post("/teams/<id:team_id>/delete")
def team_delete(team_id: int) -> Answer:
    teams.remove(signed_in(), teams.get(team_id))
    flash(_("The team is deleted."), "success")
    return redirect(url_for("accounts.teams"))


# -- the audit log ------------------------------------------------------------


@bp.get("/audit", endpoint="audit")
def audit_page() -> Answer:
    query = audit_query(request.args)
    return render_template(
        "accounts/audit.html",
        page=audit.find(query),
        args=args_of(request.args, ("person", "action", "subject", "since", "until")),
        people=service.everybody(),
        actions=audit.actions(),
    )
