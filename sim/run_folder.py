"""A run's folder: each finished replication as a file of its own, so that a run can go on later.

``experiment.json`` says which plan the replications belong to. Files appear whole or not at all,
and begin with a checksum of what follows; one that is damaged counts as not run.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from sim.errors import RunError
from sim.executors import Done
from sim.folder_lock import locked
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES
from sim.parameters import Plan
from sim.records import Records
from sim.results import Figures, Result
from sim.routing import RULES

# Raise it when the same plan and seed begin to give other figures.
ENGINE = 1
MANIFEST = "experiment.json"
# What a plan is called and how often it is run changes nothing in a replication.
BESIDE_THE_POINT = ("name", "description", "experiment")
IDENTITY = ("digest", "engine", "own_rules", "plan")
SHOWN = 3
PLANS: TypeAdapter[Plan] = TypeAdapter(Plan)


def plain(plan: Plan) -> dict[str, Any]:
    """A plan as JSON knows it."""
    found: dict[str, Any] = PLANS.dump_python(plan, mode="json")
    return found


def own_rules(plan: Plan) -> dict[str, str]:
    """The planner's own routing rules, with a checksum of the code of each."""
    return {one.rule: _source(one.rule) for one in plan.routing if one.rule not in RULES}


def digest(plan: Plan) -> str:
    """Of everything a replication depends on: the plan, the engine, a planner's own rules."""
    chosen = {key: value for key, value in plain(plan).items() if key not in BESIDE_THE_POINT}
    return hashlib.sha256(json.dumps([ENGINE, own_rules(plan), chosen]).encode()).hexdigest()


def _source(rule: str) -> str:
    """Checksum of the file a planner's own rule is in: another rule makes another day."""
    try:
        spec = find_spec(rule.rpartition(".")[0])
        return hashlib.sha256(Path(str(spec and spec.origin)).read_bytes()).hexdigest()
    except (ImportError, ValueError, OSError):
        return ""  # it can't be found, which running will say


class RunFolder:
    """The finished replications of a plan's run."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan

    @classmethod
    @contextmanager
    def open(cls, path: str | Path, plan: Plan) -> Iterator[RunFolder]:
        """To run a plan with: made if it isn't there, and no other run's meanwhile.

        Raises RunError for a folder that is in use, holds another plan's run, or can't be used.
        """
        with locked(path) as ours:
            folder = cls(ours, plan)
            if (ours / MANIFEST).exists():
                folder._check(_manifest(ours))
            elif any(ours.glob("*.replication")):
                raise RunError(
                    f"{path} holds replications but no {MANIFEST}: choose another folder"
                )
            for left in ours.glob("*.part"):
                left.unlink(missing_ok=True)
            yield folder

    def _check(self, manifest: dict[str, Any]) -> None:
        if manifest["digest"] == digest(self.plan):
            return
        changes = list(_changes(manifest, self.plan))
        more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
        raise RunError(
            f"{self.path} holds a run of another plan ({'; '.join(changes[:SHOWN])}{more}): choose "
            "another folder, or delete this one"
        )

    def describe(self, replications: int, finished: bool, missed: float | None = None) -> None:
        """Note how far the run is meant to go, and whether it is there."""
        manifest = {
            "replications": replications,
            "finished": finished,
            "precision_missed": missed,
            "digest": digest(self.plan),
            "seed": self.plan.seed,
            "engine": ENGINE,
            "own_rules": own_rules(self.plan),
            "plan": plain(self.plan),
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        _write(self.path / MANIFEST, text.encode())

    def save(self, done: Done) -> None:
        """Keep a replication; when this returns it survives a power cut."""
        if done.records is not None:
            buffer = io.BytesIO()
            done.records.save(buffer)
            _write(self._file(done.replication, "records"), _sealed(buffer.getvalue()))
        packed = _sealed(_pack(done.figures))
        _write(self._file(done.replication, "replication"), packed)

    def load(self, replication: int, with_records: bool = False) -> Done | None:
        """A replication that is there, whole and of today's measures; else None."""
        packed = _opened(self._file(replication, "replication"))
        figures = _unpack(packed) if packed is not None else None
        if figures is None or (figures.days is None) != (self.plan.days == 1):
            return None
        if not with_records:
            return Done(replication, figures)
        stored = _opened(self._file(replication, "records"))
        if stored is None:
            return None
        return Done(replication, figures, Records.load(io.BytesIO(stored)))

    def _file(self, replication: int, kind: str) -> Path:
        return self.path / f"{replication:05d}.{kind}"


def load_result(path: str | Path) -> Result:
    """What a run's folder holds. ``finished`` is False when the run was stopped: the replications
    up to the first that lacks are there all the same; run the plan again with this folder to go on.

    Raises RunError when there is no run, or not one replication.
    """
    path = Path(path)
    if not (path / MANIFEST).is_file():
        raise RunError(f"{path} is not the folder of a run: it has no {MANIFEST}")
    manifest = _manifest(path)
    plan = _plan(manifest)
    folder = RunFolder(path, plan)
    wanted: int = manifest["replications"]
    found: list[Done] = []
    with_records = folder.load(0, with_records=True) is not None
    while len(found) < wanted and (done := folder.load(len(found), with_records)) is not None:
        found.append(done)
    if not found:
        raise RunError(f"the first replication in {path} is missing: run the plan with this folder")
    return Result(
        plan,
        tuple(done.figures for done in found),
        tuple(done.records for done in found if done.records is not None),
        wanted=None if manifest["finished"] and len(found) == wanted else wanted,
        precision_missed=manifest["precision_missed"],
    )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        for key in ("replications", "finished", "precision_missed", *IDENTITY):
            found[key]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path / MANIFEST} can't be read ({error!r}): choose another folder, or delete it"
        ) from error
    return dict(found)


def _changes(manifest: dict[str, Any], plan: Plan) -> Iterator[str]:
    """``groups[front].agents: 10 -> 12``, one for each figure that differs, and what else does."""
    from sim.plan_files.differences import differences  # not needed when all is well

    for line in differences(_plan(manifest), plan):
        if not line.startswith("experiment"):
            yield line
    if manifest["engine"] != ENGINE:
        yield "made by another version of the simulator"
    for rule, source in own_rules(plan).items():
        if manifest["own_rules"].get(rule, source) != source:
            yield f"the code of the routing rule {rule} was changed"


def _plan(manifest: dict[str, Any]) -> Plan:
    try:
        return PLANS.validate_python(manifest["plan"])
    except ValidationError as error:
        raise RunError(
            f"the plan in a run's {MANIFEST} can't be read: it is damaged, or of another version "
            "of the simulator: choose another folder, or delete it"
        ) from error


def _pack(figures: Figures) -> bytes:
    buffer = io.BytesIO()
    parts = {"": figures, **({"day_": figures.days} if figures.days else {})}
    tables: dict[str, Any] = {}
    for part, one in parts.items():
        tables[f"{part}types"] = np.stack([one.by_type[each.name] for each in TYPE_MEASURES])
        tables[f"{part}groups"] = np.stack([one.by_group[each.name] for each in GROUP_MEASURES])
    np.savez(buffer, measures=np.array(_names()), **tables)
    return buffer.getvalue()


def _unpack(packed: bytes) -> Figures | None:
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        if stored["measures"].tolist() != _names():
            return None
        days = _figures(stored, "day_") if "day_types" in stored else None
        return replace(_figures(stored, ""), days=days)


def _figures(stored: Any, part: str) -> Figures:
    return Figures(
        dict(zip((one.name for one in TYPE_MEASURES), stored[f"{part}types"], strict=True)),
        dict(zip((one.name for one in GROUP_MEASURES), stored[f"{part}groups"], strict=True)),
    )


def _names() -> list[str]:
    return [one.name for one in (*TYPE_MEASURES, *GROUP_MEASURES)]


def _sealed(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload


def _opened(file: Path) -> bytes | None:
    """What a sealed file holds; None when it is not there or not whole."""
    try:
        seal, _, payload = file.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    return payload if seal == hashlib.sha256(payload).hexdigest().encode() else None


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, and on the disk."""
    part = file.with_name(f"{file.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(f"{file} can't be written: {error}") from error
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Makes the new name itself survive a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
