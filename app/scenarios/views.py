"""The pages of practice: the shelf, the briefing, the call, the debrief, past calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.accounts.guard import signed_in
from app.accounts.queries import page_in
from app.accounts.rights import require_hear
from app.errors import InvalidInput, NotFound
from app.http import wants_json
from app.quality.evaluations import words
from app.quality.wording import wording
from app.recordings.folders import FLAC, PEAKS, folder_of
from app.recordings.timeline import Speaker
from app.recordings.vtt import webvtt
from app.scenarios import debrief as telling
from app.scenarios import hidden, pages, service, verdicts
from app.scenarios.models import CUT_OFF, DONE, LIVE, READY, WRAP_UP, Call
from app.scenarios.practice import practice
from app.services import now, services
from app.speech.choose import missing

bp = Blueprint("scenarios", __name__)
LARGEST_ID = 2**31 - 1
_markdown = MarkdownIt("commonmark", {"html": False})


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    hidden.init_app(app)
    app.add_template_filter(wording, "wording")
    app.add_template_filter(markdown, "markdown")


def markdown(text: str) -> Markup:
    """Articles as HTML; HTML inside them is shown as it is written, never run."""
    return Markup(_markdown.render(text))


# ---- before the call --------------------------------------------------------------------------


@bp.get("/practise")
def library() -> str:
    person = signed_in()
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "skill", "level")}
    scenarios = practice().library.all()
    standings = service.standings(person)
    return render_template(
        "scenarios/library.html",
        cards=pages.shelf(scenarios, standings, chosen["q"], chosen["skill"]),
        skills=pages.skills_of(scenarios),
        chosen=chosen,
        next_card=pages.next_card(pages.shelf(scenarios, standings)),
    )


@bp.get("/practise/<scenario_id>")
def briefing(scenario_id: str) -> str:
    person = signed_in()
    scenario = practice().library.get(scenario_id)
    # The customer who is read about here is the one who will call.
    seed = _seed(request.args.get("seed", "")) or service.fresh_seed()
    return render_template(
        "scenarios/briefing.html",
        scenario=scenario,
        seed=seed,
        record=pages.record(service.standings(person).get(scenario_id)),
        voice=pages.readiness(missing(services().settings)),
        open_call=service.unfinished(person, scenario_id),
        **pages.preparation(scenario, seed),
    )


@bp.post("/practise/<scenario_id>/calls")
def start(scenario_id: str) -> ResponseReturnValue:
    scenario = practice().library.get(scenario_id)
    wanted = service.Wanted(
        mode=request.form.get("mode", "voice"),
        purpose=request.form.get("purpose", "practice"),
        seed=_seed(request.form.get("seed", "")),
    )
    call = service.start_call(signed_in(), scenario, wanted, now())
    page = url_for("scenarios.call", call_id=call.id)
    if wants_json(request):
        return jsonify(call=call.id, seed=call.seed, page=page), 201
    return redirect(page)


def _seed(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 10:
        raise InvalidInput(f"seed must be a whole number, got {text[:20]!r}", field="seed")
    return int(text)


# ---- the call and after it --------------------------------------------------------------------


@bp.get("/calls/<call_id>")
def call(call_id: str) -> ResponseReturnValue:
    call = _own(call_id)
    _finish_left(call)
    if call.status == LIVE:
        return render_template("scenarios/on_the_line.html", call=call)
    if call.status not in (READY, WRAP_UP):
        return redirect(url_for("scenarios.debrief", call_id=call_id))
    return render_template("scenarios/call.html", **_call_page(call))


def _call_page(call: Call) -> dict[str, Any]:
    scenario = service.scenario_of(call)
    timeline = hidden.timeline_of(call, _folder(call))
    said = telling.transcript(scenario, timeline, own=True)
    return pages.call_page(call, scenario, missing(services().settings), said, now())


@bp.post("/calls/<call_id>/wrap-up")
def wrap_up(call_id: str) -> ResponseReturnValue:
    call = _own(call_id)
    scenario = service.scenario_of(call)
    work = service.WrapUp(request.form.get("disposition", ""), request.form.get("note", ""))
    if request.form.get("draft"):
        service.draft_wrap_up(call, work)
        return Response(status=204)
    try:
        service.wrap_up(call, scenario, work, now())
    except InvalidInput as error:
        if wants_json(request):
            raise
        return _wrap_up_again(call, work, error)
    page = url_for("scenarios.debrief", call_id=call_id)
    return jsonify(next=page) if wants_json(request) else redirect(page)


def _wrap_up_again(call: Call, work: service.WrapUp, error: InvalidInput) -> ResponseReturnValue:
    """The page once more: what was typed stays, the error stands beside its field."""
    shown = _call_page(call)
    shown["call"] = {**shown["call"], "disposition": work.disposition, "note": work.note}
    shown["errors"] = {error.field: error.message}
    return render_template("scenarios/call.html", **shown), error.status


@bp.get("/calls/<call_id>/debrief")
def debrief(call_id: str) -> ResponseReturnValue:
    call = _heard(call_id)
    if call.status == WRAP_UP and call.person_id == signed_in().id:
        return redirect(url_for("scenarios.call", call_id=call_id))
    service.note_access(signed_in(), call, "call.read", now())
    timeline = hidden.timeline_of(call, _folder(call))
    score = hidden.score_of(call)
    told = telling.debrief(call, signed_in(), service.scenario_of(call), timeline, score)
    verdict = verdicts.of_call(call, signed_in())
    return render_template(
        "scenarios/debrief.html",
        **told,
        erased=hidden.is_erased(call),
        verdict=verdict,
        badge=words.dispute_badge,
    )


# ---- what the debrief fetches -----------------------------------------------------------------


@bp.get("/calls/<call_id>/audio.flac")
def audio(call_id: str) -> Response:
    return _sound_file(_fetched(call_id, "call.heard"), FLAC)


@bp.get("/calls/<call_id>/peaks.json")
def peaks(call_id: str) -> Response:
    return _sound_file(_heard(call_id), PEAKS)


@bp.get("/calls/<call_id>/transcript.vtt")
def transcript(call_id: str) -> Response:
    call = _fetched(call_id, "call.transcript")
    names: dict[Speaker, str] = {"trainee": call.person.name, "customer": _("Customer")}
    return Response(webvtt(hidden.timeline_of(call, _folder(call)), names), mimetype="text/vtt")


@bp.get("/calls/<call_id>/log.json")
def log(call_id: str) -> Response:
    call = _fetched(call_id, "call.log")
    return jsonify(hidden.record_of(call, _folder(call)))


# ---- past calls -------------------------------------------------------------------------------


@bp.get("/calls")
def history() -> str:
    person = signed_in()
    names = ("person", "scenario", "outcome", "sort", "direction")
    args = {name: value for name in names if (value := request.args.get(name, ""))}
    search = service.Search(
        person_id=request.args.get("person", type=_person_id),
        scenario_id=args.get("scenario", ""),
        outcome=args.get("outcome", ""),
        sort=args.get("sort", "created"),
        descending=args.get("direction", "desc") != "asc",
        page=page_in(request.args),
    )
    found = service.calls_of(person, search)
    people = service.people_heard(person)
    return render_template(
        "scenarios/history.html",
        rows=pages.rows(found.items, person),
        team_view=len(people) > 1,
        people=[(each.id, each.name) for each in people] if len(people) > 1 else [],
        scenarios=pages.titles(service.scenarios_heard(person), practice().library),
        outcomes=pages.OUTCOMES,
        args=args,
        sort=search.sort,
        direction="desc" if search.descending else "asc",
        page=found,
    )


def _person_id(text: str) -> int:
    """A person's id, of a size that databases know. Raises ``ValueError``: no filter then."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError
    return number


def _own(call_id: str) -> Call:
    """The caller's own call: whoever may hear it later cannot make it."""
    call = service.find_call(call_id)
    if call.person_id != signed_in().id:
        raise NotFound(_("There is no such call."), remedy=_("Look in your calls."))
    return call


def _heard(call_id: str) -> Call:
    """A call that is over, and that the caller may hear."""
    call = service.find_call(call_id)
    require_hear(signed_in(), call.person)
    _finish_left(call)
    if call.status not in (WRAP_UP, DONE, CUT_OFF):
        raise NotFound(_("This call is not over yet."), remedy=_("Come back after it."))
    return call


def _finish_left(call: Call) -> None:
    """Finish a call that is on no line any more.

    There was no room to do it when its line went down, or the server died and this one
    has only just begun.
    """
    if call.status == LIVE and call.id not in practice().live:
        service.recover_call(call, services().settings.recordings_dir, now())


def _fetched(call_id: str, action: str) -> Call:
    """A call the caller may hear, and a line in the audit log that she did."""
    call = _heard(call_id)
    service.note_access(signed_in(), call, action, now())
    return call


def _folder(call: Call) -> Path:
    return folder_of(services().settings.recordings_dir, call.id)


def _sound_file(call: Call, name: str) -> Response:
    path = hidden.path_of(call, _folder(call) / name)
    if not path.exists():
        raise NotFound(_("This call has no sound."), remedy=_("Calls by chat have none."))
    return send_file(path, conditional=True, max_age=0)
