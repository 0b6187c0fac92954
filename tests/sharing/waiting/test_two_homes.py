"""Two machines decided beside each other in one reign: what counts is some of the one, some of the other."""

from __future__ import annotations

from sharing.cases.actions import open_cases
from sharing.journal.rebuild import differences
from sharing.journal.store import Store, Work
from sharing.journal.verify import table_hash, verify
from sharing.rooms.actions import book as book_at
from sharing.rooms.actions import booking, call_list
from sharing.rooms.rules import Booking, State, Why
from sharing.terms.actions import set_terms
from sharing.waiting import decide, decide_waiting
from tests.sharing.rooms.nodes import Three
from tests.sharing.waiting.test_deciding import ask_to_let_go


def book(three: Three, store: Store, room: str, begins: str) -> Booking:
    return book_at(store, three.lodge.ask(room, begins), three.lodge.act())


def reign_at(store: Store, seconds: int) -> None:
    """Let a machine take itself for the home of the next reign, so much later than it was."""
    store.clock.forward(seconds=seconds)  # type: ignore[attr-defined]  # a FakeClock
    with store.begin() as work:
        work.move_home("house", store.node)


def exchange(three: Three) -> None:
    for store in (three.one, three.two):
        three.hear(store)
    for store in (three.one, three.two):
        three.tell(store)


def broken(store: Store) -> list[str]:
    with store.reader() as read:
        return [row[0] for row in read.rows("SELECT subject FROM head WHERE waiting = 2")]


def promised_twice(three: Three) -> tuple[Booking, Booking]:
    """Let the second verdict of the one machine promise what the first one of the other has promised."""
    reign_at(three.one, 0)
    reign_at(three.two, 60)
    first = book(three, three.one, "a", "06-05 18:00")
    book(three, three.two, "c", "06-05 18:00")
    second = book(three, three.two, "a", "06-05 18:00")
    exchange(three)
    return first, second


def test_what_was_promised_twice_is_a_case_until_the_home_takes_one_back(three: Three) -> None:
    first, second = promised_twice(three)
    for store in (three.home, three.one, three.two):
        assert broken(store) == [f"booking:{second.id}"]
    assert decide_waiting(three.one) == 1
    exchange(three)
    for store in (three.home, three.one, three.two):
        assert broken(store) == []
        assert three.state(store, first.id) is State.CONFIRMED
        lost = booking(store, second.id).occurrences[0]
        assert (lost.state, lost.why) == (State.CANCELLED, Why.TAKEN)
        assert [call.occurrence.booking for call in call_list(store)] == [second.id]
        kinds = sorted(one.kind for one in open_cases(store))
        assert kinds == ["booking_declined", "home_moved_twice", "verdict_void"]
        assert (differences(store), verify(store).faults) == ([], ())
    assert len({table_hash(store) for store in (three.home, three.one, three.two)}) == 1


def test_nothing_is_taken_back_twice_and_nothing_where_another_machine_decides(three: Three) -> None:
    promised_twice(three)
    count = "SELECT COUNT(*) FROM entry WHERE nature = 'verdict'"
    with three.two.reader() as read:
        had = read.rows(count)
    assert decide_waiting(three.two) == 0
    with three.two.reader() as read:
        assert read.rows(count) == had
    decide_waiting(three.one)
    with three.one.reader() as read:
        said = read.rows(count)
    assert decide_waiting(three.one) == 0
    with three.one.reader() as read:
        assert read.rows(count) == said == [(had[0][0] + 2,)]


def test_nothing_that_was_read_ahead_outlives_a_home_that_lets_go(three: Three) -> None:
    ask_to_let_go(three, "two")
    for days in (4, 5):
        set_terms(three.one, {"loan_days": days}, act=three.lodge.act(), by=None)
    three.hear(three.one)

    def kept(work: Work) -> object:
        decide(work)
        return work.ahead

    assert three.home.boldly(kept) is None
