"""Slips in a plan that can be run, each told in one line with what to do."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from sim.check import errors, warnings
from sim.parameters import Plan, Rule
from sim.plan_file import loads
from tests.sim.strategies import plans


def said(text: str) -> list[str]:
    return warnings(loads("base: small\n" + textwrap.dedent(text)))


def only(text: str) -> str:
    found = said(text)
    assert len(found) == 1, found
    return found[0]


def group(more: str) -> str:
    return f"groups: [{{name: agents, {more}}}]"


def calls(more: str) -> str:
    return f"call_types: [{{name: calls, {more}}}]"


def test_a_plan_in_order_says_nothing() -> None:
    assert said("name: fine") == []


def test_what_takes_long_by_nature_is_not_doubted() -> None:
    mails = calls(
        "channel: email, service: {talk: 40 min}, patience: null, target: {share: 0.9, within: 4 h}"
    )
    assert said(mails + "\n" + group("agents: 90")) == []
    chats = calls("channel: chat, service: {talk: 40 min}, patience: {time: 50 min}")
    assert said(chats + "\n" + group("agents: 90")) == []


def test_agents_with_chats_count_for_as_many_as_they_bring_along() -> None:
    """Ten erlangs: six agents with two chats each will do, unless two take twice as long."""
    chats = calls("channel: chat, patience: null") + "\n"
    assert said(chats + group("agents: 6, concurrency: 2, slowdown: [1, 1.1]")) == []
    found = only(chats + group("agents: 6, concurrency: 2, slowdown: [1, 2]"))
    assert "(10 erlangs for 6 at 09:00)" in found


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            "call_types: [{name: sales, service: {talk: 300}, patience: {time: 60}, "
            "arrivals: {pattern: constant, per_hour: 1}}]",
            "sales: no group serves it: add it to the skills of a group",
        ),
        (
            "call_types: [{name: sales, service: {talk: 300}}]\n" + group("skills: [calls, sales]"),
            "sales: nothing of it ever comes: give it arrivals or leave it out",
        ),
        (
            "groups: [{name: spare, skills: [calls], agents: 0}]",
            "group spare: has no agents: give it some or leave it out",
        ),
        (
            group("skills: [{call_type: calls, level: 2, after: 20}]")
            + "\nrouting: [longest-wait]",
            "group agents: skill calls: no rule reads after: add skill-levels to routing",
        ),
        (
            group("skills: [{call_type: calls, level: 2}]") + "\nrouting: [longest-wait]",
            "group agents: skill calls: no rule reads level: add skill-levels to routing",
        ),
        (
            group("skills: [{call_type: calls, reserve: 2}]"),
            "group agents: skill calls: no rule reads reserve: add reserve to routing",
        ),
        (
            "routing: [reserve, longest-wait]",
            "routing: reserve has nothing to keep free: no skill has a reserve",
        ),
        (
            calls("patience: {time: 3}"),
            "calls: patience is 3 seconds, so callers hang up nearly at once: if 3 minutes are "
            'meant, write "3 min"',
        ),
        (
            calls('patience: {time: "3:00:00"}'),
            "calls: patience is 3:00:00 (hours:minutes:seconds): if 3 minutes are meant, write "
            '"3:00"',
        ),
        (
            calls('service: {after_call: "40:00"}') + "\n" + group("agents: 100"),
            'calls: after_call is 40:00 (minutes:seconds): if 40 seconds are meant, write "0:40"',
        ),
        (
            calls('service: {talk: "4:00:00"}') + "\n" + group("agents: 600"),
            'calls: talk is 4:00:00 (hours:minutes:seconds): if 4 minutes are meant, write "4:00"',
        ),
        (
            calls('target: {share: 0.8, within: "20 min"}'),
            "calls: target: within is 20:00 (minutes:seconds): if 20 seconds are meant, write "
            '"0:20"',
        ),
        (
            'target: {share: 0.8, within: "20 min"}',
            'target: within is 20:00 (minutes:seconds): if 20 seconds are meant, write "0:20"',
        ),
        (
            group('skills: [{call_type: calls, service: {talk: "40:00"}}]'),
            "group agents: skill calls: talk is 40:00 (minutes:seconds): if 40 seconds are meant, "
            'write "0:40"',
        ),
        (
            group('skills: [{call_type: calls, after: "30 min"}]')
            + "\nrouting: [skill-levels, longest-wait]",
            "group agents: skill calls: after is 30:00 (minutes:seconds): if 30 seconds are "
            'meant, write "0:30"',
        ),
        (
            group("off_phone: {share: 0.1, length: 30}"),
            "group agents: off_phone: a length of 30 seconds: is it meant in minutes? Write "
            '"30 min"',
        ),
        (calls("priority: 3"), "calls: no rule reads priority: add priority to routing"),
        (calls("ageing: 3"), "calls: no rule reads ageing: add priority to routing"),
        (
            group("agents: [5, 9, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]"),
            "calls: nobody who serves it is there from 10:00 to 11:00, when 120 contacts come: "
            "staff these hours",
        ),
        (
            "days: 2\n" + group("shifts: [{start: '09:00', end: '17:00', agents: 13, days: [0]}]"),
            "calls: nobody who serves it is there from 09:00 to 17:00 on day 2, when 960 contacts "
            "come: staff these hours",
        ),
        (
            group(
                "shifts: [{start: '09:00', end: '11:00', agents: 13}, "
                "{start: '11:30', end: '15:00', agents: 13}]"
            ),
            "calls: nobody who serves it is there from 11:00 to 11:30 and from 15:00 to 17:00, "
            "when 300 contacts come: staff these hours",
        ),
        (
            group(
                "shifts: [{start: '09:00', end: '11:10', agents: 13}, "
                "{start: '11:20', end: '15:00', agents: 13}, "
                "{start: '15:00', end: '17:00', agents: 13, "
                "breaks: [{start: '15:40', length: 15 min}]}]"
            ),
            "calls: nobody who serves it is there from 11:10 to 11:20 and from 15:40 to 15:55, "
            "when 50 contacts come: staff these hours",
        ),
        (
            "days: 2\nwarm_up: '1:00:00'\n"
            + group(
                "shifts: [{start: '09:45', end: '17:00', agents: 13, days: [0]}, "
                "{start: '09:00', end: '16:45', agents: 13, days: [1]}]"
            ),
            "calls: nobody who serves it is there from 16:45 to 17:00 on day 2, when 30 contacts "
            "come: staff these hours",
        ),
        (
            "opens: '00:00'\ncloses: '24:00'\nwarm_up: 9 h\n"
            + group(
                "shifts: [{start: '16:00', end: '08:00', agents: 13}, "
                "{start: '08:00', end: '16:00', agents: 13}]"
            ),
            "group agents: the shift from 16:00 to 08:00 lasts 16 hours: are start and end "
            "swapped?",
        ),
        (
            calls(
                "service: {talk: {distribution: lognormal, mean: 4.10, sd: '3:00'}, after_call: 45}"
            ),
            "calls: talk is 4.1 seconds: is it meant in minutes? Durations are in seconds; "
            'minutes are written "4:30" or "4.5 min"',
        ),
        (
            calls("service: {talk: {distribution: lognormal, mean: '4:10', sd: '300:00'}}"),
            "calls: service.talk has a mean of 250 seconds and a standard deviation of 18000: is "
            "one of them meant in minutes, or one in seconds? Minutes are written "
            '"4:10" or "4.5 min"',
        ),
        (
            calls("retrial: {delay: 12, after_abandoning: 0.5}"),
            'calls: retrial: a delay of 12 seconds: is it meant in minutes? Write "12 min"',
        ),
        (
            calls("callback: {offered_over: 60, accepted: 0.5, promised: 15}"),
            'calls: callback: promised of 15 seconds: is it meant in minutes? Write "15 min"',
        ),
        (
            group("skills: [{call_type: calls, handle_time_factor: 100}]"),
            "group agents: skill calls: handle_time_factor 100 is 100 times as long: is it meant "
            "in per cent? Write 1",
        ),
        (
            "learning_curve: {weeks: [0, 4], handle_time_factor: [100, 1]}\n" + group("weeks: 9"),
            "learning_curve: handle_time_factor 100 is 100 times as long: is it meant in per "
            "cent? Write 1",
        ),
        (
            calls("patience: {balk: 1}"),
            "calls: balk: 100% hang up at once unless answered at once: is it meant in per cent? "
            'Write "1 %"',
        ),
        (
            "days: 5\n"
            + group(
                "shifts: [{start: '09:00', end: '12:00', agents: 13}, "
                "{start: '12:00', end: '17:00', agents: 13, days: [2]}, "
                "{start: '12:00', end: '16:00', agents: 13, days: [3]}]"
            ),
            "calls: nobody who serves it is there from 12:00 to 17:00 on days 1, 2 and 5, "
            "from 16:00 to 17:00 on day 4, when 1,920 contacts come: staff these hours",
        ),
        (
            "groups: [{name: night, skills: [calls], shifts: [{start: '20:00', end: '04:00'}]}]",
            "group night: nobody is there during opening hours (09:00-17:00): look at its shifts",
        ),
        (
            "groups: [{name: late, skills: [calls], shifts: [{start: '09:00', end: '12:00', "
            "days: [0, 3]}]}]",
            "group late: a shift has days: [3], which is day 4 of the plan (there they count from "
            "0), but it has 1: set the plan's days",
        ),
        (
            calls("patience: null") + "\n" + group("agents: 9"),
            "calls: more work than agents from 09:00 to 17:00 (10 erlangs for 9 at 09:00) and "
            "nobody hangs up, so the queue only grows: give patience, or more agents",
        ),
        (
            calls("arrivals: {pattern: constant, per_hour: 240}"),
            "calls: 1.5 times the work that its agents can do comes all day long (20 erlangs on "
            "average for 13 agents on the phones), so at best 65% are answered: look at the "
            "arrivals and the handle time, or give more agents",
        ),
        (
            calls("arrivals: {pattern: constant, per_hour: 360}, patience: null, capacity: 20"),
            "calls: 2.3 times the work that its agents can do comes all day long (30 erlangs on "
            "average for 13 agents on the phones), so at best 43% are answered: look at the "
            "arrivals and the handle time, or give more agents",
        ),
        (
            calls("arrivals: {pattern: constant, per_hour: 9, start: '07:00'}"),
            "calls: contacts come from 07:00 on, before opening at 09:00",
        ),
        (
            calls("arrivals: {pattern: constant, per_hour: 9, end: '19:00'}"),
            "calls: contacts come until 19:00, after closing at 17:00",
        ),
        (
            calls("arrivals: {pattern: poisson, per_interval: [60, 60]}"),
            "calls: per_interval has 2 figures and the day has 16 intervals of 30 minutes, so "
            "nothing comes after 10:00: write a figure for each, 0 where nothing comes",
        ),
        (
            calls(f"arrivals: {{pattern: poisson, per_interval: {[60] * 17}}}"),
            "calls: contacts come until 17:30, after closing at 17:00",
        ),
        (
            calls("service: {talk: 4.5}"),
            "calls: handle time is 4.5 seconds in all: is it meant in minutes? Durations are in "
            'seconds; minutes are written "4:30" or "4.5 min"',
        ),
        (
            group(
                "shifts: [{start: '09:00', end: '17:00', agents: 13, "
                "breaks: [{start: '12:00', length: 30, name: lunch}]}]"
            ),
            "group agents: the lunch at 12:00 lasts 0:30 (minutes:seconds): is it meant in "
            'minutes? Write "30 min"',
        ),
        (
            calls("transfers: [{to: calls, share: 1}]"),
            "calls: transferred round and round for ever: the shares of these transfers must leave "
            "some who are served",
        ),
        (
            calls("resolution: {first_contact: 0, repeat: 1}"),
            "calls: nothing is ever resolved, everybody comes back 5 times: raise first_contact or "
            "lower repeat",
        ),
        (
            calls("capacity: 0"),
            "calls: capacity 0 means that whoever is not answered at once hears the busy signal",
        ),
        (
            "trunks: 0",
            "trunks: 0 lines, so everybody hears the busy signal: give some or leave it out",
        ),
        (
            calls("callback: {offered_over: 60, accepted: 0}"),
            "calls: callbacks come to nothing, for nobody accepts",
        ),
        (
            calls("retrial: {delay: 60, after_busy: 0.5}"),
            "calls: retrial: nobody hangs up or hears the busy signal, so nobody tries again",
        ),
        (
            calls("target: {share: 1, within: 20}"),
            "calls: a target of 100% is never met for sure: 95 % is hard already",
        ),
        (
            "learning_curve: {weeks: [0], handle_time_factor: [2], resolution_factor: [1]}",
            "learning_curve: no group has weeks, so nobody is on it",
        ),
        (
            "groups: [{name: agents, off_phone: {share: 0.1, length: 5}}]",
            'group agents: off_phone: a length of 5 seconds: is it meant in minutes? Write "5 min"',
        ),
        (
            "groups: [{name: agents, shrinkage: 0.3}]",
            "group agents: shrinkage is those who are away all day, by chance: with 30% days "
            "differ a lot; breaks, training and minutes in between are breaks, pull_offs and "
            "off_phone",
        ),
        (
            "at_closing: call back",
            "at_closing: call back is at the next opening, which is not in a plan of one day",
        ),
        (
            "warm_up: 17 h",
            "warm_up: is as long as the whole run, so no results are left: shorten it",
        ),
        (
            "outages: [{start: '18:00', end: '19:00'}]",
            "outages: 18:00-19:00 is outside the opening hours: it changes nothing",
        ),
        (
            group("concurrency: 2"),
            "group agents: concurrency is for chats, and it serves none",
        ),
        (
            group("overtime: 600"),
            "group agents: overtime needs both how long and how many: give overtime_agents",
        ),
        (
            group("pull_offs: [{start: '10:00', end: '11:00', agents: 20}]"),
            "group agents: training at 10:00 takes 20 agents, and there are 13",
        ),
    ],
)
def test_a_slip_is_told(text: str, warning: str) -> None:
    assert only(text) == warning


def test_e_mail_wants_a_target_of_its_own() -> None:
    mail = "name: mail, channel: email, service: {talk: 300}, "
    mail += "arrivals: {pattern: constant, per_hour: 1}"
    text = f"call_types: [{{{mail}}}]\n"
    assert only(text + group("skills: [calls, mail]")).startswith(
        "mail: is judged by the plan's target of 20 seconds"
    )


def test_a_group_with_nothing_to_do() -> None:
    text = "call_types: [{name: sales, service: {talk: 300}}]\n" + (
        "groups: [{name: sellers, skills: [sales], agents: 2}]"
    )
    assert said(text) == [
        "sales: nothing of it ever comes: give it arrivals or leave it out",
        "group sellers: has nothing to do, for nothing comes of sales",
    ]


def test_what_is_transferred_to_a_call_type_comes_to_it() -> None:
    text = "call_types: [{name: calls, transfers: [{to: sales, share: 0.1}]}, "
    assert (
        said(text + "{name: sales, service: {talk: 90}}]\n" + group("skills: [calls, sales]")) == []
    )


def test_who_is_asked_for_advice_has_something_to_do() -> None:
    text = "call_types: [{name: calls, consult: {to: sales, share: 0.1, time: 60}}, "
    text += "{name: sales, service: {talk: 90}}]\n"
    assert said(text + "groups: [{name: sellers, skills: [sales], agents: 1}]") == []


def test_mails_wait_for_the_writers() -> None:
    mail = "name: mail, channel: email, service: {talk: 300}, target: {share: 0.9, within: 4 h}, "
    mail += "arrivals: {pattern: constant, per_hour: 1}"
    hours = "groups: [{name: writers, skills: [mail], shifts: [{start: '12:00', end: '17:00'}]}]"
    assert said(f"call_types: [{{{mail}}}]\n{hours}") == []


def test_dialling_without_blending() -> None:
    plan = loads("base: blend\nrouting: [longest-wait]")
    assert warnings(plan) == [
        "group agents: dials its outbound list before it answers those who called later: "
        "add the rule blend in front of the routing"
    ]


def test_routing_rules_that_are_not_there_are_errors() -> None:
    plan = loads("base: small\nrouting: [longest-wait, {rule: blend, options: {idel: 2}}]")
    found = errors(replace(plan, routing=(Rule("longest-wiat"), *plan.routing[1:])))
    assert len(found) == 2
    assert found[0].startswith(
        "routing: no routing rule is called longest-wiat: did you mean longest-wait?"
    )
    assert found[1].startswith("routing: routing rule blend: ")
    assert warnings(plan)[:1] == found[1:]


def test_an_own_rule_may_read_anything() -> None:
    plan = loads(
        "base: small\nrouting: [sim.routing.LongestWait]\n"
        + group("skills: [{call_type: calls, reserve: 3}]")
    )
    assert warnings(plan) == []


def test_a_peak_that_passes_is_no_overload() -> None:
    text = calls(
        "patience: null, "
        "arrivals: {pattern: poisson, start: '09:00', per_interval: [9, 9, 99, 99, 9]}"
    )
    assert said(text) == []


def test_a_busy_day_or_a_surge_is_no_slip() -> None:
    """Sixteen erlangs for thirteen agents, forty of them for an hour: it may be meant."""
    assert said(calls("arrivals: {pattern: constant, per_hour: 200}")) == []
    assert said("surges: [{start: '10:00', end: '11:00', factor: 4}]") == []


def test_agents_who_have_several_chats_beside_calls_are_not_told_to_be_too_few() -> None:
    """Twenty erlangs, half of them chats, three of which make one agent's work."""
    kinds = "call_types: [{name: calls}, {name: chats, channel: chat, service: {talk: 300}, "
    kinds += "patience: {time: 120}, arrivals: {pattern: constant, per_hour: 120}}]\n"
    assert said(kinds + group("concurrency: 3, skills: [calls, chats]")) == []


def test_moments_without_anybody_are_not_worth_a_word() -> None:
    pause = group(
        "shifts: [{start: '09:00', end: '12:00', agents: 13}, "
        "{start: '12:01', end: '17:00', agents: 13}]"
    )
    assert said(pause) == []
    few = calls("arrivals: {pattern: constant, per_hour: 2}")
    late = group("shifts: [{start: '09:10', end: '17:00'}]")
    assert said(f"{few}\n{late}") == []


def test_the_morning_after_may_be_a_shift_of_the_next_day() -> None:
    night = "opens: '22:00'\ncloses: '30:00'\ndays: 2\n"
    found = only(
        night
        + group(
            "shifts: [{start: '20:00', end: '24:00', agents: 13}, "
            "{start: '00:00', end: '07:00', agents: 13}]"
        )
    )
    assert "from 24:00 to 30:00 on day 2, when 720 contacts come" in found


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_any_plan_is_looked_over_in_lines(plan: Plan) -> None:
    found = warnings(plan)
    assert all(line.strip() and line.isprintable() for line in found)
    assert len(set(found)) == len(found)


NIGHT = """\
opens: "00:00"
closes: "24:00"
days: 2
call_types: [{name: calls, arrivals: {pattern: constant, per_hour: 20, end: "24:00"}}]
groups:
  - {name: agents, shifts: [{start: "06:00", end: "22:00", agents: 4}]}
  - {name: owls, skills: [calls], shifts: [{start: "22:00", end: "06:00", agents: 4}]}
"""


def test_a_night_without_yesterdays_people_is_left_out_by_a_warm_up() -> None:
    hint, alone = sorted(said(NIGHT), reverse=True)
    assert hint == (
        "group owls: the shift from 22:00 to 06:00 is not there in the first night, for the plan "
        'begins with the morning after: set warm_up: "1 d" to leave that day out of the figures'
    )
    assert alone.startswith("calls: nobody who serves it is there from 00:00 to 06:00 on day 1")
    assert said('warm_up: "1 d"\n' + NIGHT) == []
    single = said(NIGHT.replace("days: 2\n", ""))
    assert any('set warm_up: "1 d" and days: 2 to' in line for line in single)


def test_noughts_outside_the_hours_do_no_harm() -> None:
    figures = [0, 0, *[60] * 16, 0]
    text = f"arrivals: {{pattern: poisson, start: '08:00', per_interval: {figures}}}"
    assert said(calls(text)) == []
    figures[0] = 1
    assert "contacts come from 08:00 on, before opening" in only(calls(text.replace("[0,", "[1,")))
