"""Pictures of the pages for the README: ``make pictures`` writes docs/pictures/*.png.

Starts a server of its own with the demo, drives chromium, and makes a real call by
voice: its microphone plays a tape of an automatic trainee.
"""

from __future__ import annotations

import shutil
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from app.accounts.demo import PASSWORD
from app.config import Settings
from app.private_server import private_server, share_learnt
from app.recordings.folders import LEFT
from app.scenarios.check import sentence
from app.scenarios.demo_calls import CALLS
from app.scenarios.mind import Mind
from app.scenarios.played import play
from app.scenarios.practice import Practice
from app.scenarios.rehearse import trainee_voice
from app.scenarios.switchboard import CustomerVoice, Job
from app.scenarios.visitor import TOKEN
from app.scenarios.walk import HangUpNow, TraineeAct
from app.speech.ear import Ear
from app.speech.ports import RATE

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 200_000
DESK, PHONE = (1280, 800), (360, 740)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE_MS = 120_000
Colours = Literal["light", "dark"]

SCENARIO, SEED, TURNS = "lost-card", 2, 7
"""The call in the picture, and how many things the trainee says before the picture is taken."""
SENTENCE_AT = 2.0
CHECK_SECONDS = 14.0
"""For the check's result, its picture and taking the call, from the sentence's end."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A microphone file. ``take_at``: seconds from its start at which to take the call."""

    path: Path
    take_at: float


class FewTurns(Mind):
    """Hangs up after so many turns: the tape need not be longer."""

    left = TURNS

    def next(self) -> TraineeAct | None:
        self.left -= 1
        return HangUpNow() if self.left < 0 else super().next()


def make_tape(home: Path) -> Tape:
    """The check's sentence, then what a good trainee says in the first part of the call."""
    settings = Settings(data_dir=home)
    parts = Practice(settings)
    scenario = parts.library.get(SCENARIO)
    speak = trainee_voice("flite:slt", settings)
    folder = home / "tape"
    play(
        Job("0" * 32, scenario, SEED, "voice", "practice", folder),
        FewTurns(scenario, SEED),
        reader=parts.reader(scenario),
        ear=Ear(parts.recognizer.open(), parts.voice_activity()),
        voice=CustomerVoice.of(scenario, parts.synthesizer),
        speak=speak,
        thinking=2.0,
    )
    check = silence(SENTENCE_AT) + speak(sentence(SEED)) + silence(CHECK_SECONDS)
    path = home / "tape.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(check + (folder / LEFT).read_bytes())
    return Tape(path, len(check) / 2 / RATE)


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * 2)


@dataclass(frozen=True, slots=True)
class Camera:
    """Opens pages at one server and keeps what they look like."""

    browser: Browser
    url: str

    @contextmanager
    def page(
        self, login: str, *, size: tuple[int, int] = DESK, colours: Colours = "light"
    ) -> Iterator[Page]:
        """A page in which ``login`` is signed in."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=colours,
            reduced_motion="reduce",
            device_scale_factor=2 if size == PHONE else 1,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=name]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("[data-test=sign-in]")
        page.wait_for_url(lambda address: "/login" not in address)
        yield page
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.fonts.ready")
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path)
        size = path.stat().st_size
        print(f"pictures: {path.relative_to(ROOT)} ({size // 1000} kB)", flush=True)
        if size > LARGEST_BYTES:
            raise SystemExit(f"pictures: {path.name} is over {LARGEST_BYTES // 1000} kB")

    def still(
        self,
        name: str,
        login: str,
        path: str,
        *,
        size: tuple[int, int] = DESK,
        colours: Colours = "light",
    ) -> None:
        with self.page(login, size=size, colours=colours) as page:
            page.goto(path)
            self.shoot(page, name)


def demo_call(login: str, scenario: str) -> str:
    """The address of the debrief of that call by voice in the demo."""
    found = next(c for c in CALLS if c.login == login and c.scenario == scenario and c.voice)
    return f"/calls/{found.id}/debrief"


def stills(camera: Camera) -> None:
    debrief = demo_call("omar", "billing-dispute")
    camera.still("shelf", "nina", "/practise")
    camera.still("briefing", "nina", f"/practise/{SCENARIO}")
    camera.still("debrief", "omar", debrief)
    camera.still("debrief-dark", "omar", debrief, colours="dark")
    camera.still("supervisor", "sam", "/calls")
    camera.still("people", "ada", "/people")
    with camera.page("quinn") as page:
        page.goto("/quality/calibration")
        page.get_by_role("link", name="What is empathy?", exact=True).click()
        page.locator("[data-test^=criterion-]").first.evaluate("each => each.scrollIntoView()")
        camera.shoot(page, "calibration")
    with camera.page("sam") as page:
        page.goto("/quality")
        page.get_by_role("link", name="Score it").or_(
            page.get_by_role("button", name="Score it")
        ).first.click()
        page.locator("[data-test=marking]").wait_for()
        camera.shoot(page, "scoring")
    camera.still("gaps", "quinn", "/quality/gaps")
    camera.still("phone", "nina", "/practise", size=PHONE)


def live_call(camera: Camera, tape: Tape) -> None:
    """The microphone check, and a call under way."""
    with camera.page("nina") as page:
        page.goto(f"/practise/{SCENARIO}")
        token = TOKEN.search(page.content())
        assert token, "the briefing has no form"
        form = {"csrf_token": token[1], "mode": "voice", "purpose": "practice", "seed": str(SEED)}
        answer = page.request.post(
            f"/practise/{SCENARIO}/calls", form=form, headers={"Accept": "application/json"}
        )
        page.goto(f"/calls/{answer.json()['call']}")
        page.click("[data-test=check-start]")
        page.wait_for_timeout(SENTENCE_AT * 1000)
        page.locator("[data-test=check-accuracy]", has_text="%").wait_for()
        camera.shoot(page, "check")
        page.click("[data-test=take-call]")
        said = page.locator("[data-test=bubble-you]")
        said.nth(TURNS - 2).wait_for()
        page.wait_for_timeout(2500)
        camera.shoot(page, "call")
        page.click("[data-test=btn-hangup]")
        page.click("[data-test=btn-hangup]")
        page.locator("[data-test=wrap-submit]").wait_for()


@contextmanager
def chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise SystemExit("pictures: chromium is not installed; type: make tools")
    browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
    yield browser
    browser.close()


def main(only: list[str]) -> None:
    """Take all pictures, or only ``stills`` or ``live``."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="callwright-") as folder, sync_playwright() as playwright:
        home = Path(folder)
        share_learnt(Settings.from_environment().data_dir, home)
        with private_server(home, calls="live" not in only) as url:
            if "live" not in only:
                with chromium(playwright) as browser:
                    stills(Camera(browser, url))
            if "stills" not in only:
                tape = make_tape(home)
                microphone = (
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-audio-capture={tape.path}%noloop",
                )
                with chromium(playwright, *microphone) as browser:
                    live_call(Camera(browser, url), tape)


if __name__ == "__main__":
    main(sys.argv[1:])
