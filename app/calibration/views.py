"""The pages of calibration: the list, the plan, scoring."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.calibration import models

bp = Blueprint("calibration", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
