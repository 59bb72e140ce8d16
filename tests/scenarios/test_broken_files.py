"""Every kind of mistake in a scenario file is told with its line and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ScenarioError
from app.scenarios.library import Library, load_file, load_one
from app.scenarios.lint import lint_file
from app.yaml_file import MAX_BYTES
from tests.scenarios.conftest import KNOWN_ACTS, SMALL, written

# what is replaced, by what, a word on the line that is named, words of the message
BROKEN = [
    ("title: A small scenario\n", "title: A\ntitle: B\n", "title: B", "twice"),
    (
        "title: Greets, weight",
        "title: Greets, instead: ['Hello, {frist_name}.'], weight",
        "title: Greets",
        "no fact `frist_name`|did you mean first_name",
    ),
    ("id: small", "id: Small One", "id: Small", "not a name"),
    ("id: small", "id: other", "id: other", "the folder"),
    ("minutes: 2", "minuts: 2", "minuts", "not a key|did you mean minutes"),
    ("minutes: 2", "minutes: two", "minutes: two", "a whole number, got 'two'"),
    ("minutes: 2", "minutes: 99", "minutes: 99", "at most 60"),
    ("level: first", "level: easy", "level: easy", "one of 'first', 'standard' or 'advanced'"),
    ("title: A small scenario", "title: 12", "title: 12", "a text, got 12|quotes"),
    ("skills: [opening]", "skills: []", "skills: []", "at least 1"),
    ("skills: [opening]", "skills: [opening", "company", "not YAML"),
    ("company: Test Line\n", "", "id: small", "`company` is missing"),
    ("  age: 30\n", "", "persona", "`persona.age` is missing"),
    ("age: 30", "age: 007", "age: 007", "leading zero"),
    ("age: 30", "age: !!python/object:os.system 30", "age:", "tags are not allowed"),
    ("age: 30", "age: &a 30", "age:", "anchors"),
    ("street: High Street}", "town: Oak}", "town: Oak", "other keys than the first"),
    ("from: 10, to: 90", "from: 90, to: 10", "from: 90", "below `from`"),
    ("of: amount}", "of: amuont}", "amuont", "no fact `amuont`|did you mean amount"),
    ("of: amount}", "of: amount_said}", "of: amount_said", "made of itself"),
    ("goal: Help {name}.", "goal: Help {nmae}.", "{nmae}", "no fact `nmae`|did you mean name"),
    ("goal: Help {name}.", "goal: Help {name.", "{name.", "brace"),
    ("goal: Help {name}.", "goal: Help {Full Name}.", "{Full Name}", "the name of a fact"),
    (
        "start: opening",
        "start: openning",
        "start: openning",
        "no state `openning`|did you mean opening",
    ),
    ("go: wish}", "go: wisch}", "go: wisch", "no state `wisch`|did you mean wish"),
    ("go: wish}", "go: wish, end: done}", "end: done}", "both `go` and `end`"),
    ("if: complete, end: done", "if: complete, end: dome", "end: dome", "no ending `dome`"),
    ("if: complete,", "if: compleet,", "compleet", "no flag or fact|did you mean complete"),
    ("if: complete,", "if: complete and,", "complete and", "expected a name"),
    ("said.amount >", "heard_amount.x >", "heard_amount", "before a dot"),
    ("authority.credit and", "authority.kredit and", "kredit", "authority.kredit"),
    ("when: offer_help,", "when: offer_halp,", "offer_halp", "no act `offer_halp`|offer_help"),
    ("- {when: greet, once", "- {once", "once: true, say: Hello", "when this happens"),
    ("once: true, say: Is that", "say: Is that", "Is that enough", "again and again"),
    ("- {say: I am off., end: poor}", "- {say: I am off.}", "I am off", "nothing ends the call"),
    ("- {say: Enough., end: poor}", "- {say: Enough.}", "say: Enough", "in circles"),
    ("angry: I want", "angy: I want", "angy: I want", "no mood `angy`"),
    ("kind: consult", "kind: phone", "kind: phone", "one of"),
    ("needed: amount >", "needed: amuont >", "amuont", "no flag or fact is called `amuont`"),
    ("right: {done: [helped]", "right: {done: [help]", "right:", "no disposition `help`"),
    ("poor: [other], lost", "lost", "right:", "no disposition is right for the ending `poor`"),
    ("weight: 60", "weight: 70", "scorecard", "sum to 100"),
    ("flag: too_much", "flag: to_much", "to_much", "no flag `to_much`|did you mean too_much"),
    ("kind: says,", "kind: say,", "kind: say,", "one of"),
    ("fails: [keeps_limit]", "fails: [keep_limit]", "fails:", "no criterion `keep_limit`"),
    (
        "    bye:\n      - {say: Goodbye.",
        "    by:\n      - {say: Goodbye.",
        "    by:",
        "state `by`",
    ),
    ("mood: 2, say: How", "mood: lots, say: How", "mood: lots", "a whole number"),
    ("set: has_name", "set: {has_name: often}", "has_name: often", "true or false"),
]


@pytest.mark.parametrize(("old", "new", "where", "words"), BROKEN, ids=[b[3] for b in BROKEN])
def test_a_mistake_is_told_with_line_and_remedy(
    tmp_path: Path, old: str, new: str, where: str, words: str
) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    loaded = load_file(written(tmp_path, text), KNOWN_ACTS)
    assert loaded.scenario is None
    line = next(n for n, each in enumerate(text.splitlines(), 1) if where in each)
    told = [p for p in loaded.problems if all(word in str(p) for word in words.split("|"))]
    assert told, f"expected {words!r}, got {[*map(str, loaded.problems)]}"
    assert line in {problem.line for problem in told}
    assert all(problem.remedy or "got" in problem.message for problem in told)


def test_the_small_scenario_is_whole(tmp_path: Path) -> None:
    assert load_file(written(tmp_path, SMALL), KNOWN_ACTS).problems == ()


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("minutes: 2", "minuts: 2").replace("go: wish}", "go: wisch}")
    text = text.replace("age: 30", "age: old")
    told = "\n".join(map(str, load_file(written(tmp_path, text), KNOWN_ACTS).problems))
    assert "minuts" in told
    assert "persona.age" in told


def test_a_mistyped_key_does_not_hide_a_wrong_name(tmp_path: Path) -> None:
    text = SMALL.replace("  expectations: That", "  mooood: x\n  expectations: That")
    text = text.replace("go: wish}", "go: wisch}")
    told = "\n".join(map(str, load_file(written(tmp_path, text), KNOWN_ACTS).problems))
    assert "mooood" in told
    assert "wisch" in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"- a\n- b\n", "keys and values"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a: " + b"[" * 3000, "nested more than"),
        (b"a: " + b"[" * 100 + b"]" * 100, "nested more than"),
        (b"# " + b"x" * MAX_BYTES, "at most"),
        (b"? [a, b]\n: c\n", "a key must be a word"),
    ],
)
def test_what_is_no_scenario_at_all(tmp_path: Path, content: bytes, words: str) -> None:
    path = written(tmp_path, "")
    path.write_bytes(content)
    loaded = load_file(path)
    assert loaded.scenario is None
    assert words in "\n".join(map(str, loaded.problems))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in str(load_file(tmp_path / "none" / "scenario.yaml").problems[0])


@pytest.mark.parametrize(
    ("file", "words"),
    [("missing.md", "cannot be read"), ("../secret.md", "not a name"), ("a.txt", "not a name")],
)
def test_articles_are_beside_the_scenario(tmp_path: Path, file: str, words: str) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    text = SMALL.replace(
        "  authority:\n", f"  articles: [{{title: A, file: {file}}}]\n  authority:\n", 1
    )
    told = "\n".join(map(str, load_file(written(tmp_path, text), KNOWN_ACTS).problems))
    assert words in told


def test_an_article_is_part_of_the_version(tmp_path: Path) -> None:
    text = SMALL.replace("  authority:\n", "  articles: [{title: A, file: a.md}]\n  authority:\n")
    path = written(tmp_path, text)
    article = path.parent / "a.md"
    article.write_text("# One", encoding="utf-8")
    before = load_one(path)
    article.write_text("# Two", encoding="utf-8")
    assert before.briefing.articles[0].text == "# One"
    assert load_one(path).version != before.version


def test_the_library_goes_on_past_a_broken_scenario(tmp_path: Path) -> None:
    written(tmp_path, SMALL)
    broken = tmp_path / "broken" / "scenario.yaml"
    broken.parent.mkdir()
    broken.write_text("id: broken\n", encoding="utf-8")
    library = Library.load(tmp_path, KNOWN_ACTS)
    assert [scenario.id for scenario in library.all()] == ["small"]
    assert {problem.file for problem in library.problems} == {broken}
    with pytest.raises(ScenarioError, match="broken"):
        load_one(broken)


ODD = [
    ("- {when: offer_help, go: wish}", "- {when: offer_help, say: Yes.}", "no way leads to"),
    ("      - {when: say_goodbye, if: complete, end: done, say: Goodbye.}\n", "", "good ending"),
    (
        "      - {when: offer_credit, if: said",
        "      - {when: offer_credit, say: No.}\n      - {when: offer_credit, if: said",
        "can never fire",
    ),
    ("expects: [say_goodbye]", "expects: [say_goodbye, ask_phone]", "nothing comes of it"),
    ("set: has_name,", "set: [has_name, seen],", "ever reads the flag `seen`"),
    ("  numbers:\n", "  choices: {town: [Oak]}\n  numbers:\n", "nothing uses the fact `town`"),
    ("    script: [Goodbye.]\n", "", "shows no script line"),
    ("say: How kind.", "say: 12 dollars?", "cannot be spoken"),
    ("    bye:\n      - {say: Goodbye., acts: [say_goodbye]}\n", "", "nothing to say in `bye`"),
    ("Take eighty dollars.", "Take eight dollars.", "does not fail `keeps_limit`"),
    ("  ending: done", "  ending: poor", "run ends in `done` instead of poor"),
    ("any_of: greet}", "any_of: warn_scams}", "the good run does not meet `greets`"),
    ("- {when: be_rude, say: Hey.}", "- {when: be_rude}", "nothing happens here"),
    ("lost: {good: false", "more: {good: false, title: M, text: M}\n  lost: {good: false", "leads"),
]


@pytest.mark.parametrize(("old", "new", "words"), ODD, ids=[odd[2] for odd in ODD])
def test_lint_finds_what_is_odd(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1).replace("lost: [other]}", "lost: [other], more: [other]}")
    if "more:" not in new:
        text = text.replace(", more: [other]}", "}")
    problems = lint_file(written(tmp_path, text), KNOWN_ACTS)
    told = [problem for problem in problems if words in problem.message]
    assert told, [*map(str, problems)]
    assert all(problem.line > 1 and problem.remedy for problem in told)


def test_lint_says_nothing_of_a_good_scenario(tmp_path: Path) -> None:
    problems = lint_file(written(tmp_path, SMALL), KNOWN_ACTS)
    assert [str(each) for each in problems] == []
