"""A plan that says only what differs from another."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from sim.errors import PlanError
from sim.parameters import Plan, Skill
from sim.plan_file import differences, example, load, loads
from tests.sim.test_plan_file import SMALL, faults


def over(text: str, folder: Path) -> Plan:
    (folder / "base.yaml").write_text(SMALL, encoding="utf-8")
    return loads("base: base.yaml\n" + textwrap.dedent(text), folder=folder)


def test_only_what_differs(tmp_path: Path) -> None:
    plan = over(
        """
        name: two lines
        call_types:
          - name: billing
            service: {after_call: 45}
          - name: sales
            service: {talk: 300}
            arrivals: {pattern: constant, per_hour: 30}
        groups:
          - name: Front desk
            skills:
              - {call_type: billing, level: 2}
              - sales
        """,
        tmp_path,
    )
    base = loads(SMALL)
    assert plan.call_types[0].service.talk == base.call_types[0].service.talk
    assert [one.name for one in plan.call_types] == ["billing", "sales"]
    assert plan.groups[0].skills == (Skill("billing", level=2), Skill("sales"))
    assert differences(base, plan) == [
        "call_types[billing].service.after_call: 30 -> 45",
        "call_types[sales]: added",
        "groups[Front desk].skills[billing].level: 1 -> 2",
        "groups[Front desk].skills[sales]: added",
    ]


def test_plain_lists_replace_and_null_removes(tmp_path: Path) -> None:
    plan = over(
        """
        routing: [longest-idle]
        call_types: [{name: billing, patience: null}]
        groups: [{name: Front desk, agents: [9, 9, 9, 9]}]
        """,
        tmp_path,
    )
    assert plan.call_types[0].patience is None
    assert [rule.rule for rule in plan.routing] == ["longest-idle"]
    assert plan.groups[0].agents == (9, 9, 9, 9)


def test_a_thing_in_a_list_is_removed_by_name() -> None:
    plan = loads("base: day\ngroups: [{name: Mails, remove: true}]")
    assert [group.name for group in plan.groups] == ["Calls", "Chats", "All-rounders"]


def test_what_is_to_be_taken_away_must_be_there() -> None:
    found = faults("base: day\ngroups: [{name: Mail, remove: true}]")
    assert found == [
        "line 2: groups[Mail]: the base has none called Mail to take away: did you mean Mails?"
    ]
    found = faults("base: day\ngroups: [{name: Mails, remove: yes}]")
    assert found == [
        "line 2: groups[Mails].remove: unknown key: write remove: true to take away what the base "
        "has"
    ]


def test_skills_that_are_names_alone_are_all_there_are() -> None:
    text = "base: everybody\ngroups: [{name: Phones, skills: SKILLS}]"

    def skills(of: str) -> list[tuple[str, int]]:
        found = loads(text.replace("SKILLS", of)).groups[0].skills
        return [(one.call_type, one.level) for one in found]

    every = [("phones", 1), ("internet", 2), ("television", 2)]
    assert skills("[phones]") == every[:1]
    assert skills("[television, phones]") == [every[0], every[2]]  # as the base describes them
    assert skills("[{call_type: phones}]") == every
    assert skills("[{call_type: internet, level: 3}]") == [every[0], ("internet", 3), every[2]]
    assert skills("[{call_type: internet, remove: true}]") == [every[0], every[2]]
    assert faults(text.replace("SKILLS", "[]"))[0].endswith(
        "skills: needs at least 1 entry, got an empty list"
    )


def test_a_plan_on_top_of_one_with_fewer_skills_gives_them_back(tmp_path: Path) -> None:
    (tmp_path / "few.yaml").write_text(
        "base: everybody\ngroups: [{name: Phones, skills: [phones]}]"
    )
    more = "base: few.yaml\ngroups: [{name: Phones, skills: [{call_type: internet, level: 3}]}]"
    found = loads(more, folder=tmp_path).groups[0].skills
    assert found == (Skill("phones"), Skill("internet", level=3))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("groups: [{name: agents, agents: 13}]", True),
        ("groups: [{name: agents, skills: [{call_type: calls}]}]", True),
        ("call_types: [{name: calls, service: {talk: '5:00'}}]", True),
        ("what_if: [{volume: '+0 %'}]", True),
        ("what_if: [{volume: '+1 %'}]", False),
        ("description: a copy", False),
    ],
)
def test_a_plan_that_changes_nothing_of_its_base_is_told(text: str, told: bool) -> None:
    doubts: list[str] = []
    loads(f"base: small\nname: mine\n{text}", doubts=doubts)
    assert [one.startswith("it changes nothing of its base") for one in doubts] == [True] * told


def test_a_base_that_is_no_whole_plan_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    rest = SMALL.replace("groups:", "spare_groups:").partition("spare_groups:")[0]
    (tmp_path / "half.yaml").write_text(rest, encoding="utf-8")
    doubts: list[str] = []
    text = "base: half.yaml\ngroups: [{name: a, skills: [billing], agents: 9}]"
    assert loads(text, folder=tmp_path, doubts=doubts).groups[0].name == "a"
    assert doubts == []


def test_another_way_to_say_the_same_replaces_the_base_s(tmp_path: Path) -> None:
    plan = over(
        """
        call_types:
          - name: billing
            arrivals: {pattern: constant, per_hour: 12}
            service: {talk: {distribution: fixed, value: 100}}
        groups:
          - name: Front desk
            shifts: [{start: "09:00", end: "11:00", agents: 2}]
        """,
        tmp_path,
    )
    assert plan.groups[0].agents is None
    assert plan.call_types[0].service.talk.mean == 100
    assert plan.call_types[0].arrivals is not None
    assert plan.call_types[0].arrivals.pattern == "constant"


def test_bases_have_bases_and_folders_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "first.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "plans" / "second.yaml").write_text("base: first.yaml\nseed: 7\n")
    (tmp_path / "third.yaml").write_text("base: plans/second.yaml\nname: third\n")
    plan = load(tmp_path / "third.yaml")
    assert (plan.name, plan.seed, plan.call_types[0].name) == ("third", 7, "billing")


def test_what_ifs_of_a_base_come_first(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text('base: small\nwhat_if: [{volume: "+100 %"}]\n')
    plan = loads('base: more.yaml\nwhat_if: [{volume: "+50 %"}]', folder=tmp_path)
    assert plan.call_types[0].arrivals is not None
    assert plan.call_types[0].arrivals.per_hour == pytest.approx(360)  # type: ignore[union-attr]


def test_circles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("base: b.yaml\n")
    (tmp_path / "b.yaml").write_text("base: a.yaml\n")
    with pytest.raises(PlanError, match=r"base goes round in a circle: .*a\.yaml -> .*b\.yaml -> "):
        load(tmp_path / "a.yaml")
    (tmp_path / "self.yaml").write_text("base: self.yaml\n")
    with pytest.raises(PlanError, match="circle"):
        load(tmp_path / "self.yaml")


def test_faults_of_a_base_name_its_file(tmp_path: Path) -> None:
    base = tmp_path / "wrong.yaml"
    base.write_text(SMALL.replace('"4:00"', "-4"), encoding="utf-8")
    found = faults("base: wrong.yaml\nseed: -1", tmp_path)
    assert found == [
        "line 2: seed: must be at least 0, got -1",
        f"{base}, line 7: call_types[billing].service.talk.mean: must be more than 0 seconds, "
        "got -4",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("base: dya", "line 1: base: no example is called dya (did you mean day?), and a plan"),
        ("base: /etc/hostname", "line 1: base: no example is called /etc/hostname"),
        ("base: 3", "line 1: base: must be the name of a plan file, got 3"),
        ("base: [day]", "line 1: base: must be the name of a plan file, got a list of 1"),
    ],
)
def test_a_text_without_a_folder_reads_no_files(text: str, fault: str) -> None:
    assert faults(text)[0].startswith(fault)


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no file" in faults("base: gone.yaml", tmp_path)[0]


def test_a_base_that_is_nearly_there(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("base: day")
    assert "(did you mean plan.yaml?)" in faults("base: plan", tmp_path)[0]
    assert "(did you mean small?)" in faults("base: smal", tmp_path)[0]


def test_an_example_can_be_a_base() -> None:
    assert loads("base: day\nname: mine").call_types == loads(example()).call_types


def test_twice_the_same_name_is_not_merged_in_silence() -> None:
    again = "{name: agents, agents: 6, skills: [calls]}"
    text = f"base: small\ngroups: [{{name: agents, agents: 5}}, {again}]"
    assert "groups[agents]: two are called agents" in faults(text)[0]


def test_what_is_wrong_with_changes_is_told_with_the_rest() -> None:
    found = faults(
        """
        base: small
        seed: -1
        what_if:
          - volume: 20
          - handel_time: "+30 s"
          - {volume: "+1 %", shrinkage: 0.1}
        """
    )
    assert found == [
        "line 3: seed: must be at least 0, got -1",
        'line 5: what_if[1].volume: write the change in per cent, as "+20 %", got 20',
        "line 6: what_if[2].handel_time: unknown key: did you mean handle_time?",
        "line 7: what_if[3]: one change for each dash, got volume and shrinkage",
    ]


def test_a_name_the_base_does_not_have_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SMALL, encoding="utf-8")
    text = """
        base: base.yaml
        call_types: [{name: biling, patience: {time: 60}}]
        groups: [{name: Night desk, agents: 3}]
        """
    assert faults(text, tmp_path) == [
        "line 3: call_types[biling]: the base has none called biling: did you mean billing? "
        "(a new one lacks service)",
        "line 4: groups[Night desk]: the base has none called Night desk: did you mean Front "
        "desk? (a new one lacks skills)",
    ]


def test_nothing_behind_a_key_takes_away_what_the_base_says_and_no_more(tmp_path: Path) -> None:
    plan = over("groups: [{name: Front desk, shrinkage: null}]\nseed:", tmp_path)
    assert (plan.groups[0].shrinkage, plan.seed) == (0, 1)
    (tmp_path / "odd.yaml").write_text(SMALL + "seed:\n", encoding="utf-8")
    assert faults("base: odd.yaml", tmp_path) == [
        f"{tmp_path / 'odd.yaml'}, line 16: seed: nothing stands behind it: write a value, or "
        "leave the key out"
    ]
    found = faults("base: small\ngroups: [{name: agents, shrinkege: }]")
    assert found == ["line 2: groups[agents].shrinkege: unknown key: did you mean shrinkage?"]


def test_the_list_of_changes_is_a_list() -> None:
    assert faults("base: small\nwhat_if: {volume: '+20 %'}")[0].startswith(
        "line 2: what_if: must be a list"
    )


def test_a_change_that_does_not_fit_names_its_line() -> None:
    text = "base: small\nwhat_if:\n  - volume: '+5 %'\n  - agents: {group: agent, by: +2}"
    assert faults(text) == [
        "line 4: what_if.agents: no group is called agent: did you mean agents?"
    ]
    fewer = loads(text.replace("agent,", "agents,").replace("+2", "-2"))
    assert fewer.groups[0].agents == 11
    more = loads(text.replace("agent,", "agents,"))
    assert more.groups[0].agents == 15
