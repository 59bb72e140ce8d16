"""Learning, on a bank small enough to be learnt in a second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.recordings.timeline import Word
from app.scenarios import fitting, training
from app.scenarios.bank import load_bank
from app.scenarios.classifier import load, save
from app.scenarios.reading import Expectation
from app.scenarios.windows import SIZES, WHOLE, ngrams, spans

SMALL = """
group: small
acts:
  greet: {means: greets, keeps: true, say: [hello, good morning, hi there, hello there, hi]}
  ask_name:
    means: asks for the name
    say: [what's your name, can i have your name, your name please, may i take your name,
          could you tell me your name]
    not: [my name is anna]
negatives: [the bus is late, two coffees please, it rains, um, the red one]
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fitting, "COMPOSED", 100)
    monkeypatch.setattr(fitting, "CUT", 50)
    monkeypatch.setattr(fitting, "CHECKED", 20)
    folder = tmp_path / "acts"
    folder.mkdir()
    (folder / "small.yaml").write_text(SMALL)
    return folder


def test_learning_is_the_same_every_time(small: Path) -> None:
    bank = load_bank(small)
    one, other = fitting.fit(bank), fitting.fit(bank)
    np.testing.assert_array_equal(one.dense, other.dense)
    np.testing.assert_array_equal(one.met, other.met)


def test_it_learns(small: Path, tmp_path: Path) -> None:
    reader = training.load_reader(small, tmp_path / "cache")
    said = [Word(w, i, i + 0.5) for i, w in enumerate("could i have your name".split())]
    assert [a.act for a in reader.read(said, Expectation())] == ["ask_name"]


def test_what_is_stored_is_taken_again(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training.load_reader(small, tmp_path / "cache")
    monkeypatch.setattr(fitting, "fit", lambda bank: pytest.fail("learnt twice"))
    training.load_reader(small, tmp_path / "cache")


def test_a_stored_fit_is_read_without_what_learning_needs(small: Path, tmp_path: Path) -> None:
    training.load_reader(small, tmp_path / "cache")
    program = (
        "import sys; from pathlib import Path; from app.scenarios.training import load_reader; "
        "load_reader(Path(sys.argv[1]), Path(sys.argv[2])).probabilities('hi'); "
        "print([name for name in ('scipy', 'sklearn', 'app.scenarios.fitting') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(small), str(tmp_path / "cache")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(training.__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_a_damaged_fit_is_learnt_again(small: Path, tmp_path: Path) -> None:
    training.load_reader(small, tmp_path / "cache")
    (path,) = (tmp_path / "cache").glob("*.npz")
    path.write_bytes(path.read_bytes()[:300])
    assert load(path) is None
    training.load_reader(small, tmp_path / "cache")
    assert load(path) is not None


def test_a_changed_bank_is_learnt_anew(small: Path, tmp_path: Path) -> None:
    training.load_reader(small, tmp_path / "cache")
    (small / "small.yaml").write_text(SMALL + "\n# more\n")
    training.load_reader(small, tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 2


def test_a_model_survives_the_disk(small: Path, tmp_path: Path) -> None:
    model = fitting.fit(load_bank(small))
    save(model, tmp_path / "deep" / "model.npz")
    again = load(tmp_path / "deep" / "model.npz")
    assert again is not None
    assert again.acts == model.acts
    np.testing.assert_array_equal(
        again.logits(["hello may i take your name"])[0],
        model.logits(["hello may i take your name"])[0],
    )
    assert list((tmp_path / "deep").iterdir()) == [tmp_path / "deep" / "model.npz"]


@pytest.mark.parametrize("n", [1, 4, 5, 6, 12, 13, 24, 25, 60, 300])
def test_spans_cover_every_word(n: int) -> None:
    found = spans(n)
    for size in {0, *(s for s in SIZES if s < n)}:
        covered = {i for s in found if s.size == size for i in range(s.start, s.end)}
        assert covered == set(range(n))
    assert all(0 <= s.start < s.end <= n and s.end - s.start <= max(WHOLE, 0) for s in found)


def test_ngrams_know_where_they_are() -> None:
    tokens = ["can", "i", "help"]
    for start, end, text in ngrams(tokens):
        inside = [w for w in text.split() if w not in "<>"]
        assert inside == tokens[start:end]
