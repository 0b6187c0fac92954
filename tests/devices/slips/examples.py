"""Loans and bookings to put on slips, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devices.slips.bookings import Booked
from devices.slips.loans import Lent
from devices.slips.slip import Languages
from kiosk.i18n import Words
from sharing import codes
from sharing.catalogue.rules import Item, Model
from sharing.codes import CodeKind
from sharing.lending.looking import LoanLine
from sharing.people.rules import Organisation, OrganisationKind, Person
from sharing.rooms.rules import Booking, Occurrence, Span, State, Use
from sharing.terms.rules import Contact, Terms
from sharing.texts import Texts
from tests.sharing.rooms.values import room

NOW = 1_780_000_000_000
"""28 May 2026, 22:26:40 in Berlin."""
HOUR = 3_600_000
TERMS = Terms(
    name="Haus der Vereine",
    contacts=(Contact("Ausleihe", "069 90009 200"), Contact("Ausleihe", "069 90009 200")),
)
GERMAN = Languages((Words("de"),))
BOTH = Languages((Words("de"), Words("en")))


def item(n: int, name: str = "Beamer", **fields: Any) -> Item:
    model = Model(
        id="m", key="beamer", names=Texts.of(name), category="", value_cents=52_000, deposit_cents=0,
        loan_days=None, limit=None, needs=frozenset(), checklist=(), how_to=Texts(), lendable=True,
    )  # fmt: skip
    return Item(
        id=f"{n:032x}", model=model, key=f"beamer-{n}", number=str(n),
        code=codes.make(CodeKind.ITEM, 7919 * n), barcode=None,
        home=None, owner="", funder="", earmarked_until=None, bought_on=None, price_cents=None,
        tested_until=None, serial="", note="", blocked="", blocked_note="", kept_in_house=False,
    )  # fmt: skip


def line(one: Item, **fields: Any) -> LoanLine:
    known: dict[str, Any] = {
        "who": None, "org": None, "org_name": "", "out_at": NOW, "due": NOW + 24 * HOUR, "overdue": False,
        "back_at": None, "checked_at": None, "condition": None, "renewals": 0, "asked_due": None,
        "override": "", "late": False,
    }  # fmt: skip
    return LoanLine(id=one.id, loan="0" * 24 + "a4a72184", item=one, **(known | fields))


def lent(items: Sequence[Item], name: str = "Amira Mithal", **fields: Any) -> Lent:
    who = Person(id="p", name=name, contact="0171 3920013")
    return Lent(lines=tuple(line(one) for one in items), **({"who": who} | fields))


def group(name: str = "Nachbarschaftschor") -> Organisation:
    return Organisation("o", name, OrganisationKind.GROUP, "r")


def booked(*, state: State = State.CONFIRMED, count: int = 1) -> Booked:
    dates = tuple(
        Occurrence(
            booking="0" * 24 + "b4a72184", n=n, rooms=("ha11",), parts=("ha11",), state=state,
            use=Use.BOOKING, span=Span(NOW + n * 168 * HOUR, NOW + (n * 168 + 1) * HOUR),
            blocked=Span(NOW + n * 168 * HOUR, NOW + (n * 168 + 1) * HOUR),
        )
        for n in range(count)
    )  # fmt: skip
    made = Booking(
        id="0" * 24 + "b4a72184", use=Use.BOOKING, rooms=("ha11",), occurrences=dates, zone="Europe/Berlin",
        person="p", title="Probe", adult="Jonas Probe", heads=12,
    )  # fmt: skip
    hall = room(
        "ha11", names=Texts.of("Saal A"), checklist=("Fenster zu", "Heizung auf 2"), price=Texts.of("40 Euro")
    )
    return Booked(booking=made, rooms={"ha11": hall}, name="Amira Mithal", org_name="Chor e. V.")
