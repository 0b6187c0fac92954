from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgres import Cluster
from tests.sharing.journal.handing import House

NODE = st.sampled_from("ab")
STUMBLES = st.sampled_from([False, False, False, True])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NODE, st.sampled_from("xy"), st.integers(1, 6), STUMBLES),
        st.tuples(st.just("desk"), NODE, st.sampled_from("xy"), st.integers(1, 3), STUMBLES),
        st.tuples(st.just("central"), st.sampled_from("xy"), st.integers(1, 3), STUMBLES),
        st.tuples(st.just("up"), NODE, st.integers(1, 12), STUMBLES, STUMBLES),
        st.tuples(st.just("up"), NODE, st.integers(1, 12), STUMBLES, STUMBLES),
        st.tuples(st.just("down"), NODE, st.integers(1, 9), st.sampled_from([1, 2000, 10**6]), STUMBLES),
        st.tuples(st.just("down"), NODE, st.integers(1, 9), st.sampled_from([1, 2000, 10**6]), STUMBLES),
        st.tuples(st.just("epoch"), NODE),
        st.tuples(st.just("backup")),
        st.tuples(st.just("restore"), st.integers(0, 9)),
    ),
    min_size=5,
    max_size=40,
)


def walk(house: House, steps: list[tuple[object, ...]], *, restores: bool = True) -> None:
    for what, *rest in steps:
        args: list[object] = list(rest)
        if what in {"write", "desk"}:
            stores = house.nodes if what == "write" else house.desks
            house.write(stores[str(args[0])], *args[1:3], stumbles=bool(args[3]))  # type: ignore[arg-type]
        elif what == "central":
            house.write(house.central, *args[:2], stumbles=bool(args[2]))  # type: ignore[arg-type]
        elif what == "up":
            house.up(*args[:2], stumbles=bool(args[2]), unheard=bool(args[3]))  # type: ignore[arg-type]
        elif what == "down":
            house.down(*args[:3], stumbles=bool(args[3]))  # type: ignore[arg-type]
        elif what == "epoch":
            with house.nodes[str(args[0])].begin() as work:
                work.new_epoch()
        elif restores and what == "backup":
            house.backup()
        elif restores:
            house.restore(*args)  # type: ignore[arg-type]


@given(STEPS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_whatever_stumbles_and_whoever_writes_meanwhile_nothing_is_lost_and_numbers_are_dense(
    steps: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        house = House(Path(folder))
        try:
            walk(house, steps)
            house.finish()
            house.check()
        finally:
            house.close()


@pytest.fixture(scope="module")
def cluster(postgres: Cluster) -> Cluster:
    return postgres


@given(STEPS)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_a_central_on_postgresql_hands_on_the_same(cluster: Cluster, steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        house = House(Path(folder), urls={"central": cluster.new_database(), "b": cluster.new_database()})
        try:
            walk(house, steps, restores=False)
            house.finish()
            house.check()
        finally:
            house.close()
