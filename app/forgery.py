"""Every form that changes something carries a token of the session it was shown in."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def init_app(app: Flask) -> None:
    # As long as the session: a page left open over lunch still sends.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    CSRFProtect(app)
