from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.journal.rebuild import differences
from sharing.journal.verify import table_hash, verify
from tests.postgres import Cluster
from tests.sharing.journal.exchange import Nodes

NODE = st.sampled_from(["one", "two", "tre"])
WRITES = st.tuples(
    st.just("write"),
    NODE,
    st.sampled_from(
        [
            "fill", "fill", "move", "undo", "undo newest", "name", "name", "burst", "burst", "empty",
            "correct", "sing", "ask", "release", "take over",
        ]
    ),
    st.sampled_from("abc"),
    st.integers(0, 9),
)  # fmt: skip
HANDS_ON = st.tuples(st.just("hand on"), NODE, NODE, NODE, st.integers(1, 5), st.integers(0, 3))
STEPS = st.lists(st.one_of(WRITES, WRITES, HANDS_ON), min_size=5, max_size=40)
ORDER = st.permutations([(a, b) for a in ("one", "two", "tre") for b in ("one", "two", "tre") if a != b])


def walk(nodes: Nodes, steps: list[tuple[object, ...]], order: list[tuple[str, str]]) -> None:
    for step in steps:
        if step[0] == "write":
            nodes.write(*step[1:])  # type: ignore[arg-type]  # the strategy above gives what it takes
        elif step[1] != step[2]:
            nodes.hand_on(*step[1:])  # type: ignore[arg-type]  # the same
    nodes.hand_on_everything(order)


def check(nodes: Nodes) -> None:
    hashes = {node: table_hash(store) for node, store in nodes.stores.items()}
    for node, store in nodes.stores.items():
        assert verify(store).faults == (), node
        assert differences(store) == [], node
    assert len(set(hashes.values())) == 1, hashes
    nodes.hand_on_everything([])
    assert {node: table_hash(store) for node, store in nodes.stores.items()} == hashes


@given(STEPS, ORDER)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nodes_that_hold_the_same_entries_have_the_same_rows_whatever_came_first(
    steps: list[tuple[object, ...]], order: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        nodes = Nodes(Path(folder))
        try:
            walk(nodes, steps, order)
            check(nodes)
        finally:
            nodes.close()


@pytest.fixture(scope="module")
def cluster(postgres: Cluster) -> Cluster:
    return postgres


@given(STEPS, ORDER)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_postgresql_and_sqlite_come_to_the_same_rows(
    cluster: Cluster, steps: list[tuple[object, ...]], order: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        nodes = Nodes(Path(folder), {"two": cluster.new_database()})
        try:
            walk(nodes, steps, order)
            check(nodes)
        finally:
            nodes.close()
