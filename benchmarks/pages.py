"""How fast the pages answer with 5,000 calls in the database, beside the same with 50.

    python benchmarks/pages.py [--calls 5000] [--times 30]

A real server (gunicorn) over HTTP, one client, median milliseconds of the whole
answer. The rival in the same run is the same page of a nearly empty installation:
the ratio says what the 5,000 calls cost.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import here  # noqa: F401
import requests
from sqlalchemy import insert

from app import create_app
from app.accounts.demo import PASSWORD, add_people
from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.private_server import private_server, share_learnt
from app.provision import provision
from app.scenarios import service, typed
from app.scenarios.mind import Mind
from app.scenarios.models import DONE, Call
from app.scenarios.practice import Practice, practice
from app.scenarios.switchboard import Job
from app.scenarios.visitor import Visitor
from app.services import now

SCENARIO = "first-day-appointment"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--times", type=int, default=30)
    options = parser.parse_args()
    few, many = (measure(count, options.times) for count in (50, options.calls))
    print(f"{'page':<28} {'50 calls':>10} {f'{options.calls} calls':>12} {'ratio':>6}")
    for page, (before, after) in {page: (few[page], many[page]) for page in few}.items():
        print(f"{page:<28} {before:>7.1f} ms {after:>9.1f} ms {after / before:>6.2f}")


def measure(calls: int, times: int) -> dict[str, float]:
    """Median milliseconds of each page, by its name."""
    with tempfile.TemporaryDirectory(prefix="callwright-bench-") as folder:
        home = Path(folder)
        share_learnt(Settings.from_environment().data_dir, home)
        call = fill(home, calls)
        with private_server(home) as address:
            return timed(address, call, times)


def fill(home: Path, calls: int) -> str:
    """One real chat call, and ``calls`` rows like it among the demo's people."""
    app = create_app(Settings(data_dir=home))
    for _ in provision(app):
        pass
    add_people(app)
    with app.app_context():
        made = one_call(practice(app))
        row = {column.name: getattr(made, column.name) for column in Call.__table__.columns}
        with transaction() as session:
            session.execute(insert(Call), [copy(row, n) for n in range(calls)])
        db.engine.dispose()
    return made.id


def one_call(parts: Practice) -> Call:
    nina = db.session.query(Person).filter_by(login="nina").one()
    scenario = parts.library.get(SCENARIO)
    call = service.start_call(nina, scenario, service.Wanted(mode="chat", seed=3), now())
    service.open_line(call, "", now())
    root = parts.settings.recordings_dir
    job = Job(call.id, scenario, 3, "chat", "practice", root / call.id)
    outcome = typed.type_out(job, Mind(scenario, 3), reader=parts.reader(scenario))
    service.close_line(call, outcome, root, now())
    right = scenario.wrap_up.right[call.ending][0]
    service.wrap_up(call, scenario, service.WrapUp(right, "Benchmark."), now())
    return call


def copy(row: dict[str, object], n: int) -> dict[str, object]:
    """A row like ``row``, of one of the demo's nine people, some time ago."""
    ago = now() - timedelta(minutes=7 * n)
    return {
        **row,
        "id": secrets.token_hex(16),
        "person_id": 1 + n % 4,
        "created_at": ago,
        "started_at": ago,
        "ended_at": ago,
        "status": DONE,
    }


def timed(url: str, call: str, times: int) -> dict[str, float]:
    nina, sam = (Visitor(url, name, PASSWORD).http for name in ("nina", "sam"))
    pages = {
        "shelf": (nina, "/practise"),
        "briefing": (nina, f"/practise/{SCENARIO}"),
        "own calls": (nina, "/calls"),
        "own calls, by score": (nina, "/calls?sort=total"),
        "a team's calls": (sam, "/calls"),
        "a team's calls, page 20": (sam, "/calls?page=20&outcome=passed"),
        "debrief": (nina, f"/calls/{call}/debrief"),
        "health": (nina, "/health"),
    }
    return {name: median_ms(http, url + path, times) for name, (http, path) in pages.items()}


def median_ms(http: requests.Session, address: str, times: int) -> float:
    took = []
    for _ in range(times + 3):
        began = time.perf_counter()
        answer = http.get(address, timeout=30)
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return statistics.median(took[3:])


if __name__ == "__main__":
    main()
