"""Who and what the present request is, for logs and the audit log.

Kept beside the request and not in it, so that services need not know Flask's.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestFacts:
    """Empty outside of a request, such as on the command line."""

    request_id: str = ""
    address: str = ""
    person_id: int | None = None
    started: float = 0.0
    """``time.perf_counter`` when it came, seconds."""


_current: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


def facts() -> RequestFacts:
    """The facts of the request at work in this thread."""
    return _current.get() or RequestFacts()


def begin(request: RequestFacts) -> None:
    _current.set(request)


def end() -> None:
    _current.set(None)
