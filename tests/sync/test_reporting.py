"""What a disk holds that central has lost comes back, also if central did not ask this disk for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import sync.central
from sharing.journal.entry import Entry
from sync.at_central.quarantine import drop
from sync.protocol import MOST_ENTRIES, Bring, Have, Refused, Up, Want, decode
from sync.wire.acts import pack
from tests.sharing.journal.toys import Named
from tests.sync.forging import entry, up
from tests.sync.test_bad_input import damage
from tests.sync.test_restored import restore
from tests.sync.wire import Wire, sent


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path, "one", "two")
    made.settle(3)
    yield made
    made.close()


def only_the_copy_heard_of_it(wire: Wire) -> Entry:
    """Let a copy of a machine hold what central wrote, lost and does not ask it for: the other reported."""
    image = wire.image("central", "backup")
    wire.clone("one", "copy")
    wire.run()
    for name in ("one", "two"):
        wire.disconnect(name)
    lost = wire.fill("central", "a", "heard by the copy alone")
    wire.settle(3)
    assert lost.id in wire.ids("copy")
    wire.disconnect("copy")
    restore(wire, image)
    for name in ("one", "two"):
        wire.connect(name)
    wire.settle()
    assert not wire.sync("central").restoring, "one machine has reported under each name"
    return lost


def test_a_copy_brings_what_it_alone_holds_though_the_other_has_reported(wire: Wire) -> None:
    lost = only_the_copy_heard_of_it(wire)
    wire.connect("copy")
    wire.settle()
    assert lost.id in wire.ids("central")
    wire.assert_alike("central", "one", "copy", "two")


def test_it_brings_it_after_a_stop_in_the_midst_of_telling_too(wire: Wire) -> None:
    lost = only_the_copy_heard_of_it(wire)
    wire.lost = lambda who, send: who == "copy" and isinstance(decode(send.payload), Have)
    wire.connect("copy")
    wire.settle(3)
    assert wire.sync("copy").term == wire.sync("central").term
    assert lost.id not in wire.ids("central")
    wire.disconnect("copy")
    wire.lost = lambda _who, _send: False
    wire.start("copy")
    wire.settle()
    assert lost.id in wire.ids("central")
    wire.assert_alike("central", "one", "copy", "two")


def test_staff_hear_of_two_disks_when_one_that_has_reported_brings_something(wire: Wire) -> None:
    only_the_copy_heard_of_it(wire)
    assert "cloned" not in [kind for kind, _ in wire.cases("central")]
    wire.connect("copy")
    wire.settle()
    assert ("cloned", "") in wire.cases("central")


def test_who_holds_nothing_else_tells_nothing_however_often_it_starts(wire: Wire) -> None:
    only_the_copy_heard_of_it(wire)
    wire.connect("copy")
    wire.settle()
    wire.log.clear()
    for name in ("one", "two", "copy"):
        wire.disconnect(name)
        wire.fill(name, "c", "not sent yet")
        wire.start(name)
    wire.settle()
    assert wire.frames(Have) == []
    assert len(wire.frames(Up)) >= 3
    wire.assert_alike("central", "one", "copy", "two")


def test_staff_hear_once_of_what_cannot_be_taken_however_often_it_is_brought(wire: Wire) -> None:
    restore(wire, wire.image("central", "backup"))
    wire.settle()
    bad = entry(private_digest=b"x" * 32)
    for _ in range(2):
        wire.start("central")
        bring = Bring(node="one", term=wire.sync("central").term, acts=pack([[bad]]))
        wire.send("central", "up", bring, "one")
        wire.clocks["central"].forward(hours=25)
    with wire.stores["central"].reader() as read:
        assert [one.node for one in read.quarantined()] == ["one"]
    assert [kind for kind, _ in wire.cases("central") if kind == "quarantined"] == ["quarantined"]


def test_a_frame_full_of_nothing_fills_no_quarantine(wire: Wire) -> None:
    restore(wire, wire.image("central", "backup"))
    wire.settle()
    refused = Refused(reason="malformed")
    for count, aside, answer in ((MOST_ENTRIES + 1, 0, [refused]), (MOST_ENTRIES, MOST_ENTRIES, [])):
        acts = msgspec.Raw(msgspec.json.encode([[n] for n in range(count)]))
        bring = Bring(node="one", term=wire.sync("central").term, acts=acts)
        assert sent(wire.send("central", "up", bring, "one"), Refused) == answer
        with wire.stores["central"].reader() as read:
            assert read.count_aside() == aside


def test_what_a_disk_has_damaged_keeps_nothing_else_from_a_restored_central(wire: Wire) -> None:
    wire.disconnect("two")
    image = wire.image("central", "backup")
    first, damaged, last = (wire.fill("central", "a", f"{n}") for n in range(3))
    wire.settle(3)
    wire.disconnect("one")
    damage(wire, "one", damaged)
    own = wire.fill("one", "b", "not sent yet")
    restore(wire, image)
    for name in ("one", "two"):
        wire.connect(name)
    wire.settle()
    assert {first.id, last.id, own.id} <= wire.ids("central")
    assert damaged.id not in wire.ids("central")
    assert not wire.sync("central").restoring
    assert "quarantined" in {kind for kind, _ in wire.cases("two")}


def test_what_one_disk_has_damaged_is_asked_of_the_next(wire: Wire) -> None:
    image = wire.image("central", "backup")
    lost = wire.fill("central", "a", "damaged on one disk of two")
    wire.settle(3)
    for name in ("one", "two"):
        wire.disconnect(name)
    damage(wire, "one", lost)
    restore(wire, image)
    wire.connect("one")
    wire.settle()
    assert lost.id not in wire.ids("central")
    wire.connect("two")
    wire.settle()
    assert lost.id in wire.ids("central")


def test_what_staff_dropped_as_forged_does_not_come_in_after_a_restore(wire: Wire) -> None:
    forged = entry(Named(group="house", home_epoch=1, n=9, name="x"), nature="verdict")
    wire.send("central", "up", up(wire, "one", [[forged]]), "one")
    drop(wire.stores["central"], 1)
    restore(wire, wire.image("central", "backup"))
    term = wire.sync("central").term
    wire.send("central", "up", Bring(node="one", term=term, acts=pack([[forged]])), "one")
    (want,) = sent(
        wire.send("central", "up", Have(node="one", term=term, nonce=1, ids=(forged.id,), last=True), "one"),
        Want,
    )
    assert want.ids == ()
    assert forged.id not in wire.ids("central")
    with wire.stores["central"].reader() as read:
        assert [one.state for one in read.quarantined(None)] == ["dropped"]


def test_who_has_too_much_in_quarantine_asks_seldom(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    image = wire.image("central", "backup")
    lost = wire.fill("central", "a", "heard by both")
    wire.settle(3)
    restore(wire, image)
    monkeypatch.setattr(sync.central, "MOST_SET_ASIDE", 0)
    wire.log.clear()
    wire.settle()
    assert len(wire.frames(Have)) < 20
    monkeypatch.undo()
    wire.settle()
    assert lost.id in wire.ids("central")
