"""How entries of the catalogue fold when several people write without knowing of each other."""

from __future__ import annotations

from itertools import permutations

import pytest

from sharing import codes
from sharing.catalogue.actions import change_item, item, model, thing_by_code
from sharing.catalogue.entries import CodeClaimed, ItemBlocked, ItemChanged, ModelChanged
from sharing.codes import CodeKind
from sharing.house import House
from sharing.journal.entry import Draft, Entry
from sharing.journal.shapes import PrivateEmptied
from sharing.journal.store import Store
from sharing.texts import Text
from tests.sharing.catalogue.shelves import Shelves, elsewhere, fill, matters


@pytest.fixture
def shelves(house: House) -> Shelves:
    return fill(house.store)


def _entries(store: Store, subject: str) -> list[Entry]:
    with store.begin() as work:
        return work.entries_of(subject)


def _arrive(store: Store, *entries: Entry) -> None:
    with store.begin() as work:
        for entry in entries:
            work.absorb([entry], f"n{entry.hex[:12]}", 1, 1)


def _rename(shelves: Shelves, seen: dict[str, str], **names: str) -> Draft:
    said: dict[str, Text | None] = {tag: Text(text) for tag, text in names.items()}
    return Draft(f"model:{shelves.projector.id}", ModelChanged(names=said, seen=seen))


def test_two_who_change_one_field_without_knowing_are_shown_to_staff_and_the_last_stands(
    house: House, shelves: Shelves
) -> None:
    store = house.store
    (made,) = _entries(store, f"model:{shelves.projector.id}")
    seen = {"names.de": made.hex}
    one = elsewhere(store, _rename(shelves, seen, de="Projektor"), at=made.at + 10, after=[made])
    two = elsewhere(store, _rename(shelves, seen, de="Bildwerfer"), at=made.at + 20, after=[made])
    _arrive(store, one, two)
    with store.reader() as read:
        assert model(read, shelves.projector.id).name("de") == "Bildwerfer"
    assert list(matters(store)) == [("both_edited", "names.de")]


def test_every_order_of_arrival_gives_the_same_model_and_the_same_contradictions(
    house: House, shelves: Shelves
) -> None:
    store = house.store
    (made,) = _entries(store, f"model:{shelves.projector.id}")
    seen = {"names.de": made.hex}
    one = elsewhere(store, _rename(shelves, seen, de="Projektor"), at=made.at + 10, after=[made])
    two = elsewhere(store, _rename(shelves, seen, de="Bildwerfer"), at=made.at + 20, after=[made])
    three = elsewhere(
        store, _rename(shelves, {"names.de": two.hex}, de="Beamer HD"), at=made.at + 30, after=[one, two]
    )
    ways = []
    for order in permutations((one, two, three)):
        with pytest.raises(LookupError), store.begin() as work:  # noqa: PT012 looked at, then taken back
            for entry in order:
                work.absorb([entry], f"n{entry.hex[:12]}", 1, 1)
            by_staff = work.rows("SELECT kind, entry, about FROM matter")
            ways.append((model(work, shelves.projector.id), by_staff))
            raise LookupError
    assert all(way == ways[0] for way in ways)
    assert ways[0][0].name("de") == "Beamer HD"
    assert ways[0][1] == [("both_edited", two.hex, "names.de")]


def test_different_fields_and_different_languages_are_no_contradiction(
    house: House, shelves: Shelves
) -> None:
    store = house.store
    (made,) = _entries(store, f"model:{shelves.projector.id}")
    one = elsewhere(
        store, _rename(shelves, {"names.de": made.hex}, de="Projektor"), at=made.at + 10, after=[made]
    )
    two = elsewhere(store, _rename(shelves, {}, tr="Projeksiyon"), at=made.at + 20, after=[made])
    three = elsewhere(
        store, Draft(one.subject, ModelChanged(category="Bild", seen={"category": made.hex})),
        at=made.at + 30, after=[made],
    )  # fmt: skip
    _arrive(store, one, two, three)
    with store.reader() as read:
        found = model(read, shelves.projector.id)
    assert (found.name("de"), found.name("tr"), found.category) == ("Projektor", "Projeksiyon", "Bild")
    assert not list(matters(store))


def test_two_who_say_the_same_agree(house: House, shelves: Shelves) -> None:
    store = house.store
    (made,) = _entries(store, shelves.first.subject)
    draft = Draft(shelves.first.subject, ItemChanged(serial="SN 1"))
    _arrive(
        store, elsewhere(store, draft, at=made.at + 10, after=[made]),
        elsewhere(store, draft, at=made.at + 20, after=[made]),
    )  # fmt: skip
    assert not list(matters(store))


def test_a_change_after_a_loan_or_a_block_knows_what_stood_before(house: House, shelves: Shelves) -> None:
    store = house.store
    change_item(store, shelves.first.id, act=store.new_act(), number="11")
    change_item(store, shelves.first.id, act=store.new_act(), serial="SN 1")
    change_item(store, shelves.first.id, act=store.new_act(), number="12")
    assert not list(matters(store))


def test_the_first_claim_of_a_code_holds_and_a_later_one_is_a_contradiction(
    house: House, shelves: Shelves
) -> None:
    store, label = house.store, codes.make(CodeKind.ITEM, 4711)
    early = elsewhere(
        store, Draft(f"code:{label}", CodeClaimed(target=shelves.first.subject)), at=1_780_000_000_000
    )
    late = elsewhere(
        store, Draft(f"code:{label}", CodeClaimed(target=shelves.second.subject)), at=1_790_000_000_000
    )
    _arrive(store, late)
    with store.reader() as read:
        assert getattr(thing_by_code(read, label), "id", None) == shelves.second.id
    _arrive(store, early)
    with store.reader() as read:
        assert getattr(thing_by_code(read, label), "id", None) == shelves.first.id
    assert list(matters(store)) == [("code_claimed_twice", shelves.second.subject)]


def test_an_emptied_note_is_gone_and_leaves_no_false_contradiction(house: House, shelves: Shelves) -> None:
    store = house.store
    change_item(store, shelves.third.id, act=store.new_act(), note="geliehen von Erika Muster")
    change_item(store, shelves.third.id, act=store.new_act(), note="Bit-Satz fehlt")
    note = _entries(store, shelves.third.subject)[-2:]
    for emptied in note:
        with store.begin() as work:
            work.append(work.new_id(), [Draft("privacy:1", PrivateEmptied(entries=(emptied.hex,)))])
        with store.reader() as read:
            found = item(read, shelves.third.id)
        assert found.note == ("Bit-Satz fehlt" if emptied is note[0] else "")
        assert found.owner == "Verein Muster"
        assert not list(matters(store))


def test_an_item_whose_model_has_not_arrived_is_shown_and_not_lent(house: House, shelves: Shelves) -> None:
    store, unknown = house.store, "f" * 32
    draft = Draft(f"item:{'e' * 32}", ItemChanged(model=unknown, number="5"))
    _arrive(store, elsewhere(store, draft, at=1_780_000_000_000))
    with store.reader() as read:
        found = item(read, "e" * 32)
    assert found.model.id == unknown
    assert found.name("de") == "5"
    assert not found.lendable


def test_a_block_that_arrives_before_its_item_waits_for_it(house: House, shelves: Shelves) -> None:
    store = house.store
    subject = f"item:{'d' * 32}"
    early = elsewhere(store, Draft(subject, ItemBlocked(reason="dirty")), at=1_780_000_000_000)
    made = elsewhere(store, Draft(subject, ItemChanged(model=shelves.drill.id)), at=1_780_000_001_000)
    _arrive(store, early, made)
    with store.reader() as read:
        assert item(read, "d" * 32).blocked == "dirty"
