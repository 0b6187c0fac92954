"""The law of verdicts: whatever came first, and in whatever pieces, the tables are those of the entries."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.journal import requests
from sharing.journal.entry import Entry, Shape, encode
from sharing.journal.rebuild import differences
from sharing.journal.shapes import (
    ClockCorrected,
    HomeMoved,
    HomeReleaseAsked,
    HomeReleased,
    NodeNoticed,
    PrivateEmptied,
    Undone,
)
from sharing.journal.store import Store
from sharing.journal.verify import table_hash
from tests.fakes import MONDAY_10, FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.exchange import Sung
from tests.sharing.journal.toys import Asked, Burst, Filled, Named, Taken, bare_entry, toy_store

Act = tuple[Entry, ...]

BOX = st.sampled_from(["box:a", "box:b", "box:c"])
EPOCH = st.integers(1, 4)
NUMBER = st.integers(1, 4)
NODE = st.sampled_from(["one", "two"])


@st.composite
def journals(draw: st.DrawFn) -> list[Act]:
    """Acts of several nodes that knew some of the others: reigns, numbers, gaps, rivals, anything."""
    made: list[Entry] = []
    acts: list[Act] = []
    for n in range(draw(st.integers(3, 24))):
        act = n.to_bytes(16, "big")
        parts = draw(st.lists(content(made), min_size=1, max_size=2))
        written: list[Entry] = []
        for part, (subject, data) in enumerate(parts):
            before = [one for one in (*made, *written) if one.subject == subject]
            after = draw(st.lists(st.sampled_from(before), max_size=2, unique=True)) if before else []
            newest = before[-1:] if draw(st.booleans()) else after
            written.append(
                bare_entry(
                    draw(st.integers(0, 255)) * 10_000 + n * 10 + part + 1,
                    act=act, part=part, parts=len(parts), kind=data.KIND, nature=nature(data),
                    subject=subject, after=b"".join(one.id for one in newest), data=encode(data),
                    at=MONDAY_10 + draw(st.integers(0, 30)), uptime=draw(st.integers(0, 30)),
                    clock=draw(st.sampled_from(["ntp", "untrusted"])), boot=draw(st.sampled_from("uv")),
                )
            )  # fmt: skip
        made += written
        acts.append(tuple(written))
    return acts


def nature(data: Shape) -> str:
    return {Named: "verdict", Asked: "request", HomeReleaseAsked: "request"}.get(type(data), "fact")


def content(made: Sequence[Entry]) -> st.SearchStrategy[tuple[str, Shape]]:
    asked = [one.hex for one in made if one.nature == "request"] or [""]
    some = [one.hex for one in made] or ["00" * 16]
    group = st.just("group:house")
    verdict = st.tuples(
        BOX,
        st.builds(
            Named, group=st.just("house"), home_epoch=EPOCH, n=NUMBER,
            decides=st.sampled_from(["", *asked, "odd"]), name=st.sampled_from(["Red", "Blue", "Green"]),
        ),
    )  # fmt: skip
    moved = st.tuples(
        group, st.builds(HomeMoved, group=st.just("house"), epoch=EPOCH, to=NODE, through=st.integers(0, 4))
    )
    released = st.builds(HomeReleased, group=st.just("house"), epoch=EPOCH, through=st.integers(0, 4))
    letting_go = st.one_of(released, st.builds(HomeReleaseAsked, group=st.just("house"), to=NODE))
    corrected = st.builds(
        ClockCorrected, boot=st.sampled_from("uv"), began_at=st.integers(MONDAY_10 - 30, MONDAY_10 + 30)
    )
    of_nodes = st.one_of(corrected, st.just(NodeNoticed(what="forked")))
    plain = st.sampled_from([Filled(what="x"), Taken(), Burst(name="Red"), Burst(name="boom"), Sung()])
    named = st.sampled_from(some).map(lambda one: Undone(entry=one))
    return st.one_of(
        verdict, verdict, verdict, moved, moved, st.tuples(group, letting_go),
        st.tuples(BOX, st.just(Asked(name="Red"))), st.tuples(BOX, plain), st.tuples(BOX, named),
        st.tuples(NODE.map("node:{}".format), of_nodes), st.tuples(group, named),
        st.tuples(st.just("privacy:x"), st.builds(PrivateEmptied, entries=st.tuples(st.sampled_from(some)))),
    )  # fmt: skip


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Act], list[list[Act]]]:
    """The acts, and the pieces in which a second node gets them."""
    acts = draw(journals())
    shuffled = draw(st.permutations(acts))
    pieces: list[list[Act]] = []
    while shuffled:
        size = draw(st.integers(1, 6))
        pieces.append(list(shuffled[:size]))
        shuffled = shuffled[size:]
    return acts, pieces


def take_in(store: Store, acts: Sequence[Act]) -> None:
    with store.begin() as work:
        work.take_in([entry for act in acts for entry in act])


def undecided(store: Store) -> tuple[set[bytes], set[bytes]]:
    """The requests that are listed, and those that are undecided by the whole journal."""
    with store.begin() as work:
        listed = {bytes(row[0]) for row in work.rows("SELECT entry FROM local_request")}
        requests.refill(work.writer, afresh=True)
        return listed, {bytes(row[0]) for row in work.rows("SELECT entry FROM local_request")}


def check(folder: Path, acts: list[Act], pieces: list[list[Act]], urls: dict[str, str]) -> None:
    stores = {
        node: toy_store(folder, FakeClock(), node=node, url=urls.get(node, ""), founded=False)
        for node in ("one", "two")
    }
    try:
        take_in(stores["one"], acts)
        for n, piece in enumerate(pieces):
            take_in(stores["two"], piece)
            if n == len(pieces) // 2:
                assert differences(stores["two"]) == []
        for store in stores.values():
            assert differences(store) == []
            listed, wanted = undecided(store)
            assert listed == wanted
        assert table_hash(stores["one"]) == table_hash(stores["two"])
        before = table_hash(stores["two"])
        for piece in reversed(pieces):
            take_in(stores["two"], piece)
        assert table_hash(stores["two"]) == before
    finally:
        for store in stores.values():
            store.close()


@given(arrivals())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_equal_entries_make_equal_rows_whatever_came_first(came: tuple[list[Act], list[list[Act]]]) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        check(Path(folder), *came, {})


@pytest.fixture(scope="module")
def cluster(postgres: Cluster) -> Cluster:
    return postgres


@given(arrivals())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_postgresql_comes_to_the_same_rows(cluster: Cluster, came: tuple[list[Act], list[list[Act]]]) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        check(Path(folder), *came, {"two": cluster.new_database()})
