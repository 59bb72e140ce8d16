"""The blueprint of the pages of raters; machine_views.py and raters_views.py have its views."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("raters", __name__, url_prefix="/quality/raters")
