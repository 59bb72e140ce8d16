"""A call that a dead server has left is finished by whoever asks for it first, and once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.db import db
from app.recordings.folders import JOURNAL
from app.recordings.journal import Journal
from app.scenarios import service
from app.scenarios.models import CUT_OFF
from app.scenarios.visitor import Visitor
from app.services import utc_now
from tests.live.serving import Place, serving, set_up


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Place]:
    with serving(set_up(tmp_path_factory.mktemp("left"), migrated)) as made:
        made.person("nina")
        yield made


@pytest.fixture(scope="module")
def nina(place: Place) -> Visitor:
    return place.visitor("nina")


def test_the_debrief_of_a_call_left_open_finishes_it(place: Place, nina: Visitor) -> None:
    call = _left(place, nina)
    shown = nina.http.get(f"{place.url}/calls/{call}/debrief", timeout=30)
    assert shown.status_code == 200
    assert "cut off" in shown.text
    row = place.call(call)
    assert (row.status, row.cut_reason, row.counts) == (CUT_OFF, "server", False)


def test_the_start_and_several_readers_at_once_finish_it_once(place: Place, nina: Visitor) -> None:
    call = _left(place, nina)

    def start(_: int) -> None:
        with place.app.app_context():
            service.recover_calls(place.settings.recordings_dir, utc_now())
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(start, number) for number in range(8)]:
            done.result(timeout=60)
    assert place.call(call).status == CUT_OFF
    assert [e["kind"] for e in place.events(call)].count("cut_off") == 1


def _left(place: Place, nina: Visitor) -> str:
    """A call that is marked live, on no line."""
    call = nina.start("small", mode="chat", purpose="practice", seed=1).call
    with place.app.app_context():
        service.open_line(service.find_call(call), "", utc_now())
        db.session.remove()
    place.folder(call).mkdir()
    with Journal(place.folder(call) / JOURNAL) as book:
        book.append(0.0, "opened")
    return call
