"""What keeps a draft of the framework from being published. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.quality.frameworks.document import Framework
from app.quality.text import N_, Text, text


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` is the anchor of the part in the editor: ``mission``, ``metrics-aht``."""

    where: str
    words: Text


def problems(framework: Framework) -> list[Problem]:
    """Everything that is missing, in the order of the document; empty: ready."""
    return list(_found(framework))


def _found(framework: Framework) -> Iterator[Problem]:
    if not framework.mission.strip():
        yield Problem("mission", text(N_("The mission is empty.")))
    yield from _nameless("segments", framework, ("who", "expects"))
    yield from _nameless("policies", framework, ("text",))
    yield from _nameless("protocols", framework, ("text",))
    yield from _nameless("metrics", framework, ())
    for metric in framework.metrics:
        if metric.name.strip() and all(
            metric.target_of(level) is None for level in ("new", "practised", "expert")
        ):
            yield Problem(
                f"metrics-{metric.id}", text(N_("“{name}” has no target."), name=metric.name)
            )
    seen: set[tuple[int, str]] = set()
    for one in framework.trusted:
        pair = (one.card_id, one.criterion)
        where = f"trusted-{one.id}"
        if not one.reason.strip():
            yield Problem(
                where,
                text(
                    N_("Say why the automatic rater may count alone for “{name}”."),
                    name=one.criterion,
                ),
            )
        if pair in seen:
            yield Problem(where, text(N_("“{name}” is named twice."), name=one.criterion))
        seen.add(pair)


def _nameless(part: str, framework: Framework, needed: tuple[str, ...]) -> Iterator[Problem]:
    for each in getattr(framework, part):
        where = f"{part}-{each.id}"
        if not each.name.strip():
            yield Problem(where, text(N_("A part has no name.")))
        elif any(not getattr(each, field).strip() for field in needed):
            yield Problem(where, text(N_("“{name}” is not written yet."), name=each.name))
