"""What is tidied up every night: jobs long over, sign-ins that have ended."""

from __future__ import annotations

import logging
from datetime import datetime, time

from flask_babel import gettext as _
from sqlalchemy import delete

from app.accounts.models import SignIn, SignInAttempt
from app.accounts.sign_in import WINDOW
from app.db import transaction
from app.jobs import service
from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.services import now

log = logging.getLogger(__name__)


def tidy_up(run: JobRun) -> None:
    """Each step may be done twice: what is gone is gone."""
    at = now()
    run.progress(0.0, _("Jobs that were over a month ago"))
    jobs = service.prune(at)
    run.progress(0.5, _("Sign-ins that have ended"))
    sign_ins = forget_sign_ins(at)
    log.info("tidied up: %s jobs, %s sign-ins", jobs, sign_ins)


def forget_sign_ins(at: datetime) -> int:
    """Delete sign-ins that have expired and attempts that no longer count; how many."""
    gone = 0
    with transaction() as session:
        for expired in (
            delete(SignIn).where(SignIn.expires_at <= at).returning(SignIn.id),
            delete(SignInAttempt)
            .where(SignInAttempt.at <= at - WINDOW)
            .returning(SignInAttempt.id),
        ):
            gone += len(session.scalars(expired).all())
    return gone


TIDY_UP = JobKind(
    "tidy-up", tidy_up, attempts=5, label=lambda: _("Nightly tidying up"), nightly=time(2, 30)
)
