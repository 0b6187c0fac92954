"""Central comes from a backup: what it lacks is brought, and it decides nothing before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sharing.journal.entry import Draft
from sync.at_central.restoring import end_wait
from sync.protocol import Bring, Have, Refused, Up, Want, Welcome, decode
from sync.wire.acts import pack
from tests.sharing.journal.toys import Filled, Named
from tests.sync.forging import entry
from tests.sync.test_homes import ask, decide, homes, names
from tests.sync.wire import Wire, sent


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path, "one", "two", decide=decide)
    made.settle(3)
    yield made
    made.close()


def restore(wire: Wire, image: Path) -> None:
    """Put an older state of central back, as its command does."""
    wire.disconnect("central")
    wire.put_back("central", image)
    with wire.stores["central"].begin() as work:
        work.new_epoch()
        work.new_term()
        work.set_sync(restoring=1)
        for peer in work.peers():
            work.note_peer(peer.node, reported=0)
    wire.start("central")


def test_what_central_lost_comes_back_from_the_nodes(wire: Wire) -> None:
    wire.fill("one", "a", "in the backup")
    wire.settle(3)
    image = wire.image("central", "backup")
    lost = [wire.fill("one", "b", "lost"), wire.fill("two", "c", "lost"), wire.fill("central", "d", "lost")]
    wire.settle(3)
    restore(wire, image)
    wire.settle()
    assert {one.id for one in lost} <= wire.ids("central")
    wire.assert_alike()
    assert not wire.sync("central").restoring
    assert len({wire.sync(name).term for name in wire.stores}) == 1


def test_what_only_one_node_holds_of_all_others_comes_back_too(wire: Wire) -> None:
    image = wire.image("central", "backup")
    gone = wire.fill("two", "c", "written by a node that is gone")
    wire.settle(3)
    wire.disconnect("two")
    with wire.stores["central"].begin() as work:
        work.revoke_peer("two")
    restore(wire, image)
    with wire.stores["central"].begin() as work:
        work.revoke_peer("two")
    wire.settle()
    assert gone.id in wire.ids("central")
    wire.assert_alike("central", "one")


def test_what_a_node_has_not_sent_yet_comes_as_well(wire: Wire) -> None:
    image = wire.image("central", "backup")
    wire.disconnect("one")
    alone = [wire.fill("one", "b", f"{n}") for n in range(20)]
    wire.fill("two", "c", "lost")
    wire.settle(3)
    restore(wire, image)
    wire.connect("one")
    wire.settle()
    assert {one.id for one in alone} <= wire.ids("central")
    wire.assert_alike()


def test_a_node_of_an_earlier_stream_brings_what_it_wrote_there(wire: Wire) -> None:
    backup = wire.image("central", "backup")
    older = wire.image("one", "older")
    lost = wire.fill("one", "b", "in the first stream")
    wire.settle(3)
    wire.put_back("one", older)
    wire.settle()
    assert lost.id in wire.ids("one")
    restore(wire, backup)
    wire.settle()
    assert lost.id in wire.ids("central")
    wire.assert_alike()


def test_central_decides_nothing_until_every_node_reported(wire: Wire) -> None:
    ask(wire, "one", "a")
    wire.settle(3)
    image = wire.image("central", "backup")
    ask(wire, "one", "b")
    wire.settle(3)
    before = names(wire, "one")
    wire.disconnect("two")
    restore(wire, image)
    ask(wire, "one", "c")
    wire.settle()
    assert "c" not in names(wire, "central")
    assert wire.central.status().restoring
    wire.connect("two")
    wire.settle()
    assert not wire.central.status().restoring
    assert names(wire, "central")["c"]
    after = names(wire, "central")
    assert {box: after[box] for box in before} == before, "what people saw stays"
    assert "verdict_void" not in [kind for kind, _ in wire.cases("central")]
    wire.assert_alike()


def test_staff_end_the_wait_for_a_node_that_is_gone(wire: Wire) -> None:
    image = wire.image("central", "backup")
    wire.disconnect("two")
    restore(wire, image)
    ask(wire, "one", "c")
    wire.settle()
    assert names(wire, "central") == {}
    end_wait(wire.stores["central"])
    wire.settle()
    assert names(wire, "one")["c"]
    wire.assert_alike("central", "one")


def test_who_comes_after_the_wait_was_ended_brings_what_it_has(wire: Wire) -> None:
    image = wire.image("central", "backup")
    ask(wire, "two", "a")
    wire.settle(3)
    wire.disconnect("one")
    wire.disconnect("two")
    restore(wire, image)
    end_wait(wire.stores["central"])
    wire.settle()
    wire.connect("two")
    wire.settle()
    wire.connect("one")
    wire.settle()
    wire.assert_alike()
    assert len(wire.ids("central")) >= 4
    assert names(wire, "central")["a"].startswith("central")


def test_a_home_elsewhere_goes_on_deciding_and_nothing_it_decided_is_refused(wire: Wire) -> None:
    image = wire.image("central", "backup")
    wire.move_home("one")
    wire.settle(3)
    ask(wire, "two", "a")
    wire.settle(3)
    restore(wire, image)
    ask(wire, "two", "b")
    wire.settle()
    assert set(homes(wire).values()) == {"one"}, "the move was lost and came back with the first report"
    assert {box: name[:3] for box, name in names(wire, "central").items()} == {"a": "one", "b": "one"}
    with wire.stores["central"].reader() as read:
        assert read.quarantined() == []
    wire.assert_alike()


def test_a_node_reads_on_from_what_central_still_has(wire: Wire) -> None:
    for n in range(5):
        wire.fill("two", "a", f"{n}")
    wire.settle(3)
    image = wire.image("central", "backup")
    held = wire.sync("central").applied
    for n in range(5):
        wire.fill("two", "b", f"{n}")
    wire.settle(3)
    restore(wire, image)
    wire.log.clear()
    wire.settle()
    welcomes = [one for one in wire.frames(Welcome, "central") if one.node == "one" and one.report]
    assert welcomes
    assert welcomes[0].terms[-1][1] == held
    wire.assert_alike()


def test_a_node_that_missed_two_restores_reads_from_the_beginning(wire: Wire) -> None:
    first = wire.image("central", "backup")
    restore(wire, first)
    wire.fill("two", "a", "of the second term")
    wire.settle()
    restore(wire, first)
    wire.settle()
    wire.assert_alike()
    with wire.stores["central"].reader() as read:
        assert len(read.terms()) == 2


def test_a_second_restore_while_the_first_one_waits(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    image = wire.image("central", "backup")
    wire.fill("one", "b", "y")
    wire.settle(3)
    wire.disconnect("two")
    restore(wire, image)
    wire.settle(3)
    again = wire.image("central", "backup 2")
    wire.fill("one", "c", "z")
    wire.settle(3)
    restore(wire, again)
    wire.connect("two")
    wire.settle()
    wire.assert_alike()


def test_reports_and_what_is_brought_may_be_lost_and_come_twice(wire: Wire) -> None:
    image = wire.image("central", "backup")
    for n in range(30):
        wire.fill("one", "abc"[n % 3], f"{n}")
    wire.settle(3)
    count = 0

    def lost(_who: str, _send: object) -> bool:
        nonlocal count
        count += 1
        return count % 2 == 0

    restore(wire, image)
    wire.lost = lost
    wire.settle()
    wire.lost = lambda _who, _send: False
    wire.settle()
    wire.assert_alike()


def test_a_long_report_goes_in_chunks(wire: Wire) -> None:
    image = wire.image("central", "backup")
    for _ in range(30):
        wire.write("two", *[Draft(f"box:{n}", Filled(what="x")) for n in range(150)])
    wire.settle()
    wire.log.clear()
    restore(wire, image)
    wire.settle()
    haves = wire.frames(Have, "one")
    assert max(len(one.ids) for one in haves) <= 2000
    assert len({one.ids[0] for one in haves if one.ids}) >= 2
    wire.assert_alike()


def test_own_entries_wait_until_the_report_is_done(wire: Wire) -> None:
    image = wire.image("central", "backup")
    wire.fill("one", "a", "x")
    wire.settle(3)
    restore(wire, image)
    wire.log.clear()
    wire.lost = lambda _who, send: send.channel == "down" and isinstance(decode(send.payload), Want)
    wire.settle(5)
    assert wire.frames(Up, "one") == []
    wire.lost = lambda _who, _send: False
    wire.settle()
    wire.assert_alike()


def test_nobody_brings_anything_when_central_does_not_ask(wire: Wire) -> None:
    forged = entry()
    bring = Bring(node="one", term=wire.sync("one").term, acts=pack([[forged]]))
    wire.send("central", "up", bring, "one")
    assert forged.id not in wire.ids("central")


def test_what_is_brought_and_cannot_be_taken_is_set_aside_and_asked_for_once(wire: Wire) -> None:
    restore(wire, wire.image("central", "backup"))
    term = wire.sync("central").term
    bad, good = entry(private_digest=b"x" * 32), entry()
    have = Have(node="one", term=term, nonce=9, ids=(bad.id, good.id), last=True)
    (want,) = sent(wire.send("central", "up", have, "one"), Want)
    assert want.ids == (bad.id, good.id)
    wire.send("central", "up", Bring(node="one", term=term, acts=pack([[bad], [good]])), "one")
    (want,) = sent(wire.send("central", "up", have, "one"), Want)
    assert want == msgspec.structs.replace(want, ids=(), nonce=9)
    assert good.id in wire.ids("central")
    with wire.stores["central"].reader() as read:
        assert [one.node for one in read.quarantined()] == ["one"]
        assert {one.node: one.reported for one in read.peers()} == {"one": 1, "two": 0}


def test_who_fills_the_quarantine_with_what_it_brings_is_heard_no_more(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.MOST_SET_ASIDE", 3)
    restore(wire, wire.image("central", "backup"))
    term, answers = wire.sync("central").term, list[Refused]()
    for _ in range(5):
        bad = Bring(node="one", term=term, acts=pack([[entry(private_digest=b"x" * 32)]]))
        answers = sent(wire.send("central", "up", bad, "one"), Refused)
    assert [one.reason for one in answers] == ["quarantine_full"]
    with wire.stores["central"].reader() as read:
        assert read.count_aside("one") == 3


def test_a_decision_in_disguise_is_not_brought_either(wire: Wire) -> None:
    restore(wire, wire.image("central", "backup"))
    term = wire.sync("central").term
    told = entry(Named(group="house", home_epoch=1, n=1, name="mine"))
    wire.send("central", "up", Bring(node="one", term=term, acts=pack([[told]])), "one")
    assert told.id not in wire.ids("central")
