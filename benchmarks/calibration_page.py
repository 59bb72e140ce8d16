"""How fast the Check of a large calibration session answers: 20 calls, 12 raters, 20 criteria.

    python benchmarks/calibration_page.py [--times 15]

Median processor milliseconds, in one process, through Flask's test client. The rival in the same
run is the same page whose statistics are worked out anew each time: the ratio says what keeping
them saves.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import here  # noqa: F401
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, migration
from app.accounts import service, sign_in
from app.accounts.forms import PersonInput
from app.accounts.guard import TOKEN
from app.accounts.models import Person, Role
from app.accounts.sign_in import Browser
from app.calibration import session_events as happen
from app.calibration import store
from app.calibration.check import close_scoring
from app.calibration.models import CalibrationSession
from app.calibration.session_events import Event
from app.calibration.session_plan import AlphaAtLeast, SessionPlan, criteria_of
from app.config import Settings
from app.db import db, transaction
from app.quality.card import Scorecard
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.recordings.models import PRACTICE, READY, Recording
from app.services import now

RECORDINGS, RATERS, CRITERIA = 20, 12, 20
PASSWORD = "seven quiet harbours"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callwright-bench-") as folder:
        app = create_app(Settings(data_dir=Path(folder), secret_key="b" * 32))
        migration.upgrade(app)
        with app.app_context():
            session, host = fill()
        client = signed_in(app, host)
        measure(app, client, session, options.times)
        with app.app_context():
            db.engine.dispose()


def measure(app: Flask, client: FlaskClient, session: int, times: int) -> None:
    def forget() -> None:
        with app.app_context(), transaction():
            db.session.get_one(CalibrationSession, session).results = None

    base = f"/quality/calibration/{session}"
    anew = median_ms(client, f"{base}/check", times, before=forget)
    print(f"{'page':<44} {'kept':>9} {'anew':>9} {'ratio':>6}")
    kept = median_ms(client, f"{base}/check", times)
    print(f"{'check':<44} {kept:>6.1f} ms {anew:>6.1f} ms {anew / kept:>6.2f}")
    for page in ("check?show=all", "minutes", "export.csv", "export.xlsx"):
        print(f"{page:<44} {median_ms(client, f'{base}/{page}', times):>6.1f} ms")


def median_ms(
    client: FlaskClient, address: str, times: int, before: Callable[[], None] = lambda: None
) -> float:
    took = []
    for _ in range(times + 2):
        before()
        began = time.process_time()
        answer = client.get(address)
        took.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, answer.status
    return statistics.median(took[2:])


def fill() -> tuple[int, Person]:
    """A session in its Check; its number and who leads it."""
    at = now()
    people = [person(f"rater{n}") for n in range(RATERS + 1)]
    host, raters = people[0], tuple(each.id for each in people[1:])
    version, recordings = card(), calls(host)
    whole = Scorecard.model_validate(version.body)
    planned = SessionPlan(
        title="A large session",
        host=host.id,
        recordings=recordings,
        card_version=str(version.id),
        criteria=criteria_of(whole, [each.id for each in whole.criteria]),
        raters=raters,
        target=AlphaAtLeast(0.8),
        due=at + timedelta(days=7),
    )
    row = store.begin(happen.Planned(host.id, at, planned))
    for event in scored(planned):
        store.append(row.id, event)
    store.append(row.id, close_scoring(store.load(row.id), host.id, at))
    return row.id, host


def scored(planned: SessionPlan) -> Iterator[Event]:
    """Opened, and every sheet filled in and handed in: raters differ by a point here and there."""
    chance, at = random.Random(1), now()
    yield happen.Opened(planned.host, at)
    for rater in planned.raters:
        for number, recording in enumerate(planned.recordings):
            for each in planned.criteria:
                mark = float(min(5, max(1, 1 + number % 5 + chance.choice((-1, 0, 0, 1)))))
                words = "because of what was said there" if mark < 3 else ""
                seconds = (chance.uniform(1, 90),)
                yield happen.Marked(rater, at, recording, each.id, mark, words, seconds)
            yield happen.Submitted(rater, at, recording)


def card() -> CardVersion:
    criteria = [
        {"id": f"c{n}", "title": f"Criterion {n}", "weight": 100 / CRITERIA, "scale": "1-5"}
        for n in range(CRITERIA)
    ]
    body = {
        "title": "Large",
        "pass_mark": 70,
        "sections": [{"id": "all", "title": "All", "criteria": criteria}],
    }
    with transaction() as session:
        made = CardVersion(
            card=Card(name="Large", created_at=now()),
            number=1,
            status=PUBLISHED,
            body=body,
            content_hash="0" * 64,
            created_at=now(),
            changed_at=now(),
        )
        session.add(made)
    return made


def calls(host: Person) -> tuple[int, ...]:
    with transaction() as session:
        made = [
            Recording(
                key=f"{n:032x}",
                source=PRACTICE,
                status=READY,
                title=f"Call {n}",
                uploaded_by_id=host.id,
                happened_at=now(),
                seconds=95.0,
            )
            for n in range(RECORDINGS)
        ]
        session.add_all(made)
    return tuple(each.id for each in made)


def person(login: str) -> Person:
    wanted = PersonInput(login, f"{login.title()} Somebody", Role.QA, None, frozenset())
    return service.add(None, wanted, PASSWORD, at=now(), temporary=False)


def signed_in(app: Flask, host: Person) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        browser, day = Browser("benchmark", ""), timedelta(days=1)
        _host, token = sign_in.sign_in(host.login, PASSWORD, browser, at=now(), lasts=day)
    with client.session_transaction() as kept:
        kept[TOKEN] = token
    return client


if __name__ == "__main__":
    main()
