"""A real server, a real chromium, and a microphone that plays a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.desk import Desk
from tests.browser.house import House
from tests.browser.tape import Studio, Tape
from tests.conftest import share_understanding

QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        started.selectors.set_test_id_attribute("data-test")
        yield started


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server that the browser tests of this process share."""
    server = House(tmp_path_factory.mktemp("house"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    home = tmp_path_factory.mktemp("studio")
    share_understanding(home)
    return Studio(home)


@pytest.fixture(scope="session")
def quiet_browser(playwright: Playwright) -> Iterator[Browser]:
    """One chromium without a microphone, for whoever needs none."""
    browser = launch(playwright)
    yield browser
    browser.close()


def launch(playwright: Playwright, *flags: str) -> Browser:
    path = shutil.which("chromium")
    assert path, "chromium is not installed; make test installs it"
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *flags])


@pytest.fixture
def open_desk(playwright: Playwright, quiet_browser: Browser, house: House) -> Iterator[OpenDesk]:
    """``open_desk(tape)``: a page in which nobody is signed in yet.

    With a tape it has a microphone that plays it. At the end no page may have had
    anything to complain of.
    """
    desks: list[Desk] = []
    browsers: list[Browser] = []

    def open_one(tape: Tape | None = None, at: House = house, flags: tuple[str, ...] = ()) -> Desk:
        browser = quiet_browser
        if tape is not None:
            flags = (*MICROPHONE, f"--use-file-for-fake-audio-capture={tape.path}%noloop")
        if flags:
            browser = launch(playwright, *flags)
            browsers.append(browser)
        desk = Desk(browser.new_context(base_url=at.url), tape)
        desks.append(desk)
        return desk

    yield open_one
    for desk in desks:
        desk.context.close()
    for browser in browsers:
        browser.close()
    complaints = [told for desk in desks for told in desk.complaints]
    assert complaints == []


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A server of one test, to be killed."""
    server = House(tmp_path / "house")
    yield server
    server.kill()
