"""Making the demo's calls: really made, by automatic trainees, faster than in real time.

Each call has an id of its own, known beforehand: what is there is left alone, what an
interrupted setup left half made is made again. The calls go through the same services as
everybody's; only the clock they are given is that of the past.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.errors import AppError, ModelError
from app.recordings.folders import folder_of
from app.scenarios import service
from app.scenarios.demo_calls import CALLS, NOTES, DemoCall
from app.scenarios.line import Outcome
from app.scenarios.mind import Mind
from app.scenarios.models import DONE, Call
from app.scenarios.played import play
from app.scenarios.practice import Practice, practice
from app.scenarios.reading import Reader
from app.scenarios.rehearse import trainee_voice
from app.scenarios.service import Wanted, WrapUp
from app.scenarios.switchboard import CustomerVoice, Job
from app.scenarios.template import fill
from app.scenarios.typed import type_out
from app.services import now
from app.speech import choose, flite_engine
from app.speech.ear import Ear

log = logging.getLogger(__name__)

SHORTEST_ACW, ACW_SPREAD = 35, 70
EMBEDDED = "pocketsphinx"
PLAIN_VOICE = "pyttsx3:gmw/en-gb-x-rp"
"""The trainee's where flite is not installed: no customer speaks with it."""


def add_calls(app: Flask) -> bool:
    """Make whatever of the demo's calls is missing; True when one was made."""
    with app.app_context():
        parts = practice(app)
        if not _missing(parts):
            return False
        with _alone(parts.settings.data_dir):
            return _make(parts, _missing(parts), now())


def _missing(parts: Practice) -> list[DemoCall]:
    """The calls that are not there, and can be made with the people and ears there are."""
    ids = [each.id for each in CALLS]
    done = set(db.session.scalars(select(Call.id).where(Call.id.in_(ids), Call.status == DONE)))
    left = [each for each in CALLS if each.id not in done]
    if not left:
        return []
    known = set(db.session.scalars(select(Person.login)))
    heard = _voices(parts) if any(each.voice for each in left) else ()
    return [each for each in left if each.login in known and (not each.voice or each in heard)]


def _voices(parts: Practice) -> Sequence[DemoCall]:
    """The calls by voice that can be made here in reasonable time."""
    spoken = [each for each in CALLS if each.voice]
    try:
        ears = parts.recognizer.name
    except ModelError:
        return ()
    if any(lack.needed for lack in choose.missing(parts.settings)):
        return ()
    # The embedded recogniser takes several times as long: one call shows what there is to see.
    return spoken[:1] if ears == EMBEDDED else spoken


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One process makes demo calls at a time; the others then find them done."""
    with (data_dir / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ---- making them ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """A demo call whose line is open, and what to do to have it made."""

    plan: DemoCall
    call: Call
    play: Callable[[], Outcome]


def _make(parts: Practice, plans: Sequence[DemoCall], today: datetime) -> bool:
    if not plans:
        return False
    people = {each.login: each for each in db.session.scalars(select(Person))}
    click.echo(f"demo calls: making {len(plans)}, once only, in half a minute or so")
    started = [_start(parts, plan, people[plan.login], today) for plan in plans]
    made = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        waiting = {pool.submit(each.play): each for each in started}
        for number, future in enumerate(as_completed(waiting), start=1):
            told = _finish(parts, waiting[future], future)
            made += bool(told)
            click.echo(f"demo calls: {number} of {len(plans)}  {told or 'left out'}")
    return made > 0


def _start(parts: Practice, plan: DemoCall, person: Person, today: datetime) -> Started:
    scenario = parts.library.get(plan.scenario)
    reader = parts.reader(scenario)
    root, at = parts.settings.recordings_dir, plan.at(today)
    left = db.session.get(Call, plan.id)
    if left is not None:
        service.discard_call(left, root)
    wanted = Wanted(plan.mode, "practice", plan.seed)
    call = service.start_call(person, scenario, wanted, at, call_id=plan.id)
    service.open_line(call, parts.recognizer.name if plan.voice else "", at)
    job = Job(call.id, scenario, plan.seed, plan.mode, "practice", folder_of(root, call.id))
    if not plan.voice:
        return Started(plan, call, partial(_chat, job, plan.run, reader))
    return Started(plan, call, partial(_speak, job, plan, reader, parts))


def _chat(job: Job, run: str, reader: Reader) -> Outcome:
    return type_out(job, Mind(job.scenario, job.seed, run), reader=reader)


def _speak(job: Job, plan: DemoCall, reader: Reader, parts: Practice) -> Outcome:
    voice = f"flite:{plan.voice}" if flite_engine.installed() else PLAIN_VOICE
    return play(
        job,
        Mind(job.scenario, job.seed, plan.run),
        reader=reader,
        ear=Ear(parts.recognizer.open(), parts.voice_activity()),
        voice=CustomerVoice.of(job.scenario, parts.synthesizer),
        speak=trainee_voice(voice, parts.settings),
    )


def _finish(parts: Practice, started: Started, future: Future[Outcome]) -> str:
    """Close and wrap up; what came of it in a line, empty when the call could not be made."""
    plan, call, root = started.plan, started.call, parts.settings.recordings_dir
    try:
        outcome = future.result()
        assert call.started_at is not None
        ended = call.started_at + timedelta(seconds=outcome.seconds)
        service.close_line(call, outcome, root, ended)
        _wrap_up(parts, call, ended)
    except AppError as error:
        log.warning("a demo call could not be made: %s %s", error.message, error.remedy)
        service.discard_call(call, root)
        return ""
    score = "–" if call.total is None else f"{call.total:g}"
    return f"{call.person.name}, {call.title} ({plan.mode}): {score} of 100"


def _wrap_up(parts: Practice, call: Call, ended: datetime) -> None:
    scenario = parts.library.get(call.scenario_id)
    right = scenario.wrap_up.right.get(call.ending) or tuple(scenario.wrap_up.dispositions)
    facts: Mapping[str, str] = service.facts_of(scenario, call.seed)
    note = fill(NOTES[call.scenario_id, bool(call.good)], facts)
    seconds = SHORTEST_ACW + call.seed * 17 % ACW_SPREAD
    service.wrap_up(call, scenario, WrapUp(right[0], note), ended + timedelta(seconds=seconds))
