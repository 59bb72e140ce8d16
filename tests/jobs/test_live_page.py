"""The page of jobs in a browser: it follows what happens, and then is still."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.config import Settings
from app.db import db
from app.jobs import service
from app.jobs.run import JobRun
from app.jobs.worker import Worker
from app.services import utc_now
from tests.browser.conftest import launch
from tests.conftest import PASSWORD, MakePerson
from tests.jobs.conftest import AddKind

PATIENCE = 20.0


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """On the real clock."""
    made = create_app(settings, clock=utc_now)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(url: str, person: MakePerson) -> Iterator[Page]:
    """Where an administrator is signed in. Nothing may be refused or go wrong on it."""
    assert shutil.which("chromium"), "chromium is not installed; make test installs it"
    person("administrator", login="ada")
    with sync_playwright() as started:
        browser = launch(started)
        page = browser.new_page(base_url=url, reduced_motion="reduce")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login")
        page.fill("[name=name]", "ada")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("[data-test=account]")).to_be_visible()
        yield page
        browser.close()
    assert complaints == []


def test_it_follows_a_job_to_its_end_by_keyboard(app: Flask, page: Page, kind: AddKind) -> None:
    go_on = threading.Event()

    def work(run: JobRun) -> None:
        run.progress(0.25, "the first part")
        while not go_on.wait(0.02):
            run.check()

    kind("x", work)
    with app.app_context():
        cancelled, done = (service.enqueue("x", at=utc_now(), about=n).id for n in ("one", "two"))
    worker = Worker(app)
    thread = threading.Thread(target=worker.run)
    thread.start()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto("/jobs")
        first, second = (page.locator(f"[data-job='{n}']") for n in (cancelled, done))
        expect(first).to_contain_text("the first part")
        assert first.locator("progress").evaluate("bar => bar.value") == 0.25
        first.get_by_role("button", name="Cancel").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Cancel “x · one”?")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(first.locator("[data-is=label]")).to_have_text("Cancelled")
        expect(first.get_by_role("button", name="Try again")).to_be_visible()
        expect(second.locator("[data-is=label]")).to_have_text("Running")
        go_on.set()
        expect(second.locator("[data-is=label]")).to_have_text("Done")
        expect(second.get_by_role("button")).to_have_count(0)
    finally:
        go_on.set()
        worker.stopping.set()
        thread.join(PATIENCE)
    _is_still(page, asked)


def _is_still(page: Page, asked: list[str]) -> None:
    """Once the last job is over nothing more is asked for."""
    until = time.monotonic() + PATIENCE
    before = -1
    while len(asked) != before:
        assert time.monotonic() < until, "it asks on and on"
        before = len(asked)
        page.wait_for_timeout(1500)
    assert any("jobs.json" in url for url in asked)
