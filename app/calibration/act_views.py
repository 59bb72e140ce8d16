"""The page of Act and everything its forms, and those of the talk in Check, send."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.calibration import acting, check_forms, check_page, planning, publishing
from app.calibration import check_words as words
from app.calibration.act import FollowUp, GuidanceChange, unresolved
from app.calibration.check_blueprint import bp
from app.calibration.checking import Look, look
from app.calibration.pictures import dot_picture
from app.calibration.planning import Unfit
from app.calibration.results import CallMarks, CriterionResult, majority
from app.calibration.session_errors import NotNow, WrongInput
from app.calibration.session_events import Resolved
from app.calibration.session_rules import possible
from app.calibration.session_state import Phase
from app.i18n import reader_zone
from app.quality.answers import Left
from app.quality.frameworks.comparison import Piece, words_differ
from app.quality.wording import wording
from app.services import now
from app.typed import whole, wholes

TALK = {Phase.CHECK: "calibration_check.check", Phase.ACT: "calibration_check.act"}


@bp.get("/<id:session_id>/act")
def act(session_id: int) -> ResponseReturnValue:
    """What comes of it: what was agreed on, what is proposed, and closing."""
    seen = look(signed_in(), session_id)
    if not seen.compared:
        return redirect(url_for("calibration.session", session_id=session_id))
    if seen.state.phase not in (Phase.ACT, Phase.CLOSED):
        return redirect(url_for("calibration_check.check", session_id=session_id))
    return _page(seen)


def _page(seen: Look, form: str = "", errors: dict[str, str] | None = None) -> str:
    """``form`` names the one that came back with ``errors`` by field, and what was typed in it."""
    state = seen.state
    order = {name: at for at, name in enumerate(state.plan.criterion_ids)}
    results = sorted(seen.results.criteria, key=lambda each: order[each.id])
    proposed = state.proposals.values()
    return render_template(
        "calibration/act.html",
        look=seen,
        words=words,
        results=results,
        prefilled={each.id: prefilled(each) for each in results},
        differing={each.id: [c.recording for c in each.calls if _differs(c)] for each in results},
        dots={each.id: dot_picture(each, seen.initials.__getitem__) for each in results},
        guidance={each.id: _guidance(seen, each.id) for each in results},
        differ=_differ(seen),
        changes=any(isinstance(each, acting.CHANGES) for each in proposed),
        follow_up=any(isinstance(each, FollowUp) for each in proposed),
        tones=check_page.TONES,
        open=unresolved(state.over, state.resolutions),
        may=Resolved in possible(state, seen.viewer.id),
        due=planning.usual_due(now(), reader_zone(), planning.FOLLOW_UP_DAYS),
        draft=acting.draft_of(seen.row.id),
        after=acting.follow_up_of(seen.row.id),
        publishable=publishing.publishable(seen.row, state),
        form=form,
        typed=request.form if form else {},
        errors=errors or {},
    )


def prefilled(result: CriterionResult) -> dict[int, str]:
    """For each recording what its field begins with: what was agreed on; before anything is
    settled what everybody chose, and nothing where they differed: that is theirs to decide."""
    found = {}
    for call in result.calls:
        undisputed = None if _differs(call) else majority(call)
        answer = undisputed if result.resolution is None else call.agreed
        found[call.recording] = (
            "" if answer is None else str(answer) if isinstance(answer, Left) else f"{answer:g}"
        )
    return found


def _differs(call: CallMarks) -> bool:
    return call.split or (call.widest or 0) > 0


def _guidance(seen: Look, criterion: str) -> str:
    found = seen.criteria.get(criterion)
    return found.guidance if found else ""


def _differ(seen: Look) -> dict[int, list[Piece]]:
    """By proposal of guidance: the words there are with what goes and what comes, in one text."""
    return {
        number: _in_one(*words_differ(_guidance(seen, each.criterion), each.words))
        for number, each in seen.state.proposals.items()
        if isinstance(each, GuidanceChange)
    }


def _in_one(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> list[Piece]:
    """Two sides in one: what is gone stands before what has come in its place."""
    left, pieces = list(before), []
    for piece in after:
        if piece.kind == "same":
            while left and left[0].kind == "gone":
                pieces.append(left.pop(0))
            if left:
                left.pop(0)
        elif left and left[0].kind == "gone":
            pieces.append(left.pop(0))
        pieces.append(piece)
    return [*pieces, *left]


def _tried(session_id: int, form: str, action: Callable[[Person], object]) -> ResponseReturnValue:
    """Do it and go back to the page; what does not fit stands beside its field."""
    try:
        action(signed_in())
    except WrongInput as error:
        problems = {error.field or "reason": wording(error.words)}
    except Unfit as error:
        problems = {field: wording(found) for field, found in error.fields.items()}
    except NotNow as error:
        problems = {"close": _still_open(session_id) or wording(error.words)}
    else:
        return redirect(url_for("calibration_check.act", session_id=session_id) + f"#{form}")
    seen = look(signed_in(), session_id)
    if seen.state.phase is not Phase.ACT:
        flash(next(iter(problems.values())), "error")
        return redirect(url_for("calibration.session", session_id=session_id))
    return _page(seen, form, problems), 400


def _still_open(session_id: int) -> str:
    """What keeps it from being closed, by the titles of the card."""
    seen = look(signed_in(), session_id)
    left = unresolved(seen.state.over, seen.state.resolutions)
    if not left:
        return ""
    names = ", ".join(seen.title(each) for each in left)
    return str(
        _(
            "Still to settle: %(names)s. Write down what you agreed on, or that you did not.",
            names=names,
        )
    )


@bp.post("/<id:session_id>/act/settle")
def settle(session_id: int) -> ResponseReturnValue:
    """Consensus on a criterion, or that there is none, and why."""
    criterion = request.form.get("criterion", "")

    def write(person: Person) -> None:
        seen = look(person, session_id)
        found = check_forms.resolution(request.form, seen.state.plan.recordings)
        acting.resolve(person, session_id, criterion, found, at=now())

    return _tried(session_id, f"settle-{criterion}", write)


@bp.post("/<id:session_id>/act/propose")
def propose(session_id: int) -> ResponseReturnValue:
    def write(person: Person) -> None:
        look(person, session_id)
        proposal = check_forms.proposal(request.form, reader_zone(), now())
        acting.propose(person, session_id, proposal, at=now())

    return _tried(session_id, f"propose-{request.form.get('kind', '')[:20]}", write)


@bp.post("/<id:session_id>/act/withdraw")
def withdraw(session_id: int) -> ResponseReturnValue:
    number = whole(request.form.get("number", "")) or 0
    return _tried(
        session_id,
        "proposals",
        lambda person: acting.withdraw(person, session_id, number, at=now()),
    )


@bp.post("/<id:session_id>/act/close")
def close(session_id: int) -> ResponseReturnValue:
    return _tried(session_id, "close", lambda person: _closed(person, session_id))


def _closed(person: Person, session_id: int) -> None:
    outcome = acting.close(person, session_id, at=now())
    told = [_("The session is closed.")]
    if outcome.proposals:
        told.append(
            ngettext(
                "One proposal is on the list.",
                "%(num)s proposals are on the list.",
                outcome.proposals,
            )
        )
    if outcome.draft:
        told.append(_("A new version of the card is drafted."))
    if outcome.follow_up:
        told.append(_("The follow-up session is planned; it opens when you open it."))
    flash(" ".join(told), "success")


@bp.post("/<id:session_id>/act/publish")
def publish(session_id: int) -> ResponseReturnValue:
    """What was agreed on for the chosen calls becomes an evaluation of their agents."""
    chosen = wholes(request.form.getlist("recording"))
    made = publishing.publish(signed_in(), session_id, chosen, at=now())
    flash(
        ngettext(
            "One call now has an evaluation. The agent sees it once it is released.",
            "%(num)s calls now have an evaluation. The agents see them once they are released.",
            len(made),
        ),
        "success",
    )
    return redirect(url_for("calibration_check.act", session_id=session_id))


# -- the talk, in Check and in Act ----------------------------------------------------------------


@bp.post("/<id:session_id>/attended")
def attended(session_id: int) -> ResponseReturnValue:
    """Who is in the room."""
    people = wholes(request.form.getlist("people"))
    return _talked(
        session_id,
        lambda: acting.attended(signed_in(), session_id, people, at=now()),
        anchor="talk-title",
    )


@bp.post("/<id:session_id>/noted")
def noted(session_id: int) -> ResponseReturnValue:
    words = request.form.get("words", "")
    return _talked(
        session_id,
        lambda: acting.noted(signed_in(), session_id, words, at=now()),
        anchor="talk-title",
    )


@bp.post("/<id:session_id>/ask-again")
def ask_again(session_id: int) -> ResponseReturnValue:
    """A second blind round for the chosen criteria."""
    chosen = request.form.getlist("criteria")
    return _talked(session_id, lambda: acting.ask_again(signed_in(), session_id, chosen, at=now()))


@bp.post("/<id:session_id>/go-on")
def go_on(session_id: int) -> ResponseReturnValue:
    """From Check to Act."""
    return _talked(session_id, lambda: acting.go_on(signed_in(), session_id, at=now()))


def _talked(session_id: int, action: Callable[[], object], anchor: str = "") -> ResponseReturnValue:
    """``anchor``: where on the page she is, so that she stays there."""
    seen = look(signed_in(), session_id)
    try:
        action()
    except (WrongInput, NotNow) as error:
        flash(wording(error.words), "error")
    endpoint = TALK.get(seen.state.phase) if anchor else None
    if endpoint:
        return redirect(url_for(endpoint, session_id=session_id) + f"#{anchor}")
    return redirect(url_for("calibration.session", session_id=session_id))
