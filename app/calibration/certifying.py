"""Certification: a rater scores the gold calls of a card, blind; it says whether she may go live.

A run takes the gold calls as they are when it begins. Her marks are kept as she sets them; once
a call is handed in they stay. With the last call handed in the verdict is worked out and kept,
and a pass gives a certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.calibration import gold as golden
from app.calibration.certification import CertificationResult, certification
from app.calibration.models import Certification, CertificationSheet
from app.calibration.rater_answers import Floats
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.answers import Answer, Left, Mark
from app.quality.card import Scorecard
from app.quality.cards.models import Card
from app.quality.evaluations.models import Certificate
from app.quality.sent_mark import SentMark
from app.quality.tally import Open, open_questions, refused
from app.quality.wording import wording
from app.recordings import access

LASTS = timedelta(days=365)
"""How long a certificate is good for."""
CODES = {Left.NOT_APPLICABLE: -1.0, Left.NOT_SURE: -2.0}
"""An answer without a point, as a number no scale has: it matches itself alone."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Her mark was changed in another tab since she saw it; both as the form takes them."""

    yours: Mapping[str, Any]
    theirs: Mapping[str, Any]


def start(person: Person, card: Card, at: datetime) -> Certification:
    """Her open run for this card, begun now if there is none. Raises ``Conflict`` without gold."""
    if (open_run := _open_run(person, card.id)) is not None:
        return open_run
    calls = golden.gold_calls(card.id)
    if not calls:
        raise Conflict(
            _("This scorecard has no gold calls yet."),
            remedy=_("Certify some first: from a closed calibration session, or an evaluation."),
        )
    newest = max(calls, key=lambda each: each.card_version_id).card_version_id
    chosen = [each for each in calls if each.card_version_id == newest]
    with transaction() as session:
        run = Certification(person_id=person.id, card_version_id=newest, started_at=at)
        session.add(run)
        session.flush()
        session.add_all(
            CertificationSheet(certification_id=run.id, gold_call_id=each.id, marks={})
            for each in chosen
        )
        recordings = [each.recording_id for each in chosen]
        access.grant([person.id], _source(run), at=at, recordings=recordings)
    db.session.refresh(run)
    return run


def find(person: Person, run_id: int) -> Certification:
    """Her own run. Raises ``NotFound``."""
    run = db.session.get(Certification, run_id)
    if run is None or run.person_id != person.id:
        raise NotFound(_("There is no such certification of yours."))
    return run


def sheet_of(run: Certification, sheet_id: int) -> CertificationSheet:
    found = next((each for each in run.sheets if each.id == sheet_id), None)
    if found is None:
        raise NotFound(_("This call is not part of the certification."))
    return found


def card_of(run: Certification) -> Scorecard:
    """The card, with the criteria alone that some gold call of the run has an answer for."""
    whole = Scorecard.model_validate(run.card_version.body)
    asked = {name for sheet in run.sheets for name in sheet.gold_call.answers}
    return asked_only(whole, asked)


def asked_only(card: Scorecard, asked: set[str]) -> Scorecard:
    """The same card with only these criteria; its weights are no matter of its own any more."""
    sections = [
        section.model_copy(update={"criteria": tuple(c for c in section.criteria if c.id in asked)})
        for section in card.sections
    ]
    kept = tuple(each for each in sections if each.criteria)
    return card.model_copy(update={"sections": kept})


def mark(run: Certification, sheet: CertificationSheet, sent: SentMark) -> int | Clash:
    """Keep one mark; its new version, or both marks where another tab was first.

    Raises ``InvalidInput`` for what the card has not, ``Conflict`` once the call is handed in.
    """
    _check(card_of(run), sent)
    with transaction() as session:
        session.refresh(sheet, with_for_update={"of": CertificationSheet})
        _require_open(run, sheet)
        before = sheet.marks.get(sent.criterion)
        version = int(before["version"]) if before else 0
        if before and sent.to_dict(version) == before:
            return version  # sent twice after a lost connection
        if before and sent.saw != version:
            return Clash(sent.to_dict(sent.saw), before)
        sheet.marks = {**sheet.marks, sent.criterion: sent.to_dict(version + 1)}
        sheet.revision += 1
    return version + 1


def missing(run: Certification, sheet: CertificationSheet) -> tuple[Open, ...]:
    """What keeps a call from being handed in."""
    given = {
        name: Mark(_answer(body["answer"]), body["comment"])
        for name, body in sheet.marks.items()
        if body["answer"] is not None
    }
    return open_questions(card_of(run), given)


def submit(run: Certification, sheet: CertificationSheet, at: datetime) -> None:
    """Hand one call in. Raises ``InvalidInput`` while something is ``missing``."""
    with transaction() as session:
        session.refresh(run, with_for_update={"of": Certification})
        for each in run.sheets:
            session.refresh(each)
        _require_open(run, sheet)
        if left := missing(run, sheet):
            names = ", ".join(each.title for each in left)
            raise InvalidInput(_("Still to be answered or explained: %(names)s.", names=names))
        sheet.submitted_at = at
        if all(each.submitted_at for each in run.sheets):
            _end(run, at)


def result_of(run: Certification) -> CertificationResult | None:
    """The figures of a run that is over."""
    return _figures(run) if run.ended_at else None


def certificate_of(run: Certification) -> Certificate | None:
    """What the run was worth, when it was passed."""
    return db.session.scalar(select(Certificate).where(Certificate.certification_id == run.id))


def runs_of(person_id: int) -> list[Certification]:
    """Her runs, the newest first."""
    chosen = select(Certification).where(Certification.person_id == person_id)
    return list(db.session.scalars(chosen.order_by(Certification.id.desc())).unique())


def revoke(by: Person, certificate_id: int, at: datetime) -> Certificate:
    """Take a certificate back; calls already scored stay as they are."""
    found = db.session.get(Certificate, certificate_id)
    if found is None or found.revoked_at is not None:
        raise NotFound(_("There is no such certificate."))
    with transaction():
        found.revoked_at = at
        audit.record(by, "certificate.revoked", found, person=found.person_id)
    return found


def _end(run: Certification, at: datetime) -> None:
    run.ended_at = at
    found = _figures(run)
    run.verdict = {
        "verdict": found.verdict.value,
        "words": found.words.to_dict(),
        "share": found.agreement.estimate,
        "low": found.agreement.low,
        "calls": found.n_calls,
    }
    access.revoke(_source(run))
    if found.passed:
        granted = Certificate(
            person_id=run.person_id,
            card_id=run.card_version.card_id,
            granted_at=at,
            until=at + LASTS,
            certification_id=run.id,
        )
        db.session.add(granted)
        audit.record(run.person, "certificate.granted", granted, card=granted.card_id)


def _figures(run: Certification) -> CertificationResult:
    criteria = card_of(run).criteria
    own, certain = (np.full((len(run.sheets), len(criteria)), np.nan) for _each in range(2))
    for row, sheet in enumerate(run.sheets):
        for column, criterion in enumerate(criteria):
            _put(certain, row, column, sheet.gold_call.answers.get(criterion.id))
            body = sheet.marks.get(criterion.id)
            _put(own, row, column, body["answer"] if body else None)
    critical = [n for n, each in enumerate(criteria) if each.critical != "none"]
    return certification(own, certain, critical)


def _put(table: Floats, row: int, column: int, kept: str | float | None) -> None:
    if kept is not None:
        answer = _answer(kept)
        table[row, column] = CODES[answer] if isinstance(answer, Left) else answer


def _check(card: Scorecard, sent: SentMark) -> None:
    try:
        asked = card.criterion(sent.criterion)
    except KeyError:
        raise InvalidInput(
            _("This card has no criterion %(name)s.", name=sent.criterion), field="criterion"
        ) from None
    if sent.mark and (why := refused(asked, sent.mark)) is not None:
        raise InvalidInput(wording(why), field="answer")


def _require_open(run: Certification, sheet: CertificationSheet) -> None:
    if run.ended_at or sheet.submitted_at:
        raise Conflict(_("This call was handed in; its marks stay as they are."))


def _open_run(person: Person, card_id: int) -> Certification | None:
    return next(
        (
            run
            for run in runs_of(person.id)
            if run.ended_at is None and run.card_version.card_id == card_id
        ),
        None,
    )


def _source(run: Certification) -> str:
    return f"certification:{run.id}"


def _answer(kept: str | float) -> Answer:
    return Left(kept) if isinstance(kept, str) else float(kept)
