"""The sockets of a call: its line, and the check before it. Flask's side of ``line.py``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from flask import Flask, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server
from simple_websocket import ConnectionError as HandshakeFailed
from wsproto.utilities import RemoteProtocolError

from app.accounts.guard import current_person
from app.db import db
from app.errors import AppError, InvalidInput, NotAllowed, NotFound, StorageError
from app.recordings.folders import folder_of
from app.scenarios import check, messages, service
from app.scenarios.chat_call import ChatCall
from app.scenarios.line import INTERNAL, Line, Outcome, Wire, hear_hello, welcome
from app.scenarios.models import Call
from app.scenarios.practice import Practice, practice
from app.scenarios.reading import Reader
from app.scenarios.schema import Scenario
from app.scenarios.switchboard import CustomerVoice, Job, chat_call, voice_call
from app.scenarios.voice_call import VoiceCall
from app.services import now
from app.speech.ear import Ear

log = logging.getLogger(__name__)

PING_SECONDS = 10
LARGEST_MESSAGE = 64 * 1024


def init_app(app: Flask) -> None:
    app.config["SOCK_SERVER_OPTIONS"] = {
        "ping_interval": PING_SECONDS,
        "max_message_size": LARGEST_MESSAGE,
    }
    app.register_error_handler(RemoteProtocolError, _no_handshake)
    app.register_error_handler(HandshakeFailed, _no_handshake)
    sock = Sock(app)
    sock.route("/calls/<call_id>/line", endpoint="scenarios.line")(_answering(_line))
    sock.route("/calls/<call_id>/check", endpoint="scenarios.check")(_answering(_check))


def _no_handshake(_error: Exception) -> ResponseReturnValue:
    """It asked for a WebSocket and did not know how."""
    return current_app.handle_user_exception(
        InvalidInput(_("This address is for WebSockets."), remedy=_("Open the call's page."))
    )


def _answering(handle: Callable[[Server, Wire, str], None]) -> Callable[[Server, str], None]:
    """Whatever goes wrong is said on the wire, in the protocol's own words."""

    def socket(ws: Server, call_id: str) -> None:
        wire = Wire(ws)
        try:
            handle(ws, wire, call_id)
        except AppError as error:
            wire.fail(error, fatal=True)
        except ConnectionClosed:
            # The page went away before the line was open: nothing to keep.
            pass
        except Exception:
            log.exception("a line could not be opened")
            wire.send(messages.Failure("internal", INTERNAL, fatal=True))
        finally:
            db.session.remove()

    return socket


def _own_call(call_id: str) -> Call:
    """The caller's own call: a supervisor may hear it later, nobody else may make it."""
    call = service.find_call(call_id)
    person = current_person()
    if person is None or call.person_id != person.id:
        raise NotFound(_("There is no such call."), remedy=_("Look in your calls."))
    return call


def _ear(parts: Practice) -> Ear:
    return Ear(parts.recognizer.open(), parts.voice_activity())


def _check(ws: Server, wire: Wire, call_id: str) -> None:
    call = _own_call(call_id)
    parts = practice()
    scenario = service.scenario_of(call)
    # No database session is held open while somebody reads a sentence aloud.
    db.session.remove()
    hear_hello(ws)
    ear = _ear(parts)
    wire.send(welcome(call_id, "voice", practice=True, recognizer=parts.recognizer.name))
    speak = CustomerVoice.of(scenario, parts.synthesizer).say
    expected = check.sentence(call.seed)
    findings = check.Check(ws, wire, ear, expected=expected, speak=speak).run()
    service.keep_check(service.find_call(call_id), findings)


def _line(ws: Server, wire: Wire, call_id: str) -> None:
    call = _own_call(call_id)
    parts = practice()
    with parts.live.place(call_id):
        hello = hear_hello(ws)
        if hello.mode != call.mode:
            raise NotAllowed(
                _("This call is by %(mode)s, the page opened it otherwise.", mode=call.mode),
                remedy=_("Reload the page."),
            )
        # What may be missing here (a model) is found before the call is used up, and what
        # takes long is done before the page is told that the line is open.
        scenario = service.scenario_of(call)
        reader = parts.reader(scenario)
        sound = _sound(scenario, parts) if call.mode == "voice" else None
        service.open_line(call, sound.recognizer if sound else "", now())
        job = _job(call, scenario, parts)
        # No database session is held open while a call listens.
        db.session.remove()
        outcome = _run(ws, wire, job, reader, sound)
        call = service.find_call(call_id)
        service.close_line(call, outcome, parts.settings.recordings_dir, now())
        _say_ended(wire, call, scenario)


@dataclass(frozen=True, slots=True)
class Sound:
    """What a call by voice hears and speaks with."""

    recognizer: str
    ear: Ear
    voice: CustomerVoice


def _sound(scenario: Scenario, parts: Practice) -> Sound:
    voice = CustomerVoice.of(scenario, parts.synthesizer)
    return Sound(parts.recognizer.name, _ear(parts), voice)


def _job(call: Call, scenario: Scenario, parts: Practice) -> Job:
    folder = folder_of(parts.settings.recordings_dir, call.id)
    return Job(call.id, scenario, call.seed, call.mode, call.purpose, folder)


def _run(ws: Server, wire: Wire, job: Job, reader: Reader, sound: Sound | None) -> Outcome:
    """The call from its first moment to its last; never raises, so that it is always closed."""
    outcome = Outcome(0.0, cut_reason="internal")
    try:
        with _played(job, wire, reader, sound) as call:
            practising = job.purpose == "practice"
            recognizer = sound.recognizer if sound else ""
            wire.send(welcome(job.call, job.mode, practice=practising, recognizer=recognizer))
            outcome = Line(ws, wire, call).run()
    except StorageError as error:
        if outcome.cut_reason != "storage":
            wire.fail(error, fatal=True)
        return replace(outcome, cut_reason="storage")
    except Exception:
        log.exception("a call could not be made or closed")
        wire.send(messages.Failure("internal", INTERNAL, fatal=True))
        return replace(outcome, cut_reason="internal")
    return outcome


def _played(
    job: Job, wire: Wire, reader: Reader, sound: Sound | None
) -> AbstractContextManager[VoiceCall | ChatCall]:
    if sound is None:
        return chat_call(job, wire, reader)
    return voice_call(job, wire, reader, sound.ear, sound.voice)


def _say_ended(wire: Wire, call: Call, scenario: Scenario) -> None:
    if call.ending:
        title, page = scenario.endings[call.ending].title, "scenarios.call"
    else:
        title, page = _("The call was cut off"), "scenarios.debrief"
    wire.send(messages.Ended(call.ending, title, bool(call.good), url_for(page, call_id=call.id)))
