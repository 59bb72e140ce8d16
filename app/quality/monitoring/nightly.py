"""Every night each plan that runs draws from the period that is over."""

from __future__ import annotations

import logging
from datetime import time

from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.jobs.kinds import JobKind
from app.jobs.run import JobRun
from app.quality.monitoring import drawing, service, work
from app.quality.monitoring.models import MonitoringPlan
from app.services import now, services

log = logging.getLogger(__name__)


def draw_all(run: JobRun) -> None:
    """May be begun again: a draw takes nothing twice."""
    root = services().settings.recordings_dir
    closed = work.sweep(now())
    chosen = select(MonitoringPlan.id, MonitoringPlan.title).where(MonitoringPlan.active)
    plans = db.session.execute(chosen.order_by(MonitoringPlan.id)).all()
    drawn = 0
    for number, (plan_id, title) in enumerate(plans):
        run.progress(number / len(plans), title)
        row = db.session.get(MonitoringPlan, plan_id)
        if row is not None:
            service.look_again(row, now())
        drawn += drawing.draw(plan_id, at=now(), root=root, present=False)
    log.info("monitoring: %s calls drawn for %s plans, %s closed", drawn, len(plans), closed)


DRAW = JobKind(
    "monitoring-draw",
    draw_all,
    attempts=3,
    lease_seconds=300,
    label=lambda: _("Choosing calls for monitoring plans"),
    nightly=time(3, 0),
)
