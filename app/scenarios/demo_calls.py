"""Which calls the demo has made, by whom and when: three weeks of four agents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

LOST, BILL, FIRST = "lost-card", "billing-dispute", "first-day-appointment"
GOOD = "good"

# What is noted after a call that went well or badly; facts of the call in braces.
NOTES: dict[tuple[str, bool], str] = {
    (LOST, True): (
        "{formal} lost her card. Verified by date of birth and postcode. Card ending "
        "{card_digits} blocked, replacement ordered, delivery in five working days."
    ),
    (LOST, False): "{formal} hung up before she was verified. Card not blocked yet: call back.",
    (BILL, True): (
        "Charge on the bill: {charge}, {charge_amount} dollars. Looked it up and agreed on a "
        "credit within my authority; it comes with the next bill."
    ),
    (BILL, False): "Angry about the {charge}. No agreement. He may cancel.",
    (FIRST, True): (
        "New patient {formal}. Reason of the visit taken, appointment booked for the time she "
        "wished, told her what to bring. Wants a reminder."
    ),
    (FIRST, False): "{formal} wanted an appointment.",
}


@dataclass(frozen=True, slots=True)
class DemoCall:
    """``days`` before today at ``hour`` UTC; ``run`` is one of the scenario's trainee runs."""

    login: str
    scenario: str
    seed: int
    run: str
    days: int
    hour: str
    voice: str = ""
    """The flite voice of the trainee; empty for a call by chat."""

    @property
    def id(self) -> str:
        """The same in every installation, so that no call is made twice."""
        name = f"demo {self.login} {self.scenario} {self.seed} {self.run} {self.voice}"
        return hashlib.sha256(name.encode()).hexdigest()[:32]

    @property
    def mode(self) -> str:
        return "voice" if self.voice else "chat"

    def at(self, now: datetime) -> datetime:
        hour, minute = (int(part) for part in self.hour.split(":"))
        day = now - timedelta(days=self.days)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


# By voice first: they take the longest.
CALLS = (
    DemoCall("nina", FIRST, 7, GOOD, 2, "09:40", voice="slt"),
    DemoCall("nina", LOST, 7, "asks_pin", 1, "14:15", voice="slt"),
    DemoCall("omar", BILL, 2, "stonewalls", 1, "10:05", voice="rms"),
    DemoCall("mei", FIRST, 3, "hurried", 20, "09:10"),
    DemoCall("omar", FIRST, 5, "rude", 19, "13:30"),
    DemoCall("jonas", FIRST, 1, GOOD, 18, "08:50"),
    DemoCall("mei", FIRST, 11, GOOD, 17, "15:20"),
    DemoCall("omar", FIRST, 2, GOOD, 15, "10:45"),
    DemoCall("mei", LOST, 3, "discloses", 13, "09:25"),
    DemoCall("jonas", LOST, 5, "unkind", 12, "11:05"),
    DemoCall("mei", LOST, 2, GOOD, 10, "14:40"),
    DemoCall("omar", LOST, 11, GOOD, 8, "09:55"),
    DemoCall("jonas", LOST, 7, GOOD, 6, "16:10"),
    DemoCall("mei", BILL, 3, "over_promises", 5, "10:30"),
    DemoCall("mei", BILL, 7, GOOD, 3, "13:05"),
)
