"""What was set aside holds what people wrote: it goes when it is needed no more, or was emptied elsewhere."""

from __future__ import annotations

import base64
from typing import Any

from sharing.journal.entry import Draft
from sharing.journal.shapes import PrivateEmptied
from sync.at_central import quarantine
from sync.events import Tick
from sync.wire.acts import unpack_one
from tests.sharing.journal.toys import Filled, Named
from tests.sync.forging import entry, tampered, up
from tests.sync.wire import Wire

HIDDEN = base64.b64encode(b'{"name":"Ada"}')


def raws(wire: Wire) -> list[bytes]:
    with wire.stores["central"].reader() as read:
        return [one.raw for one in read.quarantined(None)]


def is_told(raw: bytes) -> bool:
    return b'"Ada"' in raw or HIDDEN in raw  # with its quotes: ids are letters too, by chance these


def set_aside(wire: Wire) -> Any:
    """Let an act be set aside that can be taken in by staff: a decision of somebody who is not home."""
    by_one = entry(Named(group="house", home_epoch=1, n=9, name="x"), nature="verdict")
    wire.send("central", "up", up(wire, "one", [[by_one]]), "one")
    (raw,) = raws(wire)
    assert is_told(raw)
    return by_one


def empty(wire: Wire, one: Any) -> None:
    with wire.stores["central"].begin() as work:
        named = PrivateEmptied(entries=(one.hex,))
        work.append(work.new_id(), [Draft(f"privacy:{one.hex}", named)])


def test_what_staff_took_in_is_not_kept_a_second_time(wire: Wire) -> None:
    by_one = set_aside(wire)
    quarantine.release(wire.stores["central"], 1)
    assert by_one.id in wire.ids("central")
    assert raws(wire) == [b""]


def test_what_staff_dropped_holds_nobody_any_more(wire: Wire) -> None:
    by_one = set_aside(wire)
    quarantine.drop(wire.stores["central"], 1)
    (raw,) = raws(wire)
    assert not is_told(raw)
    (left,) = unpack_one(raw)
    assert (left.id, left.data, left.private, left.salt) == (by_one.id, by_one.data, None, None)


def test_what_staff_dropped_and_nobody_can_read_is_gone(wire: Wire) -> None:
    frame = up(wire, "one", [[entry()]])
    broken = tampered(frame, bytes(frame.acts).replace(b'"box.filled"', b"17", 1))
    wire.send("central", "up", broken, "one")
    assert is_told(raws(wire)[0])
    quarantine.drop(wire.stores["central"], 1)
    assert raws(wire) == [b""]


def test_what_was_emptied_is_emptied_in_the_quarantine_too(wire: Wire) -> None:
    by_one = set_aside(wire)
    empty(wire, by_one)
    wire.step("central", Tick())
    assert not is_told(raws(wire)[0])
    quarantine.release(wire.stores["central"], 1)
    wire.settle(3)
    wire.assert_alike("central", "two")


def test_what_was_emptied_before_it_is_set_aside_comes_in_empty(wire: Wire) -> None:
    by_one = entry(Named(group="house", home_epoch=1, n=9, name="x"), nature="verdict")
    empty(wire, by_one)
    wire.step("central", Tick())
    wire.send("central", "up", up(wire, "one", [[by_one]]), "one")
    assert not is_told(raws(wire)[0])


def test_a_central_that_starts_over_a_backup_empties_its_quarantine_too(wire: Wire) -> None:
    by_one = set_aside(wire)
    empty(wire, by_one)
    wire.start("central")
    wire.step("central", Tick())
    assert not is_told(raws(wire)[0])


def test_the_others_parts_of_an_act_stay_as_they_were(wire: Wire) -> None:
    act = b"a" * 16
    two = [entry(act=act, part=n, parts=2, subject=f"box:{n}") for n in range(2)]
    forged = [*two[:1], entry(Filled(what="x"), act=act, part=1, parts=3)]
    wire.send("central", "up", up(wire, "one", [forged]), "one")
    empty(wire, forged[0])
    wire.step("central", Tick())
    left = unpack_one(raws(wire)[0])
    assert [one.private for one in left] == [None, forged[1].private]
