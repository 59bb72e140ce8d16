"""Every night: who is late is reminded, and hearing that a closed session gave is taken back.

There is no mail: a reminder stands on the first page of quality and in the list of sessions.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from app.calibration import service, store
from app.calibration.models import CalibrationSession
from app.calibration.session_state import Phase
from app.db import db
from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.recordings import access
from app.recordings.models import HearingGrant
from app.services import now

HEARD_AFTER = timedelta(days=90)
"""How long after its end the people of a session may still hear its recordings."""


def tend(run: JobRun) -> None:
    """Each session in a transaction of its own; done twice it does nothing more."""
    at = now()
    open_ones = _ids(Phase.DO)
    for place, session_id in enumerate(open_ones):
        run.progress(place / (len(open_ones) + 1), _("Reminders"))
        service.remind_due(session_id, at=at)
    run.progress(len(open_ones) / (len(open_ones) + 1), _("Hearing after the end"))
    take_back(at)


def take_back(at: datetime) -> int:
    """Take back what sessions gave that ended ``HEARD_AFTER`` ago; how many sessions."""
    giving = set(db.session.scalars(select(HearingGrant.source).distinct()))
    over = [each for each in _ids(Phase.CLOSED) if service.source_of(each) in giving]
    gone = 0
    for session_id in over:
        closed = store.load(session_id).closed
        if closed is not None and closed + HEARD_AFTER <= at:
            access.revoke(service.source_of(session_id))
            gone += 1
    return gone


def _ids(phase: Phase) -> list[int]:
    chosen = select(CalibrationSession.id).where(CalibrationSession.phase == phase.value)
    return list(db.session.scalars(chosen.order_by(CalibrationSession.id)))


TEND = JobKind(
    "calibration-nightly",
    tend,
    attempts=5,
    label=lambda: _("Nightly: calibration reminders"),
    nightly=time(4, 0),
)
