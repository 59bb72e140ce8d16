"""Make a fresh clone ready: ``python3 scripts/setup.py [--dev]``.

Run by the system's Python (3.11 or later, standard library only). Each step says
what it does, is skipped when its inputs have not changed, and on failure ends the
program with one line that says what to type. What was done is remembered in
``.setup/`` as a hash of the step's inputs; deleting that folder does all again.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / ".setup"
LOGS = STAMPS / "logs"
UV = "uv==0.13.9"
OLDEST = (3, 11)


class Stop(Exception):
    """Setup cannot go on; the message is one line with what to type."""


@dataclass(frozen=True)
class Package:
    """A system package: how to see that it is there, and what is lost without it."""

    name: str
    there: Callable[[], bool]
    without: str
    needed: bool = True


def has_program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def has_library(name: str) -> Callable[[], bool]:
    def loads() -> bool:
        with suppress(OSError):
            return bool(ctypes.CDLL(name))
        return False

    return loads


def has_module(name: str) -> Callable[[], bool]:
    def imports() -> bool:
        with suppress(ImportError):
            return bool(__import__(name))
        return False

    return imports


RUN_PACKAGES = (
    Package("espeak-ng", has_library("libespeak-ng.so.1"), "the customer has no voice"),
    Package("python3-venv", has_module("ensurepip"), "no virtual environment can be made"),
    Package("npm", has_program("npm"), "the pages have no styles and scripts"),
    Package("flite", has_program("flite"), "rehearsals have no second voice", needed=False),
)
TEST_PACKAGES = (
    Package(
        "chromium",
        has_program("chromium", "chromium-browser", "google-chrome"),
        "the browser tests cannot run",
    ),
    Package(
        "pocketsphinx-testdata",
        lambda: Path("/usr/share/pocketsphinx/test/data").is_dir(),
        "no human speech to test with",
        needed=False,
    ),
)


def say(line: str) -> None:
    print(f"setup: {line}", flush=True)


def run(name: str, command: Sequence[str | Path], *, show: bool = False) -> bool:
    """Run a command in the repository, its words in a log; whether it went well."""
    LOGS.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "VIRTUAL_ENV": str(VENV)}
    words = [str(word) for word in command]
    with (LOGS / f"{name}.log").open("w", encoding="utf-8") as log:
        output = None if show else log
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if show else subprocess.STDOUT,
        )
    return done.returncode == 0


def must(name: str, command: Sequence[str | Path], remedy: str, *, show: bool = False) -> None:
    if not run(name, command, show=show):
        raise Stop(f"{name} failed (see .setup/logs/{name}.log). {remedy}")


class Once:
    """``with Once(...) as due: if due: …`` - remembered only when the block went well."""

    def __init__(self, name: str, inputs: Sequence[Path | str], outputs: Sequence[Path]) -> None:
        self.name = name
        self._stamp = STAMPS / name
        digest = hashlib.sha256(sys.version.encode())
        for item in inputs:
            digest.update(item.read_bytes() if isinstance(item, Path) else item.encode())
        self._hash = digest.hexdigest()
        self._outputs = outputs

    def __enter__(self) -> bool:
        with suppress(OSError):
            same = self._stamp.read_text(encoding="ascii") == self._hash
            if same and all(path.exists() for path in self._outputs):
                return False
        self._began = time.monotonic()
        say(f"{self.name} …")
        return True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and hasattr(self, "_began"):
            STAMPS.mkdir(exist_ok=True)
            self._stamp.write_text(self._hash, encoding="ascii")
            say(f"{self.name} done in {time.monotonic() - self._began:.0f} s")


def apt_prefix() -> list[str] | None:
    """How to call apt-get here without being asked anything; None when it is not allowed."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    allowed = shutil.which("sudo") and run("sudo", [*sudo, "true"])
    return sudo if allowed else None


def apt_install(names: Sequence[str]) -> bool:
    prefix = apt_prefix()
    if prefix is None:
        return False
    say(f"installing {', '.join(names)} …")
    run("apt-update", [*prefix, "apt-get", "update"])
    options = ["install", "-y", "--no-install-recommends"]
    return run("apt-install", [*prefix, "apt-get", *options, *names])


def system_packages(packages: Sequence[Package]) -> None:
    missing = [p for p in packages if not p.there()]
    if missing and not apt_install([p.name for p in missing]):
        for package in missing:  # one that cannot be had must not cost the others
            if apt_prefix() is not None and not package.there():
                apt_install([package.name])
    still = [p for p in missing if not p.there()]
    command = f"sudo apt-get install {' '.join(p.name for p in still)}"
    for package in still:
        say(f"{package.name} is missing: {package.without}")
    if any(p.needed for p in still):
        raise Stop(f"Type: {command}")
    if still:
        say(f"it goes on without; to have it, type: {command}")


def python_packages(lock: Path) -> None:
    with Once("virtual-environment", [UV], [PYTHON]) as due:
        if due:
            venv.create(VENV, with_pip=True, symlinks=True)
            must("uv", [PYTHON, "-m", "pip", "install", "-q", UV], "Is the network there?")
    packages = [lock] if lock.name == "requirements.lock" else [ROOT / "requirements.lock", lock]
    # A program that came with them: an environment made anew has none.
    came = VENV / "bin" / ("flask" if lock.name == "requirements.lock" else "pytest")
    with Once(f"python-packages-{lock.stem}", packages, [came]) as due:
        if due:
            options = ["--require-hashes", "-r", str(lock)]
            # Compiled now, not at each start: where files may not be written, that is every time.
            uv: list[str | Path] = [PYTHON, "-m", "uv", "pip", "install", "--compile-bytecode"]
            if not run("uv-install", [*uv, *options]):
                say("uv could not; trying pip …")
                must("pip-install", [PYTHON, "-m", "pip", "install", "-q", *options], "Try again.")
    program = VENV / "bin" / "callwright"
    with Once("callwright-itself", [ROOT / "pyproject.toml"], [program]) as due:
        if due:
            options = ["--no-deps", "-e", "."]
            if not run("uv-editable", [PYTHON, "-m", "uv", "pip", "install", *options]):
                must("pip-editable", [PYTHON, "-m", "pip", "install", "-q", *options], "Try again.")


def compiled_program() -> None:
    """The program's own modules as bytecode: a second off each start."""
    sources = sorted((ROOT / "app").rglob("*.py"))
    with Once("bytecode", sources, [PYTHON]) as due:
        if due:
            run("bytecode", [PYTHON, "-m", "compileall", "-q", "app"])


def web_packages() -> None:
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "scripts" / "vendor.py"]
    outputs = [ROOT / "node_modules", ROOT / "app" / "static" / "vendor"]
    with Once("web-packages", inputs, outputs) as due:
        if due:
            must("npm", ["npm", "ci", "--no-audit", "--no-fund"], "Is the network there?")
            must("vendor", [sys.executable, "scripts/vendor.py"], "Type: npm ci")


def speech_model() -> None:
    """The English model; without it the embedded recogniser listens, so never fatal."""
    folder = Path.home() / ".cache" / "vosk" / "vosk-model-small-en-us-0.15"
    try:
        with Once("speech-model", [], [folder / "am" / "final.mdl"]) as due:
            if due:
                install_model([PYTHON, "-m", "app.cli", "models", "install", "en"])
    except Stop as stop:
        say(f"{stop} The embedded recogniser listens instead; it hears less well.")


def install_model(command: Sequence[str | Path]) -> None:
    if run("speech-model", command):
        return
    if shutil.which("mvn") is None and apt_install(["maven"]) and run("speech-model", command):
        return
    raise Stop("No speech model yet; to try again: .venv/bin/callwright models install en")


def main() -> int:
    parser = argparse.ArgumentParser(description="Make this clone ready.")
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    chosen = parser.parse_args()
    began = time.monotonic()
    try:
        if sys.version_info < OLDEST:
            raise Stop("Python 3.11 or later is needed. Type: make PYTHON=python3.11 …")
        system_packages(RUN_PACKAGES + (TEST_PACKAGES if chosen.dev else ()))
        python_packages(ROOT / ("requirements-dev.lock" if chosen.dev else "requirements.lock"))
        compiled_program()
        web_packages()
        speech_model()
    except Stop as stop:
        print(f"setup: {stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    say(f"ready in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
