"""Filters of the lists, read from an address. What makes no sense there is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import to_utc

from app.accounts.audit import AuditQuery
from app.accounts.models import Role
from app.accounts.service import SORTS, PeopleQuery
from app.typed import whole

ACTIVE: Mapping[str, bool | None] = {"": True, "no": False, "all": None}


def people_query(args: Mapping[str, str]) -> PeopleQuery:
    sort = args.get("sort", "name")
    role = args.get("role", "")
    return PeopleQuery(
        text=args.get("text", "").strip()[:100],
        role=Role(role) if role in set(Role) else None,
        team_id=whole(args.get("team", "")),
        active=ACTIVE.get(args.get("active", ""), True),
        sort=sort if sort in SORTS else "name",
        backwards=args.get("direction") == "desc",
        page=page_in(args),
    )


def audit_query(args: Mapping[str, str]) -> AuditQuery:
    """Days are the reader's own, and ``until`` includes its day."""
    return AuditQuery(
        person_id=whole(args.get("person", "")),
        action=args.get("action", "").strip(),
        subject=args.get("subject", "").strip(),
        since=day_begins(args.get("since", "")),
        until=day_ends(args.get("until", "")),
        page=page_in(args),
    )


def args_of(args: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The present filters without the empty ones, for links that keep them."""
    return {key: args[key] for key in known if args.get(key)}


def safe_path(target: str) -> str:
    """``target`` if it is a path of this server, else empty: nobody is sent elsewhere."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    plain = inside and not parts.scheme and not parts.netloc
    return target if plain and target.isprintable() and "\\" not in target else ""


def page_in(args: Mapping[str, str]) -> int:
    """The page of a long list, counted from 1."""
    return whole(args.get("page", "")) or 1


def day_begins(text: str) -> datetime | None:
    """The first moment of a day such as 2026-03-31, which is the reader's own."""
    return _midnight(text, timedelta(0))


def day_ends(text: str) -> datetime | None:
    """The first moment after that day."""
    return _midnight(text, timedelta(days=1))


def _midnight(text: str, later: timedelta) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return to_utc(day + later).replace(tzinfo=UTC) if 1900 <= day.year <= 2200 else None
