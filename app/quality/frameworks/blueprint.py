"""The blueprint of the quality framework, and what its pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from app.errors import NotFound
from app.quality.frameworks import labels
from app.quality.frameworks.document import LEVELS
from app.typed import whole

bp = Blueprint("frameworks", __name__)


def naming() -> dict[str, Any]:
    """What every template of this room names things with."""
    return {
        "section_label": labels.section_label,
        "field_label": labels.field_label,
        "level_label": labels.level_label,
        "direction_label": labels.direction_label,
        "levels": LEVELS,
    }


def id_in(args: Mapping[str, str], name: str) -> int:
    found = whole(args.get(name, ""))
    if found is None:
        raise NotFound(_("There is no such version of the framework."))
    return found
