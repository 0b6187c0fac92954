"""Cases are looked at and settled, and stay visible when a late entry explains them away."""

from __future__ import annotations

import pytest

from sharing.cases.actions import handle, mark_seen, open_cases
from sharing.cases.rules import Case
from sharing.errors import BadValue, DoesNotExist
from sharing.house import House
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.shapes import PrivateEmptied
from sharing.people.entries import CardHolder, CardIssued

ANNA = "a" * 32


def contradiction(house: House, card: str = "k1.00") -> Case:
    """One card that two kiosks gave to two people."""
    known = {case.id for case in open_cases(house.store)}
    for person in ("1" * 32, "2" * 32):
        with house.store.begin() as work:
            issued = Draft(f"card:{card}", CardIssued(key_id="k1", kind="person"), CardHolder(person=person))
            work.append(work.new_id(), [issued])
    (case,) = (case for case in open_cases(house.store) if case.id not in known)
    return case


def explain_away(house: House, case: Case) -> None:
    """What a late entry does: the contradiction's row is gone after folding again."""
    with house.store.begin() as work:
        work.execute(house.store.sql("DELETE FROM matter WHERE id = ?"), (case.id,))


def test_a_contradiction_is_an_open_case(any_house: House) -> None:
    case = contradiction(any_house)

    assert open_cases(any_house.store) == (case,)
    assert (case.kind, case.subject, case.seen_at, case.settled) == (
        "card_issued_twice",
        "card:k1.00",
        None,
        False,
    )


def test_cases_are_shown_oldest_first(any_house: House) -> None:
    first, second = contradiction(any_house), contradiction(any_house, "k1.01")

    assert open_cases(any_house.store) == (first, second)


def test_a_case_that_was_looked_at_says_so_and_once(any_house: House) -> None:
    store, case = any_house.store, contradiction(any_house)
    seen = mark_seen(store, case.id, act=store.new_act(), by=ANNA)
    again = mark_seen(store, case.id, act=store.new_act())

    assert seen.seen_at is not None
    assert again == seen
    with store.begin() as work:
        (entry,) = work.entries_of(f"case:{case.id}")
    assert ANNA.encode() not in entry.data


def test_a_handled_case_leaves_the_list(any_house: House) -> None:
    store, case = any_house.store, contradiction(any_house)
    act = store.new_act()
    for _ in range(2):
        handle(store, case.id, note="Karte neu ausgestellt", act=act, by=ANNA)

    assert open_cases(store) == ()
    with store.reader() as read:
        assert read.rows("SELECT note, handled_by FROM case_state") == [("Karte neu ausgestellt", ANNA)]
    with pytest.raises(DoesNotExist):
        handle(store, case.id, act=store.new_act())
    with pytest.raises(DoesNotExist):
        mark_seen(store, case.id, act=store.new_act())


def test_a_case_that_nobody_saw_disappears_when_it_is_explained(any_house: House) -> None:
    explain_away(any_house, contradiction(any_house))

    assert open_cases(any_house.store) == ()


def test_a_case_that_somebody_saw_is_shown_as_settled_until_it_is_handled(any_house: House) -> None:
    store, case = any_house.store, contradiction(any_house)
    mark_seen(store, case.id, act=store.new_act())
    explain_away(any_house, case)

    (settled,) = open_cases(store)
    assert (settled.id, settled.kind, settled.subject) == (case.id, case.kind, case.subject)
    assert (settled.since, settled.settled) == (case.since, True)
    handle(store, case.id, act=store.new_act())
    assert open_cases(store) == ()


def test_emptied_notes_are_gone_and_the_case_stays_handled(any_house: House) -> None:
    store, case = any_house.store, contradiction(any_house)
    mark_seen(store, case.id, act=store.new_act(), by=ANNA)
    handle(store, case.id, note="Anna Klein anrufen", act=store.new_act(), by=ANNA)
    with store.begin() as work:
        ids = tuple(entry.hex for entry in work.entries_of(f"case:{case.id}"))
        work.append(work.new_id(), [Draft("privacy:1", PrivateEmptied(entries=ids))])

    assert open_cases(store) == ()
    with store.reader() as read:
        assert read.rows("SELECT note, handled_by, about FROM case_state") == [(None, None, None)]
    assert differences(store) == []


@pytest.mark.parametrize("case", ["", "f" * 32, "'; --", "\x1b" * 100])
def test_a_case_that_is_not_there_is_refused(house: House, case: str) -> None:
    with pytest.raises(DoesNotExist) as refused:
        mark_seen(house.store, case, act=house.store.new_act())
    assert "\x1b" not in str(refused.value)
    with pytest.raises(DoesNotExist):
        handle(house.store, case, act=house.store.new_act())


def test_a_note_may_be_long_but_no_book(house: House) -> None:
    case = contradiction(house)
    with pytest.raises(BadValue):
        handle(house.store, case.id, note="x" * 2001, act=house.store.new_act())
    handle(house.store, case.id, note="x" * 2000, act=house.store.new_act())
