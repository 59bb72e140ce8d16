"""What the pages of raters show: strictness, drift and certificates, by whoever looks.

A lead of quality sees everybody by name; a rater sees herself, and the others as "Rater 1"…,
since a figure like this is no matter of gossip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.calibration.drift import DriftResult
from app.calibration.rater_answers import Estimate, words_for
from app.calibration.rater_pictures import Chart, Ruler, Whisker, chart, ruler, whisker
from app.calibration.rater_scores import (
    Consistency,
    Drifting,
    ScoreRow,
    Strictness,
    consistency,
    drifts,
    severity,
)
from app.calibration.score_rows import certified, rows_of
from app.db import db
from app.errors import NotFound
from app.quality.cards.models import Card
from app.quality.evaluations.certificates import valid_certificates
from app.quality.evaluations.models import Certificate
from app.quality.text import N_, Text, text
from app.recordings.models import Recording

RATERS = (Role.SUPERVISOR, Role.QA)
TOO_SOON = text(N_("Too few scores yet to tell whether there is drift."))


@dataclass(frozen=True, slots=True)
class RaterLine:
    """One rater. ``rater_id`` None: her name is not for this reader."""

    rater_id: int | None
    name: str
    scores: int
    shared: int
    severity: Estimate | None
    picture: Whisker | None
    fit: float | None
    logits: Estimate | None
    few: bool
    trouble: Text | None
    drift: Text
    drifts: bool
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody who scored by a card. ``model``: the many-facet one was found beside the
    additive one. ``trouble`` in words when they cannot be compared."""

    card: Card
    lines: tuple[RaterLine, ...]
    scale: Ruler
    recordings: int
    model: bool
    trouble: Text | None
    unscored: tuple[tuple[str, Certificate | None], ...]
    own: Certificate | None
    """The reader's."""


@dataclass(frozen=True, slots=True)
class OneRater:
    """One rater's own page."""

    person: Person
    card: Card
    line: RaterLine | None
    drift: Drifting | None
    chart: Chart | None
    consistency: Consistency
    scale: Ruler
    titles: Mapping[int, str]
    """Of the chart's recordings, by id."""


def cards_scored() -> Sequence[Card]:
    """Cards in use, by name."""
    chosen = select(Card).where(Card.archived_at.is_(None), Card.scenario_id.is_(None))
    return db.session.scalars(chosen.order_by(Card.name)).all()


def overview(reader: Person, card: Card, at: datetime) -> Overview:
    look = _Look.taken(reader, card, at)
    strict = look.strict
    names = shown_names(reader, strict.raters)
    lines = [look.line(place, names[rater]) for place, rater in enumerate(strict.raters)]
    # The strictest first; whoever has no figure yet comes last.
    lines.sort(key=lambda each: -each.severity.value if each.severity else float("inf"))
    trouble = strict.additive.trouble
    return Overview(
        card,
        tuple(lines),
        look.scale,
        len(strict.recordings),
        strict.facets is not None,
        words_for(trouble) if trouble else None,
        _unscored(reader, strict.raters, look.certificates),
        look.certificates.get(reader.id),
    )


def one_rater(reader: Person, rater_id: int, card: Card, at: datetime) -> OneRater:
    """Raises ``NotFound`` for whom ``reader`` may not look at."""
    person = db.session.get(Person, rater_id)
    if person is None or person.role not in RATERS or not may_see(reader, person.id):
        raise NotFound(_("There is no such rater."))
    look = _Look.taken(reader, card, at)
    raters = look.strict.raters
    found = look.drifts.get(person.id)
    return OneRater(
        person,
        card,
        look.line(raters.index(person.id), person.name) if person.id in raters else None,
        found,
        chart(found.chart) if found else None,
        consistency([row for row in look.rows if row.rater == person.id]),
        look.scale,
        _titles(found.recordings if found else ()),
    )


def _titles(recordings: Sequence[int]) -> Mapping[int, str]:
    chosen = select(Recording.id, Recording.title).where(Recording.id.in_(recordings))
    return {row.id: row.title for row in db.session.execute(chosen)}


def drift_words(found: DriftResult) -> Text:
    """In a sentence, the same wherever it is told."""
    return TOO_SOON if found.too_few and not found.trouble else found.words


def may_see(reader: Person, rater_id: int) -> bool:
    """Whether she may see this rater by name."""
    return reader.role is Role.QA or reader.id == rater_id


def shown_names(reader: Person, raters: Sequence[int]) -> Mapping[int, str]:
    """By rater: her name, or "Rater 1"… where ``reader`` may not see it."""
    known = {
        person.id: person.name
        for person in db.session.scalars(select(Person).where(Person.id.in_(raters)))
    }
    names: dict[int, str] = {}
    hidden = 0
    for rater in raters:
        if may_see(reader, rater):
            names[rater] = known[rater]
        else:
            hidden += 1
            names[rater] = _("Rater %(number)s", number=hidden)
    return names


@dataclass(frozen=True, slots=True)
class _Look:
    """One card looked at by one reader at one moment."""

    reader: Person
    rows: Sequence[ScoreRow]
    drifts: Mapping[int, Drifting]
    strict: Strictness
    scale: Ruler
    certificates: Mapping[int, Certificate]

    @classmethod
    def taken(cls, reader: Person, card: Card, at: datetime) -> _Look:
        rows = rows_of(card.id)
        strict = severity(rows)
        scale = ruler([each.severity for each in strict.additive.raters if each.severity])
        given = valid_certificates(card.id, at)
        return cls(reader, rows, drifts(rows, certified(card.id)), strict, scale, given)

    def line(self, place: int, name: str) -> RaterLine:
        rater = self.strict.raters[place]
        own = self.strict.additive.raters[place]
        facet = self.strict.facets.raters[place] if self.strict.facets else None
        moved = self.drifts[rater].chart
        seen = may_see(self.reader, rater)
        return RaterLine(
            rater if seen else None,
            name,
            own.n,
            own.shared,
            own.severity,
            whisker(self.scale, own.severity) if own.severity else None,
            facet.infit if facet else None,
            facet.measure if facet else None,
            own.too_few,
            words_for(own.trouble) if own.trouble else None,
            drift_words(moved),
            moved.first_signal is not None and not moved.too_few,
            self.certificates.get(rater) if seen else None,
        )


def _unscored(
    reader: Person, scored: Sequence[int], certificates: Mapping[int, Certificate]
) -> tuple[tuple[str, Certificate | None], ...]:
    """Raters who have not scored by this card yet, as far as ``reader`` may see them."""
    chosen = select(Person).where(
        Person.role.in_(RATERS), Person.active, Person.id.not_in(list(scored))
    )
    return tuple(
        (person.name, certificates.get(person.id))
        for person in db.session.scalars(chosen.order_by(Person.name))
        if may_see(reader, person.id)
    )
