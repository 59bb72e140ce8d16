"""A calibration session in its Check, in a real database, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from app.calibration import service, store
from app.calibration import session_events as happen
from app.calibration.session_plan import SessionPlan
from app.quality.answers import Answer
from app.recordings import access
from tests.calibration_service.house import DUE, Cast, add_recording, plan_of
from tests.conftest import START, TestClock

CALLS = 8
# By rater: the marks of the eight calls.
ANN = {"greeting": (1, 1, 0, 1, 0, 1, 1, 0), "empathy": (5, 4, 2, 5, 1, 3, 4, 2)}
BOB = {"greeting": (1, 1, 0, 1, 0, 1, 1, 0), "empathy": (2, 5, 1, 3, 4, 2, 1, 5)}
CLOSER = {"greeting": (1, 1, 0, 1, 0, 1, 1, 0), "empathy": (5, 4, 2, 4, 1, 3, 4, 2)}
Marks = Mapping[str, tuple[Answer, ...]]


@dataclass(frozen=True)
class Room:
    cast: Cast
    session: int
    recordings: tuple[int, ...]
    clock: TestClock

    def path(self, page: str) -> str:
        return f"/quality/calibration/{self.session}/{page}"


def room(cast: Cast, clock: TestClock) -> Room:
    more = [
        add_recording(cast.agent, f"{number:032x}", f"Call {number}").id
        for number in range(3, CALLS + 1)
    ]
    access.grant([cast.host.id], "plan:1", at=START, agents=[cast.agent.id])
    cast = replace(cast, recordings=(*cast.recordings, *more))
    row = store.begin(happen.Planned(cast.host.id, START, plan_of(cast)))
    made = Room(cast, row.id, cast.recordings, clock)
    score(made, {cast.ann.id: ANN, cast.bob.id: BOB})
    return made


def score(made: Room, marks: Mapping[int, Marks], session: int | None = None) -> None:
    """Open it unless it is open, score, hand in, close."""
    number = session or made.session
    state = store.load(number)
    if state.round == 0:
        service.open_scoring(made.cast.host, number, at=made.clock())
        state = store.load(number)
    for rater, of in marks.items():
        for at, recording in enumerate(made.recordings):
            for criterion in state.criteria:
                answer = of[criterion][at]
                given = answer if isinstance(answer, str) else float(answer)
                event = happen.Marked(
                    rater,
                    made.clock(),
                    recording,
                    criterion,
                    given,
                    comment=f"because of {criterion} {at + 1} by {rater}",
                    seconds=(12.5,),
                )
                store.append(number, event)
            store.append(number, happen.Submitted(rater, made.clock(), recording))
    service.close_scoring(made.cast.host, number, at=made.clock())


def planned(made: Room) -> SessionPlan:
    return store.load(made.session).plan


LATER = DUE + timedelta(days=30)
