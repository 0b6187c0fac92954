from __future__ import annotations

import pytest

from sharing.errors import NotHome
from sharing.journal.entry import Draft, Entry
from sharing.journal.rebuild import differences, fold_everything
from sharing.journal.shapes import HomeMoved, HomeReleaseAsked
from sharing.journal.store import Store
from sharing.journal.tables import Reign
from sharing.journal.verify import table_hash
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import stream_of
from tests.sharing.journal.test_absorb import append, assert_whole, box, cases, fill, hand_on, name
from tests.sharing.journal.toys import Asked, Named


class Pair:
    """A home, and another node that knows all of its first acts."""

    def __init__(self, make: MakeStore) -> None:
        self.home, self.other = make("one"), make("two", founded=False)
        self.tell()

    def tell(self) -> None:
        hand_on(self.home, self.other)

    def hear(self) -> None:
        hand_on(self.other, self.home)


@pytest.fixture
def pair(make: MakeStore) -> Pair:
    """A home and another node."""
    return Pair(make)


def hand_on_acts(source: Store, target: Store, *numbers: int) -> None:
    """Bring some acts of a node (the first is 0) without their places."""
    _, acts = stream_of(source, source.node)
    with target.begin() as work:
        work.take_in([entry for n in numbers for entry in acts[n]])


def ask(store: Store, *, key: str = "a") -> Entry:
    return append(store, Draft(f"box:{key}", Asked(name="Red"), nature="request"))[0]


def decide(store: Store, request: Entry, called: str = "Red") -> Entry:
    with store.begin() as work:
        epoch, n = work.verdict_stamp()
        data = Named(group="house", home_epoch=epoch, n=n, decides=request.hex, name=called)
        return work.append(work.new_id(), [Draft(request.subject, data)])[0]


def move(store: Store, to: str) -> Entry:
    with store.begin() as work:
        return work.move_home("house", to)


def release(store: Store) -> Entry:
    with store.begin() as work:
        return work.release_home()


def waiting(store: Store) -> list[bytes]:
    with store.begin() as work:
        return work.requests((Asked.KIND, HomeReleaseAsked.KIND))


def is_home(store: Store) -> bool:
    """Say what both a reader and a writer say."""
    with store.reader() as read:
        found = read.is_home()
    with store.begin() as work:
        assert work.is_home() is found
        if not found:
            with pytest.raises(NotHome):
                work.verdict_stamp()
    return found


def called(store: Store, key: str) -> object:
    return (box(store, key) or {}).get("name")


def void(store: Store) -> list[str]:
    return [entry for kind, _, entry in cases(store) if kind == "verdict_void"]


def test_verdicts_after_a_gap_show_nothing_until_it_is_filled(pair: Pair) -> None:
    for key in "abc":
        name(pair.home, key, key.upper())
    hand_on_acts(pair.home, pair.other, 1, 3)
    assert [called(pair.other, key) for key in "abc"] == ["A", None, None]
    assert cases(pair.other) == []
    assert differences(pair.other) == []
    hand_on_acts(pair.home, pair.other, 2)
    assert [called(pair.other, key) for key in "abc"] == ["A", "B", "C"]
    assert differences(pair.other) == []
    pair.tell()
    assert_whole(pair.home, pair.other)


def test_facts_after_a_held_verdict_fold_at_once(pair: Pair) -> None:
    name(pair.home, "a", "Red")
    name(pair.home, "b", "Blue")
    fill(pair.home, "b", "x")
    hand_on_acts(pair.home, pair.other, 2, 3)
    assert (box(pair.other, "b") or {})["what"] == "x"
    assert called(pair.other, "b") is None
    pair.tell()
    assert_whole(pair.home, pair.other)


def test_a_home_that_let_go_decides_no_more_and_the_next_one_begins_where_it_ended(pair: Pair) -> None:
    name(pair.home, "a", "Red")
    assert is_home(pair.home)
    released = release(pair.home)
    assert b'"through":1' in released.data
    assert not is_home(pair.home)
    move(pair.home, "two")
    assert not is_home(pair.other)
    pair.tell()
    assert is_home(pair.other)
    assert not is_home(pair.home)
    name(pair.other, "a", "Blue")
    pair.hear()
    assert called(pair.home, "a") == "Blue"
    assert void(pair.home) == []
    with pair.home.reader() as read:
        assert (read.one(Reign, "house/0000000001") or {})["released"] == 1
        assert (read.one(Reign, "house/0000000002") or {})["through"] == 1
    assert_whole(pair.home, pair.other)


def test_nobody_decides_twice_in_the_transaction_in_which_it_lets_go(pair: Pair) -> None:
    with pair.home.begin() as work:
        work.release_home()
        assert not work.is_home()
        with pytest.raises(NotHome):
            work.verdict_stamp()
        with pytest.raises(NotHome):
            work.release_home()


def test_who_takes_over_by_force_makes_void_what_it_never_heard(pair: Pair) -> None:
    request = ask(pair.home)
    decided = decide(pair.home, request)
    pair.tell()
    late_request = ask(pair.home, key="b")
    late = decide(pair.home, late_request, "Blue")
    moved = move(pair.other, "two")
    assert b'"through":1' in moved.data
    name(pair.other, "c", "Green")
    pair.tell()
    pair.hear()
    for store in (pair.home, pair.other):
        assert called(store, "a") == "Red"
        assert called(store, "b") is None
        assert called(store, "c") == "Green"
        assert void(store) == [late.hex]
        assert waiting(store) == [late_request.id]
    assert decided.hex not in void(pair.home)
    assert_whole(pair.home, pair.other)
    decide(pair.other, late_request, "Black")
    pair.hear()
    for store in (pair.home, pair.other):
        assert called(store, "b") == "Black"
        assert waiting(store) == []
    assert_whole(pair.home, pair.other)


def test_a_new_home_waits_for_all_that_holds_of_the_old_one(make: MakeStore) -> None:
    one, two, tre = make("one"), make("two", founded=False), make("tre", founded=False)
    name(one, "a", "Red")
    name(one, "b", "Blue")
    hand_on(one, two)
    move(two, "tre")
    hand_on_acts(two, tre, 0)
    assert not is_home(tre)
    hand_on_acts(one, tre, 0, 1)
    assert not is_home(tre)
    hand_on_acts(one, tre, 2)
    assert is_home(tre)
    name(tre, "c", "Green")
    hand_on_acts(tre, two, 0)
    hand_on_acts(tre, one, 0)
    assert called(two, "c") == "Green"
    assert called(one, "c") is None
    hand_on_acts(two, one, 0)
    assert called(one, "c") == "Green"
    assert len({table_hash(store) for store in (one, two, tre)}) == 1
    assert [differences(store) for store in (one, two, tre)] == [[], [], []]


def test_a_second_home_of_one_epoch_is_ignored_with_a_case(pair: Pair) -> None:
    move(pair.home, "two")
    again = append(pair.home, Draft("group:house", HomeMoved(group="house", epoch=2, to="one", through=0)))[0]
    assert ("home_moved_twice", "group:house", again.hex) in cases(pair.home)
    pair.tell()
    assert is_home(pair.other)
    elsewhere = HomeMoved(group="house", epoch=3, to="one", through=0)
    append(pair.home, Draft("group:other", elsewhere))
    assert not is_home(pair.home)
    pair.tell()
    assert_whole(pair.home, pair.other)


@pytest.mark.parametrize("column", ["stopped", "restoring"])
def test_a_home_that_is_stopped_does_not_decide(pair: Pair, column: str) -> None:
    with pair.home.begin() as work:
        assert work.is_home()
        work.set_sync(**{column: 1})
        assert not work.is_home()
    assert not is_home(pair.home)
    with pair.home.begin() as work:
        work.set_sync(**{column: 0})
        assert work.is_home()


def test_a_stopped_home_decides_again_when_staff_give_it_a_new_reign(pair: Pair) -> None:
    name(pair.home, "a", "Red")
    with pair.home.begin() as work:
        work.set_sync(stopped=1)
    move(pair.home, "one")
    assert is_home(pair.home)
    name(pair.home, "a", "Blue")
    pair.tell()
    assert_whole(pair.home, pair.other)


def test_a_home_with_a_verdict_that_waits_does_not_decide(pair: Pair) -> None:
    name(pair.home, "a", "Red")
    data = Named(group="house", home_epoch=1, n=9, name="Blue")
    append(pair.other, Draft("box:b", data))
    pair.hear()
    assert not is_home(pair.home)
    assert differences(pair.home) == []


def test_only_the_central_or_a_node_alone_moves_a_home(pair: Pair) -> None:
    with pair.other.begin() as work:
        work.set_sync(role="node")
        with pytest.raises(NotHome):
            work.move_home("house", "two")
    with pair.other.begin() as work, pytest.raises(NotHome):
        work.release_home()


def test_a_group_of_its_own_gets_its_first_home(pair: Pair) -> None:
    with pair.home.begin() as work:
        work.move_home("rooms", "two")
    pair.tell()
    with pair.other.begin() as work:
        assert work.is_home("rooms")
        assert work.verdict_stamp("rooms") == (1, 1)
        assert work.verdict_stamp("rooms") == (1, 2)
        assert not work.is_home()


def test_own_requests_wait_until_the_home_has_answered(pair: Pair) -> None:
    request = ask(pair.other)
    assert waiting(pair.other) == [request.id]
    pair.hear()
    assert waiting(pair.home) == [request.id]
    decide(pair.home, request)
    assert waiting(pair.home) == []
    pair.tell()
    assert waiting(pair.other) == []


def test_a_request_that_comes_after_its_verdict_does_not_wait(make: MakeStore) -> None:
    one, two, tre = make("one"), make("two", founded=False), make("tre", founded=False)
    hand_on(one, two)
    request = ask(two)
    hand_on(two, one)
    decide(one, request)
    hand_on(one, tre)
    hand_on(two, tre)
    assert waiting(tre) == []


def test_a_request_answered_in_its_own_act_does_not_wait_unless_that_is_void(pair: Pair) -> None:
    with pair.home.begin() as work:
        epoch, n = work.verdict_stamp()
        verdict = Named(group="house", home_epoch=epoch, n=n, name="Red")
        asked, _ = work.append(
            work.new_id(), [Draft("box:a", Asked(name="Red"), nature="request"), Draft("box:a", verdict)]
        )
    assert waiting(pair.home) == []
    move(pair.other, "two")
    pair.hear()
    assert waiting(pair.home) == [asked.id]
    pair.tell()
    assert waiting(pair.other) == [asked.id]
    assert_whole(pair.home, pair.other)


def test_who_becomes_home_finds_what_nobody_decided_in_the_order_of_the_stream(pair: Pair) -> None:
    with pair.other.begin() as work:
        work.set_sync(term=7)
    mine = ask(pair.other, key="a")
    first, second = ask(pair.home, key="b"), ask(pair.home, key="c")
    with pair.other.begin() as work:
        work.receive(7, 1, [second])
        work.receive(7, 2, [first])
        assert work.requests([Asked.KIND]) == [mine.id, second.id, first.id]
    move(pair.home, "two")
    hand_on(pair.home, pair.other)
    assert waiting(pair.other) == [second.id, first.id, mine.id]


def test_being_asked_to_let_go_waits_until_somebody_has(pair: Pair) -> None:
    asked = append(
        pair.other, Draft("group:house", HomeReleaseAsked(group="house", to="two"), nature="request")
    )[0]
    pair.hear()
    assert waiting(pair.home) == [asked.id]
    release(pair.home)
    assert waiting(pair.home) == []
    move(pair.home, "two")
    pair.tell()
    assert is_home(pair.other)
    assert waiting(pair.other) == []
    move(pair.home, "one")
    assert is_home(pair.home)
    assert waiting(pair.home) == []


def test_folding_everything_keeps_what_waits(pair: Pair) -> None:
    request = ask(pair.other)
    for key in "abc":
        name(pair.home, key, key.upper())
    hand_on_acts(pair.home, pair.other, 1, 3)
    before = table_hash(pair.other)
    with pair.other.begin() as work:
        work.execute("DELETE FROM local_held")
        work.execute("DELETE FROM local_request")
    assert differences(pair.other) == ["local_held: house 1 3"]
    fold_everything(pair.other, 2)
    assert differences(pair.other) == []
    assert table_hash(pair.other) == before
    assert waiting(pair.other) == [request.id]
    pair.tell()
    assert [called(pair.other, key) for key in "abc"] == ["A", "B", "C"]
