"""Whatever a page sends, or stops sending: a clear answer, and the server lives on."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import soundfile
from simple_websocket import Client

from app.recordings.folders import FLAC
from app.scenarios import line as live
from app.scenarios import messages
from app.scenarios.models import CUT_OFF, LIVE, READY, WRAP_UP
from app.scenarios.visitor import Visitor
from app.speech.ports import FRAME_BYTES
from tests.live.serving import QUIET, Page, Place, page, serving, set_up, wait_for

HELLO = {"type": "hello", "protocol": 1}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Place]:
    settings = set_up(tmp_path_factory.mktemp("live"), migrated)
    with serving(settings) as made:
        for login in ("nina", "omar"):
            made.person(login)
        made.person("sam", "supervisor")
        yield made


@pytest.fixture(scope="module")
def nina(place: Place) -> Visitor:
    return place.visitor("nina")


@pytest.fixture(autouse=True)
def the_server_lives_on(place: Place, nina: Visitor) -> Iterator[None]:
    """After whatever a test did, the next call is a good one."""
    yield
    place.wait_free()
    call = nina.start("small", mode="chat", purpose="practice", seed=1).call
    with page(nina, call) as chat:
        chat.hello("chat")
        for words in ("offer_help", "ask_name ask_address", "offer_credit", "say_goodbye"):
            chat.send(messages.Typed(words))
        ended = chat.until(messages.Ended)
    assert (ended.ending, ended.good) == ("done", True)
    assert place.settled(call).status == WRAP_UP


def new(visitor: Visitor, mode: str = "voice", purpose: str = "practice") -> str:
    return visitor.start("small", mode=mode, purpose=purpose, seed=1).call


def untouched(place: Place, call: str) -> bool:
    """Nobody has picked up: it can be made as if nothing had been."""
    place.wait_free()
    return place.call(call).status == READY and not place.folder(call).exists()


def cut_off(place: Place, call: str, reason: str) -> None:
    """What was said is kept, the call is marked, and it burns no attempt."""
    row = place.settled(call)
    assert (row.status, row.cut_reason, row.counts) == (CUT_OFF, reason, False)
    assert (row.ending, row.total, row.passed) == ("", None, None)
    assert place.events(call)[-1]["kind"] == "cut_off"
    assert place.events(call)[-1]["reason"] == reason
    if row.seconds > 0 and row.mode == "voice":
        info = soundfile.info(place.folder(call) / FLAC)
        assert info.channels == 2
        assert info.frames / info.samplerate == pytest.approx(row.seconds, abs=0.05)


# ---- before the call --------------------------------------------------------------------------

NO_HELLO = {
    "not JSON": ("{", "must be a JSON object"),
    "a list": ("[]", "got list"),
    "a bare word": ('"hello"', "got str"),
    "nothing": ("", "must be a JSON object"),
    "a deep nest": ("[" * 8000, "must be a JSON object"),
    "unknown type": ('{"type": "hallo"}', "type must be one of"),
    "type of another type": ('{"type": ["hello"]}', "type must be one of"),
    "no protocol": ('{"type": "hello"}', "hello needs protocol"),
    "protocol as text": (json.dumps({**HELLO, "protocol": "1"}), "hello.protocol must be int"),
    "protocol as truth": (json.dumps({**HELLO, "protocol": True}), "hello.protocol must be int"),
    "another protocol": (json.dumps({**HELLO, "protocol": 2}), "speaks protocol 1, the page 2"),
    "another rate": (json.dumps({**HELLO, "rate": 48000}), "rate must be 16000, got 48000"),
    "rate as text": (json.dumps({**HELLO, "rate": "16000"}), "hello.rate must be int"),
    "another mode": (json.dumps({**HELLO, "mode": "fax"}), "hello.mode must be one of"),
    "something more": (json.dumps({**HELLO, "extra": 1}), "hello has no extra"),
    "too long": (json.dumps({**HELLO, "extra": "x" * 9000}), "at most 8192 bytes"),
    "a button": ('{"type": "button", "name": "hold"}', "expected hello first, got button"),
    "sound": (messages.pack_frame(0, QUIET), "expected hello before any sound"),
}


@pytest.mark.parametrize("case", NO_HELLO)
def test_what_is_no_hello_costs_nothing(place: Place, nina: Visitor, case: str) -> None:
    sent, told = NO_HELLO[case]
    call = new(nina)
    with page(nina, call) as line:
        line.send(sent)
        failure = line.fatal()
    assert failure.code == "invalid_input"
    assert told in failure.message
    assert untouched(place, call)


@pytest.mark.parametrize("which", ["line", "check"])
def test_no_hello_in_time(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(live, "HELLO_SECONDS", 0.2)
    call = new(nina)
    with page(nina, call, which) as line:
        assert "expected hello within" in line.fatal().message
    assert untouched(place, call)


def test_a_page_of_the_other_mode(place: Place, nina: Visitor) -> None:
    for mode, other in (("voice", "chat"), ("chat", "voice")):
        call = new(nina, mode)
        with page(nina, call) as line:
            line.send(json.dumps({**HELLO, "mode": other}))
            failure = line.fatal()
        assert (failure.code, failure.remedy) == ("not_allowed", "Reload the page.")
        assert untouched(place, call)


def test_a_page_that_goes_before_hello(place: Place, nina: Visitor) -> None:
    call = new(nina)
    with page(nina, call):
        pass
    assert untouched(place, call)


# ---- who may open it --------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["line", "check"])
def test_a_strangers_call_and_none_are_not_found(place: Place, nina: Visitor, which: str) -> None:
    call = new(nina)
    for login in ("omar", "sam"):
        other = place.visitor(login)
        with page(other, call, which) as line:
            assert line.fatal().code == "not_found"
    for unknown in ("0" * 32, "x", "a.b"):
        with page(nina, unknown, which) as line:
            failure = line.fatal()
            assert (failure.code, failure.remedy) == ("not_found", "Look in your calls.")
    assert untouched(place, call)


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def refused(url: str, headers: dict[str, str]) -> int:
    """The HTTP status with which a socket is refused before it opens."""
    answer = requests.get(url, headers={**UPGRADE, **headers}, timeout=30)
    assert answer.json()["error"]["message"]
    return answer.status_code


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{each.name}={each.value}" for each in visitor.http.cookies)


@pytest.mark.parametrize("which", ["line", "check"])
def test_who_is_refused_before_it_opens(place: Place, nina: Visitor, which: str) -> None:
    call = new(nina)
    address = f"{place.url}/calls/{call}/{which}"
    signed = cookie_of(nina)
    assert refused(address, {}) == 401
    assert refused(address, {"Cookie": "callwright=forged"}) == 401
    for origin in ("https://evil.example", "null", place.url + ".evil.example"):
        assert refused(address, {"Cookie": signed, "Origin": origin}) == 403
    gone = place.visitor("omar")
    signed_then = cookie_of(gone)
    token = gone._get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    gone.http.post(f"{place.url}/logout", data={"csrf_token": token}, timeout=30)
    assert refused(address, {"Cookie": signed_then}) == 401
    assert untouched(place, call)


def test_our_own_page_is_let_in(place: Place, nina: Visitor) -> None:
    call = new(nina, "chat")
    address = f"ws{place.url.removeprefix('http')}/calls/{call}/line"
    # This client's Host header carries no port, so its page's origin has none either.
    headers = {"Cookie": cookie_of(nina), "Origin": "http://127.0.0.1"}
    with Page(Client(address, headers=headers)) as line:
        line.hello("chat")
        line.send(messages.Button("hangup"))
        line.until(messages.Ended)


@pytest.mark.parametrize("lacking", [*UPGRADE, "everything"])
def test_a_handshake_that_is_none(place: Place, nina: Visitor, lacking: str) -> None:
    headers = {key: value for key, value in UPGRADE.items() if lacking not in (key, "everything")}
    call = new(nina)
    answer = nina.http.get(f"{place.url}/calls/{call}/line", headers=headers, timeout=30)
    assert answer.status_code == 400
    assert untouched(place, call)


# ---- one line a call, so many calls -----------------------------------------------------------


def test_a_second_tab_and_a_call_that_was_made(place: Place, nina: Visitor) -> None:
    call = new(nina, "chat")
    with page(nina, call) as first:
        first.hello("chat")
        with page(nina, call) as second:
            failure = second.fatal()
            assert failure.code == "conflict"
            assert "another tab" in failure.message
            assert failure.remedy
        first.send(messages.Typed("offer_help"))
        first.until(messages.Said)
        first.send(messages.Button("hangup"))
        first.until(messages.Ended)
    row = place.settled(call)
    with page(nina, call) as third:
        third.send(json.dumps({**HELLO, "mode": "chat"}))
        failure = third.fatal()
    assert failure.code == "conflict"
    assert "made already" in failure.message
    assert place.call(call).ended_at == row.ended_at


def test_all_lines_busy(tmp_path: Path, migrated: Path) -> None:
    with serving(set_up(tmp_path, migrated, max_calls=1)) as small:
        small.person("mei")
        mei = small.visitor("mei")
        first, second = new(mei), new(mei)
        with page(mei, first) as line:
            line.hello()
            with page(mei, second) as other:
                failure = other.fatal()
            assert failure.code == "too_many"
            assert "busy" in failure.message
            assert small.call(second).status == READY
            line.send(messages.Button("hangup"))
            line.until(messages.Ended)
        small.wait_free()
        with page(mei, second) as other:
            other.hello()
            other.send(messages.Button("hangup"))
            other.until(messages.Ended)


# ---- in the call: what is answered and costs nothing ------------------------------------------

ANSWERED = {
    "not JSON": ("}{", "must be a JSON object"),
    "a number without end": ("9" * 8000, "must be a JSON object"),
    "a deep nest": ('{"type":' * 800, "must be a JSON object"),
    "unknown type": ('{"type": "shout"}', "type must be one of"),
    "unknown button": ('{"type": "button", "name": "explode"}', "button.name must be one of"),
    "button as a list": ('{"type": "button", "name": ["hold"]}', "button.name must be one of"),
    "no name": ('{"type": "button"}', "button needs name"),
    "line as text": ('{"type": "played", "line": "1", "sample": 0}', "played.line must be int"),
    "line as truth": ('{"type": "played", "line": true, "sample": 0}', "played.line must be int"),
    "half a sample": ('{"type": "played", "line": 1, "sample": 0.5}', "played.sample must be int"),
    "no number": ('{"type": "finished", "line": 1, "sample": NaN}', "finished.sample must be int"),
    "a sample before": ('{"type": "played", "line": 1, "sample": -1}', "must be zero or more"),
    "a sample too far": (
        '{"type": "finished", "line": 1, "sample": 99999999999999999999}',
        "must be",
    ),
    "too long": ('{"type": "typed", "text": "' + "x" * 9000 + '"}', "at most 8192 bytes"),
    "half a character": ('{"type": "move", "kind": "consult", "target": "\\ud800"}', "text"),
    "hello again": (json.dumps(HELLO), "hello makes no sense here"),
    "typed words": ('{"type": "typed", "text": "hello"}', "typed makes no sense here"),
    "a move nobody offers": (
        '{"type": "move", "kind": "transfer", "target": "moon"}',
        "the desk offers these moves now: none; got transfer moon",
    ),
    "a pause in a test": ('{"type": "button", "name": "pause"}', "exists in practice only"),
    "help in a test": ('{"type": "button", "name": "help"}', "exists in practice only"),
}


def test_a_wrong_message_is_answered_and_costs_nothing(place: Place, nina: Visitor) -> None:
    call = new(nina, purpose="test")
    with page(nina, call) as line:
        line.hello()
        for case, (sent, told) in ANSWERED.items():
            line.frames(2)
            line.send(sent)
            failure = line.until(messages.Failure)
            assert (failure.code, failure.fatal) == ("invalid_input", False), case
            assert told in failure.message, case
        line.frames(5)
        line.send(messages.Button("hangup"))
        ended = line.until(messages.Ended)
    assert ended.ending == "poor"
    row = place.settled(call)
    assert row.seconds == pytest.approx((len(ANSWERED) * 2 + 5) * 0.032, abs=0.002)
    kinds = {event["kind"] for event in place.events(call)}
    assert kinds.isdisjoint({"pause", "help", "move", "heard", "cut_off"})


CHAT_ANSWERED = {
    "nothing": ('{"type": "typed", "text": "  "}', "has 1 to 500 characters, got 0"),
    "too much": ('{"type": "typed", "text": "' + "x " * 251 + '"}', "1 to 500 characters, got 501"),
    "a number": ('{"type": "typed", "text": 7}', "typed.text must be str"),
    "half a character": ('{"type": "typed", "text": "ab\\udc00c"}', "text"),
    "a null character": ('{"type": "typed", "text": "a\\u0000b"}', "text"),
    "mute": ('{"type": "button", "name": "mute"}', "a chat has no mute"),
    "played": ('{"type": "played", "line": 1, "sample": 0}', "played makes no sense here"),
}


def test_a_wrong_chat_message_is_answered_and_costs_nothing(place: Place, nina: Visitor) -> None:
    call = new(nina, "chat")
    with page(nina, call) as line:
        line.hello("chat")
        for case, (sent, told) in CHAT_ANSWERED.items():
            line.send(sent)
            failure = line.until(messages.Failure)
            assert (failure.code, failure.fatal) == ("invalid_input", False), case
            assert told in failure.message, case
        line.send(messages.Typed("سلام 你好 <b>&\u202e"))
        assert line.until(messages.Said).text == "سلام 你好 <b>&\u202e"
        line.send(messages.Button("hangup"))
        line.until(messages.Ended)
    assert [e["text"] for e in place.events(call) if e["kind"] == "heard"] == [
        "سلام 你好 <b>&\u202e"
    ]


# ---- in the call: what ends it ----------------------------------------------------------------

ENDS = {
    "an empty frame": (b"", "an audio frame is 1028 bytes"),
    "half a header": (b"\0\0", "got 2"),
    "too short": (messages.pack_frame(3, QUIET[:-2]), "got 1026"),
    "odd": (messages.pack_frame(3, QUIET[:-1]), "got 1027"),
    "two frames in one": (messages.pack_frame(3, QUIET * 2), "got 2052"),
    "the last once more": (messages.pack_frame(2, QUIET), "expected audio frame 3, got 2"),
    "one left out": (messages.pack_frame(4, QUIET), "expected audio frame 3, got 4"),
    "a number from nowhere": (b"\xff" * (4 + FRAME_BYTES), "expected audio frame 3, got 42949672"),
}


@pytest.mark.parametrize("case", ENDS)
def test_sound_that_makes_no_sense_ends_the_call(place: Place, nina: Visitor, case: str) -> None:
    sent, told = ENDS[case]
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(3)
        line.send(sent)
        failure = line.fatal()
    assert failure.code == "invalid_input"
    assert told in failure.message
    cut_off(place, call, "protocol")
    assert place.call(call).seconds == pytest.approx(3 * 0.032, abs=0.001)


def test_sound_in_a_chat(place: Place, nina: Visitor) -> None:
    call = new(nina, "chat")
    with page(nina, call) as line:
        line.hello("chat")
        line.send(messages.Typed("offer_help"))
        line.until(messages.Said)
        line.frames(1)
        assert "a chat takes no sound" in line.fatal().message
    cut_off(place, call, "protocol")
    assert any(event["kind"] == "heard" for event in place.events(call))


def test_sound_faster_than_it_can_be_spoken(place: Place, nina: Visitor) -> None:
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(90)
        line.receive(timeout=0.3)
        assert line.told(messages.Failure) == []
        line.frames(400)
        assert "faster than it can be spoken" in line.fatal().message
    cut_off(place, call, "protocol")


def test_a_flood_of_messages(place: Place, nina: Visitor) -> None:
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        for _ in range(400):
            line.send(messages.Played(1, 0))
        failure = line.fatal()
        assert "at most 20 messages a second" in failure.message
        assert failure.remedy
    cut_off(place, call, "protocol")


@pytest.mark.parametrize("sent", [bytes(70_000), "x" * 70_000], ids=["sound", "text"])
def test_a_message_beyond_all_bounds(place: Place, nina: Visitor, sent: str | bytes) -> None:
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(3)
        line.send(sent)
        assert line.until_closed() == 1009
    cut_off(place, call, "connection")


def masked(first: int, payload: bytes) -> bytes:
    """A raw frame from a browser, below what a client library would send."""
    return struct.pack("!BB", first, 0x80 | len(payload)) + bytes(4) + payload


@pytest.mark.parametrize(
    "raw",
    [masked(0x81, b"\xff\xfe"), masked(0x8F, b""), masked(0xF1, b"{}"), b"\x81\x02{}"],
    ids=["text that is no UTF-8", "unknown kind", "reserved bits", "unmasked"],
)
def test_what_is_no_websocket_any_more(place: Place, nina: Visitor, raw: bytes) -> None:
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(3)
        line.socket.sock.send(raw)
        place.settled(call)
    cut_off(place, call, "connection")


# ---- who stops sending ------------------------------------------------------------------------


def test_a_microphone_that_dies(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SILENT_MIC_SECONDS", 0.6)
    monkeypatch.setattr(live, "DEAD_MIC_SECONDS", 2.5)
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.stream(0.3)
        notice = line.until(messages.Notice)
        assert (notice.kind, "microphone" in notice.text) == ("warning", True)
        line.stream(0.3)
        ended = line.until(messages.Ended)
        assert [n.kind for n in line.told(messages.Notice)] == ["warning", "warning"]
        assert (ended.ending, ended.good) == ("", False)
        assert ended.next == f"/calls/{call}/debrief"
    cut_off(place, call, "microphone")


@pytest.mark.parametrize("how", ["closes", "cut", "silently"])
def test_a_page_that_vanishes(place: Place, nina: Visitor, how: str) -> None:
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(20)
        if how == "closes":
            line.leave()
        elif how == "cut":
            linger = struct.pack("ii", 1, 0)
            line.socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            line.socket.sock.shutdown(socket.SHUT_RD)
            line.socket.sock.close()
        else:
            line.socket.sock.shutdown(socket.SHUT_RDWR)
        place.settled(call)
    cut_off(place, call, "connection")
    assert place.call(call).seconds <= 20 * 0.032 + 0.001


def test_a_long_silence_ends_the_call(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AHEAD_SECONDS", 3600.0)
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        for _ in range(60):
            line.frames(32)
            if any(isinstance(m, messages.Ended) for m in (line.receive(0.02), *line.got)):
                break
        ended = line.told(messages.Ended) or [line.until(messages.Ended)]
        said = [message.text for message in line.told(messages.Line)]
    assert (ended[0].ending, ended[0].good) == ("poor", False)
    assert said == ["Hello?", "I am off."]
    row = place.settled(call)
    assert row.status == WRAP_UP
    assert row.ending == "poor"
    lines = [event for event in place.events(call) if event["kind"] == "customer"]
    assert len(lines) == 2, "nobody said when they sounded: the server takes it that they did"


def test_a_call_has_an_end(place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LONGEST_CALL_SECONDS", 1.0)
    call = new(nina)
    with page(nina, call) as line:
        line.hello()
        line.frames(60)
        line.until(messages.Ended)
    cut_off(place, call, "too_long")


# ---- when something breaks here ---------------------------------------------------------------


def test_something_that_breaks_is_told_and_the_call_is_closed(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.scenarios.chat_call import ChatCall

    def broken(self: ChatCall, text: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ChatCall, "typed", broken)
    call = new(nina, "chat")
    with page(nina, call) as line:
        line.hello("chat")
        line.send(messages.Typed("offer_help"))
        failure = line.fatal()
    assert failure.code == "internal"
    assert "kept" in failure.message
    cut_off(place, call, "internal")
    monkeypatch.undo()


def test_a_call_that_cannot_even_begin_is_not_left_on_the_line(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.scenarios import socket as sockets

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sockets, "chat_call", broken)
    call = new(nina, "chat")
    with page(nina, call) as line:
        line.send(json.dumps({**HELLO, "mode": "chat"}))
        assert line.fatal().code == "internal"
    wait_for(lambda: place.call(call).status != LIVE)
    assert place.call(call).status == CUT_OFF
    monkeypatch.undo()


def test_something_that_breaks_before_the_line_is_open_costs_nothing(
    place: Place, nina: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.scenarios import service

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    call = new(nina, "chat")
    with monkeypatch.context() as patched, page(nina, call) as line:
        patched.setattr(service, "open_line", broken)
        line.send(json.dumps({**HELLO, "mode": "chat"}))
        assert line.fatal().code == "internal"
    assert untouched(place, call)
