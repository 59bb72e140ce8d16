"""Two versions of a card: what was added, taken away and changed. Pure.

Criteria are the same when they have the same id; marks of two versions may be compared where
the scale is the same too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.quality.card import Criterion, Scorecard, Section
from app.quality.card_words import CRITICAL
from app.quality.scale import Scale
from app.quality.text import N_, Text, text

Words = str | Text
"""What somebody wrote, or a word of ours."""
Kind = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads differently; empty words: it was not there."""

    what: Text
    before: Words
    after: Words


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One criterion in two versions. ``comparable``: marks under both mean the same."""

    id: str
    title: str
    section: str
    kind: Kind
    comparable: bool
    before: Criterion | None
    after: Criterion | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CardChange:
    """A whole card in two versions: the card itself, its sections, its criteria in order."""

    card: tuple[Change, ...]
    criteria: tuple[CriterionChange, ...]

    @property
    def is_empty(self) -> bool:
        return not self.card and all(each.kind == "same" for each in self.criteria)

    @property
    def comparable(self) -> frozenset[str]:
        """The criteria that keep their meaning from one version to the other."""
        return frozenset(each.id for each in self.criteria if each.comparable)

    def count(self, kind: Kind) -> int:
        return sum(each.kind == kind for each in self.criteria)


def compare(before: Scorecard, after: Scorecard) -> CardChange:
    """What turns ``before`` into ``after``: the criteria of ``after`` in their order, and those
    taken away behind the one they stood behind."""
    old = {each.id: (section, each) for section in before.sections for each in section.criteria}
    new = {each.id: (section, each) for section in after.sections for each in section.criteria}
    return CardChange(
        tuple(_whole(before, after)),
        tuple(_criterion(old.get(each), new.get(each)) for each in _order(list(old), list(new))),
    )


def _order(old: list[str], new: list[str]) -> list[str]:
    order = list(new)
    for index, each in enumerate(old):
        if each not in new:
            order.insert(order.index(old[index - 1]) + 1 if index else 0, each)
    return order


def _whole(before: Scorecard, after: Scorecard) -> Iterator[Change]:
    yield from _differ(text(N_("Name")), before.title, after.title)
    yield from _differ(text(N_("Pass mark")), f"{before.pass_mark:g}", f"{after.pass_mark:g}")
    old, new = {s.id: s for s in before.sections}, {s.id: s for s in after.sections}
    for each in dict.fromkeys((*old, *new)):
        yield from _section(old.get(each), new.get(each))


def _section(before: Section | None, after: Section | None) -> Iterator[Change]:
    yield from _differ(
        text(N_("Section")), before.title if before else "", after.title if after else ""
    )
    if before and after and before.fail_zeroes != after.fail_zeroes:
        what = text(N_("“{section}”: any failure takes the section"), section=after.title)
        yield from _differ(what, _yes(before.fail_zeroes), _yes(after.fail_zeroes))


def _criterion(
    old: tuple[Section, Criterion] | None, new: tuple[Section, Criterion] | None
) -> CriterionChange:
    section, shown = new or old or (None, None)
    assert section is not None
    assert shown is not None
    before, after = old[1] if old else None, new[1] if new else None
    changes: tuple[Change, ...] = ()
    kind: Kind = "added" if before is None else "removed"
    if old and new:
        changes = tuple(_inside(old, new))
        kind = "changed" if changes else "same"
    return CriterionChange(
        id=shown.id,
        title=shown.title,
        section=section.title,
        kind=kind,
        comparable=bool(before and after and before.scale.values == after.scale.values),
        before=before,
        after=after,
        changes=changes,
    )


def _inside(old: tuple[Section, Criterion], new: tuple[Section, Criterion]) -> Iterator[Change]:
    (was_in, before), (is_in, after) = old, new
    if was_in.id != is_in.id:
        yield from _differ(text(N_("Section")), was_in.title, is_in.title)
    pairs: tuple[tuple[str, Words, Words], ...] = (
        (N_("Words"), before.title, after.title),
        (N_("Weight"), f"{before.weight:g}", f"{after.weight:g}"),
        (N_("Guidance"), before.guidance, after.guidance),
        (N_("Critical"), CRITICAL[before.critical], CRITICAL[after.critical]),
        (N_("Scale"), _points(before.scale), _points(after.scale)),
        (N_("May not apply"), _yes(before.may_not_apply), _yes(after.may_not_apply)),
        (N_("Asked if"), _condition(before), _condition(after)),
        (N_("Comment needed at"), _values(before.comment_for), _values(after.comment_for)),
        (N_("Causes"), _causes(before), _causes(after)),
        (N_("Say instead"), "\n".join(before.instead), "\n".join(after.instead)),
        (N_("Rule"), _rule(before), _rule(after)),
    )
    for what, was, now in pairs:
        yield from _differ(text(what), was, now)


def _differ(what: Text, before: Words, after: Words) -> Iterator[Change]:
    if before != after:
        yield Change(what, before, after)


def _yes(value: bool) -> Text:
    return text(N_("yes")) if value else text(N_("no"))


def _points(scale: Scale) -> str:
    lines = [
        f"{point.value:g}" + "".join(f": {each}" for each in (point.title, point.anchor) if each)
        for point in scale.points
    ]
    if scale.passes_from is not None:
        lines.append(f"≥ {scale.passes_from:g}")
    return "\n".join(lines)


def _condition(criterion: Criterion) -> str:
    asked = criterion.asked_if
    return f"{asked.criterion} = {_values(asked.values)}" if asked else ""


def _values(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _causes(criterion: Criterion) -> str:
    return "\n".join(cause.title for cause in criterion.causes)


def _rule(criterion: Criterion) -> str:
    parts = (criterion.rule, criterion.applies_when)
    return "\n".join(each.model_dump_json(exclude_defaults=True) for each in parts if each)
