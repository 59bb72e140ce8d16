"""Which columns a run's tables have: what is nought or told already is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.metrics import Measure
from sim.report import words
from sim.report.view import ALL, MEASURES, Of, View


@dataclass(frozen=True)
class Column:
    """A column of a table; ``keep``: the higher, the later its interval goes where there is no
    room; ``long``: its head where there is room."""

    of: Of
    measure: str
    head: str
    keep: int = 0
    long: str = ""


OFFERED = Column("call type", "offered", "Offered")
ANSWERED = Column("call type", "answered", "Answ'd", long="Answered")
LEVEL = Column("call type", "service_level", "Service\nlevel %", keep=2)
ASA = Column("call type", "asa", "ASA\nm:s", keep=1)
HUNG_UP = Column("call type", "abandonment", "Hung\nup %", keep=1)
TURNED_AWAY = Column("call type", "turned_away", "Turned\naway")
CALLBACKS = Column("call type", "callbacks", "Call-\nbacks")
KEPT = Column("call type", "callbacks_kept", "Kept\n%")
WAIT = Column("call type", "wait_p95", "95 %\nwait")
AHT = Column("call type", "aht", "AHT\nm:s")
QUEUE = Column("call type", "queue_length", "Queue")
BUSY = Column("group", "occupancy", "Busy\n%")
AGENTS = Column("group", "agents", "Agents")

BY_GROUP = (
    AGENTS,
    Column("group", "handled", "Handled"),
    Column("group", "occupancy", "Occupancy\n%", keep=1),
    Column("group", "utilisation", "Utilisation\n%"),
    Column("group", "aht", "AHT\nm:s"),
    Column("group", "paid_hours", "Paid\nhours"),
    Column("group", "cost", "Cost"),
)


def columns_for(names: Sequence[str], of: Of) -> tuple[Column, ...]:
    """The measures asked for by name, those of the other table left out."""
    known = MEASURES[of]
    return tuple(Column(of, name, _head(known[name]), keep=1) for name in names if name in known)


def by_interval(view: View, column: int = ALL) -> tuple[Column, ...]:
    """Figures of groups beside the call types' are only right where all are taken together."""
    own = (OFFERED, ANSWERED, LEVEL, ASA, HUNG_UP, *_turned(view, column))
    return (*own, BUSY, AGENTS, QUEUE) if column == ALL else (*own, QUEUE, AHT)


def by_type(view: View) -> tuple[Column, ...]:
    called = (CALLBACKS, KEPT) if view.of_type("callbacks").mean > 0 else ()
    return (OFFERED, ANSWERED, LEVEL, ASA, WAIT, HUNG_UP, *_turned(view), *called, AHT)


def by_group(view: View, column: int | None = None) -> tuple[Column, ...]:
    """Of all groups, or of one; without the cost where the plan names none, and without the
    utilisation where nobody has several contacts in hand, so that it is the occupancy."""
    gone = set() if view.of_group("cost").mean > 0 else {"cost"}
    which = slice(None) if column is None else column
    busy, used = (view.values("group", name)[:, :, which] for name in ("occupancy", "utilisation"))
    if np.allclose(busy, used, equal_nan=True):
        gone.add("utilisation")
    return tuple(one for one in BY_GROUP if one.measure not in gone)


def _turned(view: View, column: int = ALL) -> tuple[Column, ...]:
    return (TURNED_AWAY,) if view.of_type("turned_away", column=column).mean > 0 else ()


def _head(measure: Measure) -> str:
    unit = words.HEADS.get(measure.unit, "")
    return f"{measure.label}\n{unit}" if unit else measure.label
