"""A planner's own routing class, by dotted name from the plan; and what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim.check import errors
from sim.commands import cli
from sim.errors import PlanError, RoutingError
from sim.experiment import run
from sim.parameters import Fixed, Patience, Plan, Rule, Shift
from sim.plan_file import dump, load, loads
from tests.sim.tiny import answered, group, kind, plan, rows

HERE = "tests.sim.own_rules."


def floor(rule: str, **options: Any) -> Plan:
    """Two lines, two groups that serve both: every question comes up."""
    kinds = [kind("a", 0, 20, 40), kind("b", 0, 10, 30)]
    teams = [group("x", "a b"), group("y", "a b")]
    return plan(kinds, teams, routing=(Rule(HERE + rule, options),))


def test_prefer_chooses_between_lines() -> None:
    given = plan([kind("a", 0, 20, 40), kind("b", 10, 30)], routing=(Rule(HERE + "Youngest"),))
    story = {row.arrived: row.answered for row in rows(given)}
    # At 100 s the heads of the lines came at 20 s and 10 s; then 40 s and 10 s.
    assert story == {0: 0, 20: 100, 40: 200, 10: 300, 30: 400}


def test_prefer_chooses_among_every_idle_agent_when_asked_to() -> None:
    for rule in ("HighestNumber", "HighestNumberAtOnce"):
        for teams in ([group("g", "a", 5)], [group("g", "a", 3), group("h", "a", 2)]):
            given = plan(kind("a", 0, 1), teams, routing=(Rule(HERE + rule),))
            assert [row.agent for row in rows(given)] == [4, 3]


def test_prefer_may_look_at_the_line_of_somebody_who_need_not_wait() -> None:
    teams = [group("x", "a"), group("y", "a")]
    given = plan(kind("a", 0, 1), teams, routing=(Rule(HERE + "WaitAndNumber"),))
    assert [row.agent for row in rows(given)] == [1, 0]


def test_options_may_be_figures_by_name() -> None:
    rule = f"{{rule: {HERE}NearestTarget, options: {{seconds: {{a: 100, b: 20}}}}}}"
    routing = loads(f"base: small\nrouting: [{rule}]\n").routing
    given = plan([kind("a", 0, 20), kind("b", 80)], routing=routing)
    # At 100 s a has used 80 s of 100, b 20 s of 20.
    assert answered(given) == [0, 200, 100]
    assert loads(dump(given)).routing == routing


def test_allows_is_asked_again_when_the_rule_says() -> None:
    rule = Rule(HERE + "After", {"call_type": "a", "seconds": 25.0})
    given = plan([kind("a", 0), kind("b", 5, talk=1)], group("g", "a b"), routing=(rule,))
    assert answered(given) == [25, 5]


def test_allows_is_not_asked_too_early_by_a_rounding() -> None:
    came, seconds = 2663.7, 36.2
    assert (came + seconds) - came < seconds
    rule = Rule(HERE + "After", {"call_type": "a", "seconds": seconds})
    given = plan(kind("a", came), routing=(rule,))
    assert answered(given) == [round(came + seconds, 6)]


def test_allows_is_asked_again_when_another_line_changes() -> None:
    rule = Rule(HERE + "NotWhileOthersWait", {"back": "a", "first": "b"})
    kinds = [kind("a", 10), kind("b", 0, 1, talk=100)]
    teams = [group("x", "a"), group("y", "b")]
    # Agent x is idle all the time; the caller of type a gets her when b's line is empty at 100 s.
    given = plan(kinds, teams, routing=(rule,))
    story = {(row.kind, row.arrived): row.answered for row in rows(given)}
    assert story == {("a", 10): 100, ("b", 0): 0, ("b", 1): 100}


def test_allows_is_asked_again_when_somebody_of_another_line_hangs_up() -> None:
    rule = Rule(HERE + "NotWhileOthersWait", {"back": "a", "first": "b"})
    kinds = [kind("a", 10), kind("b", 0, 1, patience=Patience(Fixed(40.0)))]
    given = plan(kinds, [group("x", "a"), group("y", "b")], routing=(rule,))
    assert [row.answered for row in rows(given) if row.kind == "a"] == [41]


def test_allows_is_asked_again_when_another_line_grows() -> None:
    rule = Rule(HERE + "OnlyWhileOthersWait", {"back": "a", "first": "b"})
    kinds = [kind("a", 10), kind("b", 0, 1, 50)]
    given = plan(kinds, [group("x", "a"), group("y", "b")], routing=(rule,))
    assert [row.answered for row in rows(given) if row.kind == "a"] == [50]


def test_allows_is_asked_again_when_agents_go() -> None:
    rule = Rule(HERE + "OnlyWhileFew", {"call_type": "a", "fewer_than": 2})
    goes = group("x", "b", shifts=(Shift(0.0, 300.0), Shift(0.0, 7200.0)))
    given = plan([kind("a", 10), kind("b")], [goes, group("y", "a")], routing=(rule,))
    assert answered(given) == [300]


def test_allows_is_asked_again_when_a_chat_of_several_is_over() -> None:
    rule = Rule(HERE + "NotWhileOthersWait", {"back": "a", "first": "b"})
    chats = kind("b", 0, 10, 20, channel="chat")
    teams = [group("x", "a"), group("y", "b", concurrency=2)]
    given = plan([kind("a", 30), chats], teams, routing=(rule,))
    # Who wrote at 20 s waits until the first chat is over, and then nobody does.
    assert [row.answered for row in rows(given) if row.kind == "a"] == [100]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("RaisesInAllows", "RaisesInAllows.*by my own fault"),
        ("RaisesInPrefer", r"RaisesInPrefer.*KeyError: 'nobody' \(own_rules.py line \d+\)$"),
        ("RaisesAtStart", "RaisesAtStart.start.*not ready"),
        ("AnswersMaybe", "AnswersMaybe.allows must answer True or False, got 'maybe'"),
        ("PrefersNothingKnown", "PrefersNothingKnown.prefer must answer a finite number, got"),
        ("PrefersWords", r"PrefersWords.prefer must answer a finite number, got \['this one'"),
        ("PrefersWordsByLine", "prefer must answer a finite number, got 'this one'"),
        ("PrefersNothingKnownByLine", "prefer must answer a finite number, got nan"),
        ("LooksAtLines", "looks_at must be one of line, agent, skill, anything, got 'lines'"),
        ("ForbidsNothingSaid", "forbids must answer True or False, got None"),
        ("AfterNothing", "AfterNothing.after must answer seconds from 0, got None"),
        ("AfterNobodyKnows", "after must answer seconds from 0, got nan"),
        ("AfterBefore", "after must answer seconds from 0, got -5"),
        ("AgainNothing", "AgainNothing.again must answer a list of seconds from 0, got None"),
        ("AgainOfAnEmptyLine", r"raised ValueError: nobody waits for a: ask len\(line\) first"),
        ("AgainSoon", r"again must answer a list of seconds from 0, got \['soon'\]"),
        ("AgainBefore", r"again must answer a list of seconds from 0, got \[3.0, -3.0\]"),
        ("LeavesTheProgram", "LeavesTheProgram.start raised SystemExit: enough"),
        ("LeavesTheProgramLater", "LeavesTheProgramLater failed when asked: SystemExit: enough"),
        ("CannotBeMade", "CannotBeMade could not be made.*no licence"),
        (
            "EmptiesTheList",
            r"EmptiesTheList.start raised .*'tuple'.*'clear' \(own_rules.py line \d+\)$",
        ),
        (
            "ServesByItself",
            r"ServesByItself.allows \(own_rules.py line \d+\) changed the line a: a rule may look",
        ),
        ("SendsHome", r"SendsHome.prefer \(own_rules.py line \d+\) changed the group x: a rule"),
        ("TakesAway", r"TakesAway.prefer \(own_rules.py line \d+\) changed an agent: a rule may"),
        ("NoRule", "NoRule is not a routing rule: derive it from sim.routing.Rule"),
        (
            "Nowhere",
            "no rule in tests.sim.own_rules.py is called Nowhere: there are .*RaisesInAllows",
        ),
    ],
)
def test_what_is_wrong_with_a_class_is_said(rule: str, message: str) -> None:
    with pytest.raises(RoutingError, match=message):
        rows(floor(rule))


def test_a_fault_of_ours_is_not_laid_at_an_innocent_rules_door(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("sim.shifts.Shifts.begin", stumble)
    with pytest.raises(KeyError, match="ours"):
        rows(floor("Youngest"))


def test_numbers_and_truths_of_numpy_are_welcome() -> None:
    given = plan(kind("a", 0), group("g", "a"), routing=(Rule(HERE + "AnswersWithArrays"),))
    assert answered(given) == [5]


def test_a_module_that_is_not_there() -> None:
    given = plan(kind("a", 0), routing=(Rule("no_such_module.Mine"),))
    with pytest.raises(RoutingError, match=r"no_such_module.Mine cannot be imported"):
        rows(given)


def test_a_name_nobody_knows_lists_the_rules() -> None:
    with pytest.raises(RoutingError, match=r"no routing rule is called longest.*longest-wait"):
        rows(plan(kind("a", 0), routing=(Rule("longest"),)))


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        (HERE + "Youngest", {"speed": 3.0}),
        (HERE + "After", {"call_type": "a"}),
        ("blend", {"idel": 2.0}),
        ("longest-wait", {"a": 1.0}),
    ],
)
def test_options_a_rule_does_not_take_or_lacks(rule: str, options: dict[str, Any]) -> None:
    with pytest.raises(RoutingError, match=rf"routing rule {rule}: .*argument"):
        rows(plan(kind("a", 0), routing=(Rule(rule, options),)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"idle": "two"}, "idle must be a number from 0, got 'two'"),
        ({"idle": {"a": 1.0}}, "idle must be a number from 0"),
        ({"idle": True}, "idle must be a number from 0, got True"),
        ({"wait": -1.0}, "wait must be a number from 0, got -1.0"),
        ({"channels": ["fax"]}, r"channels must be a list of voice, chat, .* got \['fax'\]"),
        ({"channels": "email"}, "channels must be a list of voice, chat, .* got 'email'"),
    ],
)
def test_options_of_blend_that_mean_nothing(options: dict[str, Any], message: str) -> None:
    with pytest.raises(RoutingError, match=rf"routing rule blend could not be made: .*{message}"):
        rows(plan(kind("a", 0), routing=(Rule("blend", options),)))


def test_a_fault_while_importing_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "misspelt_rules.py").write_text("import sim\n\nclass A(Rule:\n    pass\n")
    (tmp_path / "dividing_rules.py").write_text("def half():\n    return 1 / 0\n\n\nhalf()\n")
    (tmp_path / "lacking_rules.py").write_text("import no_such_thing\n")
    (tmp_path / "leaving_rules.py").write_text("raise SystemExit\n")
    for module, message in (
        ("misspelt_rules", r"SyntaxError: .* \(misspelt_rules.py line 3\)$"),
        ("dividing_rules", r"ZeroDivisionError: division by zero \(dividing_rules.py line 2\)$"),
        ("leaving_rules", r"SystemExit \(leaving_rules.py line 1\)$"),
        ("lacking_rules", r"ModuleNotFoundError: .*no_such_thing.* \(lacking_rules.py line 1\)$"),
    ):
        given = plan(kind("a", 0), routing=(Rule(f"{module}.A"),))
        with pytest.raises(RoutingError, match=f"{module}.A cannot be imported: {message}"):
            rows(given)
        assert "cannot be imported" in errors(given)[0]


def test_a_check_starts_own_rules_on_the_plans_floor() -> None:
    (found,) = errors(floor("NotWhileOthersWait", back="a", first="nobody"))
    assert "NotWhileOthersWait.start raised StopIteration (own_rules.py line" in found
    assert errors(floor("NotWhileOthersWait", back="a", first="b")) == []
    assert "no order of idle agents is called alphabetical" in errors(floor("Alphabet"))[0]


RULE = "from sim.routing import Rule\n\nclass Mine(Rule):\n    pass\n"
PLAN = "base: small\nrouting: [{}.Mine, longest-wait]\nexperiment: {{replications: 2}}\n"


def test_a_rule_is_found_beside_the_plan_in_worker_processes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "rules_beside_it.py").write_text(RULE)
    (tmp_path / "plan.yaml").write_text(PLAN.format("rules_beside_it"))
    found = load(tmp_path / "plan.yaml")
    assert sys.path[-1] == str(tmp_path.resolve())
    assert errors(found) == []
    assert len(run(found, workers=2).figures) == 2


def test_two_files_of_one_name_are_not_mistaken_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "twice_there.py").write_text(RULE)
    (tmp_path / "b" / "plan.yaml").write_text(PLAN.format("twice_there"))
    monkeypatch.syspath_prepend(str(tmp_path / "a"))
    with pytest.raises(PlanError, match=r"twice_there.py beside the plan .* another that Python"):
        load(tmp_path / "b" / "plan.yaml")


def test_a_policy_takes_rules_beside_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "rules_of_a_policy.py").write_text(RULE)
    (tmp_path / "plan.yaml").write_text("base: small\n")
    plan_file, policy = str(tmp_path / "plan.yaml"), "rules_of_a_policy.Mine,longest-wait"
    done = CliRunner().invoke(cli, ["compare", plan_file, "--policy", policy, "-n", "2"])
    assert done.exit_code == 0, done.exception
