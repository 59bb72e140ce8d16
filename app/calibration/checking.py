"""A compared session as one person may look at it: state, card, names, results, what she hears.

Whoever has no part in it learns nothing (``NotFound``). The statistics are worked out on the
first look after a round was closed, and kept with the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError
from sqlalchemy import select

from app.accounts.models import Person
from app.calibration import session_figures, store
from app.calibration.blind import agents_named, label
from app.calibration.models import CalibrationSession
from app.calibration.results import Results, results_for
from app.calibration.session_figures import SessionFigures
from app.calibration.session_state import Part, Phase, SessionState, parts
from app.db import db, transaction
from app.quality.answers import Answer, Left
from app.quality.card import Criterion, Scorecard
from app.quality.cards import service as cards
from app.quality.text import N_, text
from app.quality.wording import wording
from app.recordings import access
from app.recordings.models import Recording

WHOLE = 3
"""Letters that fit into a dot: a name this short, "You" say, is not cut."""


@dataclass(frozen=True)
class Look:
    """What ``viewer`` sees of a session. Names are what stands for people where they are hidden.

    ``document``: for a page or file that others will read, in which nobody is "You".
    """

    row: CalibrationSession
    state: SessionState
    viewer: Person
    document: bool = False

    @property
    def leads(self) -> bool:
        return Part.HOST in parts(self.state.plan, self.viewer.id)

    @property
    def compared(self) -> bool:
        """Whether a round was closed, so that there is something to look at."""
        return self.state.checked > 0

    @property
    def talking(self) -> bool:
        """Whether the marks are being talked about: Check or Act, and she leads it."""
        return self.leads and self.state.phase in (Phase.CHECK, Phase.ACT)

    @cached_property
    def card(self) -> Scorecard:
        return cards.card_of(self.row.card_version)

    @cached_property
    def figures(self) -> SessionFigures:
        return figures_of(self.row, self.state)

    @cached_property
    def results(self) -> Results:
        return results_for(self.state, self.viewer.id, self.figures)

    @cached_property
    def people(self) -> Mapping[int, str]:
        """What everybody in the session is called for this viewer."""
        plan = self.state.plan
        everybody = dict.fromkeys((plan.host, *plan.scorers))
        found = db.session.scalars(select(Person).where(Person.id.in_(everybody))).unique()
        names = {each.id: each.name for each in found}
        called: dict[int, str] = {}
        for person in plan.scorers:
            shown = label(self.state, self.viewer.id, person)
            own = self.document and person == self.viewer.id
            called[person] = names[person] if shown is None or own else wording(shown)
        called.setdefault(plan.host, names[plan.host])
        return called

    @cached_property
    def initials(self) -> Mapping[int, str]:
        return initials_of(self.people)

    @cached_property
    def recordings(self) -> Mapping[int, Recording]:
        chosen = select(Recording).where(Recording.id.in_(self.state.plan.recordings))
        return {each.id: each for each in db.session.scalars(chosen).unique()}

    @cached_property
    def heard(self) -> frozenset[int]:
        """The recordings of the session that she may hear now."""
        wanted = self.state.plan.recordings
        chosen = select(Recording.id).where(Recording.id.in_(wanted), access.heard_by(self.viewer))
        return frozenset(db.session.scalars(chosen))

    @cached_property
    def calls(self) -> Mapping[int, str]:
        """What each recording is called: a number, and whose call it is where that may be seen."""
        named = agents_named(self.state, self.viewer.id)
        return {
            recording: self._call(number, recording, named)
            for number, recording in enumerate(self.state.plan.recordings, 1)
        }

    def _call(self, number: int, recording: int, named: bool) -> str:
        found = self.recordings.get(recording)
        if named and found is not None and found.agent is not None:
            words = text(N_("Call {number}, {agent}"), number=str(number), agent=found.agent.name)
            return wording(words)
        return wording(text(N_("Call {number}"), number=str(number)))

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        return {each.id: each for each in self.card.criteria}

    def title(self, criterion: str) -> str:
        found = self.criteria.get(criterion)
        return found.title if found else criterion

    def answer(self, criterion: str, answer: Answer) -> str:
        """An answer as the card calls it."""
        if answer is Left.NOT_APPLICABLE:
            return wording(text(N_("does not apply")))
        if answer is Left.NOT_SURE:
            return wording(text(N_("not sure")))
        for point in self.criteria[criterion].scale.points if criterion in self.criteria else ():
            if point.value == answer:
                return point.title or f"{point.value:g}"
        return f"{answer:g}"

    def names_of(self, people: Iterable[int]) -> str:
        return ", ".join(self.people[each] for each in people)


def look(person: Person, session_id: int, *, document: bool = False) -> Look:
    """Raises ``NotFound`` for whoever has no part in the session."""
    row = store.find(person, session_id)
    return Look(row, store.state_of(row), person, document)


def figures_of(row: CalibrationSession, state: SessionState) -> SessionFigures:
    """The kept statistics; worked out and kept when a round was closed since, or none are."""
    kept = row.results or {}
    if kept.get("checked") == state.checked:
        try:
            return session_figures.from_json(kept["figures"])
        except (KeyError, ValidationError):
            pass  # of an older release: worked out anew
    found = session_figures.figures_of(state)
    keep_figures(row, state, found)
    return found


def keep_figures(row: CalibrationSession, state: SessionState, found: SessionFigures) -> None:
    """Beside the session, with the event they belong to."""
    with transaction():
        row.results = {
            "last_number": row.last_number,
            "checked": state.checked,
            "figures": session_figures.to_json(found),
        }


def initials_of(people: Mapping[int, str]) -> dict[int, str]:
    """Two letters for each, or a short word whole; a number where two would be the same."""
    taken: dict[str, int] = {}
    found: dict[int, str] = {}
    for person, name in people.items():
        words = name.split()
        one = name if len(name) <= WHOLE else name[:2]
        short = "".join(word[0] for word in words[:2]) if len(words) > 1 else one
        taken[short] = taken.get(short, 0) + 1
        found[person] = short if taken[short] == 1 else f"{short}{taken[short]}"
    return found
