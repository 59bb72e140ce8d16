"""Making the demo's calls: really made, by automatic trainees, faster than in real time.

They go through the same services as everybody's; only the clock they are given is
that of the past.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import click
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.errors import AppError
from app.recordings.folders import folder_of
from app.scenarios import service
from app.scenarios.demo_calls import NOTES, DemoCall
from app.scenarios.line import Outcome
from app.scenarios.mind import Mind
from app.scenarios.models import Call
from app.scenarios.played import play
from app.scenarios.practice import Practice
from app.scenarios.reading import Reader
from app.scenarios.rehearse import trainee_voice
from app.scenarios.service import Wanted, WrapUp
from app.scenarios.switchboard import CustomerVoice, Job
from app.scenarios.template import fill
from app.scenarios.typed import type_out
from app.speech import flite_engine
from app.speech.ear import Ear

log = logging.getLogger(__name__)

SHORTEST_ACW, ACW_SPREAD = 35, 70
PLAIN_VOICE = "pyttsx3:gmw/en-gb-x-rp"
"""The trainee's where flite is not installed: no customer speaks with it."""


@dataclass(frozen=True, slots=True)
class Started:
    """A demo call whose line is open, and what to do to have it made."""

    plan: DemoCall
    call: Call
    play: Callable[[], Outcome]


def make(parts: Practice, plans: Sequence[DemoCall], today: datetime) -> bool:
    """Make these calls as of ``today``; True when one was made. One line is told for each."""
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
