"""Who is on duty on average: what the rosters of many days come to."""

from __future__ import annotations

import numpy as np
import pytest

from sim import plan_file
from sim.duty import duty
from sim.roster import roster
from sim.streams import Streams

PLAN = """
base: small
days: 2
groups:
  - name: agents
    shifts:
      - {start: "09:00", end: "15:00", agents: 20, breaks: [{start: "11:00", length: "30 min"}]}
      - {start: "11:00", end: "17:00", agents: 6, days: [1]}
    shrinkage: 0.1
    overtime: "20 min"
    overtime_agents: 4
    adherence:
      late: {distribution: gamma, mean: "4 min", sd: "2 min"}
      early: {distribution: gamma, mean: "3 min", sd: "2 min"}
    off_phone: {share: 0.1, length: "5 min"}
    pull_offs: [{start: "13:00", end: "14:00", agents: 3}]
  - {name: helpers, skills: [calls], agents: 4, shrinkage: 0.3}
"""


def test_it_is_what_rosters_of_many_days_come_to() -> None:
    plan = plan_file.loads(PLAN)
    found = duty(plan)
    assert found.on_duty.shape == found.scheduled.shape == (2, 2, 16)
    # Minutes on duty are counted one by one.
    minutes = np.arange(9 * 60, 17 * 60) * 60.0 + 30
    moments = np.concatenate([minutes, minutes + 86_400])
    there = np.zeros((2, len(moments)))
    many = 300
    for replication in range(many):
        one = roster(plan, Streams(1, replication))
        for group, stints in zip(one.groups, one.agents, strict=True):
            for stint in stints:
                there[group] += (stint.start <= moments) & (moments < stint.end)
    usual = there.reshape(2, 2, 16, 30).mean(axis=3).transpose(1, 0, 2) / many
    # Some of chance is left, and lateness that reaches into the next half hour.
    assert found.on_duty == pytest.approx(usual, abs=0.2)
    assert found.on_duty.sum() == pytest.approx(usual.sum(), rel=0.01)
