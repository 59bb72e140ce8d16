"""One queue with abandonment in Ciw: customers renege; its data records are the rows."""

from __future__ import annotations

from typing import Any

import ciw
import numpy as np

from .half_hours import Figures, line_figures, occupancy
from .simpy_single import Centre


def run(centre: Centre, seed: int) -> list[Any]:
    """Ciw's own data records of all who came before closing and are done by then."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=centre.rate)],
        service_distributions=[ciw.dists.Exponential(rate=1 / centre.handle)],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / centre.patience)],
        number_of_servers=[centre.agents],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(centre.closes)
    records: list[Any] = simulation.get_all_records()
    return records


def figures(centre: Centre, records: list[Any]) -> Figures:
    """The half-hour figures of a run."""
    arrived, answered, left = np.array(
        [(one.arrival_date, one.service_start_date, one.exit_date) for one in records]
    ).T
    edges = np.arange(0.0, centre.closes + 1, 1800.0)
    served = ~np.isnan(answered)
    start = np.zeros(centre.agents)
    end = np.full(centre.agents, centre.closes)
    return {
        **line_figures(arrived, answered, left, left, edges),
        "occupancy": occupancy(answered[served], left[served], start, end, edges),
    }
