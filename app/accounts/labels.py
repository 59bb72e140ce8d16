"""What roles are called on the page."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts.models import Role


def role_label(role: Role | str) -> str:
    labels: dict[Role, str] = {
        Role.AGENT: _("Agent"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.QA: _("QA analyst"),
        Role.PLANNER: _("Planner"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return labels[Role(role)]


def role_options() -> list[tuple[str, str]]:
    """(value, label) of every role, for a choice."""
    return [(role.value, role_label(role)) for role in Role]
