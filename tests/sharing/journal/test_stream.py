from __future__ import annotations

import pytest

from sharing.errors import Damaged
from sharing.journal.chain import GENESIS
from sharing.journal.database import execute
from sharing.journal.entry import Draft
from sharing.journal.peers import Peer
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.stream import Handed
from sharing.journal.verify import table_hash, verify
from tests.fakes import FakeClock
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import stream_of
from tests.sharing.journal.test_absorb import append, box, empty, fill, private_parts
from tests.sharing.journal.test_verify import drop_triggers
from tests.sharing.journal.toys import Filled

MUCH = 10**6
FIRST_TWICE = "UPDATE stream SET entry = (SELECT entry FROM stream WHERE gsn = 1) WHERE gsn = 2"


@pytest.fixture
def central(make: MakeStore) -> Store:
    """A central in its first term that has handed on its founding."""
    store = make("central")
    with store.begin() as work:
        work.set_sync(role="central")
        work.new_term()
        work.hand_on()
    return store


@pytest.fixture
def node(make: MakeStore, central: Store) -> Store:
    """A node that joined and has heard nothing yet."""
    store = make("node", clock=FakeClock(), founded=False)
    with central.reader() as read:
        term = read.sync().term
    with store.begin() as work:
        work.set_sync(role="node", term=term)
    return store


def bring(source: Store, central: Store) -> None:
    """Bring all own acts of a node that the central lacks, and give them numbers."""
    with source.reader() as read:
        epoch = read.tip().epoch
        acts = read.own_acts(epoch, 0, MUCH, MUCH)
    with central.begin() as work:
        known = work.watermark(source.node, epoch).seq
        for act in acts:
            if act.first_seq > known:
                work.absorb(act.entries, source.node, epoch, act.first_seq)
        work.hand_on()


def fetch(central: Store, node: Store) -> int:
    with node.reader() as read:
        now = read.sync()
    with central.reader() as read:
        part = read.handed(now.applied, MUCH, MUCH)
    with node.begin() as work:
        return work.receive(now.term, part.from_gsn, [one for act in part.acts for one in act])


def tip(store: Store) -> tuple[int, int]:
    with store.reader() as read:
        return read.sync().applied, read.unacked()


def whole(*stores: Store) -> None:
    for store in stores:
        assert verify(store).faults == ()
        assert differences(store) == []
    assert len({table_hash(store) for store in stores}) == 1


def test_what_a_node_wrote_comes_back_to_it_with_a_number_and_is_not_new(central: Store, node: Store) -> None:
    fill(node, "a", "x")
    bring(node, central)
    assert fetch(central, node) == 1  # the founding of the house
    assert tip(node) == (2, 1)
    whole(central, node)


def test_a_node_has_no_positions_of_others_and_is_whole_all_the_same(central: Store, node: Store) -> None:
    fill(central, "a", "x")
    with central.begin() as work:
        work.hand_on()
    assert fetch(central, node) == 2
    with node.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM position") == [(0,)]
    whole(central, node)


def test_what_another_process_of_the_central_wrote_is_handed_on_before_what_came_just_now(
    central: Store, node: Store
) -> None:
    first, second = fill(central, "a", "x"), fill(node, "b", "y")
    bring(node, central)
    with central.reader() as read:
        handed = read.handed(1, MUCH, MUCH)
    assert [act[0].id for act in handed.acts] == [first.id, second.id]


def test_nothing_gets_a_second_number(central: Store, node: Store) -> None:
    fill(node, "a", "x")
    bring(node, central)
    bring(node, central)
    with node.begin() as work:
        work.new_epoch()
    bring(node, central)
    with central.begin() as work:
        new = work.append(work.new_id(), [Draft("box:b", Filled(what="y"))])
        assert work.hand_on() == Handed(3, 3, [new])
        assert work.hand_on() == Handed(4, 3, [])
    with central.begin() as work:
        work.new_epoch()
        work.hand_on()
    assert tip(central) == (3, 0)
    whole(central)


def test_a_node_hands_nothing_on(node: Store) -> None:
    with pytest.raises(Damaged, match="no central"), node.begin() as work:
        work.hand_on()


@pytest.mark.parametrize(("first", "other_term"), [(2, 0), (0, 0), (1, 1)])
def test_only_what_follows_is_received(central: Store, node: Store, first: int, other_term: int) -> None:
    with central.reader() as read:
        entries = read.handed(0, MUCH, MUCH).acts[0]
    with node.reader() as read:
        term = read.sync().term
    with pytest.raises(Damaged, match="does not follow"), node.begin() as work:
        work.receive(term + other_term, first, entries)
    assert tip(node) == (0, 0)


def test_pieces_are_whole_acts_within_both_limits_and_at_least_one(central: Store) -> None:
    for parts in (3, 200, 150):
        append(central, *[Draft(f"box:{n}", Filled(what="x" * 50)) for n in range(parts)])
    with central.begin() as work:
        work.hand_on()
    with central.reader() as read:
        assert [len(act) for act in read.handed(0, 500, MUCH).acts] == [1, 3, 200, 150]
        assert [len(act) for act in read.handed(0, 300, MUCH).acts] == [1, 3, 200]
        assert [len(act) for act in read.handed(1, 1, MUCH).acts] == [3]
        assert [len(act) for act in read.handed(4, 1, 1).acts] == [200]
        assert [len(act) for act in read.handed(0, 500, 2000).acts] == [1, 3]
        assert read.handed(354, 500, MUCH) == Handed(355, 354, [])
        own = read.own_acts(read.tip().epoch, 1, 210, MUCH)
        assert [(act.first_seq, len(act.entries)) for act in own] == [(2, 3), (5, 200)]
        assert own[0].chain == read.chain_at("central", read.tip().epoch, 4)


def test_what_was_emptied_is_handed_on_empty(central: Store, node: Store) -> None:
    filled = fill(central, "a", "x")
    empty(central, filled)
    with central.begin() as work:
        work.hand_on()
    fetch(central, node)
    assert private_parts(node, filled) == [(None, None)]
    whole(central, node)


def test_a_new_stream_holds_what_was_not_confirmed_and_goes_on_in_the_same_transaction(node: Store) -> None:
    entries = [fill(node, "a", "x") for _ in range(4)]
    with node.reader() as read:
        old = read.tip()
        chain = read.chain_at("node", old.epoch, 2)
    with node.begin() as work:
        work.set_sync(acked_epoch=old.epoch, acked=2, acked_chain=chain)
    assert tip(node) == (0, 2)
    with node.begin() as work:
        epoch = work.new_epoch()
        new = work.append(work.new_id(), [Draft("box:b", Filled(what="y"))])
        acts = work.own_acts(epoch, 0, MUCH, MUCH)
    assert epoch != old.epoch
    assert [act.entries[0].id for act in acts] == [entries[2].id, entries[3].id, new[0].id]
    assert tip(node) == (0, 3)
    assert verify(node).faults == ()


def test_a_new_stream_without_anything_unconfirmed_holds_the_last_act_for_what_its_clock_said(
    make: MakeStore,
) -> None:
    clock = FakeClock()
    node = make("node", clock=clock)
    append(node, *[Draft(f"box:{n}", Filled(what="x")) for n in range(3)])
    with node.begin() as work:
        mine = work.tip()
        work.set_sync(acked_epoch=mine.epoch, acked=mine.seq, acked_chain=mine.chain)
        work.new_epoch()
        assert (work.tip().seq, work.unacked()) == (3, 3)
    then, clock.at = clock.at, 0
    with node.begin() as work:
        assert work.now >= then


def test_a_node_that_wrote_nothing_can_begin_anew(node: Store) -> None:
    with node.begin() as work:
        epoch = work.new_epoch()
        assert (work.tip().epoch, work.tip().seq, work.tip().chain) == (epoch, 0, GENESIS)
    fill(node, "a", "x")
    assert tip(node) == (0, 1)


def test_an_act_that_is_set_aside_keeps_its_place_and_the_stream_goes_on(central: Store, node: Store) -> None:
    fill(node, "a", "x")
    bad = append(node, Draft("box:a", Filled(what="y")), Draft("box:b", Filled(what="z")))
    fill(node, "a", "last")
    epoch, (first, aside, last) = stream_of(node, "node")
    with node.reader() as read:
        chain = read.chain_at("node", epoch, 3)
    assert chain is not None
    with central.begin() as work:
        work.absorb(first, "node", epoch, 1)
        work.skip("node", epoch, 2, [one.id for one in aside], chain)
        n = work.quarantine(node="node", epoch=epoch, seq=2, act=bad[0].act, parts=2, reason="x", raw=b"raw")
        assert n == work.quarantine(
            node="node", epoch=epoch, seq=2, act=bad[0].act, parts=2, reason="again", raw=b""
        )
        work.absorb(last, "node", epoch, 4)
        work.hand_on()
        assert work.watermark("node", epoch).seq == 4
        assert work.chain_at("node", epoch, 2) is None
        assert work.chain_at("node", epoch, 3) == chain
    assert verify(central).faults == ()
    assert (box(central, "a") or {})["what"] == "last"
    with central.begin() as work:
        (found,) = work.quarantined()
        assert (found.raw, found.parts, found.state) == (b"raw", 2, "open")
        work.take_in(aside)
        work.settle_quarantine(n, "released")
        work.hand_on()
        assert work.quarantined() == []
        assert [one.state for one in work.quarantined(None)] == ["released"]
    fetch(central, node)
    whole(central, node)


def test_a_position_without_its_entry_is_a_fault_unless_it_was_set_aside(central: Store, node: Store) -> None:
    fill(node, "a", "x")
    epoch, (first,) = stream_of(node, "node")
    with central.begin() as work:
        work.skip("node", epoch, 1, [first[0].id], b"\x01" * 32)
    (fault,) = verify(central).faults
    assert "the entry is missing" in fault


def test_after_a_new_term_a_node_offers_what_the_central_need_not_have(central: Store, node: Store) -> None:
    fill(central, "a", "x")
    with central.begin() as work:
        work.hand_on()
    fetch(central, node)
    own = fill(node, "b", "y")
    with central.reader() as read:
        ((first, _),) = read.terms()
        ids = [act[0].id for act in read.handed(0, MUCH, MUCH).acts]
    with node.reader() as read:
        assert read.ids_beyond([(first, 0)]) == [own.id]
        assert read.ids_beyond([(first, 0), (7, 1)]) == [ids[1], own.id]
        assert read.ids_beyond([(first, 0), (7, 0)]) == [*ids, own.id]
        assert read.ids_beyond([(7, 0)]) == [*ids, own.id]
        assert read.ids_beyond([(7, 0)], rising=False) == ids
        assert read.lacking([own.id, b"\x01" * 16, ids[0]]) == [b"\x01" * 16]
        assert [act[0].id for act in read.acts_with([own.id, b"\x01" * 16, ids[0], own.id])] == [
            own.id, ids[0],
        ]  # fmt: skip


def test_numbers_go_on_over_terms_and_are_handed_on_as_one_stream(central: Store, node: Store) -> None:
    fill(central, "a", "x")
    with central.begin() as work:
        work.hand_on()
        work.new_term()
        work.new_epoch()
        work.append(work.new_id(), [Draft("box:b", Filled(what="y"))])
        assert work.hand_on().from_gsn == 3
        (_, first), (term, second) = work.terms()
    assert (first, second) == (0, 2)
    with node.begin() as work:
        work.set_sync(term=term)
    assert fetch(central, node) == 3
    whole(central, node)


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("DELETE FROM stream WHERE gsn = 2", "numbers"),
        ("UPDATE stream SET gsn = 9 WHERE gsn = 4", "numbers"),
        ("UPDATE stream SET entry = (SELECT id FROM entry WHERE part = 1) WHERE gsn = 2", "split"),
        (FIRST_TWICE, "handed on twice"),
        (FIRST_TWICE, "never handed on"),
        ("UPDATE stream SET entry = (SELECT act FROM entry WHERE part = 1) WHERE gsn = 3", "is missing"),
        ("UPDATE local_sync SET applied = 5", "4 of 5 numbers"),
    ],
)  # fmt: skip
def test_a_stream_that_is_not_dense_or_not_whole_is_found(central: Store, sql: str, fault: str) -> None:
    fill(central, "a", "x")
    append(central, Draft("box:a", Filled(what="y")), Draft("box:b", Filled(what="z")))
    with central.begin() as work:
        work.hand_on()
    assert verify(central).faults == ()
    drop_triggers(central)
    assert execute(central.db, sql).rowcount > 0
    assert any(fault in one for one in verify(central).faults), verify(central).faults


def test_peers_are_added_noted_and_revoked(central: Store) -> None:
    with central.begin() as work:
        work.add_peer("b")
        work.add_peer("a")
        work.note_peer("a", epoch=5, software="1.0", kinds="{}")
        work.revoke_peer("b")
    with central.begin() as work:
        first, second = work.peers()
        assert first == Peer("a", first.added, 5, 0, None, None, "1.0", "{}", None, 0, 0, 0)
        assert second.revoked_at is not None
        work.add_peer("b")
        assert work.peers()[1].revoked_at is None
        with pytest.raises(TypeError):
            work.note_peer("a", colour="red")
        with pytest.raises(TypeError):
            work.set_sync(colour="red")
