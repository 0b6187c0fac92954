"""Anything that comes over the line: no error leaves a machine, and the healthy ones do not notice."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.journal.verify import table_hash, verify
from sync.events import Received
from sync.protocol import AnyFrame, encode
from tests.sync.forging import entry, up
from tests.sync.test_protocol import entries, frames
from tests.sync.wire import Wire

LONG = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
"""How many examples says the profile; `--hypothesis-profile=long` takes one processor about ten minutes."""

PLACES = st.integers(0, 2**16)
"""To be taken modulo: how long a frame is follows from the machine's state, which every example changes."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Wire]:
    folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    made = Wire(folder, "one", "two")
    for n in range(5):
        made.fill("one", "a", f"{n}")
        made.fill("two", "b", f"{n}")
    made.settle(3)
    yield made
    made.close()
    shutil.rmtree(folder)


def truthful(wire: Wire, frame: AnyFrame, data: st.DataObject) -> AnyFrame:
    """Put into a frame what a machine looks at first, so that more of it is looked at."""
    state, tip = wire.sync("one"), wire.tip("one")
    known: dict[str, Any] = {"node": "one", "term": state.term, "epoch": tip.epoch}
    fields = {field.name for field in msgspec.structs.fields(frame)}
    chosen = {name for name in known if data.draw(st.integers(0, 9)) < 9}
    near = {
        "seq": tip.seq,
        "first": tip.seq + 1,
        "start": state.applied + 1,
        "expected": tip.seq,
        "after": state.applied,
    }
    for name, value in near.items():
        if data.draw(st.booleans()):
            known[name] = max(1, value + data.draw(st.integers(-3, 3)))
            chosen.add(name)
    changed = {name: value for name, value in known.items() if name in fields and name in chosen}
    return msgspec.structs.replace(frame, **changed)


def give(wire: Wire, payload: bytes) -> None:
    wire.machines["central"].step(Received("up", "one", payload))
    wire.machines["one"].step(Received("down", "one", payload))
    wire.machines["one"].step(Received("live", "", payload))
    wire.machines["one"].step(Received("head", "", payload))
    wire.machines["central"].step(Received("status", "one", payload))
    for env in wire.envs.values():
        env.now += 100


def looked_at(wire: Wire) -> None:
    """Let staff have looked at what was set aside, or a node that sends nothing else is heard no more."""
    with wire.stores["central"].begin() as work:
        work.execute("UPDATE local_quarantine SET state = 'dropped' WHERE state = 'open'")


@LONG
@given(frames, st.data())
def test_no_frame_makes_a_machine_fail(shared: Wire, frame: AnyFrame, data: st.DataObject) -> None:
    give(shared, encode(truthful(shared, frame, data)))


@LONG
@given(st.lists(st.lists(entries(), min_size=1, max_size=3), min_size=1, max_size=4), st.data())
def test_no_act_makes_central_fail(shared: Wire, acts: list[list[Any]], data: st.DataObject) -> None:
    made = [[entry(), *act][:2] if data.draw(st.booleans()) else act for act in acts]
    looked_at(shared)
    frame = up(shared, "one", made)
    give(shared, encode(frame))
    with shared.stores["central"].reader() as read:
        after = read.watermark("one", frame.epoch)
    assert after.seq >= frame.first, "it was taken or set aside: the stream goes on"


@LONG
@given(st.data())
def test_no_changed_byte_makes_a_machine_fail(shared: Wire, data: st.DataObject) -> None:
    acts = [[entry()], [entry(parts=2), entry(part=1, parts=2)], [entry()]]
    text = bytearray(zlib.decompress(encode(up(shared, "one", acts))[2:]))
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(PLACES) % len(text)] = data.draw(st.integers(0, 255))
    give(shared, b"T1" + zlib.compress(bytes(text)))


@LONG
@given(st.data())
def test_no_changed_field_makes_a_machine_fail(shared: Wire, data: st.DataObject) -> None:
    frame = up(shared, "one", [[entry()], [entry()]])
    rows = msgspec.json.decode(frame.acts)
    row = rows[data.draw(st.integers(0, 1))][0]
    place = data.draw(PLACES) % len(row)
    row[place] = data.draw(
        st.sampled_from(
            [
                None,
                "",
                "\x00",
                "\ud7ff",
                "a\nb",
                -1,
                0,
                2**31,
                2**53,
                2**63,
                1e308,
                0.5,
                [],
                {},
                True,
                "x" * 70_000,
            ]
        )
    )
    give(shared, encode(msgspec.structs.replace(frame, acts=msgspec.Raw(msgspec.json.encode(rows)))))


@pytest.fixture(scope="module", autouse=True)
def healthy(shared: Wire) -> Iterator[None]:
    """After all of it: the other kiosk and central go on, and hold the same."""
    yield
    for env in shared.envs.values():
        env.now += 600_000
    looked_at(shared)
    done = shared.fill("two", "h", "healthy")
    shared.settle()
    assert done.id in shared.ids("central")
    assert shared.ids("two") == shared.ids("central")
    assert table_hash(shared.stores["two"]) == table_hash(shared.stores["central"])
    for name in ("central", "two"):
        assert verify(shared.stores[name]).faults == ()
    assert shared.node("two").status().unacked == 0
