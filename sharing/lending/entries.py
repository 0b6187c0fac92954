"""What can happen to an item at the desk, as entries of subject item:I."""

from __future__ import annotations

from typing import ClassVar

from sharing.journal.entry import Instant, Secret, Shape, Verdict


class ItemOut(Shape, frozen=True, kw_only=True):
    """The item went out; the id of this entry is the loan line's id."""

    KIND: ClassVar[str] = "item.out"
    loan: str
    model: str
    due: Instant
    org: str | None = None
    """A registered association or institution; any other stands in the private part."""
    terms: int = 0
    """Version of the house's terms that the borrower has accepted."""
    completed: tuple[str, ...] = ()
    """Needs that staff saw to."""
    override: str = ""
    """Rules that staff set aside, with the reason in the private part."""
    happened: Instant | None = None
    """When it went out, if that was noted later from paper."""


class Out(Secret, frozen=True, kw_only=True):
    """Who took it, for whom, and who saw to it."""

    borrower: str = ""
    org: str | None = None
    actor: str = ""
    reason: str = ""


class ItemBack(Shape, frozen=True, kw_only=True):
    """The item came back; `line` is the open line the writer saw."""

    KIND: ClassVar[str] = "item.back"
    line: str
    condition: str = "not_said"
    checked: bool = False
    happened: Instant | None = None


class ItemCondition(Shape, frozen=True, kw_only=True):
    """Somebody said how the item came back; `checked` if staff did."""

    KIND: ClassVar[str] = "item.condition"
    line: str
    condition: str
    checked: bool = False


class Remark(Secret, frozen=True, kw_only=True):
    """What was said beside it, and by whom."""

    note: str = ""
    actor: str = ""


class ItemSetAside(Shape, frozen=True, kw_only=True):
    """The item waits at the desk until staff have seen to what is missing."""

    KIND: ClassVar[str] = "item.set_aside"
    loan: str
    missing: tuple[str, ...]
    org: str | None = None


class ItemPutBack(Shape, frozen=True, kw_only=True):
    """The item is not wanted any more; it goes back to its shelf."""

    KIND: ClassVar[str] = "item.put_back"


class ItemAssigned(Shape, frozen=True, kw_only=True):
    """The borrower said for whom the line is."""

    KIND: ClassVar[str] = "item.assigned"
    line: str
    org: str | None = None


class ItemIsWith(Shape, frozen=True, kw_only=True):
    """Staff found out who has an item that was lent twice: the line `line` goes on, `instead` ends."""

    KIND: ClassVar[str] = "item.is_with"
    line: str
    instead: str
    """The open line that the writer saw; the other one of the two if it was `line` itself."""


class ItemLost(Shape, frozen=True, kw_only=True):
    """Staff gave the item up; an open line stays open until somebody brings it."""

    KIND: ClassVar[str] = "item.lost"


class ItemFound(Shape, frozen=True, kw_only=True):
    """A lost item turned up."""

    KIND: ClassVar[str] = "item.found"


class RenewalAsked(Shape, frozen=True, kw_only=True):
    """Request: keep the line until `due`."""

    KIND: ClassVar[str] = "renewal.asked"
    line: str
    due: Instant
    seen: Instant = 0
    """When the line was due as the asker saw it: an earlier `due` means to bring it back sooner."""


class RenewalDecided(Verdict, frozen=True, kw_only=True):
    """The home's answer; `due` is what now holds, `declined` why not."""

    KIND: ClassVar[str] = "renewal.decided"
    line: str
    due: Instant
    declined: str = ""


class RenewalSeen(Shape, frozen=True, kw_only=True):
    """Whoever asked has seen that it was declined; `asked` is the request (hex)."""

    KIND: ClassVar[str] = "renewal.seen"
    asked: str
