"""What the page says when something is missing or breaks, and that what it offers works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import GREETED
from tests.browser.house import House
from tests.browser.tape import Studio

SEED = 3
GREETING = "Good morning, Green Valley Clinic, my name is Alex. How can I help you?"
REASON = "I am happy to help you with that. May I ask what the visit is for?"


@pytest.mark.parametrize(
    ("flags", "title", "remedy"),
    [
        # No device of any kind; and one that nobody allows the page to use.
        ((), "No microphone is connected.", "Plug a headset in"),
        (
            ("--use-fake-device-for-media-stream", "--deny-permission-prompts"),
            "This page may not use your microphone.",
            "Click the lock or the microphone beside the address",
        ),
    ],
    ids=["missing", "denied"],
)
def test_without_a_microphone_the_page_says_how_to_mend_it_and_chat_works(
    open_desk: OpenDesk, flags: tuple[str, ...], title: str, remedy: str
) -> None:
    desk = open_desk(flags=flags)
    desk.sign_in("mei")
    desk.start("first-day-appointment", seed=SEED)
    desk.get("check-start").click()
    expect(desk.get("check-problem")).to_contain_text(title)
    expect(desk.get("check-problem")).to_contain_text(remedy)
    expect(desk.get("check-start")).to_have_text(re.compile("Try again"))
    # The same from the button that takes the call: no call is used up.
    desk.get("take-call").click()
    expect(desk.get("check-problem")).to_contain_text(title)
    expect(desk.get("phase-call")).to_be_hidden()
    desk.get("chat-instead").click()
    expect(desk.get("chat-text")).to_be_focused()
    desk.page.keyboard.type(GREETING)
    desk.page.keyboard.press("Enter")
    expect(desk.get("bubble-customer").first).to_be_visible()


def test_without_a_speech_model_the_page_says_so_and_chat_works(
    open_desk: OpenDesk, own_house: House
) -> None:
    # Vosk wished for, and a home folder in which there is none of its models.
    own_house.home.mkdir(parents=True)
    own_house.env = {
        "CALLWRIGHT_RECOGNIZER": "vosk",
        "HOME": str(own_house.home),
        "VOSK_MODEL_PATH": "",
    }
    own_house.start()
    desk = open_desk(at=own_house)
    desk.sign_in("nina")
    desk.page.goto("/practise/first-day-appointment")
    expect(desk.page.get_by_text("No speech model is installed.")).to_be_visible()
    expect(desk.page.get_by_text("callwright models install en")).to_be_visible()
    expect(desk.get("mode-voice")).to_be_disabled()
    expect(desk.get("mode-chat")).to_be_checked()
    desk.get("start").click()
    expect(desk.get("chat-text")).to_be_focused()
    desk.page.keyboard.type(GREETING)
    desk.page.keyboard.press("Enter")
    expect(desk.get("bubble-customer").first).to_be_visible()


def test_a_second_tab_on_the_same_call_is_told_so_and_the_first_goes_on(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk()
    desk.sign_in("omar")
    desk.start("first-day-appointment", seed=SEED, mode="chat")
    expect(desk.get("chat-text")).to_be_focused()
    second = desk.context.new_page()
    second.goto(desk.page.url)
    expect(second.get_by_role("heading", name="This call is on the line")).to_be_visible()
    expect(second.get_by_text("It is open in another tab or window")).to_be_visible()
    expect(desk.get("chat-text", on=second)).to_have_count(0)
    desk.get("chat-text").fill(GREETING)
    desk.get("chat-send").click()
    expect(desk.get("bubble-customer").first).to_be_visible()
    expect(desk.get("call-problem")).to_be_hidden()
    desk.hang_up()
    # The second sees by itself that the call is over.
    expect(desk.get("phase-wrap", on=second)).to_be_visible()


def test_a_microphone_that_goes_in_mid_call_can_be_replaced(
    open_desk: OpenDesk, studio: Studio
) -> None:
    desk = open_desk(studio.lines("gone", SEED, (0.0, GREETING)))
    page = desk.page
    desk.sign_in("omar")
    call = desk.start("first-day-appointment", seed=SEED)
    desk.turn_on()
    desk.take_call()
    expect(desk.get("connection")).to_contain_text("vosk")
    page.evaluate("window.callwrightUnplug()")
    expect(desk.get("call-problem")).to_contain_text("Your microphone has gone.")
    expect(desk.get("call-problem")).to_contain_text("The customer is still on the line")
    page.get_by_role("button", name="Use the microphone that is there now").click()
    expect(desk.get("call-problem")).to_be_hidden()
    # The other one plays the tape from its start: she is heard on it.
    expect(desk.get("bubble-you").first).to_contain_text(GREETED, timeout=60_000)

    # What the other buttons do is seen at once.
    desk.get("btn-hold").click()
    expect(desk.get("bubble-desk").filter(has_text="on hold")).to_be_visible()
    expect(desk.get("btn-hold")).to_have_attribute("aria-pressed", "true")
    desk.get("btn-hold").click()
    expect(desk.get("bubble-desk").filter(has_text="is back")).to_be_visible()
    desk.get("btn-mute").click()
    expect(desk.get("btn-mute")).to_have_text(re.compile("Unmute"))
    desk.get("btn-help").click()
    expect(desk.get("bubble-desk").filter(has_text="Hint")).to_be_visible()
    desk.hang_up()
    kinds = [event["kind"] for event in desk.log(call)]
    for kind in ("hold", "unhold", "mute", "help", "hung_up", "ended"):
        assert kind in kinds


def test_a_server_that_dies_in_mid_call_loses_nothing_that_was_said(
    open_desk: OpenDesk, own_house: House, studio: Studio
) -> None:
    own_house.home.mkdir(parents=True)
    own_house.start()
    desk = open_desk(studio.lines("lost", SEED, (0.0, GREETING), (8.0, REASON)), at=own_house)
    page = desk.page
    desk.sign_in("nina")
    call = desk.start("first-day-appointment", seed=SEED)
    desk.turn_on()
    desk.take_call()
    expect(desk.get("bubble-you").first).to_contain_text(GREETED)
    expect(desk.get("bubble-customer").first).to_be_visible()
    expect(desk.get("partial")).to_contain_text(
        re.compile("(happy|help) .*(with|may|ask|visit)"), timeout=60_000
    )

    own_house.kill()
    expect(desk.get("call-problem")).to_contain_text("The line was lost.")
    expect(desk.get("call-problem")).to_contain_text("What was said until now is kept.")
    expect(desk.get("call-problem")).to_contain_text("costs you no attempt")

    own_house.start()
    page.get_by_role("link", name="See what was kept").click()
    page.wait_for_url("**/debrief")
    expect(desk.get("cut-off")).to_contain_text("This call was cut off.")
    expect(desk.get("cut-off")).to_contain_text("It costs no attempt.")
    expect(desk.get("verdict")).to_contain_text("Not scored")
    expect(desk.get("transcript")).to_contain_text(GREETED)
    # Even the words she was in the midst of.
    expect(desk.get("transcript")).to_contain_text(re.compile("happy|help"))
    desk.get("play").click()
    expect(page.locator("#now")).not_to_have_text("0:00")
    events = desk.log(call)
    assert events[-1]["kind"] == "cut_off"
    assert events[-1]["reason"] == "server"
