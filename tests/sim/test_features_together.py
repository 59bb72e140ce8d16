"""Features that meet: what each alone does still holds."""

from __future__ import annotations

from sim.parameters import (
    Break,
    Callback,
    Consult,
    Fixed,
    Patience,
    Resolution,
    Retrial,
    Shift,
    Skill,
    Transfer,
)
from sim.records import Origin, Outcome
from tests.sim.tiny import HOUR, answered, group, kind, outcomes, plan, play, present, rows

DAY = 86400.0


def test_an_agent_who_asks_a_colleague_stays_although_her_shift_is_over() -> None:
    calls = kind("calls", 900, talk=90, consult=Consult("expert", 1.0, Fixed(50.0), wait=60.0))
    asking = group("a", "calls", shifts=(Shift(0.0, 1000.0),), shift_end="disconnect")
    given = plan([calls, kind("expert", 950, talk=70)], [asking, group("b", "expert")])
    call, _, consult = rows(given)
    assert (consult.answered, consult.left) == (1020, 1070)
    assert (call.outcome, call.left) == (Outcome.ANSWERED, 1070)
    assert present(play(given), 0) == [(0, 1070)]


def test_a_consult_then_a_transfer_then_after_call_work() -> None:
    calls = kind(
        "calls", 0, talk=100, wrap=30, consult=Consult("expert", 1.0, Fixed(20.0)),
        transfers=(Transfer("expert", 1.0),),
    )  # fmt: skip
    given = plan(
        [calls, kind("expert", talk=60)], [group("a", "calls"), group("b", "expert")], trunks=1
    )
    call, consult, sent_on = rows(given)
    assert (consult.answered, consult.left) == (100, 120)
    assert (call.outcome, call.left, call.released) == (Outcome.TRANSFERRED, 120, 150)
    assert (sent_on.origin, sent_on.answered, sent_on.left) == (Origin.TRANSFER, 120, 180)


def test_advice_from_somebody_who_chats_is_one_more_in_hand() -> None:
    calls = kind("calls", 0, talk=100, consult=Consult("chats", 1.0, Fixed(30.0)))
    chats = kind("chats", 90, talk=100, channel="chat")
    advisers = group("b", "chats", concurrency=2, slowdown=(1.0, 2.0))
    call, chat, consult = rows(plan([calls, chats], [group("a", "calls"), advisers]))
    # 30 s of advice at half the pace are 60 s; the chat then has 90 - 30 = 60 s left.
    assert (consult.answered, consult.left) == (100, 160)
    assert (call.left, chat.left) == (160, 220)


def test_a_break_waits_for_both_chats_and_keeps_its_length() -> None:
    shift = Shift(0.0, 7200.0, breaks=(Break(150.0, 100.0),))
    team = group("all", "chats", shifts=(shift,), concurrency=2)
    # Both are done at 220 s; nobody may slip in, who waits or who comes, with room from 200 s on.
    for third in (160, 205):
        given = plan(kind("chats", 100, 120, third, channel="chat"), team)
        assert present(play(given)) == [(0, 220), (320, 7200)]
        assert answered(given) == [100, 120, 320]


def test_a_chat_handed_over_to_a_slower_colleague() -> None:
    quick = group(
        "quick", [Skill("chats", handle_time_factor=0.5)], shifts=(Shift(0.0, 100.0),),
        concurrency=2, shift_end="hand back",
    )  # fmt: skip
    slow = group("slow", "chats", shifts=(Shift(100.0, 7200.0),), concurrency=2)
    story = rows(plan(kind("chats", 80, talk=100, channel="chat"), [quick, slow]))
    # 20 s at double the speed are 40 s of work; 60 s are left.
    assert [(row.answered, row.left) for row in story] == [(80, 100), (100, 160)]


def test_a_transfer_to_writing_lets_the_line_go() -> None:
    calls = kind("calls", 0, 150, transfers=(Transfer("mails", 1.0),))
    mails = kind("mails", talk=500, channel="email")
    given = plan([calls, mails], [group("a", "calls"), group("b", "mails")], trunks=1)
    assert outcomes(given)[:2] == ["transferred", "transferred"]


def test_who_comes_back_unresolved_after_closing_comes_the_next_day() -> None:
    calls = kind("calls", 3000, resolution=Resolution(0.0, 1.0, Fixed(1000.0), 1))
    story = rows(plan(calls, closes=HOUR, days=2))
    repeats = [row.arrived for row in story if row.origin == Origin.REPEAT]
    # 3,100 + 1,000 s are 500 s after closing; the second day's own repeat would be a third day's.
    assert repeats == [DAY + 500]


def test_a_mail_that_did_not_help_comes_again_in_the_night() -> None:
    mails = kind("mails", 3000, channel="email", resolution=Resolution(0.0, 1.0, Fixed(1000.0), 1))
    story = rows(plan(mails, closes=HOUR, days=2))
    assert [row.arrived for row in story if row.origin == Origin.REPEAT] == [4100]


def test_a_mail_about_the_same_issue_comes_at_any_hour() -> None:
    again = Resolution(0.0, 1.0, Fixed(1000.0), 1)
    story = rows(plan(kind("mails", 3000, channel="email", resolution=again), closes=HOUR, days=2))
    repeats = [(row.arrived, row.answered) for row in story if row.origin == Origin.REPEAT]
    # Written at 4,100 s, when it is closed; done the next morning. The last day's is too late.
    assert repeats == [(4100, DAY)]


def test_called_back_the_next_day_with_ringing_where_callbacks_ring() -> None:
    offer = Callback(offered_over=1e6, accepted=1.0, ring=30.0)
    calls = kind("calls", 3550, 3590, talk=100, callback=offer)
    given = plan(calls, closes=HOUR, days=2, at_closing="call back")
    back = next(row for row in rows(given) if row.origin == Origin.CALLBACK)
    assert (back.arrived, back.answered, back.left) == (DAY, DAY, DAY + 130)


def test_who_loses_patience_after_a_transfer_lets_the_line_go_and_may_try_again() -> None:
    again = Retrial(Fixed(50.0), after_abandoning=1.0, attempts=1)
    first = kind("first", 0, 170, talk=100, transfers=(Transfer("second", 1.0),))
    second = kind("second", 0, talk=160, patience=Patience(Fixed(40.0)), retrial=again)
    given = plan([first, second], [group("a", "first"), group("b", "second")], trunks=2)
    story = [(row.kind, row.origin, row.outcome, row.arrived, row.left) for row in rows(given)]
    assert story[:2] == [
        ("first", Origin.FIRST, Outcome.TRANSFERRED, 0, 100),
        ("second", Origin.FIRST, Outcome.ANSWERED, 0, 160),
    ]
    # Sent on at 100 s, gone at 140 s; tries again at 190 s, when the lines are not all taken.
    assert story[3] == ("second", Origin.TRANSFER, Outcome.ABANDONED, 100, 140)
    assert story[4][:4] == ("second", Origin.RETRIAL, Outcome.ANSWERED, 190)


def test_overflow_reaches_those_who_were_transferred_by_their_whole_wait() -> None:
    first = kind("first", 0, talk=100, transfers=(Transfer("second", 1.0),))
    second = kind("second", 50, talk=1000)
    helpers = group("c", [Skill("second", after=120.0)])
    given = plan([first, second], [group("a", "first"), group("b", "second"), helpers])
    sent_on = rows(given)[2]
    assert (sent_on.arrived, sent_on.answered) == (100, 120)
