"""What-ifs: named differences from a base plan, as a plan file writes them.

``apply(plan, [...])`` makes several changes (``sim.changes``) one after the other, and takes them
written down, too: ``apply(plan, [{"volume": "+20 %"}, {"outage": {"start": "10:00", "end":
"10:30"}}])``. A change that does not fit the plan raises PlanError.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from sim.changes import (
    Agents,
    Attrition,
    Contained,
    EarlyLeave,
    HandleTime,
    NewHires,
    Overtime,
    PatienceChange,
    Routing,
    Shrinkage,
    Training,
    Volume,
)
from sim.errors import PlanError
from sim.parameters import Outage, Plan, Surge
from sim.parameters.distributions import STRICT
from sim.plan_files import shapes
from sim.plan_files.hints import share_of


def _shorthand(key: str) -> BeforeValidator:
    """``volume: "+20 %"`` is short for ``volume: {by: "+20 %"}``."""

    def long(value: Any) -> Any:
        whole = value is None or isinstance(value, dict) or dataclasses.is_dataclass(value)
        return value if whole else {key: value}

    return BeforeValidator(long)


@dataclass(frozen=True, config=STRICT)
class WhatIf:
    """One change, as a plan file writes it: exactly one of these keys.

    volume: more or fewer contacts
    handle_time: longer or shorter handle times
    outage: lines or systems are down for a while
    surge: more contacts for a while, or fewer
    self_service: another share of callers served by the menu
    new_hires: newcomers beside a group
    attrition: a share of the agents has left
    overtime: agents stay longer
    early_leave: agents go earlier
    training: agents are pulled off their work for a while
    patience: customers wait longer or shorter before they hang up
    shrinkage: another share of the planned agents is not there
    agents: more or fewer agents of a group
    routing: other routing rules
    """

    volume: Annotated[Volume | None, _shorthand("by")] = None
    handle_time: Annotated[HandleTime | None, _shorthand("by")] = None
    outage: Outage | None = None
    surge: Surge | None = None
    self_service: Annotated[Contained | None, _shorthand("contained")] = None
    new_hires: NewHires | None = None
    attrition: Annotated[Attrition | None, _shorthand("share")] = None
    overtime: Annotated[Overtime | None, _shorthand("time")] = None
    early_leave: Annotated[EarlyLeave | None, _shorthand("time")] = None
    training: Training | None = None
    patience: Annotated[PatienceChange | None, _shorthand("by")] = None
    shrinkage: Annotated[Shrinkage | None, _shorthand("share")] = None
    agents: Agents | None = None
    routing: Annotated[Routing | None, _shorthand("rules")] = None

    @model_validator(mode="after")
    def _one(self) -> WhatIf:
        given = [name for name in CHANGES if getattr(self, name) is not None]
        if len(given) != 1:
            got = " and ".join(given) or "none"
            raise ValueError(f"one change for each dash, got {got}")
        return self

    def __call__(self, plan: Plan) -> Plan:
        if self.outage is not None:
            return replace(plan, outages=(*plan.outages, self.outage))
        if self.surge is not None:
            return replace(plan, surges=(*plan.surges, self.surge))
        made: Callable[[Plan], Plan] = next(
            found for name in CHANGES if (found := getattr(self, name)) is not None
        )
        return made(plan)


CHANGES = tuple(field.name for field in dataclasses.fields(WhatIf))
"""What may be changed, by the keys of a plan file's ``what_if``."""

Made = Callable[[Plan], Plan]
_WRITTEN: TypeAdapter[WhatIf] = TypeAdapter(WhatIf)


def apply(plan: Plan, changes: Sequence[Made | Outage | Surge | Mapping[str, Any]]) -> Plan:
    """The plan after all the changes, in their order. Raises PlanError naming the first that is
    wrong or does not fit what the plan is by then."""
    for number, change in enumerate(changes, start=1):
        try:
            plan = _made(change)(plan)
        except ValueError as error:
            said = "; ".join(reasons(error))
            raise PlanError([f"what_if[{number}]: {said}"]) from error
    return plan


def reasons(error: ValueError) -> list[str]:
    """Why a change is not possible, one line each."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    lines = []
    for fault in error.errors(include_url=False):
        where = ".".join(str(part) for part in fault["loc"])
        text = fault["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ")
        text += share_of(shapes.annotation_at(WhatIf, fault["loc"]), fault["input"])
        lines.append(f"{where}: {text}" if where else text)
    return lines


def _made(change: Made | Outage | Surge | Mapping[str, Any]) -> Made:
    if isinstance(change, Outage):
        return WhatIf(outage=change)
    if isinstance(change, Surge):
        return WhatIf(surge=change)
    if isinstance(change, Mapping):
        return _WRITTEN.validate_python(dict(change))
    return change
