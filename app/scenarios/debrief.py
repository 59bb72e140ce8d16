"""The debrief of a call, gathered as plain values for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.quality.analytics import Analytics, analyse
from app.quality.result import Score
from app.recordings.timeline import Mark, Timeline, Utterance
from app.scenarios import facts as fact
from app.scenarios.after_call import noted
from app.scenarios.models import CUT_OFF, Call
from app.scenarios.schema import FactValue, Scenario
from app.scenarios.template import fill


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the transcript: an utterance, or an event between two of them."""

    at: float
    utterance: Utterance | None = None
    kind: str = ""
    text: str = ""


def debrief(
    call: Call,
    reader: Person,
    scenario: Scenario,
    timeline: Timeline,
    score: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Everything the page of a finished call shows to ``reader``; ``score`` as it was kept,
    and both without what is hidden."""
    figures = analyse(timeline)
    facts = fact.draw(scenario, call.seed)
    ending = scenario.endings.get(call.ending)
    return {
        "call": _call(call, reader),
        "score": _score(score, facts),
        "figures": figures.figures if timeline.utterances else (),
        "transcript": transcript(scenario, timeline, own=call.person_id == reader.id),
        "mood": [
            {
                "at": mark.at,
                "value": mark.data["value"],
                "word": scenario.mood_word(int(str(mark.data["value"]))),
                "reason": reason_words(str(mark.data.get("reason", ""))),
            }
            for mark in timeline.marks
            if mark.kind == "mood"
        ],
        "path": _path(scenario, figures),
        "ending": ending
        and {"title": ending.title, "text": fill(ending.text, facts), "good": ending.good},
        "wrap_up": _wrap_up(call, scenario),
    }


def _score(score: Mapping[str, Any] | None, facts: Mapping[str, FactValue]) -> Score | None:
    """The score as it was kept; what to say instead speaks to this call's customer."""
    if not score:
        return None
    kept = Score.from_dict(dict(score))
    results = (
        replace(each, instead=tuple(fill(line, facts) for line in each.instead))
        for each in kept.results
    )
    return replace(kept, results=tuple(results))


def _call(call: Call, reader: Person) -> dict[str, Any]:
    return {
        "id": call.id,
        "scenario_id": call.scenario_id,
        "title": call.title,
        "mode": call.mode,
        "purpose": call.purpose,
        "person_name": call.person.name,
        "own": call.person_id == reader.id,
        "started_at": call.started_at,
        "seconds": call.seconds,
        "cut_off": call.status == CUT_OFF,
        "cut_words": cut_words().get(call.cut_reason, "") if call.status == CUT_OFF else "",
        "counts": call.counts,
        "word_accuracy": call.word_accuracy,
        "has_sound": bool(call.audio_sha256),
    }


def cut_words() -> Mapping[str, str]:
    """Why a call broke off, as a sentence."""
    return {
        "connection": _("The connection to the page was lost."),
        "microphone": _("No sound came from the microphone any more."),
        "server": _("The server stopped in the middle of it."),
        "storage": _("The server had no room left to record it."),
        "too_long": _("It went on for longer than a call may last."),
        "protocol": _("The page sent something the server could not follow."),
        "internal": _("Something broke on our side."),
    }


def transcript(scenario: Scenario, timeline: Timeline, *, own: bool) -> list[Moment]:
    """What was said and done, in order of time; ``own``: the reader is the trainee."""
    said = [Moment(each.start, each) for each in timeline.utterances if each.text]
    done = [
        Moment(mark.at, None, mark.kind, words)
        for mark in timeline.marks
        if (words := event_words(scenario, mark, own=own))
    ]
    return sorted([*said, *done], key=lambda moment: moment.at)


def event_words(scenario: Scenario, mark: Mark, *, own: bool) -> str:
    """An event as a sentence; empty for what a reader need not see."""
    match mark.kind:
        case "move":
            return _moved(scenario, mark)
        case "tell":
            return str(mark.data.get("text", ""))
        case "interrupted":
            if own:
                return str(_("You spoke over the customer."))
            return str(_("The trainee spoke over the customer."))
        case kind:
            return _plain_events().get(kind, "")


def _plain_events() -> Mapping[str, str]:
    return {
        "hold": _("On hold"),
        "unhold": _("Back from hold"),
        "mute": _("Microphone muted"),
        "unmute": _("Microphone on again"),
        "pause": _("Paused"),
        "resume": _("Went on"),
        "help": _("Asked for help"),
        "repeat": _("Asked to hear the last line again"),
        "silence": _("Silence"),
        "hung_up": _("Hung up"),
        "cut_off": _("Cut off here"),
    }


def _moved(scenario: Scenario, mark: Mark) -> str:
    target = str(mark.data.get("target", ""))
    move = scenario.moves.get(target)
    words = move.label if move else target
    if mark.data.get("needed") is False:
        return str(_("%(move)s (this was not needed)", move=words))
    return words


def reason_words(reason: str) -> str:
    """Why a mood changed: an act or an event by its name, in words."""
    return reason.replace("_", " ").replace("-", " ")


def _path(scenario: Scenario, figures: Analytics) -> list[dict[str, Any]]:
    return [{"at": at, "title": title} for at, title in _titles(scenario, figures)]


def _titles(scenario: Scenario, figures: Analytics) -> Iterator[tuple[float, str]]:
    for at, name in figures.path:
        state = scenario.states.get(name)
        yield at, (state.title if state and state.title else name.replace("_", " "))


def _wrap_up(call: Call, scenario: Scenario) -> dict[str, Any] | None:
    if not call.disposition:
        return None
    names = scenario.wrap_up.dispositions
    return {
        "disposition": names.get(call.disposition, call.disposition),
        "right": call.disposition_right,
        "right_ones": [names[each] for each in scenario.wrap_up.right.get(call.ending, ())],
        "note": call.note,
        "seconds": call.acw_seconds,
        "aim": scenario.wrap_up.seconds,
        "points": noted(scenario, fact.draw(scenario, call.seed), call.note),
    }
