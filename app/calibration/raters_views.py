"""The pages of raters: severity, drift, consistency, certification."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.calibration import models

bp = Blueprint("raters", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
