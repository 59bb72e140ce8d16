"""Filters of the lists, read from an address. What makes no sense there is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import to_utc

from app.accounts.audit import AuditQuery
from app.accounts.models import Role
from app.accounts.service import SORTS, PeopleQuery

ACTIVE: Mapping[str, bool | None] = {"": True, "no": False, "all": None}


def people_query(args: Mapping[str, str]) -> PeopleQuery:
    sort = args.get("sort", "name")
    role = args.get("role", "")
    return PeopleQuery(
        text=args.get("text", "").strip()[:100],
        role=Role(role) if role in set(Role) else None,
        team_id=_whole(args.get("team", "")),
        active=ACTIVE.get(args.get("active", ""), True),
        sort=sort if sort in SORTS else "name",
        backwards=args.get("direction") == "desc",
        page=_whole(args.get("page", "")) or 1,
    )


def audit_query(args: Mapping[str, str]) -> AuditQuery:
    """Days are the reader's own, and ``until`` includes its day."""
    until = _day(args.get("until", ""))
    return AuditQuery(
        person_id=_whole(args.get("person", "")),
        action=args.get("action", "").strip(),
        subject=args.get("subject", "").strip(),
        since=_moment(_day(args.get("since", ""))),
        until=_moment(until + timedelta(days=1) if until else None),
        page=_whole(args.get("page", "")) or 1,
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


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


def _moment(day: datetime | None) -> datetime | None:
    return to_utc(day).replace(tzinfo=UTC) if day else None
