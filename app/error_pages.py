"""Every error as HTTP: a page or JSON, of one shape, and never a stack trace.

JSON: ``{"error": {"code", "message", "field", "remedy", "request_id"}}``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from app.db import db
from app.errors import AppError, NotSignedIn, Unavailable
from app.http import wants_json
from app.request_facts import facts

log = logging.getLogger("callwright.errors")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is told about an error."""

    status: int
    code: str
    title: str
    message: str
    remedy: str = ""
    field: str | None = None


def init_app(app: Flask) -> None:
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, NoFreeConnection):
        app.register_error_handler(away, _database_error)
    app.register_error_handler(InternalServerError, _own_fault)


def _app_error(error: AppError) -> Response:
    if isinstance(error, NotSignedIn) and not wants_json(request):
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=back if back != "/" else None))
    if error.status >= 500:
        log.error("%s: %s", type(error).__name__, error.message, exc_info=error)
    title = _titles().get(error.status) or _("Something went wrong")
    return _answer(Fault(error.status, error.code, title, error.message, error.remedy, error.field))


def _csrf_error(error: CSRFError) -> Response:
    return _answer(
        Fault(
            400,
            "csrf",
            _("This form is too old"),
            _("The page you sent this from is from before you signed in, or from elsewhere."),
            _("Go back, reload the page and send it again. Nothing was changed."),
        )
    )


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.get_response()
    phrase = HTTPStatus(status).phrase
    title = _titles().get(status) or phrase
    message, remedy = _words(status)
    code = phrase.lower().replace(" ", "_").replace("'", "")
    answer = _answer(Fault(status, code, title, message, remedy))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            answer.headers[name] = value
    return answer


def _database_error(error: SQLAlchemyError) -> Response:
    """The database is away, busy or full."""
    db.session.rollback()
    log.error("database: %s", type(error).__name__, exc_info=error)
    return _app_error(
        Unavailable(
            _("The database did not answer in time."),
            remedy=_("Try again in a moment. What was saved before is safe."),
        )
    )


def _own_fault(error: InternalServerError) -> Response:
    return _answer(
        Fault(
            500,
            "internal_error",
            _("Something went wrong here"),
            _("This is a fault of ours, not of what you did. What was saved before is safe."),
            _("Try again; if it stays, report it with the number below."),
        )
    )


def _titles() -> dict[int, str]:
    return {
        400: _("This could not be read"),
        401: _("Sign in first"),
        403: _("Not for your role"),
        404: _("Nothing here"),
        405: _("This address takes no such request"),
        409: _("Somebody was first"),
        413: _("Too much at once"),
        429: _("Too many at once"),
        503: _("Not available just now"),
    }


def _words(status: int) -> tuple[str, str]:
    """Message and remedy of an error that HTTP itself knows."""
    known = {
        400: (_("What came is not what this page expects."), _("Go back and try again.")),
        404: (
            _("There is no such page, or it is gone."),
            _("Check the address, or begin at the start page."),
        ),
        405: (
            _("This address does not take %(method)s requests.", method=request.method),
            _("Begin at the start page."),
        ),
        413: (
            _("What you sent is larger than this page takes."),
            _("Send something smaller."),
        ),
        429: (_("There were too many requests in a short time."), _("Wait a minute.")),
    }
    return known.get(status, (_("This request could not be answered."), ""))


def _answer(fault: Fault) -> Response:
    request_id = facts().request_id
    if wants_json(request):
        body = {
            "code": fault.code,
            "message": fault.message,
            "field": fault.field,
            "remedy": fault.remedy,
            "request_id": request_id,
        }
        response: Response = jsonify({"error": body})
    else:
        response = Response(
            render_template(
                "error.html",
                status=fault.status,
                title=fault.title,
                message=fault.message,
                remedy=fault.remedy,
                request_id=request_id,
            ),
            mimetype="text/html",
        )
    response.status_code = fault.status
    return response
