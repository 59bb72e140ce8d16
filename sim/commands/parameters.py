"""Options that take figures: shares, service levels, handle times."""

from __future__ import annotations

import re
from typing import Any

import click

from sim.check_durations import SHORT_AHT, SHORT_PATIENCE
from sim.check_long_times import LONG_PATIENCE, LONG_TALK, colons_moved
from sim.parameters.units import duration, share

# Seconds: some thirty years, which nobody waits or talks.
LONGEST = 1e9


class Number(click.FloatRange):
    """A number within bounds; click takes ``nan`` for one that is within all."""

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        found = float(super().convert(value, param, ctx))
        if found != found:
            self.fail(f"must be a number, got {value}", param, ctx)
        return found


class Seconds(click.ParamType):  # type: ignore[type-arg]
    """A duration as plans write it; more than none unless ``none`` is one."""

    name = "duration"

    def __init__(self, *, none: bool = False) -> None:
        self.none = none

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if isinstance(value, float):
            return value
        try:
            found = float(value)
        except ValueError:
            try:
                found = float(duration(value))
            except ValueError as problem:
                self.fail(f"{problem}, got {value}", param, ctx)
        enough = found >= 0 if self.none else found > 0
        if not enough or not found <= LONGEST:
            least = "from 0 on" if self.none else "above 0"
            self.fail(f"must be a number of seconds {least}, got {value}", param, ctx)
        return found


class Share(click.ParamType):  # type: ignore[type-arg]
    """0.3 or ``30%``; at most ``most``, and more than 0 where nothing makes no sense."""

    name = "share"

    def __init__(self, most: float = 1.0, *, some: bool = False) -> None:
        self.most = most
        self.some = some

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if isinstance(value, float):
            return value
        try:
            found = float(value)
        except ValueError:
            try:
                found = float(share(value))
            except ValueError:
                self.fail(f"write a share as 0.3 or 30%, got {value}", param, ctx)
        if 1 < found <= 100 and "%" not in str(value):
            self.fail(
                f"is a share from 0 to 1: write {found / 100:g} or {found:g}%, got {value}",
                param,
                ctx,
            )
        enough = found > 0 if self.some else found >= 0
        if not enough or not found <= self.most:
            least = "more than 0" if self.some else "0"
            self.fail(f"must be from {least} to {self.most:g}, got {value}", param, ctx)
        return found


class ServiceLevel(click.ParamType):  # type: ignore[type-arg]
    """``80/20``: 80 % within 20 seconds."""

    name = "percent/seconds"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, float]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*/\s*(.+?)\s*", value)
        if not found or not 0 < float(found[1]) < 100:
            self.fail(f"write it as 80/20 (80 % within 20 seconds), got {value}", param, ctx)
        percent = float(found[1])
        if percent < 1 and not found[2]:
            self.fail(
                f"the share is in per cent here: write {100 * percent:g}/{found[3]}, got {value}",
                param,
                ctx,
            )
        return percent / 100, Seconds(none=True).convert(found[3], param, ctx)


def look_at_times(aht: float | None, patience: float | None) -> None:
    """4.5 where minutes were meant, or a spreadsheet's 4:00:00, is told on stderr."""
    if aht is not None:
        _look_at("a handle time", "--aht", aht, SHORT_AHT, LONG_TALK["voice"])
    if patience is not None:
        _look_at("a patience", "--patience", patience, SHORT_PATIENCE, LONG_PATIENCE)


def _look_at(what: str, option: str, seconds: float, least: float, most: float) -> None:
    if seconds < least:
        said = f"{seconds:g} seconds; for minutes write {option} {seconds:g}min"
    elif seconds >= most:
        read, meant, written = colons_moved(seconds)
        said = f"{read}; for {meant} write {option} {written}"
    else:
        return
    click.echo(f"warning: {what} of {said}", err=True)
