"""Any Markov chain whose moves can be written down, solved numerically."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Steady(Generic[State]):
    """The states that can be reached, and the share of time in each."""

    states: list[State]
    chance: NDArray[np.float64]

    def mean(self, value: Callable[[State], float]) -> float:
        """Its time average."""
        return float(self.chance @ np.array([value(state) for state in self.states]))


def steady(start: State, moves: Callable[[State], Iterable[tuple[float, State]]]) -> Steady[State]:
    """moves: (rate a second, next state) of everything that can happen in a state; the caller cuts
    off what is too unlikely to matter, so that there is an end of states."""
    place = {start: 0}
    states = [start]
    flows: list[tuple[float, int, int]] = []
    for at, state in enumerate(states):  # which grow meanwhile
        for rate, then in moves(state):
            if then not in place:
                place[then] = len(states)
                states.append(then)
            flows += [(rate, place[then], at), (-rate, at, at)]
    rates, targets, sources = zip(*flows, strict=True)
    balance = sparse.coo_matrix((rates, (targets, sources)), shape=(len(states),) * 2).tolil()
    balance[0, :] = 1.0
    right = np.zeros(len(states))
    right[0] = 1.0
    return Steady(states, spsolve(balance.tocsc(), right))
