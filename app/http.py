"""What every request and answer has: an id, a line in the log, security headers, compression."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from app import request_facts
from app.services import services

log = logging.getLogger("callwright.request")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
COMPRESSED = [
    "text/html",
    "text/css",
    "text/javascript",
    "text/vtt",
    "text/plain",
    "application/json",
    "image/svg+xml",
]


class Cookies(SecureCookieSessionInterface):
    """The session cookie is for HTTPS alone wherever the page came by HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()
    app.config["COMPRESS_MIMETYPES"] = COMPRESSED
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    Compress(app)
    hops = services(app).settings.proxy_hops
    if hops:
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    app.add_template_global(csp_nonce)
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)


def csp_nonce() -> str:
    """This answer's nonce: a ``<style nonce>`` that carries it is let through."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def wants_json(asked: Request) -> bool:
    """Whether the answer is for a program: a script of the page, a socket, a .json address."""
    if asked.path.endswith(".json") or asked.is_json:
        return True
    if asked.headers.get("X-Requested-With", "").lower() == "xmlhttprequest":
        return True
    if asked.headers.get("Upgrade", "").lower() == "websocket":
        return True
    accepted = asked.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _begin() -> None:
    asked = request.headers.get("X-Request-ID", "")
    request_facts.begin(
        request_facts.RequestFacts(
            request_id=asked if REQUEST_ID.fullmatch(asked) else secrets.token_hex(8),
            address=(request.remote_addr or "")[:64],
            started=time.perf_counter(),
        )
    )


def _finish(response: Response) -> Response:
    facts = request_facts.facts()
    response.headers["X-Request-ID"] = facts.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    log.info(
        "%s %s %s",
        request.method,
        request.path,
        response.status_code,
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - facts.started) * 1000, 1),
        },
    )
    return response


def _end(error: BaseException | None) -> None:
    request_facts.end()
