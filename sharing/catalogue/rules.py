"""What the catalogue knows: models, items and locations as plain values."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import BadValue
from sharing.texts import Texts

_GTIN_12: Final = re.compile(r"[0-9]{12}")


class Need(StrEnum):
    """What must be done before a thing of the model leaves the house."""

    TERMS = "terms"
    INSTRUCTION = "instruction"
    DEPOSIT = "deposit"
    APPROVAL = "approval"
    CHECKLIST = "checklist"
    SIGNATURE = "signature"
    ADULT = "adult"
    ELECTRICAL_TEST = "electrical_test"


class BlockReason(StrEnum):
    """Why an item stays in the house."""

    BROKEN = "broken"
    INCOMPLETE = "incomplete"
    DIRTY = "dirty"
    REPAIR = "repair"
    STAFF = "staff"
    RETIRED = "retired"


class LocationKind(StrEnum):
    """A place in the tree, from the outside in."""

    HOUSE = "house"
    FLOOR = "floor"
    ROOM = "room"
    SHELF = "shelf"


class Model(msgspec.Struct, frozen=True):
    """What a thing is, however many of it there are."""

    id: str
    key: str
    names: Texts
    category: str
    value_cents: int | None
    """What one costs to replace, in cents; None: unknown."""
    deposit_cents: int
    loan_days: int | None
    """None: as the house rules say."""
    limit: int | None
    """How many of it one person may have at a time; None: no limit of its own."""
    needs: frozenset[Need]
    checklist: tuple[str, ...]
    how_to: Texts
    lendable: bool

    def name(self, language: str) -> str:
        """Its name in this language, or the next best."""
        return self.names.best(language)


class Item(msgspec.Struct, frozen=True):
    """One labelled thing."""

    id: str
    model: Model
    key: str
    number: str
    """What tells it from others of its model: "12" of "Beamer 12"."""
    code: str | None
    barcode: str | None
    home: str | None
    """Location id."""
    owner: str
    """Whose it is; empty: the house's."""
    funder: str
    earmarked_until: str | None
    """Until this day (ISO date) it serves only what its funder paid for."""
    bought_on: str | None
    price_cents: int | None
    tested_until: str | None
    """Last day (ISO date) of its electrical test after DGUV V3; None: never tested."""
    serial: str
    note: str
    blocked: str
    """A `BlockReason`, or empty."""
    blocked_note: str
    kept_in_house: bool
    """Staff said that this one item never leaves, whatever its model may."""

    @property
    def lendable(self) -> bool:
        """Both the model and this one item may leave the house; a block is another matter."""
        return self.model.lendable and not self.kept_in_house

    @property
    def subject(self) -> str:
        """Its subject in the journal."""
        return f"item:{self.id}"

    def name(self, language: str) -> str:
        """The model's name and this item's number."""
        return f"{self.model.name(language)} {self.number}".strip()

    def test_expired(self, today: str) -> bool:
        """Tell whether it needs an electrical test that is missing or over on this day (ISO date)."""
        if Need.ELECTRICAL_TEST not in self.model.needs:
            return False
        return self.tested_until is None or self.tested_until < today


class Location(msgspec.Struct, frozen=True):
    """A place in the tree."""

    id: str
    kind: LocationKind
    key: str
    names: Texts
    parent: str | None
    code: str | None
    path: tuple[Texts, ...]
    """Names from the house down to this place."""

    @property
    def subject(self) -> str:
        """Its subject in the journal."""
        return f"location:{self.id}"

    def name(self, language: str) -> str:
        """Its own name."""
        return self.names.best(language)

    def where(self, language: str) -> str:
        """The way to it below the house: "Erdgeschoss › Lager › Regal 3"."""
        return " › ".join(names.best(language) for names in self.path[1:] or self.path)

    def near(self, language: str) -> str:
        """The same from the inside out, for a label: what does not fit is then the floor, not the shelf."""
        return ", ".join(names.best(language) for names in reversed(self.path[1:] or self.path))


Thing: TypeAlias = Item | Location

_KINDS_OF: Final = {
    "item": frozenset({CodeKind.ITEM, CodeKind.KIT}),
    "location": frozenset({CodeKind.LOCATION, CodeKind.ROOM}),
}


def code_kind(location: LocationKind) -> CodeKind:
    """Say which kind of code a location's label bears: a room may be booked, a shelf may not."""
    return CodeKind.ROOM if location is LocationKind.ROOM else CodeKind.LOCATION


def barcode_key(text: str) -> str | None:
    """Give the one form under which a foreign barcode is claimed and looked up, or None if it is no barcode.

    Case and blanks differ between scanners; a GTIN-12 (UPC) is sent with or without the leading zero that
    makes it a GTIN-13 (GS1 General Specifications, 3.3).
    """
    barcode = codes.foreign(text)
    if barcode is None:
        return None
    bare = "".join(unicodedata.normalize("NFKC", barcode).casefold().split())
    return f"0{bare}" if _GTIN_12.fullmatch(bare) else bare or None


def claim_key(text: str, target: str) -> str:
    """Check that a code may stand on this thing; gives what follows "code:" in the subject of the claim.

    Raises:
        NotReadable: sixteen digits with wrong check digits.
        BadValue: nothing that bears a label; no code and no barcode, or a code of another kind; never a
            card's, whose number is secret.
    """
    what = target.partition(":")[0]
    if what not in _KINDS_OF:
        raise BadValue(field="target", value=what[:40], expected=", ".join(_KINDS_OF))
    barcode = barcode_key(text)
    if barcode is not None:
        return f"x{barcode}"
    code = codes.read(text)
    kind = codes.kind_of(code)
    if kind not in _KINDS_OF[what]:
        raise BadValue(field="code", value=kind.name.lower(), expected=what)
    return code


def folded(text: str) -> str:
    """Give the form in which texts are searched: "nahmaschine" finds "Nähmaschine"."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())
