"""The script that makes a clone ready: steps done once, and files that name no host."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"script_{name}", ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup(tmp_path: Path) -> ModuleType:
    module = script("setup")
    module.STAMPS = tmp_path / ".setup"
    module.LOGS = module.STAMPS / "logs"
    return module


def due(setup: ModuleType, inputs: list[Path | str], outputs: list[Path]) -> bool:
    with setup.Once("a-step", inputs, outputs) as due:
        return bool(due)


def test_a_step_is_done_once_until_its_inputs_change(setup: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("one")
    assert due(setup, [lock, "tool==1"], [])
    assert not due(setup, [lock, "tool==1"], [])
    assert due(setup, [lock, "tool==2"], [])
    lock.write_text("two")
    assert due(setup, [lock, "tool==2"], [])
    assert not due(setup, [lock, "tool==2"], [])


def test_a_step_whose_result_is_gone_is_done_again(setup: ModuleType, tmp_path: Path) -> None:
    result = tmp_path / "result"
    result.write_text("")
    assert due(setup, [], [result])
    result.unlink()
    assert due(setup, [], [result])


def test_a_failed_step_is_not_remembered(setup: ModuleType) -> None:
    with pytest.raises(setup.Stop), setup.Once("a-step", [], []):
        setup.must("false", ["false"], "Type: something.")
    assert due(setup, [], [])


def test_a_missing_package_that_is_needed_stops_with_what_to_type(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "apt_prefix", lambda: None)
    absent = setup.Package("espeak-ng", lambda: False, "the customer has no voice")
    extra = setup.Package("flite", lambda: False, "no second voice", needed=False)
    with pytest.raises(setup.Stop, match=r"^Type: sudo apt-get install espeak-ng flite$"):
        setup.system_packages([absent, extra])
    setup.system_packages([extra])
    assert "flite is missing: no second voice" in capsys.readouterr().out


def test_packages_that_are_there_are_not_asked_for(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "apt_install", lambda names: pytest.fail(f"asked for {names}"))
    setup.system_packages([setup.Package("there", lambda: True, "")])


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_every_package_by_hash_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.findall(r"^([a-z0-9][\w.-]*)(?:\[.*\])?==(.+?) \\$", text, re.MULTILINE)
    assert len(entries) > 40
    assert len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(entries)


def test_the_tools_of_the_tests_change_no_version_of_the_product() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9]\S*==\S+)", text, re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_web_lock_names_no_registry_and_pins_what_is_asked_for() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == asked
    assert all("resolved" not in package for package in packages.values())
    assert all(p["integrity"] for path, p in packages.items() if path)


def test_every_file_the_pages_take_is_copied_and_strays_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vendor = script("vendor")
    vendor.SOURCE, vendor.TARGET = tmp_path / "node_modules", tmp_path / "vendor"
    assert vendor.main() == 1
    assert "npm ci" in capsys.readouterr().err
    for path in vendor.FILES.values():
        (vendor.SOURCE / path).parent.mkdir(parents=True, exist_ok=True)
        (vendor.SOURCE / path).write_text(path)
    vendor.TARGET.mkdir()
    (vendor.TARGET / "stray.js").write_text("old")
    assert vendor.main() == 0
    found = {str(p.relative_to(vendor.TARGET)) for p in vendor.TARGET.rglob("*") if p.is_file()}
    assert found == set(vendor.FILES)
    assert vendor.main() == 0
    assert "0 changed" in capsys.readouterr().out
