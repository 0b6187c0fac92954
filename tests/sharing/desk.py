"""A small house with people, cards and things, as tests of the desk need it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Unpack

from sharing.catalogue import actions as catalogue
from sharing.catalogue.fields import ItemFields
from sharing.catalogue.rules import Item, LocationKind, Need
from sharing.house import House
from sharing.lending.actions import Scan, Scanned, scan
from sharing.lending.rules import Visit
from sharing.people import actions as people
from sharing.people.rules import OrganisationKind, Person, Role
from sharing.terms.actions import set_terms
from sharing.texts import State, Text, Texts
from tests.fakes import FakeClock

TEN_TO_SIX = ((10 * 60, 18 * 60),)
_BARCODES = itertools.count(1)


def texts(german: str, english: str = "") -> Texts:
    """Make a text in one or two languages."""
    found = {"de": Text(german, State.ORIGINAL)}
    if english:
        found["en"] = Text(english, State.CHECKED)
    return Texts(found)


@dataclass
class Desk:
    """An open house, its clock, its people with their cards, and its things by name."""

    house: House
    clock: FakeClock
    ann: Person
    ben: Person
    staff: Person
    cards: dict[str, str]
    """Card codes by person: ann, ben, staff."""
    items: dict[str, Item]
    shelf: str
    organisation: str

    def scan(
        self, text: str, visit: Visit | None = None, *, shown: str | None = None, typed: bool = False
    ) -> Scanned:
        """Scan a code, a second after the last scan."""
        self.clock.forward(seconds=4)
        store = self.house.store
        return scan(store, self.house.keys, Scan(text, store.new_act(), visit, shown, typed))

    def visit(self, who: str = "ann") -> Visit:
        """Open a visit with somebody's card."""
        scanned = self.scan(self.cards[who])
        assert scanned.visit is not None
        return scanned.visit

    def code(self, name: str) -> str:
        """Give an item's code."""
        found = self.items[name].code
        assert found is not None
        return found

    def act(self) -> bytes:
        """Make a command's id."""
        return self.house.store.new_act()

    def person(self, who: str) -> Person:
        """Read a person anew."""
        with self.house.store.reader() as read:
            return people.person(read, getattr(self, who).id)


def make_desk(house: House, clock: FakeClock) -> Desk:
    """Fill an empty house."""
    store, keys = house.store, house.keys
    hours = dict.fromkeys(range(5), TEN_TO_SIX)
    set_terms(store, {"desk_hours": hours, "max_per_person": 4, "renewals": 1}, act=store.new_act(), by=None)

    def person(name: str) -> Person:
        command = people.RegisterPerson(
            act=store.new_act(),
            name=name,
            contact="x@example.org",
            adult=True,
            terms_version=1,
            privacy_version=1,
        )
        return people.register_person(store, command)

    ann, ben, staff = person("Ann Kaya"), person("Ben Demir"), person("Sol Desk")
    staff = people.grant_role(store, staff.id, Role.STAFF, act=store.new_act())
    cards = {
        who: people.issue_card(store, keys, act=store.new_act(), person=one.id)
        for who, one in (("ann", ann), ("ben", ben), ("staff", staff))
    }
    organisation = people.register_organisation(
        store, act=store.new_act(), name="Chor Neckar e.V.", kind=OrganisationKind.ASSOCIATION
    )
    people.add_member(store, organisation.id, ann.id, act=store.new_act())
    root = catalogue.add_location(
        store, act=store.new_act(), key="h", kind=LocationKind.HOUSE, names=texts("Haus")
    )
    shelf = catalogue.add_location(
        store, act=store.new_act(), key="s", kind=LocationKind.SHELF, names=texts("Regal"), parent=root.id
    )
    items = _items(house, shelf.id)
    with store.reader() as read:
        ann, ben = people.person(read, ann.id), people.person(read, ben.id)
    return Desk(house, clock, ann, ben, staff, cards, items, shelf.id, organisation.id)


def _items(house: House, shelf: str) -> dict[str, Item]:
    store = house.store
    plain = catalogue.add_model(
        store,
        act=store.new_act(),
        key="beamer",
        names=texts("Beamer", "Projector"),
        category="beamer",
        loan_days=7,
    )
    with_deposit = catalogue.add_model(
        store, act=store.new_act(), key="ton", names=texts("Tonanlage"), category="ton", deposit_cents=5000
    )
    tested = catalogue.add_model(
        store, act=store.new_act(), key="saege", names=texts("Säge"), category="werkzeug",
        needs=(Need.ELECTRICAL_TEST, Need.INSTRUCTION),
    )  # fmt: skip
    one_each = catalogue.add_model(
        store, act=store.new_act(), key="kamera", names=texts("Kamera"), category="kamera", limit=1
    )
    stays = catalogue.add_model(
        store, act=store.new_act(), key="drucker", names=texts("Drucker"), category="buero", lendable=False
    )

    def item(model: str, **fields: Unpack[ItemFields]) -> Item:
        fields["number"], fields["home"] = fields["key"][-1], shelf
        return catalogue.add_item(store, act=store.new_act(), model=model, **fields)

    return {
        "beamer1": item(plain.id, key="b1"),
        "beamer2": item(plain.id, key="b2"),
        "beamer3": item(plain.id, key="b3"),
        "beamer4": item(plain.id, key="b4"),
        "beamer5": item(plain.id, key="b5"),
        "sound": item(with_deposit.id, key="t1"),
        "saw": item(tested.id, key="s1", tested_until="2020-01-01"),
        "camera1": item(one_each.id, key="k1"),
        "camera2": item(one_each.id, key="k2"),
        "printer": item(stays.id, key="d1"),
    }
