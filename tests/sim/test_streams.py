"""Every source of chance has a stream of its own, the same whoever else asks for one."""

from __future__ import annotations

import zlib
from itertools import combinations, product

import numpy as np
import pytest

from sim.parameters import Batch, CallType, ConstantArrivals, Exponential, Service
from sim.streams import Streams
from sim.traffic import arrivals
from tests.sim import tiny

SOURCES = ("arrivals/sales", "talk/sales", "talk/service", "busyness", "shrinkage/front")


def child(parent: np.random.SeedSequence, number: int) -> np.random.SeedSequence:
    """The child of that number, by ``spawn`` itself."""
    counted = np.random.SeedSequence(
        parent.entropy, spawn_key=parent.spawn_key, n_children_spawned=number
    )
    return counted.spawn(1)[0]


@pytest.mark.parametrize(
    ("replication", "source", "step"), list(product((0, 7), SOURCES[:2], (0, 3)))
)
def test_a_stream_is_a_spawned_child(replication: int, source: str, step: int) -> None:
    root = np.random.SeedSequence(20)
    last = child(child(child(root, replication), zlib.crc32(source.encode())), step)
    expected = np.random.Generator(np.random.PCG64(last)).random(5)
    assert Streams(20, replication).uniforms(source, 5, step).tolist() == expected.tolist()


def test_streams_do_not_move_together() -> None:
    """By seed, replication, source and step: no two of them are correlated."""
    many = 20_000
    drawn = [
        Streams(seed, replication).uniforms(source, many, step)
        for seed, replication, source, step in product((1, 2), (0, 1), SOURCES, (0, 1))
    ]
    rows = np.array(drawn) - 0.5
    together = np.corrcoef(rows)[np.triu_indices(len(rows), 1)] * np.sqrt(many)
    assert np.abs(together).max() < 5
    assert np.mean(together**2) == pytest.approx(1, abs=0.25)


def test_asking_again_or_for_others_in_between_changes_nothing() -> None:
    streams = Streams(3, 1)
    first = {source: streams.uniforms(source, 4).tolist() for source in SOURCES}
    again = {source: streams.uniforms(source, 4).tolist() for source in reversed(SOURCES)}
    assert first == again
    assert all(one != other for one, other in combinations(first.values(), 2))


def test_names_of_one_checksum_are_two_streams() -> None:
    names = ("plumless", "buckeroo")
    assert zlib.crc32(b"talk/plumless") == zlib.crc32(b"talk/buckeroo")
    one, other = (Streams(1, 0).uniforms(f"talk/{name}", 50) for name in names)
    assert one.tolist() == other.tolist(), "in different plans nobody minds"
    kinds = [CallType(name, Service(Exponential(60.0)), tiny.came(0, 500)) for name in names]
    records = tiny.play(tiny.plan(kinds))
    talked = [records.talk[records.call_type == kind].tolist() for kind in (0, 1)]
    assert talked[0] != talked[1]


def test_a_call_type_may_be_called_like_a_part_of_another() -> None:
    """The moments of x/batches are not drawn from what decides how large the batches of x are."""
    streams = Streams(1, 0)
    sizes = streams.uniforms("arrivals/x", 5, part="batches").tolist()
    assert sizes == Streams(1, 0).uniforms("arrivals/x/batches", 5).tolist(), "the name it has"
    assert sizes != streams.uniforms("arrivals/x/batches", 5).tolist()
    service, batch = Service(Exponential(60.0)), Batch(2.5, "fixed")
    first = CallType("x", service, ConstantArrivals(60.0, batch=batch))
    other = CallType("x/batches", service, ConstantArrivals(60.0))
    alone = arrivals(tiny.plan([other]), Streams(1, 0))
    beside = arrivals(tiny.plan([first, other]), Streams(1, 0))
    assert alone.times.tolist() != beside.times[beside.call_types == 1].tolist()
