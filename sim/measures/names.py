"""What is measured: names, what they are called in plain English, units, which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "seconds", "contacts", "agents", "money", "hours"]
Better = Literal["high", "low", ""]


@dataclass(frozen=True)
class Measure:
    """One figure of the results.

    name: its key in ``Figures``; label: for people
    unit: ``share`` runs from 0 to 1; better: which way is better, empty where neither is
    """

    name: str
    label: str
    unit: Unit
    better: Better


TYPE_MEASURES: tuple[Measure, ...] = (
    Measure("offered", "Offered", "contacts", ""),
    Measure("answered", "Answered", "contacts", "high"),
    Measure("answered_in_time", "Answered in time", "contacts", "high"),
    Measure("abandoned", "Abandoned", "contacts", "low"),
    Measure("short_abandons", "Short abandons", "contacts", ""),
    Measure("balked", "Would not wait", "contacts", "low"),
    Measure("busy", "Busy signal", "contacts", "low"),
    Measure("full", "Queue full", "contacts", "low"),
    Measure("closed", "Came when it was closed", "contacts", "low"),
    Measure("turned_away", "Turned away", "contacts", "low"),
    Measure("contained", "Served by self-service", "contacts", "high"),
    Measure("service_level", "Service level", "share", "high"),
    Measure("service_level_of_answered", "Service level of answered", "share", "high"),
    Measure("service_level_less_short", "Service level less short abandons", "share", "high"),
    Measure("service_level_with_short", "Service level with short abandons", "share", "high"),
    Measure("service_level_of_offered", "Service level of offered", "share", "high"),
    Measure("abandonment", "Abandonment", "share", "low"),
    Measure("asa", "ASA", "seconds", "low"),
    Measure("mean_wait", "Mean wait of all", "seconds", "low"),
    Measure("wait_p50", "Median wait", "seconds", "low"),
    Measure("wait_p80", "80 % waited up to", "seconds", "low"),
    Measure("wait_p95", "95 % waited up to", "seconds", "low"),
    Measure("wait_max", "Longest wait", "seconds", "low"),
    Measure("aht", "AHT", "seconds", "low"),
    Measure("talk", "Talk", "seconds", ""),
    Measure("hold", "Hold", "seconds", "low"),
    Measure("after_call", "After-call work", "seconds", "low"),
    Measure("queue_length", "Waiting on average", "contacts", "low"),
    Measure("queue_max", "Waiting at most", "contacts", "low"),
    Measure("callbacks", "Callbacks promised", "contacts", ""),
    Measure("callbacks_kept", "Callbacks kept", "share", "high"),
    Measure("retrials", "Tried again", "contacts", "low"),
    Measure("repeats", "Repeat contacts", "contacts", "low"),
    Measure("transfers", "Transferred in", "contacts", "low"),
    Measure("first_contact_resolution", "First-contact resolution", "share", "high"),
    Measure("email_age", "E-mail age when done", "seconds", "low"),
    Measure("backlog", "Backlog at the end", "contacts", "low"),
    Measure("reached", "Right party reached", "share", "high"),
    Measure("revenue", "Revenue", "money", "high"),
    Measure("cost", "Cost of lines", "money", "low"),
)

GROUP_MEASURES: tuple[Measure, ...] = (
    Measure("agents", "Agents on duty", "agents", ""),
    Measure("handled", "Handled", "contacts", ""),
    Measure("occupancy", "Occupancy", "share", ""),
    Measure("utilisation", "Utilisation", "share", ""),
    Measure("aht", "AHT", "seconds", "low"),
    Measure("idle", "Idle agents", "agents", ""),
    Measure("absent", "Absent agents", "agents", "low"),
    Measure("overtime", "Agents past their shift", "agents", "low"),
    Measure("adherence", "Adherence", "share", "high"),
    Measure("paid_hours", "Paid hours", "hours", "low"),
    Measure("cost", "Cost of agents", "money", "low"),
)
