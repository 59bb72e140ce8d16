"""Quality in the demo: a framework, a card, a plan, evaluations and three sessions of calibration.

Everything goes through the services, as if the demo's people had done it, on the days they would
have. Done once: with the demo's framework in force nothing is made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.calibration import acting, demo_marks, service
from app.calibration.act import Consensus, FollowUp, GuidanceChange
from app.calibration.planning import PlanForm, in_field
from app.db import db, transaction
from app.quality import card_file
from app.quality.answers import Answer, Mark
from app.quality.card import Scorecard
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations import disputes, machine
from app.quality.evaluations import service as evaluations
from app.quality.evaluations.models import Evaluation
from app.quality.frameworks import service as frameworks
from app.quality.frameworks.example import example
from app.quality.monitoring import drawing
from app.quality.monitoring import service as monitoring
from app.quality.monitoring.plan import People, Plan, Quota
from app.quality.result import Score
from app.quality.sent_mark import SentMark
from app.recordings import exemplars
from app.recordings.models import PRACTICE, READY, Recording
from app.services import now, services

PEOPLE = ("quinn", "sam", "lena", "nina", "omar")
LEAST_CALLS = 10
COMPARED = 6
"""Recordings of the first session and its follow-up."""
SCORED = {"sam": (0, 3, 6, 9), "lena": (1, 2, 5, 8), "quinn": (0, 1, 4, 7)}
"""Which calls, from the newest, are scored by whom."""

EXEMPLARS = (
    (2, "sam", "Booking step by step", "Hear how every question follows from the answer before."),
    (
        3,
        "sam",
        "Calming an angry customer",
        "The anger comes first, the numbers second; then a credit that is fair.",
    ),
)
"""Which calls, from the newest, are released by whom, for which skill and why."""


def add_quality(app: Flask) -> bool:
    """Make it unless it is there; True when it was made. Without the demo's calls nothing is."""
    with app.app_context():
        people = {
            person.login: person
            for person in db.session.scalars(select(Person).where(Person.login.in_(PEOPLE)))
        }
        calls = _calls()
        if len(people) < len(PEOPLE) or len(calls) < LEAST_CALLS or frameworks.in_force():
            return False
        with transaction():
            _Demo(app, people, calls, now()).make()
    return True


def _calls() -> Sequence[Recording]:
    """The practice calls there are, the newest first."""
    chosen = select(Recording).where(Recording.source == PRACTICE, Recording.status == READY)
    return db.session.scalars(chosen.order_by(Recording.happened_at.desc())).unique().all()


@dataclass(frozen=True, slots=True)
class _Demo:
    app: Flask
    people: Mapping[str, Person]
    calls: Sequence[Recording]
    today: datetime

    def make(self) -> None:
        self._framework()
        version = self._card()
        self._plan(version)
        self._evaluations(version)
        self._worth_hearing()
        self._circle(version)
        self._this_week(version)

    def ago(self, days: float) -> datetime:
        return self.today - timedelta(days=days)

    # -- what is scored by -----------------------------------------------------------

    def _framework(self) -> None:
        quinn, at = self.people["quinn"], self.ago(24)
        draft = frameworks.draft(example(), by=quinn, at=at)
        reason = "The first one: what we have agreed on so far."
        frameworks.publish(draft.id, reason=reason, saw=draft.revision, by=quinn, at=at)

    def _card(self) -> CardVersion:
        quinn, at = self.people["quinn"], self.ago(23)
        starter = card_file.starters()["service-call"]
        draft = cards.create(quinn, starter.title, starter.model_dump(mode="json"), at)
        seen = cards.Publishing("The first card for all kinds of calls.", draft.revision, None)
        return cards.publish(draft, quinn, at, seen)

    def _plan(self, version: CardVersion) -> None:
        """From now on, so that there is work: a call a week of everybody."""
        quinn = self.people["quinn"]
        raters = frozenset(self.people[name].id for name in demo_marks.EYES)
        plan = Plan(people=People(everybody=True), quota=Quota(per_agent=1), strata=("skill",))
        wanted = monitoring.PlanInput("A call a week of everybody", version.card_id, raters, plan)
        row = monitoring.create(quinn, wanted, at=self.ago(22))
        monitoring.start(quinn, row, at=self.ago(22))
        root = services(self.app).settings.recordings_dir
        drawing.draw(row.id, at=self.today, root=root, present=True)

    # -- evaluations -----------------------------------------------------------------

    def _evaluations(self, version: CardVersion) -> None:
        made = []
        for login, places in SCORED.items():
            for place in (place for place in places if place < len(self.calls)):
                made.append(self._scored(self.people[login], self.calls[place], version))
        released = [each for each in made if each.agent_id == self.people["nina"].id]
        if released:
            at = released[0].released_at or self.today
            words = "Fair. I will name the next step earlier."
            evaluations.accept(self.people["nina"], released[0], words, at + timedelta(hours=3))
        self._dispute(made)

    def _dispute(self, made: Iterable[Evaluation]) -> None:
        """Omar, of a low mark for empathy in a call in which he did take up the anger."""
        omar = self.people["omar"]
        for each in made:
            there = self._heard(each.recording)["empathy"]
            given = next(mark for mark in each.marks if mark.criterion == "empathy")
            if each.agent_id == omar.id and given.value == 2 and there.why == "once":
                said = "I said that I understand how frustrating it is, before anything else."
                objection = disputes.Objection("empathy", said, there.seconds)
                disputes.open_dispute(omar, each, objection, self.ago(0.5))
                return

    def _scored(self, rater: Person, call: Recording, version: CardVersion) -> Evaluation:
        at = max(call.happened_at + timedelta(hours=20), self.ago(22))
        at = min(at, self.ago(0.7))
        made = evaluations.start(rater, call, version, at)
        card = cards.card_of(version)
        for criterion, given in self._marks(card, call, rater.login, talked=False).items():
            evaluations.mark(made, _sent(criterion, given), at)
        evaluations.submit(made, at)
        evaluations.release(rater, made, at)
        return made

    def _marks(
        self, card: Scorecard, call: Recording, login: str, *, talked: bool
    ) -> dict[str, Mark]:
        return demo_marks.marks(card, call.key, self._heard(call), login, talked=talked)

    def _heard(self, call: Recording) -> dict[str, demo_marks.Heard]:
        found = machine.of_machine(call)
        results = Score.from_dict(found.score).results if found and found.score else ()
        return demo_marks.heard(demo_marks.Facts.of(results))

    def _worth_hearing(self) -> None:
        """Two good calls, for everybody to learn from."""
        for place, by, skill, why in EXEMPLARS:
            call = self.calls[place] if place < len(self.calls) else None
            found = machine.of_machine(call) if call else None
            if call and found and found.passed:
                wanted = exemplars.Release(why, skill, no_names=True)
                exemplars.release(self.people[by], call, wanted, self.ago(0.4))

    # -- calibration -----------------------------------------------------------------

    def _circle(self, version: CardVersion) -> None:
        """A session that was closed, and its follow-up, which stands in Check."""
        quinn, card = self.people["quinn"], cards.card_of(version)
        calls = self.calls[-COMPARED:]
        first = self._session("What is empathy?", calls, version, self.ago(13), days=2)
        self._all_score(first, calls, card, self.ago(12), talked=False)
        at = self.ago(11)
        state = service.close_scoring(quinn, first, at=at)
        acting.attended(quinn, first, (self.people[name].id for name in demo_marks.EYES), at=at)
        acting.noted(
            quinn,
            first,
            "Lena went by the tone, Quinn by the very words. A feeling taken up is what counts.",
            at=at,
        )
        acting.go_on(quinn, first, at=at)
        for criterion in state.over:
            points = [(call.id, self._agreed(card, call, criterion)) for call in calls]
            said = "Gone through again together: what counts is the feeling taken up, not the tone."
            acting.resolve(quinn, first, criterion, Consensus(tuple(points), said), at=at)
        guidance = "5: names what the customer feels, at the moment it is felt. Tone alone: 3."
        reason = "Each of us scored something else."
        acting.propose(quinn, first, GuidanceChange("empathy", guidance, reason), at=at)
        due = FollowUp(self.ago(1.5), "To see whether the new guidance helps.")
        acting.propose(quinn, first, due, at=at)
        after = acting.close(quinn, first, at=at).follow_up
        assert after is not None, "a follow-up was proposed"
        service.open_scoring(quinn, after.id, at=self.ago(4))
        self._all_score(after.id, calls, card, self.ago(3), talked=True)
        service.close_scoring(quinn, after.id, at=self.ago(1))

    def _agreed(self, card: Scorecard, call: Recording, criterion: str) -> Answer:
        given = [self._marks(card, call, each, talked=False)[criterion] for each in demo_marks.EYES]
        return demo_marks.agreed([each.answer for each in given])

    def _this_week(self, version: CardVersion) -> None:
        """A session that is open: Quinn has scored, Sam and Lena have not."""
        spoken = [each for each in self.calls if each.mode == "voice"]
        calls = (spoken or list(self.calls))[:3]
        session = self._session("This week’s calls", calls, version, self.ago(0.2), days=5)
        card = cards.card_of(version)
        self._score(session, self.people["quinn"], calls, card, self.ago(0.1), talked=True)

    def _session(
        self, title: str, calls: Iterable[Recording], version: CardVersion, at: datetime, days: int
    ) -> int:
        quinn = self.people["quinn"]
        form = PlanForm(
            title=title,
            recordings=tuple(each.id for each in calls),
            card=version.id,
            criteria=tuple(each.id for each in cards.card_of(version).criteria),
            raters=tuple(self.people[name].id for name in demo_marks.EYES),
            due=in_field(at + timedelta(days=days), UTC),
        )
        row = service.plan(quinn, form, zone=UTC, at=at)
        service.open_scoring(quinn, row.id, at=at)
        return row.id

    def _all_score(
        self,
        session: int,
        calls: Sequence[Recording],
        card: Scorecard,
        at: datetime,
        *,
        talked: bool,
    ) -> None:
        for login in demo_marks.EYES:
            self._score(session, self.people[login], calls, card, at, talked=talked)

    def _score(
        self,
        session: int,
        rater: Person,
        calls: Iterable[Recording],
        card: Scorecard,
        at: datetime,
        *,
        talked: bool,
    ) -> None:
        for call in calls:
            given = self._marks(card, call, rater.login, talked=talked)
            for criterion, mark in given.items():
                service.mark(rater, session, call.id, _sent(criterion, mark), at=at)
            service.submit(rater, session, call.id, at=at)


def _sent(criterion: str, given: Mark) -> SentMark:
    return SentMark(criterion, given.answer, given.comment, given.seconds, given.causes, 0)
