"""Finding, verifying, installing and choosing, on the real model where one is needed."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.config import Settings
from app.errors import InvalidInput, ModelError
from app.speech import choose, models, pyttsx3_engine
from app.speech.commands import models as command
from app.speech.install import Progress, Source, from_maven, install
from app.speech.models import ENGLISH, MODELS, Model, find, of_language, state_of, status, verify


def fake_model(folder: Path, name: str = ENGLISH.name) -> Path:
    """Files of the right sizes with nothing in them: whole as far as ``verify`` can see."""
    for file, size in ENGLISH.files.items():
        path = folder / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.truncate(size)
    return folder / name


def source(make: Callable[[Path], Path] | None, calls: list[str] | None = None) -> Source:
    def fetch(model: Model, scratch: Path, progress: Progress) -> Path:
        if calls is not None:
            calls.append(model.name)
        if make is None:
            raise ModelError("This source has nothing.")
        return make(scratch)

    return fetch


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and no model named by the environment."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)
    return folder


def test_the_installed_model_is_whole_and_its_sizes_are_known(model_path: Path) -> None:
    verify(model_path)
    assert all((model_path / f).stat().st_size == size for f, size in ENGLISH.files.items())


@pytest.mark.parametrize("file", list(ENGLISH.files))
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_model_is_named_with_its_remedy(tmp_path: Path, file: str, how: str) -> None:
    path = fake_model(tmp_path)
    if how == "gone":
        (path / file).unlink()
    else:
        os.truncate(path / file, ENGLISH.files[file] - 1)
    with pytest.raises(ModelError) as caught:
        verify(path)
    assert file in caught.value.message
    assert caught.value.remedy == "callwright models install en"


def test_an_unknown_model_needs_at_least_its_heart(tmp_path: Path) -> None:
    path = fake_model(tmp_path, "vosk-model-en-us-0.42")
    verify(path)
    (path / "am" / "final.mdl").write_bytes(b"")
    with pytest.raises(ModelError, match=r"final\.mdl"):
        verify(path)


def test_models_are_found_in_their_order(
    home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find("en", settings) is None
    shared = fake_model(home / ".cache" / "vosk")
    assert find("en", settings) == shared
    named = fake_model(tmp_path / "named")
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / "named"))
    assert find("en", settings) == named
    own = fake_model(settings.data_dir / "models")
    assert find("en", settings) == own
    monkeypatch.setenv("VOSK_MODEL_PATH", str(shared))
    assert find("en", settings) == shared
    assert find("ru", settings) is None


def test_a_whole_model_is_preferred_to_a_damaged_one(home: Path, settings: Settings) -> None:
    own = fake_model(settings.data_dir / "models")
    (own / "am" / "final.mdl").unlink()
    assert find("en", settings) == own
    assert state_of("en", settings).state == "damaged"
    shared = fake_model(home / ".cache" / "vosk")
    assert find("en", settings) == shared


def test_another_model_of_the_language_will_do(home: Path, settings: Settings) -> None:
    bigger = fake_model(home / ".cache" / "vosk", "vosk-model-en-us-0.22")
    assert find("en", settings) == bigger
    assert state_of("en", settings).state == "ready"


def test_a_language_without_a_model_names_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="en, fa, ru, zh, got xx"):
        of_language("xx")


def test_every_language_and_the_embedded_recogniser_are_listed(
    home: Path, settings: Settings
) -> None:
    listed = status(settings)
    assert {s.language for s in listed if s.engine == "vosk"} == set(MODELS)
    assert {s.state for s in listed if s.engine == "vosk"} == {"missing"}
    assert all(s.remedy for s in listed if s.state != "ready")
    assert listed[-1].engine == "pocketsphinx"


def test_the_first_source_that_has_it_is_taken(home: Path) -> None:
    calls: list[str] = []
    told: list[str] = []
    later = source(fake_model, calls)
    place = install("en", progress=told.append, sources=(source(None), source(fake_model), later))
    assert place == home / ".cache" / "vosk" / ENGLISH.name
    verify(place)
    assert calls == []
    assert any("nothing" in line for line in told)
    assert [p.name for p in place.parent.iterdir()] == [ENGLISH.name]  # no scratch is left


def test_what_is_there_and_whole_is_left_alone(home: Path) -> None:
    install("en", sources=(source(fake_model),))
    calls: list[str] = []
    install("en", sources=(source(fake_model, calls),))
    assert calls == []


def test_a_damaged_model_is_replaced(home: Path) -> None:
    place = install("en", sources=(source(fake_model),))
    (place / "graph" / "Gr.fst").unlink()
    (place / "stray").write_text("left over")
    install("en", sources=(source(fake_model),))
    verify(place)
    assert not (place / "stray").exists()


def damaged(scratch: Path) -> Path:
    path = fake_model(scratch)
    (path / "conf" / "mfcc.conf").unlink()
    return path


def test_without_any_source_the_damaged_model_stays_and_all_reasons_are_told(home: Path) -> None:
    place = fake_model(home / ".cache" / "vosk")
    (place / "am" / "final.mdl").unlink()
    with pytest.raises(ModelError) as caught:
        install("en", sources=(source(None), source(damaged)))
    assert "nothing" in caught.value.message
    assert "mfcc.conf" in caught.value.message
    assert place.is_dir()
    assert [p.name for p in place.parent.iterdir()] == [ENGLISH.name]


def put_program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


COPY_TO_OUTPUT = 'for word; do case "$word" in -DoutputDirectory=*) to="${word#*=}";; esac; done\n'


def archive_of(tmp_path: Path) -> Path:
    fake_model(tmp_path, "unpacked")
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in ENGLISH.files:
            out.write(tmp_path / "unpacked" / file, f"assets/model-en-us/{file}")
        out.writestr("classes.jar", "not wanted")
    return archive


def test_maven_s_archive_is_checked_and_its_folder_unpacked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archive_of(tmp_path)
    put_program(
        tmp_path, monkeypatch, COPY_TO_OUTPUT + f'cp {archive} "$to/vosk-model-en-0.3.45.aar"\n'
    )
    assert ENGLISH.maven is not None
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    known = replace(ENGLISH, maven=replace(ENGLISH.maven, sha256=digest))
    monkeypatch.setattr(models, "MODELS", {"en": known})
    place = install("en", sources=(from_maven,))
    verify(place)
    assert not (place / "classes.jar").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (COPY_TO_OUTPUT + 'echo shell > "$to/vosk-model-en-0.3.45.aar"\n', "SHA-256"),
        ("echo '[ERROR] no such artefact'; exit 1\n", "no such artefact"),
        ("exit 0\n", "gave no file"),
    ],
)
def test_what_maven_may_do_wrong_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    put_program(tmp_path, monkeypatch, script)
    with pytest.raises(ModelError, match=said):
        install("en", sources=(from_maven,))


def test_without_maven_the_remedy_names_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelError, match="Maven is not installed"):
        from_maven(ENGLISH, tmp_path, print)


def test_auto_takes_vosk_where_its_model_is(settings: Settings, model_path: Path) -> None:
    first = choose.recognizer(settings)
    assert first.name == "vosk"
    assert choose.recognizer(settings) is first
    assert choose.missing(settings) == []


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_auto_falls_back_and_the_page_can_say_so(
    home: Path, settings: Settings, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    if state == "damaged":
        (fake_model(home / ".cache" / "vosk") / "am" / "final.mdl").unlink()
    with caplog.at_level(logging.WARNING):
        assert choose.recognizer(settings).name == "pocketsphinx"
    (lacking,) = choose.missing(settings)
    assert not lacking.needed
    assert lacking.remedy == "callwright models install en"


def test_vosk_and_nothing_else_needs_its_model(home: Path, tmp_path: Path) -> None:
    strict = Settings(data_dir=tmp_path, recognizer="vosk")
    with pytest.raises(ModelError) as caught:
        choose.recognizer(strict)
    assert caught.value.remedy == "callwright models install en"
    assert choose.missing(strict)[0].needed


def test_the_embedded_recogniser_speaks_english_only(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        choose.recognizer(Settings(data_dir=tmp_path, language="ru"))
    with pytest.raises(ModelError, match="English only"):
        choose.recognizer(Settings(data_dir=tmp_path, language="ru", recognizer="pocketsphinx"))


def test_a_voice_that_is_not_installed_is_named(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyttsx3_engine, "LIBRARIES", ("libnothing.so.9",))
    (lacking,) = choose.missing(Settings(data_dir=tmp_path))
    assert "espeak-ng" in lacking.what
    assert lacking.remedy == "apt-get install espeak-ng"
    monkeypatch.setenv("PATH", "")
    (lacking,) = choose.missing(Settings(data_dir=tmp_path, voice="flite"))
    assert lacking.remedy == "apt-get install flite"


def test_the_voice_of_the_settings_keeps_what_it_said(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, voice="flite")
    voice = choose.synthesizer(chosen)
    assert voice.name == "flite"
    assert choose.synthesizer(chosen) is voice
    assert voice.say("hello")
    assert list((tmp_path / "voice-cache").rglob("*.pcm"))
    assert choose.synthesizer(Settings(data_dir=tmp_path)).name == "pyttsx3"


def test_what_is_missing_is_cheap_to_ask(settings: Settings, model_path: Path) -> None:
    choose.missing(settings)
    began = time.perf_counter()
    for _ in range(50):
        choose.missing(settings)
    assert (time.perf_counter() - began) / 50 < 0.01


def test_the_commands(home: Path, tmp_path: Path, model_path: Path) -> None:
    runner = CliRunner(env={"CALLWRIGHT_DATA_DIR": str(tmp_path / "data"), "HOME": str(home)})
    listed = runner.invoke(command, ["list"])
    assert listed.exit_code == 0
    assert listed.output.count("missing") == len(MODELS)
    absent = runner.invoke(command, ["check", "en"])
    assert isinstance(absent.exception, ModelError)
    (tmp_path / "data" / "models").mkdir(parents=True)
    (tmp_path / "data" / "models" / ENGLISH.name).symlink_to(model_path)
    checked = runner.invoke(command, ["check", "en"])
    assert "It loads and listens" in checked.output
    again = runner.invoke(command, ["install", "en"])
    assert "installed and whole" in again.output
    assert runner.invoke(command, ["install", "xx"]).exit_code == 2
