"""Reading plans: what is written is what is run, and every fault is told with its line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from sim.errors import PlanError
from sim.parameters import Exponential, Fixed, Gamma, LogNormal, Rule, Skill
from sim.plan_file import load, loads

SMALL = """\
opens: "09:00"
closes: "11:00"
call_types:
  - name: billing
    arrivals: {pattern: poisson, per_interval: [10, 20, 30, 40]}
    service:
      talk: {distribution: lognormal, mean: "4:00", sd: 3 min}
      hold: {distribution: fixed, value: 10}
      after_call: 30
    patience: {time: 2 min}
groups:
  - name: Front desk
    skills: [billing]
    agents: [3, 4, 5, 5]
routing: [longest-wait, {rule: blend, options: {idle: 2}}]
"""


def faults(text: str, folder: Path | None = None) -> list[str]:
    with pytest.raises(PlanError) as caught:
        loads(textwrap.dedent(text), folder=folder)
    assert caught.value.problems
    assert all(line.strip() and "\n" not in line for line in caught.value.problems)
    return caught.value.problems


def changed(old: str, new: str) -> list[str]:
    assert old in SMALL
    return faults(SMALL.replace(old, new))


def test_what_is_written_is_what_is_run() -> None:
    plan = loads(SMALL)
    kind, group = plan.call_types[0], plan.groups[0]
    assert (plan.opens, plan.closes) == (9 * 3600, 11 * 3600)
    assert kind.service.talk == LogNormal(240.0, 180.0)
    assert kind.service.hold == Fixed(10.0)
    assert kind.service.after_call == Exponential(30.0)
    assert kind.patience is not None
    assert kind.patience.time == Exponential(120.0)
    assert group.skills == (Skill("billing"),)
    assert group.agents == (3, 4, 5, 5)
    assert plan.routing == (Rule("longest-wait"), Rule("blend", {"idle": 2.0}))


def test_a_file_and_a_text_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("\ufeff" + SMALL, encoding="utf-8")  # as Windows editors save it
    assert load(path) == loads(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'mean: "4:00"',
            "mean: -3",
            "line 7: call_types[billing].service.talk.mean: must be more than 0 seconds, got -3",
        ),
        (
            "after_call: 30",
            "after_call: -30",
            "line 9: call_types[billing].service.after_call: must be more than 0 seconds, got -30",
        ),
        (
            "lognormal",
            "lognorml",
            'line 7: call_types[billing].service.talk: no distribution is called "lognorml": '
            "did you mean lognormal?",
        ),
        (
            "pattern: poisson",
            "pattern: poison",
            'line 5: call_types[billing].arrivals: no pattern is called "poison": '
            "did you mean poisson?",
        ),
        (
            "skills: [billing]",
            "skills: [{call_type: billing, handletime_factor: 2}]",
            "line 13: groups[Front desk].skills[billing].handletime_factor: unknown key: "
            "did you mean handle_time_factor?",
        ),
        (
            "    patience:",
            "    aht: 240\n    patience:",
            "line 10: call_types[billing].aht: unknown key: "
            "did you mean service: {talk: …, after_call: …}?",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: many",
            'line 14: groups[Front desk].agents: must be a whole number or a list, got "many"',
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: -1",
            "line 14: groups[Front desk].agents: must be at least 0, got -1",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: [3, 4.5, 5, 5]",
            "line 14: groups[Front desk].agents[2]: must be a whole number, got 4.5",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: [3, 4]",
            "line 14: groups[Front desk].agents: needs 4 figures, one for each interval from 09:00 "
            "to 11:00, got 2",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: true",
            "line 14: groups[Front desk].agents: must be a value of its own, got true",
        ),
        (
            "skills: [billing]",
            "skills: [biling]",
            "line 13: groups[Front desk].skills: no call type is called biling: "
            "did you mean billing?",
        ),
        (
            'opens: "09:00"',
            'opens: "9 o\'clock"',
            'line 1: opens: write the time of day as "09:30"; the night after goes on at "24:00", '
            'got "9 o\'clock"',
        ),
        (
            'opens: "09:00"',
            "interval: 1200",
            "line 1: interval: must be one of 900, 1800, 3600 (seconds; a half hour is 1800), "
            "got 1200",
        ),
        (
            'opens: "09:00"',
            "at_closing: drian",
            "line 1: at_closing: must be one of drain, disconnect, call back, "
            'got "drian": did you mean drain?',
        ),
        (
            'opens: "09:00"',
            "opens: " + "9" * 500 + ":00",
            "line 1: opens: write the time of day as",
        ),
        (
            "options: {idle: 2}",
            "options: {idle: [{}]}",
            "line 15: routing[blend].options.idle[1]: must be a number or a text",
        ),
        ("name: billing", "name: 7", "line 4: call_types[7].name: must be a text"),
        (
            "    patience: {time: 2 min}\n",
            "    patience: 120\n",
            "line 10: call_types[billing].patience: write {time: 120}, got 120",
        ),
        (
            "    patience: {time: 2 min}\n",
            "    target: 80/20\n",
            'line 10: call_types[billing].target: write {share: 0.8, within: 20}, got "80/20"',
        ),
        (
            "    patience: {time: 2 min}\n",
            "    target: {80/20}\n",
            "line 10: call_types[billing].target.80/20: unknown key: "
            "write {share: 0.8, within: 20}",
        ),
        (
            "    patience: {time: 2 min}\n",
            "    target: {share: 80}\n",
            "line 10: call_types[billing].target.share: must be at most 1, got 80: "
            'write 0.8 or "80 %"',
        ),
        (
            "after_call: 30",
            "after_call: 4,5",
            "line 9: call_types[billing].service.after_call",
        ),
        (
            "value: 10",
            "value: 4,5",
            "line 8: call_types[billing].service.hold.5: unknown key: a comma parts two entries "
            "here: write a figure with a point, like 4.5",
        ),
        (
            'opens: "09:00"',
            "opens: 9",
            'line 1: opens: 9 is 9 seconds past midnight: write "09:00"',
        ),
        (
            'opens: "09:00"',
            "opens: 09.00",
            'line 1: opens: 09.00 is 9 seconds past midnight: write "09:00"',
        ),
        (
            "agents: [3, 4, 5, 5]",
            'shifts: [{start: 8.30, end: "11:00"}]',
            "line 14: groups[Front desk].shifts[1].start: 8.30 is 8.3 seconds past midnight: "
            'write "08:30"',
        ),
        (
            'closes: "11:00"',
            'closes: "11:00"\nwhat_if: [{outage: {start: 28800, end: "10:00"}}]',
            'line 3: what_if[1].outage.start: 28800 is 28800 seconds past midnight: write "08:00"',
        ),
        (
            'opens: "09:00"',
            'opens: "09:00"\naht:',
            "line 2: aht: unknown key: did you mean call_types: [{name: …, service:",
        ),
        (
            'opens: "09:00"',
            'opens: "09:00"\npatience: "2:00"',
            "line 2: patience: unknown key: patience belongs under call_types",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: [3, 4, 5, 5]\n    shrinkage:",
            "line 15: groups[Front desk].shrinkage: nothing stands behind it: write a value, or "
            "leave the key out",
        ),
        (
            "agents: [3, 4, 5, 5]",
            'agents: [3, 4, 5, 5]\n    shrinkage: "28,5 %"',
            'line 15: groups[Front desk].shrinkage: write a share as 0.3 or "30 %", got "28,5 %": '
            "write 28.5 %, with a point",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: [3, 4, 5, 5]\n    cost_per_hour: 24,50",
            'line 15: groups[Front desk].cost_per_hour: must be a number, got "24,50": '
            "write 24.50, with a point",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: 1,200",
            'line 14: groups[Front desk].agents: must be a whole number or a list, got "1,200": '
            "write 1200 without the comma",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: 1.200",
            "line 14: groups[Front desk].agents: must be a whole number or a list, got 1.2: "
            "if these are thousands, write 1200 without the point",
        ),
        (
            "skills: [billing]",
            "skills: [{call_type: billing, handle_time_factor: 150}]",
            "line 13: groups[Front desk].skills[billing].handle_time_factor: must be at most 100, "
            "got 150: 1 is as usual, write 1.5 for 150 %",
        ),
        (
            "agents: [3, 4, 5, 5]",
            'shifts: [{start: "09:00", end: "11:00", breaks: [{start: "10:00", length: 300, '
            'end: "10:05"}]}]',
            "line 14: groups[Front desk].shifts[1].breaks[1].end: unknown key: did you mean "
            'length: "15 min"?',
        ),
        (
            'opens: "09:00"',
            'opens: "09:00"\nend: "15:00"',
            "line 2: end: unknown key: end belongs under surges, outages, call_types.arrivals, "
            "groups.shifts or groups.pull_offs",
        ),
        (
            'opens: "09:00"',
            'opens: "09:00"\nlearning_curve: {weeks: [0, 5], handle_time_factor: [150, 1]}',
            "line 2: learning_curve.handle_time_factor[1]: must be at most 100, got 150: 1 is as "
            "usual, write 1.5 for 150 %",
        ),
        (
            "    patience:",
            "  - {name: billing, service: {talk: 9}}\n"
            "  - name: x\n    service: {talk: 9}\n    patience:",
            "line 10: call_types[billing]: two are called billing, the first on line 4: names",
        ),
        (
            "[longest-wait,",
            "[longest wait,",
            "line 15: routing[1]: no routing rule is called longest wait: did you mean "
            "longest-wait?",
        ),
        (
            "agents: [3, 4, 5, 5]",
            "agents: [3, 4, 5, 5]\n    shrinkage: a third",
            'line 15: groups[Front desk].shrinkage: write a share as 0.3 or "30 %", got "a third"',
        ),
    ],
)
def test_a_fault_says_line_path_expected_and_got(old: str, new: str, fault: str) -> None:
    found = changed(old, new)
    assert len(found) == 1, found
    assert found[0].startswith(fault)


def test_all_faults_at_once_in_order() -> None:
    text = SMALL.replace("mean:", "maen:").replace("agents: [3,", "agents: [-3,")
    found = faults(text.replace("opens:", "opened:"))
    assert [line.split(": ")[1] for line in found] == [
        "opened",
        "call_types[billing].service.talk",
        "call_types[billing].service.talk.maen",
        "groups[Front desk].agents[1]",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is empty: python -m sim example"),
        ("# nothing but words\n", "the file is empty"),
        ("- a\n- b\n", "line 1: a plan has keys like call_types: and groups:"),
        ("just words", "line 1: a plan has keys"),
        (
            "a: 1\nb: [1, 2\nc: 3",
            "line 2: the bracket [ that opens here is never closed: write ]",
        ),
        ("a: {b: 1\nc: 3", "line 1: the bracket { that opens here is never closed: write }"),
        ("a: [1: 2: 3]", "line 1: between [ and ] a comma is missing, or a bracket is wrong"),
        ("a: b: c", "line 1: two colons on one line: put quotes around a text with a colon"),
        ('a: 1\nname: "b\nc: 3', "line 2: the quote that opens here is never closed"),
        (
            'a: 1\nb: {c: "2:00}\nd: {e: "4:00"}',
            "line 2: the quote that opens here is never closed",
        ),
        ("a: {c: '2:00}\nd: 'e'", "line 1: the quote that opens here is never closed"),
        ('a: "b\n  c"\nd: {e: "4"', "line 3: the bracket { that opens here is never closed"),
        ("a: it's {\nb: {c: 1", "line 2: the bracket { that opens here is never closed"),
        (
            "a: {time: “2:00”}",
            "line 1: “2:00” has typographic quotes, as a word processor makes them: write "
            '"2:00" with straight ones',
        ),
        ("a: „Tech“", "line 1: „Tech“ has typographic quotes, as a word processor makes them"),
        ("a:\n\tb: 1", "line 2: a tab stands in front of the text: use spaces"),
        ("a:\n  b: 1\n\tc: 1", "line 3: a tab stands in front of the text: use spaces"),
        ("a:\n- name x\n  b: 3", "line 2: a colon is missing: write name: and a space behind"),
        ("a: 1\nname\nb: 3", "line 2: a colon is missing behind the key: write key: value"),
        ("a: %b", "line 1: put quotes around a text that begins with %"),
        (
            "a:\n  - b: 1\n    c: 2\n\n   d: 3",
            "line 5: this line stands one space too far left: lines that go together begin alike",
        ),
        ("a:\n  - b: 1\n     c: 2", "line 3: this line stands one space too far right"),
        ("a:\n  - b: 1\n- b: 2", "line 3: this line stands two spaces too far left"),
        ("a:\n  - b: 1\n   # so\n   - b: 2", "line 4: this line stands one space too far right"),
        ("a: b\u2028c\nd: [1, 2", "line "),
        ("a: [1] 2", "line 1: this is not YAML: "),
        ("name: a\nname: b", "line 2: name stands here twice, first on line 1"),
        ("? [a]\n: 1", "line 1: a key must be a word"),
        ("x: !!python/object:os.system {}", "line 1: call_types is missing"),
        ("x: !thing 3", "line 1: tags are not allowed, got !thing"),
        ("name: \x00", "line 1: this is not YAML"),
        ("a: &a [*a]", "line 1: nested more than 24 deep"),
        ("a: " + "[" * 3000, "line 1: "),
    ],
)
def test_what_is_no_plan_at_all(text: str, fault: str) -> None:
    assert faults(text)[0].startswith(fault)


def test_aliases_work_but_are_no_bomb() -> None:
    shared = SMALL.replace("[10, 20, 30, 40]", "&figures [10, 20, 30, 40]").replace(
        "agents: [3, 4, 5, 5]", "agents: *figures"
    )
    assert loads(shared).groups[0].agents == (10, 20, 30, 40)
    bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    assert "more than 400,000 values" in faults(bomb)[0]


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert "at most 4,000,000 bytes" in faults("# " + "x" * 4_000_001)[0]


def test_files_that_are_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(PlanError, match="is a folder"):
        load(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(PlanError, match="save the file as UTF-8"):
        load(tmp_path / "binary.yaml")


def test_messages_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(SMALL.replace("agents: [3,", "agents: [-3,"), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: line 14: groups[Front desk].agents[1]")


def test_a_distribution_without_its_name_says_which_there_are() -> None:
    found = changed("{distribution: fixed, value: 10}", "{mean: 3}")
    assert found == [
        "line 8: call_types[billing].service.hold: distribution is missing: one of empirical, "
        "erlang, exponential, fixed, gamma, lognormal, uniform"
    ]


def test_nothing_stands_for_left_out() -> None:
    plan = loads(SMALL.replace("patience: {time: 2 min}", "patience:"))
    assert plan.call_types[0].patience is None


def test_a_share_may_be_written_in_per_cent() -> None:
    text = SMALL.replace("agents: [3,", "shrinkage: 30 %\n    agents: [3,")
    plan = loads("target: {share: 85%, within: 20}\n" + text)
    assert (plan.target.share, plan.groups[0].shrinkage) == (0.85, 0.3)
    changed = loads("base: small\nwhat_if: [{attrition: 50 %}, {shrinkage: 5 %}]")
    assert (changed.groups[0].agents, changed.groups[0].shrinkage) == (6, 0.05)


def test_another_family() -> None:
    text = SMALL.replace("distribution: lognormal", "distribution: gamma")
    assert loads(text).call_types[0].service.talk == Gamma(240.0, 180.0)


@pytest.mark.parametrize(
    ("figures", "doubt"),
    [
        (
            "[950, 1.200, 1.350, 870]",
            "line 5: call_types[billing].arrivals.per_interval[2]: 1.200 is 1.2: if 1,200 is "
            "meant, write 1200",
        ),
        ("[12.345, 9.871, 1.2, 10]", None),
        ("[0.250, 0.5, 1.25, 0]", None),
    ],
)
def test_thousands_with_a_point_are_doubted(figures: str, doubt: str | None) -> None:
    """Once for a list; a forecast may have three decimals."""
    doubts: list[str] = []
    loads(SMALL.replace("[10, 20, 30, 40]", figures), doubts=doubts)
    assert doubts == ([] if doubt is None else [doubt])


def test_a_rate_of_thousands_is_doubted_in_a_base_too(tmp_path: Path) -> None:
    written = "pattern: poisson, per_interval: [10, 20, 30, 40]"
    base = SMALL.replace(written, "pattern: constant, per_hour: 1.200")
    (tmp_path / "base.yaml").write_text(base)
    (tmp_path / "plan.yaml").write_text("base: base.yaml\nseed: 3\n")
    doubts: list[str] = []
    load(tmp_path / "plan.yaml", doubts=doubts)
    (line,) = doubts
    assert line.endswith(
        "base.yaml, line 5: call_types[billing].arrivals.per_hour: 1.200 is 1.2: if 1,200 is "
        "meant, write 1200"
    )
