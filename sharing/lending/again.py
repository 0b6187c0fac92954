"""What a scan that is sent twice did the first time, read from what it wrote."""

from __future__ import annotations

import msgspec

from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.errors import NotUndoable
from sharing.journal.entry import Entry
from sharing.journal.store import Reader
from sharing.lending.entries import ItemBack, ItemFound, ItemOut, ItemSetAside
from sharing.lending.looking import LoanLine, line_of
from sharing.lending.scan_table import Step


class Did(msgspec.Struct, frozen=True):
    """What was done to which thing."""

    step: Step
    item: Item
    loan: str = ""
    """The visit it belongs to, if it went out or was set aside."""
    line: LoanLine | None = None
    missing: tuple[Need, ...] = ()


def done_before(read: Reader, entry: Entry) -> Did:
    """Read what an entry of a scan did.

    Raises:
        NotOut: it was undone since.
        NotUndoable: no scan writes such an entry.
    """
    item = catalogue.item(read, entry.subject.removeprefix("item:"))
    if entry.kind == ItemOut.KIND:
        out = msgspec.json.decode(entry.data, type=ItemOut)
        return Did(Step.LENT, item, out.loan, line_of(read, entry.hex))
    if entry.kind == ItemSetAside.KIND:
        aside = msgspec.json.decode(entry.data, type=ItemSetAside)
        return Did(Step.SET_ASIDE, item, aside.loan, missing=tuple(Need(one) for one in aside.missing))
    if entry.kind == ItemBack.KIND:
        return Did(Step.GIVEN_BACK, item, line=line_of(read, line_given_back(entry)))
    if entry.kind == ItemFound.KIND:
        return Did(Step.FOUND, item)
    raise NotUndoable


def line_given_back(entry: Entry) -> str:
    """Name the line that a return ended."""
    return msgspec.json.decode(entry.data, type=ItemBack).line
