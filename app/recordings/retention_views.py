"""The page of retention: what is kept for how long, and what a night would erase."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.recordings import models

bp = Blueprint("retention", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
