"""Everything that can be refused or be wrong, as one tree.

::

    TeilhausError
    ├── Refusal                 a rule said no; nothing was changed (exit code 3)
    │   ├── Unreadable          the scan itself: NotReadable, NoCode, UnknownCode
    │   ├── CardRefused         CardUnknown, CardRevoked, CardExpired, CardOutOfScope, NoCardToReplace, …
    │   ├── PersonRefused       PersonUnknown, PersonSuspended, PinWrong, PinLocked, NoPin, TooFast, …
    │   ├── ThingRefused        ItemIsOut, ItemIsLost, ItemIsBlocked, NotLendable, NotOut, KeptAtDesk, …
    │   ├── AuditRefused        AuditClosedAlready, ScanPlaceFirst, CardIsNoThing
    │   ├── LimitReached        TooManyForPerson, TooManyForOrganisation, TooManyOfModel, NoMoreRenewals, …
    │   ├── RoomRefused         NotFree, BookingOver, NotYours, FeedRevoked, CalendarRefused
    │   ├── PrintRefused        LabelUnreadable, LabelTooSmall, PrinterGone
    │   ├── TogetherRefused     CodeMistyped, CodeWrong, CodeUsed, CodeExpired, HouseDiffers, NotCentral, …
    │   └── BadInput            what was typed or imported: BadValue, BadTime, BadFile, TooLong, …
    ├── Storage                 the disk or database does not do what it must
    │   ├── Busy, DiskFull, ReadOnly, HouseInUse, NoHouse
    │   └── Damaged             stored data cannot be trusted (exit code 4)
    ├── Network                 the other machines cannot be reached; this one goes on alone
    │   ├── NoBroker, PortTaken, BrokerFailed
    │   └── Unreachable, NotTrusted, WrongHostName, TlsMissing, LoginRefused, AccessDenied, Displaced
    └── WrongSetting            the settings file; names every error at once (exit code 2)
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

Detail = str | int | None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class TeilhausError(Exception):
    """The root; nothing raises it itself."""

    next_step: ClassVar[str] = "ask"
    """What the person can do now; message key "next.<next_step>"."""

    def __init__(self, **details: Detail) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in details.items()))
        self.details = details

    @property
    def key(self) -> str:
        """The message key of the sentence that says why."""
        return f"refusal.{_snake(type(self).__name__)}"


class Refusal(TeilhausError):
    """A rule said no, and nothing was changed."""


class Unreadable(Refusal):
    """The scan gave no code that this house knows."""


class NotReadable(Unreadable):
    """Sixteen digits whose check digits are wrong: a misread, never another code."""

    next_step = "scan_or_type"


class NoCode(Unreadable):
    """The burst holds neither a code nor a barcode that is known: a shop's, for example."""

    next_step = "scan_label"


class UnknownCode(Unreadable):
    """A valid code or barcode that belongs to nothing here; `code` as shown (never for cards)."""

    next_step = "ask"


class CardRefused(Refusal):
    """A card that opens nothing."""

    next_step = "ask_card"


class CardUnknown(CardRefused):
    """No card with this number was ever issued here."""


class CardRevoked(CardRefused):
    """The card was withdrawn, usually because it was lost."""


class CardExpired(CardRefused):
    """The card's end is in the past; day cards end in the evening."""


class CardOutOfScope(CardRefused):
    """The card is valid, but not for this: an audit card lends nothing."""


class NoCardToReplace(CardRefused):
    """All cards of the person are blocked, or there never was one."""

    next_step = "issue_card"


class LostCardEnded(CardRefused):
    """The lost card worked until `ends`, which is past: what replaces it would open nothing."""

    next_step = "issue_card"


class PersonRefused(Refusal):
    """The person may not do this."""


class PersonUnknown(PersonRefused):
    """No person with this id."""


class PersonSuspended(PersonRefused):
    """May not borrow until `until` (instant)."""

    next_step = "ask"


class NotAllowed(PersonRefused):
    """None of the person's roles has the right `right`."""

    next_step = "ask_staff"


class NoPin(PersonRefused):
    """The person has no PIN yet."""

    next_step = "ask_staff"


class PinWrong(PersonRefused):
    """`left` tries remain before the lock-out."""

    next_step = "try_again"


class TooFast(PersonRefused):
    """Too many cards or codes in a row at one door."""

    next_step = "wait"


class PinLocked(PersonRefused):
    """Too many wrong PINs; `until` is the instant the lock ends."""

    next_step = "wait"


class ThingRefused(Refusal):
    """The thing cannot do this now."""


class ItemIsOut(ThingRefused):
    """Somebody else has the item; `due` says until when, nothing says who."""

    next_step = "return_first"


class ItemIsLost(ThingRefused):
    """The item is marked lost."""

    next_step = "bring_to_desk"


class ItemIsBlocked(ThingRefused):
    """Staff or damage blocked the item; `reason`."""

    next_step = "ask"


class NotLendable(ThingRefused):
    """The item or its model never leaves the house."""

    next_step = "use_here"


class NotOut(ThingRefused):
    """The item is not lent, so it cannot be given back or renewed."""

    next_step = "nothing_to_do"


class KeptAtDesk(ThingRefused):
    """The item is set aside at the desk for somebody."""

    next_step = "ask"


class StepMissing(ThingRefused):
    """Set aside: `missing` (comma separated needs) has to be done by staff first."""

    next_step = "ask_staff"


class NotSetAside(ThingRefused):
    """The item is not set aside (any more)."""

    next_step = "nothing_to_do"


class NotUndoable(ThingRefused):
    """Something else happened since, or it was undone already."""

    next_step = "ask_staff"


class UndoneAlready(NotUndoable):
    """It was undone before; nothing is left to be done."""

    next_step = "nothing_to_do"


class TypedReturn(ThingRefused):
    """A typed code gives nothing back: the thing itself must be here to be scanned, or the person's card."""

    next_step = "scan_thing_or_card"


class AuditRefused(Refusal):
    """Something that a stock-take cannot take."""

    next_step = "scan_again"


class AuditClosedAlready(AuditRefused):
    """The audit is closed; what is found later is a new one's."""

    next_step = "ask_staff"


class ScanPlaceFirst(AuditRefused):
    """Nobody knows yet where this is counted: the label of the place comes first."""

    next_step = "scan_place"


class CardIsNoThing(AuditRefused):
    """A card was scanned in a stock-take; its number is not kept."""

    next_step = "scan_thing"


class LimitReached(Refusal):
    """A number the house has set; `limit`."""

    next_step = "return_first_own"


class TooManyForPerson(LimitReached):
    """The person has `limit` things already."""


class TooManyForOrganisation(LimitReached):
    """The organisation has `limit` things already."""


class TooManyOfModel(LimitReached):
    """The person has `limit` things of this model already."""


class NoMoreRenewals(LimitReached):
    """The line was renewed `limit` times already."""


class TooManyPages(LimitReached):
    """One address has all of its connections; `limit`."""

    next_step = "close_pages"


class PagesFull(LimitReached):
    """So many devices look that there is no place left."""

    next_step = "wait_a_minute"


class RoomRefused(Refusal):
    """The room, the booking or its calendar is not to be had like this."""

    next_step = "ask"


class NotFree(RoomRefused):
    """`room` cannot be had at `begins` (instant) for the reason `why`; nothing says who has it."""

    next_step = "choose_other"

    def __init__(
        self, *, alternatives: tuple[Any, ...] = (), offered: tuple[Any, ...] = (), **details: Detail
    ) -> None:
        """Keep what is free instead, and of a series each date beside it."""
        super().__init__(**details)
        self.alternatives = alternatives
        self.offered = offered


class BookingOver(RoomRefused):
    """The date is over, cancelled or given away, so nothing about it can change any more."""

    next_step = "book_again"


class NotYours(RoomRefused):
    """The booking is somebody else's."""

    next_step = "ask_staff"


class FeedRevoked(RoomRefused):
    """No calendar is read with this token, any more or ever: which of the two is not said."""

    next_step = "ask_staff"


class CalendarRefused(RoomRefused):
    """A foreign calendar of which nothing was taken in; `reason` says why."""

    next_step = "correct"


class PrintRefused(Refusal):
    """The sheet would not do on paper, so no file was written."""


class LabelUnreadable(PrintRefused):
    """The label at `place` (from 1) of `page` could not be decoded from its own picture."""

    next_step = "ask_technician"


class LabelTooSmall(PrintRefused):
    """A QR code of `length` characters does not fit on the label in modules that scanners read."""

    next_step = "larger_sheet"


class PrinterGone(PrintRefused):
    """The printer at `path` is not there, or took no more in the middle; `reason`. Nothing is lost."""

    next_step = "print_again"


class TogetherRefused(Refusal):
    """What brings several machines into one house cannot be done like this."""


class CodeMistyped(TogetherRefused):
    """The one-time code is none: a character is wrong or missing."""

    next_step = "correct"


class CodeWrong(TogetherRefused):
    """The central at `host` knows no such code for the machine `node`."""

    next_step = "new_code"


class CodeUsed(TogetherRefused):
    """The one-time code has brought in a machine already."""

    next_step = "new_code"


class CodeExpired(TogetherRefused):
    """The one-time code was not used in time."""

    next_step = "new_code"


class CertificateDiffers(TogetherRefused):
    """At `host` somebody answers whose certificate is not the one that the code was made with."""

    next_step = "ask_technician"


class HouseDiffers(TogetherRefused):
    """This machine belongs to the house `house`, and the other one to `other`."""

    next_step = "other_folder"


class NodeDiffers(TogetherRefused):
    """This machine is called `node` in the house, and the code is for `other`."""

    next_step = "new_code"


class NotCentral(TogetherRefused):
    """Only the central does this."""

    next_step = "at_central"


class HomeAsked(TogetherRefused):
    """`node` decides and was asked to let go; it is not there to do so."""

    next_step = "force_home"


class FolderNotEmpty(TogetherRefused):
    """At `where` there is a house already, and nothing is put over it."""

    next_step = "other_folder"


class CardKeyMissing(TogetherRefused):
    """`path` is missing: a backup never holds it, and without it no card can be read."""

    next_step = "put_card_key"


class ProgramMissing(TogetherRefused):
    """The program `name` of the package `package` is not on this machine."""

    next_step = "install"


class BadInput(Refusal):
    """Something typed or imported makes no sense; `field`, `value`."""

    next_step = "correct"


class BadValue(BadInput):
    """`field` cannot be `value`; `expected` says what would do."""


class BadTime(BadInput):
    """A time that does not exist, exists twice, or lies where it must not."""


class BadFile(BadInput):
    """The file cannot be read as what it should be; `reason`."""


class FileNotWritten(BadInput):
    """The file `path` cannot be written there; `reason`."""


class UnknownSheet(BadInput):
    """No sheet of labels is called `value`; `expected` lists those there are."""


class SeveralBorrowers(BadInput):
    """The things that are to stand on one slip were lent to `n` different ones; `reason`: people, groups."""

    next_step = "one_slip_each"


class DoesNotExist(BadInput):
    """`what` with the name or id `value` is not there."""


class Taken(BadInput):
    """`what` `value` is there already, and has one holder for ever."""


class TooLong(BadInput):
    """`field` has `length` characters or parts; `limit` is the most it may have."""


class BadCharacters(BadInput):
    """`field` holds `character` ("U+001B"), which steers a screen instead of standing on it."""


class UnknownColumn(BadInput):
    """No list has the column `column`; `meant` is the nearest there is, or empty."""


class MissingColumn(BadInput):
    """The list cannot do without the column `column`."""


class EmptyCell(BadInput):
    """Each line needs something in the column `column`."""


class TwiceInFile(BadInput):
    """`value` in `field` stands in line `line` already."""


class Storage(TeilhausError):
    """The disk or the database does not do what it must; nothing was changed."""

    next_step = "ask_technician"


class Busy(Storage):
    """Another process holds the database for longer than the time-out."""

    next_step = "try_again"


class DiskFull(Storage):
    """No space left; what was acknowledged before is safe."""


class ReadOnly(Storage):
    """The data folder cannot be written."""


class HouseInUse(Storage):
    """Another kiosk already runs on this data folder."""


class NoHouse(Storage):
    """The data folder holds no house yet; `data` is the folder."""

    next_step = "init"


class NotHome(Storage):
    """This node does not decide for the group `group`."""


class NewerHouse(Storage):
    """The database was written by a newer Teilhaus; `found`, `known`."""

    next_step = "update"


class Damaged(Storage):
    """Stored data is unreadable or contradicts itself; `what` says where."""


class Network(TeilhausError):
    """The other machines cannot be reached, or not like this; this one goes on alone."""

    next_step = "look_at_network"


class NoBroker(Network):
    """The program that carries messages, `name` of the package `package`, is not on this machine."""

    next_step = "install"


class PortTaken(Network):
    """Another program already listens on port `port`."""

    next_step = "another_port"


class BrokerFailed(Network):
    """The broker ended at once or does not answer; `reason` is what it said last."""

    next_step = "ask_technician"


class Unreachable(Network):
    """Nobody answers at `host`, port `port`; `reason` is for technicians."""


class NotRunning(Network):
    """Nobody carries messages on this machine: neither the kiosk nor the central runs."""

    next_step = "start_here"


class NotTrusted(Network):
    """The certificate of `host` was made by an authority that is not ours, or does not hold; `reason`."""

    next_step = "ask_technician"


class WrongHostName(NotTrusted):
    """The certificate that answers at `host` was made for another name."""


class TlsMissing(Network):
    """Messages to `host` would go over the network for everybody to read."""

    next_step = "encrypt"


class LoginRefused(Network):
    """The broker at `host` does not let `user` in: wrong password, or revoked."""

    next_step = "ask_technician"


class AccessDenied(Network):
    """The broker does not let us write or read `topic`; `reason` is its own word."""

    next_step = "ask_technician"


class Displaced(Network):
    """Another client came with our name: a copy of this machine, or a second process."""

    next_step = "ask_technician"


class WrongSetting(TeilhausError):
    """Settings that cannot be used; `errors` lists every one of them, a line each."""

    next_step = "correct"
