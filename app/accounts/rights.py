"""Who may do what: one table of endpoints, and the rule of who may hear a call.

An endpoint that is missing here is refused to everybody, on purpose: whoever adds a
page decides who it is for. What belongs to somebody (a call) is SIGNED_IN here and
asks ``require_hear`` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from app.accounts.models import Person, Role, team_leads
from app.errors import NotAllowed, NotFound, NotSignedIn


class Anybody(Enum):
    PUBLIC = auto()
    """Whoever reaches the server."""
    SIGNED_IN = auto()
    """Every role, and the rule of the thing itself."""


PUBLIC = Anybody.PUBLIC
SIGNED_IN = Anybody.SIGNED_IN
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
QA = frozenset({Role.QA})
RATERS = frozenset({Role.SUPERVISOR, Role.QA})
"""Who scores calls of others, and agrees with others on what good is."""

Who = Anybody | frozenset[Role]

TABLE: Mapping[str, Who] = {
    "static": PUBLIC,
    "web.home": PUBLIC,
    "web.health": PUBLIC,
    "accounts.login": PUBLIC,
    "accounts.login_try": PUBLIC,
    "accounts.logout": SIGNED_IN,
    "accounts.me": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "accounts.change_preferences": SIGNED_IN,
    "accounts.sign_out_elsewhere": SIGNED_IN,
    "accounts.people": ADMINISTRATOR,
    "accounts.person_new": ADMINISTRATOR,
    "accounts.person": ADMINISTRATOR,
    "accounts.deactivate": ADMINISTRATOR,
    "accounts.reactivate": ADMINISTRATOR,
    "accounts.reset_password": ADMINISTRATOR,
    "accounts.teams": ADMINISTRATOR,
    "accounts.team_rename": ADMINISTRATOR,
    "accounts.team_delete": ADMINISTRATOR,
    "accounts.audit": ADMINISTRATOR,
    "jobs.index": ADMINISTRATOR,
    "jobs.listing": ADMINISTRATOR,
    "jobs.cancel": ADMINISTRATOR,
    "jobs.retry": ADMINISTRATOR,
    # Everybody may practise; whose call it is decides the rest.
    "scenarios.library": SIGNED_IN,
    "scenarios.briefing": SIGNED_IN,
    "scenarios.start": SIGNED_IN,
    "scenarios.call": SIGNED_IN,
    "scenarios.line": SIGNED_IN,
    "scenarios.check": SIGNED_IN,
    "scenarios.wrap_up": SIGNED_IN,
    "scenarios.debrief": SIGNED_IN,
    "scenarios.history": SIGNED_IN,
    "scenarios.audio": SIGNED_IN,
    "scenarios.peaks": SIGNED_IN,
    "scenarios.transcript": SIGNED_IN,
    "scenarios.log": SIGNED_IN,
    # Recordings: uploading, the list, search.
    "recordings.index": SIGNED_IN,
    "recordings.upload": RATERS,
    "recordings.read_csv": RATERS,
    "recordings.send": RATERS,
    "recordings.uploads": RATERS,
    "recordings.cancel": RATERS,
    "recordings.retry": RATERS,
    "recordings.remove": RATERS,
    "recordings.details": RATERS,
    "recordings.change_details": RATERS,
    # Hearing one: who may is the rule of recordings.access.
    "listening.listen": SIGNED_IN,
    "listening.audio": SIGNED_IN,
    "listening.peaks": SIGNED_IN,
    "listening.transcript": SIGNED_IN,
    "listening.preview": RATERS,
    "listening.remark_add": SIGNED_IN,
    "listening.remark_change": SIGNED_IN,
    "listening.remark_delete": SIGNED_IN,
    "listening.remark_bring_back": SIGNED_IN,
    "listening.redact": RATERS,
    "listening.redaction_undo": RATERS,
    "listening.erase_original": RATERS,
    "listening.release": RATERS,
    "listening.take_back": RATERS,
    "listening.erase": SIGNED_IN,
    "listening.exemplars": SIGNED_IN,
    # Retention.
    "retention.index": ADMINISTRATOR,
    "retention.dry_run": ADMINISTRATOR,
    "retention.report": ADMINISTRATOR,
    "retention.hold": RATERS,
    # The quality framework.
    "frameworks.index": SIGNED_IN,
    "frameworks.version": SIGNED_IN,
    "frameworks.history": SIGNED_IN,
    "frameworks.compare": SIGNED_IN,
    "frameworks.start": QA,
    "frameworks.edit": QA,
    "frameworks.save": QA,
    "frameworks.settle": QA,
    "frameworks.review": QA,
    "frameworks.publish": QA,
    "frameworks.drop": QA,
    "frameworks.take_back": QA,
    # Scorecards.
    "cards.index": RATERS,
    "cards.version": SIGNED_IN,
    "cards.export": SIGNED_IN,
    "cards.schema": RATERS,
    "cards.compare": RATERS,
    "cards.new": QA,
    "cards.import_file": QA,
    "cards.copy": QA,
    "cards.begin": QA,
    "cards.edit": QA,
    "cards.save": QA,
    "cards.preview": QA,
    "cards.publish": QA,
    "cards.drop": QA,
    "cards.restore": QA,
    "cards.archive": QA,
    "cards.unarchive": QA,
    "cards.certified": QA,
    # Evaluations and disputes.
    "evaluations.index": SIGNED_IN,
    "evaluations.listing": SIGNED_IN,
    "evaluations.begin": SIGNED_IN,
    "evaluations.start": SIGNED_IN,
    "evaluations.score": SIGNED_IN,
    "evaluations.mark": SIGNED_IN,
    "evaluations.note": SIGNED_IN,
    "evaluations.submit": SIGNED_IN,
    "evaluations.reopen": SIGNED_IN,
    "evaluations.evaluation": SIGNED_IN,
    "evaluations.release": RATERS,
    "evaluations.accept": SIGNED_IN,
    "evaluations.open_dispute": SIGNED_IN,
    "evaluations.dispute_list": SIGNED_IN,
    "evaluations.dispute": SIGNED_IN,
    "evaluations.decide": RATERS,
    "evaluations.withdraw": SIGNED_IN,
    "evaluations.hand_on": RATERS,
    # Monitoring plans.
    "monitoring.index": RATERS,
    "monitoring.plan": RATERS,
    "monitoring.new": RATERS,
    "monitoring.edit": RATERS,
    "monitoring.preview": RATERS,
    "monitoring.start": RATERS,
    "monitoring.pause": RATERS,
    "monitoring.end": RATERS,
    "monitoring.draw": RATERS,
    "monitoring.score": RATERS,
    "monitoring.skip": RATERS,
    "monitoring.reassign": RATERS,
    # Proposals and gaps.
    "proposals.index": RATERS,
    "proposals.new": RATERS,
    "proposals.create": RATERS,
    "proposals.take_up": RATERS,
    "proposals.drop": RATERS,
    "gaps.index": RATERS,
    "gaps.evidence": RATERS,
    "gaps.export": RATERS,
    # Calibration: the list, the plan, scoring.
    "calibration.index": RATERS,
    "calibration.session": RATERS,
    "calibration.new": RATERS,
    "calibration.create": RATERS,
    "calibration.edit": RATERS,
    "calibration.change": RATERS,
    "calibration.ready": RATERS,
    "calibration.open_scoring": RATERS,
    "calibration.scoring": RATERS,
    "calibration.score": RATERS,
    "calibration.mark": RATERS,
    "calibration.hand_in": RATERS,
    "calibration.remind": RATERS,
    "calibration.move_due": RATERS,
    "calibration.close_scoring": RATERS,
    "calibration.cancel": RATERS,
    # Calibration: Check, Act, before and after, exports.
    "calibration_check.check": RATERS,
    "calibration_check.call": RATERS,
    "calibration_check.change": RATERS,
    "calibration_check.minutes": RATERS,
    "calibration_check.export_csv": RATERS,
    "calibration_check.export_xlsx": RATERS,
    "calibration_check.act": RATERS,
    "calibration_check.settle": RATERS,
    "calibration_check.propose": RATERS,
    "calibration_check.withdraw": RATERS,
    "calibration_check.close": RATERS,
    "calibration_check.publish": RATERS,
    "calibration_check.attended": RATERS,
    "calibration_check.noted": RATERS,
    "calibration_check.ask_again": RATERS,
    "calibration_check.go_on": RATERS,
    # Raters and certification.
    "raters.index": RATERS,
    "raters.rater": RATERS,
    "raters.machine": RATERS,
    "raters.certify": RATERS,
    "raters.run": RATERS,
    "raters.sheet": RATERS,
    "raters.mark": RATERS,
    "raters.hand_in": RATERS,
    "raters.gold_list": QA,
    "raters.gold_set": QA,
    "raters.gold_retire": QA,
    "raters.revoke": QA,
}

SOCKETS = frozenset({"scenarios.line", "scenarios.check"})
"""Endpoints that are WebSockets: a plain request is told so."""


def may(person: Person | None, endpoint: str) -> bool:
    """Whether ``person`` (None: not signed in) may use ``endpoint``."""
    who = TABLE.get(endpoint, frozenset[Role]())
    if who is PUBLIC:
        return True
    if person is None:
        return False
    return who is SIGNED_IN or (isinstance(who, frozenset) and person.role in who)


def require(person: Person | None, endpoint: str) -> None:
    """Raise ``NotSignedIn`` or ``NotAllowed`` unless ``person`` may use ``endpoint``."""
    if may(person, endpoint):
        return
    if person is None and endpoint in TABLE:
        raise NotSignedIn(_("Please sign in first."))
    raise NotAllowed(
        _("This page is not part of your role."),
        remedy=_("If you need it, ask an administrator to change your role."),
    )


def may_hear(person: Person, owner: Person) -> bool:
    """Whether ``person`` may hear and read the calls of ``owner``.

    One's own; a supervisor those of the teams she leads; nobody else, administrators
    included.
    """
    if person.id == owner.id:
        return True
    led = {team.id for team in person.leads} if person.role is Role.SUPERVISOR else set()
    return owner.team_id in led


def require_hear(person: Person, owner: Person) -> None:
    """Raise ``NotFound`` unless ``may_hear``: a stranger does not learn that the call exists."""
    if not may_hear(person, owner):
        raise NotFound(
            _("There is no such call among those you may hear."),
            remedy=_("You can hear your own calls, and those of the teams you lead."),
        )


def heard_by(person: Person) -> ColumnElement[bool]:
    """``may_hear`` as a condition on ``Person``, for lists: the owners ``person`` may hear."""
    own = Person.id == person.id
    if person.role is not Role.SUPERVISOR:
        return own
    led = select(team_leads.c.team_id).where(team_leads.c.person_id == person.id)
    return or_(own, Person.team_id.in_(led))
