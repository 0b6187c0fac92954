"""One scan, and what it led to, as values."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from sharing.catalogue.rules import Item, Location, Need
from sharing.errors import Refusal
from sharing.lending.looking import LoanLine
from sharing.lending.rules import Visit
from sharing.lending.scan_table import Step
from sharing.people.rules import Discreet, Holder


class Scanned(msgspec.Struct, frozen=True):
    """What a scan led to, and the visit as it is now."""

    step: Step
    visit: Visit | None = None
    item: Item | None = None
    place: Location | None = None
    line: LoanLine | None = None
    """The line that was lent or came back, or that is open."""
    missing: tuple[Need, ...] = ()
    refusal: Refusal | None = None
    holder: Holder | None = None
    """Whose card it was."""
    twins: tuple[Item, ...] = ()
    """Free items of the same model, when this one is not to be had."""
    at_return_shelf: bool = False
    """The label of the return shelf, without a visit: what is typed within a minute is here."""
    act: str = ""
    """Id (hex) of the act that was written, for an undo; empty if nothing changed."""


class Scan(Discreet, frozen=True):
    """One scan at a kiosk. A log or traceback shows no text: it may be a card's number."""

    TOLD: ClassVar = ("act", "shown", "typed", "at_return_shelf")
    text: str
    act: bytes
    visit: Visit | None = None
    shown: str | None = None
    """Item that was shown without a visit in the last 30 s: the card lends it."""
    typed: bool = False
    """The code was typed by hand, so nothing says that the thing is here."""
    at_return_shelf: bool = False
    """The label of the return shelf was scanned within the last minute: what is typed is here."""
