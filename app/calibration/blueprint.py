"""Where the pages of the list, the plan and the scoring hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calibration", __name__, url_prefix="/quality/calibration")
